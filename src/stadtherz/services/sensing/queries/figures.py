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
from datetime import datetime, timedelta

import numpy as np

from stadtherz.services.sensing import units
from stadtherz.services.sensing.models import Datastream
from stadtherz.services.sensing.quantities import QUANTITIES, Aggregation, Quantity
from stadtherz.services.sensing.queries import reading
from stadtherz.services.sensing.queries.spans import Grain, Span

FROM_VALUES = frozenset({Aggregation.ENERGETIC, Aggregation.CIRCULAR})
"""What cannot be made of hourly sums."""
WHOLE = 0.9
"""From this share on a figure counts as whole: the ninety percent that Directive 2008/50/EC, annex I, asks of measurements."""


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

    def is_whole(self, now: datetime) -> bool:
        """Whether it is over and nearly all came that was due, so that it may be held against another."""
        return self.value is not None and self.end <= now and (self.complete is None or self.complete >= WHOLE)


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


def quantity_title(datastream: Datastream) -> str:
    """The word of the catalogue for what is measured, else the name of the series."""
    known = quantity_of(datastream)
    return str(known.title) if known else datastream.name


def title_of(datastream: Datastream) -> str:
    """What is measured, with what a clerk wrote to tell it from others of its quantity at the station, such as "into town"."""
    part = datastream.description
    if quantity_of(datastream) is None or not part or datastream.name.partition(": ")[2] != part:
        return quantity_title(datastream)
    return f"{quantity_title(datastream)}, {part}"


def has_own_unit(datastream: Datastream) -> bool:
    """Whether it has another unit than the catalogue's, in which limits stand."""
    return not units.fits(units.code_of(datastream.unit_of_measurement), quantity_of(datastream))


def judged_as(datastream: Datastream) -> str:
    """The key of its quantity, where limits and guidelines fit its unit; else nothing."""
    return "" if has_own_unit(datastream) else datastream.quantity


def aggregation_of(datastream: Datastream, unit: str | None = None) -> Aggregation:
    """How values are put together, in its unit or another one; what is not in the catalogue, or no level and no angle in it, is averaged."""
    known = quantity_of(datastream)
    how = known.aggregation if known else Aggregation.MEAN
    told = units.code_of(datastream.unit_of_measurement) if unit is None else unit
    return Aggregation.MEAN if how in FROM_VALUES and not units.fits(told, known) else how


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


def is_of_values(datastream: Datastream) -> bool:
    """Whether single values are needed, because sums of hours do not tell: levels and directions."""
    return aggregation_of(datastream) in FROM_VALUES


def buckets(
    datastream: Datastream, span: Span, grain: Grain, now: datetime, read: reading.Values | None = None
) -> list[Bucket]:
    """The span in its hours, days or months; single values (``Grain.RAW``) in hours. ``read``: what the page has read."""
    borders = span.borders(Grain.HOUR if grain is Grain.RAW else grain)
    read = read or reading.Values(datastream)
    how = aggregation_of(datastream, read.unit)
    edges = np.array([border.timestamp() for border in borders])
    if how in FROM_VALUES or read.has_series(span.since, span.until):
        found = _from_values(read.series(span.since, span.until), edges, how)
    else:
        found = _from_hours(read.hours(span.since, span.until), edges, how)
    made = []
    for n, (start, end) in enumerate(itertools.pairwise(borders)):
        value, low, high, count, filled, left_out = found[n]
        if value is not None and not np.isfinite(value):  # a sum beyond all numbers
            value, left_out, count = None, left_out + count, 0
        seconds = (min(end, now) - start).total_seconds()
        made.append(Bucket(start, end, value, low, high, count, filled, left_out, _share(count, seconds, datastream)))
    return made


def _share(count: int, seconds: float, datastream: Datastream) -> float | None:
    """Which part of the values is there and counts that were due in that time."""
    expected = datastream.expected_seconds
    if not expected or seconds < expected:
        return None
    return min(1.0, count / math.floor(seconds / expected))


_Row = tuple[float | None, float | None, float | None, int, int, int]


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


def _from_values(series: reading.Series, edges: np.ndarray, how: Aggregation) -> list[_Row]:
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


def summary(
    found: Sequence[Bucket], datastream: Datastream, span: Span, now: datetime, since: datetime | None = None
) -> Summary:
    """The whole span from its buckets: weighted by how many values each has. ``since``: when values were first due."""
    how = aggregation_of(datastream)
    known = [bucket for bucket in found if bucket.value is not None]
    count = sum(bucket.count for bucket in found)
    left_out, filled = sum(bucket.left_out for bucket in found), sum(bucket.filled for bucket in found)
    seconds = min(span.until, now).timestamp() - (since or span.since).timestamp()  # local days of 23 and 25 hours
    complete = _share(count, seconds, datastream)
    if not known:
        return Summary(None, None, None, 0, filled, left_out, complete)
    values = np.array([bucket.value for bucket in known], dtype=float)
    weights = np.array([bucket.count for bucket in known], dtype=float)
    if how is Aggregation.SUM:
        value = float(values.sum())
    elif how is Aggregation.ENERGETIC:
        value = float(10 * np.log10(np.average(10 ** (values / 10), weights=weights)))
    elif how is Aggregation.CIRCULAR:  # of the directions of its parts, as if each had been as steady as the others
        value = back_from(np.average(np.exp(1j * np.radians(values)), weights=weights), how)
    elif how in {Aggregation.MAXIMUM, Aggregation.LAST}:
        value = float(values.max())
    else:
        value = float(np.average(values, weights=weights))
    lows = [bucket.low for bucket in known if bucket.low is not None]
    highs = [bucket.high for bucket in known if bucket.high is not None]
    return Summary(value, min(lows), max(highs), count, filled, left_out, complete)


def in_common(
    ours: Sequence[Bucket], theirs: Sequence[Bucket], span: Span, other: Span, now: datetime
) -> tuple[list[Bucket], list[Bucket]]:
    """The hours, days or months that both have whole, so that a gap or a day that is not over does not make a difference."""
    there: dict[timedelta, Bucket] = {}
    for each in theirs:
        start, end = other.moved_onto(each.start, span), other.moved_onto(each.end, span)
        if each.is_whole(now) and start < end:
            there[span.on_the_wall(start)] = each
    pairs = [
        (each, there[span.on_the_wall(each.start)])
        for each in ours
        if each.is_whole(now) and span.on_the_wall(each.start) in there
    ]
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def back_from(mean: complex, how: Aggregation) -> float:
    """From the mean of energies or points on a circle to a level or direction."""
    if how is Aggregation.ENERGETIC:
        return float(10 * np.log10(mean.real))
    if how is Aggregation.CIRCULAR:
        return round(float(np.degrees(np.angle(mean))), 9) % 360
    return float(mean.real)
