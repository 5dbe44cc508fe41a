# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How far one gets from a place, also over the border: where streets go on on a neighbour's map, the reach goes on there.

One border is crossed, as by a way: what is reached on the neighbour's map does not come back or go on into a third.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .across import inner_joints, shared_nodes
from .answers import Box, Town
from .engine import Options, Point
from .graph import Graph, Ints
from .reach import Area, Question, Spread, areas, spread_from, spread_on

#: names and routers of the other towns whose maps touch a box (west, south, east, north)
Near = Callable[[Box], "Sequence[tuple[str, Town]]"]


@dataclass(frozen=True, slots=True)
class Reached:
    """Areas for increasing limits, and the names of the towns that their `towns` point to."""

    areas: list[Area]
    names: list[str]


def reachable_across(
    town: Town, name: str, point: Point, limits: Sequence[float], *, pricing: Any, options: Options, near: Near,
    asked: Question,
) -> Reached:  # fmt: skip
    """Areas around a place on the map of `town`. Raises PointNotFoundError."""
    most, engine = max(limits), town.engine
    home = spread_from(engine, engine.metric(pricing, options), point, most, asked)
    home.mapped = town.mapped
    spreads, names = [home], [name]
    for other_name, other in near(_box(engine.graph, home.reach)):
        if other is town or _inside(other.bounds, town.bounds):
            continue
        beyond = _beyond(home, other, most, pricing=pricing, options=options, asked=asked)
        if beyond is not None:
            spreads.append(beyond)
            names.append(other_name)
    return Reached(areas(spreads, limits), names)


def _beyond(
    home: Spread, other: Town, most: float, *, pricing: Any, options: Options, asked: Question
) -> Spread | None:  # fmt: skip
    graph = other.engine.graph
    here, there = inner_joints(home.engine.graph, graph)
    reached = home.reach[here] <= most * 10
    if not reached.any():
        return None
    starts = list(zip(there[reached].tolist(), home.reach[here[reached]].astype("i8").tolist(), strict=True))
    spread = spread_on(other.engine, other.engine.metric(pricing, options), starts, most, asked)
    return replace(spread, own=_only_there(home.engine.graph, graph), mapped=other.mapped)


def _only_there(one: Graph, other: Graph) -> Ints:
    """Edges of the other map that this one has not."""
    _, there = shared_nodes(one, other)
    known = np.zeros(other.node_count, dtype=bool)
    known[there] = True
    return ~(known[other.edges["start"]] & known[other.edges["end"]])


def _box(graph: Graph, reach: Ints) -> Box:
    near = np.isfinite(reach)
    x, y = graph.node_x[near], graph.node_y[near]
    return (float(x.min()), float(y.min()), float(x.max()), float(y.max())) if len(x) else graph.bounds


def _inside(inner: Box, outer: Box) -> bool:
    """Whether a map shows nothing that the other does not."""
    return inner[0] >= outer[0] and inner[1] >= outer[1] and inner[2] <= outer[2] and inner[3] <= outer[3]
