# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""One way through town for one person, ready to be read: words, steps and lines, or what is in the way."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field, replace
from typing import Any, Final

from stadtherz.services.wayfinding.engine.answers import Town
from stadtherz.services.wayfinding.engine.directions import instructions, summary
from stadtherz.services.wayfinding.engine.engine import Metric, NoRouteError, PointNotFoundError
from stadtherz.services.wayfinding.engine.phrases import Table, table
from stadtherz.services.wayfinding.engine.presets import PRESETS
from stadtherz.services.wayfinding.engine.profiles import Limit
from stadtherz.services.wayfinding.engine.reasons import Reasons, in_words, violation_in_words, why_not, why_so_long
from stadtherz.services.wayfinding.engine.route import Route
from stadtherz.services.wayfinding.engine.shapes import positions

Point = tuple[float, float]
_FIGURE: Final = re.compile(r"(?<=\d) (?=(?:m|km|cm|%|Minuten?|minutes?|Stufen|steps)\b|%)|(?<=DIN) (?=\d|EN)")
#: closer than this, start and destination are the same place
SAME_METRES: Final = 10.0
#: places this far beyond the last way still count as on the map
MARGIN_DEGREES: Final = 0.003


class NoPlan(Exception):
    """There is nothing to draw."""


class SamePlace(NoPlan):
    """Start and destination are the same."""


class OutsideMap(NoPlan):
    """A place lies outside the town's map. ``index``: 0 start, 1 destination."""

    def __init__(self, index: int) -> None:
        super().__init__(index)
        self.index = index


class NoWayNearby(NoPlan):
    """The map knows no way near a place. ``index``: 0 start, 1 destination."""

    def __init__(self, index: int) -> None:
        super().__init__(index)
        self.index = index


class NotConnected(NoPlan):
    """Not even without limits does a way lead there."""


@dataclass(frozen=True, slots=True)
class Told:
    """One step in words, with its part of the line (longitude, latitude)."""

    id: str
    text: str
    line: list[list[float]]


@dataclass(frozen=True, slots=True)
class InTheWay:
    """A limit that is broken, and where."""

    id: str
    limit: Limit
    unknown: bool
    text: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Way:
    """A way. With ``broken`` it keeps the limits everywhere but there, and is the one that breaks the fewest."""

    summary: str
    steps: list[Told]
    start: Point
    goal: Point
    metres: float
    unverified: float
    kerbs_unknown: int
    longest_without_rest: float
    #: metres between the places and the ways of the map
    start_gap: float
    goal_gap: float
    broken: list[InTheWay] = field(default_factory=list)
    #: what would help, as a sentence ("with kerbs up to 4 cm you would arrive"); empty where no figure helps
    help: str = ""
    #: what the detour avoids; empty where the way is as short as possible
    detour: str = ""

    @property
    def keeps_limits(self) -> bool:
        """Whether the person can go this way as their limits are."""
        return not self.broken

    @property
    def unverified_percent(self) -> int:
        """Share of the way of which something that matters is not known."""
        return round(100 * self.unverified / self.metres) if self.metres else 0


def unbroken(text: str) -> str:
    """The text with spaces at which no line breaks between a figure and its unit."""
    return _FIGURE.sub("\u00a0", text)


def find_way(town: Town, *, start: Point, goal: Point, preset: str, language: str, why: bool = True) -> Way:
    """The way of a preset between two places (longitude, latitude). Raises ``NoPlan`` with its reasons.

    ``why``: also say what a detour avoids, which costs more than the way itself.
    """
    _check(town, (start, goal))
    words = table(language)
    metric = town.engine.metric(PRESETS[preset].profile)
    try:
        legs = town.engine.legs(metric, [start, goal])
    except (NoRouteError, PointNotFoundError) as error:
        if isinstance(error, PointNotFoundError) and not error.limited:
            raise NoWayNearby(error.index) from error
        return _closest(town, metric, (start, goal), words)
    route = town.describer.route(metric, legs)
    detour = ""
    if why:
        reasons = why_so_long(town.engine, town.describer, metric, legs)
        detour = unbroken(in_words(reasons, words)) if reasons.kind == "detour" else ""
    return _told(route, (start, goal), words, detour=detour)


def _check(town: Town, points: tuple[Point, Point]) -> None:
    west, south, east, north = town.engine.graph.bounds
    margin = MARGIN_DEGREES
    for index, (lon, lat) in enumerate(points):
        if not (west - margin <= lon <= east + margin and south - margin <= lat <= north + margin):
            raise OutsideMap(index)
    (x, y), (to_x, to_y) = points
    if math.hypot((to_x - x) * math.cos(math.radians(y)), to_y - y) * 111_195 < SAME_METRES:
        raise SamePlace


def _closest(town: Town, metric: Metric, points: tuple[Point, Point], words: Table) -> Way:
    """The way that breaks the fewest limits."""
    try:
        reasons = why_not(town.engine, town.describer, metric, list(points))
    except PointNotFoundError as error:
        raise NoWayNearby(error.index) from error
    if reasons.leg is None:
        raise NotConnected
    route = town.describer.route(metric, [reasons.leg])
    broken = [
        InTheWay(f"w{number}", v.limit, v.unknown, unbroken(violation_in_words(v, words)), v.x, v.y)
        for number, v in enumerate(reasons.violations, 1)
    ]
    return _told(route, points, words, broken=broken, help=_help(reasons, words))


def _help(reasons: Reasons, words: Table) -> str:
    """The last sentence of the reasons: with which limits one would arrive."""
    without = in_words(replace(reasons, changes={}, changed_metres=None), words)
    return unbroken(in_words(reasons, words).removeprefix(without).strip())


def _told(route: Route, points: tuple[Point, Point], words: Table, **more: Any) -> Way:
    line = positions(route.coordinates)
    texts = [unbroken(text) for text in instructions(route, words)[0]]
    steps, leg = route.steps[0], route.legs[0]
    told = [
        Told(f"s{number}", text, line[step.first : step.last + 1])
        for number, (step, text) in enumerate(zip(steps, texts, strict=False), 1)
    ]
    told.append(Told("goal", texts[-1], []))
    totals = route.totals
    return Way(
        summary=unbroken(summary(totals, words)), steps=told, start=points[0], goal=points[1], metres=totals.metres,
        unverified=totals.unverified, kerbs_unknown=totals.kerbs_unknown,
        longest_without_rest=totals.longest_without_rest, start_gap=leg.start.metres,
        goal_gap=leg.end.metres, **more,
    )  # fmt: skip


def as_features(way: Way, *, start: str, goal: str) -> dict[str, Any]:
    """The way for the map: a line for each step, start, destination and what is in the way as points."""

    def point(id: str, letter: str, title: str, lon: float, lat: float) -> dict[str, Any]:
        return {
            "type": "Feature", "properties": {"id": id, "letter": letter, "title": title},
            "geometry": {"type": "Point", "coordinates": [lon, lat]},
        }  # fmt: skip

    lines = [
        {
            "type": "Feature", "properties": {"id": step.id, "dashed": not way.keeps_limits},
            "geometry": {"type": "LineString", "coordinates": step.line},
        }
        for step in way.steps if len(step.line) > 1
    ]  # fmt: skip
    points = [point("start", "A", start, *way.start), point("goal", "B", goal, *way.goal)]
    points += [point(b.id, str(number), b.text, b.lon, b.lat) for number, b in enumerate(way.broken, 1)]
    return {"type": "FeatureCollection", "clustered": False, "features": [*lines, *points]}
