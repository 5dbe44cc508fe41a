# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How far one gets from a place within one's limits, and what lies there."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import shapely
import shapely.geometry
from django.contrib.gis.geos import GEOSGeometry

from stadtherz.kernel.geo.extracts import current_extract
from stadtherz.kernel.geo.models import Place
from stadtherz.services.wayfinding import neighbours
from stadtherz.services.wayfinding.engine.answering.answers import Town
from stadtherz.services.wayfinding.engine.answering.reach_across import reachable_across
from stadtherz.services.wayfinding.engine.engine import PointNotFoundError
from stadtherz.services.wayfinding.engine.geodesy import METRES_PER_DEGREE
from stadtherz.services.wayfinding.engine.metric import Options
from stadtherz.services.wayfinding.engine.profiles import Profile
from stadtherz.services.wayfinding.engine.reach import Area
from stadtherz.services.wayfinding.engine.reach import Question as Reach
from stadtherz.services.wayfinding.engine.telling.phrases import table
from stadtherz.services.wayfinding.engine.vocabulary import Place as Helping
from stadtherz.services.wayfinding.engine.vocabulary import Wheelchair
from stadtherz.services.wayfinding.planning import NoWayNearby, OutsideMap, Point, closed_start

MINUTES: Final = (5, 10, 15)
#: quarters and the town itself are not reached, one is in them
AREAS: Final = ("city", "town", "village", "hamlet", "suburb", "quarter", "neighbourhood", "isolated_dwelling")
#: places named for each time; more would not be read
NAMED: Final = 12
#: square metres; what is smaller and reached all round is a courtyard, and drawn only a scrap
COURTYARD: Final = 1000.0


@dataclass(frozen=True, slots=True)
class Ring:
    """What is reached within ``minutes`` and not before. ``way_metres``: of all ways within that time; ``toilets``: how many, and how
    many of them a wheelchair can use."""

    minutes: int
    way_metres: float
    polygon: Any
    places: list[str]
    more: int
    toilets: tuple[int, int] = (0, 0)
    benches: int = 0


@dataclass(frozen=True, slots=True)
class Surroundings:
    """``beyond``: names of the neighbours into which the widest ring leads; ``cut``: sides ("north", "east", "south", "west")
    on which it ends because the maps do, not because of the limits; ``closed``: a sentence about what is closed at the
    place itself; ``too_steep``: streets that one reaches, but that are too steep for one."""

    rings: list[Ring]
    beyond: list[str]
    cut: tuple[str, ...]
    closed: str = ""
    too_steep: tuple[str, ...] = ()


def surroundings(
    town: Town, start: Point, profile: Profile, *, both_ways: bool = False, towards: bool = False, language: str = "de"
) -> Surroundings:  # fmt: skip
    """The rings around a place (longitude, latitude), also over the border; ``towards``: from where one gets there. Raises ``OutsideMap`` or ``NoWayNearby``."""
    if not town.covers(start):
        raise OutsideMap(0)
    options = Options(both_ways=both_ways)
    try:
        closed = closed_start(town, start, profile, options, table(language))
        found = reachable_across(
            town, "", start, [minutes * 60 for minutes in MINUTES], pricing=profile, options=lambda _town: options,
            near=neighbours.neighbours_near, asked=Reach(towards=towards),
        )  # fmt: skip
    except PointNotFoundError as error:
        raise NoWayNearby(0) from error
    widest = found.areas[-1]
    beyond = [found.names[number] for number in widest.towns if number]
    return Surroundings(_with_helping(town, _with_places(found.areas)), beyond, widest.cut, closed, widest.too_steep)


def _with_places(areas: list[Area]) -> list[Ring]:
    widest = GEOSGeometry(memoryview(areas[-1].polygon.wkb), srid=4326) if not areas[-1].polygon.is_empty else None
    extract = current_extract()
    known = (
        Place.objects.filter(extract=extract, location__intersects=widest).exclude(kind__in=AREAS).order_by("weight", "name")[:400]
        if extract is not None and widest is not None else []
    )  # fmt: skip
    left = {place.pk: place for place in known}
    rings = []
    for area, minutes in zip(areas, MINUTES, strict=True):
        shapely.prepare(area.polygon)
        inside = [p for p in left.values() if shapely.intersects_xy(area.polygon, p.location.x, p.location.y)]
        for place in inside:
            del left[place.pk]
        names = list(dict.fromkeys(place.name for place in inside))
        rings.append(Ring(minutes, area.way_metres, area.polygon, names[:NAMED], max(0, len(names) - NAMED)))
    return rings


def _with_helping(town: Town, rings: list[Ring]) -> list[Ring]:
    """Each toilet and bench of the map is counted in the first ring in which it lies."""
    places = town.engine.graph.places
    inside = np.array([shapely.contains_xy(ring.polygon, places["x"], places["y"]) for ring in rings])
    here = inside & ~np.concatenate((np.zeros_like(inside[:1]), inside[:-1]))
    toilet, bench = (places["kind"] == kind for kind in (Helping.TOILET, Helping.BENCH))
    usable = toilet & (places["wheelchair"] == Wheelchair.YES)
    return [
        replace(ring, toilets=(int((new & toilet).sum()), int((new & usable).sum())), benches=int((new & bench).sum()))
        for ring, new in zip(rings, here, strict=True)
    ]


def _without_courtyards(polygon: Any, lat: float) -> Any:
    square_metres = METRES_PER_DEGREE**2 * math.cos(math.radians(lat))
    parts = [
        shapely.Polygon(
            part.exterior,
            [hole for hole in part.interiors if shapely.area(shapely.Polygon(hole)) * square_metres >= COURTYARD],
        )
        for part in shapely.get_parts(polygon)
    ]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def as_features(rings: list[Ring], start: Point, label: str) -> dict[str, Any]:
    """The rings for the map, and the place itself."""
    features: list[dict[str, Any]] = [
        {
            "type": "Feature", "properties": {"id": f"r{ring.minutes}", "rank": rank},
            "geometry": json.loads(shapely.to_geojson(shapely.set_precision(_without_courtyards(ring.polygon, start[1]), 1e-6))),
        }
        for rank, ring in enumerate(rings) if not ring.polygon.is_empty
    ]  # fmt: skip
    features.append({
        "type": "Feature", "properties": {"id": "start", "letter": "A", "title": label},
        "geometry": {"type": "Point", "coordinates": list(start)},
    })  # fmt: skip
    return {"type": "FeatureCollection", "clustered": False, "features": features}
