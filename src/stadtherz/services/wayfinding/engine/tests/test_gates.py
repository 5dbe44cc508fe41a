# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who may pass a gate, and when: nobody is led through one that is locked or private, and through others in their hours."""

from datetime import datetime
from pathlib import Path

import pytest

from ..engine import Engine, NoRouteError
from ..graph import Graph
from ..hours import is_open, opens_at_times, timetable
from ..importing.assembling import import_map
from ..presets import PRESETS
from ..telling.describing import Describer
from ..telling.directions import conditions, instructions
from ..telling.phrases import table
from .town import Draft, at


def street(folder: Path, *, split: bool = False, side: bool = False, **gate: str) -> Graph:
    """A path of 200 m with something in its middle, drawn as one way or two, perhaps with a third from there."""
    town = Draft()
    town.node(100, 0, **gate)
    if split:
        town.way((0, 0), (100, 0), highway="footway")
        town.way((100, 0), (200, 0), highway="footway")
    else:
        town.way((0, 0), (50, 0), (100, 0), (200, 0), highway="footway")
    if side:
        town.way((100, 0), (100, 50), highway="footway")
    return import_map(town.write(folder / "gate.osm.pbf"))[0]


def leads_through(graph: Graph) -> bool:
    engine = Engine(graph)
    try:
        engine.legs(engine.metric(PRESETS["foot"].profile), [at(10, 0), at(190, 0)])
    except NoRouteError:
        return False
    return True


@pytest.mark.parametrize("split", [False, True])
@pytest.mark.parametrize(
    ("gate", "open_"),
    [
        ({"barrier": "gate"}, True), ({"barrier": "gate", "access": "private"}, False),
        ({"barrier": "gate", "access": "no"}, False), ({"barrier": "gate", "foot": "no"}, False),
        ({"barrier": "gate", "access": "private", "foot": "yes"}, True), ({"barrier": "gate", "locked": "yes"}, False),
        ({"barrier": "gate", "locked": "yes", "access": "customers"}, True), ({"barrier": "gate", "access": "permissive"}, True),
        # bars for cars stop nobody on foot, unless they are said to
        ({"barrier": "lift_gate", "access": "private"}, True), ({"barrier": "bollard", "access": "no"}, True),
        ({"barrier": "lift_gate", "foot": "private"}, False), ({"barrier": "bollard", "locked": "yes"}, True),
        ({"highway": "elevator", "access": "private"}, False), ({"highway": "elevator"}, True),
        ({"barrier": "gate", "access": "private", "access__conditional": "yes @ (07:00-20:00)"}, True),
        ({"highway": "crossing", "access": "private"}, True),
    ],
)  # fmt: skip
def test_nobody_is_led_through_a_gate_that_is_shut(
    tmp_path: Path, gate: dict[str, str], open_: bool, split: bool
) -> None:
    graph = street(tmp_path, split=split, **gate)
    assert leads_through(graph) is open_
    if not open_:  # one gets as far as the gate from both sides
        engine = Engine(graph)
        metric = engine.metric(PRESETS["foot"].profile)
        for start, end in (((10, 0), (98, 0)), ((190, 0), (103, 0))):
            (leg,) = engine.legs(metric, [at(*start), at(*end)])
            assert Describer(engine).route(metric, [leg]).totals.metres == pytest.approx(abs(start[0] - end[0]), abs=1)


def test_a_gate_on_a_junction_shuts_no_arm_of_it(tmp_path: Path) -> None:
    assert leads_through(street(tmp_path, side=True, barrier="gate", access="private"))


def test_both_sides_of_a_gate_are_the_same_on_each_import(tmp_path: Path) -> None:
    one, other = (street(tmp_path, barrier="gate", access="no") for _ in range(2))
    assert sorted(one.node_id.tolist()) == sorted(other.node_id.tolist())
    assert len(set(one.node_id.tolist())) == 4


def test_a_ring_with_a_gate_stays_a_way_from_one_side_to_the_other(tmp_path: Path) -> None:
    town = Draft()
    town.node(0, 0, barrier="gate", access="private")
    town.way((0, 0), (100, 0), (100, 100), (0, 100), (0, 0), highway="footway")
    town.way((100, 100), (200, 100), highway="footway")
    engine = Engine(import_map(town.write(tmp_path / "ring.osm.pbf"))[0])
    metric = engine.metric(PRESETS["foot"].profile)
    (leg,) = engine.legs(metric, [at(5, 0), at(0, 5)])
    assert Describer(engine).route(metric, [leg]).totals.metres == pytest.approx(390, abs=2)


@pytest.mark.parametrize(
    ("text", "opens"),
    [
        ("yes @ (07:00 - 24:00)", True), ("permissive @ (Mo-Fr 08:00–18:00)", True), ("no @ (22:00-06:00)", False),
        ("yes @ (sunrise-sunset)", False), ("08:00-18:00", False), ("", False), ("no @ (Mo); yes @ (Tu-Su)", True),
    ],
)  # fmt: skip
def test_what_opens_at_times(text: str, opens: bool) -> None:
    assert opens_at_times(text) is opens


@pytest.mark.parametrize(
    ("tags", "found"),
    [
        ({"access": "no", "access__conditional": "yes @ (07:00 - 24:00)"}, True),
        ({"foot": "private", "foot__conditional": "yes @ (07:00-24:00)"}, True),
        ({"access": "no", "access__conditional": "yes @ (sunrise-sunset)"}, False), ({"access": "no"}, False),
    ],
)  # fmt: skip
def test_a_passage_that_is_closed_but_for_its_hours(tmp_path: Path, tags: dict[str, str], found: bool) -> None:
    town = Draft()
    town.way((0, 0), (100, 0), highway="footway")
    town.way((100, 0), (200, 0), highway="footway", **tags)
    graph = import_map(town.write(tmp_path / "hours.osm.pbf"))[0]
    assert (graph.edge_count == 2) is found
    if found:
        night, day = datetime(2024, 5, 1, 3).astimezone(), datetime(2024, 5, 1, 12).astimezone()
        assert not is_open(graph.conditions[-1], night)
        assert is_open(graph.conditions[-1], day)
        assert timetable(graph, night, 1)


def test_stairs_with_a_ramp_are_told_with_it_and_are_none_for_who_rolls(tmp_path: Path) -> None:
    town = Draft()
    town.way((0, 0), (50, 0), highway="footway")
    town.way((50, 0), (60, 0), highway="steps", step_count="5", incline="up", ramp__wheelchair="yes")
    town.way((60, 0), (100, 0), highway="footway")
    engine = Engine(import_map(town.write(tmp_path / "ramp.osm.pbf"))[0])
    for key, steps in (("wheelchair-manual", 0), ("foot", 5)):
        metric = engine.metric(PRESETS[key].profile)
        route = Describer(engine).route(metric, engine.legs(metric, [at(0, 0), at(100, 0)]))
        assert route.totals.steps == steps
        assert ("5 Stufen" in conditions(route.totals, table("de"))) is bool(steps)
        told = {language: instructions(route, table(language))[0][1] for language in ("de", "en", "de-easy")}
        assert told["de"] == "Geh die Treppe hinauf, 5 Stufen, mit Rampe für Rollstühle."
        assert told["en"].endswith("5 steps, with a ramp for wheelchairs.")
        assert told["de-easy"].endswith("Da ist eine Rampe für Roll-Stühle.")
