# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How far one gets, and the places that help on the way."""

from __future__ import annotations

from datetime import timedelta

import pytest
import shapely.geometry
from django.contrib.gis.geos import Point as GeosPoint
from django.contrib.gis.geos import Polygon
from django.test import Client
from django.utils import timezone

from stadtherz.kernel.geo.extracts import extract_path
from stadtherz.kernel.geo.models import Extract
from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.services.wayfinding.actions.graph import build_graph
from stadtherz.services.wayfinding.engine.tests.town import at, draft_town
from stadtherz.services.wayfinding.models import Obstacle, ObstacleVersion
from stadtherz.services.wayfinding.obstacles.vocabulary import Effect, Kind, Source, State
from stadtherz.services.wayfinding.surroundings import Ring, as_features
from stadtherz.services.wayfinding.tests.test_pages import START, all_of, ask, coordinates, place, plain, read, text_of

REACH, PLACES = "/ankommen/umkreis/", "/ankommen/orte/"


def test_what_lies_within_each_time_is_named_once(prepared: Extract, client: Client) -> None:
    """The corner at (10, 5) is where one stands; (300, 10) is four minutes away on foot, (480, 390) some twelve."""
    place(prepared, "Nahpark", 100, 10)
    place(prepared, "Fernpark", 480, 390)
    place(prepared, "Stadtteil", 100, 12, kind="suburb")
    answer = ask(client, REACH, start=START, aid="foot")
    rings = [plain(ring) for ring in all_of(answer, r'<li data-feature-id="r\d+">(.*?)</li>')]
    assert [ring.split(" Minuten")[0] for ring in rings] == ["In 5", "In 10", "In 15"]
    assert "Nahpark" in rings[0]
    assert "Fernpark" in " ".join(rings[1:])
    assert "Nahpark" not in " ".join(rings[1:])
    assert "Stadtteil" not in text_of(answer)
    assert answer.headers["Cache-Control"] == "no-store, private"


def test_the_areas_grow_and_hold_the_start(prepared: Extract, client: Client) -> None:
    answer = ask(client, REACH, start=START, aid="foot")
    [source] = all_of(answer, r'<stadt-map[^>]* src="([^"]*)"')
    features = client.get(source).json()["features"]
    shapes = [shapely.geometry.shape(f["geometry"]) for f in features if f["properties"]["id"].startswith("r")]
    assert len(shapes) == 3
    assert shapes[0].area < shapes[1].area < shapes[2].area
    assert all(shape.buffer(1e-6).contains(shapely.Point(at(10, 5))) for shape in shapes)


def test_courtyards_are_not_drawn_as_holes() -> None:
    """One of 20 m by 20 m is reached all round; one of 60 m by 60 m is not what one reaches."""

    def block(west: float, south: float, east: float, north: float) -> list[tuple[float, float]]:
        return [at(west, south), at(east, south), at(east, north), at(west, north)]

    area = shapely.Polygon(block(0, 0, 300, 200), [block(50, 50, 70, 70), block(120, 60, 180, 120)])
    ring = Ring(5, 900.0, shapely.MultiPolygon([area, shapely.Polygon(block(400, 0, 500, 100))]), [], 0)
    drawn = shapely.geometry.shape(as_features([ring], at(10, 10), "A")["features"][0]["geometry"])
    assert [len(part.interiors) for part in drawn.geoms] == [1, 0]


def test_a_closed_place_is_named_with_its_end_here_and_on_the_way(
    prepared: Extract, kaiserslautern: Municipality, client: Client
) -> None:
    park = {"start": coordinates(250, 260), "aid": "foot"}
    assert "ist gesperrt" not in text_of(ask(client, REACH, **park))
    with activate(kaiserslautern):
        Obstacle.objects.create(
            kind=Kind.FESTIVAL, effect=Effect.CLOSED, source=Source.CLERK, state=State.CONFIRMED, version=1,
            geometry=Polygon.from_bbox((*at(240, 230), *at(260, 290))), ends=timezone.now() + timedelta(days=1), title="Parkfest",
        )  # fmt: skip
        ObstacleVersion.objects.create(number=1)
    assert "Der Weg an deinem Start ist gesperrt: Parkfest, bis " in text_of(ask(client, REACH, **park))
    there = text_of(ask(client, start=START, goal=park["start"], aid="foot"))
    assert "Der Weg an deinem Ziel ist gesperrt: Parkfest, bis " in there
    assert "Deshalb endet deine Strecke" in there


def test_limits_make_the_area_smaller(prepared: Extract, client: Client) -> None:
    def size(**more: str) -> float:
        source = all_of(ask(client, REACH, start=START, **more), r'<stadt-map[^>]* src="([^"]*)"')[0]
        areas = [f for f in client.get(source).json()["features"] if f["properties"]["id"] == "r15"]
        return float(shapely.geometry.shape(areas[0]["geometry"]).area)

    assert size(aid="foot", ground="4", limits_of="foot") < size(aid="foot")


def test_toilets_and_benches_are_counted_where_they_are_reached_first(with_places: Extract, client: Client) -> None:
    """One toilet of two and the bench lie within five minutes; each counts once."""
    place(with_places, "Nahpark", 100, 10)
    rings = [
        plain(ring)
        for ring in all_of(ask(client, REACH, start=START, aid="foot"), r'<li data-feature-id="r\d+">(.*?)</li>')
    ]
    assert "1 Toilette (1 mit Rollstuhl nutzbar)" in rings[0]
    assert sum("Bank" in ring for ring in rings) == 1
    assert sum("Toilette" in ring for ring in rings) == 2


def test_a_street_that_is_too_steep_is_named(extract: Extract, client: Client) -> None:
    """100 m at 20 %."""
    town = draft_town()
    town.way(
        (500, 0), (600, 0), highway="residential", surface="asphalt", sidewalk="no", incline="20%", name="Schlossberg"
    )
    town.write(extract_path(extract.slug))
    build_graph(extract=extract)
    asked = {"start": coordinates(450, 5), "aid": "wheelchair-manual"}
    answer = text_of(ask(client, REACH, **asked))
    assert "Hier kommst du nicht weiter, weil es dir zu steil ist: Schlossberg" in answer
    assert "So weit kommst du von" in answer


def test_from_where_one_gets_somewhere(prepared: Extract, client: Client) -> None:
    answer = ask(client, REACH, start=START, aid="foot", towards="on")
    assert "Von hier kommst du zu:" in text_of(answer)
    [source] = all_of(answer, r'<stadt-map[^>]* src="([^"]*)"')
    assert "towards=on" in source
    assert len(client.get(source.replace("&amp;", "&")).json()["features"]) == 4


def test_a_place_off_the_map_is_refused_in_words(prepared: Extract, client: Client) -> None:
    answer = ask(client, REACH, start="49.9, 8.5", aid="foot")
    assert answer.status_code == 200
    assert "liegt außerhalb" in text_of(answer)
    assert client.get(REACH + "flaechen.geojson", {"start": "49.9, 8.5", "aid": "foot"}).status_code == 404


@pytest.fixture
def with_places(extract: Extract) -> Extract:
    town = draft_town()
    for tags in town.node_tags.values():
        if tags.get("amenity") in {"bench", "toilets"}:
            tags.clear()
    town.node(100, 108, amenity="toilets", wheelchair="yes", name="WC Ost")
    town.node(350, 108, amenity="toilets", wheelchair="no")
    town.node(200, 208, amenity="bench")
    town.node(400, 208, highway="elevator", name="Aufzug Nord")
    town.way((400, 208), (400, 212), highway="footway")
    town.write(extract_path(extract.slug))
    build_graph(extract=extract)
    return extract


def _names(answer: object) -> list[str]:
    return [plain(name) for name in all_of(answer, r'<h2 class="sh-row__title sh-h3">(.*?)</h2>')]


def test_toilets_with_what_is_known_and_a_way_there(with_places: Extract, client: Client) -> None:
    answer = ask(client, PLACES)
    assert sorted(_names(answer)) == ["Toilette, Querstraße 1", "WC Ost"]
    assert "Nicht mit Rollstuhl nutzbar" in text_of(answer)
    assert "/ankommen/weg/?goal=" in read(answer)
    assert _names(ask(client, PLACES, art="toiletten", rollstuhl="on")) == ["WC Ost"]


def test_the_nearest_comes_first(with_places: Extract, client: Client) -> None:
    lon, lat = at(350, 100)
    answer = ask(client, PLACES, art="toiletten", bei=f"{lat}, {lon}")
    assert _names(answer)[0] == "Toilette, Querstraße 1"
    assert "etwa 10 m von dort" in text_of(answer)


def test_a_lift_says_whether_it_runs(with_places: Extract, kaiserslautern: Municipality, client: Client) -> None:
    assert "Nichts gemeldet" in text_of(ask(client, PLACES, art="aufzuege"))
    now = timezone.now()
    with activate(kaiserslautern):
        report = Obstacle.objects.create(
            kind=Kind.LIFT, effect=Effect.CLOSED, source=Source.CLERK, state=State.CONFIRMED,
            geometry=GeosPoint(*at(400, 208), srid=4326), begins=now - timedelta(hours=1), ends=now + timedelta(days=1),
        )  # fmt: skip
    answer = ask(client, PLACES, art="aufzuege")
    assert "Außer Betrieb" in text_of(answer)
    assert f"/ankommen/hindernisse/{report.pk}/" in read(answer)
    with activate(kaiserslautern):
        Obstacle.objects.update(state=State.REPORTED)
    assert "Angeblich außer Betrieb, nicht bestätigt" in text_of(ask(client, PLACES, art="aufzuege"))


def test_the_map_has_what_the_list_has(with_places: Extract, client: Client) -> None:
    features = client.get(PLACES + "orte.geojson", {"art": "baenke"}).json()["features"]
    assert [f["geometry"]["coordinates"] for f in features] == [pytest.approx(at(200, 208), abs=1e-5)]


def test_before_the_map_is_ready_the_page_says_so(kaiserslautern: Municipality, client: Client) -> None:
    assert "wird noch vorbereitet" in text_of(ask(client, PLACES))
    assert client.get(PLACES + "orte.geojson").json()["features"] == []
