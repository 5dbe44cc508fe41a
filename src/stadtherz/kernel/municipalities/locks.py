# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Row-level security (PostgreSQL 15, chapter 5.8) on every table of a municipality, and the rights of the web role.

Run after each migration as the owner of the tables. FORCED, so that not even the owner reads across towns. Idempotent.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import connection
from psycopg import sql

from stadtherz.kernel.municipalities.active import SETTING
from stadtherz.kernel.municipalities.tenancy import TownModel

WEB_ROLE = "stadtherz_web"
POLICY = "town"
OWN_TABLES = """
SELECT relname FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
  AND relowner = (SELECT oid FROM pg_roles WHERE rolname = current_user)
"""


def town_models() -> list[type[TownModel]]:
    """All concrete models whose rows belong to a municipality."""
    return [m for m in apps.get_models(include_auto_created=True) if issubclass(m, TownModel) and m._meta.managed]


def lock_tables(**_signal: Any) -> None:
    """Put the lock on each town table that stands in the database, and give the web role its rights."""
    with connection.cursor() as cursor:
        standing = set(connection.introspection.table_names(cursor))
        for model in town_models():
            if model._meta.db_table in standing:
                _lock(cursor, model._meta.db_table, once=model.read_by_thousands)
        _grant(cursor)


def _lock(cursor: Any, table: str, *, once: bool) -> None:
    """``once``: the setting is read once a statement, as a subquery, instead of once a row."""
    setting = sql.SQL("NULLIF(current_setting({}, true), '')::bigint").format(sql.Literal(SETTING))
    own = sql.SQL("municipality_id = {}").format(sql.SQL("(SELECT {})").format(setting) if once else setting)
    name, policy = sql.Identifier(table), sql.Identifier(POLICY)
    cursor.execute(sql.SQL("ALTER TABLE {} ENABLE ROW LEVEL SECURITY").format(name))
    cursor.execute(sql.SQL("ALTER TABLE {} FORCE ROW LEVEL SECURITY").format(name))
    cursor.execute(sql.SQL("DROP POLICY IF EXISTS {} ON {}").format(policy, name))
    cursor.execute(sql.SQL("CREATE POLICY {} ON {} USING ({}) WITH CHECK ({})").format(policy, name, own, own))


def _grant(cursor: Any) -> None:
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [WEB_ROLE])
    if cursor.fetchone() is None:
        return
    role = sql.Identifier(WEB_ROLE)
    cursor.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(role))
    cursor.execute(OWN_TABLES)  # partitions are reached through their table alone, as new ones are that nobody grants
    tables = sql.SQL(", ").join(sql.Identifier(row[0]) for row in cursor.fetchall())
    cursor.execute(sql.SQL("GRANT SELECT, INSERT, UPDATE, DELETE ON {} TO {}").format(tables, role))
    cursor.execute(sql.SQL("GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO {}").format(role))
    for table in append_only_tables():
        cursor.execute(sql.SQL("REVOKE UPDATE, DELETE, TRUNCATE ON {} FROM {}").format(sql.Identifier(table), role))


def append_only_tables() -> list[str]:
    """Tables whose model says ``append_only = True``: the web role may add rows and never change them."""
    with connection.cursor() as cursor:
        standing = set(connection.introspection.table_names(cursor))
    tables = [m._meta.db_table for m in apps.get_models() if getattr(m, "append_only", False)]
    return [table for table in tables if table in standing]
