# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Sections 10.3 and 10.4 of OGC 18-088: PATCH, PUT, JSON Patch, DELETE with its cascades, $ref."""

from __future__ import annotations

import json

import psycopg
import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from stadtherz.services.sensing.sta.tests.conftest import OM, location, quantity, sensor, stream, thing, whole
from stadtherz.services.sensing.sta.views import from_database

OBSERVATIONS = [{"phenomenonTime": f"2015-03-01T0{hour}:00:00Z", "result": hour} for hour in range(3)]
SETS = ("Things", "Locations", "HistoricalLocations", "Datastreams", "Sensors", "Observations", "ObservedProperties", "FeaturesOfInterest")  # fmt: skip


@pytest.fixture
def links(sta):
    """One entity of each type, by the name of its set."""
    sta.post("Things", whole(Observations=OBSERVATIONS, properties={"a": 1}))
    return {name: sta.get(name)["value"][0]["@iot.selfLink"] for name in SETS}


def _change(sta, link, body, method="PATCH", **more):
    before = sta.get(link)
    answer = sta.send(method, link, body, **more)
    assert answer.status_code == 200, answer.content
    assert sta.get(link) == answer.json()
    return {name: value for name, value in answer.json().items() if before.get(name) != value}


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_properties_change_and_others_stay(sta, links, method):
    changes = {
        "Things": {"name": "N", "description": "D"}, "Sensors": {"name": "N", "description": "D", "encodingType": "application/pdf", "metadata": {"a": 1}},
        "Locations": {**location("N", (8, 50)), "description": "D"}, "ObservedProperties": {"name": "N", "definition": "urn:d", "description": "D"},
        "HistoricalLocations": {"time": "2015-07-01T00:00:00Z"}, "FeaturesOfInterest": {"name": "N", "description": "D", "encodingType": "text/plain", "feature": "x"},
        "Datastreams": {
            "name": "N", "description": "D", "observationType": "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Observation",
            "unitOfMeasurement": {"name": "Entropy", "symbol": "S", "definition": "urn:s"},
        },
        "Observations": {"phenomenonTime": "2015-08-01T00:40:00Z", "result": 99},
    }  # fmt: skip
    for name, body in changes.items():
        before = sta.get(links[name])
        changed = _change(sta, links[name], body, method)
        for member, value in body.items():
            assert sta.get(links[name])[member] == value
        assert set(changed) <= set(body) | {"@iot.id", "@iot.selfLink"} | {
            each for each in before if "navigationLink" in each
        } | ({"properties"} if "unitOfMeasurement" in body else set())  # where the earlier unit is told


def test_put_needs_what_is_mandatory_and_takes_away_the_rest(sta, links):
    assert sta.send("PUT", links["Things"], {"name": "N"}).status_code == 400
    assert sta.send("PUT", links["Observations"], {}).status_code == 400
    assert sta.get(links["Datastreams"])["properties"] == {"a": 1}
    sta.send(
        "PUT", links["Datastreams"], {k: v for k, v in stream().items() if k not in {"Sensor", "ObservedProperty"}}
    )
    assert "properties" not in sta.get(links["Datastreams"])
    assert sta.get(f"{links['Datastreams']}/Thing")["name"] == "Post 7"


def test_what_cannot_be_changed_is_ignored_or_refused(sta, links):
    assert _change(sta, links["Things"], {"@iot.id": 77, "@iot.selfLink": "x", "name": "N"}) == {"name": "N"}
    assert _change(sta, links["Datastreams"], {"phenomenonTime": "2000-01-01T00:00:00Z/2001-01-01T00:00:00Z"}) == {}
    for name, body in (
        ("Things", {"Locations": [location()]}), ("Things", {"Datastreams": [stream()]}), ("Sensors", {"Datastreams": [stream()]}),
        ("Datastreams", {"ObservedProperty": quantity()}), ("Datastreams", {"Sensor": sensor()}), ("Datastreams", {"Thing": thing()}),
        ("Datastreams", {"Observations": [{"result": 1}]}), ("Things", {"name": None}), ("Things", {"colour": "rot"}), ("Things", []),
        ("Observations", {"result": "warm"}), ("Observations", {"phenomenonTime": "x"}), ("Observations", {"phenomenonTime": None}), ("Datastreams", {"unitOfMeasurement": 5}),
        ("Datastreams", {"unitOfMeasurement": {"symbol": 5}}),
        ("Locations", {"location": {"type": "Pint"}}), ("Datastreams", {"Thing": {"@iot.id": 999}}),
    ):  # fmt: skip
        assert sta.send("PATCH", links[name], body).status_code == 400, body
    assert sta.send("PATCH", "Things(99999)", {"name": "x"}).status_code == 404
    assert sta.send("PUT", "Observations('1-zz')", {"result": 1}).status_code == 404


def test_of_equal_names_the_last_counts_in_descriptions_and_none_in_measurements(sta, links):
    twice = '{"name": "A", "definition": "d", "name": "B", "description": "d"}'
    assert sta.send("PUT", links["ObservedProperties"], twice).status_code == 200
    assert sta.get(links["ObservedProperties"])["name"] == "B"
    measured = '{"result": 1, "result": 2}'
    assert sta.send("POST", f"{links['Datastreams']}/Observations", measured).status_code == 400
    within = json.dumps(stream(Observations=["x"])).replace('"x"', measured)
    assert sta.send("POST", f"{links['Things']}/Datastreams", within).status_code == 400


def test_fractions_of_a_second_are_written_alike(sta, links):
    time = "2026-03-01T10:00:00.25Z"
    body = {
        "result": 9,
        "phenomenonTime": time.replace("25Z", "250Z"),
        "resultTime": time,
        "validTime": f"{time}/{time}",
    }
    shown = sta.send("POST", f"{links['Datastreams']}/Observations", body).json()
    assert {shown["phenomenonTime"], shown["resultTime"], shown["validTime"].partition("/")[0]} == {time}
    assert sta.get(links["Datastreams"])["resultTime"].endswith(time)


def test_observations_are_linked_from_either_side(sta, links):
    number, seen = sta.get(links["Datastreams"])["@iot.id"], sta.get(links["Observations"])
    other = sta.post("Datastreams", {**stream("Andere"), "Thing": {"@iot.id": sta.post("Things", thing("Post 8"))}})
    feature = sta.post(
        "FeaturesOfInterest", {"name": "F", "description": "", "encodingType": "text/plain", "feature": "x"}
    )
    link = {"Observations": [{"@iot.id": seen["@iot.id"]}]}
    assert sta.send("PATCH", f"Datastreams({other})", {"name": "Neu", **link}).status_code == 200
    assert sta.names(f"Datastreams({other})/Observations") == [seen["result"]]
    assert len(sta.get(f"Datastreams({number})/Observations")["value"]) == 2
    assert sta.get(f"Datastreams({other})")["phenomenonTime"].startswith(seen["phenomenonTime"])
    assert sta.get(f"{links['Observations']}/FeatureOfInterest")["name"] == "Stiftsplatz"
    assert sta.send("PATCH", f"FeaturesOfInterest({feature})", link).status_code == 200  # by its earlier identifier
    assert sta.names(f"FeaturesOfInterest({feature})/Observations") == [seen["result"]]
    for wrong in (
        [{"@iot.id": "1-zz"}],
        [{"@iot.id": 5}],
        [{"result": 1}],
        [None],
        {},
        [{"@iot.id": f"{number}-hefg8dts00"}],
    ):
        assert sta.send("PATCH", f"Datastreams({other})", {"Observations": wrong}).status_code == 400, wrong
    assert sta.send("PATCH", f"Datastreams({other})", {"Observations": []}).status_code == 200


def test_an_observation_moves_only_to_a_datastream_that_takes_its_result(sta, links):
    number = sta.get(links["Datastreams"])["@iot.id"]
    thing_id = sta.get(links["Things"])["@iot.id"]
    any_kind = {**stream("Worte"), "observationType": f"{OM}OM_Observation", "Thing": {"@iot.id": thing_id}}
    words = sta.post(
        "Datastreams", {**any_kind, "Observations": [{"phenomenonTime": "2015-03-02T00:00:00Z", "result": "warm"}]}
    )
    seen = sta.get(f"Datastreams({words})/Observations")["value"][0]["@iot.id"]
    for path, body in (
        (f"Observations('{seen}')", {"Datastream": {"@iot.id": number}}),
        (f"Datastreams({number})", {"Observations": [{"@iot.id": seen}]}),
    ):
        refused = sta.send("PATCH", path, body)
        assert (refused.status_code, refused.json()["field"]) == (400, "result"), path
    assert sta.names(f"Datastreams({words})/Observations") == ["warm"]
    assert (
        sta.send("PATCH", f"Observations('{seen}')", {"Datastream": {"@iot.id": number}, "result": 5}).status_code
        == 200
    )
    assert sorted(sta.names(f"Datastreams({number})/Observations")) == [0, 1, 2, 5]
    moved = {"Observations": [{"@iot.id": seen}]}
    assert sta.send("PATCH", f"Datastreams({words})", moved).status_code == 200  # what counts is the corrected one
    assert sta.send("PATCH", f"Datastreams({number})", moved).status_code == 200


def test_a_thing_moves_by_linking_a_location(sta, links):
    place = sta.post("Locations", location("Volkspark"))
    assert sta.send("PATCH", links["Things"], {"Locations": [{"@iot.id": place}]}).status_code == 200
    assert sta.names(f"{links['Things']}/Locations") == ["Volkspark"]
    history = sta.get(f"{links['Things']}/HistoricalLocations", expand="Locations", orderby="time")["value"]
    assert [[each["name"] for each in entry["Locations"]] for entry in history] == [["Stiftsplatz"], ["Volkspark"]]


def test_an_entry_of_history_moves_the_thing_only_if_it_is_the_newest(sta, links):
    number = sta.get(links["Things"])["@iot.id"]
    for name, time, now in (
        ("Volkspark", "2001-01-01T00:00:00Z", "Stiftsplatz"),
        ("Rathaus", "2090-01-01T00:00:00Z", "Rathaus"),
    ):
        sta.post("HistoricalLocations", {"time": time, "Thing": {"@iot.id": number}, "Locations": [location(name)]})
        assert sta.names(f"Things({number})/Locations") == [now]
    assert (
        sta.send(
            "POST", "HistoricalLocations", {"time": "2001-01-01T00:00:00Z", "Thing": {"@iot.id": number}}
        ).status_code
        == 400
    )


def test_the_delivered_result_stays_beside_the_corrected_one(sta, links):
    from stadtherz.services.sensing.models import Observation

    link = sta.get("Observations", filter="result eq 2")["value"][0]["@iot.selfLink"]
    _change(sta, link, {"result": 2.5, "resultQuality": "checked"})
    row = Observation.objects.get(number=2)
    assert row.details["correction"]["result"] == 2.5
    assert sta.names("Observations", filter="result eq 2.5") == [2.5]
    assert sta.names("Observations", filter="result eq 2") == []
    assert sta.names("Observations", orderby="result desc", top=1) == [2.5]
    _change(sta, link, {"result": 2, "resultQuality": None})
    assert Observation.objects.get(number=2).details is None


def test_an_observation_with_another_time_is_found_by_its_old_address(sta, links):
    link = links["Observations"]
    changed = _change(sta, link, {"phenomenonTime": "2015-07-01T00:40:00Z"})
    assert changed["phenomenonTime"] == "2015-07-01T00:40:00Z"
    assert sta.get(f"{link}/Datastream")["name"] == "Zählung"
    _change(
        sta, link, {"phenomenonTime": "2015-07-01T00:40:00Z/2015-07-01T00:50:00Z", "resultTime": "2015-07-01T00:41:00Z"}
    )
    _change(sta, link, {"phenomenonTime": "2015-08-01T00:40:00Z"})
    assert sta.get(links["Datastreams"])["phenomenonTime"] == "2015-03-01T01:00:00Z/2015-08-01T00:40:00Z"
    assert sta.send("DELETE", link).status_code == 200
    assert sta.raw(link).status_code == 404
    assert len(sta.get("Observations")["value"]) == 2


def test_a_new_unit_keeps_the_earlier_one(sta, links):
    from stadtherz.services.sensing.models import Datastream

    link = links["Datastreams"]
    _change(sta, link, {"properties": {"owner": "Amt"}, "unitOfMeasurement": {"symbol": "K"}})
    assert sta.get(links["Datastreams"])["unitOfMeasurement"] == {
        "name": "Anzahl",
        "symbol": "K",
        "definition": "ucum:1",
    }
    stream = Datastream.objects.get()
    assert stream.earlier_units[0]["unit"]["symbol"] == "1"
    assert sta.get(link)["properties"] == {"owner": "Amt"}, "what is there is what was given"
    asked = "$select=properties/owner,properties/earlierUnits"
    told = sta.get(f"{link}?{asked}")["properties"]
    (earlier,) = told["earlierUnits"]
    assert (told["owner"], earlier["unitOfMeasurement"]["symbol"], earlier["until"][-1]) == ("Amt", "1", "Z")
    inside = "Datastreams($select=properties/earlierUnits)"
    assert sta.get(f"{link}/Thing?$expand={inside}")["Datastreams"] == [{"properties": {"earlierUnits": [earlier]}}]
    _change(sta, link, {"properties": told | {"owner": "Werk"}})  # what was read is written back
    _change(
        sta, link, [{"op": "add", "path": "/properties/floor", "value": 2}], content_type="application/json-patch+json"
    )
    stream.refresh_from_db()
    assert stream.properties == {"owner": "Werk", "floor": 2}
    found = sta.get(f"Datastreams?{asked}&$filter=properties/owner eq 'Werk'")["value"]
    assert [each["properties"]["earlierUnits"] for each in found] == [[earlier]]


def test_json_patch(sta, links):
    kind = {"content_type": "application/json-patch+json"}
    link = links["Things"]
    _change(sta, link, [{"op": "add", "path": "/properties", "value": {"key1": 1}}], **kind)
    _change(
        sta,
        link,
        [
            {"op": "copy", "from": "/properties/key1", "path": "/properties/copy"},
            {"op": "move", "from": "/properties/key1", "path": "/properties/key2"},
        ],
        **kind,
    )
    assert sta.get(link)["properties"] == {"copy": 1, "key2": 1}
    _change(sta, link, [{"op": "test", "path": "/properties", "value": {"key2": 1.0, "copy": 1}}], **kind)
    for other in (True, "1", [1], None):
        test = [{"op": "test", "path": "/properties", "value": {"key2": other, "copy": 1}}]
        assert sta.send("PATCH", link, test, **kind).status_code == 409, other
    _change(
        sta,
        link,
        [
            {"op": "test", "path": "/name", "value": "Post 7"},
            {"op": "replace", "path": "/name", "value": "N"},
            {"op": "remove", "path": "/properties"},
        ],
        **kind,
    )
    assert "properties" not in sta.get(link)
    for wrong, status in (
        ([{"op": "test", "path": "/name", "value": "x"}], 409), ([{"op": "remove", "path": "/name"}], 400), ([{"op": "brew", "path": "/name"}], 400), ({}, 400),
        ([{"op": "add", "path": "/colour", "value": 1}], 400), ([{"op": "remove", "path": "/nothing"}], 400), ([{"op": "add", "path": "name", "value": 1}], 400),
        ([5], 400), ([{"op": {"a": 1}, "path": "/name"}], 400), ([{"op": "move", "from": "/properties", "path": "/properties/x"}], 400), ([{"op": "replace", "path": "", "value": 5}], 400),
    ):  # fmt: skip
        assert sta.send("PATCH", link, wrong, **kind).status_code == status, wrong
    assert sta.send("POST", "Things", [], **kind).status_code == 415


CASCADES = {
    "Things": {"Things", "HistoricalLocations", "Datastreams", "Observations"}, "Locations": {"Locations", "HistoricalLocations"},
    "HistoricalLocations": {"HistoricalLocations"}, "Datastreams": {"Datastreams", "Observations"}, "Sensors": {"Sensors", "Datastreams", "Observations"},
    "Observations": set(), "ObservedProperties": {"ObservedProperties", "Datastreams", "Observations"}, "FeaturesOfInterest": {"FeaturesOfInterest", "Observations"},
}  # fmt: skip


@pytest.mark.parametrize("name", SETS)
def test_delete_takes_along_what_the_standard_says(sta, links, name):
    assert sta.send("DELETE", links[name]).status_code == 200
    assert sta.raw(links[name]).status_code == 404
    assert sta.send("DELETE", links[name]).status_code == 404
    assert {each for each in SETS if not sta.get(each)["value"]} == CASCADES[name]
    if name == "FeaturesOfInterest":
        assert "phenomenonTime" not in sta.get(links["Datastreams"])


def test_the_times_of_a_datastream_shrink_when_observations_go(sta, links):
    for link in [each["@iot.selfLink"] for each in sta.get("Observations")["value"]][:2]:
        sta.send("DELETE", link)
    assert sta.get(links["Datastreams"])["phenomenonTime"] == "2015-03-01T02:00:00Z/2015-03-01T02:00:00Z"
    sta.send("DELETE", sta.get("Observations")["value"][0]["@iot.selfLink"])
    assert "phenomenonTime" not in sta.get(links["Datastreams"])


def test_links_are_changed_by_reference(sta, links):
    place, other = sta.post("Locations", location("Volkspark")), sta.post("Things", thing("Post 8"))
    assert sta.send("POST", f"{links['Things']}/Locations/$ref", {"@iot.id": place}).status_code == 204
    assert sta.names(f"{links['Things']}/Locations") == ["Volkspark"]
    assert sta.send("DELETE", f"{links['Things']}/Locations({place})/$ref").status_code == 204
    assert sta.names(f"{links['Things']}/Locations") == []
    assert sta.send("PUT", f"{links['Datastreams']}/Thing/$ref", {"@iot.id": other}).status_code == 204
    assert sta.get(f"{links['Datastreams']}/Thing")["name"] == "Post 8"
    assert sta.send("DELETE", f"{links['Datastreams']}/Thing/$ref").status_code == 409
    assert sta.send("POST", f"{links['Things']}/Locations/$ref", location()).status_code == 400


def test_who_removes_waits_for_all_writers_before_any_row_is_locked(sta, links):
    """In the other order one that writes and one that removes wait for each other, and one of them fails."""
    for method, path, body in (("POST", "Locations", location()), ("DELETE", links["Things"], {})):
        with CaptureQueriesContext(connection) as told:
            assert sta.send(method, path, body).status_code < 300
        asked = [each["sql"] for each in told.captured_queries]
        waits = [n for n, sql in enumerate(asked) if "pg_advisory_xact_lock" in sql and "4090" in sql]
        rows = [
            n for n, sql in enumerate(asked) if "FOR UPDATE" in sql or sql.startswith(('INSERT INTO "sens', "DELETE"))
        ]
        assert waits[0] < rows[0], (method, asked)
        assert "SET CONSTRAINTS ALL IMMEDIATE" in asked, "what it belongs to may have been removed meanwhile"


@pytest.mark.parametrize(
    ("cause", "status"),
    [(psycopg.errors.DeadlockDetected, 503), (psycopg.errors.ForeignKeyViolation, 409), (None, 409)],
)
def test_two_who_change_the_same_hear_it_in_words(cause, status):
    error = DatabaseError("Save with update_fields did not affect any rows.")
    error.__cause__ = cause and cause("")
    assert from_database(error).status == status
