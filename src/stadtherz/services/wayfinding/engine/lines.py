# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The line of a leg: the points of its arcs in walking order, cut where one begins and ends in the middle of one."""

import numpy as np

from .graph import Graph, Ints
from .legs import Leg
from .told import Told


def leg_line(graph: Graph, told: Told, leg: Leg) -> tuple[Ints, Ints]:
    """(longitude/latitude rows of the leg, index of the point at which each arc ends)."""
    sign = 1 - 2 * (leg.arcs & 1)
    first, count = told.begin.take(leg.arcs), told.pieces.take(leg.arcs >> 1)
    # points strictly after the beginning of each arc, up to its end; the two cut arcs use the snapped pieces
    last = int(first[-1] + sign[-1] * count[-1])
    at = _cut_begin(leg, int(first[0]), int(sign[0]))
    count[0] -= abs(at - int(first[0]))
    first[0] = at
    count[-1] = max(0, (_cut_end(leg, last, int(sign[-1])) - int(first[-1])) * int(sign[-1]))
    ends = count.cumsum()
    total = int(ends[-1])
    # the index of a point is its place in the line, counted from where its arc begins, forwards or backwards
    index = (first - sign * (ends - count - 1)).repeat(count)
    index += sign.repeat(count) * np.arange(total)
    line = np.empty((total + 2, 2))
    line[0], line[-1] = (leg.start.x, leg.start.y), (leg.end.x, leg.end.y)
    line[1:-1] = graph.points.take(index, axis=0)
    ends[-1] += 1
    return line, ends


def _cut_begin(leg: Leg, first: int, sign: int) -> int:
    """The point index before the first whole point that is walked to."""
    if leg.begin[0] == 0 and leg.arcs[0] >> 1 != leg.start.edge:
        return first
    return leg.start.piece if sign > 0 else leg.start.piece + 1


def _cut_end(leg: Leg, last: int, sign: int) -> int:
    """The last whole point before the end."""
    if leg.stop[-1] == 1 and leg.arcs[-1] >> 1 != leg.end.edge:
        return last
    return leg.end.piece if sign > 0 else leg.end.piece + 1
