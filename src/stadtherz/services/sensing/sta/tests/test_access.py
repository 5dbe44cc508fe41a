# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who may read and write: open and closed datastreams, keys, staff, the neighbour; limits, and pages of other sites."""

from __future__ import annotations

import pytest

from stadtherz.kernel.api.actions import issue_key, revoke_key
from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.people.tests.factories import person
from stadtherz.services.sensing.models import Datastream
from stadtherz.services.sensing.sta.tests.conftest import ROOT, Sta, thing, whole

OBSERVATIONS = [{"phenomenonTime": f"2015-03-01T0{hour}:00:00Z", "result": 770 + hour} for hour in range(3)]


@pytest.fixture
def closed(sta):
    """An open datastream and a closed one of the same thing, sensor and quantity."""
    body = whole(Observations=OBSERVATIONS)
    sta.post("Things", body)
    secret = {
        **body["Datastreams"][0],
        "name": "Geheim",
        "Observations": [{"phenomenonTime": "2016-03-01T00:00:00Z", "result": 4711}],
    }
    sta.post(f"Things({sta.get('Things')['value'][0]['@iot.id']})/Datastreams", secret)
    Datastream.objects.filter(name="Geheim").update(is_open=False)
    return Datastream.objects.get(name="Geheim").pk


def test_a_closed_datastream_leaks_nowhere(sta, anyone, closed):
    observation = sta.get(f"Datastreams({closed})/Observations")["value"][0]["@iot.id"]
    for path in (
        f"Datastreams({closed})", f"Datastreams({closed})/Observations", f"Datastreams({closed})/name", f"Observations('{observation}')",
        f"Observations('{observation}')/Datastream", f"Observations('{observation}')/result/$value", f"Datastreams({closed})/Thing", f"Datastreams({closed})/$ref",
        f"Observations('{observation}')/FeatureOfInterest", f"Datastreams({closed})/aggregate",
    ):  # fmt: skip
        assert anyone.raw(path).status_code == 404, path
        assert b"4711" not in anyone.raw(path).content
    for path, options in (
        ("Datastreams", {}), ("Observations", {}), ("Things", {"expand": "Datastreams/Observations"}), ("Sensors", {"expand": "Datastreams($expand=Observations)"}),
        ("ObservedProperties", {"expand": "Datastreams($count=true;$expand=Observations($count=true))"}), ("FeaturesOfInterest", {"expand": "Observations/Datastream"}),
        ("Datastreams/$ref", {}), ("Observations?$resultFormat=dataArray", {}), ("Observations", {"orderby": "Datastream/name"}),
    ):  # fmt: skip
        text = anyone.raw(path, **options).content.decode()
        assert "4711" not in text, path
        assert "Geheim" not in text, path
        assert f"Datastreams({closed})" not in text, path
    for path in ("Datastreams", "Observations"):
        assert anyone.get(path, count="true", top=0)["@iot.count"] == {"Datastreams": 1, "Observations": 3}[path]
    for filter_ in (
        "Datastreams/name eq 'Geheim'", "Datastreams/Observations/result eq 4711", "Datastreams/any(d:d/name eq 'Geheim')",
        "Datastreams/any(d:d/Observations/any(o:o/result gt 4000))", f"Datastreams/id eq {closed}",
    ):  # fmt: skip
        assert anyone.get("Things", filter=filter_)["value"] == [], filter_
        assert len(sta.get("Things", filter=filter_)["value"]) == 1, filter_
    assert anyone.get("Observations", filter=f"Datastream/id eq {closed}")["value"] == []
    assert sta.names("Observations", filter=f"Datastream/id eq {closed}") == [4711]


def test_staff_see_what_is_closed_and_residents_do_not(sta, closed, client):
    for role, number in ((None, 1), (Role.EDITOR, 2), (Role.CLERK, 2)):
        client.force_login(person(role) if role else person())
        found = client.get(f"{ROOT}/Datastreams", headers={"host": "kaiserslautern.localhost"}).json()["value"]
        assert len(found) == number, role


def test_writing_needs_a_key_or_a_clerk(anyone, town, client):
    for method, path in (
        ("POST", "Things"),
        ("PATCH", "Things(1)"),
        ("DELETE", "Things(1)"),
        ("POST", "CreateObservations"),
        ("PUT", "Things(1)"),
    ):
        answer = anyone.send(method, path, thing())
        assert answer.status_code == 401, (method, path)
        assert "Bearer" in answer["WWW-Authenticate"]
    reading = issue_key(label="liest", scopes=["sensing.read"], by=None)[1]
    assert Sta(reading).send("POST", "Things", thing()).status_code == 403
    assert Sta("sh_unknown").send("POST", "Things", thing()).status_code == 401
    revoked, secret = issue_key(label="alt", scopes=["sensing.write"], by=None)
    revoke_key(key=revoked, by=None)
    assert Sta(secret).send("POST", "Things", thing()).status_code == 401
    for role, status in ((None, 403), (Role.EDITOR, 403), (Role.CLERK, 201)):
        client.force_login(person(role) if role else person())
        answer = client.post(
            f"{ROOT}/Things", thing(), "application/json", headers={"host": "kaiserslautern.localhost"}
        )
        assert answer.status_code == status, role


def test_a_session_needs_the_csrf_token(town):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(person(Role.CLERK))
    answer = client.post(f"{ROOT}/Things", thing(), "application/json", headers={"host": "kaiserslautern.localhost"})
    assert answer.status_code == 403


def test_the_neighbour_finds_nothing(sta, kusel, closed):
    with activate(kusel):
        theirs = issue_key(label="Kusel", scopes=["sensing.write"], by=None)[1]
    neighbour = Sta(theirs, host="kusel.localhost")
    number = sta.get("Things")["value"][0]["@iot.id"]
    observation = sta.get("Observations")["value"][0]["@iot.id"]
    for path in ("Things", "Locations", "Datastreams", "Observations", "FeaturesOfInterest", "HistoricalLocations"):
        assert neighbour.get(path, count="true") == {"@iot.count": 0, "value": []}
    for path in (
        f"Things({number})",
        f"Datastreams({closed})",
        f"Observations('{observation}')",
        f"Things({number})/Datastreams",
    ):
        assert neighbour.raw(path).status_code == 404
        assert neighbour.send("DELETE", path if path.endswith(")") else "Things(1)").status_code == 404
    assert neighbour.send("POST", "Observations", {"result": 1, "Datastream": {"@iot.id": closed}}).status_code == 400
    assert Sta(theirs).send("POST", "Things", thing()).status_code == 401
    assert len(sta.get("Observations")["value"]) == 4


def test_pages_of_other_sites_may_read(anyone, sta, closed):
    answer = anyone.client.get(f"{ROOT}/Things", headers={"origin": "https://example.org"})
    assert answer["Access-Control-Allow-Origin"] == "*"
    asked = anyone.client.options(f"{ROOT}/Things", headers={"origin": "https://example.org"})
    assert asked.status_code == 204


def test_pages_of_other_sites_write_with_a_key_and_never_with_a_session(anyone, sta, town):
    away = {"origin": "https://example.org"}
    asked = anyone.client.options(f"{ROOT}/Things", headers=away | {"access-control-request-method": "POST"})
    assert {"POST", "PATCH", "PUT", "DELETE"} <= set(asked["Access-Control-Allow-Methods"].split(", "))
    assert {"Authorization", "Content-Type", "Prefer"} <= set(asked["Access-Control-Allow-Headers"].split(", "))
    made = sta.send("POST", "Things", thing(), **away)
    assert (made.status_code, made["Access-Control-Allow-Origin"]) == (201, "*")
    assert "Location" in made["Access-Control-Expose-Headers"]
    refused = anyone.send("POST", "Things", thing(), **away)
    assert (refused.status_code, refused["Access-Control-Allow-Origin"]) == (401, "*"), "the page can read why"
    for answer in (asked, made, refused):
        assert "Access-Control-Allow-Credentials" not in answer


def test_a_switched_off_service_is_not_there(town, anyone):
    town.services = [key for key in town.services if key != "sensing"]
    town.save()
    assert anyone.raw("Things").status_code == 404


def test_refusals_at_the_door_have_the_form_of_the_interface(anyone, town):
    for method, path in (("GET", "Things"), ("GET", "Datastreams(1)/Observations"), ("POST", "Observations")):
        answer = Sta("no-such-key").send(method, path, {})
        assert (answer.status_code, answer["Content-Type"]) == (401, "application/json; charset=utf-8")
        assert answer["WWW-Authenticate"].startswith("Bearer")
        assert {**answer.json(), "message": ""} == {"code": 401, "type": "error", "message": ""}
        assert answer.json()["message"]
