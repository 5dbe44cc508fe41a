# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A way from one municipality of an installation into the next, each with its own map."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
import shapely.geometry
from django.contrib.gis.geos import Point, Polygon
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from stadtherz.kernel.geo.extracts import extract_path
from stadtherz.kernel.geo.models import Extract
from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.municipalities.queries import forget_hosts
from stadtherz.kernel.people.tests.factories import person
from stadtherz.services.wayfinding import graphs, neighbours
from stadtherz.services.wayfinding.actions.graph import build_graph
from stadtherz.services.wayfinding.engine.tests.town import at, cut_town
from stadtherz.services.wayfinding.models import Obstacle, ObstacleVersion, SavedWay
from stadtherz.services.wayfinding.obstacles.vocabulary import Effect, Kind, Source, State
from stadtherz.services.wayfinding.saved_ways.actions import look_at_ways
from stadtherz.services.wayfinding.saved_ways.vocabulary import Standing
from stadtherz.services.wayfinding.tests.test_own_limits import TRACK
from stadtherz.services.wayfinding.tests.test_pages import ask, coordinates, items, map_source, plain, text_of
from stadtherz.services.wayfinding.tests.test_routing_interface import post
from stadtherz.services.wayfinding.tests.test_surroundings import REACH

WEST, EAST = coordinates(10, 5), coordinates(490, 395)


@pytest.fixture
def two_towns(extract: Extract, kusel: Municipality) -> Municipality:
    """The west of the invented town is Kaiserslautern's map, its east that of Kusel; they overlap by three streets."""
    kusel.map_centre = Point(*at(450, 50), srid=4326)
    kusel.save()
    forget_hosts()
    other = Extract.objects.create(
        key="east", version="ba9876543210", name="East", source="east.osm.pbf", attribution="nobody",
        bounds=Polygon.from_bbox((*at(100, -500), *at(900, 900))),
    )  # fmt: skip
    cut_town(0, 300).write(extract_path(extract.slug))
    cut_town(0 + 100, 500).write(extract_path(other.slug))
    for found in (extract, other):
        build_graph(extract=found)
    return kusel


def test_the_way_leads_over_the_border_and_says_where(two_towns: Municipality, client: Client) -> None:
    answer = ask(client, start=WEST, goal=EAST, aid="foot")
    steps = [plain(item) for item in items(answer, "wf-steps")]
    assert steps.count("Hier beginnt: Kusel.") == 1
    assert 0 < steps.index("Hier beginnt: Kusel.") < len(steps) - 2
    assert steps[-1] == "Du bist am Ziel."
    lines = [f for f in client.get(map_source(answer)).json()["features"] if f["geometry"]["type"] == "LineString"]
    assert len(lines) == len(steps) - 2


def test_and_back(two_towns: Municipality, client: Client) -> None:
    answer = ask(client, start=EAST, goal=WEST, aid="foot")
    assert "Hier beginnt: Kaiserslautern." in text_of(answer)


def test_a_town_between_is_walked_through(
    two_towns: Municipality, kaiserslautern: Municipality, client: Client
) -> None:
    """The west ends at 200, the east begins at 300, and the third town's map joins them; without it one is told."""
    east, west = Extract.objects.get(key="east"), Extract.objects.exclude(key="east").get()
    between = Extract.objects.create(
        key="between", version="ccc6543210ab", name="Between", source="b.osm.pbf", attribution="nobody",
        bounds=Polygon.from_bbox((*at(150, -500), *at(350, 900))),
    )  # fmt: skip
    Extract.objects.filter(pk=east.pk).update(
        version="ba0000000001", bounds=Polygon.from_bbox((*at(350, -500), *at(900, 900)))
    )
    Extract.objects.filter(pk=west.pk).update(
        version="ba0000000002", bounds=Polygon.from_bbox((*at(-900, -500), *at(150, 900)))
    )
    for found, low, high in ((west, 0, 200), (between, 0, 500), (east, 300, 500)):
        found.refresh_from_db()
        cut_town(low, high).write(extract_path(found.slug))
        build_graph(extract=found)
    Municipality.objects.filter(pk=kaiserslautern.pk).update(map_centre=Point(*at(50, 50), srid=4326))
    forget_hosts()
    graphs.forget()
    assert "ein oder zwei Orte dazwischen" in text_of(ask(client, start=WEST, goal=EAST, aid="foot"))
    Municipality.objects.create(
        key="mitte", name="Mitte", map_centre=Point(*at(250, 50), srid=4326), services=["wayfinding"]
    )
    forget_hosts()
    steps = [plain(item) for item in items(ask(client, start=WEST, goal=EAST, aid="foot"), "wf-steps")]
    assert [step for step in steps if "Hier beginnt" in step] == ["Hier beginnt: Mitte.", "Hier beginnt: Kusel."]


def test_a_neighbour_without_the_service_is_not_asked(two_towns: Municipality, client: Client) -> None:
    Municipality.objects.filter(pk=two_towns.pk).update(services=["participation"])
    forget_hosts()
    assert "Hier beginnt" not in text_of(ask(client, start=WEST, goal=EAST, aid="foot"))


STRICT = {"aid": "foot", "unknown": "forbid", "kerb_up": "0", "limits_of": "foot"}


def test_where_no_way_over_the_border_keeps_the_limits_one_is_told_what_is_in_the_way(
    two_towns: Municipality, client: Client
) -> None:
    answer = ask(client, start=WEST, goal=EAST, **STRICT)
    assert len(items(answer, "wf-broken")) > 0
    assert "Hier beginnt: Kusel." in text_of(answer)
    assert "Dieser Weg hält deine Grenzen nicht ein" in text_of(answer)
    features = client.get(map_source(answer)).json()["features"]
    assert all(f["properties"]["dashed"] for f in features if f["geometry"]["type"] == "LineString")
    assert ask(client, TRACK, start=WEST, goal=EAST, **STRICT).status_code == 302


def test_the_track_leads_over_the_border(two_towns: Municipality, client: Client) -> None:
    track = ask(client, TRACK, start=WEST, goal=EAST, aid="foot")
    points = re.findall(r'<trkpt lat="([\d.]+)" lon="([\d.]+)"', track.content.decode())
    assert [f"{float(a):.3f}, {float(b):.3f}" for a, b in (points[0], points[-1])] == [
        ", ".join(f"{float(n):.3f}" for n in place.split(",")) for place in (WEST, EAST)
    ]
    assert track.content.decode().count("Hier beginnt: Kusel.") == 1


def test_a_way_inside_the_neighbour_is_given_too(two_towns: Municipality, client: Client) -> None:
    answer = ask(client, start=coordinates(490, 5), goal=EAST, aid="foot")
    assert len(items(answer, "wf-steps")) > 1
    assert "Hier beginnt" not in text_of(answer)


def test_other_ways_and_an_obstacle_of_the_neighbour(two_towns: Municipality, client: Client) -> None:
    with activate(two_towns):
        parked = Obstacle.objects.create(
            kind=Kind.PARKED_CARS, effect=Effect.WHEELS, source=Source.CLERK, state=State.REPORTED, version=1,
            geometry=Point(*at(490, 395), srid=4326), reach_m=30, ends=timezone.now() + timedelta(hours=4),
            place_label="Ecke",
        )  # fmt: skip
        ObstacleVersion.objects.create(number=1)
    answer = ask(client, start=WEST, goal=EAST, aid="foot")
    assert "Ecke" in text_of(answer)
    assert f"/ankommen/hindernisse/{parked.pk}/" not in answer.content.decode()


def places(*points: tuple[float, float]) -> list[list[float]]:
    return [list(at(*point)) for point in points]


def test_the_interface_crosses_as_well_and_with_places_on_the_way(two_towns: Municipality, client: Client) -> None:
    body = {"coordinates": places((10, 5), (90, 205), (490, 395)), "extra_info": ["surface"]}
    (route,) = post(client, "directions/foot", body).json()["routes"]
    assert len(route["segments"]) == 2
    assert len(route["way_points"]) == 3
    texts = [step["instruction"] for step in route["segments"][1]["steps"]]
    assert sum(text.startswith("Hier beginnt: Kusel. ") for text in texts) == 1
    assert sum(s["distance"] for s in route["segments"]) == pytest.approx(route["summary"]["distance"], abs=1)
    assert route["extras"]["surface"]["values"][-1][1] == route["way_points"][-1]
    track = post(client, "directions/foot/gpx", body).content.decode()
    assert track.count("Hier beginnt: Kusel.") == 1
    line = post(client, "directions/foot/geojson", body).json()["features"][0]["geometry"]["coordinates"]
    assert line[-1] == pytest.approx(at(490, 395), abs=3e-4)


def test_the_interface_says_why_not_over_the_border(two_towns: Municipality, client: Client) -> None:
    profile = {"unknown": dict.fromkeys(("kerb", "surface", "smoothness", "width", "incline"), "forbid")}
    body = {
        "coordinates": places((10, 5), (490, 395)), "language": "en",
        "options": {"profile_params": {"profile": profile}},
    }  # fmt: skip
    answer = post(client, "directions/foot", body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, 2009)
    why = answer.json()["why_not"]
    assert why["kind"] == "closest"
    assert why["violations"]
    assert why["geometry"]["coordinates"][-1] == pytest.approx(at(490, 395), abs=3e-4)
    assert post(client, "reasons/foot", body).json()["text"] == why["text"]
    easy = {**body, "options": {}}
    assert post(client, "reasons/foot", easy).json()["kind"] in {"direct", "detour"}


def test_alternatives_over_the_border_differ(two_towns: Municipality, client: Client) -> None:
    body = {"coordinates": places((10, 5), (490, 395)), "alternative_routes": {"target_count": 3, "share_factor": 1}}
    routes = post(client, "directions/wheelchair-electric", body).json()["routes"]
    kinds = [route["stadtherz"]["kind"] for route in routes]
    assert kinds[0] == "best"
    assert len(set(kinds)) == len(kinds)


def test_areas_and_tables_go_on_beyond_the_border(two_towns: Municipality, client: Client) -> None:
    body = {"locations": places((90, 205)), "range": [30, 400]}
    near, far = (feature["properties"] for feature in post(client, "isochrones/foot", body).json()["features"])
    assert near["stadtherz"]["towns"] == ["Kaiserslautern"]
    assert far["stadtherz"]["towns"] == ["Kaiserslautern", "Kusel"]
    everywhere = places((10, 5), (490, 395))
    table = post(client, "matrix/foot", {"locations": everywhere, "metrics": ["distance", "duration"]}).json()
    assert [place.get("stadtherz") for place in table["sources"]] == [None, {"town": "Kusel"}]
    for row, column, pair in ((0, 1, everywhere), (1, 0, everywhere[::-1])):
        way = post(client, "directions/foot", {"coordinates": pair}).json()["routes"][0]["summary"]
        assert table["distances"][row][column] == pytest.approx(way["distance"], abs=0.2)
        assert table["durations"][row][column] == pytest.approx(way["duration"], abs=0.2)


def test_the_page_of_the_surroundings_goes_on_as_well(two_towns: Municipality, client: Client) -> None:
    """The west's map ends at 300, the east's begins at 100: fifteen minutes lead to the east's far end, five do not."""
    answer = ask(client, REACH, start=WEST, aid="foot")
    assert "Hinter der Grenze geht es weiter: Kusel." in text_of(answer)
    features = client.get(map_source(answer)).json()["features"]
    shapes = {f["properties"]["id"]: shapely.geometry.shape(f["geometry"]) for f in features}
    assert [shapes[ring].buffer(1e-4).contains(shapely.Point(at(490, 395))) for ring in ("r5", "r15")] == [False, True]
    Municipality.objects.filter(pk=two_towns.pk).update(services=["participation"])
    forget_hosts()
    alone = text_of(ask(client, REACH, start=WEST, aid="foot"))
    assert "Hinter der Grenze" not in alone
    assert "im Osten" in alone


def test_only_maps_that_may_lie_there_are_loaded(
    two_towns: Municipality, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with activate(Municipality.objects.get(key="kaiserslautern")), django_assert_max_num_queries(2):
        assert neighbours.neighbour_at((13.4, 52.5)) is None


def test_a_kept_way_over_the_border_is_watched_there_too(
    two_towns: Municipality, kaiserslautern: Municipality, client: Client
) -> None:
    """An obstacle of the neighbour breaks it, named without a link; the neighbour's own job knows nothing of the way."""
    with activate(kaiserslautern):
        client.force_login(person())
    page = ask(client, start=WEST, goal=EAST, aid="foot")
    [question] = re.findall(r'name="question" value="([^"]*)"', page.content.decode())
    client.post("/ankommen/weg/meine/neu/", {"question": html.unescape(question)})
    with activate(kaiserslautern):
        way = SavedWay.objects.get()
    assert (way.standing, way.question["beyond"], way.line is not None) == (Standing.FREE, True, True)
    with activate(two_towns):
        Obstacle.objects.create(
            kind=Kind.WORKS, effect=Effect.CLOSED, source=Source.CLERK, state=State.CONFIRMED, version=1,
            geometry=Point(*at(490, 395), srid=4326).buffer(0.0006), ends=timezone.now() + timedelta(hours=4),
        )  # fmt: skip
        ObstacleVersion.objects.create(number=1)
        assert look_at_ways() == 0
    with activate(kaiserslautern):
        assert look_at_ways() == 1
        way.refresh_from_db()
    assert way.standing == Standing.BROKEN
    assert [one["url"] for one in way.because] == [""]
    assert "fünf Minuten" in text_of(client.get("/ankommen/weg/meine/", headers={"accept-language": "de"}))
