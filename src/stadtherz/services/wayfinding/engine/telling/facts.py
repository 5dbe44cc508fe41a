# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What there is to tell of an arc beside where it leads: slopes, kerbs, benches, barriers, stairs, rough ground. Most arcs have
nothing of that, and thousands have the same, so these share one object, made once for a graph."""

from enum import IntEnum
from functools import lru_cache
from typing import Final

import msgspec
import numpy as np

from ..graph import Graph, Ints
from ..vocabulary import Flag, Kind, RailsAt, Surface

#: stairs; and a lift or an escalator, which lead from storey to storey
FLIGHT, RIDE = 1, 2
_CLIMB: Final = np.zeros(32, dtype="i8")
_CLIMB[Kind.STEPS] = FLIGHT
_CLIMB[[Kind.LIFT, Kind.ESCALATOR]] = RIDE
#: on what one walks along, so that it is worth a word that it leads over a bridge or through a tunnel
_WALKED: Final = np.ones(32, dtype=bool)
_WALKED[[Kind.CROSSING, Kind.STEPS, Kind.LIFT, Kind.ESCALATOR, Kind.FERRY, Kind.PLATFORM, Kind.CORRIDOR]] = False
#: what one meets nearer than this to where a step begins is met "right at the beginning"
RIGHT_AT_THE_BEGINNING_M: Final = 8.0
#: instead of metres: where it is all about that place, and where a step ends
HERE, AT_THE_END = -1, -2
#: bits of `Graph.edges["rails"]` that say where on the edge they are
_WHERE: Final = np.uint16(3 << 2)


class Level(IntEnum):
    """Where a lift leads that has no storeys in the map; the names are keys of phrases."""

    SAME = 0
    TUNNEL_DOWN = 1
    TUNNEL_UP = 2
    BRIDGE_UP = 3
    BRIDGE_DOWN = 4


class Met(msgspec.Struct, frozen=True, eq=False, gc=False):
    """What one meets on a step. Made by `met_of` alone: of alike ones there is one object, so that it may stand for itself in a
    cache."""

    #: per mille, steepest up and down on the stretch (0 where none is known)
    up: int = 0
    down: int = 0
    #: kerbs in millimetres, the highest climbed and descended
    kerb_up: int = 0
    kerb_down: int = 0
    bench: int = 0
    barrier: int = 0
    #: whether one climbs or descends some of which the height is not known (0 or 1)
    up_unknown: int = 0
    down_unknown: int = 0
    #: whether one comes over a bridge, through an underpass, through a building (0 or 1)
    bridge: int = 0
    tunnel: int = 0
    indoor: int = 0
    #: what stands at the corner at which the step begins
    landmark: str = ""
    #: of stairs: their number (0 unknown), and up (1) or down (-1)
    step_count: int = 0
    steps_up: int = 0
    #: where neither they nor the ways before and after have a name: a street close to them
    near: str = ""
    #: of a lift or an escalator: the storey at which one gets off, where the map tells that it is another one, in tenths;
    #: and up (1) or down (-1)
    storey: int = 0
    rises: int = 0
    #: the same where the map has no storeys, but the lift leads to or from a bridge or an underpass
    to: Level = Level.SAME
    #: rails that one walks over: after how many metres of the step (or `HERE`, `AT_THE_END`), and what the graph keeps of them
    rails: tuple[tuple[int, int], ...] = ()


#: takes what `Met` takes
met_of = lru_cache(16384)(Met)


#: fields of `Met` and of `Facts`
AROUND: Final = ("bridge", "tunnel", "indoor")


class Facts(msgspec.Struct, frozen=True, eq=False, gc=False):
    """Of an arc."""

    #: what one meets who goes along it
    met: Met | None
    #: per mille, where it goes up, and where it goes down; over a hilltop it goes up and down
    rise: int
    fall: int
    #: kerbs, mm
    up: int
    down: int
    bench: int
    barrier: int
    #: 0 or 1, counted
    up_unknown: int
    down_unknown: int
    bridge: int
    tunnel: int
    indoor: int
    crossed: int
    #: FLIGHT, RIDE or 0
    climb: int
    #: rough ones only
    surface: int
    #: as the graph keeps them, but start and end as one walks
    rails: int
    #: bits of what one is on, under or in, in the order of `AROUND`
    around: int


class _Column(IntEnum):
    """Where they stand in a row of numbers; those before `CROSSED` are those of `Met`."""

    RISE = 0
    FALL = 1
    UP = 2
    DOWN = 3
    BENCH = 4
    BARRIER = 5
    UP_UNKNOWN = 6
    DOWN_UNKNOWN = 7
    BRIDGE = 8
    TUNNEL = 9
    INDOOR = 10
    CROSSED = 11
    CLIMB = 12
    SURFACE = 13
    RAILS = 14


class FactsByArc:
    """`which[arc]` is the number of its facts among `known`, and 0 where there are none."""

    def __init__(self, graph: Graph, steepest: list[Ints]) -> None:
        """`steepest`: per mille by edge, up and down in the direction in which it is drawn."""
        table = _table(graph, steepest)
        there = np.flatnonzero(table.any(axis=1))
        numbers: dict[bytes, int] = {}
        rows = table[there].view(f"V{table.shape[1] * table.itemsize}")[:, 0].tolist()
        self.which: Ints = np.zeros(len(table), dtype="i4")
        self.which[there] = [numbers.setdefault(row, len(numbers) + 1) for row in rows]
        distinct = np.frombuffer(b"".join(numbers), dtype=table.dtype).reshape(-1, table.shape[1]).tolist()
        self.known = [_shared(row) for row in ([0] * len(_Column), *distinct)]

    def of(self, arc: int) -> Facts:
        return self.known[self.which.item(arc)]


def _shared(row: list[int]) -> Facts:
    met = row[: _Column.CROSSED]
    around = sum(bool(row[_Column[name.upper()]]) << bit for bit, name in enumerate(AROUND))
    return Facts(met_of(*met) if any(met) else None, *[*row, around])


def _seen_from_the_end(rails: Ints) -> Ints:
    """The same for who walks against the drawing."""
    where = rails & _WHERE
    turned = np.isin(where, (RailsAt.START << 2, RailsAt.END << 2))
    found: Ints = np.where(turned, rails ^ _WHERE, rails)
    return found


def _table(graph: Graph, steepest: list[Ints]) -> Ints:
    """By arc and column."""
    edge, of = graph.edges, _Column
    up, down = edge["kerb_up"], edge["kerb_down"]
    table = np.zeros((graph.edge_count, 2, len(of)), dtype="i2")
    for column, values in (
        (of.BENCH, (edge["flags"] & np.uint32(Flag.BENCH)) > 0), (of.BARRIER, edge["barrier"]),
        (of.CROSSED, edge["kind"] == Kind.CROSSING),
        (of.CLIMB, _CLIMB[edge["kind"]]), (of.SURFACE, np.where(edge["surface"] < Surface.SETT, 0, edge["surface"])),
    ):  # fmt: skip
        table[:, :, column] = values[:, None]
    walked = _WALKED[edge["kind"]]
    for column, flag in ((of.BRIDGE, Flag.BRIDGE), (of.TUNNEL, Flag.TUNNEL), (of.INDOOR, Flag.INDOOR)):
        table[:, :, column] = (walked & ((edge["flags"] & np.uint32(flag)) > 0))[:, None]
    for way, column in enumerate((of.UP_UNKNOWN, of.DOWN_UNKNOWN)):
        table[:, way, column], table[:, 1 - way, column] = up < 0, down < 0
    rise, fall, up, down = (np.maximum(values, 0) for values in (*steepest, up, down))
    table[:, 0, of.RAILS], table[:, 1, of.RAILS] = edge["rails"], _seen_from_the_end(edge["rails"])
    table[:, 0, of.RISE], table[:, 0, of.FALL], table[:, 0, of.UP], table[:, 0, of.DOWN] = rise, fall, up, down
    table[:, 1, of.RISE], table[:, 1, of.FALL], table[:, 1, of.UP], table[:, 1, of.DOWN] = fall, rise, down, up
    return table.reshape(-1, len(of))
