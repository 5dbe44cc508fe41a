# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reachable areas and tables in openrouteservice's form, also where they lead over a town's border.

Beside openrouteservice's fields stand our own under "stadtherz": the other towns into which an area leads, the sides on
which it ends because the map does, and the town of a place that lies in another one.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import shapely.geometry

from .across import table_across
from .answers import Box, Town, about
from .answers_across import Neighbour, Towns, none_near
from .asking import (
    LONGEST_SECONDS,
    MOST_CELLS,
    AnswerError,
    read_language,
    read_numbers,
    read_points,
    read_profile,
)
from .engine import PLAIN, Metric, PointNotFoundError
from .reach import Area, Cell, Question, cell
from .reach import matrix as cells_inside
from .reach_across import Near, Reached, reachable_across
from .shapes import hull
from .snapping import Snap


def nobody(_point: Any) -> None:
    """There is no other town."""


_METRICS: Final[dict[str, tuple[str, Callable[[Cell], float]]]] = {
    "duration": ("durations", lambda cell: round(cell.seconds, 2)),
    "distance": ("distances", lambda cell: round(cell.metres, 2)),
}


def isochrones(
    town: Town, profile: str, body: Any, *, name: str = "", neighbour_at: Neighbour = nobody, near: Near = none_near
) -> dict[str, Any]:
    """`/v2/isochrones/{profile}`: a GeoJSON FeatureCollection of polygons. Raises AnswerError."""
    if not isinstance(body, Mapping):
        raise AnswerError(3000, "The request must be a JSON object.")
    points = read_points(body.get("locations"), "locations", most=5, codes=3000)
    by = str(body.get("range_type", "time"))
    ranges = _ranges(body, by)
    asked = Question(by, towards=body.get("location_type") == "destination")
    read_language(body.get("language"))
    pricing = read_profile(profile, body.get("options") or {})
    towns = Towns(town, name, neighbour_at, points)
    features: list[dict[str, Any]] = []
    for number, (point, home) in enumerate(zip(points, towns.of, strict=True)):

        def around(box: Box, home: Town = home) -> Sequence[tuple[str, Town]]:
            return [one for one in ((name, town), *near(box)) if one[1] is not home]

        try:
            found = reachable_across(
                home, towns.names[id(home)], point, ranges, pricing=pricing, options=PLAIN, near=around, asked=asked
            )
        except PointNotFoundError as error:
            raise AnswerError(3099, str(error), status=404) from error
        features += [_feature(found, area, number, point) for area in found.areas]
    return {
        "type": "FeatureCollection",
        "bbox": hull([shapely.geometry.shape(feature["geometry"]).bounds for feature in features]),
        "features": features,
        "metadata": about("isochrones", {**body, "profile": profile}),
    }


def _ranges(body: Mapping[str, Any], by: str) -> list[float]:
    ranges = read_numbers(body.get("range"), "range", 3000)
    if by not in {"time", "distance"}:
        raise AnswerError(3003, f"Parameter 'range_type' has incorrect value of '{by}'.")
    if max(ranges) > (LONGEST_SECONDS if by == "time" else 20_000):
        raise AnswerError(3004, f"The 'range' must not be greater than {LONGEST_SECONDS:.0f} s or 20000 m.")
    if len(ranges) == 1 and body.get("interval"):
        step = read_numbers([body["interval"]], "interval", 3000)[0]
        count = max(1, min(10, int(ranges[0] // step)))
        ranges = sorted({ranges[0], *(step * number for number in range(1, count + 1))})
    return ranges


def _feature(found: Reached, area: Area, number: int, point: tuple[float, float]) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {
            "group_index": number, "value": area.limit, "center": list(point), "area": round(area.square_metres, 1),
            "way_metres": round(area.way_metres, 1),
            "stadtherz": {"towns": [found.names[town] for town in area.towns], "map_ends": list(area.cut)},
        },
        "geometry": shapely.geometry.mapping(area.polygon),
    }  # fmt: skip


def matrix(
    town: Town, profile: str, body: Any, *, name: str = "", neighbour_at: Neighbour = nobody
) -> dict[str, Any]:  # fmt: skip
    """`/v2/matrix/{profile}`: durations and distances between places. Raises AnswerError."""
    if not isinstance(body, Mapping):
        raise AnswerError(6000, "The request must be a JSON object.")
    points = read_points(body.get("locations"), "locations", least=2, most=500, codes=6000)
    sources = _chosen(body.get("sources"), len(points), "sources")
    targets = _chosen(body.get("destinations"), len(points), "destinations")
    if len(sources) * len(targets) > MOST_CELLS:
        raise AnswerError(
            6004, f"Request parameters exceed the server configuration limits. Only a total of {MOST_CELLS} routes "
                  "are allowed."
        )  # fmt: skip
    pricing = read_profile(profile, body.get("options") or {})
    towns = Towns(town, name, neighbour_at, points)
    metrics = {id(one): one.engine.metric(pricing) for one in towns.of}
    snaps = []
    for index, (one, point) in enumerate(zip(towns.of, points, strict=True)):
        try:
            snaps += one.engine.snap(metrics[id(one)], [point])
        except PointNotFoundError as error:
            said = PointNotFoundError(index, error.point, error.radius)
            raise AnswerError(6010, str(said), status=404) from error
    wanted = body.get("metrics") or ["duration"]
    if not isinstance(wanted, list) or any(str(word) not in _METRICS for word in wanted):
        raise AnswerError(6003, f"Parameter 'metrics' must be a list of {', '.join(_METRICS)}.")
    cells = _cells(towns, metrics, snaps, sources, targets)
    answer: dict[str, Any] = {}
    for word, (key, read) in _METRICS.items():
        if word in wanted:
            answer[key] = [[None if one is None else read(one) for one in row] for row in cells]
    for key, numbers in (("sources", sources), ("destinations", targets)):
        answer[key] = [
            {"location": [snaps[i].x, snaps[i].y], "snapped_distance": round(snaps[i].metres, 2)}
            | ({} if towns.of[i] is town else {"stadtherz": {"town": towns.names[id(towns.of[i])]}})
            for i in numbers
        ]
    return answer | {"metadata": about("matrix", {**body, "profile": profile})}


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
    if value is None or value in ("all", ["all"]):
        return list(range(count))
    try:
        numbers = [int(number) for number in value]
    except (TypeError, ValueError) as error:
        raise AnswerError(6002, f"Parameter '{name}' must be a list of indices.") from error
    if not numbers or not all(0 <= number < count for number in numbers):
        raise AnswerError(6003, f"Parameter '{name}' names a location that does not exist.")
    return numbers
