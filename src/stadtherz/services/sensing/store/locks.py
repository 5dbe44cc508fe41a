# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The lock between those who add observations of a town and those who move or remove them.

Writers share it from their look at the datastream to their commit, and do not hinder each other. Packing, corrections,
roll-ups and the removal of a datastream hold it alone, for a short transaction each: after they got it, everything that was
written is seen, and nothing is written until their commit.
"""

from __future__ import annotations

from django.db import connection
from psycopg.types.numeric import Int4

from stadtherz.kernel.municipalities.active import active_id, telling

WRITERS = 4090  # also in the trigger sensing_hold_writers


def sharing() -> tuple[str, list[Int4]]:
    """Writers: the statement, with its parameters, that waits for those who hold the lock alone."""
    return "SELECT pg_advisory_xact_lock_shared(%s, %s)", [Int4(WRITERS), Int4(active_id())]


def beginning() -> tuple[str, list[str | Int4]]:
    """Writers: tells the database of the active municipality, and then ``sharing``, in one statement."""
    (told, town), (shared, lock) = telling(), sharing()
    return f"{told}, {shared.removeprefix('SELECT ')}", [*town, *lock]


def share() -> None:
    """Writers that lock rows before they write observations: wait for those who hold the lock alone first, as they lock rows after it."""
    with connection.cursor() as cursor:
        cursor.execute(*sharing())


def hold_alone() -> None:
    """Movers and removers: wait for all writers of the active municipality."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [WRITERS, active_id()])
