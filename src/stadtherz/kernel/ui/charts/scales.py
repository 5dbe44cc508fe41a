# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Scales: round numbers for values, the town's local days for time. Pure."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import get_language

DAY = 86400.0


def day_words(moment: date, pattern: str) -> str:
    """A day by the pattern; the point that German sets behind its number only in German."""
    german = (get_language() or "de").startswith("de")
    return date_format(moment, pattern if german else pattern.replace("j.", "j"))


def moment_words(moment: datetime) -> str:
    """ "Mo 4. Mai, 16:30"; in the hour that a night has twice with the name of its time, which a moment in a zone has."""
    return f"{day_words(moment, 'D j. M, H:i')}{twice(moment)}"


def twice(moment: datetime) -> str:
    """The name of the time where the wall clock shows it twice, in brackets; else nothing."""
    is_twice = moment.utcoffset() != moment.replace(fold=1 - moment.fold).utcoffset()
    return f" ({moment.tzname()})" if is_twice else ""


def whole_percent(share: float) -> int:
    """A share in percent that says 100 only of all and 0 only of nothing."""
    return round(100 * share) if share in {0.0, 1.0} else min(99, max(1, round(100 * share)))


@dataclass(frozen=True, slots=True)
class Values:
    """The scale of values: its ends and its ticks."""

    low: float
    high: float
    ticks: tuple[float, ...]
    step: float

    def share(self, value: float) -> float:
        """0 at the bottom, 1 at the top; values outside stop at the edge."""
        return min(max((value - self.low) / (self.high - self.low), 0.0), 1.0)

    @property
    def decimals(self) -> int:
        """Digits after the comma that the ticks need."""
        return next((d for d in range(10) if abs(round(self.step, d) - self.step) < self.step * 1e-6), 10)


def round_step(span: float, steps: int = 4) -> float:
    """The smallest of 1, 2, 2.5, 5 times a power of ten that needs at most about ``steps`` steps for ``span``."""
    rough = span / steps
    power = 10.0 ** math.floor(math.log10(rough))
    return next(each * power for each in (1, 2, 2.5, 5, 10) if each * power >= rough * 0.999)


def values_scale(values: Sequence[float], *, from_zero: bool) -> Values:
    """A scale that holds all values, with round ends."""
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    if from_zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if high - low < 1e-9 * max(1.0, abs(high)):
        room = max(1.0, abs(high) * 1e-6)  # around a number beyond 10^16 one more is the same number
        low, high = (0.0, high or 1.0) if from_zero and high >= 0 else (low - room, high + room)
    step = round_step(high - low)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return Values(first * step, last * step, tuple(round(n * step, 10) for n in range(first, last + 1)), step)


@dataclass(frozen=True, slots=True)
class Tick:
    """A tick of time: where it stands, where its word stands (both 0 to 1), and whether it stays on a small screen."""

    share: float
    word_share: float
    word: str
    stays: bool
    strong: bool = False


def time_ticks(start: float, end: float, zone: ZoneInfo) -> list[Tick]:
    """Ticks at hours, local midnights, Mondays, months or years, whichever fits the span."""
    span = (end - start) / DAY
    if span <= 2.1:
        return _hours(start, end, zone, 3 if span <= 1.1 else 6)
    if span <= 10.5:
        return _between(start, end, _midnights(start, end, zone, 1), "D j.", zone)
    if span <= 75:
        return _at(start, end, _mondays(start, end, zone), "j. M", zone)
    if span <= 800:
        return _between(start, end, _months(start, end, zone, 1), "M", zone, years=True)
    return _between(start, end, _months(start, end, zone, 12), "Y", zone)


def _local(stamp: float, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(stamp, UTC).astimezone(zone)


def _midnights(start: float, end: float, zone: ZoneInfo, days: int) -> Iterator[datetime]:
    """Local midnights from the one at or before ``start`` to the one at or after ``end``; days may have 23 or 25 hours."""
    day = _local(start, zone).date()
    while True:
        moment = datetime(day.year, day.month, day.day, tzinfo=zone)
        yield moment
        if moment.timestamp() >= end:
            return
        day += timedelta(days=days)


def _mondays(start: float, end: float, zone: ZoneInfo) -> list[datetime]:
    return [each for each in _midnights(start, end, zone, 1) if each.weekday() == 0]


def _months(start: float, end: float, zone: ZoneInfo, step: int) -> Iterator[datetime]:
    first = _local(start, zone)
    number = first.year * 12 + (first.month - 1 if step == 1 else 0)
    while True:
        moment = datetime(number // 12, number % 12 + 1, 1, tzinfo=zone)
        yield moment
        if moment.timestamp() >= end:
            return
        number += step


def _hours(start: float, end: float, zone: ZoneInfo, every: int) -> list[Tick]:
    """Each full hour that ``every`` divides; midnight bears the day's name."""
    found = []
    stamp = math.ceil(start / 3600) * 3600
    while stamp <= end:
        moment = _local(stamp, zone)
        if moment.hour % every == 0:
            midnight = moment.hour == 0
            word = day_words(moment, "D j.") if midnight else str(moment.hour)
            share = (stamp - start) / (end - start)
            found.append(Tick(share, share, word, moment.hour % (2 * every) == 0, strong=midnight))
        stamp += 3600
    return found


def _at(start: float, end: float, moments: Sequence[datetime], form: str, zone: ZoneInfo) -> list[Tick]:
    shares = [((moment.timestamp() - start) / (end - start), moment) for moment in moments]
    inside = [(share, moment) for share, moment in shares if 0 <= share <= 1]
    every = 2 if len(inside) > 4 else 1
    return [Tick(share, share, day_words(m, form), n % every == 0) for n, (share, m) in enumerate(inside)]


def _between(
    start: float, end: float, moments: Iterator[datetime], form: str, zone: ZoneInfo, *, years: bool = False
) -> list[Tick]:
    """Ticks at the borders, words in the middle of what lies between."""
    borders = list(moments)
    found = []
    every = 1 if len(borders) <= 6 else 2 if len(borders) <= 14 else 4
    for number, (moment, following) in enumerate(itertools.pairwise(borders)):
        left, right = (min(max((m.timestamp() - start) / (end - start), 0.0), 1.0) for m in (moment, following))
        width = right - left
        full = (following.timestamp() - moment.timestamp()) / (end - start)
        if width <= 0:
            continue
        is_january = years and moment.month == 1
        word = day_words(moment, "Y" if is_january and len(borders) > 14 else form) if width > full * 0.45 else ""
        found.append(Tick(left, (left + right) / 2, word, number % every == 0, strong=is_january))
    return found
