# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How far one gets from a place, also over the border: where streets go on on a neighbour's map, the reach goes on there.

One border is crossed, as by a way: what is reached on the neighbour's map does not come back or go on into a third.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..climb_search import ClimbEnd
from ..engine import Point
from ..graph import Graph, Ints
from ..joints import inner_joints
from ..metric import Options
from ..reach import Area, Question, Spread, areas, spread_from, spread_on
from .answers import Box, Town

#: names and routers of the other towns whose maps touch a box (west, south, east, north)
Near = Callable[[Box], "Sequence[tuple[str, Town]]"]


@dataclass(frozen=True, slots=True)
class Reached:
    """Areas for increasing limits, and the names of the towns that their `towns` point to."""

    areas: list[Area]
    names: list[str]


def reachable_across(
    town: Town, name: str, point: Point, limits: Sequence[float], *, pricing: Any, options: Callable[[Town], Options],
    near: Near, asked: Question,
) -> Reached:  # fmt: skip
    """Areas around a place on the map of `town`; `options`: what is asked beyond the profile, on the map of each town. Raises
    PointNotFoundError."""
    most, engine = max(limits), town.engine
    home = spread_from(engine, engine.metric(pricing, options(town)), point, most, asked)
    home.mapped = town.mapped
    spreads, names = [home], [name]
    for other_name, other in near(_box(engine.graph, home.reach)):
        if other is town or _inside(other.bounds, town.bounds):
            continue
        beyond = _beyond(home, other, most, pricing=pricing, options=options(other), asked=asked)
        if beyond is not None:
            spreads.append(beyond)
            names.append(other_name)
    if len(spreads) > 1:  # ways that stick out of this map are whole on the other
        elsewhere = np.any([_shown(engine.graph, spread.box) for spread in spreads[1:]], axis=0)
        home.own = _shown(engine.graph, home.box) | ~elsewhere
    return Reached(areas(spreads, limits), names)


def _beyond(
    home: Spread, other: Town, most: float, *, pricing: Any, options: Options, asked: Question
) -> Spread | None:  # fmt: skip
    graph = other.engine.graph
    here, there = inner_joints(home.engine.graph, graph)
    reached = home.reach[here] <= most * 10
    if not reached.any():
        return None
    nodes = here[reached]
    climbed = np.zeros((len(nodes), 2)) if home.climbed is None else home.climbed[nodes]
    starts = [
        ClimbEnd(node, spent, (uphill, back), -1) for node, spent, (uphill, back) in zip(
            there[reached].tolist(), home.reach[nodes].astype("i8").tolist(), climbed.tolist(), strict=True
        )
    ]  # fmt: skip
    spread = spread_on(other.engine, other.engine.metric(pricing, options), starts, most, asked)
    return replace(spread, own=~_shown(graph, home.box), mapped=other.mapped)


def _shown(graph: Graph, box: Box) -> Ints:
    """Edges that lie on what a map shows."""
    start, end = graph.edges["start"], graph.edges["end"]
    x, y = (graph.node_x[start] + graph.node_x[end]) / 2, (graph.node_y[start] + graph.node_y[end]) / 2
    shown: Ints = (x >= box[0]) & (x <= box[2]) & (y >= box[1]) & (y <= box[3])
    return shown


def _box(graph: Graph, reach: Ints) -> Box:
    near = np.isfinite(reach)
    x, y = graph.node_x[near], graph.node_y[near]
    return (float(x.min()), float(y.min()), float(x.max()), float(y.max())) if len(x) else graph.bounds


def _inside(inner: Box, outer: Box) -> bool:
    """Whether a map shows nothing that the other does not."""
    return inner[0] >= outer[0] and inner[1] >= outer[1] and inner[2] <= outer[2] and inner[3] <= outer[3]
