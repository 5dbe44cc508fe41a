# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Figures of a datastream over a span: cut into the town's hours, days or months, with what is missing.

Values are put together as their quantity asks for (``Aggregation``): counts are added, levels in decibel are averaged by their
energy, directions as vectors. What is suspect or withdrawn counts nowhere; what was filled in counts, and is told.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from stadtherz.services.sensing.models import Datastream
from stadtherz.services.sensing.quantities import QUANTITIES, Aggregation, Quantity
from stadtherz.services.sensing.queries import reading
from stadtherz.services.sensing.queries.spans import Grain, Span

FROM_VALUES = frozenset({Aggregation.ENERGETIC, Aggregation.CIRCULAR})
"""What cannot be made of hourly sums."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """One hour, day or month. ``value`` is None where nothing was measured; ``complete`` is a share, None if unknown."""

    start: datetime
    end: datetime
    value: float | None
    low: float | None
    high: float | None
    count: int
    filled: int
    left_out: int
    complete: float | None


@dataclass(frozen=True, slots=True)
class Summary:
    """A whole span in figures. ``complete`` counts only the time that has passed."""

    value: float | None
    low: float | None
    high: float | None
    count: int
    filled: int
    left_out: int
    complete: float | None


def quantity_of(datastream: Datastream) -> Quantity | None:
    """The entry of the catalogue."""
    return QUANTITIES.get(datastream.quantity)


def aggregation_of(datastream: Datastream) -> Aggregation:
    """How values are put together; what is not in the catalogue is averaged."""
    known = quantity_of(datastream)
    return known.aggregation if known else Aggregation.MEAN


def is_counted(datastream: Datastream) -> bool:
    """Whether values are added over time: vehicles, rain."""
    return aggregation_of(datastream) is Aggregation.SUM


def together(values: np.ndarray, how: Aggregation) -> float:
    """One value of several."""
    if how is Aggregation.ENERGETIC:
        return float(10 * np.log10(np.mean(10 ** (values / 10))))
    if how is Aggregation.CIRCULAR:
        angles = np.radians(values)
        return math.degrees(math.atan2(float(np.sin(angles).mean()), float(np.cos(angles).mean()))) % 360
    if how is Aggregation.SUM:
        return float(values.sum())
    return float(values.max() if how in {Aggregation.MAXIMUM, Aggregation.LAST} else values.mean())


def buckets(
    datastream: Datastream, span: Span, grain: Grain, now: datetime, hours: reading.Hours | None = None
) -> list[Bucket]:
    """The span in its hours, days or months. ``hours``: read before, for this span at least."""
    borders = span.borders(grain)
    how = aggregation_of(datastream)
    edges = np.array([border.timestamp() for border in borders])
    if how in FROM_VALUES:
        found = _from_values(datastream, span, edges, how)
    else:
        found = _from_hours(_hours(datastream, span, hours), edges, how)
    made = []
    for n, (start, end) in enumerate(itertools.pairwise(borders)):
        value, low, high, count, filled, left_out = found[n]
        seconds = (min(end, now) - start).total_seconds()
        made.append(
            Bucket(start, end, value, low, high, count, filled, left_out, _share(count + left_out, seconds, datastream))
        )
    return made


def _share(count: int, seconds: float, datastream: Datastream) -> float | None:
    """Which part of the values came that were due in that time."""
    expected = datastream.expected_seconds
    if not expected or seconds < expected:
        return None
    return min(1.0, count / math.floor(seconds / expected))


_Row = tuple[float | None, float | None, float | None, int, int, int]


def _hours(datastream: Datastream, span: Span, hours: reading.Hours | None) -> reading.Hours:
    if hours is not None:
        return hours.between(span.since, span.until)
    return reading.hours(datastream.pk, span.since, span.until)


def _from_hours(rows: reading.Hours, edges: np.ndarray, how: Aggregation) -> list[_Row]:
    made: list[_Row] = []
    places = np.searchsorted(rows.starts, edges)
    for left, right in itertools.pairwise(places):
        count = int(rows.counts[left:right].sum())
        filled, left_out = int(rows.filled[left:right].sum()), int(rows.left_out[left:right].sum())
        if count == 0:
            made.append((None, None, None, 0, filled, left_out))
            continue
        present = rows.counts[left:right] > 0
        low, high = float(rows.lows[left:right][present].min()), float(rows.highs[left:right][present].max())
        total = float(rows.sums[left:right][present].sum())
        value = (
            total
            if how is Aggregation.SUM
            else high
            if how in {Aggregation.MAXIMUM, Aggregation.LAST}
            else total / count
        )
        made.append((value, low, high, count, filled, left_out))
    return made


def _from_values(datastream: Datastream, span: Span, edges: np.ndarray, how: Aggregation) -> list[_Row]:
    series = reading.series(datastream.pk, span.since, span.until)
    made: list[_Row] = []
    places = np.searchsorted(series.times, edges)
    for left, right in itertools.pairwise(places):
        values, flags = series.values[left:right], series.flags[left:right]
        counts = np.isfinite(values) & ~np.isin(flags, reading.LEFT_OUT)
        left_out = int(np.isin(flags, reading.LEFT_OUT).sum())
        kept = values[counts]
        if not len(kept):
            made.append((None, None, None, 0, 0, left_out))
            continue
        filled = int((flags[counts] == reading.FILLED).sum())
        made.append((together(kept, how), float(kept.min()), float(kept.max()), len(kept), filled, left_out))
    return made


def summary(found: Sequence[Bucket], datastream: Datastream, span: Span, now: datetime) -> Summary:
    """The whole span from its buckets: weighted by how many values each has."""
    how = aggregation_of(datastream)
    known = [bucket for bucket in found if bucket.value is not None]
    count = sum(bucket.count for bucket in found)
    left_out, filled = sum(bucket.left_out for bucket in found), sum(bucket.filled for bucket in found)
    seconds = (min(span.until, now) - span.since).total_seconds()
    complete = _share(count + left_out, seconds, datastream)
    if not known:
        return Summary(None, None, None, 0, filled, left_out, complete)
    values = np.array([bucket.value for bucket in known], dtype=float)
    weights = np.array([bucket.count for bucket in known], dtype=float)
    if how is Aggregation.SUM:
        value = float(values.sum())
    elif how is Aggregation.ENERGETIC:
        value = float(10 * np.log10(np.average(10 ** (values / 10), weights=weights)))
    elif how in {Aggregation.MAXIMUM, Aggregation.LAST}:
        value = float(values.max())
    else:
        value = float(np.average(values, weights=weights))
    lows = [bucket.low for bucket in known if bucket.low is not None]
    highs = [bucket.high for bucket in known if bucket.high is not None]
    return Summary(value, min(lows), max(highs), count, filled, left_out, complete)


@dataclass(frozen=True, slots=True)
class Profile:
    """A typical week: ``cells[weekday][hour]`` (Monday is 0, local hours), and over how many hours each is the mean."""

    cells: tuple[tuple[float | None, ...], ...]
    hours: tuple[tuple[int, ...], ...]

    @property
    def workdays(self) -> tuple[float | None, ...]:
        return self._mean(range(5))

    @property
    def weekend(self) -> tuple[float | None, ...]:
        return self._mean(range(5, 7))

    def _mean(self, days: range) -> tuple[float | None, ...]:
        """Mean of the days, each as often as it was measured."""
        made: list[float | None] = []
        for hour in range(24):
            parts = [(self.cells[day][hour], self.hours[day][hour]) for day in days]
            known = [(value, n) for value, n in parts if value is not None]
            made.append(sum(value * n for value, n in known) / sum(n for _v, n in known) if known else None)
        return tuple(made)


def typical_week(datastream: Datastream, span: Span, hours: reading.Hours | None = None) -> Profile:
    """What is usual at each hour of each weekday: the mean over the hours that were measured whole.

    An hour with fewer values than are due would make a count too small; so it is left out, where it is known how many are due. The
    hour that a night in October has twice counts twice, the one that a night in March lacks does not count.
    """
    rows = _hours(datastream, span, hours)
    due = 3600 // datastream.expected_seconds if datastream.expected_seconds else 1
    counted = is_counted(datastream)
    totals, numbers = np.zeros((7, 24)), np.zeros((7, 24), dtype=int)
    for start, count, total in zip(rows.starts, rows.counts, rows.sums, strict=True):
        if count == 0 or count < due:
            continue
        local = datetime.fromtimestamp(float(start), UTC).astimezone(span.zone)
        totals[local.weekday(), local.hour] += total if counted else total / count
        numbers[local.weekday(), local.hour] += 1
    cells = tuple(
        tuple(float(totals[d, h] / numbers[d, h]) if numbers[d, h] else None for h in range(24)) for d in range(7)
    )
    return Profile(cells, tuple(tuple(int(numbers[d, h]) for h in range(24)) for d in range(7)))
