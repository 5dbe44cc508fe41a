# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The line of a leg: the points of its arcs in walking order, cut where one begins and ends in the middle of one. Its
coordinates, its text and its box are worked out only where they are asked for."""

import numpy as np

from .graph import Graph, Ints
from .legs import Leg
from .positions import DECIMALS, WrittenArcs, position, written


class Lines:
    """The lines of a graph; one for an engine."""

    def __init__(self, graph: Graph) -> None:
        self.points = graph.points
        low, high = graph.point_start[:-1], graph.point_start[1:] - 1
        #: by edge: the pieces of its line; by arc: the index of its first point
        self.pieces = (high - low).astype("i8")
        self.begin = np.stack((low, high), axis=1).reshape(-1).astype("i8")
        self.texts = WrittenArcs(graph)
        corners = np.round(graph.points, DECIMALS)
        #: by edge: east, north, and west and south with the other sign, so that the greatest of each bound several edges;
        #: each in a row of its own, where NumPy finds the greatest quickly
        self.boxes = np.ascontiguousarray(np.maximum.reduceat(np.concatenate((corners, -corners), axis=1), low).T)


class LegLine:
    """`ends`: by arc, the index of the point at which it ends; that of the leg's first point is 0."""

    __slots__ = ("_arcs", "_counts", "_from", "_loose", "ends", "leg", "lines")

    def __init__(self, lines: Lines, leg: Leg, arcs: list[int], edges: Ints) -> None:
        """`arcs`: those of the leg; `edges`: by arc."""
        self.lines, self.leg, self._arcs = lines, leg, arcs
        first, last = arcs[0], arcs[-1]
        # points strictly after the beginning of each arc, up to its end; the two cut arcs use the snapped pieces
        counts = lines.pieces.take(edges)
        begin = lines.begin.item(first)
        sets_off = _cut_begin(leg, begin, 1 - 2 * (first & 1))
        counts[0] -= abs(sets_off - begin)
        comes_in = lines.begin.item(last) if len(counts) > 1 else sets_off
        sign = 1 - 2 * (last & 1)
        counts[-1] = max(0, (_cut_end(leg, lines.begin.item(last ^ 1), sign) - comes_in) * sign)
        #: the points before the first ones that are walked to on the first arc and on the last
        self._from = sets_off, comes_in
        self._counts = counts
        self.ends: Ints = counts.cumsum()
        # the goal comes after the last point of the map
        self.ends[-1] += 1
        self._loose: list[tuple[float, float]] | None = None

    @property
    def last(self) -> int:
        """The index of the last point."""
        return int(self.ends.item(-1))

    def rows(self) -> Ints:
        """Longitude and latitude of all points."""
        count, leg = self._counts, self.leg
        first = self.lines.begin.take(leg.arcs)
        first[0], first[-1] = self._from
        sign = 1 - 2 * (leg.arcs & 1)
        total = self.last - 1
        # the index of a point is its place in the line, counted from where its arc begins, forwards or backwards
        before = count.cumsum() - count
        index = (first - sign * (before - 1)).repeat(count) + sign.repeat(count) * np.arange(total)
        line = np.empty((total + 2, 2))
        line[0], line[-1] = (leg.start.x, leg.start.y), (leg.end.x, leg.end.y)
        self.lines.points.take(index, axis=0, out=line[1:-1], mode="clip")
        return line

    def texts(self) -> list[bytes]:
        """The line in texts of single points and of whole arcs."""
        loose, head = written(self._ends()), 1 + self._counts.item(0)
        return [*loose[:head], *self.lines.texts.of(self._arcs[1:-1]), *loose[head:]]

    def box(self) -> list[float]:
        """West, south, east, north."""
        x, y = zip(*self._ends(), strict=True)
        west, south, east, north = min(x), min(y), max(x), max(y)
        if len(self._counts) > 2:
            e, n, w, s = self.lines.boxes.take(self.leg.arcs[1:-1] >> 1, axis=1).max(axis=1).tolist()
            west, south, east, north = min(west, -w), min(south, -s), max(east, e), max(north, n)
        return [west, south, east, north]

    def _ends(self) -> list[tuple[float, float]]:
        """The two places, and what is walked of the arcs on which they lie."""
        if self._loose is None:
            start, end = self.leg.start, self.leg.end
            cut = [*self._part(0), *(self._part(-1) if len(self._counts) > 1 else ())]
            self._loose = [position(start.x, start.y), *(position(*point) for point in cut), position(end.x, end.y)]
        return self._loose

    def _part(self, which: int) -> list[tuple[float, float]]:
        """The points of an arc that are walked, without the one at which it begins."""
        at, count, points = self._from[which], self._counts.item(which), self.lines.points
        found = points[at - count : at][::-1] if self._arcs[which] & 1 else points[at + 1 : at + 1 + count]
        return [(x, y) for x, y in found.tolist()]


def _cut_begin(leg: Leg, first: int, sign: int) -> int:
    """The point index before the first whole point that is walked to."""
    if leg.sets_off == 0 and leg.arcs.item(0) >> 1 != leg.start.edge:
        return first
    return leg.start.piece if sign > 0 else leg.start.piece + 1


def _cut_end(leg: Leg, last: int, sign: int) -> int:
    """The last whole point before the end."""
    if leg.goes_to == 1 and leg.arcs.item(-1) >> 1 != leg.end.edge:
        return last
    return leg.end.piece if sign > 0 else leg.end.piece + 1
