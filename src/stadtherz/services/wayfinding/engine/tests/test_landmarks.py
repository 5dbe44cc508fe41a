# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What stands at a corner is told when one turns there, and only there."""

from pathlib import Path

import pytest

from ..answering.answers import Town, directions
from ..engine import Engine
from ..importing.assembling import import_map
from ..landmarks import rank_of
from .town import at, draft_town


@pytest.mark.parametrize(
    ("tags", "rank"),
    [
        ({"amenity": "townhall", "name": "Rathaus"}, 1),
        ({"amenity": "townhall"}, 0),
        ({"amenity": "cafe", "historic": "monument", "name": "Altes Café"}, 2),
        ({"amenity": "bench", "name": "Bank der Freundschaft"}, 0),
    ],
)
def test_only_what_has_a_name_and_is_recognised(tags: dict[str, str], rank: int) -> None:
    assert rank_of(tags) == rank


def _instructions(path: Path, language: str = "de") -> list[str]:
    town = draft_town()
    town.node(112, 112, amenity="cafe", name="Café Eck")
    town.node(110, 115, amenity="townhall", name="Rathaus")
    town.way((90, 310), (80, 310), (80, 320), (90, 320), (90, 310), building="church", amenity="place_of_worship",
             name="Stadtkirche")  # fmt: skip
    graph, _ = import_map(town.write(path))
    asked = {"coordinates": [at(100, 5), at(395, 100)], "language": language}
    answer = directions(Town(Engine(graph)), "foot", asked)
    return [step["instruction"] for step in answer["routes"][0]["segments"][0]["steps"]]


def test_the_best_known_thing_at_the_corner_is_named_once(tmp_path: Path) -> None:
    told = _instructions(tmp_path / "town.osm.pbf")
    assert sum("An der Ecke bei „Rathaus“: Bieg " in text for text in told) == 1
    assert not any("Café Eck" in text or "Stadtkirche" in text for text in told)


def test_in_every_language(tmp_path: Path) -> None:
    assert any("At the corner by “Rathaus”: Turn " in text for text in _instructions(tmp_path / "en.osm.pbf", "en"))
    assert any(
        text.startswith("An der Ecke ist: Rathaus. Geh nach ")
        for text in _instructions(tmp_path / "easy.osm.pbf", "de-easy")
    )
