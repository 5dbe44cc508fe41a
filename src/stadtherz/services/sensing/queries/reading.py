# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Values and hours of one datastream in one unit, as arrays of seconds and numbers: what pages, exports and alerts read."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import numpy as np

from stadtherz.services.sensing import store
from stadtherz.services.sensing.models import Datastream
from stadtherz.services.sensing.queries import one_unit
from stadtherz.services.sensing.store import Flag

Array = np.ndarray[Any, Any]
VALID, SUSPECT, FILLED, MAINTENANCE, WITHDRAWN = (
    Flag.VALID.value, Flag.SUSPECT.value, Flag.FILLED.value, Flag.MAINTENANCE.value, Flag.WITHDRAWN.value,
)  # fmt: skip
LEFT_OUT = (SUSPECT, WITHDRAWN, MAINTENANCE)
FLAGS = {flag.name.lower(): flag.value for flag in Flag}
MICRO = 1_000_000
Times = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Series:
    """Times in seconds since 1970, numbers, flags; what is no number is not here."""

    times: Array
    values: Array
    flags: Array

    @property
    def counted(self) -> Array:
        """For each whether it counts."""
        return ~np.isin(self.flags, LEFT_OUT)

    def between(self, since: datetime, until: datetime) -> Series:
        """Those of them in that time."""
        first, last = np.searchsorted(self.times, (since.timestamp(), until.timestamp()))
        return Series(self.times[first:last], self.values[first:last], self.flags[first:last])


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


class Values:
    """What is read of a datastream for one page: hours and single values each at once, for the widest span that is asked."""

    def __init__(
        self,
        datastream: Datastream,
        *,
        hours: Times | None = None,
        series: Times | None = None,
        unit: str | None = None,
    ) -> None:
        self.datastream, self.unit = datastream, unit
        self._wide_hours, self._wide_series = hours, series
        self._hours: Hours | None = None
        self._series: Series | None = None

    def hours(self, since: datetime, until: datetime) -> Hours:
        """The hours that begin in that time."""
        wide = self._wide_hours
        if wide is None or since < wide[0] or until > wide[1]:
            return hours(self.datastream, since, until, self.unit)
        if self._hours is None:
            self._hours = hours(self.datastream, *wide, self.unit)
        return self._hours.between(since, until)

    def has_series(self, since: datetime, until: datetime) -> bool:
        """Whether single values of that time are read anyway."""
        wide = self._wide_series
        return wide is not None and wide[0] <= since and until <= wide[1]

    def series(self, since: datetime, until: datetime) -> Series:
        """All numbers in that time, in order."""
        wide = self._wide_series
        if wide is None or not self.has_series(since, until):
            return series(self.datastream, since, until, self.unit)
        if self._series is None:
            self._series = series(self.datastream, *wide, self.unit)
        return self._series.between(since, until)


def received(datastream: Datastream, since: datetime, until: datetime) -> Series:
    """All numbers with since <= time < until, each in the unit in which it came."""
    return _numbers(store.series(datastream.pk, since, until))


def series(datastream: Datastream, since: datetime, until: datetime, unit: str | None = None) -> Series:
    """All numbers with since <= time < until, in order, in the present unit or in the one with this code."""
    return _numbers(one_unit.series(datastream, since, until, unit))


def series_of_hours(datastream: Datastream, starts: Array) -> Series:
    """All numbers of these hours (seconds since 1970 of their beginnings, each once), in order, in the present unit."""
    return _numbers(one_unit.series_of_hours(datastream, starts.astype(np.int64) * MICRO))


def _numbers(found: store.Series) -> Series:
    there = np.isfinite(found.values)
    return Series(found.times[there] / MICRO, found.values[there], found.flags[there])


def hours(datastream: Datastream, since: datetime, until: datetime, unit: str | None = None) -> Hours:
    """What came together in each hour that begins in that time, in the same unit."""
    found = one_unit.hours(datastream, since, until, unit)
    return Hours(
        found.hours / MICRO, found.count, found.sum, found.min, found.max, found.filled, found.left_out,
    )  # fmt: skip
