# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The partitions of observations, one for each month: made when a value or a new month needs them, dropped when they are empty."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db import transaction

from stadtherz.services.sensing.store import wire
from stadtherz.services.sensing.store.execution import execute
from stadtherz.services.sensing.store.moments import DAY, begin_of_month, month_of

Array = np.ndarray[Any, Any]
MAKE = "SELECT sensing_make_months(%b)"
DROPPED_AFTER = timedelta(days=60)
YOUNG = 60 * DAY  # months that began later are never dropped, since they ended less than 45 days ago
A_FEW_DAYS = 28 * DAY

_standing: set[int] = set()
"""What this process knows to stand, by month number, so that no write asks for it again; only young ones stay so."""


def to_ask(micros: Array) -> dict[int, int]:
    """The months of these times that may lack a partition, by number, with their begin."""
    first, last = int(micros.min()), int(micros.max())
    if last - first < A_FEW_DAYS:
        asked = {month_of(first), month_of(last)}
    else:
        asked = set(micros.astype("datetime64[us]").astype("datetime64[M]").astype(int).tolist())
    young = _first_young()
    begins = {number: begin_of_month(number) for number in asked}
    return {number: start for number, start in begins.items() if number not in _standing or start < young}


def make(micros: Array) -> None:
    """Have partitions made for the months of these times that may lack one, in the caller's transaction."""
    asked = to_ask(micros)
    if asked:
        execute(MAKE, [wire.times(list(asked.values()))])
        young = _first_young()
        standing = {number for number, start in asked.items() if start >= young}
        transaction.on_commit(lambda: _standing.update(standing))  # what this transaction made goes with its rollback


def make_for(micros: int) -> None:
    """Have the partition made for the month of this time, without remembering it."""
    execute(MAKE, [wire.times([micros])])


def make_ahead(*, now: datetime) -> None:
    """Partitions for this month and the next two."""
    execute("SELECT sensing_make_months(ARRAY[%s, %s, %s]::timestamptz[])",
            [now, now + timedelta(days=31), now + timedelta(days=62)])  # fmt: skip


def drop_empty(*, now: datetime) -> None:
    """Drop partitions in which no town has a row any more."""
    execute("SELECT sensing_drop_months(%s)", [now - DROPPED_AFTER])


def forget_standing() -> None:
    """Forget what this process knows, for tests, which undo what they made."""
    _standing.clear()


def _first_young() -> int:
    return time.time_ns() // 1000 - YOUNG
