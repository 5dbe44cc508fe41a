# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Puts what stands at a node of the map (kerb, barrier, crossing) onto the edges on which a person meets it.

A kerb between a crossing and a pavement is climbed when leaving the crossing and descended when entering it. Where
the map does not say which side is higher, the kerb counts in both directions and the edge is flagged. Source:
OpenStreetMap wiki, pages Key:kerb and Tag:highway=crossing.
"""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from ..graph import KERB_UNKNOWN, ROW, Graph, Ints
from ..hours import BOTH
from ..vocabulary import Flag, Kind, Provenance
from .access import condition
from .in_the_way import barrier, crossing, is_door, kerb_millimetres
from .mapfile import MapContent, MapNode
from .sides import STREETS
from .values import Report
from .words import felt as felt_by

Incidence = list[tuple[int, bool]]
#: a crossing is drawn in fewer pieces from its kerb to the middle of the street
MOST_PIECES = 5
_STREET_KINDS = tuple(int(kind) for kind in STREETS - {Kind.PEDESTRIAN, Kind.LIVING_STREET})


def apply_nodes(graph: Graph, content: MapContent, report: Report, junctions: Ints, junction_ids: Ints) -> None:
    """`junctions[e]` are the two junctions of edge `e`, before corners were split."""
    special = np.isin(junction_ids, list(content.nodes))
    busy = _busy_junctions(graph, junctions, len(junction_ids))
    crossing_edges = graph.edges["kind"] == Kind.CROSSING
    graph.edges["flags"][crossing_edges & busy[junctions].any(axis=1)] |= np.uint32(Flag.BUSY_ROAD)
    noted = [node for node, found in content.nodes.items() if found.tags.get("highway") == "crossing"]
    street = _carriageways(graph, junctions, np.isin(junction_ids, noted))
    _no_kerb_in_the_middle(graph, junctions, street)
    crossings = _Crossings(graph, junctions, street)
    at: dict[int, Incidence] = defaultdict(list)
    for at_end in (False, True):
        column = junctions[:, int(at_end)]
        for edge in np.flatnonzero(special[column]):
            if not (at_end and junctions[edge, 0] == junctions[edge, 1]):
                at[int(column[edge])].append((int(edge), at_end))
    felt: dict[int, tuple[int, int]] = {}
    hours = Hours(graph)
    rims = {way.id for way in content.ways if way.nodes[0] == way.nodes[-1]}
    for junction, arms in at.items():
        node = content.nodes[int(junction_ids[junction])]
        _crossing(graph, node, arms)
        _kerb(graph, node, arms, crossings, report)
        _tactile(graph, node, arms, felt)
        if found := barrier(node.tags, report):
            met = _met(graph, arms, rims, door=is_door(node.tags))
            for number in met:
                for name, value in found.items():
                    _write(graph, number, name, value, node.day)
            if len(met) == 1:
                # of what stands at a junction nobody knows to which arm its hours belong
                hours.write(met[0], condition(node.tags))
    for piece, (value, day) in felt.items():
        _write(graph, piece, "tactile", value, day)


def _carriageways(graph: Graph, junctions: Ints, noted: Ints) -> Ints:
    """Junctions in the middle of a carriageway. `noted`: those that the map calls crossings, also of a cycle path. Of streets whose pavements we draw ourselves there are none: there the pavements
    meet in that point too."""
    kind, found = graph.edges["kind"], noted.copy()
    found[junctions[np.isin(kind, _STREET_KINDS)].reshape(-1)] = True
    found[junctions[kind == Kind.PAVEMENT].reshape(-1)] = False
    return found


def _no_kerb_in_the_middle(graph: Graph, junctions: Ints, street: Ints) -> None:
    """A crossing that is drawn in pieces has its kerbs at the outer ends; where the pieces meet, on the carriageway or on rails,
    there is none. From one carriageway to the other there may be an island between, and so kerbs."""
    edge, count = graph.edges, len(street)
    crossing = edge["kind"] == Kind.CROSSING
    pieces = np.flatnonzero(crossing & (edge["flags"] & np.uint32(Flag.DRAWN) == 0))
    meeting = np.bincount(junctions[pieces].reshape(-1), minlength=count) > 1
    meeting[junctions[~crossing].reshape(-1)] = False
    ends = street[junctions[pieces]].sum(axis=1)
    whole = _joined(junctions[pieces], meeting)
    one_street = np.bincount(whole, weights=ends, minlength=len(pieces))[whole] == 1
    for end, name in ((0, "kerb_down"), (1, "kerb_up")):
        there = junctions[pieces, end]
        inner = pieces[meeting[there] | (one_street & street[there])]
        inner = inner[(graph.provenance[ROW[name], inner] <= Provenance.ASSUMED) & (edge[name][inner] == KERB_UNKNOWN)]
        edge[name][inner] = 0


def _joined(ends: Ints, meeting: Ints) -> Ints:
    """For each piece the number of the first of those with which it makes up a whole: they meet one after the other."""
    whole = np.arange(len(ends))
    inner = meeting[ends]
    while inner.any():
        least = np.full(len(meeting), len(ends))
        np.minimum.at(least, ends[inner], np.broadcast_to(whole[:, None], ends.shape)[inner])
        joined = np.minimum(whole, np.where(inner, least[ends], len(ends)).min(axis=1))
        if (joined == whole).all():
            break
        whole = joined
    return whole


def _busy_junctions(graph: Graph, junctions: Ints, count: int) -> Ints:
    """Junctions that lie on a street with much traffic."""
    kind, flags = graph.edges["kind"], graph.edges["flags"]
    busy = np.zeros(count, dtype=bool)
    on_street = np.isin(kind, (Kind.BUSY_STREET, Kind.MAIN_STREET)) | (flags & np.uint32(Flag.BUSY_ROAD) > 0)
    busy[junctions[on_street].reshape(-1)] = True
    return busy


def _write(graph: Graph, edge: int, name: str, value: int, day: int) -> None:
    row = ROW[name]
    if graph.provenance[row, edge] <= Provenance.ASSUMED:
        graph.edges[name][edge] = value
        graph.provenance[row, edge] = Provenance.OSM
        graph.observed[row, edge] = day


def _crossing(graph: Graph, node: MapNode, arms: Incidence) -> None:
    if node.tags.get("highway") != "crossing" and "crossing" not in node.tags:
        return
    kind = graph.edges["kind"]
    on_crossing = [edge for edge, _ in arms if kind[edge] == Kind.CROSSING]
    beside = [edge for edge, _ in arms if int(kind[edge]) not in (*_STREET_KINDS, Kind.PAVEMENT, Kind.CROSSING)]
    for edge in on_crossing or beside:
        for name, value in crossing(node.tags).items():
            if value:
                _write(graph, edge, name, value, node.day)


class _Crossings:
    """The pieces of crossings that the map draws, by the junctions at which they meet."""

    def __init__(self, graph: Graph, junctions: Ints, street: Ints) -> None:
        self.junctions, self.street = junctions, street
        self.at: dict[int, list[int]] = defaultdict(list)
        drawn = graph.edges["flags"] & np.uint32(Flag.DRAWN) > 0
        for edge in np.flatnonzero((graph.edges["kind"] == Kind.CROSSING) & ~drawn).tolist():
            for junction in junctions[edge].tolist():
                self.at[junction].append(edge)

    def pieces_to_street(self, edge: int, at_end: bool) -> int:
        """How many pieces it is to the middle of a carriageway if one leaves by an edge; `MOST_PIECES` where it is farther."""
        for count in range(1, MOST_PIECES):
            junction = int(self.junctions[edge, int(not at_end)])
            if self.street[junction]:
                return count
            onward = [other for other in self.at[junction] if other != edge]
            if len(onward) != 1:
                break
            edge = onward[0]
            at_end = int(self.junctions[edge, 1]) == junction
        return MOST_PIECES

    def inner_first(self, arms: Incidence) -> Incidence:
        """Two pieces that meet at a kerb, first the one on the carriageway; nothing where that is not clear."""
        if len(arms) != 2 or any(edge not in self.at[int(self.junctions[edge, int(at_end)])] for edge, at_end in arms):
            return []
        one, other = (self.pieces_to_street(*arm) for arm in arms)
        return [] if one == other else arms if one < other else arms[::-1]


def _kerb(graph: Graph, node: MapNode, arms: Incidence, crossings: _Crossings, report: Report) -> None:
    height = kerb_millimetres(node.tags, report)
    if height is None:
        return
    kind = graph.edges["kind"]
    on_crossing = [(edge, at_end) for edge, at_end in arms if kind[edge] == Kind.CROSSING]
    in_the_street = node.tags.get("highway") == "crossing"
    if not in_the_street and (pieces := crossings.inner_first(arms)):
        (inner, at_end), (outer, outer_at_end) = pieces
        _raise_kerb(graph, inner, "kerb_up" if at_end else "kerb_down", height, node.day)
        # beyond it one is on the pavement or on an island
        beyond = "kerb_down" if outer_at_end else "kerb_up"
        if graph.edges[beyond][outer] == KERB_UNKNOWN and graph.provenance[ROW[beyond], outer] <= Provenance.ASSUMED:
            graph.edges[beyond][outer] = 0
        return
    for edge, at_end in on_crossing:
        if in_the_street or (graph.edges["start"][edge] != graph.edges["end"][edge] and len(on_crossing) < len(arms)):
            # leaving the crossing at its drawn end means climbing; a node in the street describes the far kerb
            climbs = at_end != in_the_street
            drawn_across = bool(graph.edges["flags"][edge] & Flag.DRAWN)
            names: Sequence[str] = (
                ("kerb_up", "kerb_down") if drawn_across else (("kerb_up",) if climbs else ("kerb_down",))
            )
            for name in names:
                _raise_kerb(graph, edge, name, height, node.day)
    if on_crossing and (in_the_street or len(on_crossing) < len(arms)):
        return
    for edge, _ in arms[:1] if len(arms) <= 2 else arms:
        for name in ("kerb_up", "kerb_down"):
            _raise_kerb(graph, edge, name, height, node.day)
        graph.edges["flags"][edge] |= np.uint32(Flag.KERB_DIRECTION_GUESSED)


def _tactile(graph: Graph, node: MapNode, arms: Incidence, felt: dict[int, tuple[int, int]]) -> None:
    """Ground that can be felt is often noted at the kerbs of a crossing: fills `felt` with (Tri, day) by edge. Where it is
    missing at one kerb of a piece, it is missing."""
    value = felt_by(node.tags.get("tactile_paving", ""))
    if not value or node.tags.get("highway") == "crossing":
        return
    for edge, _ in arms:
        if graph.edges["kind"][edge] == Kind.CROSSING:
            felt[edge] = min(felt.get(edge, (int(value), node.day)), (int(value), node.day))


def _raise_kerb(graph: Graph, edge: int, name: str, height: int, day: int) -> None:
    """Several kerbs on one edge: the highest counts; an unknown one stays unknown."""
    if graph.provenance[ROW[name], edge] == Provenance.OSM:
        known = int(graph.edges[name][edge])
        height = KERB_UNKNOWN if KERB_UNKNOWN in (known, height) else max(known, height)
    graph.edges[name][edge] = height
    if height != KERB_UNKNOWN:
        graph.provenance[ROW[name], edge] = Provenance.OSM
        graph.observed[ROW[name], edge] = day


def _met(graph: Graph, arms: Incidence, rims: set[int], *, door: bool) -> list[int]:
    """The edges on which one meets a barrier: where two meet in it, the shorter one. Along the outline of a hall or a square
    (`rims`: their ways) one passes its doors; and who ends at one goes through none."""
    edges = [edge for edge, _ in arms]
    if door:
        lines = [edge for edge in edges if int(graph.edges["way"][edge]) not in rims]
        edges = lines if len(edges) > 1 else []
    return [min(edges, key=graph.edges["length"].item)] if 0 < len(edges) <= 2 else edges


class Hours:
    """Writes when something at a node is open onto the edge on which one meets it."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.number = {text: number for number, text in enumerate(graph.conditions)}

    def write(self, edge: int, text: str) -> None:
        if not text:
            return
        known = self.graph.conditions[self.graph.edges["condition"][edge]]
        if text not in known.split(BOTH):
            text = f"{known}{BOTH}{text}" if known else text
            if text not in self.number:
                self.number[text] = len(self.graph.conditions)
                self.graph.conditions.append(text)
            self.graph.edges["condition"][edge] = self.number[text]
            self.graph.edges["flags"][edge] |= np.uint32(Flag.CONDITIONAL)
