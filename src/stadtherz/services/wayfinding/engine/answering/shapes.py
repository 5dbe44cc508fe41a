# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The forms in which a route leaves the engine: openrouteservice's JSON and GeoJSON (API v2), and GPX 1.1.

Sources: openrouteservice API v2 documentation (directions, extra info, way types, surfaces, steepness);
"Encoded Polyline Algorithm Format", precision 5; GPX 1.1 schema.
"""

from collections.abc import Sequence
from typing import Any, Final
from xml.sax.saxutils import escape

import msgspec
import numpy as np
import shapely

from ..graph import NO_INCLINE, Graph, Ints
from ..positions import as_list
from ..telling.route import Route, Turn
from ..vocabulary import Kind, Provenance, Surface

#: numbers that openrouteservice uses in extra_info
_SURFACE: Final = {
    Surface.ASPHALT: 3, Surface.PAVED: 1, Surface.CONCRETE: 4, Surface.PAVING_STONES: 14, Surface.PLATES: 4,
    Surface.WOOD: 7, Surface.METAL: 6, Surface.SETT: 5, Surface.FINE_GRAVEL: 9, Surface.COMPACTED: 8,
    Surface.COBBLES: 5, Surface.GRASS_PAVER: 18, Surface.UNPAVED: 2, Surface.GRAVEL: 10, Surface.GROUND: 12,
    Surface.GRASS: 17, Surface.SAND: 15, Surface.MUD: 11,
}  # fmt: skip
_WAYTYPE: Final = {
    Kind.FOOTWAY: 7, Kind.PAVEMENT: 7, Kind.CROSSING: 7, Kind.PEDESTRIAN: 7, Kind.LIVING_STREET: 3, Kind.PATH: 4,
    Kind.TRACK: 5, Kind.CYCLEWAY: 6, Kind.STEPS: 8, Kind.LIFT: 7, Kind.ESCALATOR: 7, Kind.SERVICE: 3,
    Kind.QUIET_STREET: 3, Kind.BUSY_STREET: 2, Kind.MAIN_STREET: 1, Kind.PLATFORM: 7, Kind.CORRIDOR: 7, Kind.FERRY: 9,
    Kind.SQUARE: 7,
}  # fmt: skip
#: per mille at which openrouteservice's steepness classes 1 to 5 begin
_STEEPNESS: Final = np.array([10, 40, 70, 100, 160])
#: a difference of two positions on earth has at most 26 bits
_GROUPS: Final = np.arange(0, 30, 5)
EXTRAS: Final = ("surface", "steepness", "waytype", "waycategory", "osmid", "unverified", "provenance")
#: how openrouteservice's answer calls them, where it does not call them as the request does
_ANSWERED: Final = {"waytype": "waytypes", "osmid": "osmId"}
#: openrouteservice's bits of waycategory
_CATEGORY: Final = {Kind.STEPS: 4, Kind.FERRY: 8}


def bbox(route: Route) -> list[float]:
    """West, south, east, north."""
    return hull([line.box() for line in route.lines])


def hull(boxes: Sequence[Sequence[float]]) -> list[float]:
    """What bounds several boxes."""
    if len(boxes) == 1:
        return list(boxes[0])
    return [min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)]


def as_geojson(area: Any) -> dict[str, Any]:
    """GeoJSON of a shape, of which only polygons count."""
    parts = [part for part in shapely.get_parts(area).tolist() if part.geom_type == "Polygon"]
    rings, owner = shapely.get_rings(parts, return_index=True)
    corners = np.split(shapely.get_coordinates(rings), np.cumsum(shapely.get_num_coordinates(rings))[:-1])
    polygons: list[list[Any]] = [[] for _ in parts]
    for ring, polygon in zip(corners, owner.tolist(), strict=True):
        polygons[polygon].append(ring.tolist())
    if len(polygons) == 1:
        return {"type": "Polygon", "coordinates": polygons[0]}
    return {"type": "MultiPolygon", "coordinates": polygons}


def line_string(route: Route) -> dict[str, Any]:
    """GeoJSON of the way, ready to be written."""
    first, *others = [line.texts() for line in route.lines]
    for texts in others:
        # each leg begins where the one before ends
        first += texts[1:]
    return {"type": "LineString", "coordinates": msgspec.Raw(as_list(first))}


def encode_polyline(coordinates: Ints, heights: Ints | None = None) -> str:
    """The encoded polyline (latitude first, precision 5; heights in hundredths as openrouteservice adds them): each difference
    in groups of five bits, lowest first."""
    fixed = np.round(coordinates[:, ::-1] * 1e5).astype("i8")
    if heights is not None:
        fixed = np.column_stack((fixed, np.round(heights * 100).astype("i8")))
    steps = np.diff(fixed, axis=0, prepend=np.zeros((1, fixed.shape[1]), dtype="i8")).reshape(-1)
    zigzag = np.where(steps < 0, ~(steps << 1), steps << 1)
    rest = zigzag[:, None] >> _GROUPS
    kept = rest > 0
    kept[:, 0] = True
    more = rest > 31
    letters = ((rest & 31) + 63 + (more << 5)).astype("u1")
    return letters[kept].tobytes().decode("ascii")


class Instruction(msgspec.Struct, gc=False):
    """One step as it is written: a struct, because there are dozens in an answer and each is made and read only once."""

    distance: float
    duration: float
    type: int
    instruction: str
    name: str
    way_points: tuple[int, int]


def segments(route: Route, texts: Sequence[Sequence[str]] | None) -> list[dict[str, Any]]:
    """One segment a leg, with its steps where texts are given."""
    found = []
    # a leg over a border is walked in one part a town
    in_parts = len(route.walked) != len(route.steps)
    for number, steps in enumerate(route.steps):
        if not steps:
            metres = seconds = 0.0
        elif in_parts:
            metres = round(sum([step.metres for step in steps], 0.0), 1)
            seconds = round(sum([step.seconds for step in steps], 0.0), 1)
        else:
            decimetres, tenths, _ = route.walked[number].sums
            metres, seconds = decimetres / 10, tenths / 10
        segment: dict[str, Any] = {"distance": metres, "duration": seconds}
        if texts is not None:
            told = [
                Instruction(
                    step.metres, step.seconds, _TYPES[step.turn], text, step.look.said_name, (step.first, step.last)
                )
                for step, text in zip(steps, texts[number], strict=False)
            ]
            goal = route.leg_points[number]
            told.append(Instruction(0.0, 0.0, 10, texts[number][-1], "-", (goal, goal)))
            segment["steps"] = told
        found.append(segment)
    return found


#: plain numbers, because an enumeration is written ten times slower
_TYPES: Final = {turn: int(turn) for turn in Turn}


def extras(graph: Graph, route: Route, unverified: Ints, wanted: Sequence[str]) -> dict[str, Any]:
    """`extra_info`: values along the way as [from point, to point, value], and metres by value."""
    edges = route.arcs >> 1
    columns = graph.edges
    ends = route.ends.tolist()
    series: dict[str, list[int]] = {}
    for name in wanted:
        if name == "surface":
            series[name] = [_SURFACE.get(Surface(value), 0) for value in columns["surface"][edges].tolist()]
        elif name == "waytype":
            series[name] = [_WAYTYPE.get(Kind(value), 0) for value in columns["kind"][edges].tolist()]
        elif name == "waycategory":
            series[name] = [_CATEGORY.get(Kind(value), 0) for value in columns["kind"][edges].tolist()]
        elif name == "osmid":
            series[name] = columns["way"][edges].tolist()
        elif name == "unverified":
            series[name] = unverified[edges].astype(int).tolist()
        elif name == "provenance":
            series[name] = graph.provenance[:, edges].max(axis=0, initial=Provenance.NONE).tolist()
        elif name == "steepness":
            slope = np.where(columns["incline"][edges] == NO_INCLINE, 0, columns["incline"][edges]).astype("i4")
            slope = np.where(route.arcs & 1, -slope, slope)
            series[name] = (np.sign(slope) * np.searchsorted(_STEEPNESS, np.abs(slope), side="right")).tolist()
    return {_ANSWERED.get(name, name): _along(values, ends, route) for name, values in series.items()}


def _along(values: list[int], ends: list[int], route: Route) -> dict[str, Any]:
    runs: list[list[int]] = []
    amount: dict[int, float] = {}
    first = 0
    for value, end, metres in zip(values, ends, route.metres.tolist(), strict=True):
        amount[value] = amount.get(value, 0.0) + metres
        if runs and runs[-1][2] == value:
            runs[-1][1] = end
        else:
            runs.append([first, end, value])
        first = end
    total = route.totals.metres or 1.0
    summary = [
        {"value": value, "distance": round(metres, 1), "amount": round(metres / total * 100, 2)}
        for value, metres in sorted(amount.items(), key=lambda item: -item[1])
    ]
    return {"values": runs, "summary": summary}


def gpx(
    route: Route, texts: Sequence[Sequence[str]], summary: str, timestamp: str,
    waymarks: Sequence[tuple[float, float, str]] = (),
) -> str:  # fmt: skip
    """GPX 1.1 with one route point a step, and waypoints (longitude, latitude, words) for what is in the way today."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<gpx version="1.1" creator="Stadtherz" xmlns="http://www.topografix.com/GPX/1/1">',
        f'<metadata><desc>{escape(summary)}</desc><copyright author="OpenStreetMap contributors">'
        f"<license>https://www.openstreetmap.org/copyright</license></copyright><time>{timestamp}</time></metadata>",
        *(f'<wpt lat="{y:.6f}" lon="{x:.6f}"><name>{escape(text)}</name></wpt>' for x, y, text in waymarks),
        "<rte>",
    ]
    for steps, told in zip(route.steps, texts, strict=True):
        for step, text in zip(steps, told, strict=False):
            x, y = route.coordinates[step.first]
            lines.append(f'<rtept lat="{y:.6f}" lon="{x:.6f}"><desc>{escape(text)}</desc></rtept>')
    x, y = route.coordinates[-1]
    lines.append(f'<rtept lat="{y:.6f}" lon="{x:.6f}"><desc>{escape(texts[-1][-1])}</desc></rtept>')
    lines.append("</rte><trk><trkseg>")
    lines += [f'<trkpt lat="{y:.6f}" lon="{x:.6f}"/>' for x, y in route.coordinates.tolist()]
    lines.append("</trkseg></trk></gpx>")
    return "\n".join(lines)
