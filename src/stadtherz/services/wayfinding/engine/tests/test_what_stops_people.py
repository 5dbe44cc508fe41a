# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What nobody may be led over or through as if it were free: stairs under other names, doors, walls, water, kerbs that
nobody can read, and gates and lifts out of their hours."""

from datetime import datetime
from pathlib import Path

import pytest

from ..graph import KERB_UNKNOWN
from ..hours import BOTH, is_open, timetable
from ..importing.access import rule_of
from ..importing.in_the_way import kerb_millimetres
from ..importing.values import Report
from ..importing.walkable import kind_of
from ..presets import PRESETS
from ..vocabulary import Access, Barrier, Kind
from .small_towns import ON_FOOT, ON_WHEELS, middle, read, way, who_gets_there
from .town import Draft

EVERYBODY = set(PRESETS)


@pytest.mark.parametrize(
    ("tags", "there"),
    [
        ({"highway": "", "indoor": "corridor", "stairs": "yes"}, ON_FOOT), ({"step_count": "20"}, ON_FOOT),
        ({"step_count": "3"}, ON_FOOT | {"pram"}), ({"footway": "steps"}, ON_FOOT), ({"footway": "stairs"}, ON_FOOT),
        ({"highway": "path", "step_count": "0"}, EVERYBODY), ({"stairs": "no"}, EVERYBODY),
        ({"highway": "", "indoor": "area", "room": "stairs"}, ON_FOOT),
        ({"highway": "steps", "ramp__wheelchair": "limited"}, ON_FOOT), ({"highway": "steps", "ramp": "separate"}, ON_FOOT),
        ({"highway": "steps", "ramp__wheelchair": "yes"}, EVERYBODY - {"scooter"}),
        # through water
        ({"ford": "stepping_stones"}, ON_FOOT), ({"ford": "yes", "wheelchair": "yes"}, EVERYBODY),
        # not for people
        ({"highway": "busway"}, set()), ({"highway": "busway", "foot": "yes"}, EVERYBODY),
        ({"access": "no;private"}, set()), ({"access": "Private"}, set()), ({"foot": "No"}, set()),
        ({"access": "employees"}, set()), ({"access": "private;customers"}, EVERYBODY), ({"access": "psv"}, set()),
    ],
)  # fmt: skip
def test_ways(tmp_path: Path, tags: dict[str, str], there: set[str]) -> None:
    graph, _ = read(middle(tags), tmp_path)
    assert who_gets_there(graph) == there


@pytest.mark.parametrize(
    ("tags", "there"),
    [
        ({"highway": "steps", "step_count": "4"}, ON_FOOT), ({"barrier": "step"}, ON_FOOT),
        ({"highway": "steps", "ramp__wheelchair": "yes"}, EVERYBODY), ({"door": "revolving", "entrance": "yes"}, ON_FOOT),
        ({"door": "revolving", "wheelchair": "yes"}, EVERYBODY), ({"door": "hinged", "width": "65 cm"}, ON_FOOT),
        ({"door": "hinged", "width": "1.1", "entrance": "main"}, EVERYBODY), ({"entrance": "yes", "wheelchair": "no"}, ON_FOOT),
        ({"door": "yes", "access": "private"}, set()), ({"entrance": "yes", "locked": "yes"}, set()),
        ({"entrance": "emergency"}, set()), ({"entrance": "emergency", "foot": "yes"}, EVERYBODY),
        ({"entrance": "staircase"}, EVERYBODY), ({"barrier": "fence"}, set()), ({"barrier": "wall"}, set()),
        ({"barrier": "fence", "foot": "yes"}, EVERYBODY), ({"barrier": "wall", "opening": "1.2"}, EVERYBODY),
        ({"barrier": "fence", "width": "3 ft"}, EVERYBODY - {"scooter"}), ({"barrier": "log"}, ON_FOOT),
        ({"barrier": "fallen_tree", "wheelchair": "yes"}, EVERYBODY), ({"ford": "yes"}, ON_FOOT),
        ({"barrier": "gate", "access": "private;no"}, set()), ({"barrier": "gate", "access": "staff"}, set()),
        ({"barrier": "turnstile"}, ON_FOOT), ({"barrier": "horse_stile"}, ON_FOOT),
        ({"barrier": "motorcycle_barrier", "maxwidth__physical": "80"}, ON_FOOT | {"walker", "pram"}),
        ({"barrier": "cycle_barrier", "opening": "2'6\""}, ON_FOOT | {"walker", "pram"}),
        # as thick as a post is
        ({"barrier": "bollard", "width": "0.3"}, EVERYBODY), ({"barrier": "bollard", "opening": "0.6"}, ON_FOOT),
    ],
)  # fmt: skip
def test_what_stands_on_a_way(tmp_path: Path, tags: dict[str, str], there: set[str]) -> None:
    graph, _ = read(middle(node=tags), tmp_path)
    assert who_gets_there(graph) == there


def test_one_passes_the_doors_of_a_square_and_goes_through_none(tmp_path: Path) -> None:
    """Along its outline; a path that ends at a door leads to it, and one that goes on inside leads through it."""
    town = Draft()
    town.way((0, 0), (50, 0), (100, 0), (100, 40), (0, 40), (0, 0), highway="pedestrian", area="yes")
    town.way((-40, 0), (0, 0), highway="footway")
    town.way((100, 0), (140, 0), highway="footway")
    town.way((50, 0), (50, -30), highway="corridor")
    town.node(50, 0, entrance="main", wheelchair="no", width="0.6", access="private")
    graph, report = read(town, tmp_path)
    assert who_gets_there(graph, (-35, 0), (135, 0)) == EVERYBODY
    assert who_gets_there(graph, (-35, 0), (50, -28)) == ON_FOOT
    assert not report.dropped


def test_a_door_where_three_corridors_meet_is_met_by_all(tmp_path: Path) -> None:
    town = middle(node={"door": "revolving"})
    town.way((100, 0), (100, 40), highway="corridor")
    graph, _ = read(town, tmp_path)
    assert who_gets_there(graph) == who_gets_there(graph, (5, 0), (100, 38)) == ON_FOOT


@pytest.mark.parametrize(
    "node",
    [
        {"barrier": "gate", "opening_hours": "07:00-20:00"}, {"highway": "elevator", "opening_hours": "07:00-20:00"},
        {"barrier": "gate", "access": "private", "access__conditional": "yes @ (07:00-20:00)"},
        {"door": "hinged", "opening_hours": "07:00-20:00"},
    ],
)  # fmt: skip
def test_gates_doors_and_lifts_keep_their_hours(tmp_path: Path, node: dict[str, str]) -> None:
    graph, _ = read(middle(node=node), tmp_path)
    night = datetime(2024, 5, 1, 20).astimezone()
    morning = datetime(2024, 5, 2, 7).astimezone()
    (closed,) = timetable(graph, night, 1)
    assert (closed.begins, closed.ends) == (night.timestamp(), morning.timestamp())


def test_a_gate_on_a_way_with_hours_is_open_where_both_are(tmp_path: Path) -> None:
    town = middle({"opening_hours": "06:00-18:00"}, {"barrier": "gate", "opening_hours": "09:00-22:00"})
    graph, _ = read(town, tmp_path)
    both = f"06:00-18:00{BOTH}09:00-22:00"
    assert both in graph.conditions
    assert [is_open(both, datetime(2024, 5, 1, hour).astimezone()) for hour in (7, 10, 20)] == [False, True, False]
    assert sorted(graph.conditions[number] for number in graph.edges["condition"]) == ["", "", "06:00-18:00", both]


@pytest.mark.parametrize(
    ("tags", "height"),
    [
        ({"kerb": "rasied"}, KERB_UNKNOWN), ({"kerb:height": "rather high"}, KERB_UNKNOWN), ({"curb": "raised"}, 120),
        ({"barrier": "curb"}, KERB_UNKNOWN), ({"kerb:left": "lowered", "kerb:right": "raised"}, 120),
        ({"kerb:left": "flush", "kerb:right": "?"}, KERB_UNKNOWN), ({"sloped_curb": "0.03"}, 30), ({"sloped_curb": "no"}, 120),
        ({"kerb": "raised", "kerb:height": "?"}, 120), ({"kerb": "0.5"}, KERB_UNKNOWN), ({"crossing": "zebra"}, None),
        ({"kerb:height": "-3"}, KERB_UNKNOWN), ({"kerb:height": "1e308"}, KERB_UNKNOWN), ({"kerb:height": "🙂"}, KERB_UNKNOWN),
    ],
)  # fmt: skip
def test_a_kerb_that_nobody_can_read_is_one_of_unknown_height(tags: dict[str, str], height: int | None) -> None:
    assert kerb_millimetres(tags, Report()) == height


def test_stairs_that_move_go_one_way_also_where_only_oneway_says_so(tmp_path: Path) -> None:
    for direction, there in (("yes", True), ("-1", False)):
        graph, _ = read(middle({"highway": "steps", "conveying": "yes", "oneway": direction}), tmp_path)
        assert (way(graph, "foot", (5, 0), (195, 0)) is not None) is there
        assert (way(graph, "foot", (195, 0), (5, 0)) is not None) is not there
    # of a street that says so of its cars, nothing
    graph, _ = read(middle({"highway": "residential", "oneway": "-1", "conveying": "no"}), tmp_path)
    assert who_gets_there(graph) == EVERYBODY


@pytest.mark.parametrize(
    ("word", "rule"),
    [
        ("yes", Access.OPEN), ("YES", Access.OPEN), ("no", None), ("no; private", Access.PRIVATE), ("permit", Access.PRIVATE),
        ("customers;private", Access.CUSTOMERS), ("agricultural;forestry", None), ("???", Access.OPEN), ("", Access.OPEN),
    ],
)  # fmt: skip
def test_rules_as_people_write_them(word: str, rule: Access | None) -> None:
    assert rule_of(word) == rule


def test_what_nobody_understands_is_reported(tmp_path: Path) -> None:
    _, report = read(middle({"access": "wizards"}, {"barrier": "bollrad"}), tmp_path)
    assert report.not_understood["access", "wizards"] == 1
    assert report.not_understood["barrier", "bollrad"] == 1


def test_a_crossing_that_only_says_how_it_is_crossed() -> None:
    assert kind_of({"highway": "footway", "crossing": "zebra"}) is Kind.CROSSING
    assert kind_of({"highway": "footway", "crossing": "zebra", "footway": "sidewalk"}) is Kind.PAVEMENT
    assert kind_of({"highway": "footway", "crossing": "no"}) is Kind.FOOTWAY


def test_steps_at_a_point_are_told(tmp_path: Path) -> None:
    graph, _ = read(middle(node={"highway": "steps"}), tmp_path)
    assert Barrier.STEP in graph.edges["barrier"]


def test_wheels_know_the_presets() -> None:
    assert {key for key, preset in PRESETS.items() if preset.profile.hard.wheels} == ON_WHEELS
