# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""An open area among the ways of a map: where one comes onto it, the corners round which one walks on it, what leads
through it, and what of that cannot be passed."""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import chain
from typing import Any, Final

import numpy as np
import shapely

from ..graph import Ints
from ..vocabulary import Kind, Place
from .areas import Area, Plane, stratum
from .mapfile import MapContent, MapWay

#: metres between doors, and between points of a border with the next area, that get lines of their own
_DOORS_APART: Final = 8.0
_BORDER_APART: Final = 10.0
#: degrees by which an outline bends at a corner round which one walks
BEND: Final = 8.0
#: metres at both ends of a line that may touch a wall or a kerb: one comes from there
TOUCH: Final = 0.5
#: stairs are this wide where the map does not say it, with what one cannot pass beside them
_STAIRS_M: Final = 6.0
#: share of an area up to which a path around something is taken for that
_ISLAND: Final = 0.4
#: on the map as a line, and as easy to walk on as the area around
_ALIKE: Final = frozenset({Kind.PEDESTRIAN, Kind.FOOTWAY, Kind.PATH, Kind.LIVING_STREET, Kind.PLATFORM, Kind.CORRIDOR})
_STAIRS: Final = frozenset({Kind.STEPS, Kind.ESCALATOR})
_STREETS: Final = frozenset({Kind.QUIET_STREET, Kind.BUSY_STREET, Kind.MAIN_STREET})


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

    def marked(self, nodes: Ints) -> Ints:
        """For each node of the map whether it is one of these."""
        found = np.zeros(len(self.ids), dtype=bool)
        found[nodes] = True
        return found

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
        near = network.near(self.rim)
        near = near[~network.marked(self.rim)[near]]
        points = plane.metres(network.where[near])
        self.inside = near[shapely.contains_xy(whole, points[:, 0], points[:, 1])]
        own = stratum(area.tags)
        pieces = network.at(np.concatenate((self.rim, near)))
        here = {way: network.ways[way] for way in np.unique(pieces[:, 2]).tolist()}
        level = np.array([stratum(way.tags) == own for way in here.values()], dtype=bool)
        self.ways, self._numbers = here, np.array(list(here))
        #: pieces on the same storey; and all, because a node that two storeys share joins them
        self.pieces, self.all_pieces = pieces[level[self._numbers.searchsorted(pieces[:, 2])]], pieces

    def entries(self) -> list[int]:
        """Where one comes onto the area: the most important ones first, no more than are bearable."""
        outline = {
            (min(pair), max(pair))
            for ring in self.rings
            for pair in zip(ring[:-1].tolist(), ring[1:].tolist(), strict=True)
        }
        rim, inside = set(self.rim.tolist()), set(self.inside.tolist())
        joined = [
            node for one, other, _ in self.all_pieces.tolist() if (min(one, other), max(one, other)) not in outline
            for node in (one, other) if node in rim
        ]  # fmt: skip
        degree = Counter(self.pieces[:, :2].reshape(-1).tolist())
        below = self._below()
        ends = [node for node, count in degree.items() if node in inside and count != 2 and node not in below]
        found = dict.fromkeys((*joined, *ends))
        self.add(found, [node for node in self.rim.tolist() if node in self.network.shared], _BORDER_APART)
        self.add(found, [node for node in self.rim.tolist() if node in self.network.doors], _DOORS_APART)
        return list(found)

    def _below(self) -> set[int]:
        """Where stairs end on another storey, as those that lead down from a platform into an underpass: right below the
        area, and not on it. A lift stops there and here."""
        own, level, other = stratum(self.area.tags), set(), set()
        for one, end, way in self.all_pieces.tolist():
            if stratum(self.ways[way].tags) != own:
                other |= {one, end}
            elif self.ways[way].kind not in _STAIRS:
                level |= {one, end}
        return other - level - self.network.doors

    def add(self, found: dict[int, None], more: Iterable[int], apart: float) -> None:
        """Of several near each other one is enough."""
        for node in more:
            if node not in found and (not found or self.distances(node, list(found)).min() >= apart):
                found[int(node)] = None

    def add_along(self, found: dict[int, None], apart: float) -> None:
        """Nodes of the outline that are so far along it from those that are there: the far edge of a platform may be near, and
        still nobody gets there but round its end."""
        for ring in self.rings:
            at = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(self.points(ring), axis=0).T))))
            around = float(at[-1])
            taken = [place for node, place in zip(ring.tolist(), at.tolist(), strict=True) if node in found]
            for node, place in zip(ring[:-1].tolist(), at[:-1].tolist(), strict=True):
                away = [abs(place - other) for other in taken]
                if node not in found and all(min(far, around - far) >= apart for far in away):
                    found[node] = None
                    taken.append(place)

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
            bends = bends_of(self.points(ring), hole=hole)
            found += [
                (bend, node) for bend, node in zip(bends.tolist(), ring[:-1].tolist(), strict=True) if bend > BEND
            ]
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
                island = shapely.buffer(shapely.Polygon(self.points(nodes)), -TOUCH)
                if 0 < shapely.area(island) < _ISLAND * shapely.area(self.whole):
                    found.append((nodes, island))
        return found

    def walked(self) -> Ints:
        """Pieces of ways (two nodes, metres) along the outline and through the area that are as good as the area itself."""
        alike = np.array([way.kind in _ALIKE and self._alike(way) for way in self.ways.values()], dtype=bool)
        here = self.network.marked(np.concatenate((self.rim, self.inside)))
        kept = here[self.pieces[:, :2]].all(axis=1) & alike[self._numbers.searchsorted(self.pieces[:, 2])]
        pairs = self.pieces[kept, :2]
        metres = np.hypot(*(self.points(pairs[:, 0]) - self.points(pairs[:, 1])).T)
        found: Ints = np.column_stack((pairs, metres))
        return found

    def _alike(self, way: MapWay) -> bool:
        same = self.area.tags
        return "access" not in way.tags and all(
            way.tags.get(key) in (None, same.get(key)) for key in ("surface", "smoothness", "wheelchair")
        )


def bends_of(points: Ints, *, hole: bool) -> Ints:
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
