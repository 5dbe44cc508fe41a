# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tells a database that is away, full or too busy, which passes, from a mistake of ours, which does not."""

from __future__ import annotations

import psycopg

PASSING = ("08", "40", "53", "57")
"""Classes of SQLSTATE: connection, transaction undone by others, resources (disk, memory, connections), the operator's hand."""
PASSING_STATES = {"25006", "25P03", "55P03"}  # read only, idle in a transaction for too long, a lock that does not come

FULL = "53100"  # disk_full


def is_full(error: BaseException | None) -> bool:
    """Whether the database has no room left on its disk: that passes as well, once its operator has made room."""
    while error is not None:
        if getattr(error, "sqlstate", None) == FULL:
            return True
        error = error.__cause__
    return False


def log_words(error: BaseException) -> str:
    """For the log: which of both it is, and what the database itself said."""
    return f"{'the disk of the database is full' if is_full(error) else 'the database is away'}: {error}"


def is_away(error: BaseException | None) -> bool:
    """Whether the same request may well succeed later. What was not committed is undone in any case."""
    while error is not None:
        if isinstance(error, psycopg.InterfaceError):
            return True
        if isinstance(error, psycopg.OperationalError):
            state = error.sqlstate
            if state is None or state.startswith(PASSING) or state in PASSING_STATES:
                return True
        error = error.__cause__
    return False
