# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Databases that live for a test run or a benchmark, and are removed by their owner, who is no superuser."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import sql


def drop(connection: psycopg.Connection[Any], name: str) -> None:
    """Remove the database also while somebody is connected, or while the cluster's autovacuum works in it.

    FORCE refuses to end an autovacuum process, which is not ours (PostgreSQL 15, DROP DATABASE); without FORCE the
    server sends it away itself. ``connection`` commits each statement by itself.
    """
    statement = sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name))
    try:
        connection.execute(statement + sql.SQL(" WITH (FORCE)"))
    except psycopg.errors.InsufficientPrivilege:
        connection.execute(statement)
