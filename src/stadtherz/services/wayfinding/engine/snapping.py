# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Finds the nearest point on the graph: uniform grids over all line pieces. First what is listed as near to a cell, then
growing squares, with NumPy.

A person is snapped only to an edge they may use and from which they can leave again; which edges these are is the
caller's mask (Metric.usable). Source of the method: Bentley, Weide & Yao 1980, "Optimal expected-time algorithms for
closest point problems" (cell technique).
"""

import math
from collections.abc import Sequence
from functools import cached_property
from typing import Final

import msgspec
import numpy as np

from .geodesy import METRES_PER_DEGREE
from .graph import Graph, Ints

CELL_M: Final = 60.0
#: most places have a way so near: what lies so near to any place of a cell stands in one list
NEAR_M: Final = 15.0
NEAR_CELL_M: Final = 60.0
#: a town has some ten thousand; a map with a village on either side of an ocean gets larger cells
_MOST_CELLS: Final = 8_000_000
#: metres within which a street is said to be near
STREET_M: Final = 80.0
#: names as short as this are letters and numbers of platforms, by which nobody finds anything
_SHORT: Final = 2


class Snap(msgspec.Struct, frozen=True, gc=False):
    """A point on an edge: `share` of its line from the drawn start (0 to 1), and how far it is from what was asked."""

    edge: int
    share: float
    x: float
    y: float
    metres: float
    #: index of the line piece within Graph.points on which the point lies
    piece: int
    #: what leads from there to what was asked: metres to the east as the real part, to the north as the imaginary one
    to: complex = 0j


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
        #: by piece, in the plane with east and north as one complex number: where it begins, what leads to its end, and by
        #: what the way from its beginning to a place is multiplied to get (as the real part) its share of the piece
        start, along = np.stack((a, d)).view("c16")[:, :, 0]
        self.lines = np.stack((start, along, along.conj() / square))
        width, height = (east - west) * self.scale_x, (north - south) * METRES_PER_DEGREE
        self.cells, self.near = (
            _Cells(a, a + d, (width, height), cell, margin) for cell, margin in ((CELL_M, 0.0), (NEAR_CELL_M, NEAR_M))
        )

    def nearest(self, x: float, y: float, radius: float, usable: Ints | None = None) -> Snap | None:
        """The nearest point on a usable edge within `radius` metres, or None."""
        return self.nearest_each([(x, y)], radius, usable)[0]

    def nearest_each(
        self, points: Sequence[tuple[float, float]], radius: float, usable: Ints | None = None
    ) -> list[Snap | None]:
        """The same for several places."""
        places = [((x - self.west) * self.scale_x, (y - self.south) * METRES_PER_DEGREE) for x, y in points]
        return [self._search(px, py, radius, usable) if math.isfinite(px + py) else None for px, py in places]

    def _search(self, px: float, py: float, radius: float, usable: Ints | None) -> Snap | None:
        """First among what is near, then in growing squares. What lies beyond the reach of a look was seen by chance: something
        else may be nearer."""
        reach = min(NEAR_M, radius)
        snap = self._nearest_of(self.near.at(px, py), px, py, usable)
        while reach < radius and not (snap and snap.metres <= reach):
            reach = min(2 * reach, radius)
            snap = self._nearest_of(self.cells.around(px, py, reach), px, py, usable)
        return snap if snap and snap.metres <= reach else None

    def _nearest_of(self, pieces: Ints, px: float, py: float, usable: Ints | None) -> Snap | None:
        if not len(pieces):
            return None
        # (an array that is unpacked raises an error behind its last row, which is slow)
        lines = self.lines.take(pieces, axis=1)
        to = complex(px, py) - lines[0]
        share = np.minimum(np.maximum((to * lines[2]).real, 0.0), 1.0)
        to -= lines[1] * share
        metres = np.abs(to)
        best = int(metres.argmin())
        # mostly the nearest is usable; only else all others are asked whether they are
        if usable is not None and not usable.item(self.edge.item(pieces.item(best))):
            metres[~usable.take(self.edge.take(pieces))] = math.inf
            best = int(metres.argmin())
            if metres.item(best) == math.inf:
                return None
        return self._snap(pieces.item(best), share.item(best), metres.item(best), to.item(best))

    def _snap(self, number: int, share: float, metres: float, to: complex) -> Snap:
        before, length, total, x, y, dx, dy = self.along[number].tolist()
        return Snap(
            edge=self.edge.item(number), share=min(1.0, (before + share * length) / total), x=x + share * dx,
            y=y + share * dy, metres=metres, piece=self.piece.item(number), to=to,
        )  # fmt: skip

    @cached_property
    def _streets(self) -> Ints:
        """By edge whether it has a name by which people find it."""
        tells = np.array([len(name) > _SHORT and any(map(str.isalpha, name)) for name in self.graph.names])
        found: Ints = tells[self.graph.edges["name"]]
        return found

    def name_of(self, edge: int) -> str:
        """By what people find a way; of a platform that has a letter only, nothing."""
        return self.graph.names[self.graph.edges["name"].item(edge)] if self._streets.item(edge) else ""

    def street_near(self, x: float, y: float) -> str:
        """What the nearest way with a name is called; nothing where none is near."""
        found = self.nearest(x, y, STREET_M, self._streets)
        return self.name_of(found.edge) if found else ""

    def edges_in(self, west: float, south: float, east: float, north: float) -> Ints:
        """Edges with a piece in a cell of the box (a superset, for obstacles and avoided areas)."""
        pieces = self.cells.in_box(
            (west - self.west) * self.scale_x, (south - self.south) * METRES_PER_DEGREE,
            (east - self.west) * self.scale_x, (north - self.south) * METRES_PER_DEGREE,
        )  # fmt: skip
        return np.unique(self.edge[pieces])


class _Cells:
    """Pieces by square cells of the plane, as CSR: those of cell `i` are `members[start[i] : start[i + 1]]`."""

    def __init__(self, a: Ints, b: Ints, extent: tuple[float, float], size: float, margin: float) -> None:
        """Registers each piece, from `a` to `b`, in every cell that its bounding box touches with a margin around it. All in
        metres."""
        while not self._fits(a, b, extent, size, margin):
            size *= 2
        self.size = size
        self.columns, self.rows = (int(side / size) + 1 for side in extent)
        low, wide, count = self._covered(a, b, size, margin)
        owner = np.repeat(np.arange(len(count)), count)
        inside = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
        down, right = np.divmod(inside, wide[owner])
        cell = (low[owner, 1] + down) * self.columns + low[owner, 0] + right
        # cell and piece as one number: plain numbers are sorted several times as fast as places of numbers
        self.members: Ints = np.sort(cell << 32 | owner).astype("i4")
        self.start: Ints = np.concatenate(([0], np.cumsum(np.bincount(cell, minlength=self.columns * self.rows))))

    @staticmethod
    def _fits(a: Ints, b: Ints, extent: tuple[float, float], size: float, margin: float) -> bool:
        """Whether there are no more cells than memory bears, and each piece lies in few of them."""
        if (extent[0] / size + 1) * (extent[1] / size + 1) > _MOST_CELLS:
            return False
        sides = (np.abs(b - a) + 2 * margin) / size + 1
        return float((sides[:, 0] * sides[:, 1]).sum()) <= _MOST_CELLS + 16 * len(a)

    def _covered(self, a: Ints, b: Ints, size: float, margin: float) -> tuple[Ints, Ints, Ints]:
        """By piece: column and row of the first cell that it touches, in how many columns it lies, and in how many cells."""
        low = np.floor((np.minimum(a, b) - margin) / size).astype("i4")
        high = np.floor((np.maximum(a, b) + margin) / size).astype("i4")
        last = np.array((self.columns, self.rows), dtype="i4") - 1
        low, high = np.clip(low, 0, last), np.clip(high, 0, last)
        wide, tall = (high - low + 1).T
        return low, wide, wide * tall

    def at(self, x: float, y: float) -> Ints:
        """What is registered in the cell of a place; outside the map nothing."""
        column, row = int(x // self.size), int(y // self.size)
        if not (0 <= column < self.columns and 0 <= row < self.rows):
            return _NONE
        cell = row * self.columns + column
        return self.members[self.start.item(cell) : self.start.item(cell + 1)]

    def around(self, x: float, y: float, reach: float) -> Ints:
        """What is registered in the cells of a square, `reach` metres to each side; twice what touches two of them."""
        return self.in_box(x - reach, y - reach, x + reach, y + reach)

    def in_box(self, west: float, south: float, east: float, north: float) -> Ints:
        first, last = max(0, int(west // self.size)), min(self.columns - 1, int(east // self.size))
        low, high = max(0, int(south // self.size)), min(self.rows - 1, int(north // self.size))
        if first > last or low > high:
            return _NONE
        bound, columns = self.start.item, self.columns
        rows = range(low * columns, (high + 1) * columns, columns)
        return np.concatenate([self.members[bound(row + first) : bound(row + last + 1)] for row in rows])


_NONE: Final = np.zeros(0, dtype="i4")
