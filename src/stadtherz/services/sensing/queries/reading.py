# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Values and hours of one datastream as arrays of seconds and numbers: the one place where pages and exports ask the store."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import numpy as np

from stadtherz.services.sensing import store
from stadtherz.services.sensing.store import Flag

Array = np.ndarray[Any, Any]
VALID, SUSPECT, FILLED, MAINTENANCE, WITHDRAWN = (
    Flag.VALID.value, Flag.SUSPECT.value, Flag.FILLED.value, Flag.MAINTENANCE.value, Flag.WITHDRAWN.value,
)  # fmt: skip
LEFT_OUT = (SUSPECT, WITHDRAWN, MAINTENANCE)
FLAGS = {flag.name.lower(): flag.value for flag in Flag}
MICRO = 1_000_000


@dataclass(frozen=True, slots=True)
class Series:
    """Times in seconds since 1970, numbers, flags; what is no number is not here."""

    times: Array
    values: Array
    flags: Array


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours in which there is anything: beginnings in seconds since 1970, and what came together in each."""

    starts: Array
    counts: Array
    sums: Array
    lows: Array
    highs: Array
    filled: Array
    left_out: Array

    def between(self, since: datetime, until: datetime) -> Hours:
        """Those of them that begin in that time."""
        first, last = np.searchsorted(self.starts, (since.timestamp(), until.timestamp()))
        return Hours(*(getattr(self, each.name)[first:last] for each in fields(self)))


def series(datastream: int, since: datetime, until: datetime) -> Series:
    """All numbers with since <= time < until, in order."""
    found = store.series(datastream, since, until)
    there = np.isfinite(found.values)
    return Series(found.times[there] / MICRO, found.values[there], found.flags[there])


def hours(datastream: int, since: datetime, until: datetime) -> Hours:
    """What came together in each hour that begins in that time."""
    found = store.hours([datastream], since, until)
    return Hours(
        found.hours / MICRO, found.count, found.sum, found.min, found.max, found.filled, found.left_out,
    )  # fmt: skip
