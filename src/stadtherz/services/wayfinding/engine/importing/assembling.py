# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Builds the walking graph from the content of a map file: junctions, pavements, crossings, lifts, attributes.

Order: lines across open areas (sightlines.py) → split ways at junctions → corners (pavements.py) → edges with lines → attributes once a way and side, spread to
its edges → what stands at nodes (kerbs, barriers, crossings) onto the edges it belongs to (at_nodes.py).
"""

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any, Final

import numpy as np

from .. import geodesy, openrouteservice
from ..graph import ATTRIBUTES, COMPATIBILITY, KERB_UNKNOWN, ROW, STRUCTURE, Graph, Ints
from ..surveys.photos import store_photos
from ..vocabulary import Crossing, Flag, Kind, Provenance, Side
from .at_nodes import apply_nodes
from .line_columns import headings
from .mapfile import MapContent, MapWay, Progress, read_map, silent
from .naming import called, name_what_has_none
from .numbering import numbered_by_place
from .pavements import Corners, Segment, build_corners
from .places import store_places
from .sightlines import draw_lines_across
from .tagging import CARRIAGEWAY_DM, STREETS, attributes, condition, pavement_sides, side_tags, structure
from .values import Report

#: metres between the edge of the carriageway and the line on which one walks
_ON_PAVEMENT_M: Final = 1.2
#: decimetres from a pavement to the kerb of a crossing that is mapped on its own
_LINK_DM: Final = 20


#: openrouteservice knows no drawn edges; its figures pass over them
DRAWN_JUDGEMENT: Final = openrouteservice.Judgement(10, 7, -1, -1, -1, -1, -1, -1, openrouteservice.SUITABLE)


class Names:
    """Strings by number; 0 is the empty one."""

    def __init__(self) -> None:
        self.index: dict[str, int] = {"": 0}

    def number(self, text: str) -> int:
        return self.index.setdefault(text, len(self.index))


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


class Rows:
    """Attribute rows, one for each way and side."""

    def __init__(self, content: MapContent, report: Report) -> None:
        self.content, self.report = content, report
        self.values: list[dict[str, int]] = []
        self.known: list[frozenset[str]] = []
        self.judgements: list[openrouteservice.Judgement] = []
        self.index: dict[tuple[int, int], int] = {}
        self.names, self.conditions = Names(), Names()
        self.kerbs = {
            node: openrouteservice.kerb_centimetres(found.tags.get("kerb:height", found.tags.get("kerb")))
            for node, found in content.nodes.items()
            if any("kerb" in key or "curb" in key for key in found.tags)
        }

    def number(self, way: int, side: Side, sides: Any) -> int:
        found = self.content.ways[way]
        # all lines across an area are alike
        key = (found.id, -1) if found.across else (way, int(side))
        row = self.index.get(key)
        if row is None:
            row = self.index[key] = self._read(found, side, sides)
        return row

    def _read(self, way: MapWay, side: Side, sides: Any) -> int:
        word = side.name.lower() if side else ""
        kind = Kind.PAVEMENT if side else way.kind
        tags = side_tags(way.tags, word) if side else way.tags
        flags, access, level = structure(way.tags, way.kind, sides)
        if way.across:
            flags |= Flag.ACROSS
        values = attributes(tags, kind, self.report)
        self.known.append(frozenset(values))
        values |= {
            "kind": kind, "flags": flags | (Flag.DRAWN if side else 0), "access": access, "level": level,
            "name": self.names.number(called(way.tags)), "way": way.id,
            "condition": self.conditions.number(condition(way.tags)), "day": way.day,
        }  # fmt: skip
        if kind is Kind.CROSSING:
            # a kerb is to be expected at a crossing even where the map is silent
            values.setdefault("kerb_up", KERB_UNKNOWN)
            values.setdefault("kerb_down", KERB_UNKNOWN)
            values.setdefault("crossing", Crossing.UNKNOWN)
        self.values.append(values)
        node_kerbs: tuple[int, ...] = ()
        if way.tags.get("footway") == "crossing":
            node_kerbs = tuple(self.kerbs[node] for node in way.nodes if node in self.kerbs)
        # openrouteservice walks round squares
        judged = openrouteservice.CLOSED if way.across else openrouteservice.judge(way.tags, word, node_kerbs)
        self.judgements.append(judged)
        return len(self.values) - 1

    def link(self, way: int) -> int:
        """Attributes of the two steps from a pavement to a mapped crossing."""
        if (way, Side.LEFT) not in self.index:
            self.index[way, Side.LEFT] = len(self.values)
            self.known.append(frozenset())
            self.values.append({"kind": Kind.PAVEMENT, "flags": int(Flag.DRAWN), "way": self.content.ways[way].id})
            self.judgements.append(DRAWN_JUDGEMENT)
        return self.index[way, Side.LEFT]

    def crossing(self, way: int) -> int:
        """Attributes of the drawn crossing of a street."""
        street = self.content.ways[way]
        busy = street.kind in {Kind.BUSY_STREET, Kind.MAIN_STREET}
        flags = Flag.DRAWN | (Flag.BUSY_ROAD if busy else 0)
        self.known.append(frozenset())
        self.values.append({
            "kind": Kind.CROSSING, "flags": flags, "name": self.names.number(street.tags.get("name", "")),
            "way": street.id, "crossing": Crossing.UNMARKED, "kerb_up": KERB_UNKNOWN, "kerb_down": KERB_UNKNOWN,
            "day": street.day,
        })  # fmt: skip
        self.judgements.append(DRAWN_JUDGEMENT)
        return len(self.values) - 1


def import_map(path: Path, progress: Progress = silent) -> tuple[Graph, Report]:
    """Reads an extract and builds the graph. Raises MapFileError for a file that cannot be used."""
    report = Report()
    content = read_map(path, report, progress)
    progress("looking across squares", 0.35)
    draw_lines_across(path, content, report)
    graph = assemble(content, report, progress)
    graph.about |= {"file": path.name, "map_timestamp": content.timestamp}
    return graph, report


def assemble(content: MapContent, report: Report, progress: Progress = silent) -> Graph:
    progress("finding junctions", 0.4)
    where = np.array(list(content.where.values()), dtype="f8") / 1e7
    position = {node: index for index, node in enumerate(content.where)}
    nodes = chain.from_iterable([way.nodes for way in content.ways])
    flat = np.fromiter(map(position.__getitem__, nodes), dtype="i4")
    behind = np.cumsum([len(way.nodes) for way in content.ways])
    lines = np.split(flat, behind[:-1])
    junction_of, junctions = _junctions(content, position, flat, behind)
    segments = _segments(content, junction_of[flat].tolist())
    corners = build_corners(len(junctions), segments, _bearings(segments, lines, where))
    progress("drawing pavements and crossings", 0.55)
    rows = Rows(content, report)
    edges = _edges(content, segments, corners, rows)
    junction_ids = np.array(list(content.where), dtype="i8")[junctions]
    node_junction = np.concatenate((np.arange(len(junctions)), np.array(corners.extra, dtype="i8")))
    node_junction = _split_lifts(content, junction_ids, edges, rows, node_junction)
    node_xy = where[junctions][node_junction]
    progress("drawing lines", 0.7)
    drawing = Drawing(lines, where, node_xy, content)
    graph = _graph(edges, rows, drawing, junction_ids[node_junction])
    progress("placing kerbs and barriers", 0.85)
    apply_nodes(graph, content, report, np.array(edges.junctions, dtype="i8").reshape(-1, 2), junction_ids)
    name_what_has_none(graph)
    graph = numbered_by_place(graph)
    # from here on edges keep their numbers
    store_places(graph, content)
    store_photos(graph, content)
    progress("done", 1.0)
    return graph


def _junctions(content: MapContent, position: dict[int, int], flat: Ints, behind: Ints) -> tuple[Ints, Ints]:
    """(position → junction or -1, junction → position). `flat`: the nodes of all ways one after the other; each ends before
    the index that stands for it in `behind`."""
    use = np.bincount(flat, minlength=len(position))
    use[flat[behind - 1]] = 2
    use[flat[np.concatenate(([0], behind[:-1]))]] = 2
    use[[position[node] for node in content.nodes if node in position]] = 2
    junctions = np.flatnonzero(use > 1)
    junction_of = np.full(len(position), -1, dtype="i4")
    junction_of[junctions] = np.arange(len(junctions))
    by_id: Ints = junction_of
    return by_id, junctions


def _segments(content: MapContent, junctions: list[int]) -> list[Segment]:
    """`junctions`: of the nodes of all ways one after the other, -1 for none."""
    found: list[Segment] = []
    begin = 0
    for index, way in enumerate(content.ways):
        sides = pavement_sides(way.tags, way.kind)
        at = junctions[begin : begin + len(way.nodes)]
        begin += len(way.nodes)
        first = 0
        for last in range(1, len(at)):
            if at[last] >= 0:
                found.append(
                    Segment(
                        index, first, last, at[first], at[last], sides, way.kind is Kind.CROSSING, way.kind in STREETS
                    )
                )
                first = last
    return found


def _bearings(segments: list[Segment], lines: list[Ints], where: Ints) -> list[tuple[float, float]]:
    near = np.array([(lines[s.way][s.first], lines[s.way][s.first + 1]) for s in segments])
    far = np.array([(lines[s.way][s.last], lines[s.way][s.last - 1]) for s in segments])
    sides = []
    for pair in (near, far):
        a, b = where[pair[:, 0]], where[pair[:, 1]]
        sides.append(geodesy.bearing(a[:, 0], a[:, 1], b[:, 0], b[:, 1]).tolist())
    return list(zip(*sides, strict=True))


def _edges(content: MapContent, segments: list[Segment], corners: Corners, rows: Rows) -> Edges:
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


def _split_lifts(content: MapContent, ids: Ints, edges: Edges, rows: Rows, node_junction: Ints) -> Ints:
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
            groups[rows.values[edges.row[edge]]["level"] if len(levels) > 1 else number].append((edge, at_end))
        landings = []
        for group in list(groups.values())[1:8]:
            node = len(node_junction) + len(extra)
            extra.append(junction)
            landings.append(node)
            for edge, at_end in group:
                (edges.end if at_end else edges.start)[edge] = node
        tags = content.nodes[int(ids[junction])].tags
        for one, other in _pairs([junction, *landings]):
            edges.add(one, other, _lift_row(rows, int(ids[junction]), tags), (junction, junction), length=10)
    return np.concatenate((node_junction, np.array(extra, dtype="i8")))


def _pairs(nodes: list[int]) -> list[tuple[int, int]]:
    return [(one, other) for index, one in enumerate(nodes) for other in nodes[index + 1 :]]


def _lift_row(rows: Rows, node: int, tags: dict[str, str]) -> int:
    values = attributes(tags, Kind.LIFT, rows.report)
    rows.known.append(frozenset(values))
    rows.values.append(values | {"kind": Kind.LIFT, "way": -node, "name": rows.names.number(tags.get("name", ""))})
    rows.judgements.append(openrouteservice.Judgement(5, 5, -1, -1, -1, -1, -1, -1, openrouteservice.SUITABLE))
    return len(rows.values) - 1


@dataclass(slots=True)
class Drawing:
    """What lines are drawn from: point indices of each way, all points, and the nodes of the graph."""

    lines: list[Ints]
    where: Ints
    node_xy: Ints
    content: MapContent


def _graph(edges: Edges, rows: Rows, drawing: Drawing, node_id: Ints) -> Graph:
    count, row = len(edges.start), np.array(edges.row)
    columns: dict[str, Ints] = {}
    for column in (*STRUCTURE, *ATTRIBUTES):
        values = np.array([found.get(column.name, column.empty) for found in rows.values], dtype=column.dtype)
        columns[column.name] = values[row]
    judged = np.array(rows.judgements)[row]
    for number, column in enumerate(COMPATIBILITY):
        columns[column.name] = judged[:, number].astype(column.dtype)
    columns["start"], columns["end"] = np.array(edges.start, dtype="i4"), np.array(edges.end, dtype="i4")
    columns["side"] = np.array(edges.side, dtype="u1")
    provenance = np.zeros((len(ATTRIBUTES), count), dtype="u1")
    observed = np.zeros((len(ATTRIBUTES), count), dtype="u2")
    day = np.array([found.get("day", 0) for found in rows.values], dtype="u2")[row]
    for number, column in enumerate(ATTRIBUTES):
        known = np.array([column.name in known for known in rows.known])[row]
        provenance[number, known] = Provenance.OSM
        observed[number, known] = day[known]
    assumed = (columns["kind"] == Kind.CROSSING) & (columns["crossing"] == Crossing.UNMARKED)
    provenance[ROW["crossing"], assumed & (provenance[ROW["crossing"]] == 0)] = Provenance.ASSUMED
    point_start, points, length = _lines(edges, drawing, columns)
    columns["length"] = length
    node_xy = drawing.node_xy
    return Graph(
        node_x=node_xy[:, 0].copy(), node_y=node_xy[:, 1].copy(), node_id=node_id, edges=columns,
        point_start=point_start, points=points, provenance=provenance, observed=observed,
        names=list(rows.names.index), conditions=list(rows.conditions.index), places={},
    )  # fmt: skip


def _lines(edges: Edges, drawing: Drawing, columns: dict[str, Ints]) -> tuple[Ints, Ints, Ints]:
    """Lines and lengths (dm). A pavement is drawn beside its street but keeps the length of the street's own line."""
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
