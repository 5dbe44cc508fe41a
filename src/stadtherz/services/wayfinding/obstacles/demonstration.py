# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Obstacles of the demonstration's model town: a festival, works, a weekly market, and a parked car that nobody has confirmed
yet. They are around the moment of loading; what is over by then is entered anew."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any, Final

import numpy as np
import shapely
from django.conf import settings
from django.contrib.gis.geos import GEOSGeometry, Point
from django.db.models import Q
from django.utils import timezone

from stadtherz.kernel.geo.models import Extract
from stadtherz.kernel.people.demo import demo_account, demo_person
from stadtherz.kernel.people.roles import Role
from stadtherz.services.wayfinding import graphs
from stadtherz.services.wayfinding.demonstration import MODEL_TOWN, busiest_spot
from stadtherz.services.wayfinding.engine.graph import Graph
from stadtherz.services.wayfinding.models import Obstacle
from stadtherz.services.wayfinding.obstacles.actions import Drawn, draw_obstacle, report_obstacle
from stadtherz.services.wayfinding.obstacles.vocabulary import OPEN, Effect, Kind
from stadtherz.services.wayfinding.obstacles.weekly import Weekly

FESTIVAL: Final = ("Altstadtfest", "Torgasse", "Die Gasse ist für Stände gesperrt, auch zu Fuß.")
WORKS: Final = (
    "Neue Wasserleitung",
    "Färbergasse",
    "Die Gasse ist aufgegraben. Der Umweg führt über die nächste Gasse.",
)
#: away from the trips to try: these are the same on every day of the week
MARKET: Final = ("Wochenmarkt", "Sägeplatz", "Der Platz ist für Stände gesperrt, mit Aufbau und Abbau.")
#: half the width of the festival in degrees, some ten metres
HALF_WIDTH: Final = 0.00012


def load_obstacles(extract: Extract) -> None:
    """Enter what is not there; only into a model town, whose streets are known."""
    if not extract.key.startswith(MODEL_TOWN):
        return
    engine = graphs.town().engine
    graph = engine.graph
    if lines := _lines(graph, FESTIVAL[1]):
        _draw(Kind.FESTIVAL, FESTIVAL, shapely.union_all(lines).buffer(HALF_WIDTH, quad_segs=2), **_days(1, 2))
    if lines := _lines(graph, WORKS[1]):
        _draw(Kind.WORKS, WORKS, _longest(lines), **_days(3, 14))
    if lines := _lines(graph, MARKET[1]):
        _draw(Kind.FESTIVAL, MARKET, _longest(lines), weekly=_market_days())
    resident = demo_account(Role.RESIDENT)
    # cars on the pavement, where the first trip to try leads: so a newcomer meets them
    parked = Obstacle.objects.open().filter(kind=Kind.PARKED_CARS, reporter=resident).exists()
    if not parked and (spot := busiest_spot(engine, extract)) is not None:
        report_obstacle(kind=Kind.PARKED_CARS, place=Point(*spot, srid=4326), reporter=resident)


def renew_obstacles(extract: Extract) -> None:
    """Enter anew what is over by itself, so that the demonstration is not empty tomorrow; what somebody has ended stays
    ended. Nothing happens where the demonstration's people are missing: a model town may only stand in for a map."""
    if settings.PRODUCTION or not extract.key.startswith(MODEL_TOWN):
        return
    clerk, resident = (demo_person(role) for role in (Role.CLERK, Role.RESIDENT))
    if clerk is None or resident is None:
        return
    known = Q(title__in=(FESTIVAL[0], WORKS[0], MARKET[0])) | Q(kind=Kind.PARKED_CARS, reporter=resident)
    ours = Obstacle.objects.filter(known).order_by("id")
    if any(one.state not in OPEN for one in {(one.kind, one.title): one for one in ours}.values()):
        return
    load_obstacles(extract)


def _lines(graph: Graph, street: str) -> list[shapely.LineString]:
    """The pieces of a street, in the order of the map."""
    if street not in graph.names:
        return []
    found = graph.edges["name"] == graph.names.index(street)
    return [shapely.LineString(graph.line(edge)) for edge in np.flatnonzero(found).tolist()]


def _longest(lines: list[shapely.LineString]) -> shapely.LineString:
    return max(lines, key=lambda line: float(line.length))


def _days(before: int, after: int) -> dict[str, Any]:
    """From so many days before now until so many after."""
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    return {"begins": now - timedelta(days=before), "ends": now + timedelta(days=after)}


def _market_days() -> Weekly:
    """On Wednesdays and Saturdays, since four weeks and for half a year, but not on the second Saturday from now."""
    today = timezone.localdate()
    saturday = today + timedelta(days=(5 - today.weekday()) % 7)
    return Weekly(
        frozenset({2, 5}), time(6), time(14), today - timedelta(weeks=4), today + timedelta(weeks=26),
        frozenset({saturday + timedelta(weeks=1)}),
    )  # fmt: skip


def _draw(kind: Kind, said: tuple[str, str, str], shape: shapely.Geometry, **when: Any) -> None:
    """Drawn by the demonstration's clerk, unless it is there."""
    title, street, text = said
    if Obstacle.objects.open().filter(title=title, kind=kind).exists():
        return
    drawn = Drawn(
        kind=kind, effect=Effect.CLOSED, geometry=GEOSGeometry(shape.wkb.hex(), srid=4326), title=title,
        place_label=street, text=text, **when,
    )  # fmt: skip
    draw_obstacle(drawn=drawn, clerk=demo_account(Role.CLERK))
