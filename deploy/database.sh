#!/bin/bash
# Makes the two roles, the database and its extensions in a new volume. The statements are explained in the operator's handbook.
set -euo pipefail
psql -v ON_ERROR_STOP=1 -v owner="$OWNER_PASSWORD" -v web="$WEB_PASSWORD" -U postgres <<'SQL'
CREATE ROLE stadtherz_owner LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'owner';
CREATE ROLE stadtherz_web LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'web';
CREATE DATABASE stadtherz OWNER stadtherz_owner TEMPLATE template0 ENCODING 'UTF8'
  LOCALE_PROVIDER icu ICU_LOCALE 'de-DE' LOCALE 'C.UTF-8';
\connect stadtherz
CREATE EXTENSION postgis;
CREATE EXTENSION pg_trgm;
CREATE EXTENSION unaccent;
CREATE EXTENSION btree_gist;
SQL
