# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Sections 11 and 12 of OGC 18-088: $batch as JSON and multipart, CreateObservations."""

from __future__ import annotations

from stadtherz.services.sensing.sta import batch
from stadtherz.services.sensing.sta.tests.conftest import location, quantity, sensor, stream, thing, whole


def _batch(sta, *requests):
    answer = sta.send("POST", "$batch", {"requests": list(requests)})
    assert answer.status_code == 200, answer.content
    return answer.json()["responses"]


def test_requests_run_in_order_and_name_what_was_made(sta):
    number = sta.post("Things", thing())
    quantity_id = sta.post("ObservedProperties", quantity())
    found = _batch(
        sta,
        {"id": "0", "method": "get", "url": f"Things({number})?$select=name"},
        {"id": "sensor1", "method": "post", "url": "/api/sta/v1.1/Sensors", "body": sensor(), "atomicityGroup": "g"},
        {
            "id": "any", "method": "post", "url": f"Things({number})/Datastreams", "atomicityGroup": "g",
            "body": {**stream(), "Sensor": {"@iot.id": "$sensor1"}, "ObservedProperty": {"@iot.id": quantity_id}},
        },
        {"id": "4", "method": "get", "url": "$any/Sensor?$select=name"},
        {"id": "5", "method": "get", "url": "Things(null)"},
        {"id": "6", "method": "patch", "url": f"Things({number})", "body": {"name": "Neu"}},
        {"id": "7", "method": "get", "url": "http://kaiserslautern.localhost/api/sta/v1.1/Things?$filter=name%20eq%20'Neu'&$select=name"},
    )  # fmt: skip
    assert [each["status"] for each in found] == [200, 201, 201, 200, 404, 200, 200]
    assert found[0]["body"] == {"name": "Post 7"}
    assert found[1]["location"].endswith(f"/Sensors({found[1]['body']['@iot.id']})")
    assert found[1]["headers"] == {"location": found[1]["location"]}
    assert found[3]["body"] == {"name": "Thermal"}
    assert found[6]["body"] == {"value": [{"name": "Neu"}]}


def test_answers_beyond_what_one_batch_holds_are_left_to_another(sta, monkeypatch):
    number = sta.post("Things", thing())
    asked = [{"id": str(place), "method": "get", "url": f"Things({number})"} for place in range(4)]
    made = {"id": "new", "method": "post", "url": "Things", "body": thing("B")}
    last = {"id": "last", "method": "post", "url": "Things/$query", "body": {}}
    for name, least, status in (("MOST_BYTES", 500, 413), ("MOST_SECONDS", 0.0, 503)):
        with monkeypatch.context() as patched:
            patched.setattr(batch, name, least)
            found = [each["status"] for each in _batch(sta, *asked, made, last)]
        assert found[0] == 200
        assert found[2:] == [status, status, 201, status]
    assert [each["status"] for each in _batch(sta, *asked)] == [200] * 4


def test_a_group_is_all_or_nothing_and_others_go_on(sta):
    found = _batch(
        sta,
        {"id": "a", "method": "post", "url": "Things", "body": thing("A"), "atomicityGroup": "g"},
        {"id": "b", "method": "post", "url": "Things", "body": {"name": "B"}, "atomicityGroup": "g"},
        {"id": "c", "method": "post", "url": "Things", "body": thing("C")},
        {"id": "d", "method": "post", "url": "Things", "body": {}},
        {"id": "e", "method": "post", "url": "Things", "body": thing("E")},
    )
    assert [each["status"] for each in found] == [424, 400, 201, 400, 201]
    assert sorted(sta.names("Things")) == ["C", "E"]


def test_what_depends_on_a_failed_request_is_not_done(sta):
    found = _batch(
        sta,
        {"id": "a", "method": "post", "url": "Things", "body": {}},
        {"id": "b", "method": "post", "url": "Things", "body": thing("B"), "dependsOn": ["a"]},
        {"id": "c", "method": "post", "url": "Things", "body": {}, "atomicityGroup": "g"},
        {"id": "d", "method": "post", "url": "Things", "body": thing("D"), "dependsOn": ["g"]},
        {"id": "e", "method": "post", "url": "Things", "body": thing("E"), "dependsOn": ["d"]},
        {"id": "f", "method": "post", "url": "Things", "body": thing("F")},
        {"id": "h", "method": "get", "url": "Things", "dependsOn": ["f"]},
    )
    assert [each["status"] for each in found] == [400, 424, 400, 424, 424, 201, 200]
    assert sta.names("Things") == ["F"]


def test_a_batch_stops_at_the_first_failure_where_its_sender_wants_that(sta):
    requests = [
        {"id": "a", "method": "post", "url": "Things", "body": thing("A")},
        {"id": "b", "method": "post", "url": "Things", "body": {}, "atomicityGroup": "g"},
        {"id": "c", "method": "post", "url": "Things", "body": thing("C"), "atomicityGroup": "g"},
        {"id": "d", "method": "post", "url": "Things", "body": thing("D")},
    ]
    for prefer, statuses in (
        ("odata.continue-on-error=false", [201, 400, 424]), ("respond-async, continue-on-error=false", [201, 400, 424]),
        ("continue-on-error", [201, 400, 424, 201]), ("odata.continue-on-error=true", [201, 400, 424, 201]),
    ):  # fmt: skip
        answer = sta.send("POST", "$batch", {"requests": requests}, prefer=prefer)
        assert [each["status"] for each in answer.json()["responses"]] == statuses, prefer
        assert answer.headers["Preference-Applied"] == prefer.rpartition(" ")[2]
    assert sta.names("Things", orderby="name") == ["A"] * 4 + ["D"] * 2
    alone = sta.send("POST", "$batch", {"requests": [requests[1], *requests[:1]]}, prefer="continue-on-error=false")
    assert [each["status"] for each in alone.json()["responses"]] == [400]
    assert "Preference-Applied" not in sta.send("POST", "$batch", {"requests": []}, prefer="return=minimal").headers


def test_answers_name_the_group_of_their_request(sta):
    found = _batch(
        sta,
        {"id": "a", "method": "post", "url": "Things", "body": thing("A"), "atomicityGroup": "g"},
        {"id": "b", "method": "get", "url": "Things"},
    )
    assert [each.get("atomicityGroup") for each in found] == ["g", None]


def test_a_wrong_batch_is_refused(sta, anyone):
    for wrong in (
        {}, {"requests": 5}, {"requests": [5]}, {"requests": [{"id": "1", "method": "get"}]}, {"requests": [{"method": "get", "url": "Things"}]},
        {"requests": [{"id": "1", "method": "brew", "url": "Things"}]}, {"requests": [{"id": "1", "method": "get", "url": "Things"}] * 2},
        {"requests": [{"id": str(n), "method": "get", "url": "Things", "atomicityGroup": "ab"[n % 2]} for n in range(3)]},
        {"requests": [{"id": "1", "method": "get", "url": "Things", "dependsOn": ["2"]}]}, {"requests": [{"id": "1", "method": "get", "url": "Things", "dependsOn": "0"}]},
    ):  # fmt: skip
        assert sta.send("POST", "$batch", wrong).status_code == 400, wrong
    inside = [
        {"id": "1", "method": "post", "url": "$batch", "body": {"requests": []}},
        {"id": "2", "method": "get", "url": "http://169.254.169.254/v1.1/Things"},
    ]
    assert [each["status"] for each in _batch(sta, *inside)] == [400, 400]
    assert [
        each["status"] for each in _batch(anyone, {"id": "1", "method": "post", "url": "Things", "body": thing()})
    ] == [401]


def test_a_multipart_batch_with_a_change_set(sta):
    number = sta.post("Things", thing("Thing 0"))
    lines = [
        "--batch_1", "Content-Type: application/http", "", f"GET /api/sta/v1.1/Things({number})?$select=name HTTP/1.1", "Host: localhost", "", "",
        "--batch_1", "Content-Type: multipart/mixed;boundary=changeset_1", "",
        "--changeset_1", "Content-Type: application/http", "Content-ID: sensor1", "", "POST /v1.1/Sensors HTTP/1.1", "Content-Type: application/json", "",
        '{"name": "DS18B20", "description": "-", "encodingType": "application/pdf", "metadata": "x"}',
        "--changeset_1", "Content-Type: application/http", "Content-ID: 2", "", f"PATCH Things({number}) HTTP/1.1", "Content-Type: application/json", "",
        '{"name":"Patched"}', "--changeset_1--",
        "--batch_1", "Content-Type: application/http", "", "GET Things(99999) HTTP/1.1", "", "", "--batch_1--",
    ]  # fmt: skip
    answer = sta.send("POST", "$batch", "\r\n".join(lines), content_type="multipart/mixed;boundary=batch_1")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert [line for line in text.splitlines() if line.startswith("HTTP/1.1")] == [
        "HTTP/1.1 200 OK", "HTTP/1.1 201 Created", "HTTP/1.1 200 OK", "HTTP/1.1 404 Not Found"
    ]  # fmt: skip
    assert '{"name":"Thing 0"}' in text
    assert "Content-ID: sensor1" in text
    assert sta.get(f"Things({number})")["name"] == "Patched"
    for wrong in ("multipart/mixed", "multipart/mixed;boundary=other"):
        assert sta.send("POST", "$batch", "\r\n".join(lines), content_type=wrong).status_code == 400


def test_of_a_change_set_that_failed_the_error_stands_alone(sta):
    lines = [
        "--b", "Content-Type: multipart/mixed;boundary=c", "",
        "--c", "Content-Type: application/http", "Content-ID: 1", "", "POST Things HTTP/1.1", "", '{"name": "A", "description": "-"}',
        "--c", "Content-Type: application/http", "Content-ID: 2", "", "POST Things HTTP/1.1", "", '{"name": "B"}', "--c--",
        "--b", "Content-Type: application/http", "", "GET Things HTTP/1.1", "", "", "--b--",
    ]  # fmt: skip
    answer = sta.send("POST", "$batch", "\r\n".join(lines), content_type="multipart/mixed;boundary=b")
    text = answer.content.decode()
    assert [line for line in text.splitlines() if line.startswith("HTTP/1.1")] == [
        "HTTP/1.1 400 Bad Request",
        "HTTP/1.1 200 OK",
    ]
    assert text.count("multipart/mixed") == 0
    assert sta.names("Things") == []


def test_observations_are_created_as_rows(sta):
    number = sta.post("Things", whole())
    made = sta.get(f"Things({number})/Datastreams")["value"][0]["@iot.id"]
    feature = sta.post(
        "FeaturesOfInterest", {"name": "F", "description": "", "encodingType": "text/plain", "feature": "x"}
    )
    body = [
        {
            "Datastream": {"@iot.id": made}, "components": ["phenomenonTime", "result", "FeatureOfInterest/id"], "dataArray@iot.count": 3,
            "dataArray": [
                ["2010-12-23T10:20:00-07:00", 20, feature], ["2010-12-23T10:21:00-07:00", 30, "probablyNotAValidId"],
                ["2010-12-23T10:22:00-07:00", "warm", feature], ["2010-12-23T10:23:00", 1, feature], [1],
            ],
        },
        {"Datastream": {"@iot.id": made}, "components": ["phenomenonTime", "result"], "dataArray": [["2010-12-23T10:24:00Z", 65], ["2010-12-23T10:25:00Z", 60]]},
    ]  # fmt: skip
    answer = sta.send("POST", "CreateObservations", body)
    assert answer.status_code == 201
    lines = answer.json()
    assert [line.startswith("error") for line in lines] == [False, True, True, True, True, False, False]
    assert sta.get(lines[0])["result"] == 20
    assert sta.get(f"{lines[0]}/FeatureOfInterest")["@iot.id"] == feature
    assert sta.get(f"{lines[5]}/FeatureOfInterest")["name"] == "Stiftsplatz"
    assert sta.send("POST", "CreateObservations", body).json()[0] == lines[0]
    for wrong in ({}, [5], [{}], [{"Datastream": {"@iot.id": made}, "components": ["result"]}],
                  [{**body[1], "components": ["result", "result"]}], [{**body[1], "components": ["phenomenonTime", "colour"]}]):  # fmt: skip
        assert sta.send("POST", "CreateObservations", wrong).status_code == 400, wrong
    lost = {**body[1], "Datastream": {"@iot.id": 99999}}
    assert sta.send("POST", "CreateObservations", [lost, body[1]]).json()[2:] == lines[5:]
    assert sta.send("POST", "CreateObservations", [lost]).json()[1].startswith("error")
    assert len(sta.get("Observations")["value"]) == 3


def test_a_place_is_no_reference(sta):
    sta.post("Locations", location("$sensor1"))
    assert sta.names("Locations") == ["$sensor1"]


def test_half_a_surrogate_pair_in_what_is_refused_can_be_said(sta):
    answer = sta.send("POST", "$batch", {"requests": [{"id": "1", "method": "\ud800", "url": "Things"}]})
    assert (answer.status_code, answer.json()["code"]) == (400, 400)
