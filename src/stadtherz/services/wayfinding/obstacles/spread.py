# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""From rows to the router of this process: what changed since the number that it knows, and nothing else.

Asked by every question about ways, so that no answer is older than its question: the number is one indexed row, and the
rows behind it are fetched only if it has grown. No verb asks for ways after it has written an obstacle: its transaction
may still be taken back, and the number with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.urls import reverse

from stadtherz.services.wayfinding.engine import obstacles as engine
from stadtherz.services.wayfinding.engine.engine import Engine
from stadtherz.services.wayfinding.engine.graph import Graph
from stadtherz.services.wayfinding.engine.vocabulary import Kind as WayKind
from stadtherz.services.wayfinding.models import Obstacle
from stadtherz.services.wayfinding.obstacles.queries import changed_since, number_now
from stadtherz.services.wayfinding.obstacles.vocabulary import OPEN, Effect, Kind, State

EFFECTS = {
    Effect.CLOSED: engine.Effect.CLOSED, Effect.WHEELS: engine.Effect.WHEELS, Effect.SLOW: engine.Effect.SLOW,
}  # fmt: skip


def catch_up(router: Engine, seen: int) -> int:
    """Bring the router of the active municipality up to date; returns the number that it knows then."""
    number = number_now()
    if number == seen:
        return seen
    if number < seen:  # the database was restored from a backup
        router.replace_obstacles([])
        seen = 0
    rows = list(changed_since(seen))
    counting = [row for row in rows if row.state in OPEN]
    gone = [str(row.pk) for row in rows if row.state not in OPEN]
    router.change_obstacles(in_engine(router, counting), gone)
    return number


def in_engine(router: Engine, rows: Sequence[Obstacle]) -> list[engine.Obstacle]:
    """Rows as the router knows them, with the edges that they affect."""
    spots = [spot_of(row.geometry, row.kind, row.reach_m) for row in rows]
    edges = engine.edges_of(router.graph, router.grid, spots)
    return [
        engine.Obstacle(
            key=str(row.pk), edges=lifts_among(router.graph, found) if row.kind == Kind.LIFT else found, begins=row.begins.timestamp(), ends=row.ends.timestamp(),
            effect=EFFECTS[Effect(row.effect)] if row.state == State.CONFIRMED else engine.Effect.NOTICE,
            about=about(row), spot=spot, moments=tuple(moment.timestamp() for moment in row.moments or ()),
        )
        for row, spot, found in zip(rows, spots, edges, strict=True)
    ]  # fmt: skip


def lifts_among(graph: Graph, edges: Sequence[int]) -> tuple[int, ...]:
    """The lifts of these edges. A lift that the map does not know, inside a house, closes no street beside it."""
    return tuple(edge for edge in edges if graph.edges["kind"][edge] == WayKind.LIFT)


def spot_of(geometry: GEOSGeometry, kind: str, reach_m: int) -> engine.Spot:
    """The place as the engine understands it."""
    return engine.Spot(shapely.from_wkb(bytes(geometry.wkb)), float(reach_m), lift=kind == Kind.LIFT)


def about(row: Obstacle) -> dict[str, Any]:
    """What an answer says of an obstacle; of one that recurs, the router says which time counts. Words that nobody has released
    are not in the row."""
    return {
        "id": row.pk, "kind": row.kind, "state": row.state, "title": row.title, "place": row.place_label,
        "begins": row.begins.isoformat(timespec="seconds"), "ends": row.ends.isoformat(timespec="seconds"),
        "url": reverse("wayfinding:obstacle", args=[row.pk]), "picture": row.picture_id is not None,
    }  # fmt: skip
