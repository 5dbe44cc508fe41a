# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""One way through town for one person, ready to be read: words, steps and lines, or what is in the way."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from stadtherz.kernel.ui import dates
from stadtherz.services.wayfinding.engine.alternatives import alternatives, variants
from stadtherz.services.wayfinding.engine.answering.answers import Town, now
from stadtherz.services.wayfinding.engine.answering.shapes import gpx
from stadtherz.services.wayfinding.engine.engine import Metric, NoRouteError, Options, PointNotFoundError
from stadtherz.services.wayfinding.engine.obstacles import Obstacle
from stadtherz.services.wayfinding.engine.positions import positions
from stadtherz.services.wayfinding.engine.profiles import Limit, Profile
from stadtherz.services.wayfinding.engine.reasons import Reasons, Violation, why_not, why_so_long
from stadtherz.services.wayfinding.engine.surveys.questions import question_about, spot_at
from stadtherz.services.wayfinding.engine.telling import today
from stadtherz.services.wayfinding.engine.telling.directions import (
    conditions,
    distance,
    duration,
    instructions,
    summary,
)
from stadtherz.services.wayfinding.engine.telling.on_the_way import Encounter, encounters, waymarks, with_encounters
from stadtherz.services.wayfinding.engine.telling.on_the_way import in_words as in_words_here
from stadtherz.services.wayfinding.engine.telling.phrases import Table, table
from stadtherz.services.wayfinding.engine.telling.reason_words import help_in_words, in_words, violation_in_words
from stadtherz.services.wayfinding.engine.telling.route import Route
from stadtherz.services.wayfinding.figures import unbroken
from stadtherz.services.wayfinding.in_which_step import step_at

Point = tuple[float, float]
#: the way that fits best, and the others that may be asked for by name (engine/alternatives.py)
BEST: Final = "best"
KINDS: Final = (BEST, "less_steep", "better_known", "shorter")
#: obstacles that an answer names; nobody reads more
MOST_NAMED: Final = 20
#: the step that only says where the next town begins
BORDER: Final = "border"
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


class NotAcross(NoPlan):
    """The maps of both towns are not connected: not even without limits does a way lead over the border."""


class NotConnected(NoPlan):
    """Not even without limits does a way lead there."""


@dataclass(frozen=True, slots=True)
class Named:
    """An obstacle of today in words, and where to read about it. ``key``: its number; of opening hours, none. ``until``: when
    it is over."""

    text: str
    url: str
    key: str
    until: str = ""

    @property
    def id(self) -> str:
        """The same in the list and on the map."""
        return f"o{self.key}"


@dataclass(frozen=True, slots=True)
class Told:
    """One step in words, with its part of the line (longitude, latitude)."""

    id: str
    text: str
    line: list[list[float]]
    #: what is in the way today on this step, in walking order
    met: list[Named] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class InTheWay:
    """A limit that is broken, and where."""

    id: str
    limit: Limit
    unknown: bool
    text: str
    lon: float
    lat: float
    #: address of a photo, or the page of an obstacle that has one
    photo: str = ""
    #: the question at this spot whose answer would tell; nothing where there is none
    question: str = ""
    #: the step of the way at which it is met, counted from one
    step: int = 0


@dataclass(frozen=True, slots=True)
class OtherWay:
    """A way that was not chosen, in one line."""

    kind: str
    summary: str


@dataclass(frozen=True, slots=True)
class Way:
    """A way. With ``broken`` it keeps the limits everywhere but there, and is the one that breaks the fewest."""

    summary: str
    #: the parts of the summary: "12 Minuten", "640 m", and what the way asks of somebody (may be empty)
    duration: str
    length: str
    conditions: str
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
    others: list[OtherWay] = field(default_factory=list)
    #: today's obstacles on the way, and those because of which it goes another way than usual
    passed: list[Named] = field(default_factory=list)
    avoided: list[Named] = field(default_factory=list)
    #: sentences about places whose usual way is closed today, by index: 0 start, 1 destination
    moved: dict[int, str] = field(default_factory=dict)
    #: (metres walked, metres above the start) along the way; empty where no slope is known
    heights: list[tuple[float, float]] = field(default_factory=list)

    @property
    def keeps_limits(self) -> bool:
        """Whether the person can go this way as their limits are."""
        return not self.broken

    @property
    def unverified_percent(self) -> int:
        """Share of the way of which something that matters is not known."""
        return round(100 * self.unverified / self.metres) if self.metres else 0


@dataclass(frozen=True, slots=True)
class Question:
    """From where, where to (longitude, latitude), how, in which language, and which of the ways."""

    start: Point
    goal: Point
    profile: Profile
    language: str
    both_ways: bool = False
    kind: str = BEST

    @property
    def options(self) -> Options:
        return Options(both_ways=self.both_ways)


def find_way(town: Town, question: Question, *, more: bool = True) -> Way:
    """The way that was asked for. Raises ``NoPlan`` with its reasons.

    ``more``: also say what a detour avoids and which other ways there are, which costs more than the way itself.
    """
    points = [question.start, question.goal]
    check(town, (question.start, question.goal))
    words = table(question.language)
    profile = variants(question.profile).get(question.kind, question.profile)
    metric = town.engine.metric(profile, question.options)
    try:
        legs = town.engine.legs(metric, points)
    except (NoRouteError, PointNotFoundError) as error:
        if isinstance(error, PointNotFoundError) and not error.limited:
            raise NoWayNearby(error.index) from error
        return _closest(town, metric, (question.start, question.goal), words)
    route = town.describer.route(metric, legs)
    detour, others = "", []
    if more:
        reasons = why_so_long(town.engine, town.describer, metric, legs)
        detour = unbroken(in_words(reasons, words)) if reasons.kind == "detour" else ""
        others = _others(town, question, route, words)
    avoided, moved = today.differs(town.engine, metric, points, legs)
    passed = today.passed(town.engine, legs)
    return told(
        route, (question.start, question.goal), words, detour=detour, others=others, avoided=named(avoided, words),
        passed=named(passed, words), met=encounters(route, passed), moved=moved_places(moved, words),
    )  # fmt: skip


def moved_places(moved: list[today.Moved], words: Table) -> dict[int, str]:
    """Sentences about start (0) and destination (1) at which something is closed, and until when."""
    return {
        one.index: unbroken(
            today.moved_in_words(one, "goal" if one.index else "start", words, until=_over(one.obstacle))
        )
        for one in moved
    }


def closed_start(town: Town, start: Point, profile: Profile, options: Options, words: Table) -> str:
    """A sentence about what is closed where somebody starts, and until when; empty where nothing is."""
    engine = town.engine
    metric = engine.metric(profile, options)
    if not (metric.in_force.closed or metric.in_force.wheels):
        return ""
    usual = engine.metric(profile, replace(options, everyday=True))
    moved = today.moved(engine, metric, engine.snap(usual, [start]), engine.snap(metric, [start]))
    return moved_places(moved, words).get(0, "")


def _over(obstacle: Obstacle) -> str:
    """When it is over, as people say it; nothing where that is not known."""
    ends = obstacle.about.get("ends")
    return dates.spoken(datetime.fromisoformat(ends)) if ends else ""


def named(found: list[Obstacle], words: Table) -> list[Named]:
    """Obstacles in words, with their pages; of very many the first, and how many more there are."""
    told = [
        Named(
            unbroken(today.in_words(o, words)), str(o.about.get("url", "")), str(o.about.get("id", "")), until=_over(o)
        )
        for o in found[:MOST_NAMED]
    ]
    if len(found) > MOST_NAMED:
        told.append(Named(words["obstacle.more"].format(count=len(found) - MOST_NAMED), "", ""))
    return told


def _others(town: Town, question: Question, route: Route, words: Table) -> list[OtherWay]:
    """Ways that differ from the one shown; the best one is among them when another is shown."""
    found = alternatives(
        town.engine, town.describer, question.profile, [question.start, question.goal], best=route,
        options=question.options,
    )  # fmt: skip
    others = [OtherWay(o.kind, unbroken(summary(o.route.totals, words))) for o in found if o.kind != question.kind]
    if question.kind != BEST:
        metric = town.engine.metric(question.profile, question.options)
        best = town.describer.route(metric, town.engine.legs(metric, [question.start, question.goal]))
        others.insert(0, OtherWay(BEST, unbroken(summary(best.totals, words))))
    return others


def check_inside(town: Town, point: Point, index: int) -> None:
    """Raises ``OutsideMap``."""
    if not town.covers(point, margin=MARGIN_DEGREES):
        raise OutsideMap(index)


def check(town: Town, points: tuple[Point, Point]) -> None:
    """Raises ``OutsideMap`` or ``SamePlace``."""
    for index, point in enumerate(points):
        check_inside(town, point, index)
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
        replace(one, question=question_at(town, violation) if one.unknown else "")
        for one, violation in zip(in_the_way(reasons, words), reasons.violations, strict=True)
    ]
    passed = today.passed(town.engine, [reasons.leg])
    return told(
        route, points, words, broken=broken, help=unbroken(help_in_words(reasons, words)), passed=named(passed, words),
        met=encounters(route, passed),
    )  # fmt: skip


def in_the_way(reasons: Reasons, words: Table) -> list[InTheWay]:
    """The broken limits in words, as the list and the map number them."""
    return [
        InTheWay(f"w{number}", v.limit, v.unknown, unbroken(violation_in_words(v, words)), v.x, v.y, v.photo)
        for number, v in enumerate(reasons.violations, 1)
    ]


def question_at(town: Town, violation: Violation) -> str:
    """The question on the spot by which one would know more, as its address writes it."""
    engine = town.engine
    asked = question_about(engine.model, violation.limit, violation.edge)
    if asked is None:
        return ""
    spot = spot_at(engine.graph, violation.edge)
    return f"{asked}.{spot.way}.{spot.side}.{spot.junction}"


def told(
    route: Route, points: tuple[Point, Point], words: Table, *, borders: Sequence[str] = (), met: Sequence[Encounter] = (),
    here: int | None = None, **more: Any,
) -> Way:  # fmt: skip
    """The way in words; ``borders``: what the towns of the second and further legs are called; ``met``: what is in the way today, and
    where; ``here``: the only leg whose obstacles have a page in this town."""
    line = positions(route.coordinates)
    steps_told: list[Told] = []
    at_steps: dict[tuple[int, int], list[Named]] = {}
    for one in met:
        page = one.obstacle.about.get("url", "") if here in {None, one.leg} else ""
        text = unbroken(in_words_here(one, route.steps[one.leg][one.step], words))
        at_steps.setdefault((one.leg, one.step), []).append(Named(text, str(page), ""))
    for leg, (steps, texts) in enumerate(zip(route.steps, instructions(route, words), strict=True)):
        if leg:
            steps_told.append(Told(f"{BORDER}{leg}", words["border"].format(name=borders[leg - 1]), []))
        steps_told += [
            Told(
                f"s{len(steps_told) + 1 + index}",
                unbroken(text),
                line[step.first : step.last + 1],
                at_steps.get((leg, index), []),
            )
            for index, (step, text) in enumerate(zip(steps, texts, strict=False))
        ]
    steps_told.append(Told("goal", unbroken(texts[-1]), []))
    totals = route.totals
    lines = [step.line for step in steps_told]
    broken = [replace(one, step=step_at(lines, one.lon, one.lat)) for one in more.pop("broken", [])]
    return Way(
        summary=unbroken(summary(totals, words)), duration=unbroken(duration(totals, words)),
        length=unbroken(distance(totals.metres, words)), conditions=unbroken(", ".join(conditions(totals, words))), steps=steps_told, start=points[0], goal=points[1], metres=totals.metres,
        unverified=totals.unverified, kerbs_unknown=totals.kerbs_unknown,
        longest_without_rest=totals.longest_without_rest, start_gap=route.legs[0].start.metres,
        goal_gap=route.legs[-1].end.metres, heights=heights(route), broken=broken, **more,
    )  # fmt: skip


def heights(route: Route) -> list[tuple[float, float]]:
    """The way's profile as far as slopes are known: points (metres walked, metres above the start)."""
    if not (route.totals.ascent or route.totals.descent):
        return []
    found, walked, height = [(0.0, 0.0)], 0.0, 0.0
    for metres, slope in zip(route.metres.tolist(), route.slopes.tolist(), strict=True):
        walked += metres
        height += metres * slope / 1000
        found.append((walked, height))
    return found


def as_gpx(town: Town, question: Question) -> str:
    """The way as GPX 1.1. Raises ``NoPlan``; also when no way keeps the limits, for a device would lead along it."""
    check(town, (question.start, question.goal))
    profile = variants(question.profile).get(question.kind, question.profile)
    metric = town.engine.metric(profile, question.options)
    try:
        legs = town.engine.legs(metric, [question.start, question.goal])
    except (NoRouteError, PointNotFoundError) as error:
        raise NotConnected from error
    route, words = town.describer.route(metric, legs), table(question.language)
    met = encounters(route, today.passed(town.engine, legs))
    texts = with_encounters(instructions(route, words), met, route.steps, words)
    return gpx(route, texts, summary(route.totals, words), now(), waymarks(met, words))
