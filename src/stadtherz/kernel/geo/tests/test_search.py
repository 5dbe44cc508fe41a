# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Search, reverse search and districts, as queries and over HTTP."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.contrib.gis.geos import Point
from ninja.testing import TestClient
from pytest_django.fixtures import DjangoAssertNumQueries

from stadtherz.kernel.geo.actions import load_districts, load_extract
from stadtherz.kernel.geo.api import router
from stadtherz.kernel.geo.errors import DistrictsElsewhere, DistrictsUnreadable
from stadtherz.kernel.geo.models import District
from stadtherz.kernel.geo.queries import (
    district_of,
    districts_geojson,
    inside_municipality,
    search_places,
    whereabouts,
)
from stadtherz.kernel.geo.tests.conftest import real_file
from stadtherz.kernel.geo.tests.factories import write_hamlet
from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality

SQUARE = [[7.76, 49.44], [7.78, 49.44], [7.78, 49.45], [7.76, 49.45], [7.76, 49.44]]
client = TestClient(router)


@pytest.fixture
def loaded(town: Municipality, hamlet: Path) -> Municipality:
    load_extract(path=hamlet)
    return town


def _districts(tmp_path: Path, *features: dict[str, object]) -> Path:
    path = tmp_path / "districts.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def _feature(name: str, ring: list[list[float]] = SQUARE, **more: object) -> dict[str, object]:
    return {
        "type": "Feature",
        "properties": {"name": name, **more},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


FOUND_FIRST = {
    "Eisenbahnstr 12": ("address", "Eisenbahnstraße 12, 67655 Kaiserslautern"),
    "eisenbahnstr 12 A": ("address", "Eisenbahnstraße 12a, 67655 Kaiserslautern"),
    "67655 Eisenbahnstraße 14": ("address", "Eisenbahnstraße 14, 67655 Kaiserslautern"),
    "muellerg. 3": ("address", "Müllergasse 3, 67655 Kaiserslautern"),
    "Eisenbahnstraße 99": ("street", "Eisenbahnstraße, 67655 Kaiserslautern"),
    "eis": ("street", "Eisenbahnstraße, 67655 Kaiserslautern"),
    "eisenbnstrasse": ("street", "Eisenbahnstraße, 67655 Kaiserslautern"),
    "rathaus kaiserslautern": ("townhall", "Rathaus, Müllergasse 3"),
    "RATHAUS": ("townhall", "Rathaus, Müllergasse 3"),
}
HOSTILE = (
    "", " ", "%", "_", "%_\\", "\0", "'; DROP TABLE geo_extract; --", "x" * 10_000, "12", "🏠", "Straße " * 500,
    "\u202e12", "1 " * 300, "\ud800",
)  # fmt: skip


def test_what_is_meant_is_found_first(loaded: Municipality) -> None:
    first = {typed: search_places(typed)[0] for typed in FOUND_FIRST}
    assert {typed: (found.kind, found.label) for typed, found in first.items()} == FOUND_FIRST


def test_hostile_input_finds_no_town_hall_and_breaks_nothing(loaded: Municipality) -> None:
    for typed in HOSTILE:
        assert [found.label for found in search_places(typed) if "Rathaus" in found.label] == []
    assert search_places("Rathaus")


def test_a_percent_sign_is_no_wildcard(loaded: Municipality) -> None:
    assert search_places("%athaus") == search_places("athaus")


def test_the_nearer_of_two_comes_first(town: Municipality, tmp_path: Path) -> None:
    write_hamlet(tmp_path / "pair.osm.pbf", streets=("Hauptstraße", *(f"Gasse {i}" for i in range(12)), "Hauptstraße"))
    load_extract(path=tmp_path / "pair.osm.pbf")
    for near in (49.444, 49.470):
        found = [one for one in search_places("Hauptstr", near=Point(7.769, near, srid=4326)) if one.kind == "street"]
        assert abs(found[0].lat - near) < 0.005


def test_queries_do_not_grow_with_the_answers(
    loaded: Municipality, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    search_places("warm up")
    for typed in ("Eisenbahnstr 12", "e"):
        with django_assert_max_num_queries(5):
            search_places(typed)


def test_without_an_extract_districts_are_still_found(town: Municipality, tmp_path: Path) -> None:
    load_districts(geojson_path=_districts(tmp_path, _feature("Mölschbach")))
    assert [(found.kind, found.name) for found in search_places("moelsch")] == [("district", "Mölschbach")]


def test_what_lies_at_a_point(loaded: Municipality, tmp_path: Path) -> None:
    load_districts(geojson_path=_districts(tmp_path, _feature("Innenstadt")))
    here = whereabouts(Point(7.769, 49.4441, srid=4326))
    assert (here.address, here.street, here.locality) == (
        "Eisenbahnstraße 12",
        "Eisenbahnstraße",
        "67655 Kaiserslautern",
    )
    assert (here.district, here.metres) == ("Innenstadt", 0.0)
    assert here.label == "Eisenbahnstraße 12"
    away = whereabouts(Point(7.0, 49.0, srid=4326))
    assert (away.label, away.metres) == ("", None)


def test_districts_of_the_real_file(town: Municipality, kusel: Municipality) -> None:
    loaded = load_districts(geojson_path=real_file("geo/kaiserslautern-ortsbezirke.geojson"))
    assert len(loaded) == 10
    district = district_of(Point(7.769, 49.444, srid=4326))
    assert district is not None
    assert district.name == "Innenstadt"
    assert inside_municipality(Point(7.769, 49.444, srid=4326))
    assert not inside_municipality(Point(7.404, 49.538, srid=4326))
    with activate(kusel):
        assert district_of(Point(7.769, 49.444, srid=4326)) is None
        with pytest.raises(DistrictsElsewhere, match="Is it another town's file"):
            load_districts(geojson_path=real_file("geo/kaiserslautern-ortsbezirke.geojson"))
        assert districts_geojson()["features"] == []


def test_loading_districts_again_keeps_their_identity(town: Municipality, tmp_path: Path) -> None:
    first = load_districts(geojson_path=_districts(tmp_path, _feature("Alt"), _feature("Neu")))
    second = load_districts(geojson_path=_districts(tmp_path, _feature("Alt"), _feature("Später")))
    assert [d.name for d in second] == ["Alt", "Später"]
    assert first[0].pk == second[0].pk
    assert District.objects.count() == 2


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "is no GeoJSON"),
        ("[1]", "FeatureCollection"),
        ('{"features": []}', "FeatureCollection"),
        ('{"features": [{"properties": {"NAME": "A"}, "geometry": null}]}', "Properties there: NAME"),
        ('{"features": [{"properties": {"name": "A"}, "geometry": null}]}', "geometry of A"),
        (
            '{"features": [{"properties": {"name": "A"}, "geometry": {"type": "Point", "coordinates": [7, 49]}}]}',
            "not an area",
        ),
        (
            '{"features": [{"properties": {"name": "A"}, "geometry": {"type": "Polygon", "coordinates":'
            " [[[410000, 5470000], [410010, 5470000], [410010, 5470010], [410000, 5470000]]]}}]}",
            "not degrees",
        ),
        ("[" * 100_000, "is no GeoJSON"),
    ],
)
def test_an_unusable_file_of_districts_is_refused(town: Municipality, tmp_path: Path, content: str, says: str) -> None:
    path = tmp_path / "bad.geojson"
    path.write_text(content)
    with pytest.raises(DistrictsUnreadable, match=says):
        load_districts(geojson_path=path)


def test_without_bounds_and_districts_the_map_decides_what_is_inside(loaded: Municipality) -> None:
    assert inside_municipality(Point(7.770, 49.445, srid=4326))
    assert not inside_municipality(Point(7.0, 49.0, srid=4326))


def test_search_over_http(loaded: Municipality) -> None:
    answer = client.get("/search?q=Eisenbahnstr%2012")
    assert answer.status_code == 200
    first = answer.json()["results"][0]
    assert (first["kind"], first["name"]) == ("address", "Eisenbahnstraße 12")
    assert (first["lon"], first["lat"]) == (7.769, 49.4441)
    assert client.get("/search?q=%25&limit=5").json()["results"] == []
    assert client.get("/search?limit=51").status_code == 422
    assert client.get("/search?q=a&lat=100&lon=0").status_code == 422


def test_reverse_over_http(loaded: Municipality) -> None:
    answer = client.get("/reverse?lat=49.4441&lon=7.769")
    assert (answer.status_code, answer.json()["address"]) == (200, "Eisenbahnstraße 12")
    for wrong in ("lat=nan&lon=7", "lat=49", "lat=49&lon=181", "lat=x&lon=7"):
        assert client.get(f"/reverse?{wrong}").status_code == 422


def test_districts_over_http(town: Municipality, tmp_path: Path) -> None:
    load_districts(geojson_path=_districts(tmp_path, _feature("Innenstadt", short="Mitte")))
    answer = client.get("/districts").json()
    assert answer["features"][0]["properties"] == {"name": "Innenstadt", "short": "Mitte"}
    assert answer["features"][0]["geometry"]["type"] == "MultiPolygon"
