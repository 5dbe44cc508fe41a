# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is usual: the typical week of a datastream, and between which values an hour of the week mostly lies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stadtherz.services.sensing.engine.watching import local_hours
from stadtherz.services.sensing.models import Datastream
from stadtherz.services.sensing.quantities import Aggregation
from stadtherz.services.sensing.queries import reading
from stadtherz.services.sensing.queries.figures import FROM_VALUES, aggregation_of, back_from, together
from stadtherz.services.sensing.queries.spans import Span

FEWEST, TENTH = 4, 10
"""Weeks from which on a range is told; from ten on the lowest and the highest tenth lie outside of it."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A typical week: ``cells[weekday][hour]`` (Monday is 0, local hours), and over how many hours each is the mean."""

    cells: tuple[tuple[float | None, ...], ...]
    hours: tuple[tuple[int, ...], ...]
    how: Aggregation = Aggregation.MEAN

    @property
    def fewest_and_most(self) -> tuple[int, int]:
        """Over how many hours the cells are means."""
        known = [n for row in self.hours for n in row if n]
        return (min(known), max(known)) if known else (0, 0)

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
            known = np.array([value for value, n in parts for _each in range(n) if value is not None])
            how = Aggregation.MEAN if self.how is Aggregation.SUM else self.how
            made.append(together(known, how) if len(known) else None)
        return tuple(made)


@dataclass(frozen=True, slots=True)
class Range:
    """Between which values an hour of the week mostly lies."""

    low: float
    high: float


def typical_week(datastream: Datastream, span: Span, read: reading.Values | None = None) -> Profile:
    """What is usual at each hour of each weekday: the mean over the hours that were measured whole.

    An hour with fewer values than are due would make a count too small; so it is left out, where it is known how many are due. The
    hour that a night in October has twice counts twice, the one that a night in March lacks does not count.
    """
    how = aggregation_of(datastream)
    starts, hourly = _whole_hours(datastream, span, read or reading.Values(datastream))
    weekdays, hours = local_hours(starts, span.zone)
    totals, numbers = np.zeros((7, 24), hourly.dtype), np.zeros((7, 24), dtype=int)
    np.add.at(totals, (weekdays, hours), hourly)
    np.add.at(numbers, (weekdays, hours), 1)
    cells = tuple(
        tuple(back_from(totals[d, h] / numbers[d, h], how) if numbers[d, h] else None for h in range(24))
        for d in range(7)
    )
    return Profile(cells, tuple(tuple(int(numbers[d, h]) for h in range(24)) for d in range(7)), how)


def usual_range(
    datastream: Datastream, span: Span, at: tuple[int, int], read: reading.Values | None = None
) -> Range | None:
    """Between which values this hour (weekday, hour) lay in four of five weeks; of few weeks in all. None where too little is known."""
    how = aggregation_of(datastream)
    if how is Aggregation.CIRCULAR:
        return None
    starts, hourly = _whole_hours(datastream, span, read or reading.Values(datastream))
    weekdays, hours = local_hours(starts, span.zone)
    there = hourly[(weekdays == at[0]) & (hours == at[1])]
    if len(there) < FEWEST:
        return None
    low, high = np.quantile(there, (0.1, 0.9)) if len(there) >= TENTH else (there.min(), there.max())
    return Range(back_from(low, how), back_from(high, how))


def _whole_hours(datastream: Datastream, span: Span, read: reading.Values) -> tuple[np.ndarray, np.ndarray]:
    """The hours that were measured whole: their beginnings, and of each its sum or mean in a form of which means can be made."""
    how = aggregation_of(datastream)
    due = 3600 // datastream.expected_seconds if datastream.expected_seconds else 1
    if how in FROM_VALUES:
        starts, counts, sums = _vectors(read.series(span.since, span.until), how)
    else:
        rows = read.hours(span.since, span.until)
        starts, counts, sums = rows.starts, rows.counts, rows.sums
    whole = (counts > 0) & (counts >= due)
    return starts[whole], sums[whole] if how is Aggregation.SUM else sums[whole] / counts[whole]


def _vectors(series: reading.Series, how: Aggregation) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Hours with their number of values and the sum of what may be added: energies, or directions as points on a circle."""
    kept = series.counted
    times, values = series.times[kept], series.values[kept]
    starts, first = np.unique(times // 3600 * 3600, return_index=True)
    if not len(starts):
        return starts, np.zeros(0, int), np.zeros(0)
    added = 10 ** (values / 10) if how is Aggregation.ENERGETIC else np.exp(1j * np.radians(values))
    return starts, np.diff(np.append(first, len(times))), np.add.reduceat(added, first)
