# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the value of now means: where it lies between low and high, against which guideline, and what is usual at this hour."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from stadtherz.kernel.ui.charts.scales import whole_percent
from stadtherz.services.sensing import limits
from stadtherz.services.sensing.limits import LEVEL_WORDS, Level
from stadtherz.services.sensing.quantities import Aggregation
from stadtherz.services.sensing.queries.figures import Summary
from stadtherz.services.sensing.queries.stations import Value
from stadtherz.services.sensing.queries.usual import Profile, Range
from stadtherz.services.sensing.web.words import counted_words, figure, guideline_words, with_unit

NOISE_BELOW, NOISE_ABOVE = 24.0, 15.0
"""Decibels that the scale shows below "raised" and above "high"."""
SLACK = 0.25
"""Of the width of a range: so far beyond it a single value still is usual."""
EDGE = 1.5
"""In percent: so far from the ends the mark stays, so that it is seen whole."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Three parts of the same width, low, raised and high, and a mark. ``borders``: where they begin and end."""

    borders: tuple[float, float, float, float]
    place: float
    raised: str
    high: str
    said: str
    limit: str
    is_for_days: bool

    @property
    def told(self) -> str:
        """For the script that moves the mark."""
        return " ".join(f"{border:g}" for border in self.borders)

    @property
    def words(self) -> list[tuple[str, str, str, str]]:
        """Level, its word, and where its part of the scale begins and has its middle, in percent."""
        parts = (Level.LOW, Level.MIDDLE, Level.HIGH)
        return [
            (level.value, str(LEVEL_WORDS[level]), f"{100 * n / 3:.3f}", f"{100 * (n + 0.5) / 3:.3f}")
            for n, level in enumerate(parts)
        ]

    @property
    def mark(self) -> str:
        """Where the mark stands, as SVG writes it."""
        return f"{self.place:.2f}"


def scale_of(value: Value) -> Scale | None:
    """The scale of a value that is judged; None for all others."""
    at_night = value.time is not None and limits.is_night(value.time)
    edges = limits.bounds(value.judged_as, at_night)
    if edges is None or value.number is None:
        return None
    raised, high = edges
    is_noise = value.quantity == "noise"
    borders = (
        raised - NOISE_BELOW if is_noise else 0.0,
        raised,
        high,
        high + NOISE_ABOVE if is_noise else high + raised,
    )
    written = figure(raised, raised % 1 != 0), with_unit(high, high % 1 != 0, value.symbol)
    said = _("low up to %(raised)s, raised up to %(high)s, high above") % {"raised": written[0], "high": written[1]}
    limit = limits.guideline(value.quantity, at_night)
    return Scale(
        borders, _place(value.number, borders), *written, said, guideline_words(value.quantity, at_night),
        limit is not None and limit.over is limits.Over.DAY,
    )  # fmt: skip


def _place(number: float, borders: tuple[float, ...]) -> float:
    """Percent from the left."""
    for n, (start, end) in enumerate(itertools.pairwise(borders)):
        if number <= end:
            return min(max(EDGE, (n + max(0.0, number - start) / (end - start)) * 100 / 3), 100 - EDGE)
    return 100 - EDGE


def hour_of(value: Value, zone: ZoneInfo) -> tuple[int, int] | None:
    """Weekday (Monday is 0) and hour of the town's clock at which it was measured."""
    if value.time is None:
        return None
    here = value.time.astimezone(zone)
    return here.weekday(), here.hour


@dataclass(frozen=True, slots=True)
class UsualNow:
    """What is usual at the hour of the value. ``low`` and ``high``: between them a value is called usual, until the hour is over
    (milliseconds since 1970); None where only the mean is known. ``words``: for a value below, between and above."""

    sentence: str
    low: float | None = None
    high: float | None = None
    until: int = 0
    words: tuple[str, str, str] = ("", "", "")
    verdict: str = ""

    @property
    def told(self) -> str:
        """For the script that judges the next value."""
        return "" if self.low is None or self.high is None else f"{self.low:g} {self.high:g}"


def usual_now(profile: Profile, spread: Range | None, value: Value, zone: ZoneInfo, now: datetime) -> UsualNow | None:
    """Whether the value of now is usual, or of one that is silent what was usual at its hour; in the time in which it was counted."""
    at = hour_of(value, zone)
    if at is None or value.time is None or value.number is None or profile.how is Aggregation.CIRCULAR:
        return None
    usual, counted = profile.cells[at[0]][at[1]], profile.how is Aggregation.SUM
    if usual is None or (counted and not value.expected_seconds):
        return None
    share = (value.expected_seconds or 3600) / 3600 if counted else 1.0

    def told(number: float) -> str:
        return with_unit(number * share, value.decimals, value.symbol)

    when = {"weekday": date_format(date(2024, 1, 1 + at[0]), "l"), "hour": at[1], "next": at[1] + 1}
    if spread is None or value.is_silent(now):
        mean = " ".join(filter(None, (told(usual), counted_words(value))))
        return UsualNow(
            _("Usual on %(weekday)s from %(hour)d to %(next)d o'clock: %(value)s.") % {**when, "value": mean}
        )
    low, high = told(spread.low), told(spread.high)
    both = (
        low
        if low == high
        else _("%(low)s to %(high)s") % {"low": figure(spread.low * share, value.decimals), "high": high}
    )
    mostly = " ".join(filter(None, (both, counted_words(value))))
    edges = _edges(spread.low * share, spread.high * share, counted=counted)
    words = _("That is less than usual."), _("That is usual."), _("That is more than usual.")
    if not counted:
        words = _("That is lower than usual."), words[1], _("That is higher than usual.")
    hour = int(value.time.timestamp()) // 3600 + 1
    return UsualNow(
        _("On %(weekday)s from %(hour)d to %(next)d o'clock mostly %(value)s.") % {**when, "value": mostly},
        *edges, hour * 3_600_000, words, words[0 if value.number < edges[0] else 2 if value.number > edges[1] else 1],
    )  # fmt: skip


def _edges(low: float, high: float, *, counted: bool) -> tuple[float, float]:
    """Between which values a single one is called usual: it scatters more than the hours do of which the range is made, a count by
    chance alone (Poisson)."""
    if counted:
        return low - 2 * max(low, 1.0) ** 0.5, high + 2 * max(high, 1.0) ** 0.5
    return low - SLACK * (high - low), high + SLACK * (high - low)


def quality(told: Summary) -> list[str]:
    """How whole the values are: what is missing, filled in, under doubt."""
    said = []
    if told.complete is not None:
        percent = whole_percent(told.complete)
        counted = _("Of the values that were due, %(percent)d percent are there and count.") % {"percent": percent}
        said.append(_("No value is missing.") if percent == 100 else counted)
    if told.filled:
        said.append(_("Filled in by the town: %(n)d.") % {"n": told.filled})
    if told.left_out:
        said.append(_("Under doubt and left out: %(n)d.") % {"n": told.left_out})
    return said
