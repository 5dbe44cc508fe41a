# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The lines of the edges, with their lengths and headings."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

import numpy as np

from .. import geodesy
from ..graph import Ints
from ..vocabulary import Side
from .edges import Edges
from .mapfile import MapContent
from .walkable import CARRIAGEWAY_DM

#: metres between the edge of the carriageway and the line on which one walks
_ON_PAVEMENT_M: Final = 1.2


@dataclass(slots=True)
class Drawing:
    """What lines are drawn from: point indices of each way, all points, and the nodes of the graph."""

    lines: list[Ints]
    where: Ints
    node_xy: Ints
    content: MapContent


def draw_lines(edges: Edges, drawing: Drawing, columns: dict[str, Ints]) -> tuple[Ints, Ints, Ints]:
    """Lines and lengths (dm). A pavement is drawn beside its street but keeps the length of the street's own
    line. `columns` gets the headings of the lines."""
    lines, where, node_xy = drawing.lines, drawing.where, drawing.node_xy
    drawn: list[Ints] = []
    meet: dict[int, list[Ints]] = defaultdict(list)
    length = np.array(edges.length, dtype="f8")
    for edge, source in enumerate(edges.source):
        if source is None:
            drawn.append(node_xy[[edges.start[edge], edges.end[edge]]])
            continue
        way, first, last = source
        line = where[lines[way][first : last + 1]]
        if edges.side[edge]:
            half = CARRIAGEWAY_DM.get(drawing.content.ways[way].kind, 60) / 20 + _ON_PAVEMENT_M
            beside = geodesy.offset_line(line, half if edges.side[edge] == Side.RIGHT else -half)
            meet[edges.start[edge]].append(beside[0])
            meet[edges.end[edge]].append(beside[-1])
            length[edge] = geodesy.line_length(line) * 10
            line = beside
        drawn.append(line)
    for node, places in meet.items():
        node_xy[node] = np.mean(places, axis=0)
    sizes = np.array([len(line) for line in drawn])
    point_start = np.concatenate(([0], np.cumsum(sizes))).astype("i4")
    points = np.concatenate(drawn)
    plain = length == 0
    step = geodesy.distance(points[:-1, 0], points[:-1, 1], points[1:, 0], points[1:, 1])
    step[point_start[1:-1] - 1] = 0
    walked = np.add.reduceat(np.append(step, 0.0), point_start[:-1]) * 10
    length[plain] = walked[plain]
    columns.update(headings(points, point_start))
    # corners moved the ends of some lines: let every line begin and end where its nodes are
    points[point_start[:-1]] = node_xy[edges.start]
    points[point_start[1:] - 1] = node_xy[edges.end]
    # what is drawn between two corners had no direction before these were known
    between = np.array([source is None for source in edges.source])
    for name, heading in headings(points, point_start).items():
        columns[name][between] = heading[between]
    return point_start, points, np.maximum(1, np.round(length)).astype("u4")


def headings(points: Ints, point_start: Ints) -> dict[str, Ints]:
    """The headings at both ends of each line, in tenths of a degree."""
    found = {}
    for name, at in (("leaving", point_start[:-1]), ("arriving", point_start[1:] - 2)):
        degrees = geodesy.bearing(points[at, 0], points[at, 1], points[at + 1, 0], points[at + 1, 1])
        found[name] = (np.round(degrees * 10) % 3600).astype("u2")
    return found
