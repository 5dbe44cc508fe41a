# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The line of a leg: the points of its arcs in walking order, cut where one begins and ends in the middle of one."""

import numpy as np

from .graph import Graph, Ints
from .legs import Leg


def leg_line(graph: Graph, leg: Leg) -> tuple[Ints, Ints]:
    """(longitude/latitude rows of the leg, index of the point at which each arc ends)."""
    edges, back = leg.arcs >> 1, (leg.arcs & 1).astype(bool)
    low, high = graph.point_start[edges].astype("i8"), graph.point_start[edges + 1].astype("i8") - 1
    first, last = np.where(back, high, low), np.where(back, low, high)
    sign = np.where(back, -1, 1)
    # points strictly after the beginning of each arc, up to its end; the two cut arcs use the snapped pieces
    first[0], last[-1] = _cut_begin(leg, first[0], sign[0]), _cut_end(leg, last[-1], sign[-1])
    count = np.maximum((last - first) * sign, 0)
    total = int(count.sum())
    ends = np.cumsum(count)
    offset = np.arange(total) - np.repeat(ends - count, count) + 1
    index = np.repeat(first, count) + np.repeat(sign, count) * offset
    line = np.empty((total + 2, 2))
    line[0], line[-1] = (leg.start.x, leg.start.y), (leg.end.x, leg.end.y)
    line[1:-1] = graph.points[index]
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
