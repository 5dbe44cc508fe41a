# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The lock between those who add observations of a town and those who move or remove them.

Writers share it from their look at the datastream to their commit, and do not hinder each other. Packing, corrections,
roll-ups and the removal of a datastream hold it alone, for a short transaction each: after they got it, everything that was
written is seen, and nothing is written until their commit.
"""

from __future__ import annotations

from django.db import connection

from stadtherz.kernel.municipalities.active import active_id

WRITERS = 4090  # also in the trigger sensing_hold_writers


def share() -> None:
    """Writers: wait for those who hold the lock alone."""
    _take("pg_advisory_xact_lock_shared")


def hold_alone() -> None:
    """Movers and removers: wait for all writers of the active municipality."""
    _take("pg_advisory_xact_lock")


def _take(function: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, %s)", [WRITERS, active_id()])
