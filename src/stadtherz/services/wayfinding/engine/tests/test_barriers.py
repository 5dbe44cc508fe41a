# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The ranking of barriers against counting by hand: the router of the answers there and back, with the barrier mended."""

import random
from copy import copy, deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ..costs import Costs
from ..engine import Engine
from ..graph import Ints
from ..importing.assembling import import_map
from ..leg_finding import find_leg
from ..metric import Options
from ..presets import PRESETS
from ..profiles import Limit, Profile
from ..routing import DijkstraRouter
from ..snapping import Snap
from ..studies.barriers import rank
from ..studies.ground import Ground, Town
from ..studies.trips import Goal, everyday_trips, sampled
from .places import places
from .town import Draft, at

FOOT = PRESETS["foot"].profile
GOALS = [Goal(*at(520, 420), "pharmacy"), Goal(*at(10, 395), "stop"), Goal(*at(390, 10), "townhall")]


def town_of(engine: Engine, *homes: tuple[float, float], goals: list[Goal] | None = None) -> Town:
    return Town(engine, everyday_trips([at(*home) for home in homes], goals or GOALS, seed=1))


class Mended(Engine):
    """A town some of whose edges were mended: they break no limit, and are level."""

    def __init__(self, engine: Engine, edges: Ints) -> None:
        graph = copy(engine.graph)
        graph.edges, graph.slopes = deepcopy(graph.edges), graph.slopes.copy()
        graph.edges["incline"][edges] = 0
        for edge in edges.tolist() if len(graph.slope_start) else ():
            graph.slopes[slice(*graph.slope_start[edge : edge + 2].tolist())] = 0
        self._edges = edges
        super().__init__(graph, DijkstraRouter(graph))

    def price(self, pricing: Any) -> Costs:
        costs = super().price(pricing)
        costs.broken[2 * self._edges] = costs.broken[2 * self._edges + 1] = 0
        return costs


def junction_of(engine: Engine, door: Snap) -> int:
    """The junction at which a door lies; -1: along its edge."""
    ends = {0.0: "start", 1.0: "end"}
    return int(engine.graph.edges[ends[door.share]][door.edge]) if door.share in ends else -1


def joined_by_hand(ground: Ground, mended: list[int]) -> int:
    """Trips with a way there and back, for which the router of the answers is asked one by one."""
    engine = Mended(ground.engine, ground.edges_of(mended) if mended else np.zeros(0, dtype="i8"))
    metric, count = engine.metric(ground.profile, Options(everyday=True)), 0
    for origin, goal in zip(ground.town.origin.tolist(), ground.town.goal.tolist(), strict=True):
        home, place = ground.homes.snap(origin), ground.places.snap(goal)
        # who is there already needs no way, also where both doors open onto a stair
        count += junction_of(engine, home) == junction_of(engine, place) != -1 or all(
            find_leg(engine.network, metric.weighting, metric.weights, start=start, end=end, within=metric)
            for start, end in ((home, place), (place, home))
        )
    return count


def test_the_stile_before_the_mill(engine: Engine) -> None:
    """One home lies behind it, the other does not."""
    town = town_of(engine, (-58, 102), (50, 102), goals=[Goal(*at(390, 10), "townhall")])
    ranking = rank(town, FOOT.adjusted(wheels=True), seed=1)
    assert (ranking.trips, ranking.joined, ranking.severed) == (2, 1, 0)
    [found] = ranking.found
    assert (found.barrier.name, found.trips, found.addresses) == ("Mühlenpfad", 1, 1)
    assert [fact.limit for fact in found.barrier.facts] == [Limit.BARRIER]
    assert found.barrier.only_unknown is False


def test_two_in_a_row_open_only_together(engine: Engine) -> None:
    """Behind the stairs lies a way of 80 cm: who needs 90 cm and no steps is helped by neither alone."""
    town = town_of(engine, (50, 431), (250, 299), goals=[Goal(*at(390, 10), "townhall")])
    ranking = rank(town, FOOT.adjusted(steps=0, width_cm=90, incline_up_permille=20, incline_down_permille=20), seed=1)
    found = {fact.limit: opened for opened in ranking.found for fact in opened.barrier.facts}
    narrow = found[Limit.WIDTH]
    assert narrow.trips == 0
    assert narrow.trips_together == 1
    assert len(narrow.together) == 1
    assert narrow.barrier.metres == pytest.approx(100, abs=1)


def test_two_stairs_to_one_square_open_the_same_trips(tmp_path: Path) -> None:
    """A home on a terrace that two stairs lead up to: a ramp at one of them is enough."""
    draft = Draft()
    draft.way((0, 0), (100, 0), (200, 0), (300, 0), highway="residential", name="Unten")
    draft.way((0, 60), (100, 60), (200, 60), (300, 60), highway="pedestrian", name="Terrasse")
    for east in (100, 200):
        draft.way((east, 0), (east, 20), highway="footway")
        draft.way((east, 20), (east, 40), highway="steps")
        draft.way((east, 40), (east, 60), highway="footway")
    engine = Engine(import_map(draft.write(tmp_path / "terrace.osm.pbf"))[0])
    town = town_of(engine, (150, 61), goals=[Goal(*at(20, 1), "shop"), Goal(*at(280, 1), "stop")])
    ranking = rank(town, FOOT.adjusted(steps=0), seed=1)
    one, other = ranking.found
    assert one.trips == other.trips == 2
    assert [barrier.key for barrier in one.instead] == [other.barrier.key]
    assert [barrier.key for barrier in other.instead] == [one.barrier.key]


def hill(folder: Path) -> Engine:
    """Two streets of 50 m at 7 %, one above the other, with a level street at the foot, between them and on top."""
    draft = Draft()
    level = {"highway": "residential", "surface": "asphalt", "incline": "0", "sidewalk": "no"}
    for number, name in enumerate(("Unten", "Mitte", "Oben")):
        draft.way((0, 50 * number), (200, 50 * number), name=name, **level)
    for number, name in enumerate(("Untere Steige", "Obere Steige")):
        draft.way((0, 50 * number), (0, 50 * number + 50), name=name, **(level | {"incline": "7%"}))
    return Engine(import_map(draft.write(folder / "hill.osm.pbf"))[0])


def test_of_a_climb_over_two_streets_either_may_be_broken(tmp_path: Path) -> None:
    profile = FOOT.adjusted(steep_permille=60, steep_metres=60)
    town = town_of(hill(tmp_path), (150, 101), goals=[Goal(*at(150, 1), "shop")])
    one, other = rank(town, profile, seed=1).found
    assert {one.barrier.name, other.barrier.name} == {"Untere Steige", "Obere Steige"}
    assert one.trips == other.trips == 1
    assert [barrier.key for barrier in one.instead] == [other.barrier.key]


def test_who_climbs_half_of_a_long_climb_is_not_kept_out(tmp_path: Path) -> None:
    profile = FOOT.adjusted(steep_permille=60, steep_metres=60)
    town = town_of(hill(tmp_path), (150, 51), goals=[Goal(*at(150, 101), "shop"), Goal(*at(150, 1), "stop")])
    ranking = rank(town, profile, seed=1)
    assert (ranking.trips, ranking.joined, ranking.found) == (2, 2, [])


def test_stairs_that_cost_a_detour(engine: Engine) -> None:
    town = town_of(engine, (295, 301), goals=[Goal(*at(335, 335), "stop")])
    profile = FOOT.adjusted(steps=0, pace=type(FOOT.pace)(level_kmh=1.5))
    ranking = rank(town, profile, seed=1)
    assert ranking.joined == ranking.trips == 1
    assert [(o.trips, o.shortened, o.barrier.facts[0].value) for o in ranking.found] == [(0, 1, 6)]


def test_without_limits_nothing_stands_in_the_way(engine: Engine) -> None:
    ranking = rank(town_of(engine, (50, 102), (925, 901), (250, 299)), FOOT, seed=1)
    assert ranking.found == []
    # the island is severed, whatever the limits
    assert ranking.severed == ranking.trips - ranking.joined == 3


limits = st.fixed_dictionaries({
    "steps": st.sampled_from([None, 0, 6]), "width_cm": st.sampled_from([None, 70, 90, 160]),
    "incline_up_permille": st.sampled_from([None, 20, 40]), "incline_down_permille": st.sampled_from([None, 40]),
    "kerb_up_mm": st.sampled_from([None, 30]), "kerb_down_mm": st.sampled_from([None, 20]),
    "surface": st.sampled_from([None, 4, 8]), "wheels": st.booleans(),
})  # fmt: skip


def assert_counted_as_answered(town: Town, profile: Profile, seed: int) -> None:
    """Every count is that of the router on a map with the barrier mended; none is ever below nothing."""
    ground = Ground(town, profile)
    before = joined_by_hand(ground, [])
    ranking = rank(town, profile, seed=seed)
    assert ranking.joined == before
    numbers = {ground.barrier(group).key: group for group in range(len(ground.keys))}
    for opened in ranking.found[:5]:
        group = numbers[opened.barrier.key]
        assert opened.trips == joined_by_hand(ground, [group]) - before
        if opened.together:
            all_of_them = [group, *(numbers[other.key] for other in opened.together)]
            assert opened.trips_together == joined_by_hand(ground, all_of_them) - before


@given(limits, st.integers(0, 1000))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_counted_is_what_opens(engine: Engine, values: dict[str, int | None], seed: int) -> None:
    town = Town(engine, everyday_trips(places(engine, 12, seed), GOALS, seed=seed))
    assert_counted_as_answered(town, FOOT.adjusted(**values), seed)


@given(limits, st.integers(20, 120), st.integers(10, 150), st.integers(0, 10_000))
@settings(max_examples=10, deadline=None)
def test_on_hills_too(hilly: Engine, values: dict[str, int | None], permille: int, metres: int, seed: int) -> None:
    profile = FOOT.adjusted(**values | {"steep_permille": permille, "steep_metres": metres})
    goals = [Goal(*place, kind) for kind in ("pharmacy", "stop") for place in places(hilly, 2, seed + len(kind))]
    town = Town(hilly, everyday_trips(places(hilly, 12, seed), goals, seed=seed))
    assert_counted_as_answered(town, profile, seed)


def some_streets(folder: Path, seed: int) -> Engine:
    """Up to 24 streets of 50 m, steep or level, with stairs and dead ends."""
    chance, draft = random.Random(seed), Draft()
    for east in range(4):
        for north in range(4):
            for to_east, to_north in ((1, 0), (0, 1)):
                ends = (50 * east, 50 * north), (50 * (east + to_east), 50 * (north + to_north))
                slope, ground = (
                    chance.choice(["0", "7%", "-7%", "9%", "-7%", "7%"]),
                    chance.choice(["asphalt"] * 5 + ["sett"]),
                )
                stairs, there = chance.random() < 0.06, chance.random() < 0.72
                tags = {"highway": "residential", "sidewalk": "no", "surface": ground, "incline": slope}
                if there and max(east + to_east, north + to_north) < 4:
                    draft.way(*ends, **({"highway": "steps"} if stairs else tags))
    return Engine(import_map(draft.write(folder / f"{seed}.osm.pbf"))[0])


@given(st.integers(0, 100_000), st.sampled_from([30, 60, 90, 110]), st.sampled_from([None, 80]))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_on_some_streets(tmp_path: Path, seed: int, metres: int, incline: int | None) -> None:
    engine = some_streets(tmp_path, seed)
    goals = [Goal(*place, kind) for kind in ("shop", "stop") for place in places(engine, 2, seed + len(kind))]
    town = Town(engine, everyday_trips(places(engine, 8, seed), goals, seed=seed))
    profile = FOOT.adjusted(steep_permille=60, steep_metres=metres, steps=0, surface=4, incline_up_permille=incline)
    assert_counted_as_answered(town, profile, seed)


def test_the_same_question_has_the_same_answer(engine: Engine) -> None:
    homes, profile = places(engine, 60, 5), PRESETS["wheelchair-manual"].profile
    mixed = homes[:]
    random.Random(3).shuffle(mixed)
    one, other = (
        rank(Town(engine, everyday_trips(some, GOALS, seed=9, at_most=40)), profile, seed=2) for some in (homes, mixed)
    )
    assert one == other
    assert one.addresses == 60


def test_a_sample_stands_for_all(engine: Engine) -> None:
    trips = everyday_trips(places(engine, 60, 5), GOALS, seed=9, at_most=30)
    assert (len(trips.origins), trips.addresses, trips.share) == (30, 60, 0.5)
    assert Town(engine, trips).scaled(7) == 14
    assert sampled(5, 9, 1).tolist() == [0, 1, 2, 3, 4]
    assert len(set(sampled(1000, 10, 1).tolist())) == 10


def test_a_town_without_addresses_or_places_has_no_trips(engine: Engine) -> None:
    for homes, goals in (([], GOALS), ([at(0, 0)], [])):
        ranking = rank(Town(engine, everyday_trips(homes, goals, seed=1)), PRESETS["walker"].profile, seed=1)
        assert (ranking.trips, ranking.joined, ranking.found) == (0, 0, [])


def test_on_a_real_town(heidelberg: Engine) -> None:
    """What is found is a barrier for this profile, and mending it never takes a way away."""
    profile = PRESETS["wheelchair-manual"].profile
    homes = places(heidelberg, 300, 3)
    goals = [Goal(x, y, kind) for kind in ("stop", "school") for x, y in places(heidelberg, 40, len(kind))]
    town = Town(heidelberg, everyday_trips(homes, goals, seed=1))
    ranking = rank(town, profile, seed=1)
    assert ranking.found
    assert ranking.joined + ranking.severed <= ranking.trips
    broken = heidelberg.metric(profile).costs.broken.reshape(-1, 2).any(axis=1)
    for opened in ranking.found:
        assert broken[list(opened.barrier.edges)].all()
        assert max(opened.trips, opened.shortened, opened.trips_together) > 0
        assert opened.trips <= ranking.trips - ranking.joined - ranking.severed
