# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the map does not know adds up, over districts and streets, and on the map of a view."""

from __future__ import annotations

import csv
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.test import Client

from stadtherz.kernel.geo.models import District
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.people.tests.factories import person
from stadtherz.services.wayfinding import graphs
from stadtherz.services.wayfinding.engine.surveys.questions import Question
from stadtherz.services.wayfinding.engine.tests.town import at
from stadtherz.services.wayfinding.quality import quality, states

pytestmark = pytest.mark.usefixtures("town", "prepared")
PAGE = "/ankommen/amt/luecken/"


def district(name: str, west: float, east: float) -> District:
    (x1, y1), (x2, y2) = at(west, -500), at(east, 2000)
    area = MultiPolygon(Polygon.from_bbox((x1, y1, x2, y2)), srid=4326)
    return District.objects.create(name=name, geometry=area, middle=Point(*at(west, 0), srid=4326))


@pytest.fixture
def west_and_east(town: Municipality) -> None:
    district("West", -1000, 250)
    district("Ost", 250.5, 3000)


@pytest.mark.parametrize("question", Question)
@pytest.mark.usefixtures("west_and_east")
def test_the_parts_make_the_whole(question: Question) -> None:
    loaded = graphs.loaded()
    found = quality(loaded, question)
    assert 0 <= found.town.checked <= found.town.known <= found.town.metres
    assert sum(part.metres for part in found.districts) == pytest.approx(found.town.metres)
    assert sum(part.known for part in found.districts) == pytest.approx(found.town.known)
    assert [part.name for part in found.districts] == ["Ost", "West"]
    unknown = [street.unknown for street in found.streets]
    assert unknown == sorted(unknown, reverse=True)
    ask, known, _checked = states(loaded.town.engine, question)
    assert not (known & ~ask).any()


def test_of_a_map_of_the_county_the_town_alone_counts(town: Municipality) -> None:
    loaded = graphs.loaded()
    whole = quality(loaded, Question.SURFACE)
    district("West", -1000, 250)
    here = quality(loaded, Question.SURFACE)
    assert 0 < here.town.metres < whole.town.metres
    assert here.town.metres == pytest.approx(here.districts[0].metres)
    assert len(here.streets) < len(whole.streets)
    # the municipality's own area comes before its districts
    (x1, y1), (x2, y2) = at(300, -500), at(2000, 2000)
    town.bounds = MultiPolygon(Polygon.from_bbox((x1, y1, x2, y2)), srid=4326)
    assert quality(loaded, Question.SURFACE).town.metres != pytest.approx(here.town.metres)
    # where there is nothing to know, nothing is known to nought per cent
    assert quality(loaded, Question.SURFACE).districts[0].percent is None


@pytest.mark.usefixtures("west_and_east")
def test_the_page_its_map_and_its_table(client: Client, django_assert_max_num_queries: Callable[[int], Any]) -> None:
    client.force_login(person())
    assert {client.get(PAGE + part).status_code for part in ("", "wege.geojson", "tabelle.csv")} == {403}
    client.force_login(person(Role.CLERK))
    graphs.town()
    with django_assert_max_num_queries(15):
        page = client.get(PAGE, {"frage": "smoothness"}).content.decode()
    assert "Hauptstraße" in page
    (west, south), (east, north) = at(-20, -20), at(520, 420)
    lines = client.get(f"{PAGE}wege.geojson", {"frage": "surface", "bbox": f"{west},{south},{east},{north}"}).json()
    assert {feature["properties"]["state"] for feature in lines["features"]} == {"known", "unknown"}
    rows = list(csv.reader(StringIO(client.get(f"{PAGE}tabelle.csv").content.decode("utf-8-sig")), delimiter=";"))
    assert {len(row) for row in rows} == {5}
    assert float(rows[1][2]) >= float(rows[-1][2])


@pytest.mark.parametrize("box", ["", "1,2,3", "a,b,c,d", "nan,1,2,3", "7.8,49.4,7.7,49.5", "1,2,3,4,5", "inf,0,inf,1"])
def test_a_wrong_view_is_told(box: str, client: Client) -> None:
    client.force_login(person(Role.CLERK))
    answer = client.get(f"{PAGE}wege.geojson", {"bbox": box})
    assert (answer.status_code, "bbox" in answer.json()["error"]) == (400, True)


def test_a_view_of_the_whole_country_asks_to_come_nearer(client: Client) -> None:
    client.force_login(person(Role.CLERK))
    assert client.get(f"{PAGE}wege.geojson", {"bbox": "5,47,15,55", "frage": "x"}).json()["too_wide"] is True
