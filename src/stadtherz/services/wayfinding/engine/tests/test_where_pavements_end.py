# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""From which side one goes on where the map tells of pavements no longer, or where a square reaches into the street."""

from pathlib import Path

import numpy as np
import pytest

from ..engine import Engine
from ..importing.assembling import import_map
from ..presets import PRESETS
from ..telling.describing import Describer
from ..telling.directions import instructions
from ..telling.phrases import table
from ..telling.route import Route
from ..telling.told import Manner
from ..vocabulary import Flag, Kind
from .town import Draft, at

Place = tuple[float, float]


def walk(town: Draft, folder: Path, start: Place, goal: Place) -> Route:
    engine = Engine(import_map(town.write(folder / "drawn.osm.pbf"))[0])
    metric = engine.metric(PRESETS["blind"].profile)
    return Describer(engine).route(metric, engine.legs(metric, [at(*start), at(*goal)]))


def crossings(route: Route) -> int:
    return sum(step.manner is Manner.CROSSING for step in route.steps[0])


@pytest.mark.parametrize("side", [-1, 1])
@pytest.mark.parametrize("away", [False, True])
def test_round_a_bend_nobody_crosses_on_its_inner_side(tmp_path: Path, side: int, away: bool) -> None:
    """A street with pavements comes from the south; behind the bend the map knows nothing of any."""
    town = Draft()
    line = [(0.0, -200.0), (0.0, 0.0)]
    town.way(*(line[::-1] if away else line), highway="residential", sidewalk="both", name="Südstraße")
    town.way((0, 0), (200 * side, 0), highway="residential", name="Querweg")
    assert crossings(walk(town, tmp_path, (5 * side, -150), (150 * side, 0))) == 0
    assert crossings(walk(town, tmp_path, (-5 * side, -150), (150 * side, 0))) == 1


def test_a_square_that_is_drawn_to_the_middle_of_a_street_leads_nobody_across(tmp_path: Path) -> None:
    """Its outline runs along the street there: from the one pavement to the other one goes over a crossing."""
    town = Draft()
    town.way((-200, 0), (0, 0), (60, 0), (200, 0), highway="residential", sidewalk="both", name="Lange Straße")
    town.way((0, 0), (60, 0), (60, 50), (0, 50), (0, 0), highway="pedestrian", area="yes", name="Markt")
    for start, goal in (((-100, 5), (150, -5)), ((-100, -5), (150, 5)), ((-100, -5), (30, 40))):
        assert crossings(walk(town, tmp_path, start, goal)) == 1
    assert crossings(walk(town, tmp_path, (-100, 5), (30, 40))) == 0


def test_kerbs_on_a_drawn_crossing_are_met_in_one_direction_each(tmp_path: Path) -> None:
    """Many maps draw a crossing from pavement to pavement, over the nodes of both kerbs; beyond these there are no others."""
    town = Draft()
    town.way((-60, 0), (-6, 0), highway="footway")
    town.way((-6, 0), (-4, 0), (0, 0), (4, 0), (6, 0), highway="footway", footway="crossing", crossing="marked")
    town.way((6, 0), (60, 0), highway="footway")
    town.way((0, -80), (0, 0), (0, 80), highway="residential", name="Hauptstraße")
    town.node(-4, 0, kerb="raised", kerb__height="0.12")
    town.node(4, 0, kerb="lowered")
    for east, down, up in ((-50, 12, 3), (50, 3, 12)):
        route = walk(town, tmp_path, (east, 0), (-east, 0))
        assert (route.totals.kerbs, route.totals.kerbs_unknown) == ([30, 120], 0)
        text = instructions(route, table("de"))[0][1]
        assert text.endswith(f"Bordstein {down} cm hinunter. Bordstein {up} cm hinauf.")


def test_a_street_with_drawn_pavements_beside_it_is_not_walked_on(tmp_path: Path) -> None:
    """Also where the street itself does not say that its pavements are drawn."""
    town = Draft()
    town.way((0, 0), (100, 0), (200, 0), highway="tertiary", name="Hauptstraße")
    town.way((0, 8), (100, 8), (200, 8), highway="footway", footway="sidewalk")
    town.way((200, 0), (300, 0), highway="tertiary", name="Landweg")
    graph = import_map(town.write(tmp_path / "drawn.osm.pbf"))[0]
    street = graph.edges["kind"] == Kind.BUSY_STREET
    beside = (graph.edges["flags"] & np.uint32(Flag.SEPARATE_PAVEMENT)) > 0
    named = graph.edges["name"] == graph.names.index("Hauptstraße")
    assert (beside == (street & named)).all()


@pytest.mark.parametrize("joined_elsewhere", [True, False])
def test_nobody_turns_onto_the_carriageway_in_the_middle_of_a_crossing(tmp_path: Path, joined_elsewhere: bool) -> None:
    """Where its pavements are drawn beside the street; but a street that is reached by this crossing alone stays joined."""
    town = Draft()
    for north in (8, -8):
        town.way((0, north), (100, north), (200, north), highway="footway", footway="sidewalk")
    town.way((0, 0), (100, 0), (200, 0), highway="tertiary", name="Hauptstraße")
    town.way((100, 8), (100, 0), (100, -8), highway="footway", footway="crossing")
    if joined_elsewhere:
        town.way((0, 0), (0, 8), highway="footway")
    graph = import_map(town.write(tmp_path / "drawn.osm.pbf"))[0]
    (middle,) = {int(node) for node in graph.node_id if node == town.node(100, 0)}
    assert (graph.node_id == middle).sum() == (2 if joined_elsewhere else 1)
    assert crossings(walk(town, tmp_path, (20, 8), (180, -8))) == 1
