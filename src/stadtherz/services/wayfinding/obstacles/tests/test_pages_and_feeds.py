# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pages, interface and feeds of obstacles, as residents, clerks and programs use them."""

from __future__ import annotations

import json
import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.gis.geos import GEOSGeometry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from stadtherz.kernel.geo.models import Extract
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.outside.refusals import BadStatus
from stadtherz.kernel.people.models import Person
from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.people.tests.factories import person
from stadtherz.services.wayfinding.engine.tests.town import at
from stadtherz.services.wayfinding.models import Obstacle, ObstacleFeed
from stadtherz.services.wayfinding.obstacles.actions.feeding import read_feed, take_over
from stadtherz.services.wayfinding.obstacles.feed_format import NotUnderstood, read
from stadtherz.services.wayfinding.obstacles.feed_problems import in_words, mark, may_be_asked
from stadtherz.services.wayfinding.obstacles.tests.factories import LIFT_WAY, PARK_WAY, closed, metres, spot
from stadtherz.services.wayfinding.obstacles.vocabulary import Kind, State
from stadtherz.services.wayfinding.web.obstacle_forms import DrawForm

LIST, REPORT = "/ankommen/hindernisse/", "/ankommen/hindernisse/melden/"


@pytest.fixture(autouse=True)
def _town(prepared: Extract, town: Municipality) -> None:
    """Kaiserslautern is active, its graph prepared."""


def as_visitor(who: Person | None = None) -> Client:
    client = Client(headers={"accept-language": "de"})
    if who:
        client.force_login(who)
    return client


def sent(**changes: Any) -> dict[str, Any]:
    lon, lat = at(250, 250)
    return {"latitude": lat, "longitude": lon, "kind": "works", "submission_key": str(uuid.uuid4()), **changes}


def test_a_resident_reports_with_one_tap_and_a_clerk_confirms_it() -> None:
    before = metres()
    answer = as_visitor(person()).post(REPORT, sent())
    assert answer.status_code == 302
    page = as_visitor().get(answer.headers["Location"]).content.decode()
    assert "Gemeldet, nicht bestätigt" in page
    assert "Baustelle" in as_visitor().get(LIST).content.decode()
    clerk = as_visitor(person(Role.CLERK))
    assert "Baustelle" in clerk.get("/ankommen/amt/hindernisse/").content.decode()
    done = clerk.post(f"{answer.headers['Location']}entscheiden/", {"verb": "confirm"}, follow=True).content.decode()
    assert "Bestätigt. Wege führen daran vorbei." in done
    assert metres() != before


@pytest.mark.parametrize(
    "wrong", [{"kind": ""}, {"latitude": "", "longitude": ""}, {"latitude": "nan"}, {"latitude": 0}]
)
def test_what_is_missing_is_said(wrong: dict[str, Any]) -> None:
    assert as_visitor(person()).post(REPORT, sent(**wrong)).status_code == 422
    assert not Obstacle.objects.exists()


def test_nobody_reports_without_an_account_and_only_clerks_decide() -> None:
    assert as_visitor().post(REPORT, sent()).status_code == 302
    assert not Obstacle.objects.exists()
    assert as_visitor(person()).get("/ankommen/amt/hindernisse/neu/").status_code == 403


def test_the_account_comes_last_and_the_device_keeps_the_report_meanwhile() -> None:
    visitor = as_visitor()
    assert visitor.get(REPORT).status_code == 200
    answer = visitor.post(REPORT, sent(), headers={"accept": "application/json"})
    assert (answer.status_code, Obstacle.objects.exists()) == (401, False)
    assert answer.json()["sign_in"].startswith("/account/login/?next=%2Fankommen")
    visitor.force_login(person())
    form = sent(minutes_ago=90)
    answers = [visitor.post(REPORT, form, headers={"accept": "application/json"}) for _again in range(2)]
    obstacle = Obstacle.objects.get()
    assert [answer.json() for answer in answers] == [{"url": f"{LIST}{obstacle.pk}/"}] * 2
    assert timedelta(minutes=89) < timezone.now() - obstacle.begins < timedelta(minutes=91)


def test_a_report_that_waited_too_long_for_a_network_is_refused_in_words() -> None:
    form = sent(kind="parked_cars", minutes_ago=4 * 60)
    answer = as_visitor(person()).post(REPORT, form, headers={"accept": "application/json"})
    assert (answer.status_code, Obstacle.objects.exists()) == (422, False)
    assert "zu alt" in " ".join(answer.json()["errors"])


def test_a_clerk_draws_without_a_map_and_changes_it() -> None:
    client, now = as_visitor(person(Role.CLERK)), timezone.localtime()
    form = sent(
        effect="closed", reach_m=8, begins=now.strftime("%Y-%m-%dT%H:%M"),
        ends=(now + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M"), title="Kanalbau",
    )  # fmt: skip
    answer = client.post("/ankommen/amt/hindernisse/neu/", form)
    assert answer.status_code == 302
    found = Obstacle.objects.get()
    edit = f"{LIST}{found.pk}/aendern/"
    assert "Kanalbau" in client.get(edit).content.decode()
    line = json.dumps({"type": "LineString", "coordinates": [at(250, 290), at(250, 210)]})
    assert client.post(edit, {**form, "geometry": line, "seen": found.version}).status_code == 302
    assert client.post(edit, {**form, "seen": found.version}).status_code == 422
    found.refresh_from_db()
    assert found.geometry.geom_type == "LineString"
    kinds = [f["geometry"]["type"] for f in as_visitor().get(f"{LIST}orte.geojson").json()["features"]]
    assert kinds == ["LineString", "Point"]
    for drawn in ('{"type": "Nonsense"}', "[" * 5000):
        assert client.post("/ankommen/amt/hindernisse/neu/", {**form, "geometry": drawn}).status_code == 422


def test_a_drawing_that_is_not_finished_does_not_become_a_point() -> None:
    now = timezone.localtime()
    form = sent(
        effect="closed", reach_m=8, begins=now.strftime("%Y-%m-%dT%H:%M"),
        ends=(now + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M"), drawing="area",
    )  # fmt: skip
    client = as_visitor(person(Role.CLERK))
    answer = client.post("/ankommen/amt/hindernisse/neu/", form)
    assert (answer.status_code, "ein Gebiet drei" in answer.content.decode()) == (422, True)
    assert client.post("/ankommen/amt/hindernisse/neu/", {**form, "drawing": "point"}).status_code == 302


def test_a_lift_that_the_map_does_not_know_promises_no_other_way() -> None:
    known = closed(person(Role.CLERK), spot(498, 429), kind=Kind.LIFT, reach_m=25)
    unknown = closed(person(Role.CLERK), kind=Kind.LIFT, reach_m=25)
    for lift, said in ((known, "Wege führen daran vorbei"), (unknown, "führt hier kein Weg durch einen Aufzug")):
        assert said in as_visitor().get(f"{LIST}{lift.pk}/").content.decode()
    page = as_visitor().get(LIST).content.decode()
    assert (page.count("Wege führen daran vorbei"), page.count("führt hier kein Weg durch einen Aufzug")) == (1, 1)


def test_where_a_closure_is_all_that_is_in_the_way_it_is_named_with_its_end() -> None:
    """Nobody is asked to measure a place that a festival closes."""
    lift = closed(person(Role.CLERK), spot(498, 429), kind=Kind.LIFT, reach_m=25)
    start, goal = (f"{lat},{lon}" for lon, lat in (at(*place) for place in LIFT_WAY))
    query = {"start": start, "goal": goal, "aid": "wheelchair-manual"}
    page = as_visitor().get("/ankommen/weg/", query).content.decode()
    [reasons] = re.findall(r'id="wf-broken">(.*?)</ol>', page, re.DOTALL)
    assert f'href="{LIST}{lift.pk}/">Aufzug außer Betrieb</a> (bis ' in reasons
    assert [item for item in reasons.split("<li")[1:] if "Sperrung" in item and "wie es dort aussieht" in item] == []


def test_an_hour_in_which_the_clocks_change_is_refused_in_words() -> None:
    form = DrawForm({"kind": "works", "begins": "2027-03-28T02:30", "ends": "2027-10-31T02:30"})
    for name in ("begins", "ends"):
        assert [error.code for error in form.errors.as_data()[name]] == ["ambiguous_timezone"]
        assert "clocks change" in form.errors[name][0] or "Uhr umgestellt" in form.errors[name][0]


def test_an_area_is_drawn_as_area_and_list_and_map_of_a_way_say_the_same() -> None:
    ring = [at(*corner) for corner in ((240, 240), (260, 240), (260, 260), (240, 260), (240, 240))]
    area = GEOSGeometry(json.dumps({"type": "Polygon", "coordinates": [ring]}), srid=4326)
    festival = closed(person(Role.CLERK), area, kind=Kind.FESTIVAL, title="Parkfest")
    [shape, mark] = as_visitor().get(f"{LIST}orte.geojson").json()["features"]
    assert (shape["geometry"]["type"], shape["properties"]["id"]) == ("Polygon", str(festival.pk))
    assert (mark["geometry"]["type"], mark["properties"]["title"]) == ("Point", "Parkfest")
    assert ' selected="' not in as_visitor().get(f"{LIST}{festival.pk}/").content.decode(), "an area is seen as a whole"
    works = closed(person(Role.CLERK), spot(50, 0))
    assert f' selected="{works.pk}"' in as_visitor().get(f"{LIST}{works.pk}/").content.decode(), "a point from near"
    start, goal = (f"{lat},{lon}" for lon, lat in (at(*place) for place in PARK_WAY))
    query = {"start": start, "goal": goal, "aid": "foot"}
    page = as_visitor().get("/ankommen/weg/", query).content.decode()
    drawn = as_visitor().get("/ankommen/weg/linie.geojson", query).json()["features"]
    named = [f["geometry"]["type"] for f in drawn if f["properties"]["id"] == f"o{festival.pk}"]
    assert named == ["Polygon", "Point"]
    assert re.search(rf'data-feature-id="o{festival.pk}"><a [^>]*>Parkfest', page)


def test_the_list_asks_as_often_for_five_as_for_two_hundred() -> None:
    clerk, counts = person(Role.CLERK), []
    first = closed(clerk)
    for more in (4, 195):
        Obstacle.objects.bulk_create([Obstacle(**{
            f.attname: getattr(first, f.attname) for f in Obstacle._meta.fields if f.name != "id"
        }) for _copy in range(more)])  # fmt: skip
        client = as_visitor()
        client.get(LIST)
        with CaptureQueriesContext(connection) as caught:
            client.get(LIST)
        counts.append(len([q for q in caught.captured_queries if not q["sql"].startswith(("SAVE", "RELEASE"))]))
    assert counts[0] == counts[1]
    page = as_visitor().get("/api/v1/wayfinding/obstacles", {"limit": 150}).json()
    rest = as_visitor().get(page["next"]).json()
    assert (len(page["features"]), len(rest["features"]), rest["next"]) == (150, 50, None)


def feature(key: str, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "id": key, "properties": properties,
            "geometry": {"type": "Point", "coordinates": at(498, 429)}}  # fmt: skip


def tell(feed: ObstacleFeed, *features: Any) -> int:
    body = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    return take_over(feed=feed, reading=read(body, feed))


def test_a_feed_of_lifts() -> None:
    feed = ObstacleFeed.objects.create(name="Aufzüge", url="https://lifts.example.org/")
    assert tell(feed, feature("a", state="broken"), feature("b", state="in_service")) == 1
    assert tell(feed, feature("a", state="broken")) == 0
    assert [o.feed_key for o in Obstacle.objects.current()] == ["a"]
    assert tell(feed, feature("b", state="ok")) == 1
    assert not Obstacle.objects.current().exists()
    assert tell(feed, feature("a")) == 1
    assert Obstacle.objects.get().state == State.CONFIRMED


def test_a_feed_that_nobody_understands() -> None:
    feed = ObstacleFeed.objects.create(name="Aufzüge", url="https://lifts.example.org/")
    for body in (b"", b"[]", b'{"type": "FeatureCollection"}', b"[" * 5000):
        with pytest.raises(NotUnderstood):
            read(body, feed)
    bad = [
        None,
        7,
        {},
        {"id": "x"},
        feature("k", kind="comet"),
        feature("t", begins="gestern"),
        feature("r", reach_m="viel"),
        {**feature("n"), "id": None},
        {**feature("outside"), "geometry": {"type": "Point", "coordinates": [49.4, 7.7]}},
        feature("over", begins="2026-12-01T00:00:00Z", ends="2026-11-01T00:00:00Z"),
    ]
    reading = read(json.dumps({"type": "FeatureCollection", "features": [*bad, feature("good")]}).encode(), feed)
    assert ([told.key for told in reading.told], reading.skipped) == (["good"], len(bad))


def test_what_is_wrong_with_a_feed_is_said_in_the_readers_words() -> None:
    feed = ObstacleFeed.objects.create(name="Aufzüge", url="ftp://lifts.example.org/")
    read_feed(feed=feed)
    clerk = as_visitor(person(Role.CLERK))
    page = clerk.get("/ankommen/amt/hindernisse/quellen/").content.decode()
    assert "Diese Adresse wird nicht abgefragt" in page
    assert "neither with https" not in page
    assert f"/quellen/{feed.pk}/" in clerk.get("/ankommen/amt/hindernisse/").content.decode()
    marks = {mark(BadStatus("gone", 410)): "410", mark(NotUnderstood("no JSON")): "GeoJSON", "skipped:1": "1 Eintrag"}
    with translation.override("de"):
        assert [said in in_words(problem) for problem, said in marks.items()] == [True] * 3
    wrong = {"name": "Datei", "url": "ftp://other.example.org/", "kind": "lift", "effect": "closed"}
    assert clerk.post("/ankommen/amt/hindernisse/quellen/", wrong).status_code == 422


def test_a_feed_that_fails_is_asked_ever_more_rarely() -> None:
    now, minute = timezone.now(), timedelta(minutes=1)
    feed = ObstacleFeed(asked_at=now - 2 * minute, worked_at=now - 2 * minute)
    assert may_be_asked(feed, now)
    feed.worked_at = now - 62 * minute
    assert not may_be_asked(feed, now)
    assert may_be_asked(feed, now + 4 * minute)
    feed.worked_at = now - timedelta(days=30)
    assert not may_be_asked(feed, now + 27 * minute)
    assert may_be_asked(feed, now + 28 * minute)


def test_the_neighbours_clerk_stays_outside(kusel: Municipality) -> None:
    found = closed(person(Role.CLERK), spot())
    other = Client(headers={"host": "kusel.localhost"})
    assert other.get(f"{LIST}{found.pk}/").status_code == 404
