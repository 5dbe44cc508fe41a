# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the value of now means: where it lies between low and high, against which guideline, and what is usual at this hour."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from stadtherz.kernel.ui.charts.scales import whole_percent
from stadtherz.services.sensing import limits
from stadtherz.services.sensing.limits import LEVEL_WORDS, Level
from stadtherz.services.sensing.quantities import Aggregation
from stadtherz.services.sensing.queries.figures import Profile, Summary
from stadtherz.services.sensing.queries.stations import Value
from stadtherz.services.sensing.web.words import counted_words, figure, guideline_words, with_unit

NOISE_BELOW, NOISE_ABOVE = 24.0, 15.0
"""Decibels that the scale shows below "raised" and above "high"."""
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


def usual_now(profile: Profile, value: Value, zone: ZoneInfo) -> str:
    """What is usual at the hour of the value, in the time in which it was counted."""
    at = hour_of(value, zone)
    if at is None or value.number is None or profile.how is Aggregation.CIRCULAR:
        return ""
    weekday, hour = at
    usual = profile.cells[weekday][hour]
    if usual is None or (profile.how is Aggregation.SUM and not value.expected_seconds):
        return ""
    if profile.how is Aggregation.SUM:
        usual *= (value.expected_seconds or 3600) / 3600
    return _("Usual on %(weekday)s from %(hour)d to %(next)d o'clock: %(value)s.") % {
        "weekday": date_format(date(2024, 1, 1 + weekday), "l"), "hour": hour, "next": hour + 1,
        "value": " ".join(filter(None, (with_unit(usual, value.decimals, value.symbol), counted_words(value)))),
    }  # fmt: skip


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
