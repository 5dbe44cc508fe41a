# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tells a way that was found: its steps, what is in the way today, which limits it breaks, how high it climbs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from stadtherz.kernel.ui import dates
from stadtherz.services.wayfinding.engine.answering.answers import Town
from stadtherz.services.wayfinding.engine.obstacles import Effect, Obstacle
from stadtherz.services.wayfinding.engine.positions import positions
from stadtherz.services.wayfinding.engine.profiles import Limit
from stadtherz.services.wayfinding.engine.reasons import Reasons, Violation
from stadtherz.services.wayfinding.engine.surveys.questions import question_about, spot_at
from stadtherz.services.wayfinding.engine.telling import today
from stadtherz.services.wayfinding.engine.telling.directions import (
    conditions,
    distance,
    duration,
    instructions,
    summary,
)
from stadtherz.services.wayfinding.engine.telling.on_the_way import Encounter
from stadtherz.services.wayfinding.engine.telling.on_the_way import in_words as in_words_here
from stadtherz.services.wayfinding.engine.telling.phrases import Table
from stadtherz.services.wayfinding.engine.telling.reason_words import violation_in_words
from stadtherz.services.wayfinding.engine.telling.route import Route
from stadtherz.services.wayfinding.figures import unbroken
from stadtherz.services.wayfinding.planning.ground import kerbs, slopes
from stadtherz.services.wayfinding.planning.in_which_step import step_at
from stadtherz.services.wayfinding.planning.plan import InTheWay, Named, Point, Told, Way

#: obstacles that an answer names; nobody reads more
MOST_NAMED: Final = 20
#: the step that only says where the next town begins
BORDER: Final = "border"


def moved_places(moved: list[today.Moved], words: Table) -> dict[int, str]:
    """Sentences about start (0) and destination (1) at which something is closed, and until when."""
    return {
        one.index: unbroken(
            today.moved_in_words(one, "goal" if one.index else "start", words, until=_over(one.obstacle))
        )
        for one in moved
    }


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


def in_the_way(reasons: Reasons, words: Table) -> list[InTheWay]:
    """The broken limits in words, as the list and the map number them."""
    return [
        InTheWay(f"w{number}", v.limit, v.unknown, unbroken(violation_in_words(v, words)), v.x, v.y, v.photo)
        for number, v in enumerate(reasons.violations, 1)
    ]


def closed_by(violation: Violation, passed: list[Obstacle], words: Table) -> Named | None:
    """What closes the place of a broken limit today, with its page and its end; nothing where it is another limit."""
    if violation.limit is not Limit.CLOSED:
        return None
    found = [o for o in passed if o.effect is not Effect.NOTICE and violation.edge in o.edges]
    return named(found[:1], words)[0] if found else None


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
        length=unbroken(distance(totals.metres, words)), conditions=unbroken(words["sum.between"].join(conditions(totals, words))), steps=steps_told, start=points[0], goal=points[1], metres=totals.metres,
        unverified=totals.unverified, kerbs_unknown=totals.kerbs_unknown,
        longest_without_rest=totals.longest_without_rest, start_gap=route.legs[0].start.metres,
        goal_gap=route.legs[-1].end.metres, heights=heights(route), broken=broken, slopes=slopes(route, line), kerbs=kerbs(route, line), **more,
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
