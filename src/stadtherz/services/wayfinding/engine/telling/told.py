# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is told of an arc, ready for every question about a way: a row of 16 bytes for each arc that says where something new
begins, so that one look into memory brings all of it; a row of facts, which is read only where there are some; and the
words' side of it, of which all arcs that look alike share one. Made once for a graph."""

from enum import IntEnum
from typing import Final, TypeVar

import msgspec
import numpy as np

from ..costs import CostModel
from ..graph import Graph, Ints
from ..landmarks import at_corners
from ..vocabulary import Crossing, Flag, Kind, Ramp, Side, Surface, Tri
from .facts import FactsByArc


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
    (Kind.PEDESTRIAN, Manner.FOOTPATH), (Kind.CYCLEWAY, Manner.FOOTPATH), (Kind.CORRIDOR, Manner.FOOTPATH), (Kind.PLATFORM, Manner.FOOTPATH),
    (Kind.CROSSING, Manner.CROSSING), (Kind.STEPS, Manner.STEPS), (Kind.LIFT, Manner.LIFT),
    (Kind.ESCALATOR, Manner.ESCALATOR), (Kind.FERRY, Manner.FERRY), (Kind.SQUARE, Manner.SQUARE),
    (Kind.RIM, Manner.SQUARE), (Kind.BARE_STREET, Manner.CARRIAGEWAY), (Kind.SHARED_PATH, Manner.FOOTPATH),
    (Kind.CAR_PARK, Manner.CARRIAGEWAY),
):  # fmt: skip
    _MANNER[_kind] = _manner

#: by `Side` as drawn, of who walks against the drawing
_OTHER_SIDE: Final = np.array([Side.NONE, Side.RIGHT, Side.LEFT, Side.NONE], dtype="i8")


class Cue(IntEnum):
    """Columns of Told.cues."""

    ARRIVE = 0  # heading at the end, in parts of CIRCLE from north
    LEAVE = 1  # and at the beginning
    FORK = 2  # whether it ends where one has a choice
    TOLD = 3  # whether there are facts, or something stands where it begins
    VOICE = 4  # of two columns: a number that all arcs share on which one goes alike, by name, manner and side
    WALKED = 6  # whether one walks on it along something: no crossing, no stairs, no lift
    GUIDED = 7  # the same, or a crossing: whoever comes to its end sees where to go on


#: where members are looked up by name on each use Python 3.11 is slow
ARRIVE, LEAVE, FORK, TOLD, VOICE, _, WALKED, GUIDED = range(8)


def manner_of(voice: int) -> Manner:
    """How one goes on the arcs that share a voice."""
    return _MANNERS[voice >> 2 & 63]


_MANNERS: Final = list(Manner)
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
    ramp: Ramp
    #: as openrouteservice writes it
    said_name: str
    #: whether one goes along it: no crossing, no stairs, no lift
    walked: bool
    #: and its ground needs no word
    plain: bool
    #: by which one knows that one is still on the same; empty where nothing tells
    place: str
    #: a street with a name on which no cars are to be expected
    zone: bool


class Told:
    """`cues[arc]` has a value for each of `Cue`, `facts` are those of all arcs; `looks[arc]` is what is said alike of it and
    others; `landmarks` has the names of what stands at the corner where an arc begins, for those that have something."""

    def __init__(self, graph: Graph, model: CostModel) -> None:
        self.facts = FactsByArc(graph, model.steepness.up)
        there, back = (model.steepness.climbs(way, model.slope) for way in (0, 1))
        #: by arc what one climbs and what one descends, in per mille of its length
        self.climbs = np.stack((there, back, back, there), axis=1).reshape(-1, 2)
        self.looks = _looks(graph)
        corner = at_corners(graph)[graph.tails()]
        self.cues = _cues(graph, (self.facts.which > 0) | (corner > 0))
        there = corner.nonzero()[0]
        self.landmarks = dict(
            zip(there.tolist(), map(graph.place_names.__getitem__, corner[there].tolist()), strict=True)
        )


#: mostly with pavements, of which the map tells nothing
_STREETS: Final = (Kind.QUIET_STREET, Kind.BUSY_STREET, Kind.MAIN_STREET)
_PATHS: Final = (Kind.FOOTWAY, Kind.PATH, Kind.CYCLEWAY)


def _kinds(graph: Graph) -> Ints:
    """What one walks on, as it is told: who follows the outline of a square is on the square as well, and only who has no
    pavement is sent onto the carriageway; where bicycles are to be expected it is no footpath, and between parked cars no street."""
    kind, flags, name = (graph.edges[part] for part in ("kind", "flags", "name"))
    rim = (kind == Kind.PEDESTRIAN) & ((flags & np.uint32(Flag.AREA)) > 0) & (name > 0)
    bare = ((flags & np.uint32(Flag.NO_PAVEMENT)) > 0) & np.isin(kind, _STREETS)
    shared = ((flags & np.uint32(Flag.SHARED)) > 0) & np.isin(kind, _PATHS)
    parking = ((flags & np.uint32(Flag.PARKING)) > 0) & (kind == Kind.SERVICE)
    told = (Kind.RIM, Kind.BARE_STREET, Kind.SHARED_PATH, Kind.CAR_PARK)
    found: Ints = np.select((rim, bare, shared, parking), [np.uint8(one) for one in told], kind)
    return found


def _cues(graph: Graph, told: Ints) -> Ints:
    edge, size = graph.edges, graph.edge_count
    degree = np.bincount(edge["start"], minlength=graph.node_count)
    degree += np.bincount(edge["end"], minlength=graph.node_count)
    ways = np.zeros((size, 2, 8), dtype="i2")
    for way, turned in ((0, 0), (1, CIRCLE // 2)):
        leave, arrive = ("leaving", "arriving") if way == 0 else ("arriving", "leaving")
        for column, heading in ((LEAVE, leave), (ARRIVE, arrive)):
            ways[:, way, column] = (np.round(edge[heading] * (CIRCLE / 3600)) + turned).astype("u2").view("i2")
        ways[:, way, FORK] = degree[edge["end" if way == 0 else "start"]] > 2
    cues: Ints = ways.reshape(-1, 8)
    manner = _MANNER[_kinds(graph)]
    cues[:, TOLD] = told
    cues[:, WALKED], cues[:, GUIDED] = (manner < Manner.CROSSING).repeat(2), (manner <= Manner.CROSSING).repeat(2)
    voice = (edge["name"].astype("i8") << 8) | (manner << 2)
    side = edge["side"].astype("i8")
    # the side as seen by who walks: along one pavement some lines are drawn against the others
    cues.view("i4")[:, VOICE // 2] = np.stack((voice | side, voice | _OTHER_SIDE[side]), axis=1).reshape(-1)
    return cues


#: what makes a look, with the bits that each part needs; the rest is the name
_PARTS: Final = (("side", 2), ("kind", 5), ("surface", 5), ("crossing", 3), ("sound", 2), ("tactile", 2), ("island", 2),
                 ("handrail", 2), ("ramp", 2))  # fmt: skip
Member = TypeVar("Member", bound=IntEnum)


def _looks(graph: Graph) -> list[Look]:
    """By arc."""
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
        _members(Ramp, values["ramp"]),
        (name or "-" for name in names), walked.tolist(),
        (walked & (np.array(values["surface"]) < Surface.SETT)).tolist(),
        map(_place, values["kind"], names, walked.tolist()),
        (kind == Kind.PEDESTRIAN and name != "" for kind, name in zip(values["kind"], names, strict=True)),
    )  # fmt: skip
    return list(map(list(looks).__getitem__, look.tolist()))


def _place(kind: int, name: str, walked: bool) -> str:
    """A stop that is called as its street is another place; a car park needs no name."""
    if not walked:
        return ""
    if kind == Kind.PLATFORM and name:
        return f"platform {name}"
    return "car park" if kind == Kind.CAR_PARK and not name else name


def _members(of: type[Member], values: list[int]) -> list[Member]:
    known = {int(member): member for member in of}
    return [known[value] for value in values]
