# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Straight ways across open areas: from each place where one comes onto a square to those that one can see, round what stands
there, and no more of them than are needed.

The shortest way between two places of a polygon with holes follows lines between these places and the corners that stand
out into it (Lozano-Pérez & Wesley 1979, "An algorithm for planning collision-free paths"); so these lines, and the ways that
the map draws, are all that is looked at. Of the lines those are kept without which a way would be noticeably longer: a greedy
spanner (Althöfer et al. 1993, "On sparse spanners of weighted graphs").
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely

from ..graph import Ints
from ..vocabulary import Kind
from .areas import Area, Block, Blocks, Plane, ground, open_areas, platforms, read_blocks
from .bare_edges import take_off, with_places_between
from .mapfile import MapContent, MapWay
from .values import Report
from .zones import BEND, TOUCH, Network, Zone, bends_of

#: a line is left out if the way without it is no longer than this, as share and in metres
DETOUR: Final = 1.02
DETOUR_M: Final = 1.0
#: the same for places at the outline where nobody comes onto the area, but somebody may live or wait
FAR: Final = 1.25
FAR_M: Final = 15.0
MOST_STOPS: Final = 30
_STOPS_APART: Final = 25.0
#: places from which lines begin, and corners round which they lead, of one area
MOST_ENTRIES: Final = 60
MOST_CORNERS: Final = 90
#: nodes of a very small network
_FEW: Final = 48
#: square metres from which an area without a name is called a square
_SQUARE: Final = 400.0
_LEFT_OUT: Final = ("incline", "width", "est_width", "kerb", "kerb:height", "sidewalk", "oneway", "conveying", "image")


@dataclass(slots=True)
class Crossed:
    """What became of an area: for the report, and to look at."""

    area: Area
    square_metres: float
    entries: int
    lines: int


def draw_lines_across(path: Path, content: MapContent, report: Report) -> list[Crossed]:
    """Adds ways across the open areas of a map to its ways."""
    areas = open_areas(content, report)
    if not areas:
        return []
    blocks = Blocks([*read_blocks(path, areas, content), *platforms(areas, content)])
    areas, between = with_places_between(areas, content)
    network, drawn = Network(content, areas), len(content.ways)
    found = []
    for area in areas:
        crossed = _cross(area, content, blocks, network, report)
        if crossed is not None:
            found.append(crossed)
    take_off(between.difference(*(way.nodes for way in content.ways[drawn:])), content)
    return found


def _cross(area: Area, content: MapContent, blocks: Blocks, network: Network, report: Report) -> Crossed | None:
    plane = Plane(*content.where[area.outer[0][0]])
    whole = ground(area, content, plane)
    if whole is None:
        return None
    zone = Zone(area, whole, plane, network)
    entries = zone.entries()
    result = Crossed(area, float(shapely.area(whole)), len(entries), 0)
    if not entries:
        return result
    if len(entries) > MOST_ENTRIES:
        report.drop("places to step onto an open area, beyond 60 of one", len(entries) - MOST_ENTRIES)
        entries = _spread(zone, entries)
    standing = blocks.on(area, whole, content, plane)
    places = _Places(zone, entries, standing)
    for one, other in _needed(places, zone, [shape for _, shape in standing] + zone.walls()):
        nodes = sorted((places.ids[one], places.ids[other]))
        for index, node in ((one, places.ids[one]), (other, places.ids[other])):
            content.where.setdefault(node, places.where[index])
        content.ways.append(_line(area, result.square_metres, nodes))
        result.lines += 1
    return result


def _line(area: Area, square_metres: float, nodes: list[int]) -> MapWay:
    tags = {
        key: value for key, value in area.tags.items()
        if not key.startswith(_LEFT_OUT) or (key == "incline" and value.strip(" %°") in {"0", "0.0"})
    }  # fmt: skip
    return MapWay(area.way, _kind(area, square_metres), tags, nodes, area.day, across=True)


def _kind(area: Area, square_metres: float) -> Kind:
    """Whether people would call it a square."""
    named = area.tags.get("name") or square_metres >= _SQUARE
    is_one = area.tags.get("place") == "square" or (named and area.kind in {Kind.PEDESTRIAN, Kind.LIVING_STREET})
    return Kind.SQUARE if is_one and area.kind not in {Kind.PLATFORM, Kind.CORRIDOR} else area.kind


def _spread(zone: Zone, entries: list[int]) -> list[int]:
    """As many entries as are bearable, as far from each other as can be; earlier ones are kept rather than later ones."""
    apart = 4.0
    while len(entries) > MOST_ENTRIES:
        found: dict[int, None] = {}
        zone.add(found, entries, apart)
        entries, apart = list(found), apart * 1.5
    return entries


class _Places:
    """The entries of an area, then the corners round which ways may lead: numbers and positions."""

    def __init__(self, zone: Zone, entries: list[int], standing: Sequence[tuple[Block, Any]]) -> None:
        network = zone.network
        self.entries = len(entries)
        stops = dict.fromkeys(entries)
        zone.add_along(stops, _STOPS_APART)
        self.nodes = list(stops)[: self.entries + MOST_STOPS]
        #: entries, and places at the outline between them
        self.stops = len(self.nodes)
        self.ids = [network.ids[node] for node in self.nodes]
        self.where: list[tuple[int, int]] = [tuple(network.where[node].tolist()) for node in self.nodes]
        known = set(self.ids)
        found = [(bend, network.ids[node], tuple(network.where[node].tolist())) for bend, node in zone.corners()]
        for block, _ in standing:
            points = zone.plane.metres(block.where)
            bends = bends_of(points, hole=True) if block.solid else np.full(len(points), 180.0)
            points = points[: len(bends)]
            kept = shapely.contains_xy(zone.whole, points[:, 0], points[:, 1]) & (bends > BEND)
            found += [
                (float(bends[index]), block.nodes[index], block.where[index]) for index in np.flatnonzero(kept).tolist()
            ]
        for _, node, where in sorted(found, reverse=True):
            if node not in known and len(self.ids) < self.stops + MOST_CORNERS:
                known.add(node)
                self.nodes.append(network.position.get(node, -1))
                self.ids.append(node)
                self.where.append(where)
        self.points = zone.plane.metres(self.where)


def _needed(places: _Places, zone: Zone, standing: Sequence[Any]) -> list[tuple[int, int]]:
    """The lines to be drawn, as pairs of indices of places."""
    from scipy.sparse.csgraph import dijkstra

    count = len(places.ids)
    drawn = _along_the_map(places, zone)
    one, other = np.triu_indices(count, 1)
    far = np.hypot(*(places.points[one] - places.points[other]).T)
    # where a way of the map is as straight there is nothing to gain
    wanted = (drawn[one, other] > far * DETOUR + DETOUR_M) & (far > 2 * TOUCH)
    if not wanted[(one < places.entries) & (other < places.stops)].any():
        return []
    one, other, far = one[wanted], other[wanted], far[wanted]
    free = _free(places.points[one], places.points[other], zone.whole, standing)
    one, other, far = one[free], other[free], far[free]
    if not len(one):
        return []
    direct = np.full((count, count), np.inf)
    direct[one, other] = direct[other, one] = far
    best, before = dijkstra(
        np.where(np.isfinite(np.minimum(direct, drawn)), np.minimum(direct, drawn), 0.0),
        indices=np.arange(places.entries), return_predecessors=True,
    )  # fmt: skip
    starts, goals = np.triu_indices(places.entries, 1, places.stops)
    lengths = best[starts, goals]
    stop = goals >= places.entries
    found: dict[tuple[int, int], None] = {}
    for index in np.lexsort((lengths, stop)).tolist():
        start, goal, length = int(starts[index]), int(goals[index]), float(lengths[index])
        share, more = (FAR, FAR_M) if stop[index] else (DETOUR, DETOUR_M)
        if not np.isfinite(length) or drawn[start, goal] <= length * share + more:
            continue
        while goal != start:
            nearer = int(before[start, goal])
            if direct[nearer, goal] < drawn[nearer, goal]:
                found[min(nearer, goal), max(nearer, goal)] = None
                _shorten(drawn, nearer, goal, float(direct[nearer, goal]))
            goal = nearer
    return list(found)


def _shorten(distances: Ints, one: int, other: int, length: float) -> None:
    """Takes a new line into account in a table of distances."""
    for a, b in ((one, other), (other, one)):
        np.minimum(distances, distances[:, a, None] + length + distances[None, b, :], out=distances)


def _along_the_map(places: _Places, zone: Zone) -> Ints:
    """Metres between all places along the outline and the ways that the map draws; infinite where none leads."""
    count = len(places.ids)
    found = np.full((count, count), np.inf)
    np.fill_diagonal(found, 0.0)
    pieces = zone.walked()
    if not len(pieces):
        return found
    nodes, index = np.unique(pieces[:, :2].astype("i8"), return_inverse=True)
    mine = np.array(places.nodes)
    at = np.minimum(nodes.searchsorted(mine), len(nodes) - 1)
    there = np.flatnonzero(nodes[at] == mine)
    one, other = index.reshape(-1, 2).T
    found[np.ix_(there, there)] = _distances(len(nodes), one, other, np.maximum(pieces[:, 2], 1e-3), at[there])
    return found


def _distances(count: int, one: Ints, other: Ints, metres: Ints, nodes: Ints) -> Ints:
    """Metres between some nodes of a small network: by Floyd's algorithm where it is very small, as most are."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import dijkstra

    if count <= _FEW:
        table = np.full((count, count), np.inf)
        table[one, other] = table[other, one] = metres
        np.fill_diagonal(table, 0.0)
        for node in range(count):
            np.minimum(table, table[:, node, None] + table[None, node, :], out=table)
        return table[np.ix_(nodes, nodes)]
    # pieces that several ways share count once
    _, first = np.unique(np.minimum(one, other) * count + np.maximum(one, other), return_index=True)
    matrix = coo_matrix((metres[first], (one[first], other[first])), (count, count))
    found: Ints = dijkstra(matrix.tocsr(), directed=False, indices=nodes)[:, nodes]
    return found


def _free(one: Ints, other: Ints, whole: Any, standing: Sequence[Any]) -> Ints:
    """Which straight lines stay on the area and meet nothing that stands there."""
    if not len(one):
        return np.zeros(0, dtype=bool)
    shapely.prepare(whole)
    lines = shapely.linestrings(np.stack((one, other), axis=1))
    found: Ints = shapely.covers(whole, lines)
    if standing and found.any():
        at = np.flatnonzero(found)
        step = other[at] - one[at]
        step *= (TOUCH / np.hypot(*step.T))[:, None]
        inner = shapely.linestrings(np.stack((one[at] + step, other[at] - step), axis=1))
        hit, _ = shapely.STRtree(standing).query(inner, predicate="intersects")
        found[at[hit]] = False
    return found
