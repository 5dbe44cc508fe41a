# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Finds the way through a town for one person, or the one that comes closest to the limits."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

from stadtherz.services.wayfinding.engine.alternatives import alternatives, variants
from stadtherz.services.wayfinding.engine.answering.answers import Town, now
from stadtherz.services.wayfinding.engine.answering.shapes import gpx
from stadtherz.services.wayfinding.engine.engine import NoRouteError, PointNotFoundError
from stadtherz.services.wayfinding.engine.geodesy import METRES_PER_DEGREE
from stadtherz.services.wayfinding.engine.metric import Metric, Options
from stadtherz.services.wayfinding.engine.profiles import Profile
from stadtherz.services.wayfinding.engine.reasons import why_not, why_so_long
from stadtherz.services.wayfinding.engine.telling import today
from stadtherz.services.wayfinding.engine.telling.directions import instructions, summary
from stadtherz.services.wayfinding.engine.telling.on_the_way import encounters, waymarks, with_encounters
from stadtherz.services.wayfinding.engine.telling.phrases import Table, table
from stadtherz.services.wayfinding.engine.telling.reason_words import help_in_words, in_words
from stadtherz.services.wayfinding.engine.telling.route import Route
from stadtherz.services.wayfinding.figures import unbroken
from stadtherz.services.wayfinding.planning.plan import (
    BEST,
    NotConnected,
    NoWayNearby,
    OtherWay,
    OutsideMap,
    Point,
    Question,
    SamePlace,
    Way,
)
from stadtherz.services.wayfinding.planning.telling import closed_by, in_the_way, moved_places, named, question_at, told

#: closer than this, start and destination are the same place
SAME_METRES: Final = 10.0
#: places this far beyond the last way still count as on the map
MARGIN_DEGREES: Final = 0.003


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


def closed_start(town: Town, start: Point, profile: Profile, options: Options, words: Table) -> str:
    """A sentence about what is closed where somebody starts, and until when; empty where nothing is."""
    engine = town.engine
    metric = engine.metric(profile, options)
    if not (metric.in_force.closed or metric.in_force.wheels):
        return ""
    usual = engine.metric(profile, replace(options, everyday=True))
    moved = today.moved(engine, metric, engine.snap(usual, [start]), engine.snap(metric, [start]))
    return moved_places(moved, words).get(0, "")


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
    if math.hypot((to_x - x) * math.cos(math.radians(y)), to_y - y) * METRES_PER_DEGREE < SAME_METRES:
        raise SamePlace


def _closest(town: Town, metric: Metric, points: tuple[Point, Point], words: Table) -> Way:
    """The way that comes closest to the limits."""
    try:
        reasons = why_not(town.engine, town.describer, metric, list(points))
    except PointNotFoundError as error:
        raise NoWayNearby(error.index) from error
    if reasons.leg is None:
        raise NotConnected
    route = town.describer.route(metric, [reasons.leg])
    passed = today.passed(town.engine, [reasons.leg])
    broken = [
        replace(one, question=question_at(town, v) if one.unknown else "", closed_by=closed_by(v, passed, words))
        for one, v in zip(in_the_way(reasons, words), reasons.violations, strict=True)
    ]
    return told(
        route, points, words, broken=broken, help=unbroken(help_in_words(reasons, words)), passed=named(passed, words),
        met=encounters(route, passed),
    )  # fmt: skip


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
