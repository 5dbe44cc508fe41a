# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The fast router against SciPy's Dijkstra, and the properties that any way must have, on the invented town and on
real extracts."""

import threading
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from ..costs import FORBIDDEN
from ..engine import Engine, NoRouteError, PointNotFoundError
from ..graph import Graph
from ..importing.assembling import import_map
from ..metric import Options
from ..network import Network
from ..presets import PRESETS
from ..profiles import Limits, Profile
from ..routing import CchRouter, DijkstraRouter, Ends, compute_order, distances, load_order, most_arcs, save_order
from ..telling.describing import Describer
from ..vocabulary import Smoothness, Surface
from .places import assert_whole, places
from .town import Draft, at

FIVE = ("foot", "wheelchair-manual", "scooter", "blind", "pram")
relaxed = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))

limits = st.builds(
    Limits,
    kerb_up_mm=st.none() | st.integers(0, 150), kerb_down_mm=st.none() | st.integers(0, 150),
    incline_up_permille=st.none() | st.integers(0, 200), incline_down_permille=st.none() | st.integers(0, 200),
    width_cm=st.none() | st.integers(0, 200), surface=st.none() | st.sampled_from(Surface),
    smoothness=st.none() | st.sampled_from(Smoothness), steps=st.none() | st.integers(0, 40), wheels=st.booleans(),
)  # fmt: skip


def loosened(hard: Limits, amount: int) -> Limits:
    """Every limit a little wider, or gone."""
    changes = {}
    for item in fields(Limits):
        value = getattr(hard, item.name)
        if isinstance(value, bool) or value is None:
            continue
        if isinstance(value, Surface | Smoothness):
            changes[item.name] = type(value)(min(int(value) + amount // 10, max(type(value))))
        else:
            changes[item.name] = value - amount if item.name == "width_cm" else value + amount
    return replace(hard, **changes, wheels=False)


def compare(graph: Graph, engine: Engine, seed: int, pairs: int) -> int:
    """Mismatches between both routers over pairs and five profiles."""
    other = Engine(graph, DijkstraRouter(graph))
    found = places(engine, pairs * 2, seed)
    mismatches = 0
    for key in FIVE:
        mine, theirs = engine.metric(PRESETS[key].profile), other.metric(PRESETS[key].profile)
        for start, end in zip(found[::2], found[1::2], strict=True):
            try:
                snaps = engine.snap(mine, [start, end])
            except PointNotFoundError:
                continue
            results = []
            for which, metric in ((engine, mine), (other, theirs)):
                try:
                    leg = which.leg(metric, 0, *snaps)
                    assert_whole(which, metric, leg)
                    results.append(leg.weight)
                except NoRouteError:
                    results.append(-1)
            mismatches += results[0] != results[1]
    return mismatches


def test_no_mismatch_with_dijkstra_in_the_invented_town(graph: Graph, engine: Engine) -> None:
    assert compare(graph, engine, seed=1, pairs=60) == 0


@pytest.mark.parametrize("name", ["heidelberg", "oslo", "kaiserslautern"])
def test_no_mismatch_with_dijkstra_on_real_extracts(name: str, request: pytest.FixtureRequest) -> None:
    engine: Engine = request.getfixturevalue(name)
    assert compare(engine.graph, engine, seed=2, pairs=6) == 0


@relaxed
@given(hard=limits, amount=st.integers(1, 60), seed=st.integers(0, 10_000))
def test_limits_hold_and_loosening_never_costs(oslo: Engine, hard: Limits, amount: int, seed: int) -> None:
    tight = Profile(key="tight", hard=hard)
    wide = replace(tight, hard=loosened(hard, amount))
    start, end = places(oslo, 2, seed)
    first, second = oslo.metric(tight), oslo.metric(wide)
    try:
        snaps = oslo.snap(first, [start, end])
        leg = oslo.leg(first, 0, *snaps)
    except (PointNotFoundError, NoRouteError):
        return
    assert_whole(oslo, first, leg)
    assert oslo.leg(second, 0, *snaps).weight <= leg.weight


@relaxed
@given(seed=st.integers(0, 10_000), key=st.sampled_from(FIVE))
def test_the_length_is_the_sum_of_the_steps(oslo: Engine, seed: int, key: str) -> None:
    metric = oslo.metric(PRESETS[key].profile)
    try:
        legs = oslo.legs(metric, places(oslo, 3, seed))
    except (PointNotFoundError, NoRouteError):
        return
    route = Describer(oslo).route(metric, legs)
    assert sum(step.metres for steps in route.steps for step in steps) == pytest.approx(route.totals.metres)
    assert sum(step.seconds for steps in route.steps for step in steps) == pytest.approx(route.totals.seconds)
    for steps, end in zip(route.steps, route.leg_points, strict=True):
        assert steps[-1].last == end
        assert all(one.last == other.first for one, other in pairwise(steps))
    assert route.leg_points[-1] == len(route.coordinates) - 1


@relaxed
@given(seed=st.integers(0, 10_000))
def test_forward_and_backward_agree_when_nothing_is_directed(oslo: Engine, seed: int) -> None:
    flat = Profile(key="flat", pace=replace(PRESETS["foot"].profile.pace, up=0.0, down=0.0))
    metric = oslo.metric(flat)
    start, end = places(oslo, 2, seed)
    try:
        there, back = oslo.legs(metric, [start, end, start])
    except (PointNotFoundError, NoRouteError):
        return
    one_way = oslo.graph.edges["flags"] & 96
    if not one_way[there.arcs >> 1].any() and not one_way[back.arcs >> 1].any():
        assert abs(there.weight - back.weight) <= 2


def test_a_way_that_also_works_back(engine: Engine) -> None:
    profile = Profile(key="kerb", hard=Limits(kerb_up_mm=50, incline_up_permille=60))
    metric = engine.metric(profile, Options(both_ways=True))
    leg = engine.legs(metric, [at(250, 290), at(250, 110)])[0]
    backwards = engine.metric(profile)
    assert (backwards.costs.broken[leg.arcs ^ 1] == 0).all()
    assert (engine.graph.edges["kerb_up"][leg.arcs >> 1] <= 50).all()


def test_start_and_end_on_the_same_edge(engine: Engine, describer: Describer) -> None:
    metric = engine.metric(PRESETS["foot"].profile)
    for a, b in (((20, 425), (60, 430)), ((60, 430), (20, 430)), ((40, 430), (40, 430))):
        leg = engine.legs(metric, [at(*a), at(*b)])[0]
        route = describer.route(metric, [leg])
        assert route.totals.metres == pytest.approx(abs(a[0] - b[0]), abs=1)
        assert len(route.coordinates) == 2


def test_a_place_at_a_junction_whose_edge_may_not_be_walked(tmp_path: Path) -> None:
    """One stands at the end of a hill that one may not climb: nothing of it is walked."""
    town = Draft()
    town.way((0, 0), (100, 0), highway="residential", name="Hinab", incline="-9%", sidewalk="no")
    town.way((0, 0), (0, 100), highway="residential", name="Eben", incline="0", sidewalk="no")
    town.way((0, 100), (100, 100), highway="residential", name="Hinauf", incline="9%", sidewalk="no")
    engine = Engine(import_map(town.write(tmp_path / "hill.osm.pbf"))[0])
    metric = engine.metric(PRESETS["foot"].profile.adjusted(incline_up_permille=60))
    top, foot = engine.snap(metric, [at(2, -1), at(2, 101)], anywhere=True)
    top, foot = structs.replace(top, share=0.0), structs.replace(foot, share=0.0)
    leg = engine.leg(metric, 0, top, foot)
    assert engine.graph.names[engine.graph.edges["name"][leg.arcs[0] >> 1]] == "Eben"
    assert_whole(engine, metric, leg)
    for one in (top, foot):
        for other in (
            one,
            structs.replace(one, edge=engine.snap(metric, [at(0, 50)])[0].edge, share=float(one == foot)),
        ):
            standing = engine.leg(metric, 0, one, other)
            assert_whole(engine, metric, standing)
            assert Describer(engine).route(metric, [standing]).totals.metres == 0


def test_snapping_avoids_what_one_may_not_use_and_cannot_leave(engine: Engine) -> None:
    metric = engine.metric(PRESETS["wheelchair-manual"].profile)
    snap = engine.snap(metric, [at(-45, 100)])[0]  # beside the path behind the stile
    assert engine.graph.names[engine.graph.edges["name"][snap.edge]] != "Mühlenpfad"
    assert snap.metres > 30
    on_foot = engine.snap(engine.metric(PRESETS["foot"].profile), [at(-45, 100)])[0]
    assert on_foot.metres < 1


@pytest.mark.parametrize("point", [(0.0, 0.0), (49.44, 7.77), (7.77, 52.0), (float("nan"), 49.0), (1e308, -1e308)])
def test_places_off_the_map(engine: Engine, point: tuple[float, float]) -> None:
    with pytest.raises(PointNotFoundError) as caught:
        engine.legs(engine.metric(PRESETS["foot"].profile), [at(0, 0), point])
    assert caught.value.index == 1


def test_an_island_has_no_way_to_it(engine: Engine) -> None:
    with pytest.raises(NoRouteError):
        engine.legs(engine.metric(PRESETS["foot"].profile), [at(0, 0), at(925, 900)])


def test_the_order_is_saved_and_belongs_to_its_graph(graph: Graph, tmp_path: Path, oslo: Engine) -> None:
    path = tmp_path / "order"
    order = compute_order(graph)
    save_order(order, graph, path)
    loaded = load_order(graph, path)
    assert loaded is not None
    assert np.array_equal(loaded, order)
    assert load_order(oslo.graph, path) is None
    path.write_bytes(b"short")
    assert load_order(graph, path) is None
    assert sorted(order.tolist()) == list(range(graph.node_count))


def test_a_hierarchy_has_no_more_arcs_than_its_memory_is_counted_for(graph: Graph) -> None:
    """Counted by taking the nodes out one by one, each joining its neighbours (the definition of the hierarchy)."""
    rank = np.argsort(compute_order(graph))
    above: dict[int, set[int]] = defaultdict(set)
    for one, other in zip(rank[graph.edges["start"]].tolist(), rank[graph.edges["end"]].tolist(), strict=True):
        if one != other:
            above[min(one, other)].add(max(one, other))
    arcs = 0
    for node in range(graph.node_count):
        arcs += len(above[node])
        if above[node]:
            nearest = min(above[node])
            above[nearest] |= above[node] - {nearest}
    assert graph.node_count - 1 < arcs <= most_arcs(graph.node_count)


def test_changed_arcs_and_tables_agree_between_both_routers(graph: Graph) -> None:
    weights = np.repeat(graph.edges["length"], 2).astype("u4")
    fast, slow = CchRouter(graph).weighting(weights), DijkstraRouter(graph).weighting(weights)
    rng = np.random.default_rng(5)
    for _ in range(20):
        changes = {int(arc): FORBIDDEN for arc in rng.integers(0, len(weights), 6)}
        changes |= {int(arc): int(rng.integers(1, 5000)) for arc in rng.integers(0, len(weights), 6)}
        for weighting in (fast, slow):
            weighting.update(changes)
        nodes = rng.integers(0, graph.node_count, 6).tolist()
        ends = [[(node, 3)] for node in nodes]
        assert fast.table(ends[:3], ends[3:]) == slow.table(ends[:3], ends[3:])


def test_dijkstra_from_many_places_at_once(graph: Graph) -> None:
    weighting = DijkstraRouter(graph).weighting(np.repeat(graph.edges["length"], 2).astype("u4"))
    starts = [(3, 0), (7, 500), (20, 40), (7, 90)]
    each = np.min([weighting.distances([start]) for start in starts], axis=0)
    assert np.array_equal(weighting.distances(starts), each)
    assert weighting.distances([(3, 0)])[3] == 0
    assert np.isinf(weighting.distances([])).all()
    near = distances(Network(graph).matrix(np.repeat(graph.edges["length"], 2)), starts, limit=600)
    assert np.array_equal(near[each <= 600], each[each <= 600])
    assert np.isinf(near[each > 600]).all()


def test_a_change_counts_where_another_thread_keeps_its_query(graph: Graph) -> None:
    """The other thread keeps its query object, so that the change goes into a new metric, with all changes before it."""
    weights = np.repeat(graph.edges["length"], 2).astype("u4")
    weighting, slow = CchRouter(graph).weighting(weights), DijkstraRouter(graph).weighting(weights)
    ends: tuple[Ends, Ends] = [(0, 0)], [(graph.node_count // 2, 0)]
    with ThreadPoolExecutor(1) as other:
        for number in (1, 2, 3):
            before = weighting.path(*ends)
            assert before is not None
            assert other.submit(weighting.path, *ends).result() == before
            changes = {before.arcs[len(before.arcs) // 2]: 100_000 * number}
            weighting.update(changes)
            slow.update(changes)
            after, oracle = other.submit(weighting.path, *ends).result(), slow.path(*ends)
            assert after == weighting.path(*ends)
            assert after is not None
            assert oracle is not None
            assert before.total < after.total == oracle.total


def test_questions_and_changes_at_the_same_time(graph: Graph) -> None:
    """The library aborts when weights change under a living query; the lock must prevent that."""
    weights = np.repeat(graph.edges["length"], 2).astype("u4")
    weighting = CchRouter(graph).weighting(weights)
    failures: list[BaseException] = []

    def ask(seed: int) -> None:
        rng = np.random.default_rng(seed)
        try:
            for _ in range(300):
                one, other = rng.integers(0, graph.node_count, 2).tolist()
                if seed % 2:
                    weighting.update({int(rng.integers(0, len(weights))): int(rng.integers(1, 900))})
                else:
                    weighting.path([(one, 0)], [(other, 0)])
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=ask, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_each_request_has_its_own_radius(engine: Engine) -> None:
    """A wide radius asked once must not serve the next request, nor a narrow one."""
    far, foot = at(-150, 50), PRESETS["foot"].profile
    wide, narrow = Options(radius=300.0), Options(radius=20.0)
    assert engine.snap(engine.metric(foot, wide), [far])
    with pytest.raises(PointNotFoundError, match=r"20\.0 meters"):
        engine.snap(engine.metric(foot, narrow), [far])
    assert engine.snap(engine.metric(foot, wide), [far])
