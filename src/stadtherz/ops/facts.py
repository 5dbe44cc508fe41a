# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a database holds, in figures that can be compared: rows and a checksum for each table, the state of sequences."""

from typing import Any

import psycopg
from psycopg import sql

TABLES = """
    SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname NOT LIKE 'pg\\_%%' AND n.nspname <> 'information_schema'
      AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
    ORDER BY 1, 2
"""
# Text of a row depends on these; they are fixed so that two servers say the same about the same rows.
SAME_WORDS = (
    "SET row_security = off",  # rather an error than silently fewer rows
    "SET timezone = 'UTC'",
    "SET datestyle = 'ISO, YMD'",
    "SET intervalstyle = 'postgres'",
    "SET bytea_output = 'hex'",
    "SET extra_float_digits = 1",
)
# The sum of each row's digest does not depend on the order of rows.
DIGEST = (
    "SELECT count(*), coalesce(sum(('x' || left(md5(stadtherz_row::text), 16))::bit(64)::bigint::numeric), 0)::text"
    " FROM {} AS stadtherz_row"
)


def prepare(connection: psycopg.Connection[Any]) -> None:
    for statement in SAME_WORDS:
        connection.execute(statement)


def of_tables(connection: psycopg.Connection[Any]) -> dict[str, dict[str, Any]]:
    """Rows and checksum of each of our tables; the connection must have been prepared."""
    facts = {}
    for schema, table in connection.execute(TABLES).fetchall():
        row = connection.execute(sql.SQL(DIGEST).format(sql.Identifier(schema, table))).fetchone()
        assert row is not None
        facts[f"{schema}.{table}"] = {"rows": row[0], "checksum": row[1]}
    return facts


def of_sequences(connection: psycopg.Connection[Any]) -> dict[str, int | None]:
    rows = connection.execute(
        "SELECT schemaname || '.' || sequencename, last_value FROM pg_sequences ORDER BY 1"
    ).fetchall()
    return dict(rows)


def of_migrations(connection: psycopg.Connection[Any]) -> list[str]:
    rows = connection.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1").fetchall()
    return [name for (name,) in rows]


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Names whose facts differ, or that stand on one side only."""
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))


def fallen_back(before: dict[str, int | None], after: dict[str, int | None]) -> list[str]:
    """Sequences that would hand out a number a second time."""
    return sorted(name for name, value in before.items() if (after.get(name) or 0) < (value or 0))
