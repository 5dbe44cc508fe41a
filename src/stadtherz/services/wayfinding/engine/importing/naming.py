# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Names for what the map draws without one: a pavement is called as the street beside it, a crossing as the street that
it crosses. "On the pavement, 100 m" helps nobody, least of all somebody who cannot look round.

Only what the geometry shows counts: a street that runs the same way within a few metres, or that shares the crossing's
point. Where two streets would do, nothing is said.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Final

import numpy as np

from ..geodesy import METRES_PER_DEGREE
from ..graph import Graph, Ints
from ..vocabulary import Flag, Kind

#: a street this near runs beside the pavement, if its direction differs by no more than so many degrees
BESIDE_M: Final = 16.0
PARALLEL_DEGREES: Final = 20.0
#: metres between the points at which one looks
STEP_M: Final = 8.0
#: points of streets that one looks at
NEAREST: Final = 16
#: share of a pavement's length that must see the same street
AGREE: Final = 0.6
#: pieces of a crossing beside the one that touches the street
MOST_PIECES: Final = 3
#: between the letters of Persian and Indian scripts
_JOINERS: Final = frozenset("\u200c\u200d")
_STREETS: Final = (
    Kind.LIVING_STREET,
    Kind.SERVICE,
    Kind.QUIET_STREET,
    Kind.BUSY_STREET,
    Kind.MAIN_STREET,
    Kind.PAVEMENT,
)


#: nobody knows these by the number of a cycle route or of a bridge
_NUMBERED: Final = frozenset({"footway", "path", "cycleway", "track", "steps", "pedestrian", "bridleway"})


def called(tags: Mapping[str, str]) -> str:
    """The name of a way, or its number; of several ("162;Ring 1") one after the other, as one would say them."""
    text = tags.get("name") or tags.get("ref", "")
    if not text.isprintable():
        # marks that turn what follows, and ends of lines; of the invisible ones only joiners belong to a name
        text = "".join(sign if sign.isprintable() or sign in _JOINERS else " " for sign in text).strip()
    if tags.get("highway") in _NUMBERED and "name" not in tags and not any(map(str.isalpha, text)):
        return ""
    return " / ".join(part.strip() for part in text.split(";") if part.strip()) if ";" in text else text


def name_what_has_none(graph: Graph) -> int:
    """Gives pavements and crossings the names of their streets; returns how many edges were named."""
    edge = graph.edges
    nameless = edge["name"] == graph.names.index("") if "" in graph.names else np.zeros(graph.edge_count, dtype=bool)
    streets = np.flatnonzero(np.isin(edge["kind"], _STREETS) & ~nameless)
    if not len(streets) or not nameless.any():
        return 0
    before = edge["name"].copy()
    _crossings(graph, streets, np.flatnonzero(nameless & (edge["kind"] == Kind.CROSSING)))
    pavements = np.flatnonzero(nameless & (edge["kind"] == Kind.PAVEMENT))
    below = (edge["flags"] & np.uint32(Flag.TUNNEL)) > 0
    for stratum in (False, True):
        # above a tunnel one walks beside another street than that in it
        _pavements(graph, streets[below[streets] == stratum], pavements[below[pavements] == stratum])
    return int((before != edge["name"]).sum())


def _crossings(graph: Graph, streets: Ints, crossings: Ints) -> None:
    """A crossing has a point in common with the street."""
    edge = graph.edges
    ends = graph.node_id[np.stack((edge["start"], edge["end"]), axis=1)]
    wanted = set(ends[crossings].reshape(-1).tolist())
    at: dict[int, set[int]] = defaultdict(set)
    for nodes, name in zip(ends[streets].tolist(), edge["name"][streets].tolist(), strict=True):
        for node in nodes:
            if node in wanted:
                at[node].add(name)
    known: dict[int, int] = {}
    for number in crossings.tolist():
        names = {name for node in ends[number].tolist() for name in at.get(node, ())}
        if len(names) == 1:
            known[number] = next(iter(names))
    _pieces(graph, crossings, known)
    for number, name in known.items():
        edge["name"][number] = name


def _pieces(graph: Graph, crossings: Ints, known: dict[int, int]) -> None:
    """The pieces of a crossing between kerb and carriageway belong to it: where two pieces meet, and nothing else does,
    they have the same name."""
    ends = np.stack((graph.edges["start"], graph.edges["end"]), axis=1)
    alone = np.bincount(ends.reshape(-1), minlength=graph.node_count) == 2
    meeting: dict[int, list[int]] = defaultdict(list)
    for number in crossings.tolist():
        for node in ends[number][alone[ends[number]]].tolist():
            meeting[node].append(number)
    pairs = [pair for pair in meeting.values() if len(pair) == 2]
    for _piece in range(MOST_PIECES):
        for one, other in (*pairs, *((b, a) for a, b in pairs)):
            if one in known and other not in known:
                known[other] = known[one]


def _pavements(graph: Graph, streets: Ints, pavements: Ints) -> None:
    """A pavement runs beside its street."""
    from scipy.spatial import cKDTree

    if not len(pavements) or not len(streets):
        return
    scale = np.array([np.cos(np.radians(float(graph.node_y.mean()))), 1.0]) * METRES_PER_DEGREE
    points, bearings, _, owner = along(graph, streets, scale)
    here, mine, metres, of = along(graph, pavements, scale)
    far, near = cKDTree(points).query(here, k=NEAREST, distance_upper_bound=BESIDE_M)
    near = np.minimum(near, len(points) - 1)
    apart = np.abs((bearings[near] - mine[:, None] + 90) % 180 - 90)
    beside = np.isfinite(far) & (apart <= PARALLEL_DEGREES)
    sees = np.flatnonzero(beside.any(axis=1))
    seen = graph.edges["name"][owner[near[sees, beside[sees].argmax(axis=1)]]]
    votes: dict[int, Counter[int]] = defaultdict(Counter)
    for number, name, length in zip(of[sees].tolist(), seen.tolist(), metres[sees].tolist(), strict=True):
        votes[number][name] += length
    _elect(graph, pavements, votes, np.bincount(of, weights=metres, minlength=graph.edge_count))


def _elect(graph: Graph, pavements: Ints, votes: dict[int, Counter[int]], looked: Ints) -> None:
    """`votes`: by edge, along how many metres which street is beside it; `looked`: along how many one has looked."""
    of_way: dict[int, set[int]] = defaultdict(set)
    for number, found in votes.items():
        name, length = found.most_common(1)[0]
        if length >= AGREE * looked[number]:
            graph.edges["name"][number] = name
            of_way[int(graph.edges["way"][number])].add(name)
    # short pieces between two corners see nothing by themselves: they are called as the rest of their way, if that is clear
    for number in pavements.tolist():
        rest = of_way.get(int(graph.edges["way"][number]), set())
        if number not in votes and len(rest) == 1:
            graph.edges["name"][number] = next(iter(rest))


def along(graph: Graph, edges: Ints, scale: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """Points along edges in metres, the bearing there (0 to 180 degrees), for how many metres each stands, and its edge."""
    first = graph.point_start[edges].astype("i8")
    count = graph.point_start[edges + 1].astype("i8") - first - 1
    piece = np.repeat(first - (np.cumsum(count) - count), count) + np.arange(count.sum())
    begin = graph.points[piece] * scale
    run = graph.points[piece + 1] * scale - begin
    length = np.hypot(run[:, 0], run[:, 1])
    parts = np.maximum(1, np.ceil(length / STEP_M).astype("i8"))
    which = np.repeat(np.arange(len(piece)), parts)
    share = (np.arange(len(which)) - np.repeat(np.cumsum(parts) - parts, parts) + 0.5) / parts[which]
    bearing = np.degrees(np.arctan2(run[:, 0], run[:, 1])) % 180
    return (
        begin[which] + run[which] * share[:, None],
        bearing[which],
        (length / parts)[which],
        np.repeat(edges, count)[which],
    )
