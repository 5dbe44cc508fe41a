# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What somebody can try in the model town without any data of their own."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from stadtherz.kernel.geo.modeltown.town import draw_town
from stadtherz.kernel.geo.modeltown.write import write_pbf
from stadtherz.services.wayfinding.engine.answering.answers import Town, explain
from stadtherz.services.wayfinding.engine.engine import Engine
from stadtherz.services.wayfinding.engine.importing.assembling import import_map
from stadtherz.services.wayfinding.engine.obstacles import Obstacle
from stadtherz.services.wayfinding.engine.presets import PRESETS
from stadtherz.services.wayfinding.engine.vocabulary import Kind


def test_a_lift_leads_to_each_platform_of_the_station(tmp_path: Path) -> None:
    """And who cannot climb stairs hears of it when it stands still."""
    drawn, file = draw_town(), tmp_path / "model.osm.pbf"
    write_pbf(drawn, file)
    engine = Engine(import_map(file)[0])
    edges, names = engine.graph.edges, engine.graph.names
    lifts = np.flatnonzero(edges["kind"] == Kind.LIFT).tolist()
    assert sorted(names[edges["name"][lift]] for lift in lifts) == ["Aufzug Gleis 1", "Aufzug Gleis 2"]
    station = drawn.degrees((-40, 575))
    profile = PRESETS["wheelchair-manual"].profile
    for lift in lifts:
        touching = np.isin(edges["start"], (edges["start"][lift], edges["end"][lift])) & (
            edges["kind"] == Kind.PLATFORM
        )
        goal = tuple(engine.graph.line(int(np.flatnonzero(touching)[0])).mean(axis=0))
        walked = engine.legs(engine.metric(profile), [station, goal])[0].arcs >> 1
        assert lift in walked
        engine.put_obstacle(Obstacle(f"lift-{lift}", (lift,)))
        told = explain(Town(engine), "wheelchair-manual", {"coordinates": [station, goal], "language": "de"})
        assert f"eine Sperrung bei „{names[edges['name'][lift]]}“" in told["text"]
