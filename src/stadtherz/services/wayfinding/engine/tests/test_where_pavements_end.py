# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""From which side one goes on where the map tells of pavements no longer, or where a square reaches into the street."""

from pathlib import Path

import pytest

from ..engine import Engine
from ..importing.assembling import import_map
from ..presets import PRESETS
from ..telling.describing import Describer
from ..telling.route import Route
from ..telling.told import Manner
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
