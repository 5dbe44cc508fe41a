# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Finds the nearest point on the graph: a uniform grid over all line pieces, searched in growing squares with NumPy.

A person is snapped only to an edge they may use and from which they can leave again; which edges these are is the
caller's mask (metric.py). Source of the method: Bentley, Weide & Yao 1980, "Optimal expected-time algorithms for
closest point problems" (cell technique).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from .geodesy import METRES_PER_DEGREE
from .graph import Graph, Ints

CELL_M: Final = 60.0
#: a square of so many metres to each side touches four cells; most places have a way within it
FIRST_LOOK_M: Final = CELL_M / 2


@dataclass(frozen=True, slots=True)
class Snap:
    """A point on an edge: `share` of its line from the drawn start (0 to 1), and how far it is from what was asked."""

    edge: int
    share: float
    x: float
    y: float
    metres: float
    #: index of the line piece within Graph.points on which the point lies
    piece: int


class Grid:
    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        west, south, east, north = graph.bounds
        self.west, self.south = west, south
        self.scale_x = METRES_PER_DEGREE * math.cos(math.radians((south + north) / 2))
        starts = np.ones(len(graph.points), dtype=bool)
        starts[graph.point_start[1:] - 1] = False
        self.piece: Ints = np.flatnonzero(starts)
        self.edge = np.repeat(np.arange(graph.edge_count), np.diff(graph.point_start) - 1).astype("i4")
        plane = np.stack(
            ((graph.points[:, 0] - west) * self.scale_x, (graph.points[:, 1] - south) * METRES_PER_DEGREE), axis=1
        )
        a, d = plane[self.piece], plane[self.piece + 1] - plane[self.piece]
        square = np.maximum((d**2).sum(axis=1), 1e-9)
        length = np.sqrt(square)
        self.total = np.maximum(np.bincount(self.edge, weights=length, minlength=graph.edge_count), 1e-9)
        before = np.cumsum(length) - length
        first = np.searchsorted(self.edge, np.arange(graph.edge_count))
        points = graph.points
        #: of each piece: metres of the line before it, its own, those of the whole line; its first point, and what leads to its last
        self.along = np.stack((
            before - before[first][self.edge], length, self.total[self.edge], *points[self.piece].T,
            *(points[self.piece + 1] - points[self.piece]).T,
        ), axis=1)  # fmt: skip
        self.columns = int((east - west) * self.scale_x / CELL_M) + 1
        self.rows = int((north - south) * METRES_PER_DEGREE / CELL_M) + 1
        self._fill(a, d, square)

    def _fill(self, a: Ints, d: Ints, square: Ints) -> None:
        """Registers each piece in every cell that its bounding box touches (CSR: cell_start, members). What a search
        reads (`lines`, `owners`) stands in the order of the cells, so that it reads neighbours in memory."""
        b = a + d
        low = np.floor(np.minimum(a, b) / CELL_M).astype("i8")
        high = np.floor(np.maximum(a, b) / CELL_M).astype("i8")
        wide, tall = high[:, 0] - low[:, 0] + 1, high[:, 1] - low[:, 1] + 1
        count = wide * tall
        owner = np.repeat(np.arange(len(count)), count)
        inside = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
        column = np.clip(low[owner, 0] + inside % wide[owner], 0, self.columns - 1)
        row = np.clip(low[owner, 1] + inside // wide[owner], 0, self.rows - 1)
        cell = row * self.columns + column
        order = np.argsort(cell, kind="stable")
        self.members = owner[order].astype("i4")
        self.cell_start = np.searchsorted(cell[order], np.arange(self.columns * self.rows + 1))
        a, d, square = a[self.members], d[self.members], square[self.members]
        #: by member, in the plane with east and north as one complex number: where it begins, what leads to its end, and by
        #: what the way from its beginning to a place is multiplied to get (as the real part) its share of the piece
        start, along = np.stack((a, d)).view("c16")[:, :, 0]
        self.lines = np.stack((start, along, along.conj() / square))
        self.owners = self.edge[self.members]

    def nearest(self, x: float, y: float, radius: float, usable: Ints | None = None) -> Snap | None:
        """The nearest point on a usable edge within `radius` metres, or None."""
        return self.nearest_each([(x, y)], radius, usable)[0]

    def nearest_each(
        self, points: Sequence[tuple[float, float]], radius: float, usable: Ints | None = None
    ) -> list[Snap | None]:
        """The same for several places at once: most are found in the first look, which costs little more for two than for
        one."""
        places = [((x - self.west) * self.scale_x, (y - self.south) * METRES_PER_DEGREE) for x, y in points]
        found: list[Snap | None] = [None] * len(places)
        waiting = [index for index, place in enumerate(places) if math.isfinite(sum(place))]
        reach = min(FIRST_LOOK_M, radius)
        while waiting:
            rest = []
            for index, snap in zip(waiting, self._within([places[i] for i in waiting], reach, usable), strict=True):
                # what lies beyond the reach was seen by chance: something else may be nearer
                if snap and snap.metres <= reach:
                    found[index] = snap
                elif reach < radius:
                    rest.append(index)
            waiting, reach = rest, min(2 * reach, radius)
        return found

    def _within(self, places: Sequence[tuple[float, float]], reach: float, usable: Ints | None) -> list[Snap | None]:
        """The nearest of all pieces in the cells that the square around a place touches, `reach` metres to each side."""
        looked = [self._runs(px, py, reach) for px, py in places]
        runs = [run for mine in looked for run in mine]
        if not runs:
            return [None] * len(places)
        start, along, foot = np.concatenate([self.lines[:, begin:end] for begin, end in runs], axis=1)
        sizes = [sum([end - begin for begin, end in mine]) for mine in looked]
        to = np.array([complex(px, py) for px, py in places]).repeat(sizes)
        to -= start
        share = np.minimum(np.maximum((to * foot).real, 0.0), 1.0)
        to -= along * share
        metres = np.abs(to)
        found: list[Snap | None] = []
        first = 0
        for mine, size in zip(looked, sizes, strict=True):
            best = self._nearest_usable(metres[first : first + size], mine, usable) if size else None
            found.append(None if best is None else self._snap(_member(self.members, mine, best), share.item(first + best),
                                                              metres.item(first + best)))  # fmt: skip
            first += size
        return found

    def _nearest_usable(self, metres: Ints, runs: list[tuple[int, int]], usable: Ints | None) -> int | None:
        """The index of the smallest. Mostly that is usable; only else all others are asked whether they are."""
        best = int(metres.argmin())
        if usable is None or usable.item(_member(self.owners, runs, best)):
            return best
        metres[~usable.take(np.concatenate([self.owners[begin:end] for begin, end in runs]))] = math.inf
        best = int(metres.argmin())
        return best if metres.item(best) < math.inf else None

    def _runs(self, px: float, py: float, reach: float) -> list[tuple[int, int]]:
        """Runs of `members` that lie in the cells of a square, one for each of its rows that has some. A place far from
        the graph has none."""
        west, east = max(0, int((px - reach) // CELL_M)), min(self.columns - 1, int((px + reach) // CELL_M))
        south, north = max(0, int((py - reach) // CELL_M)), min(self.rows - 1, int((py + reach) // CELL_M))
        if west > east:
            return []
        bound, columns = self.cell_start.item, self.columns
        runs = [(bound(row * columns + west), bound(row * columns + east + 1)) for row in range(south, north + 1)]
        return [run for run in runs if run[0] < run[1]]

    def _snap(self, number: int, share: float, metres: float) -> Snap:
        before, length, total, x, y, dx, dy = self.along[number].tolist()
        return Snap(
            edge=self.edge.item(number), share=min(1.0, (before + share * length) / total), x=x + share * dx,
            y=y + share * dy, metres=metres, piece=self.piece.item(number),
        )  # fmt: skip

    def edges_in(self, west: float, south: float, east: float, north: float) -> Ints:
        """Edges with a piece in a cell of the box (a superset, for obstacles and avoided areas)."""
        c0 = max(0, int((west - self.west) * self.scale_x // CELL_M))
        c1 = min(self.columns - 1, int((east - self.west) * self.scale_x // CELL_M))
        r0 = max(0, int((south - self.south) * METRES_PER_DEGREE // CELL_M))
        r1 = min(self.rows - 1, int((north - self.south) * METRES_PER_DEGREE // CELL_M))
        if c0 > c1 or r0 > r1:
            return np.zeros(0, dtype="i4")
        parts = [
            self.members[self.cell_start[r * self.columns + c0] : self.cell_start[r * self.columns + c1 + 1]]
            for r in range(r0, r1 + 1)
        ]
        return np.unique(self.edge[np.concatenate(parts)])


def _member(of: Ints, runs: list[tuple[int, int]], index: int) -> int:
    """What stands at an index into several runs, laid end to end."""
    for begin, end in runs:
        if index < end - begin:
            return int(of.item(begin + index))
        index -= end - begin
    raise IndexError(index)
