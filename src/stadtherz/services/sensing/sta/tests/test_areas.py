# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The observed area of a datastream: the bounding box of what was observed, growing and shrinking (18-088, section 8.2.4)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stadtherz.services.sensing.sta.tests.conftest import Sta, location, whole


def feature(name: str, x: float, y: float) -> dict[str, Any]:
    place = {"type": "Point", "coordinates": [x, y]}
    return {"name": name, "description": "-", "encodingType": "application/geo+json", "feature": place}


@pytest.fixture
def stream(sta: Sta) -> str:
    sta.post("Things", whole())
    return f"Datastreams({sta.get('Datastreams')['value'][0]['@iot.id']})"


def observe(sta: Sta, stream: str, day: int, **more: Any) -> str:
    observed = {"result": day, "phenomenonTime": f"2026-01-{day:02}T00:00:00Z", **more}
    return f"Observations('{sta.post(f'{stream}/Observations', observed)}')"


def area(sta: Sta, stream: str) -> Any:
    return sta.get(stream).get("observedArea")


def corners(found: Any) -> set[tuple[float, float]]:
    assert found["type"] == "Polygon"
    return {tuple(each) for each in found["coordinates"][0]}


def test_the_area_follows_the_observations(sta: Sta, stream: str) -> None:
    assert area(sta, stream) is None
    at_place = observe(sta, stream, 1)
    assert area(sta, stream) == {"type": "Point", "coordinates": [7.77, 49.44]}
    beside = observe(sta, stream, 2, FeatureOfInterest=feature("beside", 8, 50))
    assert corners(area(sta, stream)) == {(7.77, 49.44), (7.77, 50), (8, 50), (8, 49.44)}
    sta.send("DELETE", at_place)
    assert area(sta, stream) == {"type": "Point", "coordinates": [8, 50]}
    sta.send("DELETE", beside)
    assert area(sta, stream) is None
    observe(sta, stream, 3)
    assert area(sta, stream) == {"type": "Point", "coordinates": [7.77, 49.44]}


def test_a_move_a_data_array_and_another_feature_count(sta: Sta, stream: str) -> None:
    first = observe(sta, stream, 1)
    place = sta.post("FeaturesOfInterest", feature("array", 7, 49))
    rows = [["2026-01-02T00:00:00Z", 2, place], ["2026-01-03T00:00:00Z", 3, None]]
    components = ["phenomenonTime", "result", "FeatureOfInterest/id"]
    number = int(stream[12:-1])
    sta.send(
        "POST", "CreateObservations", [{"Datastream": {"@iot.id": number}, "components": components, "dataArray": rows}]
    )
    assert corners(area(sta, stream)) == {(7, 49), (7, 49.44), (7.77, 49.44), (7.77, 49)}
    number = sta.get("Things")["value"][0]["@iot.id"]
    sta.post(f"Things({number})/Locations", location("north", (7.77, 51)))
    observe(sta, stream, 4)
    assert (7.77, 51) in corners(area(sta, stream))
    sta.send("DELETE", f"FeaturesOfInterest({place})")
    assert area(sta, stream)["type"] == "LineString"
    sta.send("PATCH", first, {"FeatureOfInterest": {"@iot.id": sta.post("FeaturesOfInterest", feature("west", 6, 50))}})
    assert (6, 51) in corners(area(sta, stream))
    assert sta.names("Datastreams", filter="geo.intersects(observedArea,geography'POINT(6.5 50)')") == ["Zählung"]


def test_an_area_that_was_given_holds_until_something_lies_outside(sta: Sta, stream: str) -> None:
    given = {"type": "Polygon", "coordinates": [[[7, 49], [8, 49], [8, 50], [7, 49]]]}
    sta.send("PATCH", stream, {"observedArea": given})
    observe(sta, stream, 1)
    assert area(sta, stream) == given
    kept = {name: value for name, value in sta.get(stream).items() if "@" not in name and name != "observedArea"}
    assert sta.send("PUT", stream, kept).status_code == 200
    assert area(sta, stream) == given  # the service finds it out itself: a PUT without it takes nothing away
    observe(sta, stream, 2, FeatureOfInterest=feature("outside", 9, 49))
    assert corners(area(sta, stream)) == {(7, 49), (7, 50), (9, 50), (9, 49)}


def test_datastreams_are_locked_in_one_order(sta: Sta) -> None:
    """Else programs that write to the same ones at once would wait for each other in a circle."""
    streams = [sta.get(f"Things({sta.post('Things', whole())})/Datastreams")["value"][0]["@iot.id"] for _each in "ab"]
    place = sta.post("FeaturesOfInterest", feature("beside", 8, 50))
    rows = {"components": ["phenomenonTime", "result", "FeatureOfInterest/id"], "dataArray": [["2026-01-01T00:00:00Z", 1, place]]}  # fmt: skip
    here = {"components": ["phenomenonTime", "result"], "dataArray": [["2026-01-01T00:00:00Z", 2]]}
    body = [{"Datastream": {"@iot.id": each}, **group} for each in reversed(streams) for group in (rows, here)]
    with CaptureQueriesContext(connection) as asked:
        said = sta.send("POST", "CreateObservations", body).json()
    assert [each.rpartition("('")[2].partition("-")[0] for each in said] == [str(streams[n]) for n in (1, 1, 0, 0)]
    told = [each["sql"] for each in asked.captured_queries]
    locked = [n for n, sql in enumerate(told) if "FOR NO KEY UPDATE" in sql and "sensing_datastream" in sql]
    assert "FOR NO KEY UPDATE OF d" in told[locked[-1]], "those whose areas grow, before latest values are written"
    first, second = (next(n for n in locked if f'"id" = {each}' in told[n]) for each in streams)
    assert first < second
