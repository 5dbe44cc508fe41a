# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Routers of the other municipalities of this installation, where a place lies on their maps."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from operator import or_

from django.contrib.gis.geos import Polygon
from django.db.models import Q

from stadtherz.kernel.geo.models import Extract
from stadtherz.kernel.municipalities.active import activate, active_id
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.services.wayfinding import graphs
from stadtherz.services.wayfinding.engine.answering.answers import Town

#: ways that begin on a map may stick out of it so far (degrees, one to two kilometres)
STICKS_OUT = 0.02


def neighbour_at(point: tuple[float, float]) -> tuple[str, Town] | None:
    """The name and the router of another municipality of this installation whose map shows the place (longitude,
    latitude), with its own obstacles of today; None if there is none."""
    return next((found for found in _neighbours((*point, *point)) if found[1].shows(point)), None)


def is_beyond(here: Town, point: tuple[float, float]) -> bool:
    """Whether a place lies off the map of this town, or on its fringe where a neighbour's map knows more."""
    return not here.shows(point) and (not here.covers(point) or neighbour_at(point) is not None)


def neighbours_near(box: tuple[float, float, float, float]) -> list[tuple[str, Town]]:
    """Names and routers of the other municipalities whose maps touch a box (west, south, east, north)."""
    return list(_neighbours(box))


def _neighbours(box: tuple[float, float, float, float]) -> Iterator[tuple[str, Town]]:
    for other in _on_maps_at(box):
        with activate(other):
            try:
                found = graphs.town()
            except graphs.NoGraph:
                continue
        west, south, east, north = found.bounds
        if box[0] <= east and box[2] >= west and box[1] <= north and box[3] >= south:
            yield other.name, found


def _on_maps_at(box: tuple[float, float, float, float]) -> list[Municipality]:
    """Other municipalities on whose maps the box may lie: only these are worth loading."""
    west, south, east, north = box
    around = Polygon.from_bbox((west - STICKS_OUT, south - STICKS_OUT, east + STICKS_OUT, north + STICKS_OUT))
    maps = [Q(map_centre__coveredby=bounds) for bounds in
            Extract.objects.filter(bounds__bboverlaps=around).values_list("bounds", flat=True)]  # fmt: skip
    if not maps:
        return []
    others = Municipality.objects.exclude(pk=active_id()).filter(reduce(or_, maps)).order_by("pk")
    return [other for other in others if other.offers("wayfinding")]
