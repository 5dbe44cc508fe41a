# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""When a rule would raise an alert: the same for values of now and for a trial on those of last year.

Four kinds. *Threshold*: the value is beyond a bound. *Change*: it differs by more than a bound from what it was some minutes
before; over a gap nobody knows how quickly it changed. *Silence*: no value came for longer than allowed. *Outlier*: it is further from what is usual at this hour of the week than
a number of robust deviations, |x - median| / (1.4826 MAD), after Hampel (1974) and Iglewicz and Hoaglin, "How to detect and
handle outliers" (1993), who propose 3.5; the median and the MAD are not moved by the outliers that are looked for.

With hysteresis: an alert that began at the bound ends only when the value has come back behind a second, milder one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

Array = np.ndarray[Any, Any]
MAD_TO_SIGMA = 1.4826
HOURS_OF_WEEK = 168
LATE = 2.5
"""So many times later than usual the next value comes after a gap."""
FEWEST = 4
"""An hour of the week that was measured in fewer weeks has no usual: values of a single hour only tell how that one hour was."""
HOUR, DAY, WEEK = 3600, 86400, 604800
HISTORY = 26 * WEEK
"""How far back "usual" looks, in seconds."""
MONDAY = 4 * DAY
"""1970 began on a Thursday; four days later was a Monday."""


class Kind(StrEnum):
    """What a rule looks for."""

    THRESHOLD = "threshold"
    CHANGE = "change"
    SILENCE = "silence"
    OUTLIER = "outlier"


@dataclass(frozen=True, slots=True)
class Watch:
    """A rule without its name. ``bound`` and ``release`` in the unit of the value, of a change by how much it rises (or falls, ``below``); for outliers in robust deviations.

    ``minutes``: over which time a change is looked at; how long silence may last. ``hold``: for how many minutes the value must
    stay beyond the bound. ``weekdays`` (Monday is 0) and hours from, to (local; to excluded) say when it watches at all. Hours over
    midnight belong to the day on which they begin: Friday from 22 to 6 ends on Saturday at six.
    """

    kind: Kind
    bound: float
    release: float
    below: bool = False
    minutes: int = 60
    hold: int = 0
    weekdays: frozenset[int] = frozenset(range(7))
    from_hour: int = 0
    to_hour: int = 24
    every: int = 0
    """How many seconds lie between two values as a rule; 0: nobody knows. Over a gap nobody knows whether what must last did."""


@dataclass(frozen=True, slots=True)
class Episode:
    """An alert: from when to when (seconds since 1970; None: it lasts), and the value furthest beyond the bound."""

    start: float
    end: float | None
    peak: float


@dataclass(frozen=True, slots=True)
class Usual:
    """Median and robust deviation for each hour of the week, NaN where too little is known."""

    median: Array
    deviation: Array


def local_hours(times: Array, zone: ZoneInfo) -> tuple[Array, Array]:
    """Weekday (Monday is 0) and hour on the wall clock. The offset is asked once an hour, not for each value."""
    from datetime import UTC, datetime

    marks = (times // HOUR * HOUR).astype(np.int64)
    distinct, places = np.unique(marks, return_inverse=True)
    offsets = [datetime.fromtimestamp(int(m), UTC).astimezone(zone).utcoffset() for m in distinct]
    seconds = np.array([offset.total_seconds() if offset else 0.0 for offset in offsets])
    wall = times + (seconds[places] if len(times) else 0.0)
    return ((wall - MONDAY) // DAY % 7).astype(int), (wall // HOUR % 24).astype(int)


def hours_of_week(times: Array, zone: ZoneInfo) -> Array:
    """The hour of the week on the wall clock, Monday from 0 o'clock is 0."""
    weekdays, hours = local_hours(times, zone)
    return weekdays * 24 + hours


def same_hours_before(times: Array, until: float, zone: ZoneInfo) -> Array:
    """Beginnings of the hours in the half-year before ``until`` that are the same hours of the week as those of these times."""
    first = (until - HISTORY) // HOUR * HOUR
    moved = HOUR * np.arange(-1, 2)  # clocks that change move an hour of the week by one
    places = np.unique((times[:, None] // HOUR * HOUR + moved - first) % WEEK)
    near = np.sort((first + places[:, None] + WEEK * np.arange(HISTORY // WEEK + 1)).ravel())
    near = near[near < until]
    return near[np.isin(hours_of_week(near, zone), hours_of_week(times, zone))]


def usual(times: Array, values: Array, zone: ZoneInfo, *, is_count: bool = False) -> Usual:
    """What is usual at each hour of the week. A deviation of nothing is lifted to a hundredth of the median, that of a count to at least
    the root of the median, by which counts scatter by chance (Poisson): three bicycles instead of two at night are nothing unusual."""
    median, deviation = np.full(HOURS_OF_WEEK, np.nan), np.full(HOURS_OF_WEEK, np.nan)
    for place, inside in enumerate(_by_hour_of_week(times, zone)):
        if len(inside) >= FEWEST and len(np.unique(times[inside] // HOUR)) >= FEWEST:
            median[place], deviation[place] = _middle(values[inside], is_count)
    return Usual(median, deviation)


def _by_hour_of_week(times: Array, zone: ZoneInfo) -> list[Array]:
    """For each hour of the week the places of its values, in the order of time."""
    places = hours_of_week(times, zone)
    order = np.argsort(places, kind="stable")
    return np.split(order, np.searchsorted(places[order], np.arange(1, HOURS_OF_WEEK)))


def _middle(there: Array, is_count: bool) -> tuple[float, float]:
    """Median and robust deviation."""
    median = _median(there)
    least = math.sqrt(max(median, 1.0)) if is_count else max(abs(median) / 100, 1e-9)
    return median, max(MAD_TO_SIGMA * _median(np.abs(there - median)), least)


def _median(there: Array) -> float:
    """The same as ``numpy.median``, without what that costs for few values."""
    low, high = (len(there) - 1) // 2, len(there) // 2
    parted = np.partition(there, (low, high))
    return float(parted[low] + parted[high]) / 2


def from_usual(times: Array, values: Array, zone: ZoneInfo, since: float, *, is_count: bool = False) -> Array:
    """How many robust deviations each value since then lies away from what was usual in the half-year before its week: what a rule
    that had looked week by week would have known. NaN before ``since``, and where too little was known."""
    found = np.full(len(times), np.nan)
    weeks = np.arange(since, times[-1] + WEEK, WEEK) if len(times) else np.zeros(0)
    for inside in _by_hour_of_week(times, zone):
        own, there = times[inside], values[inside]
        hours = np.cumsum(
            np.diff(own // HOUR, prepend=-1) != 0
        )  # numbers its hours, to see how many lie in a half-year
        borders = np.searchsorted(own, (weeks - HISTORY, weeks, weeks + WEEK)).T.tolist()
        for known, first, last in borders:
            if first - known < FEWEST or first == last or hours[first - 1] - hours[known] + 1 < FEWEST:
                continue
            median, deviation = _middle(there[known:first], is_count)
            found[inside[first:last]] = np.abs(there[first:last] - median) / deviation
    return found


def _from(known: Usual, times: Array, values: Array, zone: ZoneInfo) -> Array:
    places = hours_of_week(times, zone)
    found: Array = np.abs(values - known.median[places]) / known.deviation[places]
    return found


def measures(watch: Watch, times: Array, values: Array, zone: ZoneInfo, known: Usual | None) -> Array:
    """For each value how far it is in the sense of the rule; NaN where the rule does not look."""
    if watch.kind is Kind.CHANGE:
        found = _changes(times, values, watch.minutes * 60)
    elif watch.kind is Kind.OUTLIER:
        found = np.full(len(times), np.nan) if known is None else _from(known, times, values, zone)
    else:
        found = values.astype(float)
    return np.where(_watched(watch, times, zone), -found if watch.below else found, np.nan)


def _changes(times: Array, values: Array, seconds: float) -> Array:
    """The difference to the value ``seconds`` before, or the last one before that; NaN where that one lies behind a gap."""
    before = np.searchsorted(times, times - seconds, side="right") - 1
    earlier = np.maximum(before, 0)
    rhythm = float(np.median(np.diff(times))) if len(times) > 1 else 0.0
    is_near = (before >= 0) & (times - times[earlier] <= 2 * max(seconds, rhythm))
    return np.where(is_near, values - values[earlier], np.nan)


def _watched(watch: Watch, times: Array, zone: ZoneInfo) -> Array:
    if len(watch.weekdays) == 7 and (watch.from_hour, watch.to_hour) == (0, 24):
        return np.ones(len(times), bool)
    weekdays, hours = local_hours(times, zone)
    if watch.from_hour < watch.to_hour:
        inside = (hours >= watch.from_hour) & (hours < watch.to_hour)
    else:  # over midnight
        after_midnight = hours < watch.to_hour
        inside = (hours >= watch.from_hour) | after_midnight
        weekdays = np.where(after_midnight, (weekdays - 1) % 7, weekdays)
    return inside & np.isin(weekdays, list(watch.weekdays))


def episodes(
    watch: Watch, times: Array, values: Array, *, zone: ZoneInfo, now: float, known: Usual | None = None,
    open_since: float | None = None, open_peak: float = np.nan,
    after: float = -np.inf, away: Array | None = None,
) -> list[Episode]:  # fmt: skip
    """All alerts in these values, in order. ``open_since``: one lasts already, whose furthest value was ``open_peak``; then only
    values later than ``after`` are new. ``away``: how far each value is from what was usual then (``from_usual``)."""
    if watch.kind is Kind.SILENCE:
        return _silences(watch, times, zone, now)
    is_lower = watch.below and watch.kind is Kind.THRESHOLD  # a fall is measured as what it falls by
    bound, release = (-watch.bound, -watch.release) if is_lower else (watch.bound, watch.release)
    found: list[Episode] = []
    start, since, furthest = open_since, None, _Furthest(watch)
    before = math.inf
    if open_since is not None:
        when, peak = np.array([open_since]), np.array([open_peak])
        furthest.see(open_peak, float(measures(watch, when, peak, zone, known)[0]))
    measured = measures(watch, times, values, zone, known)
    if away is not None:
        measured = np.where(_watched(watch, times, zone), away, np.nan)
    for time, value, measure in zip(times.tolist(), values.tolist(), measured.tolist(), strict=True):
        if time <= after:
            continue
        is_gap, before = bool(watch.every) and time - before > LATE * watch.every, time
        if start is None:
            if is_gap or not measure > bound:
                since, furthest = None, _Furthest(watch)
            if measure > bound:
                since = time if since is None else since
                furthest.see(value, measure)
                if time - since >= watch.hold * 60:
                    start = time
        elif not measure > release:
            found.append(Episode(start, time, furthest.value))
            start, since, furthest = None, None, _Furthest(watch)
        else:
            furthest.see(value, measure)
    if start is not None:
        found.append(Episode(start, None, furthest.value))
    return found


class _Furthest:
    """The value furthest beyond the bound: for outliers by their measure, which may lie on either side of what is usual."""

    def __init__(self, watch: Watch) -> None:
        self.value, self._most = np.nan, -np.inf
        self._by_measure, self._sign = watch.kind is Kind.OUTLIER, -1 if watch.below else 1

    def see(self, value: float, measure: float) -> None:
        how_far = measure if self._by_measure else self._sign * value
        if how_far > self._most:
            self.value, self._most = value, how_far


def _silences(watch: Watch, times: Array, zone: ZoneInfo, now: float) -> list[Episode]:
    """From the first watched moment after the allowed silence until the next value; its measure is the silence in minutes."""
    if not len(times):
        return []
    allowed = watch.minutes * 60
    following = np.append(times[1:], now)
    late = np.flatnonzero(following - times > allowed)
    found = []
    for place, watched in zip(late.tolist(), _watched(watch, times[late] + allowed, zone).tolist(), strict=True):
        said, next_said, lasts = float(times[place]), float(following[place]), place == len(times) - 1
        begin = said + allowed if watched else _next_watched(watch, said + allowed, next_said, zone)
        if begin is not None:
            found.append(Episode(begin, None if lasts else next_said, (next_said - said) / 60))
    return found


def _next_watched(watch: Watch, begin: float, end: float, zone: ZoneInfo) -> float | None:
    """The first full hour after ``begin``, and before ``end``, in which the rule looks. Two weeks and an hour are enough: the one
    night in March that lacks an hour may be the only one in a week."""
    hours = begin // HOUR * HOUR + HOUR * np.arange(1, 2 * HOURS_OF_WEEK + 2)
    hours = hours[hours < end]
    watched = hours[_watched(watch, hours, zone)]
    return float(watched[0]) if len(watched) else None
