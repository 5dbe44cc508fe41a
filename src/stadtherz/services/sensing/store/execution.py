# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Runs the store's SQL on Django's connection with binary columns as parameters, which Django's own cursor does not know.

The statements are constants of this room; what varies is a parameter.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, cast
from weakref import WeakSet

import psycopg
from django.db import connection, transaction

from stadtherz.services.sensing.store.wire import Column, ColumnDumper

Statement = tuple[str, Any]  # with its parameters
NEVER_UNASKED = sys.maxsize
_taught: WeakSet[psycopg.Connection[Any]] = WeakSet()


def execute(
    statement: str, parameters: Any = (), *, binary: bool = False, prepare: bool = False
) -> list[tuple[Any, ...]]:
    """Run one statement; its rows, or none. Errors are Django's. ``prepare``: PostgreSQL keeps its plan for the next time."""
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    with connection.wrap_database_errors, cursor(binary=binary) as running:
        running.execute(cast("Any", statement), parameters, prepare=prepare)
        return running.fetchall() if running.description else []


def execute_or_undo(statement: str, parameters: dict[str, Any], *, ahead: Sequence[Statement] = ()) -> None:
    """Run a prepared statement in a savepoint of its own; if it fails, it is undone and the error raised.

    The statements ``ahead`` go in the same round trip before it, and are not undone; their rows are not read.
    """
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    own = cast("psycopg.Connection[Any]", connection.connection)
    with connection.wrap_database_errors, cursor() as running:
        try:
            begin, end = ("SAVEPOINT store", ()), ("RELEASE SAVEPOINT store", ())
            _together(own, running, [*ahead, begin, (statement, parameters), end])
        except psycopg.DatabaseError:
            with suppress(psycopg.Error):  # the connection may be gone, or the savepoint was never reached
                running.execute("ROLLBACK TO SAVEPOINT store")
            raise


def execute_alone(statements: Sequence[Statement]) -> None:
    """Run prepared statements as a transaction of their own in one round trip: all are committed, or none and the error is raised.

    Not inside a transaction. PostgreSQL takes what is sent up to a pipeline's ``Sync`` as one transaction and commits it there,
    without ``BEGIN`` and ``COMMIT``; their rows are not read.
    """
    connection.ensure_connection()
    if connection.in_atomic_block:
        raise transaction.TransactionManagementError("These statements are a transaction of their own.")
    own = cast("psycopg.Connection[Any]", connection.connection)
    with connection.wrap_database_errors, cursor() as running:
        try:
            _together(own, running, statements)
        except psycopg.Error:
            idle = own.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
            if own.closed or own.pgconn.pipeline_status or not idle:
                connection.close()  # refused at the commit: psycopg does not find out of that by itself
            raise
        except IndexError as uncounted:
            # Refused at the commit, heard together with the statements' answers: psycopg counts one for each statement, and this
            # is one more. Only constraints are checked there; what PostgreSQL said is lost.
            connection.close()
            raise psycopg.IntegrityError("The transaction was refused at its commit.") from uncounted


def _together(own: psycopg.Connection[Any], running: psycopg.Cursor[Any], statements: Sequence[Statement]) -> None:
    """In one round trip. psycopg ends a pipeline's sending when its last command is queued: what the socket does not take at once
    is never sent, and both sides wait for ever. So libpq itself is told to wait until everything is sent."""
    with own.pipeline() as pipeline:
        own.pgconn.nonblocking = 0
        try:
            for statement, parameters in statements:
                running.execute(cast("Any", statement), parameters, prepare=True)
            pipeline.sync()
        except psycopg.DatabaseError:
            with suppress(psycopg.Error):
                pipeline.sync()  # what came behind the refused statement was left out; leave that state
            raise
        finally:
            if not own.closed:
                own.pgconn.nonblocking = 1


def raw(statement: str, parameters: Any = (), *, prepare: bool = False) -> list[bytes | None]:
    """Run one statement that gives one row or none; its columns in binary form, for ``wire.read``."""
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    with connection.wrap_database_errors, cursor(binary=True) as running:
        running.execute(cast("Any", statement), parameters, prepare=prepare)
        found = running.pgresult
        assert found is not None
        return [found.get_value(0, column) for column in range(found.nfields)] if found.ntuples else []


def cursor(*, binary: bool = False) -> psycopg.Cursor[Any]:
    """A cursor of psycopg itself, in the running transaction."""
    own = cast("psycopg.Connection[Any]", connection.connection)
    if own not in _taught:
        own.adapters.register_dumper(Column, ColumnDumper)
        own.prepare_threshold = NEVER_UNASKED  # Django's None would also switch off what is asked for
        _taught.add(own)
    made = psycopg.Cursor(own)
    if binary:
        made.format = psycopg.pq.Format.BINARY
    return made
