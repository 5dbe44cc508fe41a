# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The rarer forms in which an answer may be asked for: other units, attributes, manoeuvres, HTML, heights, a simpler line.

Each is worked out from the finished route, so that plain answers pay nothing for them.
"""

import html
import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final

import msgspec
import numpy as np
import shapely

from ..geodesy import METRES_PER_DEGREE
from ..graph import Ints
from ..positions import positions
from ..telling.route import Route
from .asking import Asked
from .shapes import encode_polyline, line_string

#: metres by which a simpler line may leave the way
SIMPLER_M: Final = 5.0


def reshaped_segments(segments: Sequence[dict[str, Any]], route: Route, asked: Asked) -> list[dict[str, Any]]:
    """Segments with what was asked of them."""
    if asked.units == 1 and not asked.form.any_of_a_step:
        return list(segments)
    found: list[dict[str, Any]] = msgspec.to_builtins(segments)
    begin = 0
    for segment, end in zip(found, route.leg_points, strict=True):
        _add_attributes(segment, route, asked, begin, end)
        for step in segment.get("steps", ()):
            step["distance"] = in_units(step["distance"], asked)
            if asked.form.html:
                step["instruction"] = html.escape(step["instruction"])
            if asked.form.manoeuvres:
                step["maneuver"] = _manoeuvre(route.coordinates, step["way_points"][0])
        segment["distance"] = in_units(segment["distance"], asked)
        begin = end
    return found


def in_units(metres: float, asked: Asked) -> float:
    return metres if asked.units == 1 else round(metres * asked.units, 4)


def _add_attributes(segment: dict[str, Any], route: Route, asked: Asked, begin: int, end: int) -> None:
    """Speed in km/h, length by that of the beeline, share of the way in per cent."""
    metres, seconds = segment["distance"], segment["duration"]
    for name in asked.form.attributes:
        if name == "avgspeed":
            segment[name] = round(metres / seconds * 3.6, 2) if seconds else 0.0
        elif name == "detourfactor":
            beeline = _metres(route.coordinates[begin], route.coordinates[end])
            segment[name] = round(metres / beeline, 2) if beeline else 0.0
        else:
            segment[name] = round(metres / route.totals.metres * 100, 2) if route.totals.metres else 100.0


def _metres(one: Ints, other: Ints) -> float:
    east = (other[0] - one[0]) * math.cos(math.radians((one[1] + other[1]) / 2))
    return float(math.hypot(east, other[1] - one[1]) * METRES_PER_DEGREE)


def _manoeuvre(line: Ints, at: int) -> dict[str, Any]:
    """Where a step begins, and the bearings in which one comes and goes (0 where there is none)."""
    return {
        "location": positions(line[at : at + 1])[0],
        "bearing_before": _bearing(line[: at + 1][::-1], back=True),
        "bearing_after": _bearing(line[at:], back=False),
    }


def _bearing(line: Ints, *, back: bool) -> int:
    """Degrees from north, from the first point of a line to the next one that lies elsewhere."""
    elsewhere = np.flatnonzero((line != line[0]).any(axis=1))
    if not len(elsewhere):
        return 0
    (x, y), (to_x, to_y) = line[0].tolist(), line[elsewhere[0]].tolist()
    east = (to_x - x) * math.cos(math.radians(y))
    return round(math.degrees(math.atan2(east, to_y - y)) + (180 if back else 0)) % 360


def heights(route: Route) -> Ints:
    """Metres above the start by point of the line, as far as slopes are known."""
    line = route.coordinates
    scale = np.array([math.cos(math.radians(float(line[0, 1]))), 1.0])
    walked = np.concatenate(([0.0], np.hypot(*(np.diff(line, axis=0) * scale).T).cumsum()))
    ends = np.concatenate(([0], route.ends))
    climbed = np.concatenate(([0.0], (route.slopes * route.metres).cumsum() / 1000))
    return np.round(np.interp(walked, walked[ends], climbed), 2)


def kept_points(route: Route) -> Ints:
    """Indices of the points of a simpler line: both ends of each step, and what the shape needs."""
    line = route.coordinates
    scale = np.array([math.cos(math.radians(float(line[0, 1]))), 1.0]) * METRES_PER_DEGREE
    steps = (step for leg in route.steps for step in leg)
    corners = {0, len(line) - 1, *(point for step in steps for point in (step.first, step.last))}
    kept = set(corners)
    for first, last in pairwise(sorted(corners)):
        piece = line[first : last + 1] * scale
        simple = {tuple(point) for point in shapely.get_coordinates(shapely.LineString(piece).simplify(SIMPLER_M))}
        kept.update(first + at for at, point in enumerate(piece.tolist()) if tuple(point) in simple)
    return np.array(sorted(kept))


def geometry(route: Route, asked: Asked, form: str) -> Any:
    """The line as it was asked for."""
    if not (asked.form.elevation or asked.form.simplify):
        return line_string(route) if form == "geojson" else encode_polyline(route.coordinates)
    points = route.coordinates
    z = heights(route) if asked.form.elevation else None
    if asked.form.simplify:
        kept = kept_points(route)
        points, z = points[kept], None if z is None else z[kept]
    if form == "json":
        return encode_polyline(points, z)
    listed = positions(points)
    if z is not None:
        listed = [[x, y, height] for (x, y), height in zip(listed, z.tolist(), strict=True)]
    return {"type": "LineString", "coordinates": listed}


def renumber(answer: dict[str, Any], route: Route) -> None:
    """Points of the simpler line instead of those of the whole one."""
    kept = kept_points(route)
    answer["way_points"] = np.searchsorted(kept, answer["way_points"]).tolist()
    answer["segments"] = msgspec.to_builtins(answer["segments"])
    for segment in answer["segments"]:
        for step in segment.get("steps", ()):
            step["way_points"] = np.searchsorted(kept, step["way_points"]).tolist()
