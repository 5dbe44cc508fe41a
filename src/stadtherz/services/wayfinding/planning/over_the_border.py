# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A way into or out of a neighbouring town for one person: as inside a town, with the same honesty about what is in the
way, but from two maps."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from stadtherz.kernel.municipalities.active import active
from stadtherz.services.wayfinding import neighbours
from stadtherz.services.wayfinding.engine.across import Parts, cross_all
from stadtherz.services.wayfinding.engine.alternatives import differing, variants
from stadtherz.services.wayfinding.engine.answering.answers import Town, now
from stadtherz.services.wayfinding.engine.answering.shapes import gpx
from stadtherz.services.wayfinding.engine.engine import NoRouteError, PointNotFoundError
from stadtherz.services.wayfinding.engine.joining import route_across
from stadtherz.services.wayfinding.engine.joints import between
from stadtherz.services.wayfinding.engine.metric import Options
from stadtherz.services.wayfinding.engine.obstacles import Obstacle
from stadtherz.services.wayfinding.engine.profiles import Profile
from stadtherz.services.wayfinding.engine.reasons_across import why_not_across, why_so_long_across
from stadtherz.services.wayfinding.engine.telling import today
from stadtherz.services.wayfinding.engine.telling.describing import Describer
from stadtherz.services.wayfinding.engine.telling.directions import instructions, summary
from stadtherz.services.wayfinding.engine.telling.on_the_way import (
    Encounter,
    encounters,
    moved,
    waymarks,
    with_encounters,
)
from stadtherz.services.wayfinding.engine.telling.phrases import Table, table
from stadtherz.services.wayfinding.engine.telling.reason_words import help_in_words, in_words
from stadtherz.services.wayfinding.engine.telling.route import Route
from stadtherz.services.wayfinding.figures import unbroken
from stadtherz.services.wayfinding.planning.finding import check_inside
from stadtherz.services.wayfinding.planning.plan import (
    BEST,
    Named,
    NotAcross,
    NoWayNearby,
    OtherWay,
    Point,
    Question,
    Way,
)
from stadtherz.services.wayfinding.planning.telling import in_the_way, moved_places, named, told


@dataclass(frozen=True, slots=True)
class Border:
    """The towns in the order in which they are passed: two, or up to four where the first and the last do not meet; ``names``:
    what they are called. ``home``: which of them is the one that was asked; pages about obstacles of the others lie
    elsewhere."""

    towns: tuple[Town, ...]
    names: tuple[str, ...]
    home: int | None

    @property
    def leg_with_pages(self) -> int:
        """The leg whose obstacles have a page here; no leg has the number -1."""
        return -1 if self.home is None else self.home

    @property
    def describers(self) -> list[Describer]:
        return [town.describer for town in self.towns]

    def options(self, question: Question, *, everyday: bool = False) -> list[Options]:
        return [replace(question.options, everyday=everyday)] * len(self.towns)

    def way(self, question: Question, profile: Profile, *, everyday: bool = False) -> Parts:
        """Raises ``NoRouteError`` or ``PointNotFoundError``."""
        return cross_all(
            [town.engine for town in self.towns], pricing=profile, start=question.start, goal=question.goal,
            options=self.options(question, everyday=everyday),
        )  # fmt: skip

    def route(self, parts: Parts) -> Route:
        return route_across(self.describers, parts)

    def obstacles(self, parts: Parts) -> list[list[Obstacle]]:
        """What the way passes today, in each of the towns."""
        return [today.passed(town.engine, [leg]) for town, (_, leg) in zip(self.towns, parts, strict=True)]

    def encounters(self, parts: Parts, passed: list[list[Obstacle]]) -> list[Encounter]:
        """Where the way meets them; its legs are the towns."""
        return [
            moved(one, legs=leg)
            for leg, (town, (metric, way), found) in enumerate(zip(self.towns, parts, passed, strict=True)) if found
            for one in encounters(town.describer.route(metric, [way]), found)
        ]  # fmt: skip

    def named(self, found: list[list[Obstacle]], words: Table) -> list[Named]:
        """The same in words; only those of the town that was asked have a page here."""
        return [
            one if town == self.home else replace(one, url="", key="")
            for town, obstacles in enumerate(found) for one in named(obstacles, words)
        ]  # fmt: skip


def beyond_the_border(here: Town, start: Point, goal: Point) -> Border | Town | None:
    """The towns of a way over borders; the neighbour alone, where both places lie there; None where both lie in this town,
    or one in none."""
    mine = active().name, here
    first, last = (neighbours.neighbour_at(at) if neighbours.is_beyond(here, at) else mine for at in (start, goal))
    if first is None or last is None or (first[1] is here and last[1] is here):
        return None
    if first[1] is last[1] or (mine not in (first, last) and first[1].covers(goal)):
        return first[1]
    return _chain(first, last, mine, start, goal)


def _chain(
    first: tuple[str, Town], last: tuple[str, Town], mine: tuple[str, Town], start: Point, goal: Point
) -> Border:  # fmt: skip
    """From one town to another, by one or two between where they do not meet."""
    graph, other = first[1].engine.graph, last[1].engine.graph
    way = [first, last]
    if between(graph, other, []) is None:
        ends = (first[1], last[1])
        (x, y), (to_x, to_y) = start, goal
        box = (min(x, to_x), min(y, to_y), max(x, to_x), max(y, to_y))
        near = [one for one in (mine, *neighbours.neighbours_near(box)) if one[1] not in ends]
        by = between(graph, other, [town.engine.graph for _, town in near])
        way = [first, *(near[number] for number in by or ()), last]
    home = next((number for number, (_, town) in enumerate(way) if town is mine[1]), None)
    return Border(tuple(town for _, town in way), tuple(name for name, _ in way), home)


def find_way_across(border: Border, question: Question, *, more: bool = True) -> Way:
    """The way from a place in the first town to one in the second. Raises ``NoPlan``."""
    check_inside(border.towns[0], question.start, 0)
    check_inside(border.towns[-1], question.goal, 1)
    words = table(question.language)
    profile = variants(question.profile).get(question.kind, question.profile)
    try:
        parts = border.way(question, profile)
    except (NoRouteError, PointNotFoundError) as error:
        if isinstance(error, PointNotFoundError) and not error.limited:
            raise NoWayNearby(error.index) from error
        return _closest(border, question, profile, words)
    passed = border.obstacles(parts)
    said: dict[str, Any] = {"passed": border.named(passed, words)}
    if more:
        reasons = why_so_long_across(border.describers, parts, start=question.start, goal=question.goal)
        said["detour"] = unbroken(in_words(reasons, words)) if reasons.kind == "detour" else ""
        said["others"] = _others(border, question, border.route(parts), words)
    said |= _differs(border, question, profile, parts, words)
    return told(
        border.route(parts), (question.start, question.goal), words, borders=border.names[1:], here=border.leg_with_pages,
        met=border.encounters(parts, passed), **said,
    )  # fmt: skip


def _others(border: Border, question: Question, route: Route, words: Table) -> list[OtherWay]:
    def way(variant: Profile) -> Route:
        return border.route(border.way(question, variant))

    others = [
        OtherWay(o.kind, unbroken(summary(o.route.totals, words)))
        for o in differing(way, question.profile, best=route) if o.kind != question.kind
    ]  # fmt: skip
    if question.kind != BEST:
        others.insert(0, OtherWay(BEST, unbroken(summary(way(question.profile).totals, words))))
    return others


def _differs(
    border: Border, question: Question, profile: Profile, parts: Parts, words: Table
) -> dict[str, Any]:  # fmt: skip
    """Obstacles on the usual way that are not on this one, and where start and destination are closed."""
    if not any(m.in_force.closed or m.in_force.wheels or m.in_force.slow for m, _ in parts):
        return {}
    try:
        usual = border.way(question, profile, everyday=True)
    except (NoRouteError, PointNotFoundError):
        return {}
    avoided = [
        today.avoided(there, here) for there, here in zip(border.obstacles(usual), border.obstacles(parts), strict=True)
    ]
    (metric, to), (other, on) = parts[0], parts[-1]
    places = [
        *today.moved(border.towns[0].engine, metric, [usual[0][1].start], [to.start]),
        *(replace(one, index=1) for one in today.moved(border.towns[-1].engine, other, [usual[-1][1].end], [on.end])),
    ]
    return {"avoided": border.named(avoided, words), "moved": moved_places(places, words)}


def _closest(border: Border, question: Question, profile: Profile, words: Table) -> Way:
    """The way that comes closest to the limits."""
    try:
        reasons, parts = why_not_across(
            border.describers, pricing=profile, options=border.options(question), start=question.start,
            goal=question.goal,
        )  # fmt: skip
    except PointNotFoundError as error:
        raise NoWayNearby(error.index) from error
    if parts is None:
        raise NotAcross
    return told(
        border.route(parts), (question.start, question.goal), words, borders=border.names[1:],
        broken=[replace(one, photo="") if one.photo.startswith("/") else one for one in in_the_way(reasons, words)], help=unbroken(help_in_words(reasons, words)),
        passed=border.named(border.obstacles(parts), words), here=border.leg_with_pages,
        met=border.encounters(parts, border.obstacles(parts)),
    )  # fmt: skip


def gpx_across(border: Border, question: Question) -> str:
    """The way as GPX 1.1. Raises ``NoPlan``; also when no way keeps the limits, for a device would lead along it."""
    check_inside(border.towns[0], question.start, 0)
    check_inside(border.towns[-1], question.goal, 1)
    profile = variants(question.profile).get(question.kind, question.profile)
    try:
        parts = border.way(question, profile)
    except (NoRouteError, PointNotFoundError) as error:
        raise NotAcross from error
    route, words = border.route(parts), table(question.language)
    texts = instructions(route, words)
    for said, name in zip(texts[1:], border.names[1:], strict=True):
        said[0] = f"{words['border'].format(name=name)} {said[0]}"
    met = border.encounters(parts, border.obstacles(parts))
    texts = with_encounters(texts, met, route.steps, words)
    return gpx(route, texts, summary(route.totals, words), now(), waymarks(met, words))
