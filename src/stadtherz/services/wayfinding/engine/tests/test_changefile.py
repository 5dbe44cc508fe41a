# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a change file does to the map of others: it harms no better fact, and says what was only estimated."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest

from ..surveys.changefile import change_file
from ..surveys.questions import Question, Spot
from ..surveys.surveyed import Surveyed
from ..vocabulary import Provenance, Ramp
from .town import Draft

ON = date(2026, 5, 4)
#: numbers of the ways and kerbs of the map below
STAIRS, CROSSING = 1, 2
SILENT, FLUSH = (0.0, 10.0), (0.0, 18.0)


@pytest.fixture
def map_file(tmp_path: Path) -> Path:
    """A stair with a ramp, and a crossing whose one kerb a mapper has described."""
    draft = Draft()
    draft.way((0, 0), (0, 5), highway="steps", ramp="yes", ramp__wheelchair="yes")
    draft.node(*SILENT, kerb="yes")
    draft.node(*FLUSH, kerb="flush", kerb__height="0")
    draft.way((0, 5), SILENT, FLUSH, (0, 25), highway="footway", footway="crossing", width="2")
    return draft.write(tmp_path / "map.osm.pbf")


def fact(question: Question, value: int, way: int) -> Surveyed:
    return Surveyed(question, Spot(way), value, Provenance.SURVEY, ON, 7.7, 49.4)


def tags(
    path: Path, *facts: Surveyed, is_range: Callable[[Surveyed], bool] = lambda _fact: False
) -> dict[tuple[str, int], dict[str, str]]:
    """The tags of each object that the file changes."""
    content, _ = change_file(path, facts, is_range=is_range)
    modify = ElementTree.fromstring(content).find("modify")
    assert modify is not None
    return {
        (item.tag, int(item.attrib["id"])): {tag.attrib["k"]: tag.attrib["v"] for tag in item.iter("tag")}
        for item in modify
    }


def test_a_lift_has_no_number_in_the_map_and_spoils_nothing(map_file: Path) -> None:
    """Lifts have negative numbers of our own."""
    lift, steps = fact(Question.TURNING, 110, -17), fact(Question.STEPS, 9, STAIRS)
    content, left = change_file(map_file, [lift, steps])
    assert left == [lift]
    assert b"left out, for want of an object to stand on: turning 1" in content
    assert tags(map_file, lift, steps)["way", STAIRS]["step_count"] == "9"


def test_without_a_ramp_there_is_none_for_wheelchairs_either(map_file: Path) -> None:
    none, pram = fact(Question.RAMP, Ramp.NO, STAIRS), fact(Question.RAMP, Ramp.PRAM, STAIRS)
    told = tags(map_file, none)["way", STAIRS]
    assert told == {"highway": "steps", "ramp": "no", "check_date:ramp": "2026-05-04"}
    told = tags(map_file, none, pram)["way", STAIRS]
    assert (told["ramp"], told["ramp:stroller"], told["ramp:wheelchair"]) == ("yes", "yes", "no")


def test_a_kerb_that_a_mapper_has_described_stays_where_another_is_silent(map_file: Path) -> None:
    changed = tags(map_file, fact(Question.KERB, 60, CROSSING), fact(Question.KERB, 30, CROSSING))
    [(_, kerb)] = changed.items()
    assert (kerb["kerb"], kerb["kerb:height"]) == ("lowered", "0.03")


def test_what_was_chosen_by_its_picture_is_an_estimate(map_file: Path) -> None:
    estimated = tags(map_file, fact(Question.WIDTH, 90, CROSSING), is_range=lambda _fact: True)["way", CROSSING]
    assert (estimated["width"], estimated["source:width"]) == ("0.9", "estimated")
    # who measures later, takes the mark away
    measured = tags(
        map_file, fact(Question.WIDTH, 90, CROSSING), fact(Question.WIDTH, 94, CROSSING),
        is_range=lambda fact: fact.value == 90,
    )["way", CROSSING]  # fmt: skip
    assert measured["width"] == "0.94"
    assert "source:width" not in measured
