# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is told of an arc, ready for every question about a way: one row of 32 bytes for each arc, so that one look into
memory brings all of it, and the words' side of it, of which all arcs that look alike share one. Made once for a graph."""

from enum import IntEnum
from typing import Final, TypeVar

import msgspec
import numpy as np

from .graph import NO_INCLINE, Graph, Ints
from .landmarks import at_corners
from .vocabulary import Crossing, Flag, Kind, Side, Surface, Tri


class Manner(IntEnum):
    """How one moves on a step; a change of it is always told."""

    SQUARE = 0
    PAVEMENT = 1
    FOOTPATH = 2
    CARRIAGEWAY = 3
    CROSSING = 4
    STEPS = 5
    LIFT = 6
    ESCALATOR = 7
    FERRY = 8
    LINK = 9


_MANNER: Final = np.full(32, Manner.CARRIAGEWAY, dtype="i8")
for _kind, _manner in (
    (Kind.PAVEMENT, Manner.PAVEMENT), (Kind.FOOTWAY, Manner.FOOTPATH), (Kind.PATH, Manner.FOOTPATH),
    (Kind.PEDESTRIAN, Manner.FOOTPATH), (Kind.CORRIDOR, Manner.FOOTPATH), (Kind.PLATFORM, Manner.FOOTPATH),
    (Kind.CROSSING, Manner.CROSSING), (Kind.STEPS, Manner.STEPS), (Kind.LIFT, Manner.LIFT),
    (Kind.ESCALATOR, Manner.ESCALATOR), (Kind.FERRY, Manner.FERRY), (Kind.SQUARE, Manner.SQUARE),
    (Kind.RIM, Manner.SQUARE),
):  # fmt: skip
    _MANNER[_kind] = _manner

#: stairs; and a lift or an escalator, which lead from storey to storey
FLIGHT, RIDE = 1, 2
_CLIMB: Final = np.zeros(32, dtype="i8")
_CLIMB[Kind.STEPS] = FLIGHT
_CLIMB[[Kind.LIFT, Kind.ESCALATOR]] = RIDE


class Col(IntEnum):
    """Columns of Told.rows. From SLOPE to CLIMB most arcs have nothing to tell."""

    SLOPE = 0  # per mille
    FALL = 1  # the same with the other sign
    UP = 2  # kerb, mm, -1 unknown
    DOWN = 3
    BENCH = 4
    BARRIER = 5
    KERB_UNKNOWN = 6  # 0 or 1, counted
    CROSSED = 7  # 0 or 1, counted
    CLIMB = 8  # FLIGHT, RIDE or 0
    SURFACE = 9
    LEAVE = 10  # heading at the beginning, in parts of CIRCLE from north
    ARRIVE = 11
    FORK = 12  # whether it ends where one has a choice
    WALKED = 13  # whether one walks on it along something: no crossing, no stairs, no lift
    NAME = 14  # lower 16 bits; the rest stands in LOOK
    LOOK = 15  # rest of the name << 6 | manner << 2 | side


#: where members are looked up by name on each use Python 3.11 is slow
(SLOPE, FALL, UP, DOWN, BENCH, BARRIER, KERB_UNKNOWN, CROSSED, CLIMB, SURFACE, LEAVE, ARRIVE, FORK, WALKED, NAME,
 LOOK) = range(len(Col))  # fmt: skip
#: the columns of what is told, if anything of it is met at all
SUMMED: Final = slice(SLOPE, SURFACE + 1)
#: a full circle has as many parts as a column has values, so that a difference of headings is right as it is
CIRCLE: Final = 2**16


class Look(msgspec.Struct, frozen=True, eq=False, gc=False):
    """What is said alike of many arcs. Each is one object, so that it may stand for itself in a cache."""

    kind: Kind
    manner: Manner
    name: str
    #: as seen by who walks
    side: int
    surface: Surface
    crossing: Crossing
    sound: Tri
    tactile: Tri
    island: Tri
    handrail: Tri
    #: as openrouteservice writes it
    said_name: str
    #: whether one goes along it: no crossing, no stairs, no lift
    walked: bool
    #: and its ground needs no word
    plain: bool


class Told:
    """`rows[arc]` has a value for each of `Col`; `looks[look[arc]]` is what is said alike of it; `corner[arc]` is the index in
    `Graph.place_names` of what stands where the arc begins."""

    def __init__(self, graph: Graph, steps_here: Ints) -> None:
        self.rows = _rows(graph, steps_here)
        self.looks, self.look = _looks(graph)
        self.corner = at_corners(graph)[graph.tails()]


def _kinds(graph: Graph) -> Ints:
    """What one walks on, as it is told: who follows the outline of a square is on the square as well."""
    edge = graph.edges
    rim = (edge["kind"] == Kind.PEDESTRIAN) & ((edge["flags"] & np.uint32(Flag.AREA)) > 0) & (edge["name"] > 0)
    found: Ints = np.where(rim, np.uint8(Kind.RIM), edge["kind"])
    return found


def _rows(graph: Graph, steps_here: Ints) -> Ints:
    edge, size = graph.edges, graph.edge_count
    degree = np.bincount(edge["start"], minlength=graph.node_count)
    degree += np.bincount(edge["end"], minlength=graph.node_count)
    slope = np.where(edge["incline"] == NO_INCLINE, 0, edge["incline"])
    slope[steps_here] = 0
    up, down, name, manner = edge["kerb_up"], edge["kerb_down"], edge["name"].astype("i8"), _MANNER[_kinds(graph)]
    rows = np.zeros((size, 2, len(Col)), dtype="i2")
    for column, values in (
        (BENCH, (edge["flags"] & np.uint32(Flag.BENCH)) > 0),
        (BARRIER, edge["barrier"]), (KERB_UNKNOWN, (up < 0) | (down < 0)), (CROSSED, edge["kind"] == Kind.CROSSING),
        (WALKED, manner < Manner.CROSSING), (NAME, (name & 0xFFFF).astype("u2").view("i2")),
        (LOOK, ((name >> 16) << 6) | (manner << 2) | edge["side"]), (SURFACE, edge["surface"]),
        (CLIMB, _CLIMB[edge["kind"]]),
    ):  # fmt: skip
        rows[:, :, column] = values[:, None]
    for way, turned in ((0, 0), (1, CIRCLE // 2)):
        rows[:, way, UP], rows[:, way, DOWN] = (up, down) if way == 0 else (down, up)
        rows[:, way, SLOPE], rows[:, way, FALL] = (slope, -slope) if way == 0 else (-slope, slope)
        leave, arrive = ("leaving", "arriving") if way == 0 else ("arriving", "leaving")
        for column, heading in ((LEAVE, leave), (ARRIVE, arrive)):
            rows[:, way, column] = (np.round(edge[heading] * (CIRCLE / 3600)) + turned).astype("u2").view("i2")
        rows[:, way, FORK] = degree[edge["end" if way == 0 else "start"]] > 2
    return rows.reshape(-1, len(Col))


#: what makes a look, with the bits that each part needs; the rest is the name
_PARTS: Final = (("side", 2), ("kind", 5), ("surface", 5), ("crossing", 3), ("sound", 2), ("tactile", 2), ("island", 2),
                 ("handrail", 2))  # fmt: skip
Member = TypeVar("Member", bound=IntEnum)
_OTHER_SIDE: Final = np.array([Side.NONE, Side.RIGHT, Side.LEFT, Side.NONE], dtype="i8")


def _looks(graph: Graph) -> tuple[list[Look], Ints]:
    """All looks, and the number of each arc's."""
    edge = graph.edges | {"kind": _kinds(graph)}
    rest = edge["name"].astype("i8")
    for part, bits in _PARTS[:0:-1]:
        rest = rest << bits | edge[part]
    side = edge["side"].astype("i8")
    keys = np.stack((rest << 2 | side, rest << 2 | _OTHER_SIDE[side]), axis=1).reshape(-1)
    found, look = np.unique(keys, return_inverse=True)
    values: dict[str, list[int]] = {}
    rest = found
    for part, bits in _PARTS:
        values[part] = (rest & ((1 << bits) - 1)).tolist()
        rest = rest >> bits
    names = [graph.names[name] for name in rest.tolist()]
    walked = _MANNER[values["kind"]] < Manner.CROSSING
    looks = map(
        Look, _members(Kind, values["kind"]), _members(Manner, _MANNER[values["kind"]].tolist()), names,
        values["side"], _members(Surface, values["surface"]), _members(Crossing, values["crossing"]),
        *(_members(Tri, values[part]) for part in ("sound", "tactile", "island", "handrail")),
        (name or "-" for name in names), walked.tolist(),
        (walked & (np.array(values["surface"]) < Surface.SETT)).tolist(),
    )  # fmt: skip
    return list(looks), look.astype("i4")


def _members(of: type[Member], values: list[int]) -> list[Member]:
    known = {int(member): member for member in of}
    return [known[value] for value in values]
