# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What doctor asks the database server: version, extensions, the two roles, and the lock on every municipality's table."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg

from stadtherz.ops.cluster_settings import EXTENSIONS

Answer = tuple[str, bool, str, str, str]  # what, whether it is well, the fact, the trouble, the remedy
HANDBOOK = "docs/handbook/operator.md, 'A database server of your own', has the statements"

UNLOCKED = """
    SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'municipality_id'
    WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
      AND NOT (c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (SELECT 1 FROM pg_policy WHERE polrelid = c.oid))
      AND c.relname NOT IN ('municipalities_municipalityhost')
    ORDER BY 1
"""
OWNED = "SELECT count(*) FROM pg_class WHERE relkind IN ('r', 'p') AND relowner = (SELECT oid FROM pg_roles WHERE rolname = current_user)"

# Of the demonstration (kernel/people/demo.py): their password stands in the documentation, and one of them may do everything.
KNOWN_TO_EVERYBODY = tuple(f"{role}@example.org" for role in ("resident", "moderator", "editor", "clerk", "admin"))
SILENCED = """
    SELECT DISTINCT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE t.tgenabled = 'D' AND c.relnamespace = 'public'::regnamespace ORDER BY 1
"""
SHUT = """
    SELECT relname FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
      AND NOT has_table_privilege(oid, 'SELECT') ORDER BY 1
"""
JOBS = """
    SELECT count(*) FILTER (WHERE status = 'failed'),
           coalesce(array_agg(DISTINCT task_name) FILTER (WHERE status = 'failed'), '{}'),
           count(*) FILTER (WHERE status = 'todo' AND now() - interval '1 hour' > coalesce(
               scheduled_at, (SELECT min(at) FROM procrastinate_events WHERE job_id = procrastinate_jobs.id)))
    FROM procrastinate_jobs
"""
STUCK = """
    SELECT count(*) FILTER (WHERE state = 'failed' AND created_at > now() - interval '7 days'),
           count(*) FILTER (WHERE state = 'queued' AND next_try < now() - interval '1 hour'),
           coalesce((array_agg(error ORDER BY created_at DESC) FILTER (WHERE error <> '' AND state <> 'sent'))[1], '')
    FROM notices_message
"""


def examine(known: dict[str, str]) -> Iterator[Answer]:
    with psycopg.connect(known["STADTHERZ_DATABASE_OWNER_URL"], connect_timeout=5) as connection:
        yield from _server(connection)
        yield from _locks(connection)
    with psycopg.connect(known["STADTHERZ_DATABASE_URL"], connect_timeout=5) as connection:
        yield from _web_role(connection)


def _one(connection: psycopg.Connection[Any], question: str) -> Any:
    row = connection.execute(question).fetchone()
    return row[0] if row else None


def _server(connection: psycopg.Connection[Any]) -> Iterator[Answer]:
    version = connection.info.server_version // 10000
    yield (
        "Database server",
        version >= 15,
        f"PostgreSQL {version}",
        f"PostgreSQL {version} is too old",
        "use PostgreSQL 15 or newer",
    )
    there = {name for (name,) in connection.execute("SELECT extname FROM pg_extension")}
    missing = [name for name in EXTENSIONS if name not in there]
    yield (
        "Extensions",
        not missing,
        ", ".join(EXTENSIONS),
        f"missing: {', '.join(missing)}",
        f"as superuser in this database: CREATE EXTENSION …; {HANDBOOK}",
    )
    collation = (
        _one(
            connection, "SELECT coalesce(daticulocale, datcollate) FROM pg_database WHERE datname = current_database()"
        )
        if version < 17
        else _one(
            connection, "SELECT coalesce(datlocale, datcollate) FROM pg_database WHERE datname = current_database()"
        )
    )
    yield (
        "Collation",
        str(collation).startswith("de"),
        str(collation),
        f"{collation} does not sort as German does",
        f"create the database with ICU_LOCALE 'de-DE'; {HANDBOOK}",
    )


def mail_delivery(known: dict[str, str]) -> Answer:
    """Whether mails are stuck in some municipality's outbox, and the last reason."""
    failed, waiting, reason = 0, 0, ""
    with psycopg.connect(known["STADTHERZ_DATABASE_OWNER_URL"], connect_timeout=5) as connection:
        for (number,) in connection.execute("SELECT id FROM municipalities_municipality ORDER BY id").fetchall():
            connection.execute("SELECT set_config('stadtherz.municipality', %s, true)", [str(number)])
            row = connection.execute(STUCK).fetchone()
            assert row is not None
            failed, waiting, reason = failed + row[0], waiting + row[1], row[2] or reason
    last = f"; last reason: {' '.join(reason.split())[:200]}" if reason else ""
    return (
        "Outbox",
        not failed and not waiting,
        "no mail is stuck",
        f"{failed} mails of this week could not be sent, {waiting} wait for more than an hour{last}",
        "STADTHERZ_MAIL_URL, the mail server's log, and whether the job worker runs",
    )


def demonstration(connection: psycopg.Connection[Any]) -> Answer:
    """Whether accounts of the demonstration are here: in production, anybody could sign in as administrator."""
    question = "SELECT email FROM people_person WHERE email = ANY(%s) ORDER BY 1"
    found = [email for (email,) in connection.execute(question, [list(KNOWN_TO_EVERYBODY)])]
    return (
        "Demonstration",
        not found,
        "not loaded",
        f"in production, with accounts of the demonstration, whose password everybody knows: {', '.join(found)}",
        "begin with a new data folder (STADTHERZ_DATA_DIR) or database; or, without STADTHERZ_PRODUCTION, "
        "let each of these accounts delete itself in 'My account' and withdraw the demonstration's key",
    )


def jobs(connection: psycopg.Connection[Any]) -> Answer:
    """Whether background jobs have failed for good, or wait for a worker that does not come."""
    row = connection.execute(JOBS).fetchone()
    assert row is not None
    failed, names, waiting = row
    return (
        "Jobs",
        not failed and not waiting,
        "none has failed, none waits for long",
        f"{failed} have failed for good{': ' if names else ''}{', '.join(names[:5])}; {waiting} wait for more than an hour",
        "./stadtherz manage jobs says why, and with --retry lets them run again; those that wait need a running platform",
    )


def maps(connection: psycopg.Connection[Any], folder: Path) -> Answer:
    """Whether the files of every loaded map are there: a backup does not hold them."""
    loaded = connection.execute("SELECT key || '-' || version, kind, source FROM geo_extract ORDER BY key").fetchall()
    lost = [
        (slug, kind, source)
        for slug, kind, source in loaded
        if not all((folder / f"{slug}{ending}").exists() for ending in (".osm.pbf", ".pmtiles"))
    ]
    real = [source for _slug, kind, source in lost if kind == "osm"]
    return (
        "Maps",
        not lost,
        f"{len(loaded)}, all with their files" if loaded else "none loaded yet",
        f"the files are gone of: {', '.join(slug for slug, _kind, _source in lost[:5])} (an archive holds no maps)",
        f"./stadtherz osm load FILE.osm.pbf (it was {real[0]})" if real else "./stadtherz demo load",
    )


def _locks(connection: psycopg.Connection[Any]) -> Iterator[Answer]:
    open_tables = [name for (name,) in connection.execute(UNLOCKED)]
    yield (
        "Locks between municipalities",
        not open_tables,
        "on every table",
        f"missing on: {', '.join(open_tables[:5])}",
        "./stadtherz manage migrate",
    )
    silenced = [name for (name,) in connection.execute(SILENCED)]
    yield (
        "Guards of tables",
        not silenced,
        "all switched on",
        f"switched off on: {', '.join(silenced[:5])}",
        "./stadtherz manage dbshell: ALTER TABLE … ENABLE TRIGGER USER (as superuser: ALL); then ./stadtherz manage audit verify, for rows may have been altered",
    )


def _web_role(connection: psycopg.Connection[Any]) -> Iterator[Answer]:
    row = connection.execute(
        "SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
    ).fetchone()
    assert row is not None
    name, superuser, bypasses = row
    yield (
        "Web role",
        not (superuser or bypasses),
        f"{name} cannot pass row-level security",
        f"{name} passes row-level security",
        f"ALTER ROLE {name} NOSUPERUSER NOBYPASSRLS",
    )
    shut = [table for (table,) in connection.execute(SHUT)]
    yield (
        "Rights of the web role",
        not shut,
        "on every table",
        f"{name} may not read: {', '.join(shut[:5])}",
        "./stadtherz manage migrate",
    )
    owned = _one(connection, OWNED)
    yield (
        "Tables of the web role",
        owned == 0,
        "none",
        f"{name} owns {owned} tables and could take off their locks",
        f"let STADTHERZ_DATABASE_OWNER_URL name another role; {HANDBOOK}",
    )
