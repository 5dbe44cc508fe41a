# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reachable areas and tables in openrouteservice's form, also where they lead over a town's border.

Beside openrouteservice's fields stand our own under "stadtherz": the other towns into which an area leads, the sides on
which it ends because the map does, the streets that one reaches but that are too steep, and the town of a place that lies in
another one.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any, Final

from ..across import table_across
from ..engine import Point, PointNotFoundError
from ..metric import Metric
from ..profiles import Profile
from ..reach import Area, Cell, Question, cell
from ..reach import matrix as cells_inside
from ..snapping import Snap
from .answers import OUR_WARNING, Box, Town, about, not_found, options_in
from .answers_across import Neighbour, Towns, none_near
from .asking import (
    LONGEST_SECONDS,
    MOST_CELLS,
    MOST_RANGES,
    Asked,
    check_names,
    read_language,
    read_numbers,
    read_points,
    read_units,
    read_ways,
)
from .reach_across import Near, Reached, reachable_across
from .requested import AnswerError, choice, family, flag, is_given, number, words
from .shapes import as_geojson, hull


def nobody(_point: Any) -> None:
    """There is no other town."""


_METRICS: Final[dict[str, tuple[str, Callable[[Cell], float]]]] = {
    "duration": ("durations", lambda cell: round(cell.seconds, 2)),
    "distance": ("distances", lambda cell: round(cell.metres, 2)),
}


@dataclass(frozen=True, slots=True)
class _Areas:
    """A checked request for areas."""

    points: list[Point]
    #: seconds or metres, rising
    ranges: list[float]
    by: Question
    ways: Asked
    attributes: tuple[str, ...]
    #: how many of the units of an area a metre is
    area_units: float
    intersections: bool
    #: shapes were asked for that are smoother than what is reached
    smoother: bool

    @property
    def straight_on(self) -> float:
        """How many metres one gets straight on and on the level, by second or metre of the range."""
        if self.by.by == "distance":
            return 1.0
        pricing = self.ways.pricing
        return (pricing.pace.level_kmh if isinstance(pricing, Profile) else _USUAL_KMH) / 3.6


#: below that, there is nothing to draw
SMALLEST_RANGE: Final = 1.0
#: of all areas of a request together: each costs about what it reaches, and areas of several places are cut with each other
MOST_METRES: Final = 40_000.0
#: openrouteservice's wheelchair on a pavement
_USUAL_KMH: Final = 5.0
_ATTRIBUTES: Final = ("area", "reachfactor", "total_pop")
_AREAS: Final = frozenset({
    "locations", "location_type", "range", "range_type", "units", "area_units", "options", "intersections",
    "attributes", "interval", "smoothing", "id", "profile", "preference", "time", "language",
})  # fmt: skip
_NOT_SMOOTHED: Final = "Areas are not smoothed: they show what is really reached, ways with up to 25 m beside them."
_NOBODY_COUNTED: Final = "How many people live there is not known here: total_pop is empty."


def read_areas(profile: str, body: Any) -> _Areas:
    """Raises AnswerError."""
    with family(3000):
        check_names(body, _AREAS)
        points = read_points(body.get("locations"), "locations", most=5)
        by = choice(body.get("range_type"), "range_type", ("time", "distance"), "time")
        towards = choice(body.get("location_type"), "location_type", ("start", "destination"), "start")
        read_language(body.get("language"))
        if is_given(body, "time"):
            raise AnswerError(2011, "'time' cannot be had: what is open and closed counts as it is now.")
        smoothing = number(body["smoothing"], "smoothing") if body.get("smoothing") is not None else 0.0
        if not 0 <= smoothing <= 100:
            raise AnswerError(2003, "'smoothing' must lie between 0 and 100.")
        ranges = _ranges(body, by)
        if sum(ranges) * (1.0 if by == "distance" else _USUAL_KMH / 3.6) * len(points) > MOST_METRES:
            raise AnswerError(
                2004, f"Request parameters exceed the server configuration limits. All areas together must not reach farther than "
                      f"{MOST_METRES / 1000:.0f} km (an hour counts as {_USUAL_KMH:.0f} km): ask for fewer ranges or places."
            )  # fmt: skip
        return _Areas(
            points, ranges, Question(by, towards=towards == "destination"), read_ways(profile, body),
            words(body.get("attributes"), "attributes", _ATTRIBUTES), read_units(body.get("area_units")),
            flag(body, "intersections"), smoothing > 0,
        )  # fmt: skip


def isochrones(
    town: Town, profile: str, body: Any, *, name: str = "", neighbour_at: Neighbour = nobody, near: Near = none_near
) -> dict[str, Any]:
    """`/v2/isochrones/{profile}`: a GeoJSON FeatureCollection of polygons. Raises AnswerError."""
    asked = read_areas(profile, body)
    towns = Towns(town, name, neighbour_at, asked.points)
    features: list[dict[str, Any]] = []
    areas: list[list[Area]] = []
    for which, (point, home) in enumerate(zip(asked.points, towns.of, strict=True)):

        def around(box: Box, home: Town = home) -> Sequence[tuple[str, Town]]:
            return [one for one in ((name, town), *near(box)) if one[1] is not home]

        try:
            found = reachable_across(
                home, towns.names[id(home)], point, asked.ranges, pricing=asked.ways.pricing,
                options=lambda one: options_in(one, asked.ways), near=around, asked=asked.by,
            )  # fmt: skip
        except PointNotFoundError as error:
            with family(3000):
                raise not_found(home, PointNotFoundError(which, point, error.radius)) from error
        features += [_feature(found, area, which, point, asked) for area in found.areas]
        areas.append(found.areas)
    if asked.intersections:
        features += _intersections([[area.polygon for area in of_one] for of_one in areas])
    answer: dict[str, Any] = {
        "type": "FeatureCollection",
        "bbox": hull([area.polygon.bounds for of_one in areas for area in of_one]),
        "features": features,
        "metadata": about("isochrones", {**body, "profile": profile}),
    }
    said = [_NOBODY_COUNTED] * ("total_pop" in asked.attributes) + [_NOT_SMOOTHED] * asked.smoother
    if said:
        answer["metadata"]["warnings"] = [{"code": OUR_WARNING, "message": message} for message in said]
    return answer


def _ranges(body: Mapping[str, Any], by: str) -> list[float]:
    if body.get("range") is None:
        raise AnswerError(2001, "Parameter 'range' is missing.")
    unit = 1 / read_units(body.get("units")) if by == "distance" else 1.0
    ranges = [value * unit for value in read_numbers(body["range"], "range")]
    if max(ranges) > (LONGEST_SECONDS if by == "time" else 20_000):
        raise AnswerError(2004, f"The 'range' must not be greater than {LONGEST_SECONDS:.0f} s or 20000 m.")
    if min(ranges) < SMALLEST_RANGE:
        raise AnswerError(2003, "The values of 'range' must be at least a second or a metre.")
    if len(ranges) == 1 and body.get("interval") is not None:
        step = read_numbers([body["interval"]], "interval")[0] * unit
        if step > ranges[0]:
            raise AnswerError(2004, "The 'interval' must not be greater than the 'range'.")
        count = round(min(ranges[0] / step, 1e6), 6)
        if count > MOST_RANGES:
            raise AnswerError(3012, f"The 'interval' makes more than {MOST_RANGES} areas.")
        count = math.ceil(count)
        ranges = [*(round(step * which, 3) for which in range(1, count)), ranges[0]]
    return sorted(set(ranges))


def _feature(found: Reached, area: Area, which: int, point: tuple[float, float], asked: _Areas) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "group_index": which, "value": area.limit, "center": list(point),
        "area": round(area.square_metres * asked.area_units**2, 1 if asked.area_units == 1 else 6),
        "way_metres": round(area.way_metres, 1),
        "stadtherz": {
            "towns": [found.names[town] for town in area.towns], "map_ends": list(area.cut), "too_steep": list(area.too_steep),
        },
    }  # fmt: skip
    if "reachfactor" in asked.attributes:
        radius = area.limit * asked.straight_on
        properties["reachfactor"] = round(min(1.0, area.square_metres / (math.pi * radius**2)), 4)
    if "total_pop" in asked.attributes:
        properties["total_pop"] = None
    return {"type": "Feature", "properties": properties, "geometry": as_geojson(area.polygon)}


def _intersections(areas: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
    """What the areas of two places have in common, for each pair of ranges."""
    found = []
    for (one, first), (other, second) in combinations(enumerate(areas), 2):
        for (near, area), (far, beside) in product(enumerate(first), enumerate(second)):
            common = area.intersection(beside)
            if common.area > 0:
                found.append({
                    "type": "Feature", "properties": {"contours": [[one, near], [other, far]]}, "geometry": as_geojson(common),
                })  # fmt: skip
    return found


_TABLE: Final = frozenset({
    "locations", "sources", "destinations", "metrics", "resolve_locations", "units", "optimized", "options", "id",
    "profile", "preference",
})  # fmt: skip


def matrix(
    town: Town, profile: str, body: Any, *, name: str = "", neighbour_at: Neighbour = nobody
) -> dict[str, Any]:  # fmt: skip
    """`/v2/matrix/{profile}`: durations and distances between places. Raises AnswerError."""
    with family(6000):
        check_names(body, _TABLE)
        points = read_points(body.get("locations"), "locations", least=2, most=500)
        sources = _chosen(body.get("sources"), len(points), "sources")
        targets = _chosen(body.get("destinations"), len(points), "destinations")
        if len(sources) * len(targets) > MOST_CELLS:
            raise AnswerError(
                2004, f"Request parameters exceed the server configuration limits. Only a total of {MOST_CELLS} "
                      "routes are allowed."
            )  # fmt: skip
        wanted = words(body.get("metrics"), "metrics", tuple(_METRICS)) or ("duration",)
        named, units = flag(body, "resolve_locations"), read_units(body.get("units"))
        flag(body, "optimized")
        ways = read_ways(profile, body)
    towns = Towns(town, name, neighbour_at, points)
    metrics = {id(one): one.engine.metric(ways.pricing, options_in(one, ways)) for one in towns.of}
    snaps = []
    for index, (one, point) in enumerate(zip(towns.of, points, strict=True)):
        try:
            snaps += one.engine.snap(metrics[id(one)], [point])
        except PointNotFoundError as error:
            with family(6000):
                raise not_found(one, PointNotFoundError(index, error.point, error.radius)) from error
    cells = _cells(towns, metrics, snaps, sources, targets)
    answer: dict[str, Any] = {}
    for word, (key, read) in _METRICS.items():
        if word in wanted:
            scale = units if word == "distance" else 1.0
            answer[key] = [[None if one is None else _scaled(read(one), scale) for one in row] for row in cells]
    for key, numbers in (("sources", sources), ("destinations", targets)):
        answer[key] = [_place(towns, snaps[i], i, named=named) for i in numbers]
    return answer | {"metadata": about("matrix", {**body, "profile": profile})}


def _scaled(value: float, scale: float) -> float:
    return value if scale == 1 else round(value * scale, 4)


def _place(towns: Towns, snap: Snap, index: int, *, named: bool) -> dict[str, Any]:
    """Where a place of the table lies on a way, and in which town if not in this."""
    town = towns.of[index]
    said: dict[str, Any] = {"location": [snap.x, snap.y], "snapped_distance": round(snap.metres, 2)}
    graph = town.engine.graph
    if named and (street := graph.names[int(graph.edges["name"][snap.edge])]):
        said["name"] = street
    return said if town is towns.here else said | {"stadtherz": {"town": towns.names[id(town)]}}


def _cells(
    towns: Towns, metrics: Mapping[int, Metric], snaps: Sequence[Snap], sources: Sequence[int], targets: Sequence[int]
) -> list[list[Cell | None]]:
    """The table, put together from one for each pair of towns."""
    table: list[list[Cell | None]] = [[None] * len(targets) for _ in sources]
    groups = {id(town): town for town in towns.of}
    for one in groups.values():
        rows = [row for row, place in enumerate(sources) if towns.of[place] is one]
        for other in groups.values():
            columns = [column for column, place in enumerate(targets) if towns.of[place] is other]
            if not rows or not columns:
                continue
            part = _part(
                (one, other), (metrics[id(one)], metrics[id(other)]), [snaps[sources[row]] for row in rows],
                [snaps[targets[column]] for column in columns],
            )  # fmt: skip
            for row, values in zip(rows, part, strict=True):
                for column, value in zip(columns, values, strict=True):
                    table[row][column] = value
    return table


def _part(
    towns: tuple[Town, Town], metrics: tuple[Metric, Metric], sources: Sequence[Snap], targets: Sequence[Snap]
) -> list[list[Cell | None]]:
    first, second = towns
    if first is second:
        return cells_inside(first.engine, metrics[0], sources, targets)
    return [
        [None if legs is None else cell(list(zip(metrics, legs, strict=True))) for legs in row]
        for row in table_across(first.engine, second.engine, metrics, sources, targets)
    ]


def _chosen(value: Any, count: int, name: str) -> list[int]:
    if value is None or value in ("all", ["all"], []):
        return list(range(count))
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise AnswerError(2002, f"Parameter '{name}' must be a list of indices.")
    found = [number(one, name) for one in value]
    if not all(one.is_integer() and 0 <= one < count for one in found):
        raise AnswerError(2003, f"Parameter '{name}' names a location that does not exist.")
    return [int(one) for one in found]
