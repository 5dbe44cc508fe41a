# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Limits and guidelines for what is measured, each with its source: the same table for pages, charts and marks on maps.

Air: WHO global air quality guidelines (2021), table 0.1; Directive 2008/50/EC, annex XI (in Germany 39. BImSchV);
Directive (EU) 2024/2881, annex I, table 1, to be kept from 2030. Noise: 16. BImSchV § 2 (new and changed roads and
railways), TA Lärm number 6.1 (plants). Limits for noise hold for rating levels that are computed; a measured level is only
beside them for orientation.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from stadtherz.kernel.municipalities.active import active


class Over(StrEnum):
    """Over which time the values are put together before they are held against the limit."""

    HOUR = "hour"
    EIGHT_HOURS = "8h"
    DAY = "day"
    YEAR = "year"
    DAYTIME = "daytime"
    NIGHT = "night"


OVER_WORDS: dict[Over, str | Promise] = {
    Over.HOUR: _("hourly mean"),
    Over.EIGHT_HOURS: _("highest mean of eight hours of a day"),
    Over.DAY: _("daily mean"),
    Over.YEAR: _("yearly mean"),
    Over.DAYTIME: _("by day, 6 to 22 o'clock"),
    Over.NIGHT: _("by night, 22 to 6 o'clock"),
}


@dataclass(frozen=True, slots=True)
class Source:
    """Who says so."""

    short: str | Promise
    title: str | Promise
    url: str


WHO = Source(
    "WHO 2021", _("WHO global air quality guidelines, 2021"), "https://www.who.int/publications/i/item/9789240034228"
)
EU = Source(
    _("Directive 2008/50/EC"), _("Directive 2008/50/EC, in Germany 39. BImSchV"),
    "https://eur-lex.europa.eu/eli/dir/2008/50/oj",
)  # fmt: skip
EU_2030 = Source(
    _("Directive (EU) 2024/2881"), _("Directive (EU) 2024/2881, to be kept from 2030"),
    "https://eur-lex.europa.eu/eli/dir/2024/2881/oj",
)  # fmt: skip
ROADS = Source(
    "16. BImSchV", _("16. BImSchV § 2, for new and changed roads"), "https://www.gesetze-im-internet.de/bimschv_16/"
)
PLANTS = Source(
    "TA Lärm",
    _("TA Lärm number 6.1, for plants"),
    "https://www.verwaltungsvorschriften-im-internet.de/bsvwvbund_26081998_IG19980826.htm",
)


@dataclass(frozen=True, slots=True)
class TownLimit:
    """One limit. ``allowed`` is on how many days or hours of a year it may be passed; None: it says nothing about that."""

    value: float
    over: Over
    source: Source
    allowed: int | None = None
    where: str | Promise = ""


_HOMES = _("residential areas")
_MIXED = _("mixed areas")

LIMITS: dict[str, tuple[TownLimit, ...]] = {
    "pm10": (
        TownLimit(45, Over.DAY, WHO), TownLimit(50, Over.DAY, EU, 35), TownLimit(45, Over.DAY, EU_2030, 18),
        TownLimit(15, Over.YEAR, WHO), TownLimit(40, Over.YEAR, EU), TownLimit(20, Over.YEAR, EU_2030),
    ),
    "pm25": (
        TownLimit(15, Over.DAY, WHO), TownLimit(25, Over.DAY, EU_2030, 18),
        TownLimit(5, Over.YEAR, WHO), TownLimit(25, Over.YEAR, EU), TownLimit(10, Over.YEAR, EU_2030),
    ),
    "nitrogen_dioxide": (
        TownLimit(25, Over.DAY, WHO), TownLimit(50, Over.DAY, EU_2030, 18), TownLimit(200, Over.HOUR, EU, 18),
        TownLimit(200, Over.HOUR, EU_2030, 3), TownLimit(10, Over.YEAR, WHO), TownLimit(40, Over.YEAR, EU),
        TownLimit(20, Over.YEAR, EU_2030),
    ),
    "ozone": (
        TownLimit(100, Over.EIGHT_HOURS, WHO), TownLimit(120, Over.EIGHT_HOURS, EU, 25),
        TownLimit(120, Over.EIGHT_HOURS, EU_2030, 18),
        TownLimit(180, Over.HOUR, EU, where=_("people are informed")), TownLimit(240, Over.HOUR, EU, where=_("alarm")),
    ),
    "sulphur_dioxide": (
        TownLimit(40, Over.DAY, WHO), TownLimit(125, Over.DAY, EU, 3), TownLimit(50, Over.DAY, EU_2030, 18),
        TownLimit(350, Over.HOUR, EU, 24), TownLimit(350, Over.HOUR, EU_2030, 3), TownLimit(20, Over.YEAR, EU_2030),
    ),
    "carbon_monoxide": (
        TownLimit(4, Over.DAY, WHO), TownLimit(4, Over.DAY, EU_2030, 18),
        TownLimit(10, Over.EIGHT_HOURS, EU), TownLimit(10, Over.EIGHT_HOURS, EU_2030),
    ),
    "noise": (
        TownLimit(59, Over.DAYTIME, ROADS, where=_HOMES), TownLimit(49, Over.NIGHT, ROADS, where=_HOMES),
        TownLimit(64, Over.DAYTIME, ROADS, where=_MIXED), TownLimit(54, Over.NIGHT, ROADS, where=_MIXED),
        TownLimit(55, Over.DAYTIME, PLANTS, where=_HOMES), TownLimit(40, Over.NIGHT, PLANTS, where=_HOMES),
        TownLimit(60, Over.DAYTIME, PLANTS, where=_MIXED), TownLimit(45, Over.NIGHT, PLANTS, where=_MIXED),
    ),
}  # fmt: skip


class Level(StrEnum):
    """How a value stands to the guideline for a day; a word and a shape on the map, never a colour alone."""

    LOW = "low"
    MIDDLE = "middle"
    HIGH = "high"
    PLAIN = "plain"
    SILENT = "silent"


LEVEL_WORDS: dict[Level, str | Promise] = {
    Level.LOW: pgettext_lazy("level", "low"),
    Level.MIDDLE: pgettext_lazy("level", "raised"),
    Level.HIGH: pgettext_lazy("level", "high"),
    Level.PLAIN: "",
    Level.SILENT: pgettext_lazy("level", "silent"),
}


def is_night(moment: datetime) -> bool:
    """Whether the limits for the night hold: from 22 to 6 o'clock on the town's clock."""
    return not 6 <= moment.astimezone(ZoneInfo(active().timezone)).hour < 22


def guideline(quantity: str, at_night: bool = False) -> TownLimit | None:
    """The value against which a single value is judged: the strictest for a day, or for noise that for homes at this hour."""
    known = LIMITS.get(quantity, ())
    if at_night:
        known = tuple(each for each in known if each.over is Over.NIGHT) or known
    return next(iter(known), None)


def bounds(quantity: str, at_night: bool = False) -> tuple[float, float] | None:
    """From where a value is raised (half the guideline, for noise six decibels less), and high (the guideline itself)."""
    limit = guideline(quantity, at_night)
    if limit is None:
        return None
    return (limit.value - 6 if quantity == "noise" else limit.value / 2, limit.value)


def level(quantity: str, value: float | None, at_night: bool = False) -> Level:
    """How a value stands to the guideline."""
    edges = bounds(quantity, at_night)
    if edges is None or value is None:
        return Level.PLAIN
    return Level.HIGH if value > edges[1] else Level.MIDDLE if value > edges[0] else Level.LOW


def has_eight_hours(quantity: str) -> bool:
    """Whether a limit holds for the mean of eight hours."""
    return any(limit.over is Over.EIGHT_HOURS for limit in LIMITS.get(quantity, ()))


def for_chart(quantity: str, over: Over) -> list[TownLimit]:
    """At most two limits that fit values of that kind: whoever is strictest, and the law that holds today."""
    fitting = [limit for limit in LIMITS.get(quantity, ()) if limit.over is over and limit.source is not EU_2030]
    if over is not Over.YEAR and has_eight_hours(quantity):  # a line of their own stands beside the values
        eight = [limit for limit in LIMITS[quantity] if limit.over is Over.EIGHT_HOURS and limit.source is not EU_2030]
        fitting = [*eight, *fitting]
    elif over is Over.HOUR:  # a limit for a day stands beside hourly values as a measure, under its own name
        fitting += [limit for limit in LIMITS.get(quantity, ()) if limit.over is Over.DAY and limit.source is WHO]
    if quantity == "noise":
        fitting = [limit for limit in LIMITS["noise"] if limit.source is ROADS and limit.where is _HOMES]
    return fitting[:2]
