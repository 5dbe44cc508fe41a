# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Obstacles for tests, at the places of the invented town, and the questions that they answer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.gis.geos import GEOSGeometry, Point
from django.utils import timezone

from stadtherz.kernel.people.models import Person
from stadtherz.services.wayfinding import graphs
from stadtherz.services.wayfinding.engine.answering.answers import directions
from stadtherz.services.wayfinding.engine.answering.requested import AnswerError
from stadtherz.services.wayfinding.engine.tests.town import at
from stadtherz.services.wayfinding.models import Obstacle
from stadtherz.services.wayfinding.obstacles.actions import Drawn, draw_obstacle
from stadtherz.services.wayfinding.obstacles.vocabulary import Effect, Kind

PARK_WAY = ((250, 290), (250, 210))
LIFT_WAY = ((500, 380), (460, 430))


def spot(east: float = 250, north: float = 250) -> Point:
    """A point of the invented town; without numbers, on the Parkweg."""
    return Point(*at(east, north), srid=4326)


def drawn(geometry: GEOSGeometry | None = None, **changes: Any) -> Drawn:
    """What a clerk says: works on the Parkweg, from now on for a day."""
    now = timezone.now()
    said: dict[str, Any] = {
        "kind": Kind.WORKS, "effect": Effect.CLOSED, "begins": now - timedelta(minutes=1),
        "ends": now + timedelta(days=1),
    }  # fmt: skip
    return Drawn(geometry=spot() if geometry is None else geometry, **(said | changes))


def closed(clerk: Person, geometry: GEOSGeometry | None = None, **changes: Any) -> Obstacle:
    """A confirmed obstacle."""
    return draw_obstacle(drawn=drawn(geometry, **changes), clerk=clerk)


def metres(way: tuple[tuple[float, float], tuple[float, float]] = PARK_WAY, aid: str = "foot") -> float | None:
    """How long the way is at this moment, as this process answers; None where there is none."""
    try:
        answer = directions(graphs.town(), aid, {"coordinates": [list(at(*point)) for point in way]})
    except AnswerError:
        return None
    return float(answer["routes"][0]["summary"]["distance"])


def said_on_the_way(way: tuple[tuple[float, float], tuple[float, float]] = PARK_WAY) -> dict[str, list[str]]:
    """The sentences about obstacles in an answer."""
    answer = directions(graphs.town(), "foot", {"coordinates": [list(at(*point)) for point in way]})
    found = answer["routes"][0]["stadtherz"]["obstacles"]
    return {key: [one["text"] for one in found[key]] for key in found}
