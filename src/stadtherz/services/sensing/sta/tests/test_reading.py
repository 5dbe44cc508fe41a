# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Sections 9.1, 9.2 and 9.3.2 to 9.4 of OGC 18-088: paths, representations, $expand, $select, $orderby, $top, $skip, $count, pages."""

from __future__ import annotations

import json
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stadtherz.services.sensing.actions.sources import create_source
from stadtherz.services.sensing.models import Source, SourceKind
from stadtherz.services.sensing.sta.service_document import MQTT, SPEC, document, mqtt_endpoints
from stadtherz.services.sensing.sta.tests.conftest import ROOT, location, stream, thing, whole

OBSERVED = [
    {"phenomenonTime": f"2015-03-01T0{hour}:00:00Z", "resultTime": f"2015-03-02T0{9 - hour}:00:00Z", "result": hour}
    for hour in range(8)
]


@pytest.fixture
def station(sta):
    """Number of a thing with two datastreams, the first with eight observations."""
    return sta.post(
        "Things",
        thing(
            properties={"colour": "rot", "lanes": [1, 2, {"width": 2.5}], "empty": None}, Locations=[location()],
            Datastreams=[stream("Räder", Observations=OBSERVED, properties={"a": 1}), stream("Autos")],
        ),
    )  # fmt: skip


def test_the_root_lists_the_sets_and_what_it_conforms_to(anyone):
    for path in ("", "/"):
        root = anyone.get(f"http://kaiserslautern.localhost{ROOT}{path}")
        sets = {each["name"]: each["url"] for each in root["value"]}
        assert sets["Things"] == f"http://kaiserslautern.localhost{ROOT}/Things"
        assert len(sets) == 8
        conformance = root["serverSettings"]["conformance"]
        assert all(f"{SPEC}/{each}" in conformance for each in ("datamodel", "request-data", "create-update-delete"))
        assert len(set(conformance)) == len(conformance)
        assert "via-mqtt" not in str(root)


def test_mqtt_is_listed_only_to_who_can_reach_it(settings):
    """Section 14, and 9.2.1: an endpoint that leads nowhere is no endpoint."""
    assert mqtt_endpoints("http://localhost:8000/api/sta/v1.1") == {}
    settings.MQTT_PORT = 1884
    assert mqtt_endpoints("https://messwerte.example.org/api/sta/v1.1") == {}
    for host in ("localhost:8000", "kusel.localhost", "127.0.0.1", "[::1]:80"):
        listed = mqtt_endpoints(f"http://{host}/api/sta/v1.1")
        assert [each["endpoints"] for each in listed.values()] == [["mqtt://localhost:1884"]] * 2
        assert {*listed} <= {*json.loads(document(f"http://{host}/api/sta/v1.1"))["serverSettings"]["conformance"]}


def test_the_broker_of_the_town_is_listed_with_what_sources_do_with_it(anyone, settings):
    """Only the addresses that the operator named, and only while a source takes or tells."""
    settings.MQTT_PUBLIC = "mqtts://mqtt.example.org, wss://{municipality}.example.org/mqtt"
    made, _key = create_source(name="Broker", kind=SourceKind.MQTT, by=None, settings={"format": "json"})
    root = f"http://kaiserslautern.localhost{ROOT}"
    assert "mqtt" not in str(anyone.get(root))
    there = {"endpoints": ["mqtts://mqtt.example.org", "wss://kaiserslautern.example.org/mqtt"]}
    for given, names in (
        ({"publish": True}, MQTT[1:]),
        ({"format": "sta"}, MQTT[:1]),
        ({"format": "sta", "publish": True}, MQTT),
    ):
        Source.objects.filter(pk=made.pk).update(settings=given)
        found = anyone.get(root)["serverSettings"]
        assert {name: found.get(name) for name in MQTT if name in found} == dict.fromkeys(names, there)
        assert {name for name in MQTT if name in found["conformance"]} == {*names}
    Source.objects.filter(pk=made.pk).update(is_paused=True)
    assert "mqtt" not in str(anyone.get(root))


def test_entities_carry_their_control_information(anyone, station):
    found = anyone.get(f"Things({station})")
    here = f"http://kaiserslautern.localhost{ROOT}/Things({station})"
    assert found == {
        "@iot.id": station, "@iot.selfLink": here, "name": "Post 7", "description": "Zählstelle",
        "properties": {"colour": "rot", "lanes": [1, 2, {"width": 2.5}], "empty": None},
        "Locations@iot.navigationLink": f"{here}/Locations",
        "HistoricalLocations@iot.navigationLink": f"{here}/HistoricalLocations",
        "Datastreams@iot.navigationLink": f"{here}/Datastreams",
    }  # fmt: skip


@pytest.mark.parametrize(
    "kind",
    [
        "Things", "Locations", "HistoricalLocations", "Datastreams", "Sensors", "Observations", "ObservedProperties",
        "FeaturesOfInterest",
    ],
)  # fmt: skip
def test_every_link_of_every_entity_leads_somewhere(anyone, station, kind):
    one = anyone.get(kind)["value"][0]
    assert anyone.get(one["@iot.selfLink"]) == one
    for name, value in one.items():
        if name.endswith("@iot.navigationLink"):
            related = anyone.get(value)
            assert "value" in related or "@iot.id" in related
            reference = anyone.get(f"{value}/$ref")
            links = reference.get("value", [reference])
            assert all(list(each) == ["@iot.selfLink"] for each in links)
            relation = name.partition("@")[0]
            expanded = anyone.get(one["@iot.selfLink"], expand=relation)[relation]
            assert expanded == related.get("value", related)  # with its own links, as table 2 asks of every entity
        elif not name.startswith("@iot"):
            assert anyone.get(f"{one['@iot.selfLink']}/{name}") == {name: value} or value is None
            assert anyone.raw(f"{one['@iot.selfLink']}/{name}/$value").status_code in {200, 204}


def test_properties_and_their_parts(anyone, station):
    assert anyone.get(f"Things({station})/properties/colour") == {"colour": "rot"}
    assert anyone.get(f"Things({station})/properties/lanes[2]/width") == {"width": 2.5}
    assert anyone.get(f"Things({station})/properties/lanes[0]") == {"lanes[0]": 1}
    for inside in ("empty", "empty/$value"):  # there, and null (section 9.2.5)
        assert anyone.raw(f"Things({station})/properties/{inside}").status_code == 204
    for inside in ("nothing", "lanes[7]", "colour/nothing"):
        assert anyone.raw(f"Things({station})/properties/{inside}").status_code == 404
    assert anyone.raw(f"Things({station})/name/$value").content == b"Post 7"
    assert anyone.raw(f"Things({station})/properties/$value").json()["colour"] == "rot"
    assert anyone.raw("Things(1)/Locations(1)/name").status_code == 404
    observation = anyone.get("Observations")["value"][0]["@iot.selfLink"]
    assert anyone.raw(f"{observation}/resultTime/$value").content == b"2015-03-02T09:00:00Z"
    assert anyone.raw(f"{observation}/validTime").status_code == 204
    assert anyone.raw(f"{observation}/result/$value").content == b"0"


NOT_THERE = [
    "Nothing", "things", "Things(99999999)", "Things(0)", "Things(-1)", "Things(null)", "Things(9223372036854775807)",
    "Things(99999999999999999999)", "Things('abc')", "Observations(1)", "Observations('7-zz9')", "Observations(9223372036854775807)",
    "Things(1)/Nothing", "Things/name", "Things(99999999)/Datastreams", "Things(99999999)/name", "Things(1)/name/part",
    "Things/$value", "Things/Locations", "$metadata", "Things(1)(2)", "Things/", "Things(1)/$ref/name",
]  # fmt: skip


def test_what_is_not_there_is_404(anyone, station):
    for path in NOT_THERE:
        answer = anyone.raw(path)
        if path == "Things/":
            assert answer.status_code == 200
            continue
        assert answer.status_code == 404, path
        assert answer.json()["code"] == 404


def test_a_nested_path_holds_together(anyone, sta, station):
    stream_id = anyone.get(f"Things({station})/Datastreams")["value"][0]["@iot.id"]
    other = sta.post("Things", whole("Post 8"))
    assert anyone.get(f"Things({station})/Datastreams({stream_id})/Observations")["value"]
    assert anyone.raw(f"Things({other})/Datastreams({stream_id})/Observations").status_code == 404
    assert anyone.raw(f"Things({other})/Datastreams({stream_id})").status_code == 404
    assert anyone.get(f"Datastreams({stream_id})/Thing/Locations")["value"][0]["name"] == "Stiftsplatz"


def test_expand_nests_with_options(anyone, station):
    found = anyone.get(
        f"Things({station})",
        expand="Datastreams($select=id,name;$orderby=name;$count=true;$expand=Observations($top=2;$orderby=result desc;"
        "$select=result;$filter=result lt 5;$count=true),ObservedProperty($select=name)),Locations/HistoricalLocations",
    )
    assert found["Datastreams@iot.count"] == 2
    autos, wheels = found["Datastreams"]
    assert set(autos) == {"@iot.id", "name", "Observations", "Observations@iot.count", "ObservedProperty"}
    assert (autos["Observations"], autos["Observations@iot.count"]) == ([], 0)
    assert wheels["Observations"] == [{"result": 4}, {"result": 3}]
    assert wheels["Observations@iot.count"] == 5
    assert wheels["ObservedProperty"] == {"name": "Fahrräder"}
    following = anyone.get(wheels["Observations@iot.nextLink"])
    assert following["value"] == [{"result": 2}, {"result": 1}]
    assert len(found["Locations"][0]["HistoricalLocations"]) == 1


def test_expanding_needs_one_statement_however_much_there_is(sta, station):
    with CaptureQueriesContext(connection) as few:
        sta.get("Things", expand="Datastreams/Observations/FeatureOfInterest,Locations")
    for number in range(20):
        sta.post("Things", whole(str(number), Observations=OBSERVED))
    with CaptureQueriesContext(connection) as many:
        assert len(sta.get("Things", expand="Datastreams/Observations/FeatureOfInterest,Locations")["value"]) == 21
    assert len(many) == len(few) <= 10


def test_observations_about_a_feature_are_found_by_an_index(anyone, station):
    feature = anyone.get("FeaturesOfInterest")["value"][0]["@iot.id"]
    for path, options in (
        (f"FeaturesOfInterest({feature})/Observations", {}),
        ("FeaturesOfInterest", {"expand": "Observations"}),
    ):
        with CaptureQueriesContext(connection) as asked:
            assert anyone.get(path, **options)["value"]
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN {next(each['sql'] for each in reversed(asked) if 'string_agg' in each['sql'])}")
            plan = "\n".join(row[0] for row in cursor.fetchall())
        assert "Seq Scan on sensing_observation" not in plan
        assert "_feature_id_idx" in plan


def test_a_feature_has_the_observations_that_name_it_and_those_of_its_place(sta, anyone, station):
    """Section 8.2.8, table 20: of every datastream, whether the observation named the feature or it is the place of the thing."""
    (place,) = anyone.get("FeaturesOfInterest")["value"]
    named = location("Brücke")
    named["feature"] = named.pop("location")
    other = sta.post("FeaturesOfInterest", named)
    for body in (thing("Post 8", Datastreams=[stream("Autos 8")]), thing("Post 9", Datastreams=[stream("Autos 9")])):
        sta.post("Things", body)
        number = anyone.get("Datastreams", orderby="id desc", top=1)["value"][0]["@iot.id"]
        for about, result in ((other, 100), (place["@iot.id"], 200)):
            time = f"2016-01-01T00:00:{number % 60:02d}Z"
            observed = {"result": result + number, "phenomenonTime": time, "FeatureOfInterest": {"@iot.id": about}}
            sta.post(f"Datastreams({number})/Observations", observed)
    path = f"FeaturesOfInterest({other})/Observations"
    assert anyone.names(path, orderby="result") == [number + 99, number + 100]
    assert anyone.names(path, filter=f"Datastream/id eq {number}") == [number + 100]
    assert anyone.get(path, top=0, count="true")["@iot.count"] == 2
    expanded = anyone.get(f"FeaturesOfInterest({other})", expand="Observations($orderby=result)")["Observations"]
    assert expanded == anyone.get(path, orderby="result")["value"]
    first = anyone.get(path, top=1)
    assert len(anyone.get(first["@iot.nextLink"])["value"]) == 1
    assert len(anyone.get(f"FeaturesOfInterest({place['@iot.id']})/Observations")["value"]) == 10


def test_select_shows_what_was_asked(anyone, station):
    path = f"Things({station})"
    assert anyone.get(path, select="name") == {"name": "Post 7"}
    assert set(anyone.get(path, select="id,Datastreams")) == {"@iot.id", "Datastreams@iot.navigationLink"}
    assert set(anyone.get(path, select="@iot.id,@iot.selfLink")) == {"@iot.id", "@iot.selfLink"}
    assert set(anyone.get(path, select="selfLink")) == {"@iot.selfLink"}
    assert anyone.get(path, select="*") == anyone.get(path)
    assert set(anyone.get(path, select="name", expand="Datastreams($select=name)")) == {"name", "Datastreams"}
    assert anyone.get("Observations", select="result", top=1)["value"] == [{"result": 0}]


def test_select_shows_parts_of_properties(anyone, station):
    path = f"Things({station})"
    assert anyone.get(path, select="properties/colour,properties/empty") == {
        "properties": {"colour": "rot", "empty": None}
    }
    assert anyone.get(path, select="name,properties/nothing/there") == {"name": "Post 7", "properties": {}}
    assert anyone.get(path, select="properties/colour,properties")["properties"]["lanes"]
    streams = anyone.get("Datastreams", select="unitOfMeasurement/symbol,properties/a", orderby="name desc")["value"]
    assert streams == [
        {"unitOfMeasurement": {"symbol": "1"}, "properties": {"a": 1}},
        {"unitOfMeasurement": {"symbol": "1"}},
    ]
    assert anyone.get("Locations", select="location/type")["value"] == [{"location": {"type": "Point"}}]


def test_order_by_properties_paths_and_functions(anyone, sta, station):
    sta.post("Things", whole("Post 10", Observations=[{"result": 3.5, "phenomenonTime": "2015-03-01T00:00:00Z"}]))
    assert anyone.names("Observations", orderby="result desc", top=3) == [7, 6, 5]
    assert anyone.names("Observations", orderby="Datastream/Thing/name desc,result", top=2) == [0, 1]
    assert anyone.names("Observations", orderby="resultTime", top=2) == [3.5, 7]  # null comes first
    assert anyone.names("Observations", orderby="resultTime desc")[-1] == 3.5
    assert anyone.names("Observations", orderby="result mod 4 desc, result", top=3) == [3.5, 3, 7]
    assert anyone.names("Things", orderby="length(name) desc") == ["Post 10", "Post 7"]
    assert anyone.names("Things", orderby="name") == ["Post 10", "Post 7"]
    assert anyone.names("Things", orderby="properties/colour desc") == ["Post 7", "Post 10"]
    assert anyone.names("Datastreams", orderby="Observations/result desc", top=1) == ["Räder"]
    assert anyone.names("Observations", orderby=",".join(["result desc"] * 30), top=2) == [7, 6]
    assert anyone.names("Datastreams", orderby="Observations/id desc", top=1) == ["Zählung"]
    for more in ({}, {"filter": "startswith(Thing/name,'Post')"}):  # what the filter and other keys joined stays
        order = "Thing/name desc,Thing/Datastreams/name desc,Observations/result desc,Thing/Locations/name,name"
        assert anyone.names("Datastreams", orderby=order, **more) == ["Räder", "Autos", "Zählung"]
    assert len(anyone.names("Things", filter="Datastreams/name eq 'Räder'", orderby="Datastreams/name")) == 1
    identifiers = [each["@iot.id"] for each in anyone.get("Observations", orderby="id desc")["value"]]
    assert identifiers == list(reversed([each["@iot.id"] for each in anyone.get("Observations")["value"]]))


@pytest.mark.parametrize(
    "order", ["", "id", "result desc", "resultTime", "result mod 3", "Datastream/name desc, phenomenonTime", "phenomenonTime desc", "resultQuality"]
)  # fmt: skip
def test_pages_cover_everything_once(anyone, sta, station, order):
    sta.post(f"Datastreams({anyone.get('Datastreams')['value'][1]['@iot.id']})/Observations", {"result": 2})
    options = {"top": 2, "count": "true"} | ({"orderby": order} if order else {})
    page, found = anyone.get("Observations", **options), []
    while True:
        assert page["@iot.count"] == 9
        assert len(page["value"]) <= 2
        found += [each["@iot.id"] for each in page["value"]]
        if "@iot.nextLink" not in page:
            break
        page = anyone.get(page["@iot.nextLink"])
    whole_ = [each["@iot.id"] for each in anyone.get("Observations", **({"orderby": order} if order else {}))["value"]]
    assert found == whole_
    assert len(set(found)) == 9


def test_pages_stay_right_while_data_arrives_and_goes(anyone, sta, station):
    number = anyone.get("Datastreams", filter="name eq 'Räder'")["value"][0]["@iot.id"]
    first = anyone.get(f"Datastreams({number})/Observations", top=3, orderby="phenomenonTime desc")
    sta.post(f"Datastreams({number})/Observations", {"result": 99, "phenomenonTime": "2020-01-01T00:00:00Z"})
    assert sta.send("DELETE", first["value"][0]["@iot.selfLink"]).status_code == 200
    second = anyone.get(first["@iot.nextLink"])
    assert [each["result"] for each in first["value"] + second["value"]] == [7, 6, 5, 4, 3, 2]


def test_top_skip_and_count(anyone, station):
    assert anyone.names("Observations", top=2, skip=3) == [3, 4]
    assert anyone.names("Observations", skip=100) == []
    assert anyone.get("Observations", top=0, count="true") == {"@iot.count": 8, "value": []}
    assert anyone.get("Observations", top=1, skip=2, count="true", filter="result gt 3")["@iot.count"] == 4
    assert "@iot.count" not in anyone.get("Observations", count="false")
    assert len(anyone.get("Observations", top=1_000_000)["value"]) == 8
    link = anyone.get("Observations", top=3)["@iot.nextLink"]
    assert "$top=3&$skip=3" in unquote(link)
    assert "@iot.nextLink" not in anyone.get("Observations", top=8)


WRONG_OPTIONS = [
    ("top", "-1"), ("top", "x"), ("top", "1.5"), ("top", ""), ("skip", "-1"), ("skip", "x"), ("skip", "99999999999"), ("count", "yes"),
    ("count", ""), ("count", "1"), ("select", "nothing"), ("select", ""), ("select", "name,,id"), ("expand", "Nothing"), ("expand", ""),
    ("expand", "Datastreams("), ("expand", "Datastreams($top=x)"), ("expand", "Datastreams($skiptoken=x)"), ("expand", "Datastreams(name)"),
    ("orderby", "nothing"), ("orderby", "name up"), ("orderby", ""), ("orderby", "name,"), ("orderby", "Datastreams"), ("orderby", "null"),
    ("filter", ""), ("skiptoken", "x"), ("skiptoken", "W10"), ("expand", "/".join(["Datastreams", "Thing"] * 9)),
    ("expand", ",".join(["Datastreams"] * 50)), ("select", "name" * 10_000), ("select", "name/x"), ("select", "properties/"),
    ("select", "Datastreams/nothing"), ("expand", "Datastreams/"), ("orderby", ",".join(["name"] * 31)),
]  # fmt: skip


def test_wrong_options_are_400(anyone, station):
    for option, value in WRONG_OPTIONS:
        answer = anyone.refuses("Things", **{option: value})
        assert answer["option"].startswith("$")


def test_unknown_options_are_501(anyone, station):
    assert anyone.raw("Things", search="x").status_code == 501
    assert anyone.raw("Things", format="json").status_code == 501
    assert anyone.raw("Things", expand="Datastreams($levels=2)").status_code == 501
    answer = anyone.client.get(f"{ROOT}/Things", {"colour": "rot"})
    assert answer.status_code == 200


def test_methods_that_do_not_fit_say_which_do(sta, station):
    for method, path, allowed in (
        ("DELETE", "Things", "GET, HEAD, POST"), ("PUT", "Things", "GET, HEAD, POST"), ("PATCH", "Things", "GET, HEAD, POST"),
        ("POST", f"Things({station})", "GET, HEAD, PATCH, PUT, DELETE"), ("PATCH", f"Things({station})/name", "GET, HEAD"),
        ("POST", "", "GET, HEAD"), ("GET", "CreateObservations", "POST"), ("GET", "$batch", "POST"),
    ):  # fmt: skip
        answer = sta.send(method, path, {})
        assert (answer.status_code, answer["Allow"]) == (405, allowed), (method, path)


def test_head_is_get_without_a_body(anyone, station):
    answer = anyone.client.head(f"{ROOT}/Things({station})")
    assert (answer.status_code, answer.content) == (200, b"")
    assert anyone.client.head(f"{ROOT}/Things(99999)").status_code == 404


def test_a_data_array_is_grouped_by_datastream(anyone, station):
    found = anyone.get("Observations?$resultFormat=dataArray&$count=true&$top=3&$select=result,phenomenonTime")
    (group,) = found["value"]
    assert found["@iot.count"] == 8
    assert group["components"] == ["phenomenonTime", "result"]
    assert group["dataArray"] == [[each["phenomenonTime"], each["result"]] for each in OBSERVED[:3]]
    assert group["dataArray@iot.count"] == 3
    assert anyone.get(group["Datastream@iot.navigationLink"])["name"] == "Räder"
    more = anyone.get(found["@iot.nextLink"])
    assert more["value"][0]["dataArray"][0] == [OBSERVED[3]["phenomenonTime"], 3]
    plain = anyone.get("Observations?$resultFormat=dataArray&$top=1")["value"][0]
    assert plain["components"] == [
        "@iot.id", "phenomenonTime", "result", "resultTime", "resultQuality", "validTime", "parameters"
    ]  # fmt: skip
    assert plain["dataArray"][0][2] == 0
