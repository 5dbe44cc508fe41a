# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The figures that openrouteservice publishes for its profile "wheelchair" on the same extract."""

import json

import pytest

from ..answering.answers import Town, directions
from ..compatible import CompatibleWheelchair
from ..engine import Engine
from ..openrouteservice import SUITABLE, judge, kerb_centimetres
from ..profiles import ProfileError
from .conftest import REAL


def test_published_cases(heidelberg: Engine) -> None:
    """At least 9 of 10 within 2 m or 1 %, durations within 3 % (here all ten)."""
    path = REAL / "routing" / "wheelchair-cases-heidelberg.json"
    if not path.is_file():
        pytest.skip("the published cases are not at hand (STADTHERZ_TESTDATA)")
    town = Town(heidelberg)
    kept = {}
    for case in json.loads(path.read_text()):
        params = {**case["profile_params"], "restrictions": case["restrictions"]}
        answer = directions(town, "wheelchair", {
            "coordinates": [case["start"], case["end"]], "preference": case["preference"],
            "options": {"profile_params": params},
        })  # fmt: skip
        summary = answer["routes"][0]["summary"]
        off = abs(summary["distance"] - case["distance_m"])
        late = abs(summary["duration"] - case["duration_s"]) / case["duration_s"]
        kept[case["name"]] = (off <= 2 or off <= 0.01 * case["distance_m"]) and late <= 0.03
    assert [name for name, good in kept.items() if not good] == []


@pytest.mark.parametrize(
    ("tags", "speed", "suitable"),
    [
        ({"highway": "footway"}, 5, True), ({"highway": "footway", "footway": "crossing"}, 10, True),
        ({"highway": "primary"}, 3, True), ({"highway": "primary", "sidewalk": "both"}, 4, False),
        ({"highway": "service"}, 4, True), ({"highway": "steps"}, 0, False),
        ({"highway": "path", "surface": "mud"}, 0, False), ({"highway": "residential", "foot": "yes"}, 5, False),
        ({"highway": "footway", "access": "private"}, 0, False), ({"railway": "platform"}, 4, True),
        ({"highway": "secondary", "sidewalk": "no"}, 0, False), ({"highway": "steps", "wheelchair": "yes"}, 4, False),
    ],
)  # fmt: skip
def test_rules(tags: dict[str, str], speed: int, suitable: bool) -> None:
    found = judge(tags)
    assert found.speed == speed
    assert bool(found.flags & SUITABLE) is suitable


@pytest.mark.parametrize(
    ("value", "height"), [("lowered", 3), ("raised", -1), ("flush", 0), ("0.1", 10), ("3 cm", 3), (None, -1)]
)
def test_kerbs(value: str | None, height: int) -> None:
    assert kerb_centimetres(value) == height


def test_words_that_do_not_exist_are_refused() -> None:
    with pytest.raises(ProfileError, match="surface_type"):
        CompatibleWheelchair(surface_type="lava").checked()
