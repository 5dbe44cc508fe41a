# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where an obstacle would lie among the ways of the town's map, as far as its graph is prepared."""

from __future__ import annotations

from django.contrib.gis.geos import GEOSGeometry, Point

from stadtherz.services.wayfinding import graphs
from stadtherz.services.wayfinding.engine.obstacles import edges_of
from stadtherz.services.wayfinding.obstacles.spread import spot_of


def ways_at(geometry: GEOSGeometry, kind: str, reach_m: int) -> tuple[int, ...] | None:
    """The edges that an obstacle there would affect; None while the town's graph is not prepared."""
    try:
        router = graphs.town().engine
    except graphs.NoGraph:
        return None
    return edges_of(router.graph, router.grid, [spot_of(geometry, kind, reach_m)])[0]


def beside_a_way(place: Point, metres: float) -> Point | None:
    """The nearest point on a way within so many metres; None if there is none, or the graph is not prepared."""
    try:
        found = graphs.town().engine.grid.nearest(place.x, place.y, metres, None)
    except graphs.NoGraph:
        return None
    return None if found is None else Point(float(found.x), float(found.y), srid=4326)


def on_the_map(place: Point) -> bool:
    """Whether ways of the town's map run around a place: outer streets lead beyond the town's area, and ways go there."""
    try:
        west, south, east, north = graphs.town().engine.graph.bounds
    except graphs.NoGraph:
        return False
    return bool(west <= place.x <= east and south <= place.y <= north)
