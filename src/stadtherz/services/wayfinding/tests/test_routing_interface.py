# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The routing interface over HTTP, and openrouteservice's own Python client against it."""

from __future__ import annotations

import json
import sys
from typing import Any
from urllib.parse import urlsplit

import openrouteservice
import pytest
import requests
from django.db import connection
from django.test import Client
from openrouteservice.exceptions import ApiError

from stadtherz.kernel.api.actions import issue_key
from stadtherz.kernel.geo.models import Extract
from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.municipalities.queries import forget_hosts
from stadtherz.services.wayfinding import graph_files, graphs
from stadtherz.services.wayfinding.actions.graph import build_graph, load_demo
from stadtherz.services.wayfinding.engine.telling.phrases import EN
from stadtherz.services.wayfinding.engine.tests.town import at
from stadtherz.services.wayfinding.jobs import prepare

START, END = list(at(10, 5)), list(at(390, 395))


class InProcess(requests.adapters.BaseAdapter):
    """Carries the requests of an HTTP client to Django without a socket."""

    def __init__(self, client: Client) -> None:
        super().__init__()
        self.client = client

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:
        parts = urlsplit(request.url or "")
        brought = request.headers.get("Authorization")
        answer = self.client.generic(
            request.method or "GET", f"{parts.path}?{parts.query}", request.body or b"", "application/json",
            headers={"Authorization": brought} if brought else None,
        )  # fmt: skip
        made = requests.Response()
        made.status_code, made._content, made.request = answer.status_code, answer.content, request
        made.headers.update(answer.headers)
        return made

    def close(self) -> None:
        """Nothing to close."""


@pytest.fixture
def ors(prepared: Extract, client: Client) -> openrouteservice.Client:
    found = openrouteservice.Client(base_url="http://localhost/api/routing", retry_over_query_limit=False)
    found._session.mount("http://", InProcess(client))
    return found


def post(client: Client, path: str, body: Any) -> Any:
    return client.post(f"/api/routing/v2/{path}", json.dumps(body), content_type="application/json")


def test_the_client_gets_directions(ors: openrouteservice.Client) -> None:
    answer = ors.directions([START, END], profile="wheelchair-manual", format="geojson", language="de")
    feature = answer["features"][0]
    assert feature["geometry"]["coordinates"][0] == pytest.approx(START, abs=1e-3)
    assert feature["properties"]["segments"][0]["steps"][-1]["instruction"] == "Du bist am Ziel."
    plain = ors.directions([START, END], profile="wheelchair", preference="shortest", instructions=False)
    line = openrouteservice.convert.decode_polyline(plain["routes"][0]["geometry"])
    assert line["coordinates"][0] == pytest.approx(START, abs=1e-3)
    assert "segments" not in plain["routes"][0]


def test_the_client_brings_its_key_as_it_always_does(prepared: Extract, client: Client, town: Municipality) -> None:
    """It puts nothing before the key, and so do the plug-ins."""
    with activate(town):
        _key, secret = issue_key(label="Testprogramm", by=None)
    for key, status in ((secret, 200), ("not-known-here", 401)):
        known = openrouteservice.Client(base_url="http://localhost/api/routing", key=key, retry_over_query_limit=False)
        known._session.mount("http://", InProcess(client))
        try:
            known.directions([START, END], profile="wheelchair")
            found = 200
        except ApiError as refused:
            found = refused.status
        assert found == status


def test_the_client_gets_areas_and_tables(ors: openrouteservice.Client) -> None:
    areas = ors.isochrones([START], profile="walker", range=[60, 120])
    assert [feature["properties"]["value"] for feature in areas["features"]] == [60, 120]
    table = ors.distance_matrix([START, END], profile="pram", metrics=["distance", "duration"])
    assert table["distances"][0][0] == 0
    assert table["durations"][0][1] > 60


def test_the_client_with_odd_parameters(ors: openrouteservice.Client) -> None:
    """All that it can send arrives, and is answered or refused in words."""
    answer = ors.directions(
        [START, END], profile="foot-walking", format="json", units="km", language="en-us", geometry=True,
        geometry_simplify=True, instructions_format="html", preference="fastest", roundabout_exits="true",
        attributes=["avgspeed", "detourfactor", "percentage"], radiuses=[-1, 300], maneuvers="true", elevation="true",
        suppress_warnings="false", optimized="false", continue_straight="false",
        options={"avoid_features": ["ferries", "steps"]},
    )["routes"][0]  # fmt: skip
    assert {"avgspeed", "detourfactor", "percentage"} <= answer["segments"][0].keys()
    assert set(answer["segments"][0]["steps"][0]["maneuver"]) == {"location", "bearing_before", "bearing_after"}
    line = openrouteservice.convert.decode_polyline(answer["geometry"], is3d=True)["coordinates"]
    assert line[0][:2] == pytest.approx(START, abs=1e-3)
    assert answer["way_points"] == [0, len(line) - 1]
    with pytest.raises(ApiError, match="straight line"):
        ors.directions([START, END], profile="foot-walking", skip_segments=[1])
    areas = ors.isochrones(
        [START, END], profile="wheelchair", range=[0.2], interval=0.1, range_type="distance", units="km",
        location_type="destination", attributes=["area", "reachfactor", "total_pop"],
    )  # fmt: skip
    assert [f["properties"]["value"] for f in areas["features"][:2]] == [100, 200]
    assert areas["features"][0]["properties"]["total_pop"] is None
    assert "empty" in areas["metadata"]["warnings"][0]["message"]
    table = ors.distance_matrix([START, END], profile="foot-walking", sources=["0"], destinations=["all"],
                                metrics=["distance"], resolve_locations="true", units="km", optimized="true")  # fmt: skip
    assert table["sources"][0]["name"]
    assert 0.4 < table["distances"][0][1] < 2


def test_the_plug_in_for_qgis_gets_what_it_unpacks(prepared: Extract, client: Client) -> None:
    """It sends what is empty as null, and reads three numbers a point and "waytypes"."""
    body = {"coordinates": [START, END], "preference": "fastest", "geometry": "true", "instructions": "false",
            "elevation": True, "id": None, "options": None, "extra_info": ["waytype"]}  # fmt: skip
    feature = post(client, "directions/foot-walking/geojson", body).json()["features"][0]
    assert all(len(point) == 3 for point in feature["geometry"]["coordinates"])
    assert feature["properties"]["extras"]["waytypes"]["values"]
    asked = {"locations": [START], "range_type": "time", "range": [120], "attributes": ["total_pop"], "id": None,
             "options": None, "location_type": "start", "smoothing": 0.9}  # fmt: skip
    areas = post(client, "isochrones/foot-walking", asked).json()
    assert ["empty" in warning["message"] for warning in areas["metadata"]["warnings"]] == [True, False]
    area = areas["features"][0]
    assert [len(point) for point in area["geometry"]["coordinates"][0]][:2] == [2, 2]


def test_the_client_understands_a_refusal(ors: openrouteservice.Client) -> None:
    with pytest.raises(ApiError) as caught:
        ors.directions([START, [7.7855, 49.4481]], profile="foot-walking", radiuses=[100])
    assert caught.value.status == 404
    assert caught.value.message["error"]["code"] in {2009, 2010}


def test_every_form(prepared: Extract, client: Client) -> None:
    for form, kind in (("json", "application/json"), ("geojson", "application/geo+json"),
                       ("gpx", "application/gpx+xml")):  # fmt: skip
        answer = post(client, f"directions/foot/{form}", {"coordinates": [START, END]})
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == f"{kind};charset=UTF-8"
    assert post(client, "directions/foot/pdf", {"coordinates": [START, END]}).status_code == 406
    short = client.get("/api/routing/v2/directions/foot", {"start": "7.7701,49.44", "end": "7.772,49.441"})
    assert short.json()["type"] == "FeatureCollection"
    more = client.get("/api/routing/v2/directions/foot", {"start": "7.77,49.44", "end": "7.772,49.441", "units": "km"})
    assert more.json()["error"]["code"] == 2012


def test_reasons(prepared: Extract, client: Client) -> None:
    body = {"coordinates": [list(at(290, 300)), list(at(390, 395))],
            "options": {"profile_params": {"profile": {"hard": {"steps": 0}}}}}  # fmt: skip
    answer = post(client, "reasons/foot", body).json()
    assert answer["kind"] == "detour"
    assert "Treppe mit 6 Stufen" in answer["text"]


def test_bad_requests_are_refused_in_the_same_form(prepared: Extract, client: Client) -> None:
    address = "/api/routing/v2/directions/foot"
    for content in (b"", b"{", b"[" * 5000, b"\xff", b'{"id": "\\ud800"}', b'{"\\udc00": 1}', b'{"id": NaN}'):
        answer = client.post(address, content, content_type="application/json")
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, 2000)
    for service, code in (("isochrones", 3000), ("matrix", 6000)):
        broken = client.post(f"/api/routing/v2/{service}/foot", b"{", content_type="application/json")
        assert (broken.status_code, broken.json()["error"]["code"]) == (400, code)
    assert client.get(address).json()["error"]["code"] == 2001
    assert client.put(address).status_code == 405
    assert client.get("/api/routing/v2/matrix/foot").status_code == 405


def test_a_body_that_is_no_json_by_its_own_word_is_refused(prepared: Extract, client: Client) -> None:
    content, english = json.dumps({"coordinates": [START, END]}), {"accept-language": "en"}
    for service in ("directions", "isochrones", "matrix", "reasons"):
        answer = client.post(f"/api/routing/v2/{service}/foot", content, content_type="text/plain", headers=english)
        assert (answer.status_code, answer.json()["hint"]) == (415, EN["refused.415"])
    named = client.post("/api/routing/v2/directions/foot", content, content_type="application/json; charset=utf-8")
    assert named.status_code == 200


def test_what_the_door_refuses_has_the_same_form(prepared: Extract, client: Client) -> None:
    """Clients read "error" alone."""
    big = json.dumps({"coordinates": [START, END], "id": "x" * 3_200_000})
    for service, code in (("directions", 2099), ("isochrones", 3099), ("matrix", 6099), ("reasons", 2099)):
        address = f"/api/routing/v2/{service}/foot"
        stranger = client.post(address, "{}", content_type="application/json", headers={"authorization": "Bearer x"})
        assert (stranger.status_code, stranger.json()["error"]["code"]) == (401, code)
        assert stranger.json()["hint"]
        larger = client.post(address, big, content_type="application/json")
        assert (larger.status_code, larger.json()["error"]["code"]) == (413, code)


def test_a_place_beside_the_map_gets_the_same_advice_everywhere(prepared: Extract, client: Client) -> None:
    for service, body in (("isochrones", {"locations": [START[::-1]], "range": [60]}),
                          ("matrix", {"locations": [START[::-1], END]})):  # fmt: skip
        answer = client.post(f"/api/routing/v2/{service}/foot", json.dumps(body), content_type="application/json",
                             headers={"accept-language": "en"})  # fmt: skip
        assert (answer.status_code, answer.json()["hint"]) == (404, EN["refused.swapped"])


def test_pages_of_other_sites_may_ask(prepared: Extract, client: Client) -> None:
    """Fetch standard, CORS protocol: the browser asks before it posts JSON."""
    address, there = "/api/routing/v2/directions/foot", {"origin": "https://elsewhere.example"}
    allowed = client.options(address, headers=there).headers
    assert allowed["Access-Control-Allow-Methods"] == "GET, HEAD, POST"
    assert "Content-Type" in allowed["Access-Control-Allow-Headers"]
    body = json.dumps({"coordinates": [START, END]})
    answer = client.post(address, body, content_type="application/json", headers=there)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_before_the_graph_is_prepared(extract: Extract, client: Client) -> None:
    answer = post(client, "directions/foot", {"coordinates": [START, END]})
    assert answer.status_code == 503
    assert "being prepared" in answer.json()["error"]["message"]


def test_the_job_prepares_the_graph_once(extract: Extract, town: Municipality, client: Client) -> None:
    prepare()
    made = graph_files.graph_path(extract.slug).stat().st_mtime_ns
    prepare()
    assert graph_files.graph_path(extract.slug).stat().st_mtime_ns == made
    assert load_demo(town) == []
    assert post(client, "directions/foot", {"coordinates": [START, END]}).status_code == 200


def test_two_workers_do_not_prepare_the_same_map(extract: Extract, town: Municipality) -> None:
    other, name = connection.copy(), [f"stadtherz.wayfinding.graph.{extract.slug}"]
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", name)
        prepare()
        assert not graph_files.graph_path(extract.slug).exists()
        cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", name)
    other.close()
    prepare()
    assert graph_files.graph_path(extract.slug).exists()


def test_the_ways_of_an_older_version_serve_until_those_of_the_new_one_are_ready(
    prepared: Extract, client: Client
) -> None:
    body = {"coordinates": [START, END]}
    assert post(client, "directions/foot", body).status_code == 200
    for change, status in (({"version": "fedcba987654"}, 200), ({"key": "elsewhere"}, 503)):
        Extract.objects.filter(pk=prepared.pk).update(**change)
        for number, (_until, file) in list(graphs._maps.items()):
            graphs._maps[number] = (0.0, file)
        assert post(client, "directions/foot", body).status_code == status


def test_a_municipality_without_the_service_or_a_map(extract: Extract, kusel: Municipality, client: Client) -> None:
    body = {"coordinates": [START, END]}
    other = client.post("/api/routing/v2/directions/foot", json.dumps(body), content_type="application/json",
                        headers={"host": "kusel.localhost"})  # fmt: skip
    assert other.status_code == 503
    kusel.services = []
    kusel.save()
    forget_hosts()
    closed = client.post("/api/routing/v2/directions/foot", json.dumps(body), content_type="application/json",
                         headers={"host": "kusel.localhost"})  # fmt: skip
    assert closed.status_code == 404


def test_a_thread_that_waited_does_not_load_again(prepared: Extract, town: Municipality) -> None:
    known = graphs.loaded()
    [key] = graphs._towns
    assert graphs._with_facts(key, known.facts - 1) is known


def test_few_queries(prepared: Extract, client: Client, django_assert_max_num_queries: Any) -> None:
    post(client, "directions/foot", {"coordinates": [START, END]})
    with django_assert_max_num_queries(8):
        post(client, "directions/foot", {"coordinates": [START, END]})


def test_without_the_fast_router_scipy_answers(
    extract: Extract, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where its libraries cannot be installed, everything works, only slower."""
    for name in ("routingkit_cch", "pymetis"):
        monkeypatch.setitem(sys.modules, name, None)
    build_graph(extract=extract)
    body = {"coordinates": [list(at(10, 5)), list(at(490, 395))]}
    slow = post(client, "directions/walker", body).json()["routes"][0]["summary"]
    reached = post(client, "isochrones/walker", {"locations": [list(at(10, 5))], "range": [300]})
    assert reached.status_code == 200
    monkeypatch.undo()
    graphs.forget()
    assert post(client, "directions/walker", body).json()["routes"][0]["summary"] == slow
