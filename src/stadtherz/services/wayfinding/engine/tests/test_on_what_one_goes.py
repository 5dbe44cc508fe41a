# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Car parks, corridors and trails are told as what they are, and what stands at a fork is told once."""

from itertools import pairwise
from pathlib import Path

import pytest

from ..engine import Engine
from ..importing.assembling import import_map
from ..importing.tagging import attributes
from ..importing.values import Report
from ..presets import PRESETS
from ..telling.describing import Describer
from ..telling.directions import instructions
from ..telling.phrases import table
from ..vocabulary import Kind, Smoothness
from .town import Draft, at

Place = tuple[float, float]


def told(town: Draft, folder: Path, start: Place, goal: Place, language: str = "de") -> list[str]:
    engine = Engine(import_map(town.write(folder / "drawn.osm.pbf"))[0])
    metric = engine.metric(PRESETS["foot"].profile)
    route = Describer(engine).route(metric, engine.legs(metric, [at(*start), at(*goal)]))
    return instructions(route, table(language))[0]


@pytest.mark.parametrize(
    ("tags", "german", "english", "easy"),
    [
        ({"highway": "service", "service": "parking_aisle"}, "Geh nach Osten über den Parkplatz, 80 m.",
         "Go east across the car park, 80 m.", "Du bist auf dem Park-Platz."),
        ({"highway": "corridor", "name": "Passage"}, "Geh nach Osten durch den Gang: Passage, 80 m.",
         "Go east along the corridor: Passage, 80 m.", "Du bist im Gang: Passage."),
        ({"highway": "footway"}, "Geh nach Osten auf dem Fußweg, 80 m.", "Go east on the footpath, 80 m.", "Du bist auf dem Fuß-Weg."),
    ],
)  # fmt: skip
def test_what_one_goes_on(tmp_path: Path, tags: dict[str, str], german: str, english: str, easy: str) -> None:
    town = Draft()
    town.way((0, 0), (100, 0), **tags)
    ends = (10, 0), (90, 0)
    assert told(town, tmp_path, *ends)[0] == german
    assert told(town, tmp_path, *ends, language="en")[0] == english
    assert easy in told(town, tmp_path, *ends, language="de-easy")[0]


@pytest.mark.parametrize(
    ("tags", "ground"),
    [
        ({"mtb:scale": "1"}, Smoothness.VERY_BAD), ({"mtb:scale": "2+"}, Smoothness.HORRIBLE), ({"mtb:scale": "0"}, None),
        ({"sac_scale": "hiking"}, None), ({"sac_scale": "mountain_hiking"}, Smoothness.HORRIBLE),
        ({"mtb:scale": "1", "sac_scale": "demanding_mountain_hiking"}, Smoothness.VERY_HORRIBLE),
        ({"mtb:scale": "2", "smoothness": "bad"}, Smoothness.BAD),
    ],
)  # fmt: skip
def test_a_trail_is_as_rough_as_its_difficulty_says(tags: dict[str, str], ground: Smoothness | None) -> None:
    report = Report()
    assert attributes(tags, Kind.PATH, report).get("smoothness") == ground
    assert not report.not_understood


def test_a_turnstile_at_a_fork_is_told_where_one_comes_upon_it(tmp_path: Path) -> None:
    town = Draft()
    town.way((0, 0), (100, 0), highway="footway")
    town.way((100, 0), (160, 0), highway="footway")
    town.way((100, 0), (100, 80), highway="footway")
    town.node(100, 0, barrier="turnstile")
    texts = told(town, tmp_path, (10, 0), (100, 70))
    assert texts[1].startswith("Bieg links ab auf den Fußweg")
    assert ["Drehkreuz" in text for text in texts] == [True, False, False]


def test_a_pavement_has_its_name_from_where_one_turns_onto_it(tmp_path: Path) -> None:
    """Round a corner the first metres often have none on the map."""
    town = Draft()
    pavement = {"highway": "footway", "footway": "sidewalk"}
    town.way((0, 0), (100, 0), **pavement, name="Parkweg")
    town.way((100, 0), (160, 0), **pavement, name="Parkweg")
    # the longest piece, but it tells nothing
    town.way((100, 0), (100, 20), **pavement)
    for north in (20, 32, 44):
        town.way((100, north), (100, north + 12), **pavement, name="Hauptstraße")
    assert told(town, tmp_path, (10, 0), (100, 50))[1] == "Bieg links ab auf den Gehweg: Hauptstraße, 50 m."


def test_a_ramp_that_leads_to_and_fro_turns_sharply(tmp_path: Path) -> None:
    town = Draft()
    town.way((-60, 0), (0, 0), highway="footway", name="Parkweg")
    town.way((0, 0), (-30, 9), highway="footway", name="Parkweg")
    line = [(0.0, 0.0), (10.0, 0.0), (10.0, 1.0), (0.0, 1.0), (0.0, 2.0), (10.0, 2.0), (60.0, 2.0)]
    for one, other in pairwise(line):
        town.way(one, other, highway="footway")
        town.way(other, (other[0] + 3, other[1] + 30), highway="service")
    texts = told(town, tmp_path, (-50, 0), (55, 2))
    assert [text.split(",")[0] for text in texts[1:-1]] == [
        "Bieg scharf links ab auf den Fußweg", "Bieg scharf rechts ab auf den Fußweg",
    ]  # fmt: skip
