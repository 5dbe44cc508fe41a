# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How long an answer may become: it ends with a link where the next row would be too much, on every level, and nothing is lost."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import pytest

from stadtherz.services.sensing.models import Location, Thing, ThingLocation
from stadtherz.services.sensing.sta.fitting import MOST_BYTES, Room

LONG = 990_000  # nearly as long as a place may be
NUMBER = 20


@pytest.fixture
def places(town: Any) -> int:
    """A thing in twenty places; the first alone is longer than an answer."""
    found = [
        {"type": "Point", "coordinates": [7.77, 49.44], "note": "x" * (MOST_BYTES + 1 if number == 0 else LONG)}
        for number in range(NUMBER)
    ]
    thing = Thing.objects.create(name="Lager")
    made = Location.objects.bulk_create(
        Location(name=f"Ort {number}", description="-", encoding_type="application/geo+json", location=each)
        for number, each in enumerate(found)
    )
    ThingLocation.objects.bulk_create(ThingLocation(thing=thing, location=each) for each in made)
    return thing.pk


def pages(anyone: Any, first: dict[str, Any], members: str = "value", link: str = "@iot.nextLink") -> list[list[str]]:
    """The names on each page, behind the links."""
    found, page = [[each["name"] for each in first[members]]], first.get(link)
    while page:
        answer = anyone.get(page)
        found.append([each["name"] for each in answer["value"]])
        page = answer.get("@iot.nextLink")
    return found


def test_a_page_ends_where_the_next_row_would_be_too_much(anyone: Any, places: int) -> None:
    first = anyone.get("Locations", top=1000, orderby="id", count="true")
    assert first["@iot.count"] == NUMBER
    assert "$skip=1&$skiptoken=" in unquote(first["@iot.nextLink"])
    found = pages(anyone, first)
    assert [len(page) for page in found] == [1, MOST_BYTES // LONG, NUMBER - 1 - MOST_BYTES // LONG], (
        "one row in any case"
    )
    assert [name for page in found for name in page] == [f"Ort {number}" for number in range(NUMBER)]


def test_an_array_inside_ends_with_a_link_as_well(anyone: Any, places: int) -> None:
    """Half of the room is the array's, the other half the row's own."""
    for order, whole in (("id desc", range(NUMBER - 1, -1, -1)), ("id", range(NUMBER))):
        answer = anyone.raw(f"Things({places})", expand=f"Locations($orderby={order};$top=50)")
        assert order == "id" or len(answer.content) < MOST_BYTES
        first = answer.json()
        assert len(first["Locations"]) == (MOST_BYTES // 2 // LONG if order == "id desc" else 1)
        found = pages(anyone, first, "Locations", "Locations@iot.nextLink")
        assert [name for page in found for name in page] == [f"Ort {number}" for number in whole]


def test_what_a_row_and_its_arrays_have_is_not_more_than_the_row_has() -> None:
    room = Room(entities=100, size=1000)
    assert room.inside(3).size * (3 + 1) <= room.size
    assert (room.each(30), room.each(0), room.each(500).entities) == (Room(3, 1000), room, 1)
