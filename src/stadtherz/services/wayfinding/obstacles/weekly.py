# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What recurs every week: the rule that a clerk gives, and the times that follow from it. No database, no clock.

Hours are those of the town's clocks, and a time over midnight belongs to the day on which it begins. In the nights in which
the clocks change, a time reaches from the first moment at which they show its beginning to the last before its end: an hour
that is there twice counts twice, and one that is not there is left out. Days and their short names as in iCalendar (RFC 5545).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, Final

Time = tuple[datetime, datetime]

SHORT: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
MINUTE: Final = timedelta(minutes=1)
DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Weekly:
    """``days`` (Monday is 0) from ``first`` to ``last`` (both included) but ``without``, each from the hour ``begins`` until
    ``ends``: the next day's where that is not later, so that 0:00 to 0:00 is the whole day."""

    days: frozenset[int]
    begins: time
    ends: time
    first: date
    last: date
    without: frozenset[date] = frozenset()

    def dates(self) -> Iterator[date]:
        """The days on which it begins."""
        for number in range((self.last - self.first).days + 1):
            day = self.first + timedelta(days=number)
            if day.weekday() in self.days and day not in self.without:
                yield day

    def left_out(self) -> list[date]:
        """The days without it that would have been its days."""
        return sorted(day for day in self.without if self.first <= day <= self.last and day.weekday() in self.days)

    def but(self, day: date) -> Weekly:
        """The same without one more day."""
        return replace(self, without=self.without | {day})

    def times(self, zone: tzinfo) -> list[Time]:
        """When it counts (UTC), in order; times that meet are one."""
        return list(_joined(found for day in self.dates() if (found := self._on(day, zone)) is not None))

    def _on(self, day: date, zone: tzinfo) -> Time | None:
        until = datetime.combine(day if self.begins < self.ends else day + DAY, self.ends)
        begins = _moment(datetime.combine(day, self.begins), zone)
        # the last minute that counts: of an hour that is there twice, the second one
        ends = _moment(until - MINUTE, zone, second=True, after=MINUTE)
        return (begins, ends) if begins < ends else None


def _moment(wall: datetime, zone: tzinfo, *, second: bool = False, after: timedelta = timedelta()) -> datetime:
    """When the clocks show this, and so much later; where they never do, the moment at which they skip it."""
    found = wall.replace(tzinfo=zone, fold=int(second)).astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) == wall:
        return found + after
    early = wall.replace(tzinfo=zone, fold=1).astimezone(
        UTC
    )  # by the new offset still before the change, by the old after it
    late = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    offset = late.astimezone(zone).utcoffset()
    while late - early > MINUTE:
        middle = early + (late - early) // 2 // MINUTE * MINUTE
        if middle.astimezone(zone).utcoffset() == offset:
            late = middle
        else:
            early = middle
    return late


def _joined(times: Iterable[Time]) -> Iterator[Time]:
    before: Time | None = None
    for one in times:
        if before is not None and one[0] <= before[1]:
            before = before[0], max(before[1], one[1])
            continue
        if before is not None:
            yield before
        before = one
    if before is not None:
        yield before


def as_mapping(rule: Weekly) -> dict[str, Any]:
    """The rule as JSON."""
    return {
        "days": [SHORT[day] for day in sorted(rule.days)], "from": f"{rule.begins:%H:%M}", "until": f"{rule.ends:%H:%M}",
        "first": rule.first.isoformat(), "last": rule.last.isoformat(),
        "without": [day.isoformat() for day in sorted(rule.without)],
    }  # fmt: skip


def from_mapping(said: Mapping[str, Any]) -> Weekly:
    """What ``as_mapping`` wrote."""
    return Weekly(
        frozenset(SHORT.index(day) for day in said["days"]), time.fromisoformat(said["from"]),
        time.fromisoformat(said["until"]), date.fromisoformat(said["first"]), date.fromisoformat(said["last"]),
        frozenset(date.fromisoformat(day) for day in said["without"]),
    )  # fmt: skip


def as_recurrence(rule: Weekly) -> str:
    """Its days as the recurrence rule of a calendar (RFC 5545, 3.3.10): local dates, without the days that are left out."""
    return f"FREQ=WEEKLY;BYDAY={','.join(SHORT[day] for day in sorted(rule.days))};UNTIL={rule.last:%Y%m%d}"
