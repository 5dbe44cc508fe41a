# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What today's obstacles do to a way: those that it passes (not confirmed, passable, or closed for others only), and those
because of which it goes another way than usual."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from ..engine import Engine, NoRouteError, Point, PointNotFoundError
from ..legs import Leg
from ..metric import Metric, is_on_wheels
from ..obstacles import Effect, Obstacle
from ..snapping import Snap
from .directions import distance
from .phrases import Table

_EFFECTS: Final = {
    Effect.CLOSED: "obstacle.closed", Effect.WHEELS: "obstacle.wheels", Effect.SLOW: "obstacle.slow",
    Effect.NOTICE: "obstacle.reported",
}  # fmt: skip


def passed(engine: Engine, legs: Sequence[Leg]) -> list[Obstacle]:
    """Obstacles on a way, in walking order."""
    return [] if engine.obstacles.none_known else engine.obstacles_along(np.concatenate([leg.arcs for leg in legs]))


def usual_way(engine: Engine, metric: Metric, points: Sequence[Point]) -> list[Leg] | None:
    """The way as if nothing were in the way today; None where there is none either."""
    usual = engine.metric(metric.pricing, replace(metric.options, everyday=True))
    try:
        return engine.legs(usual, points)
    except (NoRouteError, PointNotFoundError):
        return None


#: metres by which a closed way moves a place that are worth a sentence
MOVED_M: Final = 10.0


@dataclass(frozen=True, slots=True)
class Moved:
    """A place whose own way is closed today, so that the way begins or ends `metres` beside it. `index`: which of the
    places; `street`: where one is instead."""

    index: int
    obstacle: Obstacle
    metres: float
    street: str


def differs(
    engine: Engine, metric: Metric, points: Sequence[Point], legs: Sequence[Leg]
) -> tuple[list[Obstacle], list[Moved]]:  # fmt: skip
    """Obstacles on the usual way that are not on this one, and places at which it usually begins or ends elsewhere. Costs
    a second question, and only while there are any obstacles."""
    if not (metric.in_force.closed or metric.in_force.wheels or metric.in_force.slow):
        return [], []
    usual = usual_way(engine, metric, points)
    if usual is None:
        return [], []
    return avoided(passed(engine, usual), passed(engine, legs)), moved(engine, metric, ends_of(usual), ends_of(legs))


def avoided(usual: Sequence[Obstacle], here: Sequence[Obstacle]) -> list[Obstacle]:
    """Obstacles of the usual way that this one goes round."""
    passed_here = {obstacle.key for obstacle in here}
    return [o for o in usual if o.effect is not Effect.NOTICE and o.key not in passed_here]


def moved(engine: Engine, metric: Metric, usual: Sequence[Snap], snaps: Sequence[Snap]) -> list[Moved]:
    """Places whose usual way is closed today, where that makes a difference."""
    found, graph, shut = [], engine.graph, metric.shut
    shutting = {Effect.CLOSED, Effect.WHEELS} if is_on_wheels(metric.pricing) else {Effect.CLOSED}
    for index, (before, snap) in enumerate(zip(usual, snaps, strict=True)):
        if before.edge in shut and snap.metres - before.metres > MOVED_M:
            there = engine.obstacles_along(np.array([2 * before.edge]))
            closing = next((o for o in there if o.effect in shutting), None)
            if closing is not None:  # else it has ended in this very moment
                found.append(Moved(index, closing, snap.metres, graph.names[graph.edges["name"][snap.edge]]))
    return found


def ends_of(legs: Sequence[Leg]) -> list[Snap]:
    """The places of a way on the map."""
    return [legs[0].start, *(leg.end for leg in legs)]


def moved_in_words(one: Moved, role: str, words: Table, until: str = "") -> str:
    """What is closed there, and where the way begins or ends instead. `role`: start, goal or stop; `until`: the moment at
    which it opens again, in words."""
    return words[f"moved.{role}"].format(
        what=what(one.obstacle, words), until=words["moved.until"].format(moment=until) if until else "",
        distance=distance(one.metres, words), street=words["moved.street"].format(name=one.street) if one.street else "",
    )  # fmt: skip


def moved_as_json(one: Moved, index: int, last: int, words: Table) -> dict[str, Any]:
    """`index`: which of the places of the request, up to `last`."""
    role = "start" if index == 0 else "goal" if index == last else "stop"
    return {
        **as_json(one.obstacle, words), "point": index, "metres": round(one.metres, 1),
        "text": moved_in_words(one, role, words),
    }  # fmt: skip


def as_json(obstacle: Obstacle, words: Table) -> dict[str, Any]:
    """An obstacle in an answer, with a sentence in the language of the answer."""
    return {**obstacle.about, "effect": obstacle.effect.name.lower(), "text": in_words(obstacle, words)}


def what(obstacle: Obstacle, words: Table) -> str:
    """What and where."""
    about = obstacle.about
    if about.get("kind") == "hours":
        key = "obstacle.hours_unread" if obstacle.effect is Effect.NOTICE else "obstacle.hours"
        return words[key].format(rule=about.get("title", ""))
    said = str(about.get("title") or words.get(f"obstacle.{about.get('kind')}") or words["obstacle.other"])
    return words["at"].format(what=said, place=about["place"]) if about.get("place") else said


def in_words(obstacle: Obstacle, words: Table) -> str:
    """What and where, what that means, and whether somebody has confirmed it."""
    said, kind = what(obstacle, words), obstacle.about.get("kind")
    if kind == "hours" or (kind == "lift" and obstacle.effect is Effect.CLOSED):
        return said  # what is shut or out of order is closed
    return words[_EFFECTS[obstacle.effect]].format(what=said)
