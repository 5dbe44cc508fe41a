# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A house stands on the map where one goes into it."""

from __future__ import annotations

from pathlib import Path

import osmium
import pytest
from osmium.osm.mutable import Node, Way

from stadtherz.kernel.geo.osm.doors import Doors
from stadtherz.kernel.geo.osm.reading import read_extract

MAIN, YES = {"entrance": "main"}, {"entrance": "yes"}
AROUND = ((7.770, 49.440), (7.774, 49.440), (7.774, 49.442), (7.770, 49.442))
MIDDLE = (7.772, 49.441)


@pytest.mark.parametrize(
    ("doors", "best"),
    [
        ({}, None), ({1: YES}, 1), ({1: YES, 2: YES}, None), ({1: YES, 2: MAIN}, 2), ({1: MAIN, 2: MAIN}, 1),
        ({1: MAIN, 2: YES | {"wheelchair": "yes"}}, 2), ({1: MAIN | {"wheelchair": "no"}, 2: YES}, 2),
        ({1: MAIN | {"wheelchair": "no"}}, 1), ({1: {"entrance": "emergency"}}, None), ({1: MAIN | {"access": "private"}}, None),
    ],
)  # fmt: skip
def test_the_door_for_all(doors: dict[int, dict[str, str]], best: int | None) -> None:
    known = Doors()
    for node, tags in doors.items():
        known.take(node, tags, (float(node), 0.0))
    assert known.among([9, *doors, 9]) == (None if best is None else (float(best), 0.0))


@pytest.mark.parametrize(("door", "place"), [(2, AROUND[1]), (None, MIDDLE)])
def test_places_and_addresses_are_at_the_door(tmp_path: Path, door: int | None, place: tuple[float, float]) -> None:
    path = tmp_path / "hospital.osm.pbf"
    with osmium.SimpleWriter(str(path)) as writer:
        for number, location in enumerate(AROUND, 1):
            writer.add_node(Node(id=number, location=location, tags=MAIN if number == door else {}))
        house = {
            "building": "yes",
            "amenity": "hospital",
            "name": "Klinikum",
            "addr:street": "Am Park",
            "addr:housenumber": "1",
        }
        writer.add_way(Way(id=1, nodes=[1, 2, 3, 4, 1], tags=house))
        writer.add_way(Way(id=2, nodes=[1, 2], tags={"highway": "residential", "name": "Am Park"}))
    contents = read_extract(path)
    assert contents.places[0].location == pytest.approx(place)
    assert contents.addresses[0].location == pytest.approx(place)
