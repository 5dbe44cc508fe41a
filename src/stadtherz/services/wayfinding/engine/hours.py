# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""When a way with conditions is open: the simple rules that gates, parks and lifts really have, for a moment of local
time. What is not understood is open, and is said.

Understood: "08:00-20:00", "Mo-Fr 06:00-22:00; Sa,Su 08:00-18:00", "22:00-06:00" (over midnight), "Mar-Oct", "Apr 1-Sep 30",
"24/7", "off", "season: summer", and conditional restrictions such as "no @ (22:00-06:00)" or "yes @ (Mo-Fr 08:00-18:00)".
Not understood: holidays (PH, SH; the other rules beside them count), sunrise and sunset, weeks, and whatever else the syntax allows.
Source: OpenStreetMap wiki, pages Key:opening_hours, Conditional_restrictions, Key:seasonal.
"""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

import numpy as np

from .graph import Graph
from .obstacles import Effect, Obstacle

DAYS: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
#: months of a season, as gardens and ferries mean it
_SEASONS: Final = {
    "spring": (3, 5), "summer": (4, 10), "autumn": (9, 11), "winter": (11, 3), "dry_season": (4, 10), "wet_season": (11, 3),
}  # fmt: skip
_DAY: Final = rf"(?:{'|'.join(DAYS)})"
_DAYS: Final = re.compile(rf"^({_DAY})(?:-({_DAY}))?$")
_DATE: Final = rf"({'|'.join(MONTHS)})(?: (\d{{1,2}}))?"
_DATES: Final = re.compile(rf"^{_DATE}(?:-(?:{_DATE}|(\d{{1,2}})))?$")
_TIMES: Final = re.compile(r"^(\d{1,2}):(\d\d)-(\d{1,2}):(\d\d)$")
_CONDITION: Final = re.compile(r"^\s*([a-z_]+)\s*@\s*\(?([^()]*)\)?\s*$")
_NUMBER: Final = r"(?: \d{1,2}(?!\d|:\d))?"
_SPAN: Final = rf"(?:{'|'.join(MONTHS)}){_NUMBER}(?:-(?:(?:{'|'.join(MONTHS)}){_NUMBER}|\d{{1,2}}(?!\d|:\d)))?"
_RULE: Final = re.compile(
    rf"^(?P<dates>{_SPAN}(?:,\s*{_SPAN})*)?:?\s*(?P<days>{_DAY}(?:[-,]{_DAY})*)?\s*(?P<times>.*)$"
)
#: between restrictions, not within the times of one
_PARTS: Final = re.compile(r";(?![^(]*\))")
#: public and school holidays
_HOLIDAYS: Final = re.compile(r"^(?:PH|SH)(?:,(?:PH|SH))*\b")
_ANY_MOMENT: Final = datetime(2024, 1, 1, tzinfo=UTC)
_DASH: Final = re.compile(r"\s*[-–]\s*")
_CLOSED: Final = {"no", "private", "off", "closed"}
_OPEN: Final = {"yes", "designated", "permissive", "destination", "open", "customers"}


#: between the condition of a way and that of a gate on it: both must be open
BOTH: Final = " && "


class NotUnderstood(ValueError):
    """The text says more than we can read."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Days of the year (month, day), weekdays and minutes of the day in which something holds; empty: always."""

    dates: tuple[tuple[tuple[int, int], tuple[int, int]], ...]
    days: frozenset[int]
    times: tuple[tuple[int, int], ...]
    off: bool = False

    def covers_day(self, moment: datetime) -> bool:
        """Whether the rule speaks of this day."""
        today = (moment.month, moment.day)
        in_dates = not self.dates or any(
            first <= today <= last if first <= last else today >= first or today <= last for first, last in self.dates
        )
        return in_dates and (not self.days or moment.weekday() in self.days)

    def holds(self, moment: datetime) -> bool:
        """Whether it holds now; a time over midnight belongs to the day on which it began."""
        minute = moment.hour * 60 + moment.minute
        yesterday = moment - timedelta(days=1)
        for begin, end in self.times or ((0, 1440),):
            if begin < end:
                if begin <= minute < end and self.covers_day(moment):
                    return True
            elif (minute >= begin and self.covers_day(moment)) or (minute < end and self.covers_day(yesterday)):
                return True
        return False


def is_open(text: str, moment: datetime) -> bool:
    """Whether a way with this condition may be used at a moment of local time. Raises ``NotUnderstood``."""
    text = text.strip()
    if BOTH in text:
        return all(is_open(part, moment) for part in text.split(BOTH))
    if text.startswith("season:"):
        return any(_in_season(word.strip(), moment) for word in text.removeprefix("season:").split(";"))
    if "@" in text:
        return _conditional(text, moment)
    rules = _rules(text)
    # the last rule that speaks of the day decides; one of yesterday may reach over midnight
    # "Nov-Mar off" alone tells when it is closed, and nothing of any hours else
    found = all(rule.off for rule in rules)
    for rule in rules:
        if rule.off:
            found = found and not rule.holds(moment)
        elif rule.covers_day(moment):
            found = rule.holds(moment)
        else:
            found = found or rule.holds(moment)
    return found


def _in_season(word: str, moment: datetime) -> bool:
    if word not in _SEASONS:
        raise NotUnderstood(word)
    first, last = _SEASONS[word]
    return first <= moment.month <= last if first <= last else moment.month >= first or moment.month <= last


def opens_at_times(text: str) -> bool:
    """Whether a condition opens at its times what is closed else, and we understand when."""
    if "@" not in text:
        return False
    try:
        is_open(text, _ANY_MOMENT)
    except NotUnderstood:
        return False
    return any(match[1] in _OPEN for match in map(_CONDITION.match, _PARTS.split(text)) if match)


def _conditional(text: str, moment: datetime) -> bool:
    """ "no @ (22:00-06:00)": closed then, else open; "yes @ (…)": open then, else closed."""
    result: bool | None = None
    default = True
    for part in _PARTS.split(text):
        match = _CONDITION.match(part)
        if match is None or match[1] not in _CLOSED | _OPEN:
            raise NotUnderstood(text)
        opens = match[1] in _OPEN
        default = default and not opens
        when = match[2].strip()
        if _in_season(when, moment) if when in _SEASONS else any(rule.holds(moment) for rule in _rules(when)):
            result = opens
    return default if result is None else result


@lru_cache(maxsize=4096)
def _rules(text: str) -> tuple[Rule, ...]:
    rules = tuple(_rule(part.strip()) for part in text.split(";") if part.strip())
    if not rules:
        raise NotUnderstood(text)
    return rules


def _rule(text: str) -> Rule:
    if text == "24/7":
        return Rule((), frozenset(), ())
    text = _DASH.sub("-", text)
    match = _RULE.match(text)
    if match is None:
        raise NotUnderstood(text)
    dates = tuple(_dates(part.strip(), text) for part in (match["dates"] or "").split(",") if part.strip())
    days = frozenset(day for part in (match["days"] or "").split(",") if part for day in _days(part, text))
    rest = match["times"].strip()
    if rest in {"off", "closed"}:
        return Rule(dates, days, (), off=True)
    times = tuple(_times(part.strip(), text) for part in rest.split(",") if part.strip())
    if not (dates or days or times):
        raise NotUnderstood(text)
    return Rule(dates, days, times)


def _days(part: str, text: str) -> list[int]:
    match = _DAYS.match(part)
    if match is None:
        raise NotUnderstood(text)
    first = DAYS.index(match[1])
    last = DAYS.index(match[2]) if match[2] else first
    return [(first + step) % 7 for step in range((last - first) % 7 + 1)]


def _dates(part: str, text: str) -> tuple[tuple[int, int], tuple[int, int]]:
    match = _DATES.match(part)
    if match is None:
        raise NotUnderstood(text)
    month, day, until, until_day, same_month_day = match.groups()
    first = MONTHS.index(month) + 1
    last = MONTHS.index(until) + 1 if until else first
    end = until_day or same_month_day or (day if day and not until else None)
    found = (first, int(day or 1)), (last, int(end or 31))
    if not all(1 <= number <= 31 for _, number in found):
        raise NotUnderstood(text)
    return found


def _times(part: str, text: str) -> tuple[int, int]:
    match = _TIMES.match(part)
    if match is None:
        raise NotUnderstood(text)
    begin, end = int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4])
    if begin > 1440 or end > 2880 or int(match[2]) > 59 or int(match[4]) > 59 or begin == end:
        raise NotUnderstood(text)
    return begin % 1440, end - 1440 if end > 1440 else end


#: what concerns vehicles only
_VEHICLES: Final = re.compile(r"weight|axle|length|height|hgv|trailer|bus|wheels", re.IGNORECASE)
#: conditions of one map that are read; a map with more has other problems
_MOST: Final = 500


def timetable(graph: Graph, start: datetime, days: int) -> list[Obstacle]:
    """What conditions close between `start` (local time) and so many days later, as obstacles with begin and end. A
    condition that is not understood closes nothing; a way over it names it."""
    found = []
    for number, text in enumerate(graph.conditions[: _MOST + 1]):
        edges = tuple(np.flatnonzero(graph.edges["condition"] == number).tolist()) if text else ()
        if not edges or _VEHICLES.search(text):
            continue
        try:
            for begin, end in closings(text, start, days):
                found.append(Obstacle(
                    f"hours-{number}-{int(begin.timestamp())}", edges, begin.timestamp(), end.timestamp(), Effect.CLOSED,
                    {"kind": "hours", "title": text},
                ))  # fmt: skip
        except NotUnderstood:
            # of "Mo-Fr 07:00-19:00; PH off" the days count, and holidays are said
            known = _without_holidays(text)
            with suppress(NotUnderstood):
                found += [
                    Obstacle(
                        f"hours-{number}-{int(begin.timestamp())}", edges, begin.timestamp(), end.timestamp(), Effect.CLOSED,
                        {"kind": "hours", "title": text},
                    ) for begin, end in (closings(known, start, days) if known else [])
                ]  # fmt: skip
            found.append(
                Obstacle(f"hours-{number}", edges, effect=Effect.NOTICE, about={"kind": "hours", "title": text})
            )
    return found


def _without_holidays(text: str) -> str:
    """The rules that do not speak of holidays; none where only some of a rule's days are such."""
    parts = [part.strip() for part in _PARTS.split(text)]
    kept = [part for part in parts if not _HOLIDAYS.match(part)]
    return "; ".join(kept) if len(kept) < len(parts) and "@" not in text else ""


def closings(text: str, start: datetime, days: int) -> list[tuple[datetime, datetime]]:
    """The times between `start` and so many days later at which a condition closes a way. Raises ``NotUnderstood``.

    Asked for every quarter of an hour: conditions that change between are rounded to it.
    """
    step = timedelta(minutes=15)
    moment = start.replace(minute=start.minute // 15 * 15, second=0, microsecond=0)
    end = moment + timedelta(days=days)
    found: list[tuple[datetime, datetime]] = []
    begun: datetime | None = None
    while moment < end:
        if is_open(text, moment):
            if begun is not None:
                found.append((begun, moment))
                begun = None
        elif begun is None:
            begun = moment
        moment += step
    if begun is not None:
        found.append((begun, end))
    return found
