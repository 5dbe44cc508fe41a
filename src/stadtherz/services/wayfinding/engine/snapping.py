# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Finds the nearest point on the graph: a uniform grid over all line pieces, searched ring by ring with NumPy.

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
        self.lines = np.ascontiguousarray(np.concatenate((a, d, square[:, None]), axis=1)[self.members].T)
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
        waiting = [index for index, (px, py) in enumerate(places) if math.isfinite(px) and math.isfinite(py)]
        reach, limit = 1, int(radius // CELL_M) + 1
        while waiting:
            looked = self._within([places[index] for index in waiting], min(reach, limit), usable)
            for index, snap in zip(waiting, looked, strict=True):
                found[index] = snap if snap and snap.metres <= radius else None
            waiting = [
                index for index, snap in zip(waiting, looked, strict=True)
                if reach < limit and not (snap and snap.metres <= _safe(places[index], reach))
            ]  # fmt: skip
            reach = reach * 2
        return found

    def _within(self, places: Sequence[tuple[float, float]], reach: int, usable: Ints | None) -> list[Snap | None]:
        """The nearest point to each place within so many cells around its own. A place far from the graph has no cells."""
        runs, sizes = [], []
        for px, py in places:
            cells = self._cells(int(px // CELL_M), int(py // CELL_M), reach)
            runs += cells
            sizes.append(sum([end - begin for begin, end in cells]))
        if not any(sizes):
            return [None] * len(places)
        lines = np.concatenate([self.lines[:, begin:end] for begin, end in runs], axis=1)
        start, along, length = lines[:2], lines[2:4], lines[4]
        to = np.array(places).T.repeat(sizes, axis=1) - start
        dot = to * along
        t = np.minimum(np.maximum((dot[0] + dot[1]) / length, 0.0), 1.0)
        to -= t * along
        to *= to
        square = to[0] + to[1]
        found: list[Snap | None] = []
        first, of_each = 0, len(runs) // len(places)
        for number, size in enumerate(sizes):
            mine = runs[of_each * number : of_each * (number + 1)]
            part = slice(first, first + size)
            best = self._nearest_usable(square[part], mine, usable) if size else None
            found.append(None if best is None else self._snap(_member(self.members, mine, best), t.item(first + best),
                                                              math.sqrt(square.item(first + best))))  # fmt: skip
            first += size
        return found

    def _nearest_usable(self, square: Ints, runs: list[tuple[int, int]], usable: Ints | None) -> int | None:
        """The index of the smallest. Mostly that is usable; only else all others are asked whether they are."""
        best = int(square.argmin())
        if usable is None or usable.item(_member(self.owners, runs, best)):
            return best
        square[~usable.take(np.concatenate([self.owners[begin:end] for begin, end in runs]))] = math.inf
        best = int(square.argmin())
        return best if square.item(best) < math.inf else None

    def _cells(self, column: int, row: int, reach: int) -> list[tuple[int, int]]:
        """Runs of `members` that lie in the square around a cell, one for each of its rows."""
        west, east = max(0, column - reach), min(self.columns - 1, column + reach)
        bound, empty = self.cell_start.item, west > east
        return [
            (0, 0) if empty or not 0 <= line < self.rows
            else (bound(line * self.columns + west), bound(line * self.columns + east + 1))
            for line in range(row - reach, row + reach + 1)
        ]  # fmt: skip

    def _snap(self, number: int, t: float, metres: float) -> Snap:
        before, length, total, x, y, dx, dy = self.along[number].tolist()
        return Snap(
            edge=self.edge.item(number), share=min(1.0, (before + t * length) / total), x=x + t * dx, y=y + t * dy,
            metres=metres, piece=self.piece.item(number),
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


def _safe(place: tuple[float, float], reach: int) -> float:
    """Metres to the edge of the square that was looked at: what lies outside is at least this far away."""
    px, py = place
    column, row = int(px // CELL_M), int(py // CELL_M)
    return min(
        px - (column - reach) * CELL_M, (column + reach + 1) * CELL_M - px, py - (row - reach) * CELL_M,
        (row + reach + 1) * CELL_M - py,
    )  # fmt: skip


def _member(of: Ints, runs: list[tuple[int, int]], index: int) -> int:
    """What stands at an index into several runs, laid end to end."""
    for begin, end in runs:
        if index < end - begin:
            return int(of.item(begin + index))
        index -= end - begin
    raise IndexError(index)
