# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The edges of the graph while they are being collected: between junctions, corners and the landings of lifts."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from ..graph import Ints
from ..vocabulary import Kind, Side
from .in_the_way import is_shut
from .levels import read_levels
from .mapfile import MapContent
from .pavements import Corners, Segment
from .rows import Rows
from .walkable import CARRIAGEWAY_DM

#: decimetres from a pavement to the kerb of a crossing that is mapped on its own
_LINK_DM: Final = 20


@dataclass(slots=True)
class Edges:
    """Edges while they are being collected; `row` points to the attributes of a way and side."""

    start: list[int] = field(default_factory=list)
    end: list[int] = field(default_factory=list)
    row: list[int] = field(default_factory=list)
    #: junctions at both ends before corners were split; needed to find what stands at a node
    junctions: list[tuple[int, int]] = field(default_factory=list)
    #: (way, first, last) of the line, or None for a drawn crossing
    source: list[tuple[int, int, int] | None] = field(default_factory=list)
    side: list[int] = field(default_factory=list)
    length: list[int] = field(default_factory=list)

    def add(
        self, start: int, end: int, row: int, junctions: tuple[int, int], *, side: Side = Side.NONE, length: int = 0
    ) -> int:
        self.start.append(start)
        self.end.append(end)
        self.row.append(row)
        self.junctions.append(junctions)
        self.side.append(side)
        self.length.append(length)
        self.source.append(None)
        return len(self.start) - 1


def collect_edges(content: MapContent, segments: list[Segment], corners: Corners, rows: Rows) -> Edges:
    """Ways, their pavements, the crossings between these, and the steps from a pavement to a mapped crossing."""
    edges = Edges()
    for index, segment in enumerate(segments):
        ends, source = (segment.start, segment.end), (segment.way, segment.first, segment.last)
        if not segment.split:
            start = corners.middle.get((index, False), segment.start)
            end = corners.middle.get((index, True), segment.end)
            row = rows.number(segment.way, Side.NONE, segment.sides)
            edges.source[edges.add(start, end, row, ends)] = source
        for side, there, place in (
            (Side.LEFT, segment.sides.left, corners.left), (Side.RIGHT, segment.sides.right, corners.right),
        ):  # fmt: skip
            if there:
                row = rows.number(segment.way, side, segment.sides)
                edge = edges.add(place[index, False], place[index, True], row, ends, side=side)
                edges.source[edge] = source
    crossing_rows: dict[int, int] = {}
    for junction, one, other, crossed in corners.crossings:
        way = segments[crossed].way
        if way not in crossing_rows:
            crossing_rows[way] = rows.crossing(way)
        width = CARRIAGEWAY_DM.get(content.ways[way].kind, 60)
        edges.add(one, other, crossing_rows[way], (junction, junction), length=width)
    for junction, corner, index, at_end in corners.links:
        segment = segments[index]
        far = segment.start if at_end else segment.end
        node = corners.middle.get((index, not at_end), far)
        edges.add(corner, node, rows.link(segment.way), (junction, junction), length=_LINK_DM)
    return edges


#: instead of a number: the flights of stairs that meet in a lift of which no storeys are known
_STAIRS: Final = -1


def split_lifts(content: MapContent, ids: Ints, edges: Edges, rows: Rows, node_junction: Ints) -> Ints:
    """A lift mapped as a node becomes a ride between the ways of different storeys that meet in it."""
    lifts = {node for node, found in content.nodes.items() if found.tags.get("highway") == "elevator"}
    if not lifts:
        return node_junction
    at: dict[int, list[tuple[int, bool]]] = defaultdict(list)
    is_lift = np.isin(ids, list(lifts))
    for edge, ends in enumerate(edges.junctions):
        for at_end in (False, True):
            if is_lift[ends[at_end]]:
                at[ends[at_end]].append((edge, at_end))
    extra: list[int] = []
    for junction, arms in at.items():
        levels = {rows.values[edges.row[edge]]["level"] for edge, _ in arms}
        groups: dict[int, list[tuple[int, bool]]] = defaultdict(list)
        for number, (edge, at_end) in enumerate(arms):
            values = rows.values[edges.row[edge]]
            # nobody rides from one flight of stairs to the next one that begins where it ends
            alone = _STAIRS if values["kind"] == Kind.STEPS else number
            groups[values["level"] if len(levels) > 1 else alone].append((edge, at_end))
        landings = []
        for group in list(groups.values())[1:8]:
            node = len(node_junction) + len(extra)
            extra.append(junction)
            landings.append(node)
            for edge, at_end in group:
                (edges.end if at_end else edges.start)[edge] = node
        tags = content.nodes[int(ids[junction])].tags
        if is_shut(tags):
            continue
        served = read_levels(tags.get("level", "")) if len(levels) > 1 else ()
        stops = [
            node for node, group in zip([junction, *landings], groups.values(), strict=False)
            if not served or any(_stops_for(edge, served, content, edges) for edge, _ in group)
        ]  # fmt: skip
        for one, other in _pairs(stops):
            edges.add(one, other, rows.lift(int(ids[junction]), tags), (junction, junction), length=10)
    return np.concatenate((node_junction, np.array(extra, dtype="i8")))


def _stops_for(edge: int, served: tuple[float, ...], content: MapContent, edges: Edges) -> bool:
    """Whether a lift stops where this way meets it; where the map does not say of both, it does."""
    source = edges.source[edge]
    levels = read_levels(content.ways[source[0]].tags.get("level", "")) if source else ()
    return not levels or not set(levels).isdisjoint(served)


def _pairs(nodes: list[int]) -> list[tuple[int, int]]:
    return [(one, other) for index, one in enumerate(nodes) for other in nodes[index + 1 :]]
