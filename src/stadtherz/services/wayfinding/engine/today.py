# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What today's obstacles do to a way: those that it passes (not confirmed, passable, or closed for others only), and those
because of which it goes another way than usual."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from .engine import Engine, Metric, NoRouteError, Point, PointNotFoundError
from .legs import Leg
from .obstacles import Effect, Obstacle
from .phrases import Table


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


def avoided(engine: Engine, metric: Metric, points: Sequence[Point], legs: Sequence[Leg]) -> list[Obstacle]:
    """Obstacles on the usual way that are not on this one. Costs a second question, and only while there are any."""
    if not (metric.in_force.closed or metric.in_force.wheels or metric.in_force.slow):
        return []
    usual = usual_way(engine, metric, points)
    if usual is None:
        return []
    here = {obstacle.key for obstacle in passed(engine, legs)}
    return [o for o in passed(engine, usual) if o.effect is not Effect.NOTICE and o.key not in here]


def as_json(obstacle: Obstacle, words: Table) -> dict[str, Any]:
    """An obstacle in an answer, with a sentence in the language of the answer."""
    return {**obstacle.about, "effect": obstacle.effect.name.lower(), "text": in_words(obstacle, words)}


def in_words(obstacle: Obstacle, words: Table) -> str:
    """What and where, and whether somebody has confirmed it."""
    about = obstacle.about
    if about.get("kind") == "hours":
        key = "obstacle.hours_unread" if obstacle.effect is Effect.NOTICE else "obstacle.hours"
        return words[key].format(rule=about.get("title", ""))
    what = str(about.get("title") or words.get(f"obstacle.{about.get('kind')}") or words["obstacle.other"])
    if about.get("place"):
        what = words["at"].format(what=what, place=about["place"])
    return words["obstacle.reported"].format(what=what) if obstacle.effect is Effect.NOTICE else what
