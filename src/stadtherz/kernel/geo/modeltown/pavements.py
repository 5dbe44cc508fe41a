# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pavements that are mapped as ways of their own, crossings with kerbs, and the cutting of streets into bridge pieces."""

from itertools import pairwise
from random import Random

import shapely
from shapely.geometry import LineString, Point, Polygon
from shapely.ops import substring

from stadtherz.kernel.geo.modeltown.curves import XY, rounded, station
from stadtherz.kernel.geo.modeltown.draft import Draft, Tags
from stadtherz.kernel.geo.modeltown.network import Street

PAVEMENT: Tags = {
    "highway": "footway", "footway": "sidewalk", "surface": "paving_stones", "smoothness": "good", "width": "2.2", "lit": "yes",
}  # fmt: skip
CROSSING_EVERY = 120.0
KERBS: tuple[Tags, ...] = (
    {"kerb": "flush", "kerb:height": "0 cm", "tactile_paving": "yes"},
    {"kerb": "lowered", "kerb:height": "3 cm", "tactile_paving": "yes"},
    {"kerb": "lowered", "kerb:height": "3 cm", "tactile_paving": "no"},
    {"kerb": "raised", "kerb:height": "12 cm", "tactile_paving": "no"},
)
CROSSINGS: tuple[Tags, ...] = (
    {
        "crossing": "traffic_signals",
        "traffic_signals:sound": "yes",
        "traffic_signals:vibration": "yes",
        "tactile_paving": "yes",
    },
    {"crossing": "traffic_signals", "traffic_signals:sound": "no", "tactile_paving": "no"},
    {"crossing": "zebra", "crossing:markings": "zebra", "tactile_paving": "yes"},
    {"crossing": "unmarked", "crossing:island": "yes", "tactile_paving": "no"},
)


def pavements(streets: list[Street], rng: Random) -> list[Street]:
    """Both pavements and the crossings of each street that says sidewalk:both=separate."""
    drawn = []
    for street in streets:
        if street.tags.get("sidewalk:both") != "separate":
            continue
        away = street.width / 2 + 2.4
        for side in (away, -away):
            for part in shapely.get_parts(street.line.offset_curve(side, join_style="mitre")):
                if part.length > 30:
                    drawn.append(Street(part.simplify(0.3), {**PAVEMENT}, 2.2))
        along = rng.uniform(30, 70)
        while along < street.line.length - 20:
            spot = station(street.line, along)
            tags = {"highway": "footway", "footway": "crossing", "surface": "asphalt", "width": "3"} | rng.choice(
                CROSSINGS
            )
            drawn.append(Street(LineString([spot.beside(-away - 2), spot.beside(away + 2)]), tags, 3.0))
            along += CROSSING_EVERY * rng.uniform(0.7, 1.3)
    return drawn


def draw_streets(draft: Draft, streets: list[Street], river: Polygon, rng: Random) -> None:
    """Streets become ways: bridge pieces over the river, kerbs where a pavement meets a carriageway."""
    carriageways: dict[XY, Street] = {}
    for street in streets:
        if street.tags["highway"] not in {"footway", "steps", "path", "pedestrian"}:
            for point in street.points:
                carriageways.setdefault(point, street)
    for street in streets:
        overlays = _over_water(street, river)
        if street.tags.get("footway"):
            overlays += _over_streets(draft, street, carriageways, rng)
        for points, extra in pieces(street.line, overlays):
            draft.way(points, {**street.tags, **extra})


def _over_water(street: Street, river: Polygon) -> list[tuple[float, float, Tags]]:
    if street.tags.get("tunnel"):
        return []
    overlays = []
    for part in shapely.get_parts(street.line.intersection(river.buffer(5))):
        if part.length > 10:
            ends = sorted(street.line.project(Point(part.coords[i])) for i in (0, -1))
            overlays.append((ends[0], ends[1], {"bridge": "yes", "layer": "1"}))
    return overlays


def _over_streets(
    draft: Draft, street: Street, carriageways: dict[XY, Street], rng: Random
) -> list[tuple[float, float, Tags]]:
    """A crossing node on the carriageway, a kerb on either side of it."""
    overlays: list[tuple[float, float, Tags]] = []
    whole = street.tags["footway"] == "crossing"
    for point in street.junctions:
        road = carriageways.get(point)
        if road is None:
            continue
        kind = {k: v for k, v in street.tags.items() if k.startswith(("crossing", "traffic_signals", "tactile"))}
        draft.mark(point, {"highway": "crossing", **(kind or {"crossing": "unmarked"})})
        middle, half = street.line.project(Point(point)), road.width / 2
        start, end = middle - half, middle + half
        if start < 0.5 or end > street.line.length - 0.5:
            continue
        kerb = KERBS[0] if kind.get("traffic_signals:sound") == "yes" else rng.choice(KERBS)
        for place in (start, end):
            draft.mark(street.line.interpolate(place).coords[0], {"barrier": "kerb", **kerb})
        overlays.append((start, end, {} if whole else {"footway": "crossing", "crossing": "unmarked"}))
    return overlays


def pieces(line: LineString, overlays: list[tuple[float, float, Tags]]) -> list[tuple[list[XY], Tags]]:
    """The line cut at the overlays' ends, each piece with the tags of the overlays that cover it."""
    places = sorted({0.0, line.length, *(round(p, 3) for start, end, _ in overlays for p in (start, end))})
    places = [p for p in places if 0.0 <= p <= line.length]
    cut = []
    for start, end in pairwise(places):
        if end - start < 0.05:
            continue
        middle = (start + end) / 2
        extra: Tags = {}
        for first, last, tags in overlays:
            if first <= middle <= last:
                extra |= tags
        points = [rounded(p) for p in substring(line, start, end).coords]
        cut.append((points, extra))
    return cut
