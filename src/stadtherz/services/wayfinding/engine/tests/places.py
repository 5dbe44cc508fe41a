# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Seeded random places on ways, the edges at a place, and the sums that any answer must satisfy."""

from collections.abc import Sequence

import numpy as np

from ..costs import FORBIDDEN
from ..engine import Engine, Point
from ..graph import Graph, Ints
from ..legs import Leg
from ..metric import Metric
from ..profiles import Limit
from ..snapping import Grid
from ..vocabulary import Kind


def places(engine: Engine, count: int, seed: int) -> list[Point]:
    """Places near random nodes, up to 20 m away from them."""
    rng = np.random.default_rng(seed)
    graph = engine.graph
    nodes = rng.integers(0, graph.node_count, count)
    shift = rng.uniform(-2e-4, 2e-4, (count, 2))
    return [
        (float(graph.node_x[n] + dx), float(graph.node_y[n] + dy)) for n, (dx, dy) in zip(nodes, shift, strict=True)
    ]


def assert_whole(engine: Engine, metric: Metric, leg: Leg) -> None:
    """The arcs join, no arc breaks a limit, and the weight is the sum of its parts."""
    weights = metric.weights[leg.arcs].astype("i8")
    for end in (0, -1):  # of an arc that climbs too long one may walk a part
        weights[end] = metric.weight_of_climb(leg.arcs.item(end)) or weights[end]
    assert (weights < FORBIDDEN).all()
    assert (metric.costs.broken[leg.arcs] & ~np.uint32(Limit.STEEP_LENGTH) == 0).all()
    assert metric.climb is None or metric.climb.fits(leg)
    assert leg.sets_off >= 0
    assert leg.goes_to <= 1
    assert (leg.shares >= 0).all()
    assert (engine.network.heads[leg.arcs[:-1]] == engine.network.tails[leg.arcs[1:]]).all()
    assert (leg.shares[1:-1] == 1).all()
    weight = float((weights * leg.shares).sum())
    assert abs(weight - leg.weight) <= 2


def edges_near(graph: Graph, grid: Grid, x: float, y: float, *, kinds: Sequence[Kind] = ()) -> Ints:
    """The edge at a reported place (within 25 m), with its other side where the place is a lift."""
    usable = np.isin(graph.edges["kind"], kinds) if kinds else None
    found = grid.nearest(x, y, 25.0, usable)
    if found is None:
        return np.zeros(0, dtype="i4")
    if graph.edges["kind"][found.edge] == Kind.LIFT:
        return np.flatnonzero(graph.edges["way"] == graph.edges["way"][found.edge])
    return np.array([found.edge])
