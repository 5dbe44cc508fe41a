# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who joins a long climb halfway climbs half of it: ways, areas and reasons against a search of every metre."""

import heapq
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ..answering.answers import Town, explain
from ..engine import Engine, NoRouteError, PointNotFoundError
from ..importing.assembling import import_map
from ..legs import Leg
from ..metric import Metric, Options
from ..obstacles import Obstacle
from ..presets import PRESETS
from ..profiles import Limit
from ..reach import Question, cell, matrix, spread_from
from ..reasons import why_not
from ..routing import DijkstraRouter
from ..telling.describing import Describer
from ..telling.phrases import table
from ..telling.reason_words import in_words
from .hills import climbs, edge_of, longest_climb
from .places import assert_whole, places
from .town import Draft, at

FOOT = PRESETS["foot"].profile
Place = tuple[int, float]


def cheapest(engine: Engine, metric: Metric, start: Place, goals: dict[int, int], most: float) -> int | None:
    """The least weight from the head of an arc, with decimetres climbed, to the tail of a goal: Dijkstra over
    (arc, climbed), without turning round on the spot."""
    arcs: dict[int, list[int]] = {}
    for arc, tail in enumerate(engine.network.tails.tolist()):
        arcs.setdefault(tail, []).append(arc)
    waiting, seen = [(0, start)], set()
    while waiting:
        cost, (last, climbed) = heapq.heappop(waiting)
        if (last, round(climbed, 3)) in seen:
            continue
        seen.add((last, round(climbed, 3)))
        if last in goals:
            return cost
        for arc in arcs.get(int(engine.network.heads[last]), []):
            weight = int(metric.costs.weight[arc])
            bits = int(metric.costs.broken[arc]) & ~Limit.STEEP_LENGTH
            if bits or metric.costs.closed[arc] or arc >> 1 == last >> 1:
                continue
            after = climbed_after(engine, arc, climbed, metric.pricing.hard.steep_permille, most)
            if after is not None:
                heapq.heappush(waiting, (cost + weight, (arc, after)))
    return None


def climbed_after(engine: Engine, arc: int, climbed: float, permille: int, most: float) -> float | None:
    for length, slope in climbs(edge_of(engine, arc), arc & 1):
        climbed = climbed + length if slope > permille else 0.0
        if climbed > most + 1e-6:
            return None
    return climbed


@settings(max_examples=60, deadline=None)
@given(permille=st.integers(20, 120), metres=st.integers(20, 150), seed=st.integers(0, 10_000))
def test_the_best_way_below_the_limit_is_found(hilly: Engine, permille: int, metres: int, seed: int) -> None:
    """From node to node, for both routers."""
    metric = hilly.metric(replace(FOOT, key="tight").adjusted(steep_permille=permille, steep_metres=metres))
    if metric.climb is None:
        return
    first, last = np.random.default_rng(seed).choice(np.flatnonzero(metric.current < 2**31 - 1), 2).tolist()
    if first >> 1 == last >> 1 or metric.costs.broken[[first, last]].any():
        return
    from ..climb_search import ClimbEnd, FromStart, way_below

    begun = climbed_after(hilly, first, 0.0, permille, metres * 10)
    assert begun is not None
    source = ClimbEnd(int(hilly.network.heads[first]), 0, (begun, 0.0), first >> 1)
    run = hilly.model.steepness.part(last, 0.0, 1.0, permille)
    target = ClimbEnd(int(hilly.network.tails[last]), int(metric.costs.weight[last]), (run.first, 0.0), last >> 1)
    expected = cheapest(hilly, metric, (first, begun), {last: 0}, metres * 10)
    for weighting in (metric.weighting, DijkstraRouter(hilly.graph).weighting(metric.current)):
        found = way_below(hilly.network, FromStart(weighting), metric.current, metric.climb, ([source], [target]))
        assert (found.total if found else None) == expected


@settings(max_examples=40, deadline=None)
@given(permille=st.integers(20, 100), metres=st.integers(10, 120), seed=st.integers(0, 10_000), both=st.booleans())
def test_no_way_climbs_too_long_nor_back(hilly: Engine, permille: int, metres: int, seed: int, both: bool) -> None:
    tight = replace(FOOT, key="tight").adjusted(steep_permille=permille, steep_metres=metres)
    metric = hilly.metric(tight, Options(both_ways=both))
    try:
        leg = hilly.legs(metric, places(hilly, 2, seed))[0]
    except (NoRouteError, PointNotFoundError):
        return
    assert_whole(hilly, metric, leg)
    assert longest_climb(hilly, leg, permille) <= metres + 0.01
    if both:
        assert longest_climb(hilly, leg.turned(), permille) <= metres + 0.01


@settings(max_examples=30, deadline=None)
@given(permille=st.integers(40, 100), metres=st.integers(20, 120), seed=st.integers(0, 10_000))
def test_a_refusal_tells_a_climb_that_is_too_long(hilly: Engine, permille: int, metres: int, seed: int) -> None:
    """Each number said is that of a climb on the told way, and with the change that is said to help one arrives."""
    metric = hilly.metric(replace(FOOT, key="tight").adjusted(steep_permille=permille, steep_metres=metres))
    points = places(hilly, 2, seed)
    try:
        hilly.legs(metric, points)
    except (NoRouteError, PointNotFoundError):
        reasons = why_not(hilly, Describer(hilly), metric, points)
        if reasons.leg is None:
            with pytest.raises(NoRouteError):
                hilly.legs(hilly.metric(FOOT), points)
            return
        steep = [one.value or 0 for one in reasons.violations if one.limit is Limit.STEEP_LENGTH]
        assert steep
        longest = longest_climb(hilly, reasons.leg, permille)
        assert max(steep) == pytest.approx(longest, abs=1)
        assert min(steep) > metres
        eased = hilly.metric(metric.pricing.adjusted(steep_metres=max(steep)))
        if reasons.changes:
            assert reasons.changes == {"steep_metres": max(steep)}
            assert hilly.legs(eased, points)
        else:  # (another street is nearest then)
            with pytest.raises(NoRouteError):
                hilly.legs(eased, points)


@settings(max_examples=20, deadline=None)
@given(permille=st.integers(40, 100), metres=st.integers(20, 80), seed=st.integers(0, 10_000))
def test_an_area_is_what_ways_reach(hilly: Engine, permille: int, metres: int, seed: int) -> None:
    metric = hilly.metric(replace(FOOT, key="tight").adjusted(steep_permille=permille, steep_metres=metres))
    rng = np.random.default_rng(seed)
    try:
        spread = spread_from(hilly, metric, places(hilly, 1, seed)[0], 3600, Question("time"))
    except PointNotFoundError:
        return
    assert spread.snap is not None
    for node in rng.integers(0, hilly.graph.node_count, 8).tolist():
        legs = [leg_to(hilly, metric, spread.snap, arc) for arc in np.flatnonzero(hilly.network.heads == node).tolist()]
        assert bool(np.isfinite(spread.reach[node])) == any(leg is not None for leg in legs)


@settings(max_examples=25, deadline=None)
@given(permille=st.integers(40, 100), metres=st.integers(20, 80), seed=st.integers(0, 10_000), both=st.booleans())
def test_a_table_tells_what_single_questions_tell(
    hilly: Engine, permille: int, metres: int, seed: int, both: bool
) -> None:
    """Also where many of its ways are searched with labels, which have in common what the start is like."""
    tight = replace(FOOT, key="tight").adjusted(steep_permille=permille, steep_metres=metres)
    metric = hilly.metric(tight, Options(both_ways=both))
    try:
        snaps = hilly.snap(metric, places(hilly, 6, seed))
    except PointNotFoundError:
        return
    for start, row in zip(snaps[:3], matrix(hilly, metric, snaps[:3], snaps), strict=True):
        for end, told in zip(snaps, row, strict=True):
            try:
                leg = hilly.leg(metric, 0, start, end)
            except NoRouteError:
                assert told is None
            else:
                assert told == cell([(metric, leg)])


def leg_to(engine: Engine, metric: Metric, start: object, arc: int) -> Leg | None:
    from ..leg_finding import find_leg
    from ..snapping import Snap

    assert isinstance(start, Snap)
    piece = int(engine.graph.point_start[arc >> 1])
    end = Snap(arc >> 1, 0.0 if arc & 1 else 1.0, 0.0, 0.0, 0.0, piece)
    return find_leg(engine.network, metric.weighting, metric.current, start=start, end=end, within=metric)


@pytest.fixture(scope="module")
def hill(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """A street of 200 m at 7 % in four parts, with level streets that leave it after 50, 100 and 150 m."""
    town = Draft()
    level = {"highway": "residential", "surface": "asphalt", "incline": "0", "sidewalk": "no"}
    for number in range(4):
        town.way((0, 50 * number), (0, 50 * number + 50), name="Steige", **(level | {"incline": "7%"}))
        town.way((0, 50 * number), (200, 50 * number), name=f"Querweg {number}", **level)
    town.way((0, 200), (200, 200), name="Höhe", **level)
    return Engine(import_map(town.write(tmp_path_factory.mktemp("hill") / "hill.osm.pbf"))[0])


def test_the_number_is_what_this_person_climbs(hill: Engine) -> None:
    """From the second side street to the top there are 100 m of the 200."""
    metric = hill.metric(FOOT.adjusted(steep_permille=60, steep_metres=60))
    reasons = why_not(hill, Describer(hill), metric, [at(150, 101), at(150, 200)])
    assert [(one.value, one.asked) for one in reasons.violations] == [(100, 60)]
    assert reasons.changes == {"steep_metres": 100}
    assert "100 m am Stück über 6 % Steigung in der Steige (deine Grenze: 60 m)" in in_words(reasons, table("de"))
    assert hill.legs(metric, [at(150, 151), at(150, 200)])


def test_who_lives_on_the_climb_sets_off_where_they_live(hill: Engine) -> None:
    """Of 50 m that are too long for somebody, 20 m are not."""
    metric = hill.metric(FOOT.adjusted(steep_permille=60, steep_metres=30))
    for start, end in ((at(1, 180), at(150, 200)), (at(150, 150), at(1, 170)), (at(1, 160), at(1, 185))):
        leg = hill.legs(metric, [start, end])[0]
        assert_whole(hill, metric, leg)
        assert longest_climb(hill, leg, 60) <= 30
    with pytest.raises(NoRouteError):
        hill.legs(metric, [at(1, 155), at(150, 200)])


def test_a_closed_climb_stays_closed_for_who_lives_on_it(hill: Engine) -> None:
    metric = hill.metric(FOOT.adjusted(steep_permille=60, steep_metres=30))
    home, goal = hill.snap(metric, [at(1, 180), at(150, 200)])
    assert hill.leg(metric, 0, home, goal)
    hill.put_obstacle(Obstacle("works", (home.edge,)))
    try:
        with pytest.raises(NoRouteError):
            hill.leg(hill.metric(metric.pricing), 0, home, goal)
    finally:
        hill.remove_obstacle("works")


def test_nobody_is_sent_into_a_side_street_and_back_to_have_rested(hill: Engine) -> None:
    metric = hill.metric(FOOT.adjusted(steep_permille=60, steep_metres=60))
    with pytest.raises(NoRouteError):
        hill.legs(metric, [at(150, 0), at(150, 200)])


def test_why_not_in_the_answer(hill: Engine) -> None:
    body = {"coordinates": [at(150, 0), at(150, 200)], "language": "en"}
    found = explain(Town(hill), "wheelchair-manual", body)
    assert "200 m of slope above 6 % without a break at Steige (your limit: 60 m)" in found["text"]


def test_who_sets_off_downhill_need_not_come_back(tmp_path: Path) -> None:
    """80 m down, and then 50 m up, a rest in a level street, and 50 m up; nobody asked for the way back."""
    town = Draft()
    for *points, name, slope in (
        ((0, 0), (0, 100), "Hang", "7%"), ((0, 100), (0, 150), "Oben", "0"), ((0, 0), (100, 0), "Tal", "0"),
        ((100, 0), (100, 50), "Steige", "7%"), ((100, 50), (100, 100), "Steige", "7%"), ((100, 50), (150, 50), "Rast", "0"),
        ((150, 50), (150, 100), "Gasse", "7%"), ((100, 100), (150, 100), "Quergasse", "0"), ((100, 100), (100, 200), "Höhe", "0"),
    ):  # fmt: skip
        town.way(*points, highway="residential", surface="asphalt", sidewalk="no", name=name, incline=slope)
    engine = Engine(import_map(town.write(tmp_path / "down.osm.pbf"))[0])
    metric = engine.metric(FOOT.adjusted(steep_permille=60, steep_metres=60))
    leg = engine.legs(metric, [at(0, 80), at(100, 180)])[0]
    assert_whole(engine, metric, leg)
    assert longest_climb(engine, leg.turned(), 60) > 60


def test_a_hilltop_stays_usable_when_an_obstacle_comes_and_goes(tmp_path: Path) -> None:
    """Too steep for too long from both sides, so that at most a part of it is walked."""
    town = Draft()
    for name, slope, south, north in (("Aufstieg", "7%", 0, 100), ("Abstieg", "-7%", 100, 200)):
        town.way((0, south), (0, north), highway="residential", name=name, incline=slope, sidewalk="no")
    for y in (0, 200):
        town.way((0, y), (200, y), highway="residential", name=f"Tal {y}", incline="0", sidewalk="no")
    engine = Engine(import_map(town.write(tmp_path / "top.osm.pbf"))[0])
    metric = engine.metric(FOOT.adjusted(steep_permille=60, steep_metres=60), Options(both_ways=True))
    before = metric.usable.copy()
    steep = engine.snap(engine.metric(FOOT), [at(0, 50)])[0].edge
    assert before[steep]
    engine.put_obstacle(Obstacle("works", (steep,)))
    assert not engine.metric(metric.pricing, metric.options).usable[steep]
    engine.remove_obstacle("works")
    assert (engine.metric(metric.pricing, metric.options).usable == before).all()


def test_of_two_climbs_on_one_street_the_longer_is_told(tmp_path: Path) -> None:
    """There 70 m, back 130 m: the middles of both lie on the same piece of the map."""
    town = Draft()
    town.way((0, 0), (70, 0), highway="residential", name="Sattel", incline="7%", sidewalk="no")
    town.way((70, 0), (200, 0), highway="residential", name="Sattel", incline="-7%", sidewalk="no")
    for x in (0, 200):
        town.way((x, 0), (x, 200), highway="residential", name=f"Tal {x}", incline="0", sidewalk="no")
    engine = Engine(import_map(town.write(tmp_path / "saddle.osm.pbf"))[0])
    for most in (60, 69):
        metric = engine.metric(FOOT.adjusted(steep_permille=60, steep_metres=most), Options(both_ways=True))
        reasons = why_not(engine, Describer(engine), metric, [at(1, 150), at(199, 150)])
        assert reasons.changes == {"steep_metres": 130}
        assert reasons.changed_metres is not None
