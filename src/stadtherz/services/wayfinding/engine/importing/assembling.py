# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Builds the walking graph from the content of a map file: junctions, pavements, crossings, lifts, attributes.

Order: lines across open areas (sightlines.py) → split ways at junctions → corners (pavements.py) → edges (edges.py) with
attributes once a way and side (rows.py) → lines (drawing.py) → what stands at nodes (kerbs, barriers, crossings) onto the edges it belongs to (at_nodes.py).
"""

from itertools import chain, pairwise
from pathlib import Path

import numpy as np

from .. import geodesy
from ..graph import ATTRIBUTES, COMPATIBILITY, ROW, STRUCTURE, Graph, Ints
from ..vocabulary import Crossing, Kind, Provenance
from .at_nodes import apply_nodes
from .beside import keep_on_crossings, mark_drawn_pavements
from .drawing import Drawing, draw_lines
from .edges import Edges, collect_edges, split_lifts
from .gates import shut_gates
from .mapfile import MapContent, MapFileError, Progress, read_map, silent
from .naming import name_what_has_none
from .numbering import numbered_by_place
from .outliers import cut_outliers
from .pavements import Segment, build_corners
from .photo_links import store_photos
from .places import store_places
from .rails import apply_rails, find_rails
from .rows import Rows
from .sides import STREETS, PavementSides, pavement_sides
from .sightlines import draw_lines_across
from .storeys import part_storeys
from .values import Report


def import_map(path: Path, progress: Progress = silent) -> tuple[Graph, Report]:
    """Reads an extract and builds the graph. Raises MapFileError for a file that cannot be used."""
    report = Report()
    content = read_map(path, report, progress)
    progress("looking across squares", 0.35)
    draw_lines_across(path, content, report)
    if parted := part_storeys(content):
        report.drop("places where ways of different storeys touch on the map", parted)
    if shut := shut_gates(content):
        report.drop("passages through gates that are not for the public", shut)
    find_rails(content)
    graph = assemble(content, report, progress)
    graph.about |= {"file": path.name, "map_timestamp": content.timestamp}
    return graph, report


def assemble(content: MapContent, report: Report, progress: Progress = silent) -> Graph:
    progress("finding junctions", 0.4)
    where = np.array(list(content.where.values()), dtype="f8") / 1e7
    cut_outliers(content, where, report)
    if not content.ways:
        raise MapFileError("The map contains no way one could walk on, but at the poles.")
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
    edges = collect_edges(content, segments, corners, rows)
    junction_ids = np.array(list(content.where), dtype="i8")[junctions]
    node_junction = np.concatenate((np.arange(len(junctions)), np.array(corners.extra, dtype="i8")))
    node_junction = split_lifts(content, junction_ids, edges, rows, node_junction)
    node_xy = where[junctions][node_junction]
    progress("drawing lines", 0.7)
    drawing = Drawing(lines, where, node_xy, content)
    graph = _graph(edges, rows, drawing, junction_ids[node_junction])
    progress("placing kerbs and barriers", 0.85)
    meeting = np.array(edges.junctions, dtype="i8").reshape(-1, 2)
    apply_nodes(graph, content, report, meeting, junction_ids)
    apply_rails(graph, content, meeting, junction_ids)
    mark_drawn_pavements(graph)
    keep_on_crossings(graph)
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
    use[[position[node] for node in chain(content.nodes, content.rails) if node in position]] = 2
    junctions = np.flatnonzero(use > 1)
    junction_of = np.full(len(position), -1, dtype="i4")
    junction_of[junctions] = np.arange(len(junctions))
    by_id: Ints = junction_of
    return by_id, junctions


def _segments(content: MapContent, junctions: list[int]) -> list[Segment]:
    """`junctions`: of the nodes of all ways one after the other, -1 for none."""
    found: list[Segment] = []
    begin = 0
    both = [pavement_sides(way.tags, way.kind) for way in content.ways]
    middles = _middles(content, both)
    for index, (way, sides) in enumerate(zip(content.ways, both, strict=True)):
        at = junctions[begin : begin + len(way.nodes)]
        begin += len(way.nodes)
        first = 0
        for last in range(1, len(at)):
            if at[last] >= 0:
                segment = Segment(
                    index, first, last, at[first], at[last], sides, way.kind is Kind.CROSSING, way.kind in STREETS
                )
                if segment.split or last - first > 1 or (way.nodes[first], way.nodes[last]) not in middles:
                    found.append(segment)
                first = last
    return found


def _middles(content: MapContent, sides: list[PavementSides]) -> set[tuple[int, int]]:
    """Neighbouring nodes of streets whose pavements we draw, in both orders. Squares are often drawn up to the middle of a
    street: nobody walks along their outline there, least of all from one pavement to the other."""
    streets = [way.nodes for way, (left, right, *_) in zip(content.ways, sides, strict=True) if left or right]
    pieces = {piece for nodes in streets for piece in pairwise(nodes)}
    return pieces | {(other, one) for one, other in pieces}


def _bearings(segments: list[Segment], lines: list[Ints], where: Ints) -> list[tuple[float, float]]:
    near = np.array([(lines[s.way][s.first], lines[s.way][s.first + 1]) for s in segments])
    far = np.array([(lines[s.way][s.last], lines[s.way][s.last - 1]) for s in segments])
    sides = []
    for pair in (near, far):
        a, b = where[pair[:, 0]], where[pair[:, 1]]
        sides.append(geodesy.bearing(a[:, 0], a[:, 1], b[:, 0], b[:, 1]).tolist())
    return list(zip(*sides, strict=True))


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
    point_start, points, length = draw_lines(edges, drawing, columns)
    columns["length"] = length
    node_xy = drawing.node_xy
    return Graph(
        node_x=node_xy[:, 0].copy(), node_y=node_xy[:, 1].copy(), node_id=node_id, edges=columns,
        point_start=point_start, points=points, provenance=provenance, observed=observed,
        names=list(rows.names.index), conditions=list(rows.conditions.index), places={},
    )  # fmt: skip
