# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Obstacles change prepared profiles at once, vanish on time, and many of them do no harm."""

import time

import numpy as np
import pytest
import shapely

from ..engine import METRICS, Engine, NoRouteError, PointNotFoundError
from ..graph import Graph
from ..obstacles import Obstacle, edges_in_area, edges_near
from ..presets import PRESETS
from ..routing import DijkstraRouter
from ..vocabulary import Kind
from .places import places
from .town import at

FOOT = PRESETS["foot"].profile


def weight(engine: Engine, *points: tuple[float, float], key: str = "foot") -> int | None:
    metric = engine.metric(PRESETS[key].profile)
    try:
        return sum(leg.weight for leg in engine.legs(metric, [at(*point) for point in points]))
    except (NoRouteError, PointNotFoundError):
        return None


def test_a_closed_edge_is_avoided_at_once_and_used_again_afterwards(engine: Engine) -> None:
    before = weight(engine, (250, 290), (250, 110))
    crossing = edges_in_area(engine.graph, engine.grid, shapely.box(*at(249, 195), *at(251, 199)))
    engine.put_obstacle(Obstacle("works", tuple(crossing.tolist())))
    during = weight(engine, (250, 290), (250, 110))
    assert before is not None
    assert during is not None
    assert during > before
    engine.remove_obstacle("works")
    assert weight(engine, (250, 290), (250, 110)) == before


def test_a_broken_lift(engine: Engine) -> None:
    assert weight(engine, (500, 380), (460, 430))
    lift = edges_near(engine.graph, engine.grid, *at(500, 430), kinds=[Kind.LIFT])
    assert len(lift) == 1
    engine.put_obstacle(Obstacle("lift", tuple(lift.tolist())))
    assert weight(engine, (500, 380), (460, 430)) is None


def test_obstacles_begin_and_end_on_time(engine: Engine) -> None:
    lift = tuple(edges_near(engine.graph, engine.grid, *at(500, 430), kinds=[Kind.LIFT]).tolist())
    now = time.time()
    engine.put_obstacle(Obstacle("past", lift, ends=now - 1))
    assert weight(engine, (500, 380), (460, 430))
    engine.put_obstacle(Obstacle("soon", lift, begins=now + 3600, ends=now + 7200))
    assert weight(engine, (500, 380), (460, 430))
    assert engine.obstacles.next_change == now + 3600
    assert engine.obstacles.closed(now + 3601) == set(lift)
    assert engine.obstacles.closed(now + 7201) == set()


def test_two_obstacles_on_one_edge(engine: Engine) -> None:
    lift = tuple(edges_near(engine.graph, engine.grid, *at(500, 430), kinds=[Kind.LIFT]).tolist())
    engine.put_obstacle(Obstacle("one", lift))
    engine.put_obstacle(Obstacle("two", lift))
    engine.remove_obstacle("one")
    assert weight(engine, (500, 380), (460, 430)) is None
    engine.replace_obstacles([])
    assert weight(engine, (500, 380), (460, 430))


def test_changed_in_place_equals_prepared_anew(graph: Graph, engine: Engine) -> None:
    """Random obstacles come and go; the changed profile answers like a fresh engine with SciPy's Dijkstra."""
    rng = np.random.default_rng(7)
    engine.metric(FOOT)
    found = [(float(x), float(y)) for x, y in rng.uniform((0, 0), (500, 400), (12, 2))]
    for number in range(12):
        edges = tuple(rng.integers(0, graph.edge_count, 5).tolist())
        engine.put_obstacle(Obstacle(str(number), edges))
        if number % 3 == 2:
            engine.remove_obstacle(str(number - 1))
    fresh = Engine(graph, DijkstraRouter(graph))
    fresh.replace_obstacles(list(engine.obstacles._known.values()))
    for start, end in zip(found[::2], found[1::2], strict=True):
        assert weight(engine, start, end) == weight(fresh, start, end)


def test_five_thousand_obstacles(heidelberg: Engine) -> None:
    metric = heidelberg.metric(FOOT)
    rng = np.random.default_rng(3)
    edges = rng.integers(0, heidelberg.graph.edge_count, 5000).tolist()
    heidelberg.replace_obstacles([Obstacle(str(number), (edge,)) for number, edge in enumerate(edges)])
    closed = set(edges)
    used = 0
    found = places(heidelberg, 40, 9)
    for start, end in zip(found[::2], found[1::2], strict=True):
        try:
            legs = heidelberg.legs(metric, [start, end])
        except (NoRouteError, PointNotFoundError):
            continue
        used += 1
        assert not closed & set((legs[0].arcs >> 1).tolist())
    heidelberg.replace_obstacles([])
    assert used > 3


def test_the_cache_of_prepared_profiles_is_bounded(engine: Engine) -> None:
    for number in range(METRICS + 20):
        engine.metric(FOOT.adjusted(kerb_up_mm=number))
    assert len(engine._metrics) == METRICS


@pytest.mark.parametrize("area", [shapely.Polygon(), shapely.box(0, 0, 1, 1)])
def test_areas_without_ways(engine: Engine, area: shapely.Polygon) -> None:
    assert len(edges_in_area(engine.graph, engine.grid, area)) == 0
