# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The model town: always the same, joined up, and with everything that services want to try."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from stadtherz.kernel.geo.modeltown.town import ModelTown
from stadtherz.kernel.geo.osm.reading import Contents, read_extract

DRAW = """
import sys
from pathlib import Path
from stadtherz.kernel.geo.modeltown.town import draw_town
from stadtherz.kernel.geo.modeltown.write import write_pbf
write_pbf(draw_town(centre=(7.769, 49.444), seed=1), Path(sys.argv[1]))
"""


@pytest.fixture(scope="session")
def contents(model_file: Path) -> Contents:
    return read_extract(model_file)


def test_another_process_draws_the_same_town(model_file: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.osm.pbf"
    source = str(Path(__file__).parents[4])
    environment = {**os.environ, "PYTHONHASHSEED": "4711", "PYTHONPATH": source}
    subprocess.run([sys.executable, "-c", DRAW, str(again)], check=True, env=environment)
    digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in (model_file, again)]
    assert digests[0] == digests[1]


def test_it_has_what_services_want_to_try(drawn: ModelTown) -> None:
    tags = Counter(
        f"{key}={value}"
        for holder in [*(way.tags for way in drawn.draft.ways), *drawn.draft.marks.values()]
        for key, value in holder.items()
    )
    wanted = (
        "highway=steps", "handrail=yes", "footway=sidewalk", "footway=crossing", "barrier=kerb", "kerb=lowered",
        "kerb=raised", "kerb:height=3 cm", "tactile_paving=yes", "traffic_signals:sound=yes", "sidewalk=both",
        "sidewalk:both=separate", "bridge=yes", "tunnel=yes", "highway=elevator", "amenity=bench", "amenity=toilets",
        "highway=bus_stop", "amenity=parking", "amenity=townhall", "amenity=school", "railway=rail", "railway=station",
        "waterway=river", "leisure=park", "surface=sett", "smoothness=bad", "incline=9%", "amenity=fountain",
        "amenity=marketplace", "place=suburb",
    )  # fmt: skip
    assert [tag for tag in wanted if not tags[tag]] == []
    assert any("step_count" in way.tags for way in drawn.draft.ways)


def test_every_street_can_be_reached(drawn: ModelTown) -> None:
    ways = [way.points for way in drawn.draft.ways if "highway" in way.tags]
    at: dict[tuple[float, float], list[int]] = {}
    for index, points in enumerate(ways):
        for point in points:
            at.setdefault(point, []).append(index)
    reached, queue = {0}, [0]
    while queue:
        for point in ways[queue.pop()]:
            for other in at[point]:
                if other not in reached:
                    reached.add(other)
                    queue.append(other)
    assert len(reached) == len(ways)


def test_it_is_as_large_as_a_town(contents: Contents) -> None:
    assert 100 < len(contents.streets) < 300
    assert len(contents.addresses) > 1000
    assert {place.kind for place in contents.places} >= {"townhall", "school", "station", "park", "suburb", "bus_stop"}


def test_no_house_has_the_address_of_another(drawn: ModelTown) -> None:
    tags = [way.tags for way in drawn.draft.ways if "building" in way.tags and "addr:housenumber" in way.tags]
    houses = Counter((house["addr:street"], house["addr:housenumber"]) for house in tags)
    assert [house for house, count in houses.items() if count > 1] == []


def test_it_lies_where_it_was_asked_for(contents: Contents) -> None:
    west, south, east, north = contents.bounds
    assert west < 7.769 < east
    assert south < 49.444 < north
    assert east - west < 0.08


def test_eight_districts_of_one_piece_or_few(drawn: ModelTown) -> None:
    assert [district.name for district in drawn.districts] == [
        "Altstadt", "Bahnhofsviertel", "Nordstadt", "Gartenstadt", "Auenviertel", "Bergviertel", "Waldsiedlung",
        "Wiesengrund",
    ]  # fmt: skip
    assert all(district.geometry.is_valid and not district.geometry.is_empty for district in drawn.districts)
