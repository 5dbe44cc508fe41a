# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where two maps join: nodes of the streets along the border that both have at the same place."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from .engine import Point
from .graph import Graph, Ints

#: joints that lie best between both places, and joints from all over the border
NEAR_JOINTS, FAR_JOINTS = 200, 100
#: share of the common strip, on each of its sides, in which streets may be cut
CUT_SHARE: Final = 0.2
_DEGREE: Final = 10_000_000


def shared_nodes(one: Graph, other: Graph) -> tuple[Ints, Ints]:
    """The nodes of both graphs that are the same place (to 1e-7 degrees, as OpenStreetMap writes it)."""
    keys = [
        np.round(graph.node_x * _DEGREE).astype("i8") * (4 * 10**9) + np.round(graph.node_y * _DEGREE).astype("i8")
        for graph in (one, other)
    ]
    _, here, there = np.intersect1d(*keys, return_indices=True)
    return here, there


def joints(one: Graph, other: Graph) -> tuple[Ints, Ints]:
    """Shared nodes with the same number of edges: where a map was cut, both pavements of a street end in one node, and one
    would cross for nothing."""
    here, there = shared_nodes(one, other)
    whole = _degrees(one)[here] == _degrees(other)[there]
    return here[whole], there[whole]


def between(first: Graph, last: Graph, others: Sequence[Graph]) -> list[int] | None:
    """By which of the other maps, in which order, one gets from the first to the last: none, where these two join, else one
    or two of them; None says that these do not suffice."""

    def meet(one: Graph, other: Graph) -> bool:
        return bool(len(joints(one, other)[0]))

    if meet(first, last):
        return []
    near_first = [n for n, one in enumerate(others) if meet(first, one)]
    near_last = [n for n, one in enumerate(others) if meet(one, last)] if near_first else []
    if both := [n for n in near_first if n in near_last]:
        return both[:1]
    return next(([n, m] for n in near_first for m in near_last if meet(others[n], others[m])), None)


def inner_joints(one: Graph, other: Graph) -> tuple[Ints, Ints]:
    """Joints away from where the maps were cut."""
    here, there = joints(one, other)
    inside = _well_inside(one, other, here)
    return here[inside], there[inside]


def _degrees(graph: Graph) -> Ints:
    ends = np.concatenate((graph.edges["start"], graph.edges["end"]))
    return np.bincount(ends, minlength=graph.node_count)


def joints_to_try(one: Graph, other: Graph, start: Point, goal: Point) -> tuple[list[int], list[int]]:
    """The joints that lie best between the two places, and some of all the others, as nodes of both graphs."""
    here, there = inner_joints(one, other)
    x, y = one.node_x[here], one.node_y[here]
    narrow = np.cos(np.radians(start[1]))
    way = sum(np.hypot((x - place[0]) * narrow, y - place[1]) for place in (start, goal))
    order = np.argsort(way)
    rest = order[NEAR_JOINTS:]
    chosen = np.concatenate((order[:NEAR_JOINTS], rest[:: max(1, len(rest) // FAR_JOINTS)]))
    return here[chosen].tolist(), there[chosen].tolist()


def _well_inside(one: Graph, other: Graph, here: Ints) -> Ints:
    """Joints away from where the maps were cut, as streets end there that really go on; all, if there are no others."""
    bounds = np.array([one.bounds, other.bounds])
    low, high = bounds[:, :2].max(axis=0), bounds[:, 2:].min(axis=0)
    place = np.stack((one.node_x[here], one.node_y[here]), axis=1)
    margin = (high - low) * CUT_SHARE
    cut = np.abs(bounds[0] - bounds[1]) > 1e-4  # a side that both have in common is where the country ends, or the map
    inside = ((place >= low + margin * cut[:2]) & (place <= high - margin * cut[2:])).all(axis=1)
    return inside if inside.any() else np.ones(len(here), dtype=bool)
