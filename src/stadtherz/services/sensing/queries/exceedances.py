# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is held against limits: means of hours, of eight hours, of days, levels by day and by night.

Means of eight hours and what makes them valid: Directive 2008/50/EC, annexes VII and XI: each belongs to the day on which it ends,
the first of a day is that from 17 o'clock of the day before to 1 o'clock; six of the eight hours must be there, for the highest of
a day eighteen of the means, for an hour three quarters of its values. A mean of a day needs three quarters of its values as well.
"""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta

import numpy as np

from stadtherz.services.sensing.limits import Over
from stadtherz.services.sensing.models import Datastream
from stadtherz.services.sensing.quantities import Aggregation
from stadtherz.services.sensing.queries import reading
from stadtherz.services.sensing.queries.figures import buckets, is_of_values, together
from stadtherz.services.sensing.queries.spans import Grain, Span

HOUR = 3600
EIGHT, SIX, EIGHTEEN = 8, 6, 18
ENOUGH = 0.75
BEFORE = timedelta(hours=EIGHT)
"""How far back a mean that ends at the beginning of a span reaches."""
DAY_BEGINS, NIGHT_BEGINS = 6, 22


def eight_hours(datastream: Datastream, span: Span, read: reading.Values) -> tuple[np.ndarray, np.ndarray]:
    """Ends (seconds since 1970) and means of all eight hours that end in the span; NaN where too little is there."""
    rows = read.hours(span.since - BEFORE, span.until)
    first = int((span.since - BEFORE).timestamp())
    count = (int(span.until.timestamp()) - first) // HOUR
    hourly = np.full(count, np.nan)
    due = ENOUGH * HOUR / datastream.expected_seconds if datastream.expected_seconds else 1
    enough = (rows.counts > 0) & (rows.counts >= due)
    hourly[((rows.starts[enough] - first) // HOUR).astype(int)] = rows.sums[enough] / rows.counts[enough]
    there = np.isfinite(hourly)
    values = np.concatenate(([0.0], np.cumsum(np.where(there, hourly, 0.0))))
    numbers = np.concatenate(([0], np.cumsum(there)))
    sums, known = values[EIGHT:] - values[:-EIGHT], numbers[EIGHT:] - numbers[:-EIGHT]
    means = np.where(known >= SIX, sums / np.maximum(known, 1), np.nan)
    return first + HOUR * np.arange(EIGHT, count + 1), means


def highest_of_days(datastream: Datastream, span: Span, read: reading.Values) -> list[float | None]:
    """For each day of the span the highest mean of eight hours that ends on it; None where too little is there."""
    ends, means = eight_hours(datastream, span, read)
    found: list[float | None] = []
    for start, end in itertools.pairwise(border.timestamp() for border in span.borders(Grain.DAY)):
        day = means[(ends > start) & (ends <= end)]
        known = day[np.isfinite(day)]
        found.append(float(known.max()) if len(known) >= EIGHTEEN else None)
    return found


def by_day_and_night(span: Span, read: reading.Values) -> dict[Over, list[float]]:
    """Levels from 6 to 22 o'clock and from 22 to 6 of each day, by their energy. A night belongs to the day on which it begins."""
    series = read.series(span.since, span.until)
    times, values = series.times[series.counted], series.values[series.counted]
    found: dict[Over, list[float]] = {Over.DAYTIME: [], Over.NIGHT: []}
    for number in range(span.days):
        day = span.first + timedelta(days=number)
        morning, evening, following = (
            datetime(at.year, at.month, at.day, hour, tzinfo=span.zone).timestamp()
            for at, hour in (
                (day, DAY_BEGINS),
                (day, NIGHT_BEGINS),
                (day + timedelta(days=1), DAY_BEGINS),
            )
        )
        for over, since, until in ((Over.DAYTIME, morning, evening), (Over.NIGHT, evening, following)):
            part = values[np.searchsorted(times, since) : np.searchsorted(times, until)]
            whole = len(part) and times[-1] >= until - HOUR  # what is not over yet tells nothing
            if whole:
                found[over].append(together(part, Aggregation.ENERGETIC))
    return found


def held_against(
    datastream: Datastream, span: Span, now: datetime, wanted: set[Over], read: reading.Values
) -> dict[Over, list[float]]:
    """All means of each wanted kind in the span that are whole enough to be held against a limit."""
    found: dict[Over, list[float]] = {}
    if is_of_values(datastream):
        return by_day_and_night(span, read)
    for over, grain in ((Over.HOUR, Grain.HOUR), (Over.DAY, Grain.DAY)):
        if over in wanted:
            found[over] = [
                each.value
                for each in buckets(datastream, span, grain, now, read)
                if each.value is not None and each.end <= now and (each.complete is None or each.complete >= ENOUGH)
            ]
    if Over.EIGHT_HOURS in wanted:
        found[Over.EIGHT_HOURS] = [value for value in highest_of_days(datastream, span, read) if value is not None]
    return found
