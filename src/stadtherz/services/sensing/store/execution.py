# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Runs the store's SQL on Django's connection with binary columns as parameters, which Django's own cursor does not know.

The statements are constants of this room; what varies is a parameter.
"""

from __future__ import annotations

from typing import Any, cast
from weakref import WeakSet

import psycopg
from django.db import connection

from stadtherz.services.sensing.store.wire import Column, ColumnDumper

_taught: WeakSet[psycopg.Connection[Any]] = WeakSet()


def execute(statement: str, parameters: Any = (), *, binary: bool = False) -> list[tuple[Any, ...]]:
    """Run one statement; its rows, or none. Errors are Django's."""
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    with connection.wrap_database_errors, cursor(binary=binary) as running:
        running.execute(cast("Any", statement), parameters)
        return running.fetchall() if running.description else []


def raw(statement: str, parameters: Any = ()) -> list[bytes | None]:
    """Run one statement that gives one row; its columns in binary form, for ``wire.read``."""
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    with connection.wrap_database_errors, cursor(binary=True) as running:
        running.execute(cast("Any", statement), parameters)
        found = running.pgresult
        assert found is not None
        return [found.get_value(0, column) for column in range(found.nfields)]


def cursor(*, binary: bool = False) -> psycopg.Cursor[Any]:
    """A cursor of psycopg itself, in the running transaction."""
    own = cast("psycopg.Connection[Any]", connection.connection)
    if own not in _taught:
        own.adapters.register_dumper(Column, ColumnDumper)
        _taught.add(own)
    made = psycopg.Cursor(own)
    if binary:
        made.format = psycopg.pq.Format.BINARY
    return made
