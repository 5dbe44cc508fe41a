# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A way into or out of a neighbouring town for one person: as inside a town, with the same honesty about what is in the
way, but from two maps."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from stadtherz.kernel.municipalities.active import active
from stadtherz.services.wayfinding import graphs
from stadtherz.services.wayfinding.engine import today
from stadtherz.services.wayfinding.engine.across import (
    Parts,
    cross,
    route_across,
    why_not_across,
    why_so_long_across,
)
from stadtherz.services.wayfinding.engine.alternatives import differing, variants
from stadtherz.services.wayfinding.engine.answers import Town, now
from stadtherz.services.wayfinding.engine.directions import instructions, summary
from stadtherz.services.wayfinding.engine.engine import NoRouteError, PointNotFoundError
from stadtherz.services.wayfinding.engine.obstacles import Obstacle
from stadtherz.services.wayfinding.engine.on_the_way import (
    Encounter,
    encounters,
    moved,
    waymarks,
    with_encounters,
)
from stadtherz.services.wayfinding.engine.phrases import Table, table
from stadtherz.services.wayfinding.engine.profiles import Profile
from stadtherz.services.wayfinding.engine.reasons import in_words
from stadtherz.services.wayfinding.engine.route import Route
from stadtherz.services.wayfinding.engine.shapes import gpx
from stadtherz.services.wayfinding.planning import (
    BEST,
    Named,
    NotAcross,
    NoWayNearby,
    OtherWay,
    Point,
    Question,
    Way,
    check_inside,
    help_of,
    in_the_way,
    moved_places,
    named,
    told,
    unbroken,
)


@dataclass(frozen=True, slots=True)
class Border:
    """Two towns in the order in which they are passed; ``name``: what the second is called. ``home``: which of them (0
    or 1) is the one that was asked; pages about obstacles of the other lie elsewhere."""

    first: Town
    second: Town
    name: str
    home: int

    def way(self, question: Question, profile: Profile, *, everyday: bool = False) -> Parts:
        """Raises ``NoRouteError`` or ``PointNotFoundError``."""
        return cross(
            self.first.engine, self.second.engine, pricing=profile, start=question.start, goal=question.goal,
            options=replace(question.options, everyday=everyday),
        )  # fmt: skip

    def route(self, parts: Parts) -> Route:
        return route_across(self.first.describer, self.second.describer, parts)

    def obstacles(self, parts: Parts) -> tuple[list[Obstacle], list[Obstacle]]:
        """What the way passes today, in each of the towns."""
        return (
            today.passed(self.first.engine, [parts[0][1]]),
            today.passed(self.second.engine, [parts[1][1]]),
        )

    def encounters(self, parts: Parts, passed: tuple[list[Obstacle], list[Obstacle]]) -> list[Encounter]:
        """Where the way meets them; its legs are the towns."""
        return [
            moved(one, legs=leg)
            for leg, (town, (metric, way), found) in enumerate(zip((self.first, self.second), parts, passed, strict=True))
            if found
            for one in encounters(town.describer.route(metric, [way]), found)
        ]  # fmt: skip

    def named(self, found: tuple[list[Obstacle], list[Obstacle]], words: Table) -> list[Named]:
        """The same in words; only those of the town that was asked have a page here."""
        both = [named(obstacles, words) for obstacles in found]
        both[1 - self.home] = [Named(one.text, "", "") for one in both[1 - self.home]]
        return [*both[0], *both[1]]


def beyond_the_border(here: Town, start: Point, goal: Point) -> Border | Town | None:
    """Both towns of a way over the border of this one; the neighbour alone, where both places lie there; else None."""
    from_here, to_here = not graphs.is_beyond(here, start), not graphs.is_beyond(here, goal)
    if from_here and to_here:
        return None
    beyond = graphs.neighbour_at(start if to_here else goal)
    if beyond is None:
        return None
    name, there = beyond
    if from_here or to_here:
        return Border(here, there, name, 0) if from_here else Border(there, here, active().name, 1)
    return there if there.covers(start) else None


def find_way_across(border: Border, question: Question, *, more: bool = True) -> Way:
    """The way from a place in the first town to one in the second. Raises ``NoPlan``."""
    check_inside(border.first, question.start, 0)
    check_inside(border.second, question.goal, 1)
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
        reasons = why_so_long_across(
            border.first.describer, border.second.describer, parts, start=question.start, goal=question.goal
        )
        said["detour"] = unbroken(in_words(reasons, words)) if reasons.kind == "detour" else ""
        said["others"] = _others(border, question, border.route(parts), words)
    said |= _differs(border, question, profile, parts, words)
    return told(
        border.route(parts), (question.start, question.goal), words, border=border.name, here=border.home,
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
    first, second = (
        today.avoided(there, here)
        for there, here in zip(border.obstacles(usual), border.obstacles(parts), strict=True)
    )
    (metric, to), (other, on) = parts
    moved = [
        *today.moved(border.first.engine, metric, [usual[0][1].start], [to.start]),
        *(replace(one, index=1) for one in today.moved(border.second.engine, other, [usual[1][1].end], [on.end])),
    ]
    return {"avoided": border.named((first, second), words), "moved": moved_places(moved, words)}


def _closest(border: Border, question: Question, profile: Profile, words: Table) -> Way:
    """The way that breaks the fewest limits."""
    try:
        reasons, parts = why_not_across(
            border.first.describer, border.second.describer, pricing=profile, options=question.options,
            start=question.start, goal=question.goal,
        )  # fmt: skip
    except PointNotFoundError as error:
        raise NoWayNearby(error.index) from error
    if parts is None:
        raise NotAcross
    return told(
        border.route(parts), (question.start, question.goal), words, border=border.name,
        broken=[replace(one, photo="") if one.photo.startswith("/") else one for one in in_the_way(reasons, words)], help=help_of(reasons, words),
        passed=border.named(border.obstacles(parts), words), here=border.home,
        met=border.encounters(parts, border.obstacles(parts)),
    )  # fmt: skip


def gpx_across(border: Border, question: Question) -> str:
    """The way as GPX 1.1. Raises ``NoPlan``; also when no way keeps the limits, for a device would lead along it."""
    check_inside(border.first, question.start, 0)
    check_inside(border.second, question.goal, 1)
    profile = variants(question.profile).get(question.kind, question.profile)
    try:
        parts = border.way(question, profile)
    except (NoRouteError, PointNotFoundError) as error:
        raise NotAcross from error
    route, words = border.route(parts), table(question.language)
    texts = instructions(route, words)
    texts[1][0] = f"{words['border'].format(name=border.name)} {texts[1][0]}"
    met = border.encounters(parts, border.obstacles(parts))
    texts = with_encounters(texts, met, route.steps, words)
    return gpx(route, texts, summary(route.totals, words), now(), waymarks(met, words))
