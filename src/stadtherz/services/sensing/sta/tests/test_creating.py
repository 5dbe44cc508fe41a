# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Section 10.2 of OGC 18-088: creating entities, links, deep insert."""

from __future__ import annotations

import json

import pytest

from stadtherz.services.sensing.sta.tests.conftest import OM, ROOT, location, quantity, sensor, stream, thing, whole

SETS = (
    "Things", "Locations", "HistoricalLocations", "Datastreams", "Sensors", "Observations", "ObservedProperties",
    "FeaturesOfInterest",
)  # fmt: skip


def _empty(sta, *sets):
    return all(sta.get(name)["value"] == [] for name in sets)


def test_an_entity_is_created_and_its_address_told(sta):
    answer = sta.send("POST", "Things", thing(properties={"reference": "Third Floor"}))
    assert answer.status_code == 201
    made = answer.json()
    assert answer["Location"] == made["@iot.selfLink"]
    assert sta.get(made["@iot.selfLink"]) == made
    assert made["properties"] == {"reference": "Third Floor"}


def test_deep_insert_creates_everything_and_relates_it(sta):
    number = sta.post("Things", whole(Observations=[{"phenomenonTime": "2015-03-01T00:10:00Z", "result": 10}]))
    assert sta.names(f"Things({number})/Locations") == ["Stiftsplatz"]
    (made,) = sta.get(f"Things({number})/Datastreams")["value"]
    assert sta.get(f"Datastreams({made['@iot.id']})/Sensor")["name"] == "Thermal"
    assert sta.get(f"Datastreams({made['@iot.id']})/ObservedProperty")["name"] == "Fahrräder"
    (observation,) = sta.get(f"Datastreams({made['@iot.id']})/Observations")["value"]
    assert (observation["phenomenonTime"], observation["result"]) == ("2015-03-01T00:10:00Z", 10)
    assert made["phenomenonTime"] == "2015-03-01T00:10:00Z/2015-03-01T00:10:00Z"
    feature = sta.get(f"Observations('{observation['@iot.id']}')/FeatureOfInterest")
    assert feature["feature"] == location()["location"]


def test_a_deep_insert_that_fails_at_the_end_leaves_nothing(sta):
    deep = whole(Observations=[{"result": 1}, {"result": 2, "phenomenonTime": "gestern"}])
    assert sta.send("POST", "Things", deep).status_code == 400
    del deep["Datastreams"][0]["Sensor"], deep["Datastreams"][0]["Observations"]
    assert sta.send("POST", "Things", deep).status_code == 400
    assert _empty(sta, *SETS)


def test_ten_levels_that_fail_in_the_last_one_leave_nothing(sta):
    def nested(levels: int) -> dict:
        """A thing with a datastream, whose sensor has a datastream, whose thing has a datastream …"""
        last = (
            stream("last", Observations=[{"result": 1}])
            if levels < 2
            else stream(Sensor=sensor(Datastreams=[inner(levels - 2)]))
        )
        return thing(str(levels), Locations=[location()], Datastreams=[last])

    def inner(levels: int) -> dict:
        body = stream(Thing=nested(levels))
        del body["Sensor"]
        return body

    wrong = json.dumps(nested(8)).replace('"result": 1', '"result": "eins"')
    answer = sta.send("POST", "Things", wrong)
    assert (answer.status_code, answer.json()["field"]) == (400, "result")
    assert _empty(sta, *SETS)
    sta.post("Things", nested(8))
    assert len(sta.get("Things")["value"]) == 5


def test_what_the_path_says_cannot_be_contradicted(sta):
    number, other = sta.post("Things", thing()), sta.post("Things", thing())
    sta.post(f"Things({number})/Datastreams", stream(Thing={"@iot.id": number}))
    for twice in ({"@iot.id": other}, thing()):
        assert sta.send("POST", f"Things({number})/Datastreams", stream(Thing=twice)).status_code == 400


def test_links_name_entities_that_are_there(sta):
    one, two, three = (
        sta.post("Things", thing()),
        sta.post("Sensors", sensor()),
        sta.post("ObservedProperties", quantity()),
    )
    links = {"Thing": {"@iot.id": one}, "Sensor": {"@iot.id": two}, "ObservedProperty": {"@iot.id": three}}
    number = sta.post("Datastreams", {**stream(), **links})
    assert sta.get(f"Datastreams({number})/Thing")["@iot.id"] == one
    assert sta.send("POST", "Datastreams", {**stream(), **links, "Thing": {"@iot.id": 99_999}}).status_code == 400


def test_a_set_behind_an_entity_links_to_it(sta):
    number = sta.post("Things", thing())
    made = sta.post(f"Things({number})/Datastreams", stream())
    assert sta.get(f"Datastreams({made})/Thing")["@iot.id"] == number
    place = sta.post(f"Things({number})/Locations", location())
    assert [each["@iot.id"] for each in sta.get(f"Things({number})/Locations")["value"]] == [place]
    assert len(sta.get(f"Things({number})/HistoricalLocations")["value"]) == 1
    observed = sta.post(
        f"Datastreams({made})/Observations", {"result": 8, "phenomenonTime": "2015-03-01T00:40:00.000Z"}
    )
    assert sta.get(f"Observations('{observed}')")["result"] == 8
    assert sta.send("POST", "Things(99999)/Datastreams", stream()).status_code == 404


@pytest.mark.parametrize("missing", ["Thing", "Sensor", "ObservedProperty"])
def test_a_datastream_needs_what_it_belongs_to(sta, missing):
    body = stream(Thing=thing())
    del body[missing]
    answer = sta.send("POST", "Datastreams", body)
    assert (answer.status_code, answer.json()["field"]) == (400, missing)
    assert _empty(sta, *SETS)


@pytest.mark.parametrize(
    ("kind", "body", "name"),
    [
        ("Things", thing(), "name"), ("Things", thing(), "description"), ("Locations", location(), "encodingType"),
        ("Locations", location(), "location"), ("Sensors", sensor(), "metadata"), ("Sensors", sensor(), "encodingType"),
        ("ObservedProperties", quantity(), "definition"), ("Datastreams", stream(Thing=thing()), "unitOfMeasurement"),
        ("Datastreams", stream(Thing=thing()), "observationType"),
    ],
)  # fmt: skip
def test_what_is_mandatory_must_be_there(sta, kind, body, name):
    for wrong in ({each: value for each, value in body.items() if each != name}, {**body, name: None}):
        answer = sta.send("POST", kind, wrong)
        assert (answer.status_code, answer.json()["field"]) == (400, name)


@pytest.mark.parametrize(
    "change",
    [
        {"name": 5}, {"name": ["a"]}, {"properties": "rot"}, {"properties": [1]}, {"description": {}}, {"colour": "rot"},
        {"name": "null\0byte"}, {"properties": {"a": "\0"}}, {"Locations": {"@iot.id": 1}}, {"Locations": [5]}, {"Datastreams": "x"},
        {"Locations": {}}, {"Locations": ""},
    ],
)  # fmt: skip
def test_wrong_kinds_are_refused(sta, change):
    assert sta.send("POST", "Things", {**thing(), **change}).status_code == 400
    assert _empty(sta, "Things")


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"5", b'"x"', b'{"name": NaN, "description": ""}', b"\xff\xfe",
        b"[" * 100_000, b'{"name": "a", "description": "", "properties": {"n": 1' + b"0" * 5000 + b"}}",
        b'{"name": "\\ud800", "description": ""}',
    ],
)  # fmt: skip
def test_bodies_that_are_no_object_are_refused(sta, body):
    answer = sta.send("POST", "Things", body)
    assert answer.status_code == 400, answer.content
    assert answer.json()["message"]


def test_a_place_without_coordinates_is_refused(sta):
    for place in ({"type": "Point", "coordinates": []}, {"type": "Polygon", "coordinates": []}, {"type": "Feature"}):
        assert sta.send("POST", "Locations", {**location(), "location": place}).status_code == 400


def test_a_place_with_a_height_is_kept_and_found(sta):
    number = sta.post("Locations", location(coordinates=(7.77, 49.44, 251.5)))
    assert sta.get(f"Locations({number})/location/coordinates") == {"coordinates": [7.77, 49.44, 251.5]}
    assert sta.names("Locations", filter="st_equals(location,geography'POINT(7.77 49.44)')") == ["Stiftsplatz"]


def test_who_wants_no_entity_gets_none(sta):
    def ask(method, path, body):
        return sta.client.generic(
            method, path, json.dumps(body), "application/json", headers={"prefer": "return=minimal"}
        )

    made = ask("POST", f"{ROOT}/Things", thing())
    assert (made.status_code, made.content, made["Preference-Applied"]) == (201, b"", "return=minimal")
    changed = ask("PATCH", made["Location"], {"name": "Post 8"})
    assert (changed.status_code, changed.content) == (204, b"")
    assert sta.get(made["Location"])["name"] == "Post 8"


def test_another_format_is_refused(sta):
    assert sta.send("POST", "Things", thing(), content_type="text/xml").status_code == 415


def test_an_observation_without_feature_gets_the_place_of_its_thing(sta):
    number = sta.post("Things", whole())
    made = sta.get(f"Things({number})/Datastreams")["value"][0]["@iot.id"]
    link = {"Datastream": {"@iot.id": made}}
    first = sta.post("Observations", {"result": 1, "phenomenonTime": "2015-03-01T00:00:00Z", **link})
    second = sta.post("Observations", {"result": 2, "phenomenonTime": "2015-03-01T01:00:00Z", **link})
    features = [sta.get(f"Observations('{each}')/FeatureOfInterest") for each in (first, second)]
    assert features[0] == features[1]
    sta.post(f"Things({number})/Locations", location("Volkspark", (7.8, 49.45)))
    third = sta.post("Observations", {"result": 3, "phenomenonTime": "2015-03-01T02:00:00Z", **link})
    assert sta.get(f"Observations('{third}')/FeatureOfInterest")["feature"]["coordinates"] == [7.8, 49.45]
    assert sta.get(f"Observations('{first}')/FeatureOfInterest") == features[0]


def test_an_observation_without_place_or_datastream_is_refused(sta):
    made = sta.post("Datastreams", stream(Thing=thing()))
    answer = sta.send("POST", "Observations", {"result": 1, "Datastream": {"@iot.id": made}})
    assert answer.status_code == 400
    assert sta.send("POST", "Observations", {"result": 1}).status_code == 400
    assert _empty(sta, "Observations", "FeaturesOfInterest")


def test_phenomenon_time_is_now_and_result_time_is_null_unless_given(sta):
    made = sta.post("Datastreams", stream(Thing=thing(Locations=[location()])))
    observed = sta.get(f"Observations('{sta.post(f'Datastreams({made})/Observations', {'result': 1})}')")
    assert observed["phenomenonTime"].startswith("20")
    assert observed["resultTime"] is None


@pytest.mark.parametrize(
    ("kind", "result"),
    [
        ("OM_Measurement", 20.5), ("OM_Measurement", -3), ("OM_CountObservation", 7), ("OM_TruthObservation", True),
        ("OM_TruthObservation", False), ("OM_CategoryObservation", "http://example.org/offen"), ("OM_Observation", {"a": [1, "zwei"]}),
        ("OM_Observation", [1, 2.5, "drei", None]), ("OM_Observation", None), ("OM_Observation", "zweiundvierzig"),
        ("OM_Observation", 2**60 + 1), ("OM_Measurement", 1e-300),
    ],
)  # fmt: skip
def test_results_come_back_as_they_were_given(sta, kind, result):
    made = sta.post("Datastreams", stream(observationType=OM + kind, Thing=thing(Locations=[location()])))
    number = sta.post(f"Datastreams({made})/Observations", {"result": result})
    found = sta.get(f"Observations('{number}')")["result"]
    assert found == result
    assert type(found) is type(result)


@pytest.mark.parametrize(
    ("kind", "result"),
    [
        ("OM_Measurement", "20.5"), ("OM_Measurement", True), ("OM_Measurement", [1]), ("OM_CountObservation", "7"),
        ("OM_CountObservation", 1.5),
        ("OM_CountObservation", False), ("OM_TruthObservation", 1), ("OM_TruthObservation", "true"), ("OM_CategoryObservation", 5),
        ("OM_CategoryObservation", {"uri": "http://example.org/offen"}),
    ],
)  # fmt: skip
def test_results_of_another_type_than_the_datastream_says_are_refused(sta, kind, result):
    """Table 12."""
    made = sta.post("Datastreams", stream(observationType=OM + kind, Thing=thing(Locations=[location()])))
    answer = sta.send("POST", f"Datastreams({made})/Observations", {"result": result})
    assert (answer.status_code, answer.json()["field"]) == (400, "result")


def test_all_members_of_an_observation_come_back(sta):
    made = sta.post("Datastreams", stream(Thing=thing(Locations=[location()])))
    body = {
        "phenomenonTime": "2015-03-01T00:00:00Z/2015-03-01T01:00:00Z", "result": 5, "resultTime": "2015-03-01T01:00:01.500Z",
        "validTime": "2015-03-01T00:00:00Z/2016-03-01T00:00:00Z", "resultQuality": {"DQ_Status": {"code": 2}},
        "parameters": {"lane": 2},
    }  # fmt: skip
    found = sta.get(f"Observations('{sta.post(f'Datastreams({made})/Observations', body)}')")
    assert {name: found[name] for name in body} == {**body, "resultTime": found["resultTime"]}
    assert found["resultTime"].startswith("2015-03-01T01:00:01.5")
    assert sta.get(f"Datastreams({made})")["phenomenonTime"] == body["phenomenonTime"]


@pytest.mark.parametrize(
    "change",
    [
        {"phenomenonTime": "2015-03-01T00:00:00"}, {"phenomenonTime": "2015-02-30T00:00:00Z"}, {"phenomenonTime": 5},
        {"phenomenonTime": "2015-03-02T00:00:00Z/2015-03-01T00:00:00Z"}, {"resultTime": "heute"}, {"result": "fünf"}, {"result": True},
        {"validTime": "2015-03-01T00:00:00Z"}, {"parameters": [1]}, {"FeatureOfInterest": {"@iot.id": 999_999}},
        {"FeatureOfInterest": {"name": "x"}}, {"result": 10**400},
    ],
)  # fmt: skip
def test_wrong_observations_are_refused_with_the_member(sta, change):
    made = sta.post("Datastreams", stream(Thing=thing(Locations=[location()])))
    answer = sta.send("POST", f"Datastreams({made})/Observations", {"result": 5, **change})
    assert answer.status_code == 400, answer.content
    assert _empty(sta, "Observations")


def test_the_same_delivery_again_changes_nothing_and_says_so(sta):
    made = sta.post("Datastreams", stream(Thing=thing(Locations=[location()])))
    body = {"result": 5, "phenomenonTime": "2015-03-01T00:00:00Z"}
    first = sta.send("POST", f"Datastreams({made})/Observations", body)
    again = sta.send("POST", f"Datastreams({made})/Observations", body)
    assert again["Location"] == first["Location"]
    assert again["Stadtherz-Repeated"] == "true"
    other = sta.send("POST", f"Datastreams({made})/Observations", {**body, "result": 6})
    assert other["Location"] != first["Location"]
    assert sta.get(f"Datastreams({made})/Observations", count="true")["@iot.count"] == 2


def test_lengths_are_bound_wherever_a_text_comes_from(sta):
    for name, body, member, most in (
        ("Things", thing(), "name", 1_000), ("Things", thing(), "description", 100_000), ("Sensors", sensor(), "metadata", 200_000),
        ("ObservedProperties", quantity(), "definition", 10_000),
    ):  # fmt: skip
        assert sta.send("POST", name, {**body, member: "ü" * most}).status_code == 201
        refused = sta.send("POST", name, {**body, member: "x" * (most + 1)})
        assert refused.status_code == 400
        assert (refused.json()["field"], str(most) in refused.json()["message"]) == (member, True)
    assert sta.send("POST", "Things", thing(properties={"a": "x" * 200_000})).status_code == 400
    assert sta.send("POST", "Things", thing(Locations=[location("x" * 1_001)])).status_code == 400
    made = sta.post("Things", thing())
    assert sta.send("PATCH", f"Things({made})", {"name": "x" * 1_001}).status_code == 400
    longer = [{"op": "replace", "path": "/name", "value": "x" * 1_001}]
    sent = sta.send("PATCH", f"Things({made})", longer, content_type="application/json-patch+json")
    assert sent.status_code == 400


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"])
def test_the_ends_of_the_calendar_are_times_like_others(sta, time):
    sta.post("Things", whole(Observations=[{"result": 1, "phenomenonTime": "2026-01-01T00:00:00Z"}]))
    sets = sta.get("Datastreams")["value"][0]["Observations@iot.navigationLink"]
    sta.post(sets, {"result": 2, "phenomenonTime": time})
    (found,) = sta.get(sets, filter=f"phenomenonTime eq {time}")["value"]
    assert sta.get(found["@iot.selfLink"])["phenomenonTime"] == time
    assert len(sta.get(sets, filter=f"phenomenonTime le {time} or phenomenonTime ge {time}")["value"]) == 2
    assert [each["result"] for each in sta.get(sets, filter=f"phenomenonTime le {time}", orderby="result")["value"]][
        -1
    ] == 2
    first = sta.get(sets, top=1, orderby="phenomenonTime desc")
    assert len(sta.get(first["@iot.nextLink"])["value"]) == 1
    assert sta.send("PATCH", found["@iot.selfLink"], {"result": 3}).status_code == 200
    assert sta.send("DELETE", found["@iot.selfLink"]).status_code == 200
