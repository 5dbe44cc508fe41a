# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Trips to try in the demonstration's model town: an ordinary way, a detour with its reason, a place that no way reaches;
and the spot that most of its trips pass, where something is in the way."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import permutations
from typing import Final

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from stadtherz.kernel.geo.models import Extract
from stadtherz.kernel.geo.models import Place as MapPlace
from stadtherz.kernel.registry.declaration import Text
from stadtherz.services.wayfinding.engine.engine import Engine, NoRouteError, PointNotFoundError
from stadtherz.services.wayfinding.engine.metric import Options
from stadtherz.services.wayfinding.engine.presets import PRESETS
from stadtherz.services.wayfinding.engine.vocabulary import Kind
from stadtherz.services.wayfinding.places import Place

#: keys of maps that we invented
MODEL_TOWN: Final = "modellstadt-"
#: places up to this weight are where many go
MANY_GO: Final = 2
_ON_FOOT: Final = (Kind.PAVEMENT, Kind.FOOTWAY, Kind.PATH, Kind.PEDESTRIAN)


@dataclass(frozen=True, slots=True)
class Trip:
    """A way to try: names of places, the preset, and what it shows."""

    start: str
    goal: str
    aid: str
    shows: Text


TRIPS: Final = (
    Trip("Hauptbahnhof", "Rathaus", "wheelchair-manual", _("an ordinary way, with something in the way today")),
    Trip("Burgruine", "Stadtmuseum", "walker", _("a detour, and what it spares you")),
    Trip("Rathaus", "Burgruine", "wheelchair-manual", _("no way, and what stands against it")),
)


def trips_to_try(extract: Extract | None) -> list[tuple[Trip, Place, Place]]:
    """The trips with their places; none on a real map or in production."""
    if extract is None or settings.PRODUCTION or not extract.key.startswith(MODEL_TOWN):
        return []
    names = {name for trip in TRIPS for name in (trip.start, trip.goal)}
    known = {
        found.name: Place(found.name, found.location.x, found.location.y)
        for found in MapPlace.objects.filter(extract=extract, name__in=names).order_by("-weight", "-pk")
    }
    return [(t, known[t.start], known[t.goal]) for t in TRIPS if t.start in known and t.goal in known]


def busiest_spot(engine: Engine, extract: Extract) -> tuple[float, float] | None:
    """Longitude and latitude of the middle of that pavement of the first trip that most ways between well-known places
    take, as they are on other days; the same on each run. None where there is no such trip."""
    tried = trips_to_try(extract)
    if not tried:
        return None
    trip, start, goal = tried[0]
    metric = engine.metric(PRESETS[trip.aid].profile, Options(everyday=True))

    def edges(one: tuple[float, float], other: tuple[float, float]) -> list[int]:
        try:
            return [edge for leg in engine.legs(metric, [one, other]) for edge in (leg.arcs >> 1).tolist()]
        except (NoRouteError, PointNotFoundError):
            return []

    well_known = MapPlace.objects.filter(extract=extract, weight__lte=MANY_GO).order_by("weight", "name", "pk")[:12]
    points = [(place.location.x, place.location.y) for place in well_known]
    passed = Counter(edge for pair in permutations(points, 2) for edge in edges(*pair))
    own = [
        edge for edge in edges((start.lon, start.lat), (goal.lon, goal.lat))
        if engine.graph.edges["kind"][edge] in _ON_FOOT and engine.graph.edges["length"][edge] > 200
    ]  # fmt: skip
    if not own:
        return None
    line = engine.graph.line(min(own, key=lambda edge: (-passed[edge], edge)))
    lon, lat = line[len(line) // 2] if len(line) > 2 else line.mean(axis=0)
    return float(lon), float(lat)
