# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Times of the town: a span between two local midnights, cut into hours, days or months as the calendar has them."""

from __future__ import annotations

from calendar import isleap
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

SAME_WEEKDAYS = 62
"""Up to so many days a year earlier means the same days of the week, beyond that the same dates."""


class Grain(StrEnum):
    """How finely a span is shown."""

    RAW = "raw"
    HOUR = "hour"
    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Span:
    """From the local midnight that begins ``first`` to the one that ends ``last``."""

    first: date
    last: date
    zone: ZoneInfo

    @property
    def since(self) -> datetime:
        return midnight(self.first, self.zone)

    @property
    def until(self) -> datetime:
        return midnight(self.last + timedelta(days=1), self.zone)

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def shifted(self, first: date) -> Span:
        """The same number of days from another one on."""
        return Span(first, first + timedelta(days=self.days - 1), self.zone)

    def before(self) -> Span:
        """The span that ends where this one begins."""
        return self.shifted(self.first - timedelta(days=self.days))

    def year_before(self) -> Span:
        """A year earlier; up to two months the same weekdays (52 weeks), longer the same dates, also where 29 February lies between."""
        if self.days <= SAME_WEEKDAYS:
            return self.shifted(self.first - timedelta(weeks=52))
        return Span(same_day(self.first, self.first.year - 1), same_day(self.last, self.last.year - 1), self.zone)

    def years_to(self, other: Span) -> int:
        """By how many years another span of the same dates lies later; 0 where it has other dates, or is short."""
        return _years(self.first, self.last, other.first, other.last) if self.days > SAME_WEEKDAYS else 0

    def borders(self, grain: Grain) -> list[datetime]:
        """Where hours, days or months begin, and the end. Local days have 23, 24 or 25 hours; moments in UTC."""
        if grain is Grain.HOUR:
            start, end = self.since.astimezone(UTC), self.until.astimezone(UTC)
            count = int((end - start).total_seconds() // 3600)
            return [start + timedelta(hours=n) for n in range(count + 1)]
        if grain is Grain.MONTH:
            starts = [self.first]
            while (following := _next_month(starts[-1])) <= self.last:
                starts.append(following)
        else:
            starts = [self.first + timedelta(days=n) for n in range(self.days)]
        return [*(midnight(day, self.zone).astimezone(UTC) for day in starts), self.until.astimezone(UTC)]

    def on_the_wall(self, moment: datetime) -> timedelta:
        """How far a moment lies behind the first midnight on the wall clock: the same for two spans that are compared."""
        wall = moment.astimezone(self.zone).replace(tzinfo=None)
        return wall - midnight(self.first, self.zone).replace(tzinfo=None)

    def moved_onto(self, moment: datetime, other: Span) -> datetime:
        """The moment of ``other`` that has the same distance from its first day on the wall clock, or the same date in another year.

        A 29 February where there is none has no length: it begins and ends with 1 March.
        """
        wall = moment.astimezone(self.zone).replace(tzinfo=None)
        years = self.years_to(other)
        if not years:
            return (wall + (other.first - self.first)).replace(tzinfo=other.zone)
        if (wall.month, wall.day) == (2, 29) and not isleap(wall.year + years):
            return datetime(wall.year + years, 3, 1, tzinfo=other.zone)
        return wall.replace(year=wall.year + years, tzinfo=other.zone)


@lru_cache(maxsize=64)  # asked for each hour or day of a picture
def _years(first: date, last: date, other_first: date, other_last: date) -> int:
    years = other_first.year - first.year
    ahead = tuple(same_day(day, day.year + years) for day in (first, last))
    back = tuple(same_day(day, day.year - years) for day in (other_first, other_last))
    return years if (other_first, other_last) == ahead or (first, last) == back else 0


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The beginning of a local day."""
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def same_day(day: date, year: int) -> date:
    """The same day of another year; 28 February for the 29th."""
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def grain_of(days: int, *, counted: bool) -> Grain:
    """What can be told apart on a screen; counts begin with hours, because a count needs a time in which it was made."""
    if days <= 2:
        return Grain.HOUR if counted else Grain.RAW
    if days <= (10 if counted else 45):
        return Grain.HOUR
    return Grain.DAY if days <= 1100 else Grain.MONTH
