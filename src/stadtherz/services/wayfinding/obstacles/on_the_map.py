# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where an obstacle would lie among the ways of the town's map, as far as its graph is prepared."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.gis.geos import GEOSGeometry, Point

from stadtherz.services.wayfinding import graphs
from stadtherz.services.wayfinding.engine.obstacles import edges_of
from stadtherz.services.wayfinding.engine.vocabulary import Kind as WayKind
from stadtherz.services.wayfinding.models import Obstacle
from stadtherz.services.wayfinding.obstacles.spread import lifts_among, spot_of
from stadtherz.services.wayfinding.obstacles.vocabulary import Kind


def ways_at(geometry: GEOSGeometry, kind: str, reach_m: int) -> tuple[int, ...] | None:
    """The edges that an obstacle there would affect; None while the town's graph is not prepared."""
    try:
        router = graphs.town().engine
    except graphs.NoGraph:
        return None
    return edges_of(router.graph, router.grid, [spot_of(geometry, kind, reach_m)])[0]


def beside_a_way(place: Point, metres: float, *, lift: bool = False) -> Point | None:
    """The nearest point on a way, or of a lift, within so many metres; None if there is none, or the graph is not
    prepared."""
    try:
        router = graphs.town().engine
    except graphs.NoGraph:
        return None
    usable = router.graph.edges["kind"] == WayKind.LIFT if lift else None
    found = router.grid.nearest(place.x, place.y, metres, usable)
    return None if found is None else Point(float(found.x), float(found.y), srid=4326)


def unknown_lifts(rows: Iterable[Obstacle]) -> frozenset[int]:
    """Numbers of the rows that speak of a lift where the map has none: no way changes because of them."""
    lifts = [row for row in rows if row.kind == Kind.LIFT]
    if not lifts:
        return frozenset()
    try:
        router = graphs.town().engine
    except graphs.NoGraph:
        return frozenset()
    found = edges_of(router.graph, router.grid, [spot_of(_geometry(row), row.kind, row.reach_m) for row in lifts])
    return frozenset(row.pk for row, edges in zip(lifts, found, strict=True) if not lifts_among(router.graph, edges))


def _geometry(row: Obstacle) -> GEOSGeometry:
    """As the row has it, or as ``queries.shown`` had the database write it."""
    written = getattr(row, "geojson", None)
    return GEOSGeometry(written, srid=4326) if written else row.geometry


def on_the_map(place: Point) -> bool:
    """Whether ways of the town's map run around a place: outer streets lead beyond the town's area, and ways go there."""
    try:
        west, south, east, north = graphs.town().engine.graph.bounds
    except graphs.NoGraph:
        return False
    return bool(west <= place.x <= east and south <= place.y <= north)
