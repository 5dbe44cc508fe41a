# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Straight ways across open areas: from each place where one comes onto a square to those that one can see, round what stands
there, and no more of them than are needed.

The shortest way between two places of a polygon with holes follows lines between these places and the corners that stand
out into it (Lozano-Pérez & Wesley 1979, "An algorithm for planning collision-free paths"); so these lines, and the ways that
the map draws, are all that is looked at. Of the lines those are kept without which a way would be noticeably longer: a greedy
spanner (Althöfer et al. 1993, "On sparse spanners of weighted graphs").
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely

from .areas import Area, Block, Blocks, Plane, ground, open_areas, platforms, read_blocks, stratum
from .graph import Ints
from .mapfile import MapContent, MapWay
from .values import Report
from .vocabulary import Kind, Place

#: a line is left out if the way without it is no longer than this, as share and in metres
DETOUR: Final = 1.02
DETOUR_M: Final = 1.0
#: places from which lines begin, and corners round which they lead, of one area
MOST_ENTRIES: Final = 60
MOST_CORNERS: Final = 90
#: metres between doors, and between points of a border with the next area, that get lines of their own
_DOORS_APART: Final = 8.0
_BORDER_APART: Final = 10.0
#: degrees by which an outline bends at a corner round which one walks
_BEND: Final = 8.0
#: metres at both ends of a line that may touch a wall or a kerb: one comes from there
_TOUCH: Final = 0.5
#: stairs are this wide where the map does not say it, with what one cannot pass beside them
_STAIRS_M: Final = 6.0
#: square metres from which an area without a name is called a square
_SQUARE: Final = 400.0
#: share of an area up to which a path around something is taken for that
_ISLAND: Final = 0.4
#: on the map as a line, and as easy to walk on as the area around
_ALIKE: Final = frozenset({Kind.PEDESTRIAN, Kind.FOOTWAY, Kind.PATH, Kind.LIVING_STREET, Kind.PLATFORM, Kind.CORRIDOR})
_STREETS: Final = frozenset({Kind.QUIET_STREET, Kind.BUSY_STREET, Kind.MAIN_STREET})
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
    network = Network(content, areas)
    found = []
    for area in areas:
        crossed = _cross(area, content, blocks, network, report)
        if crossed is not None:
            found.append(crossed)
    return found


class Network:
    """The ways of a map, to be asked what touches an area and what leads through it. Nodes are positions in `ids`."""

    def __init__(self, content: MapContent, areas: Sequence[Area]) -> None:
        self.ways = content.ways
        self.position = {node: index for index, node in enumerate(content.where)}
        self.ids = list(content.where)
        self.where = np.array(list(content.where.values()), dtype="i8").reshape(-1, 2)
        sizes = [len(way.nodes) for way in content.ways]
        nodes = chain.from_iterable([way.nodes for way in content.ways])
        flat = np.fromiter(map(self.position.__getitem__, nodes), "i8", sum(sizes))
        of = np.repeat(np.arange(len(sizes)), sizes)
        joined = np.flatnonzero(of[1:] == of[:-1])
        #: pieces between neighbouring nodes: both nodes and the way
        self.pieces = np.stack((flat[joined], flat[joined + 1], of[joined]), axis=1)
        ends = self.pieces[:, :2].reshape(-1)
        self._order = np.argsort(ends, kind="stable")
        self._first = np.searchsorted(ends[self._order], np.arange(len(self.ids) + 1))
        self._by_x = np.argsort(self.where[:, 0], kind="stable")
        self._x = self.where[self._by_x, 0]
        doors = [ident for place, _, _, _, ident in content.places if place is Place.ENTRANCE]
        doors += [node for node, found in content.nodes.items() if found.tags.get("highway") == "elevator"]
        self.doors = {self.position[node] for node in doors if node in self.position}
        uses = Counter(node for area in areas for node in {node for ring in area.rings for node in ring})
        #: on the outlines of several areas
        self.shared = {self.position[node] for node, count in uses.items() if count > 1}

    def near(self, corners: Ints) -> Ints:
        """Nodes within the bounding box of some others."""
        (west, south), (east, north) = self.where[corners].min(axis=0), self.where[corners].max(axis=0)
        near = self._by_x[slice(*np.searchsorted(self._x, (west, east + 1)))]
        return near[(self.where[near, 1] >= south) & (self.where[near, 1] <= north)]

    def at(self, nodes: Ints) -> Ints:
        """The pieces that begin or end at these nodes."""
        first, size = self._first[nodes], self._first[nodes + 1] - self._first[nodes]
        index = np.repeat(first - (np.cumsum(size) - size), size) + np.arange(int(size.sum()))
        return self.pieces[np.unique(self._order[index] >> 1)]


class Zone:
    """An area with what touches it and what leads through it."""

    def __init__(self, area: Area, whole: Any, plane: Plane, network: Network) -> None:
        self.area, self.whole, self.plane, self.network = area, whole, plane, network
        self.rings = [np.array([network.position[node] for node in ring]) for ring in area.rings]
        self.rim = np.unique(np.concatenate(self.rings))
        near = np.setdiff1d(network.near(self.rim), self.rim)
        points = plane.metres(network.where[near])
        self.inside = near[shapely.contains_xy(whole, points[:, 0], points[:, 1])]
        own = stratum(area.tags)
        pieces = network.at(np.concatenate((self.rim, near)))
        here = {way: network.ways[way] for way in np.unique(pieces[:, 2]).tolist()}
        level = np.array([stratum(way.tags) == own for way in here.values()], dtype=bool)
        self.ways = here
        #: pieces on the same storey; and all, because a node that two storeys share joins them
        self.pieces, self.all_pieces = pieces[level[np.searchsorted(list(here), pieces[:, 2])]], pieces

    def entries(self) -> list[int]:
        """Where one comes onto the area: the most important ones first, no more than are bearable."""
        outline = {(min(pair), max(pair)) for ring in self.rings for pair in zip(ring[:-1].tolist(), ring[1:].tolist(), strict=True)}
        rim, inside = set(self.rim.tolist()), set(self.inside.tolist())
        joined = [
            node for one, other, _ in self.all_pieces.tolist() if (min(one, other), max(one, other)) not in outline
            for node in (one, other) if node in rim
        ]  # fmt: skip
        degree = Counter(self.pieces[:, :2].reshape(-1).tolist())
        ends = [node for node, count in degree.items() if node in inside and count != 2]
        found = dict.fromkeys((*joined, *ends))
        self._add(found, self.rim[np.isin(self.rim, list(self.network.shared))], _BORDER_APART)
        self._add(found, [node for node in self.rim.tolist() if node in self.network.doors], _DOORS_APART)
        return list(found)

    def _add(self, found: dict[int, None], more: Iterable[int], apart: float) -> None:
        """Of several near each other one is enough."""
        for node in more:
            if node not in found and (not found or self.distances(node, list(found)).min() >= apart):
                found[int(node)] = None

    def distances(self, node: int, others: Sequence[int]) -> Ints:
        found: Ints = np.hypot(*(self.points(others) - self.points([node])).T)
        return found

    def points(self, nodes: Any) -> Ints:
        return self.plane.metres(self.network.where[np.asarray(nodes)])

    def corners(self) -> list[tuple[float, int]]:
        """(degrees, node) of the outline where it stands out into the area."""
        found: list[tuple[float, int]] = []
        rings = [(ring, number >= len(self.area.outer)) for number, ring in enumerate(self.rings)]
        for ring, hole in (*rings, *((ring, True) for ring, _ in self.islands)):
            bends = _bends(self.points(ring), hole=hole)
            found += [(bend, node) for bend, node in zip(bends.tolist(), ring[:-1].tolist(), strict=True) if bend > _BEND]
        return found

    def walls(self) -> list[Any]:
        """Carriageways that lead through the area, and bars across its stairs."""
        lines = [
            (one, other) for one, other, way in self.pieces.tolist() if self.ways[way].kind in _STREETS
        ]  # fmt: skip
        found = [shapely.LineString(self.points(pair)) for pair in lines]
        found += [island for _, island in self.islands]
        inside = set(self.inside.tolist())
        for way in self.ways.values():
            if way.kind is Kind.STEPS and stratum(way.tags) == stratum(self.area.tags):
                ends = [self.network.position[node] for node in (way.nodes[0], way.nodes[-1])]
                if any(node in inside for node in ends):
                    found.append(_bar(self.points([self.network.position[node] for node in way.nodes])))
        return found

    @cached_property
    def islands(self) -> list[tuple[Ints, Any]]:
        """What a path that the map draws as a ring leads around, a fountain, a monument, a lawn: its nodes and its ground."""
        found, inside = [], set(self.inside.tolist())
        for way in self.ways.values():
            if way.nodes[0] != way.nodes[-1] or len(way.nodes) < 4 or way.tags.get("area") == "yes":
                continue
            nodes = np.array([self.network.position[node] for node in way.nodes])
            if inside.issuperset(nodes.tolist()) and stratum(way.tags) == stratum(self.area.tags):
                island = shapely.buffer(shapely.Polygon(self.points(nodes)), -_TOUCH)
                if 0 < shapely.area(island) < _ISLAND * shapely.area(self.whole):
                    found.append((nodes, island))
        return found

    def walked(self) -> Ints:
        """Pieces of ways (two nodes, metres) along the outline and through the area that are as good as the area itself."""
        ways = {number for number, way in self.ways.items() if way.kind in _ALIKE and self._alike(way)}
        zone = np.concatenate((self.rim, self.inside))
        kept = np.isin(self.pieces[:, 0], zone) & np.isin(self.pieces[:, 1], zone) & np.isin(self.pieces[:, 2], list(ways))
        pairs = self.pieces[kept, :2]
        metres = np.hypot(*(self.points(pairs[:, 0]) - self.points(pairs[:, 1])).T)
        found: Ints = np.column_stack((pairs, metres))
        return found

    def _alike(self, way: MapWay) -> bool:
        same = self.area.tags
        return "access" not in way.tags and all(
            way.tags.get(key) in (None, same.get(key)) for key in ("surface", "smoothness", "wheelchair")
        )


def _bends(points: Ints, *, hole: bool) -> Ints:
    """By how many degrees a ring bends into the area at each of its points; below zero where it bends away."""
    step = np.diff(points, axis=0)
    before = np.roll(step, 1, axis=0)
    turn = np.degrees(np.arctan2(before[:, 0] * step[:, 1] - before[:, 1] * step[:, 0], (before * step).sum(axis=1)))
    counterclockwise = (points[:-1, 0] * points[1:, 1] - points[1:, 0] * points[:-1, 1]).sum() > 0
    found: Ints = turn if counterclockwise == hole else -turn
    return found


def _bar(points: Ints) -> Any:
    """A line across stairs, at half of their way."""
    line = shapely.LineString(points)
    middle = np.array(shapely.line_interpolate_point(line, 0.5, normalized=True).coords[0])
    along = points[-1] - points[0]
    across = np.array((-along[1], along[0])) / (np.hypot(*along) or 1.0) * _STAIRS_M
    return shapely.LineString((middle - across, middle + across))


def _cross(area: Area, content: MapContent, blocks: Blocks, network: Network, report: Report) -> Crossed | None:
    plane = Plane(*content.where[area.outer[0][0]])
    whole = ground(area, content, plane)
    if whole is None:
        return None
    zone = Zone(area, whole, plane, network)
    entries = zone.entries()
    result = Crossed(area, float(shapely.area(whole)), len(entries), 0)
    if len(entries) < 2:
        return result
    if len(entries) > MOST_ENTRIES:
        report.drop(f"places to step onto an open area, beyond {MOST_ENTRIES} of one", len(entries) - MOST_ENTRIES)
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
        zone._add(found, entries, apart)
        entries, apart = list(found), apart * 1.5
    return entries


class _Places:
    """The entries of an area, then the corners round which ways may lead: numbers and positions."""

    def __init__(self, zone: Zone, entries: list[int], standing: Sequence[tuple[Block, Any]]) -> None:
        network = zone.network
        self.entries = len(entries)
        self.nodes = list(entries)
        self.ids = [network.ids[node] for node in entries]
        self.where: list[tuple[int, int]] = [tuple(network.where[node].tolist()) for node in entries]
        known = set(self.ids)
        found = [(bend, network.ids[node], tuple(network.where[node].tolist())) for bend, node in zone.corners()]
        for block, _ in standing:
            points = zone.plane.metres(block.where)
            bends = _bends(points, hole=True) if block.solid else np.full(len(points), 180.0)
            points = points[: len(bends)]
            kept = shapely.contains_xy(zone.whole, points[:, 0], points[:, 1]) & (bends > _BEND)
            found += [
                (float(bends[index]), block.nodes[index], block.where[index]) for index in np.flatnonzero(kept).tolist()
            ]
        for _, node, where in sorted(found, reverse=True):
            if node not in known and len(self.ids) < self.entries + MOST_CORNERS:
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
    wanted = (drawn[one, other] > far * DETOUR + DETOUR_M) & (far > 2 * _TOUCH)
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
    starts, goals = np.triu_indices(places.entries, 1)
    lengths = best[starts, goals]
    found: dict[tuple[int, int], None] = {}
    for index in np.argsort(lengths, kind="stable").tolist():
        start, goal, length = int(starts[index]), int(goals[index]), float(lengths[index])
        if not np.isfinite(length) or drawn[start, goal] <= length * DETOUR + DETOUR_M:
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
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import dijkstra

    count = len(places.ids)
    found = np.full((count, count), np.inf)
    np.fill_diagonal(found, 0.0)
    pieces = zone.walked()
    if not len(pieces):
        return found
    nodes, index = np.unique(pieces[:, :2].astype("i8"), return_inverse=True)
    index = index.reshape(-1, 2)
    pair, first = np.unique(np.sort(index, axis=1), axis=0, return_index=True)
    metres = np.maximum(pieces[first, 2], 1e-3)
    matrix = coo_matrix((metres, (pair[:, 0], pair[:, 1])), (len(nodes), len(nodes)))
    mine = np.array(places.nodes)
    there = np.flatnonzero(np.isin(mine, nodes))
    at = np.searchsorted(nodes, mine[there])
    found[np.ix_(there, there)] = dijkstra(matrix.tocsr(), directed=False, indices=at)[:, at]
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
        step *= (_TOUCH / np.hypot(*step.T))[:, None]
        inner = shapely.linestrings(np.stack((one[at] + step, other[at] - step), axis=1))
        hit, _ = shapely.STRtree(standing).query(inner, predicate="intersects")
        found[at[hit]] = False
    return found
