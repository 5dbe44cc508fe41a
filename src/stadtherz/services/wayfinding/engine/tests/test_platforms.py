# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Platforms: long and narrow, with stairs and lifts into what lies below them."""

from pathlib import Path

import osmium
import pytest

from ..engine import Engine
from ..importing.assembling import import_map
from ..presets import PRESETS
from ..telling.describing import Describer
from ..telling.route import Route
from ..vocabulary import Kind
from .small_towns import ON_FOOT, who_gets_there
from .town import Draft, at

PLATFORM = {"railway": "platform", "area": "yes", "name": "Bahnsteig 2 & 3"}
Place = tuple[float, float]


def station(*, lift: bool) -> Draft:
    """A platform of 300 m by 8 m; stairs lead from its middle down into an underpass that crosses below it, perhaps a lift too."""
    town = Draft()
    town.way((0, 0), (300, 0), (300, 8), (0, 8), (0, 0), **PLATFORM)
    town.way((140, -60), (140, 4), (140, 60), highway="footway", tunnel="yes", layer="-1")
    # drawn without a layer, as many are
    town.way((140, 4), (160, 4), highway="steps", step_count="24")
    if lift:
        town.node(146, 8, highway="elevator")
        town.way((146, 8), (146, 12), (140, 60), highway="footway", tunnel="yes", layer="-1")
        town.ways[0][0].insert(3, town.node(146, 8))
    return town


def way(town: Draft, folder: Path, start: Place, goal: Place, profile: str) -> Route:
    engine = Engine(import_map(town.write(folder / "station.osm.pbf"))[0])
    metric = engine.metric(PRESETS[profile].profile)
    return Describer(engine).route(metric, engine.legs(metric, [at(*start), at(*goal)]))


def kinds(route: Route) -> set[Kind]:
    return {step.look.kind for step in route.steps[0]}


def test_nobody_drops_from_a_platform_into_the_underpass_below(tmp_path: Path) -> None:
    """Where stairs end below, only stairs lead there, though that is a point within the platform's outline."""
    below, on_top = (140, 60), (100, 1)
    assert Kind.STEPS in kinds(way(station(lift=False), tmp_path, on_top, below, "foot"))
    # of the two parts of the map that are left for wheels one way uses one only
    assert not {Kind.PLATFORM, Kind.FOOTWAY} <= kinds(
        way(station(lift=False), tmp_path, on_top, below, "wheelchair-manual")
    )
    rolled = kinds(way(station(lift=True), tmp_path, on_top, below, "wheelchair-manual"))
    assert Kind.LIFT in rolled
    assert Kind.STEPS not in rolled


def test_the_far_edge_of_a_platform_is_not_reached_round_its_end_only(tmp_path: Path) -> None:
    """The stairs come up near the one edge; from the other one goes there straight."""
    town = Draft()
    town.way((0, 0), (300, 0), (300, 8), (150, 8), (0, 8), (0, 0), **PLATFORM)
    town.way((150, 8), (150, 40), highway="footway", name="Bahnsteigweg")
    for start in ((150, -1), (40, -1), (250, -1)):
        route = way(town, tmp_path, start, (150, 35), "wheelchair-manual")
        straight = abs(start[0] - 150) + 8 + 27
        assert route.totals.metres < straight + 30


@pytest.mark.parametrize(
    ("hall", "platform", "apart"),
    [
        ("0", "-1", True),
        ("1", "2", True),
        ("0", "0", False),
        ("0", "", False),
        ("0", "0;-1", False),
        ("0", "nan", False),
    ],
)
def test_nobody_falls_from_a_hall_onto_the_platform_below(
    tmp_path: Path, hall: str, platform: str, *, apart: bool
) -> None:
    """Their outlines share two nodes; a lift joins them elsewhere."""
    town = Draft()
    town.way((0, 0), (60, 0), (60, 30), (0, 30), (0, 0), highway="pedestrian", area="yes", indoor="yes", level=hall)
    tags = {key: value for key, value in (PLATFORM | {"level": platform}).items() if value}
    town.way((60, 0), (60, 30), (200, 30), (200, 0), (60, 0), **tags)
    town.way((0, 0), (0, -90), (120, -90), (120, -40), highway="footway", level=hall)
    town.node(120, -40, highway="elevator")
    town.way((120, -40), (120, -20), (130, 0), highway="footway", level=platform or "-1")
    town.ways[1][0].insert(-1, town.node(130, 0))
    route = way(town, tmp_path, (5, 15), (190, 15), "wheelchair-manual")
    assert (Kind.LIFT in kinds(route)) is apart
    assert (route.totals.metres > 300) is apart


def test_parted_storeys_have_the_same_numbers_on_each_import(tmp_path: Path) -> None:
    town = Draft()
    town.way((0, 0), (60, 0), (60, 30), (0, 30), (0, 0), highway="pedestrian", area="yes", level="0")
    town.way((60, 0), (60, 30), (200, 30), (200, 0), (60, 0), **PLATFORM, level="-1")
    found = [import_map(town.write(tmp_path / "twice.osm.pbf")) for _ in range(2)]
    one, other = (sorted(graph.node_id.tolist()) for graph, _ in found)
    assert one == other
    assert found[0][1].dropped["places where ways of different storeys touch on the map"] == 2


def test_stairs_and_lifts_in_a_shared_outline_still_join_its_storeys(tmp_path: Path) -> None:
    town = Draft()
    town.way((0, 0), (60, 0), (60, 30), (0, 30), (0, 0), highway="pedestrian", area="yes", level="0")
    town.way((60, 0), (60, 30), (200, 30), (200, 0), (60, 0), **PLATFORM, level="-1")
    town.node(60, 0, highway="elevator")
    assert Kind.LIFT in kinds(way(town, tmp_path, (5, 15), (190, 15), "wheelchair-manual"))


@pytest.mark.parametrize(
    ("tags", "apart"),
    [({}, True), ({"incline": "0%"}, True), ({"incline": "2%"}, False), ({"incline": "-2%"}, False), ({"conveying": "yes"}, False)],
)  # fmt: skip
def test_a_corridor_ends_above_the_way_of_the_storey_below(
    tmp_path: Path, tags: dict[str, str], *, apart: bool
) -> None:
    """As at platform D of Heidelberg's main station: the lines share a node beside the lift that joins their storeys."""
    town = Draft()
    town.way((0, 0), (50, 0), highway="footway", indoor="yes", level="0", **tags)
    town.way((0, 0), (0, -60), (60, -60), (60, -10), highway="footway", level="0")
    town.node(60, -10, highway="elevator")
    town.way((50, 0), (60, -10), (80, 0), (200, 0), highway="footway", level="-1")
    assert (Kind.LIFT in kinds(way(town, tmp_path, (5, 0), (190, 0), "wheelchair-manual"))) is apart


def halves(one: dict[str, str], other: dict[str, str]) -> Draft:
    """Two platforms that have a side in common on the map; a lift at the far end of both joins them."""
    town = Draft()
    town.way((0, 0), (60, 0), (60, 30), (0, 30), (0, 0), railway="platform", **one)
    town.way((60, 0), (60, 30), (200, 30), (200, 0), (60, 0), railway="platform", **other)
    return town


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ({"layer": "-1"}, {"layer": "0"}, True), ({"layer": "-1"}, {}, True), ({"layer": "1"}, {"layer": "1"}, False),
        ({"layer": "1", "bridge": "yes"}, {"layer": "-1"}, True), ({}, {}, False), ({"layer": "up"}, {}, False),
        ({"level": "B1"}, {"level": "0"}, True), ({"level": "b2"}, {"level": "-2"}, False), ({"level": "1;2"}, {"level": "0"}, True),
        ({"level": "0-2"}, {"level": "1"}, False), ({"level": "-1;0"}, {"level": "0"}, False), ({"level": "-3--1"}, {"level": "0"}, True),
        ({"level": "0.5"}, {"level": "0"}, True), ({"level": "EG"}, {"level": "0"}, False), ({"level": "mezzanine"}, {"level": "0"}, False),
    ],
)  # fmt: skip
def test_storeys_as_maps_write_them(tmp_path: Path, one: dict[str, str], other: dict[str, str], *, apart: bool) -> None:
    graph = import_map(halves(one, other).write(tmp_path / "halves.osm.pbf"))[0]
    assert (not who_gets_there(graph, (5, 15), (195, 15))) is apart


def test_three_storeys_meet_in_a_node_of_the_map(tmp_path: Path) -> None:
    """Ways that share a storey stay together, and nobody gets from there to the third."""
    town = Draft()
    for level, east in (("0", -100), ("0;1", 100)):
        town.way((0, 0), (east, 0), highway="footway", level=level)
    town.way((0, 0), (0, 100), highway="footway", level="1")
    town.way((0, 0), (0, -100), highway="footway", level="-1")
    graph = import_map(town.write(tmp_path / "three.osm.pbf"))[0]
    assert who_gets_there(graph, (-95, 0), (95, 0)) == who_gets_there(graph, (-95, 0), (0, 95)) == set(PRESETS)
    assert not who_gets_there(graph, (-95, 0), (0, -95))


@pytest.mark.parametrize(
    ("across", "below", "apart"),
    [
        ({"bridge": "yes", "layer": "1"}, {}, True), ({"tunnel": "yes", "layer": "-1"}, {}, True), ({"bridge": "yes"}, {}, True),
        ({"bridge": "yes", "layer": "1"}, {"bridge": "yes", "layer": "1"}, False), ({"tunnel": "building_passage"}, {}, False),
        # a layer alone orders what is drawn, and nobody knows which of both is wrong
        ({"layer": "1"}, {}, False), ({"bridge": "yes", "layer": "2"}, {"bridge": "yes", "layer": "1"}, True),
    ],
)  # fmt: skip
def test_nobody_leaves_a_bridge_in_its_middle(
    tmp_path: Path, across: dict[str, str], below: dict[str, str], *, apart: bool
) -> None:
    town = Draft()
    town.way((0, -60), (0, 0), (0, 60), highway="footway", **across)
    town.way((-60, 0), (0, 0), (60, 0), highway="footway", **below)
    graph = import_map(town.write(tmp_path / "bridge.osm.pbf"))[0]
    assert (not who_gets_there(graph, (0, -55), (55, 0))) is apart


def test_people_cross_a_street_in_a_tunnel_where_the_map_says_so(tmp_path: Path) -> None:
    town = Draft()
    town.way((0, -60), (0, 0), (0, 60), highway="residential", tunnel="yes", layer="-1")
    town.way((-60, 0), (0, 0), (60, 0), highway="footway")
    town.node(0, 0, highway="crossing")
    graph = import_map(town.write(tmp_path / "tunnel.osm.pbf"))[0]
    assert who_gets_there(graph, (0, -55), (55, 0)) == set(PRESETS)


def test_bridges_end_on_the_ground_and_stairs_leave_them_in_between(tmp_path: Path) -> None:
    town = Draft()
    town.way((0, -60), (0, 0), (0, 60), highway="footway", bridge="yes", layer="1")
    town.way((-60, 60), (0, 60), (60, 60), highway="footway")
    town.way((-60, 0), (0, 0), (60, 0), highway="steps", step_count="12")
    graph = import_map(town.write(tmp_path / "bridge.osm.pbf"))[0]
    assert who_gets_there(graph, (0, -55), (55, 60)) == set(PRESETS)
    assert who_gets_there(graph, (0, -55), (55, 0)) == ON_FOOT


def test_a_platform_on_a_bridge_that_names_no_layer_is_reached_from_the_bridge(tmp_path: Path) -> None:
    """As in Oslo: the pavement runs along it. What leads over it has one node in common with each side."""
    town = Draft()
    town.way((-60, 0), (0, 0), (60, 0), (120, 0), highway="footway", bridge="yes", layer="1")
    town.way((0, 0), (60, 0), (60, -4), (0, -4), (0, 0), highway="platform")
    graph = import_map(town.write(tmp_path / "stop.osm.pbf"))[0]
    assert who_gets_there(graph, (-55, 0), (30, -4)) == set(PRESETS)
    town.way((30, -60), (30, -4), (30, 60), highway="footway", bridge="yes", layer="2")
    town.ways[1][0].insert(3, town.node(30, -4))
    graph = import_map(town.write(tmp_path / "stop.osm.pbf"))[0]
    assert not who_gets_there(graph, (30, -55), (-55, 0))


@pytest.mark.parametrize(
    ("lift", "stops"),
    [
        ({"level": "0;2"}, {"2"}), ({"level": "-1-2"}, {"-1", "1", "2"}), ({}, {"-1", "1", "2"}), ({"level": "?"}, {"-1", "1", "2"}),
        ({"level": "0;2", "access": "private"}, set()), ({"operational_status": "broken"}, set()),
    ],
)  # fmt: skip
def test_a_lift_stops_where_it_says(tmp_path: Path, lift: dict[str, str], stops: set[str]) -> None:
    town = Draft()
    town.node(0, 0, highway="elevator", **lift)
    ends = {"0": (-60, 0), "-1": (0, -60), "1": (0, 60), "2": (60, 0)}
    for level, end in ends.items():
        town.way((0, 0), end, highway="footway", level=level)
    graph = import_map(town.write(tmp_path / "lift.osm.pbf"))[0]
    assert {level for level, end in ends.items() if level != "0" and who_gets_there(graph, (-55, 0), end)} == stops


def test_a_hall_that_is_drawn_as_a_relation_is_walked_through(tmp_path: Path) -> None:
    town = Draft()
    town.way((-60, 0), (0, 0), highway="footway")
    town.way((0, 0), (60, 0), (60, 30), (0, 30), (0, 0))
    town.way((60, 30), (120, 30), highway="footway")
    town.write(tmp_path / "ways.osm.pbf")
    with osmium.SimpleWriter(str(tmp_path / "hall.osm.pbf")) as writer:
        for item in osmium.FileProcessor(str(tmp_path / "ways.osm.pbf")):
            writer.add(item)
        # and some that nothing belongs to
        for number, members in enumerate(
            ([("w", 2, "outer")], [], [("w", 99, "outer")], [("r", 1, "outer"), ("n", 1, "")])
        ):
            writer.add_relation(osmium.osm.mutable.Relation(
                id=number + 1, members=members, tags={"type": "multipolygon", "indoor": "corridor", "level": "0"},
            ))  # fmt: skip
    graph, report = import_map(tmp_path / "hall.osm.pbf")
    assert who_gets_there(graph, (-55, 0), (115, 30)) == set(PRESETS)
    assert report.dropped["open areas without closed outline"] == 3
