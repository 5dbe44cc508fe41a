# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Seeded random places on ways, and the sums that any answer must satisfy."""

import numpy as np

from ..costs import FORBIDDEN
from ..engine import Engine, Metric, Point
from ..legs import Leg


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
    assert (metric.weights[leg.arcs] < FORBIDDEN).all()
    assert (metric.costs.broken[leg.arcs] == 0).all()
    assert leg.sets_off >= 0
    assert leg.goes_to <= 1
    assert (leg.shares >= 0).all()
    assert (engine.heads[leg.arcs[:-1]] == engine.tails[leg.arcs[1:]]).all()
    assert (leg.shares[1:-1] == 1).all()
    weight = float((metric.weights[leg.arcs] * leg.shares).sum())
    assert abs(weight - leg.weight) <= 2
