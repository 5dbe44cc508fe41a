# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the private cluster is made with: extensions, roles, and settings for a small machine."""

OWNER, WEB = "stadtherz_owner", "stadtherz_web"
EXTENSIONS = ("postgis", "pg_trgm", "unaccent", "btree_gist")

SETTINGS = {
    "listen_addresses": "''",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "random_page_cost": "1.1",
    "jit": "off",
    "max_wal_size": "1GB",
    "timezone": "'UTC'",
    "log_timezone": "'UTC'",
    "logging_collector": "on",
    "log_filename": "'postgresql-%a.log'",
    "log_truncate_on_rotation": "on",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_min_duration_statement": "2s",
    "log_lock_waits": "on",
}
# The cluster for tests is thrown away with its data: it may lose everything when the machine loses power.
SETTINGS_OF_TESTS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum_naptime": "5min",
    "max_connections": "200",
    "logging_collector": "off",
}


def roles() -> list[str]:
    """The owner of all tables and the web role: neither superuser nor free of row-level security."""
    plain = "NOSUPERUSER NOBYPASSRLS NOREPLICATION NOCREATEROLE LOGIN"
    return [
        f"CREATE ROLE {OWNER} {plain} CREATEDB",
        f"CREATE ROLE {WEB} {plain} NOCREATEDB",
    ]
