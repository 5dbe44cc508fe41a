# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Joins street lines into a network: ends are snapped, crossings become shared nodes, stray ends are cut."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import shapely
from shapely.geometry import LineString, Point
from shapely.ops import substring

from stadtherz.kernel.geo.modeltown.curves import XY, rounded
from stadtherz.kernel.geo.modeltown.draft import Tags

SNAP = 9.0
STRAY = 38.0


@dataclass(slots=True)
class Street:
    """A street or path from end to end. `fixed` streets keep their ends, others lose stray ends."""

    line: LineString
    tags: Tags
    width: float
    quarter: str = ""
    fixed: bool = False
    junctions: list[XY] = field(default_factory=list)

    @property
    def points(self) -> list[XY]:
        return [rounded(p) for p in self.line.coords]


def join(streets: Sequence[Street]) -> list[Street]:
    """Streets with shared nodes where they meet, and only those that hang together with the first one."""
    snapped = _snap(streets)
    cuts = _crossings([s.line for s in snapped])
    kept = []
    for street, cut in zip(snapped, cuts, strict=True):
        line = street.line if street.fixed else _trim(street.line, cut)
        if line is not None:
            kept.append(Street(line, street.tags, street.width, street.quarter, street.fixed))
    cuts = _crossings([s.line for s in kept])
    joined = []
    for street, cut in zip(kept, cuts, strict=True):
        points, junctions = _insert(street.line, cut)
        if len(points) > 1 and (cut or street.fixed):
            joined.append(
                Street(LineString(points), street.tags, street.width, street.quarter, street.fixed, junctions)
            )
    return _hanging_together(joined)


def _snap(streets: Sequence[Street]) -> list[Street]:
    """Move an end that nearly touches another line onto it."""
    tree = shapely.STRtree([s.line for s in streets])
    result = []
    for index, street in enumerate(streets):
        points = list(street.line.coords)
        for place in () if street.line.is_ring else (0, -1):
            end = Point(points[place])
            best: tuple[float, Point] | None = None
            for other in sorted(int(i) for i in tree.query(end.buffer(SNAP))):
                if other == index:
                    continue
                line = streets[other].line
                distance = line.distance(end)
                if distance <= SNAP and (best is None or distance < best[0]):
                    best = (distance, line.interpolate(line.project(end)))
            if best is not None:
                points[place] = (best[1].x, best[1].y)
        result.append(Street(LineString(points), street.tags, street.width, street.quarter, street.fixed))
    return result


def _crossings(lines: Sequence[LineString]) -> list[list[XY]]:
    """For each line the points in which it meets the others, on the centimetre grid."""
    cuts: list[list[XY]] = [[] for _ in lines]
    tree = shapely.STRtree(list(lines))
    for index, line in enumerate(lines):
        for other in sorted(int(i) for i in tree.query(line, predicate="dwithin", distance=0.05)):
            if other <= index:
                continue
            for point in _meetings(line, lines[other]):
                cuts[index].append(point)
                cuts[other].append(point)
    return cuts


def _meetings(one: LineString, two: LineString) -> list[XY]:
    points = [rounded(c) for c in shapely.get_coordinates(one.intersection(two))]
    for line, other in ((one, two), (two, one)):
        ends = shapely.get_coordinates(line)[[0, -1]]
        near = shapely.distance(other, shapely.points(ends)) < 0.05
        points += [rounded(end) for end in ends[near].tolist()]
    unique: list[XY] = []
    for point in points:
        if all(abs(point[0] - p[0]) + abs(point[1] - p[1]) > 4.0 for p in unique):
            unique.append(point)
    return unique


def _trim(line: LineString, cuts: list[XY]) -> LineString | None:
    """Without the stray ends beyond the first and last crossing; a long end stays as a dead end."""
    if not cuts:
        return None
    places = sorted(_located(line, cuts))
    start = places[0] if places[0] < STRAY else 0.0
    end = places[-1] if line.length - places[-1] < STRAY else line.length
    if end - start < 5.0:
        return None
    return substring(line, start, end)


def _located(line: LineString, points: Sequence[Sequence[float]]) -> list[float]:
    """How far along the line each point lies."""
    return shapely.line_locate_point(line, shapely.points(points)).tolist() if points else []


def _insert(line: LineString, cuts: list[XY]) -> tuple[list[XY], list[XY]]:
    """The line's points with the crossings among them, and no other point within three metres of a crossing."""
    places = dict(zip(_located(line, cuts), cuts, strict=True))
    taken = sorted(places)
    entries = [(place, places[place], True) for place in taken]
    ends = (0.0, line.length)
    corners = list(line.coords)
    for corner, place in zip(corners, _located(line, corners), strict=True):
        margin = 0.2 if place in ends else 3.0
        if all(abs(place - other) > margin for other in taken):
            entries.append((place, rounded(corner), False))
    entries.sort(key=lambda entry: entry[0])
    points: list[XY] = []
    for _, point, _cut in entries:
        if not points or points[-1] != point:
            points.append(point)
    if line.is_ring:
        points.append(points[0])
    return points, [point for _, point, cut in entries if cut]


def _hanging_together(streets: list[Street]) -> list[Street]:
    at: dict[XY, list[int]] = defaultdict(list)
    for index, street in enumerate(streets):
        for point in street.points:
            at[point].append(index)
    reached = {0}
    queue = [0]
    while queue:
        for point in streets[queue.pop()].points:
            for other in at[point]:
                if other not in reached:
                    reached.add(other)
                    queue.append(other)
    return [street for index, street in enumerate(streets) if index in reached]
