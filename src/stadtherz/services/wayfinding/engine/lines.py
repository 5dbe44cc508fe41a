# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The line of a leg: the points of its arcs in walking order, cut where one begins and ends in the middle of one."""

from typing import NamedTuple

import numpy as np

from .graph import Graph, Ints
from .legs import Leg
from .told import Told


class LegLine(NamedTuple):
    """Longitude/latitude rows; the index of the row at which each arc ends; the numbers in Graph.points of all rows but the
    first and the last, which are the two places."""

    rows: Ints
    ends: Ints
    between: Ints


def leg_line(graph: Graph, told: Told, leg: Leg) -> LegLine:
    back = leg.arcs & 1
    sign = 1 - 2 * back
    first, count = told.begin.take(leg.arcs), told.pieces.take(leg.arcs >> 1)
    sign_at_start, sign_at_end = 1 - 2 * back.item(0), 1 - 2 * back.item(-1)
    # points strictly after the beginning of each arc, up to its end; the two cut arcs use the snapped pieces
    begin, last = first.item(0), first.item(-1) + sign_at_end * count.item(-1)
    at = _cut_begin(leg, begin, sign_at_start)
    count[0] -= abs(at - begin)
    first[0] = at
    count[-1] = max(0, (_cut_end(leg, last, sign_at_end) - first.item(-1)) * sign_at_end)
    ends = count.cumsum()
    total = ends.item(-1)
    # the index of a point is its place in the line, counted from where its arc begins, forwards or backwards
    first -= sign * (ends - count - 1)
    index = first.repeat(count)
    index += sign.repeat(count) * np.arange(total)
    line = np.empty((total + 2, 2))
    line[0], line[-1] = (leg.start.x, leg.start.y), (leg.end.x, leg.end.y)
    graph.points.take(index, axis=0, out=line[1:-1], mode="clip")
    ends[-1] += 1
    return LegLine(line, ends, index)


def _cut_begin(leg: Leg, first: int, sign: int) -> int:
    """The point index before the first whole point that is walked to."""
    if leg.begin.item(0) == 0 and leg.arcs.item(0) >> 1 != leg.start.edge:
        return first
    return leg.start.piece if sign > 0 else leg.start.piece + 1


def _cut_end(leg: Leg, last: int, sign: int) -> int:
    """The last whole point before the end."""
    if leg.stop.item(-1) == 1 and leg.arcs.item(-1) >> 1 != leg.end.edge:
        return last
    return leg.end.piece if sign > 0 else leg.end.piece + 1
