# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Obstacles change prepared profiles at once, vanish on time, and many of them do no harm."""

import numpy as np
import pytest
import shapely

from ..answering.answers import Town, directions
from ..answering.requested import AnswerError
from ..engine import LEAST_METRICS, Engine, NoRouteError, PointNotFoundError
from ..graph import Graph
from ..metric import Options
from ..obstacles import Effect, Obstacle, Spot, edges_in_area, edges_of
from ..presets import PRESETS
from ..routing import DijkstraRouter
from ..vocabulary import Kind
from .places import edges_near, places
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
    now = 1_700_000_000.0
    engine.clock = lambda: now
    engine.put_obstacle(Obstacle("past", lift, ends=now - 1))
    assert weight(engine, (500, 380), (460, 430))
    engine.put_obstacle(Obstacle("soon", lift, begins=now + 3600, ends=now + 7200))
    assert weight(engine, (500, 380), (460, 430))
    assert engine.obstacles.next_change == now + 3600
    now += 3600
    assert weight(engine, (500, 380), (460, 430)) is None
    now += 3600
    assert weight(engine, (500, 380), (460, 430))
    assert engine.obstacles.known() == []


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
    effects = list(Effect)
    for number in range(12):
        edges = tuple(rng.integers(0, graph.edge_count, 5).tolist())
        engine.put_obstacle(Obstacle(str(number), edges, effect=effects[number % 4]))
        if number % 3 == 2:
            engine.remove_obstacle(str(number - 1))
    fresh = Engine(graph, DijkstraRouter(graph))
    fresh.replace_obstacles(engine.obstacles.known())
    for start, end in zip(found[::2], found[1::2], strict=True):
        assert weight(engine, start, end) == weight(fresh, start, end)


def test_five_thousand_obstacles(heidelberg: Engine) -> None:
    metric = heidelberg.metric(FOOT)
    rng = np.random.default_rng(3)
    edges = rng.integers(0, heidelberg.graph.edge_count, 5000).tolist()
    heidelberg.replace_obstacles([Obstacle(str(number), (edge,)) for number, edge in enumerate(edges)])
    assert heidelberg.metric(FOOT) is metric
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


def test_prepared_profiles_take_no_more_memory_than_allowed(graph: Graph) -> None:
    one = Engine(graph).metric(FOOT).nbytes
    engine, scarce = Engine(graph, room=10 * one), Engine(graph, room=0)
    for number in range(30):
        engine.metric(FOOT.adjusted(kerb_up_mm=number))
        scarce.metric(FOOT.adjusted(kerb_up_mm=number))
    assert len(engine._metrics) == 10
    assert sum(metric.nbytes for metric in engine._metrics.values()) <= 10 * one
    assert len(scarce._metrics) == LEAST_METRICS
    latest = engine.metric(FOOT.adjusted(kerb_up_mm=29))
    assert latest is engine.metric(FOOT.adjusted(kerb_up_mm=29))


@pytest.mark.parametrize("area", [shapely.Polygon(), shapely.box(0, 0, 1, 1)])
def test_areas_without_ways(engine: Engine, area: shapely.Polygon) -> None:
    assert len(edges_in_area(engine.graph, engine.grid, area)) == 0


PARK_WAY = ((250, 290), (250, 210))


def on_the_park_way(engine: Engine) -> tuple[int, ...]:
    [found] = edges_of(engine.graph, engine.grid, [Spot(shapely.Point(*at(250, 250)), 6)])
    assert found
    return found


def test_closed_for_wheels_only(engine: Engine) -> None:
    foot, pram = weight(engine, *PARK_WAY), weight(engine, *PARK_WAY, key="pram")
    engine.put_obstacle(Obstacle("cars", on_the_park_way(engine), effect=Effect.WHEELS))
    assert weight(engine, *PARK_WAY) == foot
    assert pram is not None
    rolled = weight(engine, *PARK_WAY, key="pram")
    assert rolled is None or rolled > pram


def test_hard_to_pass_is_passed_where_the_detour_is_worse(engine: Engine) -> None:
    before = weight(engine, *PARK_WAY)
    engine.put_obstacle(Obstacle("ice", on_the_park_way(engine), effect=Effect.SLOW))
    during = weight(engine, *PARK_WAY)
    assert before is not None
    assert during is not None
    assert before < during
    engine.remove_obstacle("ice")
    assert weight(engine, *PARK_WAY) == before


def test_what_is_not_confirmed_is_named_and_closes_nothing(engine: Engine) -> None:
    before = weight(engine, *PARK_WAY)
    engine.put_obstacle(Obstacle("seen", on_the_park_way(engine), effect=Effect.NOTICE, about={"kind": "other"}))
    assert weight(engine, *PARK_WAY) == before
    legs = engine.legs(engine.metric(FOOT), [at(*point) for point in PARK_WAY])
    assert [obstacle.key for obstacle in engine.obstacles_along(legs[0].arcs)] == ["seen"]
    elsewhere = engine.legs(engine.metric(FOOT), [at(0, 50), at(0, 90)])
    assert engine.obstacles_along(elsewhere[0].arcs) == []


def test_the_everyday_way_knows_no_obstacles(engine: Engine) -> None:
    before = weight(engine, *PARK_WAY)
    engine.put_obstacle(Obstacle("works", on_the_park_way(engine)))
    usual = engine.metric(FOOT, Options(everyday=True))
    assert sum(leg.weight for leg in engine.legs(usual, [at(*point) for point in PARK_WAY])) == before
    assert weight(engine, *PARK_WAY) != before


@pytest.mark.parametrize("everyday_first", [False, True])
def test_with_and_without_obstacles_a_profile_is_priced_once(engine: Engine, everyday_first: bool) -> None:
    """And neither is changed by what is put in the way of the other."""
    options = [Options(), Options(everyday=True)]
    today, usual = (engine.metric(FOOT, one) for one in (reversed(options) if everyday_first else options))
    if everyday_first:
        today, usual = usual, today
    assert today.costs is usual.costs
    assert today.weights is usual.weights
    edges = on_the_park_way(engine)
    engine.put_obstacle(Obstacle("works", edges))
    today = engine.metric(FOOT)
    assert not today.usable[list(edges)].any()
    fresh = Engine(engine.graph).metric(FOOT)
    for name in ("weights", "current", "usable", "allowed"):
        assert (getattr(engine.metric(FOOT, Options(everyday=True)), name) == getattr(fresh, name)).all(), name
    engine.remove_obstacle("works")
    assert (engine.metric(FOOT).current == fresh.current).all()


def names(engine: Engine, edges: tuple[int, ...]) -> set[str]:
    return {engine.graph.names[engine.graph.edges["name"][edge]] for edge in edges}


def test_a_line_closes_what_lies_along_it_and_what_it_crosses(engine: Engine) -> None:
    """Works along the first cross street from Längsweg 1 to Längsweg 2: the streets that meet it stay open."""
    along = Spot(shapely.LineString([at(105, 100), at(195, 100)]), 8)
    across = Spot(shapely.LineString([at(150, 80), at(150, 120)]), 4)
    found = edges_of(engine.graph, engine.grid, [along, across])
    assert names(engine, found[0]) == {"Querstraße 1"}
    assert names(engine, found[1]) == {"Querstraße 1"}


def test_a_point_means_its_way_and_a_lift_means_the_lift(engine: Engine) -> None:
    point = Spot(shapely.Point(*at(152, 102)), 8)
    wide = Spot(shapely.Point(*at(100, 100)), 60)
    lift = Spot(shapely.Point(*at(492, 428)), 25, lift=True)
    sea = Spot(shapely.Point(0, 0), 8, lift=True)
    found = edges_of(engine.graph, engine.grid, [point, wide, lift, sea])
    assert names(engine, found[0]) == {"Querstraße 1"}
    assert names(engine, found[1]) >= {"Querstraße 1", "Längsweg 1"}
    assert {int(engine.graph.edges["kind"][edge]) for edge in found[2]} == {Kind.LIFT}
    assert found[3] == ()


def test_areas_of_any_shape(engine: Engine) -> None:
    bow_tie = shapely.make_valid(shapely.Polygon([at(-50, -50), at(50, 50), at(50, -50), at(-50, 50)]))
    everything = shapely.box(*at(-500, -500), *at(2000, 2000))
    empty = shapely.Polygon()
    nowhere = shapely.Point(float("nan"), 1.0)
    found = edges_of(engine.graph, engine.grid, [Spot(bow_tie), Spot(everything), Spot(empty), Spot(nowhere)])
    assert 0 < len(found[0]) < len(found[1])
    assert len(found[1]) == engine.graph.edge_count
    assert found[2:] == [(), ()]


def test_an_answer_names_what_it_passes_and_avoids(engine: Engine) -> None:
    town = Town(engine)
    body = {"coordinates": [at(*point) for point in PARK_WAY], "language": "en"}
    edges = on_the_park_way(engine)
    said = {"kind": "works", "place": "Parkweg"}
    engine.put_obstacle(Obstacle("seen", edges, effect=Effect.NOTICE, about=said))
    [route] = directions(town, "foot", body)["routes"]
    assert [o["text"] for o in route["stadtherz"]["obstacles"]["passed"]] == [
        "works (Parkweg), reported, not confirmed"
    ]
    engine.put_obstacle(Obstacle("seen", edges, about=said))
    [route] = directions(town, "foot", body)["routes"]
    assert route["stadtherz"]["obstacles"] == {
        "passed": [], "avoided": [{**said, "effect": "closed", "text": "works (Parkweg), closed"}], "moved": [],
    }  # fmt: skip


def test_a_refusal_names_the_obstacle(engine: Engine) -> None:
    town = Town(engine)
    lift = tuple(edges_near(engine.graph, engine.grid, *at(500, 430), kinds=[Kind.LIFT]).tolist())
    engine.put_obstacle(Obstacle("lift", lift, about={"kind": "lift"}))
    with pytest.raises(AnswerError) as refused:
        directions(town, "foot", {"coordinates": [at(500, 380), at(460, 430)]})
    assert [o["text"] for o in refused.value.more["why_not"]["obstacles"]] == ["Aufzug außer Betrieb"]
