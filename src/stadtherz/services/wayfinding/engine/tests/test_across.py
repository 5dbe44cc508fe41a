# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Over the border: two towns that share a strip of streets answer like the one town that they were cut from."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from ..across import cross, cross_all, table_across
from ..answering.answers import Town
from ..answering.answers_across import directions
from ..answering.answers_reach import matrix
from ..answering.reach_across import reachable_across
from ..answering.requested import AnswerError
from ..engine import Engine, NoRouteError, PointNotFoundError
from ..importing.assembling import import_map
from ..joining import route_across
from ..joints import between, joints
from ..metric import PLAIN
from ..presets import PRESETS
from ..reach import Question, reachable
from .town import Draft, at, cut_town, draft_town


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory) -> tuple[Town, Town, Town]:
    """West (columns 0 to 400), east (100 to 500), and both in one."""
    folder = tmp_path_factory.mktemp("towns")
    made = []
    for name, draft in (("west", cut_town(0, 400)), ("east", cut_town(100, 500)), ("whole", draft_town())):
        graph, _ = import_map(draft.write(folder / f"{name}.osm.pbf"))
        made.append(Town(Engine(graph)))
    return made[0], made[1], made[2]


def test_joints_are_the_same_place_in_both(towns: tuple[Town, Town, Town]) -> None:
    west, east, _ = (town.engine.graph for town in towns)
    here, there = joints(west, east)
    assert len(here) > 5
    assert np.allclose(west.node_x[here], east.node_x[there], atol=1e-7)
    assert np.allclose(west.node_y[here], east.node_y[there], atol=1e-7)
    assert west.node_x[here].min() >= at(90, 0)[0]


@pytest.mark.parametrize("key", ["foot", "wheelchair-manual", "scooter", "blind"])
def test_the_way_over_the_border_costs_what_it_costs_on_one_map(towns: tuple[Town, Town, Town], key: str) -> None:
    west, east, whole = towns
    pricing = PRESETS[key].profile
    for start, goal in (((10, 5), (490, 395)), ((20, 300), (480, 100)), ((90, 205), (410, 295))):
        metric = whole.engine.metric(pricing)
        try:
            best = whole.engine.legs(metric, [at(*start), at(*goal)])[0]
        except NoRouteError:
            with pytest.raises(NoRouteError):
                cross(west.engine, east.engine, pricing=pricing, options=PLAIN, start=at(*start), goal=at(*goal))
            continue
        parts = cross(west.engine, east.engine, pricing=pricing, options=PLAIN, start=at(*start), goal=at(*goal))
        assert sum(leg.weight for _, leg in parts) == pytest.approx(best.weight, rel=0.01)


def test_both_parts_are_one_line_and_one_sum(towns: tuple[Town, Town, Town]) -> None:
    west, east, _ = towns
    parts = cross(
        west.engine, east.engine, pricing=PRESETS["foot"].profile, options=PLAIN, start=at(10, 5), goal=at(490, 395)
    )
    route = route_across((west.describer, east.describer), parts)
    assert len(route.steps) == 2
    assert route.coordinates[0] == pytest.approx(at(10, 5), abs=2e-4)
    assert route.coordinates[-1] == pytest.approx(at(490, 395), abs=2e-4)
    border = route.leg_points[0]
    assert route.steps[0][-1].last == route.steps[1][0].first == border
    assert route.steps[1][-1].last == len(route.coordinates) - 1
    assert route.totals.metres == pytest.approx(sum(s.metres for steps in route.steps for s in steps))
    jumps = np.abs(np.diff(route.coordinates, axis=0)).max()
    assert jumps < 0.002


def test_who_is_on_neither_side_is_told_which_place_is_not_found(towns: tuple[Town, Town, Town]) -> None:
    west, east, _ = towns
    pricing = PRESETS["foot"].profile
    with pytest.raises(PointNotFoundError) as found:
        cross(west.engine, east.engine, pricing=pricing, options=PLAIN, start=at(10, 5), goal=at(9000, 9000))
    assert found.value.index == 1


@pytest.fixture(scope="module")
def row_of_towns(tmp_path_factory: pytest.TempPathFactory) -> list[Town]:
    """West (columns 0 to 200) and east (300 to 500) have nothing in common; the middle's map takes in both."""
    folder = tmp_path_factory.mktemp("row")
    drafts = {"west": cut_town(0, 200), "middle": draft_town(), "east": cut_town(300, 500)}
    return [Town(Engine(import_map(d.write(folder / f"{name}.osm.pbf"))[0])) for name, d in drafts.items()]


@pytest.mark.parametrize("key", ["foot", "wheelchair-manual"])
def test_the_way_over_two_borders_costs_what_it_costs_on_one_map(
    towns: tuple[Town, Town, Town], row_of_towns: list[Town], key: str
) -> None:  # fmt: skip
    pricing, whole, engines = PRESETS[key].profile, towns[2].engine, [town.engine for town in row_of_towns]
    graphs = [engine.graph for engine in engines]
    assert between(graphs[0], graphs[2], []) is None
    assert between(graphs[0], graphs[2], graphs[1:2]) == [0]
    assert between(graphs[0], graphs[1], []) == []
    for start, goal in ((at(10, 5), at(490, 395)), (at(480, 100), at(20, 300))):
        order = engines if start < goal else engines[::-1]
        best = whole.legs(whole.metric(pricing), [start, goal])[0]
        parts = cross_all(order, pricing=pricing, options=[PLAIN] * 3, start=start, goal=goal)
        # corners near where the maps were cut do not join, so it may lead round one block
        assert best.weight <= sum(leg.weight for _, leg in parts) <= best.weight * 1.04


def ladder(path: Path, low: int, high: int) -> Engine:
    """Two footways side by side with rungs, between two columns (metres east)."""
    draft, columns = Draft(), range(low, high + 1, 100)
    for y in (0, 80):
        draft.way(*((x, y) for x in columns), highway="footway")
    for x in columns:
        draft.way((x, 0), (x, 80), highway="footway", surface="asphalt" if x % 200 else "sand")
    return Engine(import_map(draft.write(path))[0])


def test_a_chain_of_four_towns(tmp_path: Path) -> None:
    """Two towns lie between, and none more is needed."""
    row = [ladder(tmp_path / f"{low}.osm.pbf", low, low + 600) for low in (0, 400, 800, 1200)]
    whole = ladder(tmp_path / "whole.osm.pbf", 0, 1800)
    graphs = [engine.graph for engine in row]
    assert between(graphs[0], graphs[3], [graphs[2], graphs[1]]) == [1, 0]
    assert between(graphs[0], graphs[3], [graphs[2], graphs[1], whole.graph]) == [2]
    assert between(graphs[0], graphs[3], [graphs[2]]) is None
    pricing = PRESETS["wheelchair-manual"].profile
    for start, goal in ((at(10, 0), at(1790, 80)), (at(1790, 0), at(50, 0))):
        order = row if start < goal else row[::-1]
        best = whole.legs(whole.metric(pricing), [start, goal])[0]
        parts = cross_all(order, pricing=pricing, options=[PLAIN] * 4, start=start, goal=goal)
        assert sum(leg.weight for _, leg in parts) == pytest.approx(best.weight, rel=0.001)
        for (_, one), (_, other) in pairwise(parts):
            assert (one.end.x, one.end.y) == pytest.approx((other.start.x, other.start.y), abs=1e-6)


def test_the_interface_leads_through_a_town_between(row_of_towns: list[Town]) -> None:
    west, middle, east = row_of_towns
    body = {"coordinates": [at(10, 5), at(150, 205), at(490, 395)], "language": "en"}
    answer = directions(
        Town(west.engine, (*at(-100, -100), *at(200, 500))), "foot", body, "json", name="West",
        neighbour_at=lambda _point: ("East", east), near=lambda _box: [("Middle", middle)],
    )  # fmt: skip
    first, second = answer["routes"][0]["segments"]
    said = [[t.instruction for t in s["steps"] if "Here begins" in t.instruction] for s in (first, second)]
    assert [len(found) for found in said] == [0, 2]
    assert [text.split(". ")[0] for text in said[1]] == ["Here begins: Middle", "Here begins: East"]
    strict = {"options": {"profile_params": {"profile": {"unknown": dict.fromkeys(("kerb", "width"), "forbid")}}}}
    with pytest.raises(AnswerError) as refused:
        directions(
            west, "foot", body | strict, "json", name="West", neighbour_at=lambda _point: ("East", east),
            near=lambda _box: [("Middle", middle)],
        )  # fmt: skip
    assert refused.value.more["why_not"]["violations"]
    with pytest.raises(AnswerError) as apart:
        directions(west, "foot", body, "json", name="West", neighbour_at=lambda _point: ("East", east))
    assert apart.value.advice == "nowhere"


def test_maps_that_share_nothing_have_no_way_between_them(towns: tuple[Town, Town, Town], tmp_path: Path) -> None:
    far = Draft()
    far.way((5000, 0), (5300, 0), highway="residential", name="Woanders")
    graph, _ = import_map(far.write(tmp_path / "far.osm.pbf"))
    with pytest.raises(NoRouteError):
        cross(towns[0].engine, Engine(graph), pricing=PRESETS["foot"].profile, options=PLAIN, start=at(10, 5),
              goal=at(5100, 5))  # fmt: skip


@pytest.mark.parametrize("key", ["foot", "wheelchair-manual"])
def test_a_table_over_the_border_is_that_of_one_map(towns: tuple[Town, Town, Town], key: str) -> None:
    west, east, whole = towns
    pricing = PRESETS[key].profile
    starts, goals = [at(10, 5), at(20, 300), at(90, 205)], [at(490, 395), at(480, 100), at(410, 295)]
    metrics = west.engine.metric(pricing), east.engine.metric(pricing)
    legs = table_across(
        west.engine, east.engine, metrics, west.engine.snap(metrics[0], starts), east.engine.snap(metrics[1], goals)
    )
    one = whole.engine.metric(pricing)
    for start, row in zip(starts, legs, strict=True):
        for goal, parts in zip(goals, row, strict=True):
            try:
                best = whole.engine.legs(one, [start, goal])[0]
            except NoRouteError:
                assert parts is None
                continue
            assert parts is not None
            assert sum(leg.weight for leg in parts) == pytest.approx(best.weight, rel=0.01)


@pytest.mark.parametrize("towards", [False, True])
@pytest.mark.parametrize("by", ["time", "distance"])
def test_the_reach_over_the_border_is_that_of_one_map(
    towns: tuple[Town, Town, Town], by: str, towards: bool
) -> None:  # fmt: skip
    west, east, whole = towns
    asked, limits, pricing = Question(by, towards), [60, 150, 350], PRESETS["walker"].profile
    reached = reachable_across(
        west, "West", at(150, 205), limits, pricing=pricing, options=lambda _town: PLAIN, near=lambda _box: [("East", east)], asked=asked
    )  # fmt: skip
    alone = reachable(whole.engine, whole.engine.metric(pricing), at(150, 205), limits, by=by, towards=towards)
    for mine, theirs in zip(reached.areas, alone, strict=True):
        assert mine.way_metres == pytest.approx(theirs.way_metres, rel=0.02)
        assert mine.polygon.symmetric_difference(theirs.polygon).area < 0.03 * theirs.polygon.area
    assert [reached.names[town] for town in reached.areas[-1].towns] == ["West", "East"]


def test_where_a_map_is_not_whole_the_neighbour_is_asked(towns: tuple[Town, Town, Town]) -> None:
    """Ways that begin on a map stick out of it: what lies between them is the neighbour's."""
    west, east, _ = towns
    cut = Town(west.engine, (*at(-100, -100), *at(250, 500)))
    body = {"locations": [at(10, 5), at(240, 205), at(390, 205)]}
    answer = matrix(cut, "foot", body, name="West", neighbour_at=lambda _point: ("East", east))
    assert [place.get("stadtherz") for place in answer["sources"]] == [None, None, {"town": "East"}]
    assert all(value is not None for row in answer["durations"] for value in row)
    alone = matrix(cut, "foot", body, neighbour_at=lambda _point: None)
    assert alone["durations"][0] == pytest.approx(answer["durations"][0], rel=0.01)


def test_an_area_says_where_it_ends_because_the_map_does(towns: tuple[Town, Town, Town]) -> None:
    west, east, _ = towns
    metric = west.engine.metric(PRESETS["foot"].profile)
    near, alone = reachable(west.engine, metric, at(200, 205), [20, 175])
    assert near.cut == ()
    assert "east" in alone.cut
    joined = reachable_across(
        west, "West", at(200, 205), [175], pricing=metric.pricing, options=lambda _town: PLAIN, near=lambda _box: [("East", east)],
        asked=Question(),
    )  # fmt: skip
    assert "east" not in joined.areas[0].cut


def slope_between(path: Path, low: int, high: int, steep: set[int]) -> Engine:
    """A street of 50 m pieces, some of them at 7 %, with level streets that leave it and a street beside it."""
    draft = Draft()
    for x in range(low, high, 50):
        draft.way((x, 0), (x + 50, 0), highway="residential", incline="7%" if x in steep else "0", sidewalk="no")
    for x in range(low, high + 1, 50):
        draft.way((x, 0), (x, -30), highway="residential", incline="0", sidewalk="no")
    return Engine(import_map(draft.write(path))[0])


def test_a_climb_goes_on_beyond_the_border(tmp_path: Path) -> None:
    """Each map shows 50 m of a climb of 100 m."""
    steep = {450, 500}
    one, other = (slope_between(tmp_path / f"{low}.pbf", low, low + 500, steep) for low in (0, 500))
    whole = slope_between(tmp_path / "whole.pbf", 0, 1000, steep)
    for most, arrives in ((60, False), (100, True)):
        pricing = PRESETS["foot"].profile.adjusted(steep_permille=60, steep_metres=most)
        for engines, start, goal in (([one, other], at(150, 2), at(850, 2)), ([other, one], at(850, 2), at(150, 2))):
            try:
                best = whole.legs(whole.metric(pricing), [start, goal])[0].weight
            except NoRouteError:
                best = None
            assert (best is not None) == (arrives or start > goal)
            if best is None:
                with pytest.raises(NoRouteError):
                    cross(*engines, pricing=pricing, options=PLAIN, start=start, goal=goal)
            else:
                parts = cross(*engines, pricing=pricing, options=PLAIN, start=start, goal=goal)
                assert sum(leg.weight for _, leg in parts) == pytest.approx(best, abs=2)
