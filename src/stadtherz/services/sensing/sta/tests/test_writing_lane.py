# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The lanes answer plain observations after their commit, and pass on whatever else comes."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from django.test import Client

from stadtherz.kernel.api.actions import issue_key
from stadtherz.kernel.group_commit import stop_committers
from stadtherz.kernel.lanes import LaneAnswer, LaneRequest
from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.services.sensing.actions.entities import create_location, create_thing, feature_for
from stadtherz.services.sensing.ingest.keys import forget_writers
from stadtherz.services.sensing.models import Observation
from stadtherz.services.sensing.sta import writing_lane
from stadtherz.services.sensing.tests.factories import datastream

pytestmark = pytest.mark.django_db(transaction=True)
TIME = "2026-03-01T12:00:00Z"


@pytest.fixture
def key(kaiserslautern: Municipality) -> str:
    forget_writers()
    with activate(kaiserslautern):
        return issue_key(label="Gateway", scopes=["sensing.write"], by=None)[1]


def _stream(town: Municipality) -> int:
    with activate(town):
        point = {"type": "Point", "coordinates": [7.77, 49.44]}
        place = create_location(name="Bridge", encoding_type="application/geo+json", location=point)
        stream = datastream(thing=create_thing(name="Post", locations=[place]))
        feature_for(datastream=stream)
        return stream.pk


def _send(
    town: Municipality, key: str, body: Any, *, group: str | None = None, handler: Any = None, **more: str
) -> LaneAnswer | None:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"host": "town.example", "authorization": f"Bearer {key}"} | {
        name.replace("_", "-"): value for name, value in more.items()
    }
    request = LaneRequest(
        method="POST", path="", query="", headers=headers, body=content,
        groups={"datastream": group}, municipality=town, scheme="https", client="",
    )  # fmt: skip

    async def ask() -> LaneAnswer | None:
        answer: LaneAnswer | None = await (handler or writing_lane.one)(request)
        await stop_committers()
        return answer

    return asyncio.run(ask())


def _stored(town: Municipality) -> list[float | None]:
    with activate(town):
        return list(Observation.objects.order_by("phenomenon_time", "sequence").values_list("number", flat=True))


def test_a_plain_observation_is_answered_after_its_commit(kaiserslautern: Municipality, key: str) -> None:
    stream = _stream(kaiserslautern)
    body = {"result": 21.5, "phenomenonTime": TIME, "Datastream": {"@iot.id": stream}}
    answer, again = (_send(kaiserslautern, key, body) for _ in range(2))
    assert answer is not None
    assert again is not None
    assert answer.status == again.status == 201
    here = f"https://town.example/api/sta/v1.1/Observations('{json.loads(answer.body)['@iot.id']}')"
    assert json.loads(answer.body) == {
        "@iot.id": here.split("'")[1], "@iot.selfLink": here, "phenomenonTime": TIME, "result": 21.5, "resultTime": None,
        "Datastream@iot.navigationLink": f"{here}/Datastream",
        "FeatureOfInterest@iot.navigationLink": f"{here}/FeatureOfInterest",
    }  # fmt: skip
    assert (answer.headers, again.headers["Stadtherz-Repeated"]) == ({"Location": here}, "true")
    assert _stored(kaiserslautern) == [21.5]


def test_the_datastream_may_stand_in_the_path(kaiserslautern: Municipality, key: str) -> None:
    stream = _stream(kaiserslautern)
    assert _send(kaiserslautern, key, {"result": 3, "phenomenonTime": TIME}, group=str(stream)) is not None
    assert _stored(kaiserslautern) == [3.0]


ODD = [
    {"result": "5"}, {"result": None}, {"result": True}, {"result": 1e300}, {"result": 1e-9}, {"phenomenonTime": "2026-03-01T12:00:00"},
    {"phenomenonTime": "2026-03-01"}, {"phenomenonTime": "2026-02-30T12:00:00Z"}, {"phenomenonTime": f"{TIME}/{TIME}"},
    {"phenomenonTime": "2026-03-01T12:00:00.1234567Z"}, {"resultTime": TIME}, {"parameters": {}}, {"unknown": 1},
    {"Datastream": {"@iot.id": "1"}}, {"Datastream": {"name": "new"}}, {"Datastream": {"@iot.id": 99_999_999}},
    {"FeatureOfInterest": {"@iot.id": 1}},
]  # fmt: skip


def test_what_is_unusual_is_passed_on_and_not_stored(kaiserslautern: Municipality, key: str) -> None:
    stream = _stream(kaiserslautern)
    plain = {"result": 1, "phenomenonTime": TIME, "Datastream": {"@iot.id": stream}}
    for each in ODD:
        assert _send(kaiserslautern, key, plain | each) is None, each
    without = {name: value for name, value in plain.items() if name != "Datastream"}
    assert _send(kaiserslautern, key, {**without, "Datastream": None}, group=str(stream)) is None
    twice = json.dumps(plain).replace("{", '{"result": 2, ', 1).encode()
    for content in (b"", b"[]", b"{", b"\xff", twice, json.dumps(plain).replace("result", "re\\u0073ult").encode()):
        assert _send(kaiserslautern, key, content) is None, content
    assert _send(kaiserslautern, "unknown", plain) is None
    assert _send(kaiserslautern, key, plain, content_encoding="br") is None
    assert _send(kaiserslautern, key, plain, origin="https://example.org") is None, (
        "what other sites may read, the view says"
    )
    assert _stored(kaiserslautern) == []


def test_who_wants_no_entity_gets_none(kaiserslautern: Municipality, key: str) -> None:
    """Prefer: return=minimal (RFC 7240), as the view answers it."""
    body = {"result": 1, "phenomenonTime": TIME, "Datastream": {"@iot.id": _stream(kaiserslautern)}}
    answer = _send(kaiserslautern, key, body, prefer="respond-async, return=minimal")
    assert answer is not None
    assert (answer.status, answer.body, answer.headers["Preference-Applied"]) == (201, b"", "return=minimal")
    assert answer.headers["Location"]
    assert _stored(kaiserslautern) == [1.0]


def test_without_a_place_the_view_must_say_what_it_is_about(kaiserslautern: Municipality, key: str) -> None:
    with activate(kaiserslautern):
        stream = datastream().pk
    assert _send(kaiserslautern, key, {"result": 3, "phenomenonTime": TIME}, group=str(stream)) is None


def test_a_data_array_gets_an_answer_for_each_row(kaiserslautern: Municipality, key: str, monkeypatch: Any) -> None:
    monkeypatch.setattr(writing_lane, "ROWS_AT_ONCE", 3)
    one, two = _stream(kaiserslautern), _stream(kaiserslautern)
    rows = [[f"2026-03-01T12:{n:02}:00.25+01:00", n / 4] for n in range(8)]
    body = [
        {
            "Datastream": {"@iot.id": one},
            "components": ["phenomenonTime", "result"],
            "dataArray@iot.count": 8,
            "dataArray": rows,
        },
        {"Datastream": {"@iot.id": two}, "components": ["result", "phenomenonTime"], "dataArray": [[7, TIME]]},
    ]
    answer = _send(kaiserslautern, key, body, handler=writing_lane.many)
    assert answer is not None
    links = json.loads(answer.body)
    assert (answer.status, len(links), len(set(links))) == (201, 9, 9)
    again = _send(kaiserslautern, key, body, handler=writing_lane.many)
    assert again is not None
    assert json.loads(again.body) == links
    assert _stored(kaiserslautern) == [*(n / 4 for n in range(8)), 7.0]


def test_an_unusual_data_array_is_passed_on(kaiserslautern: Municipality, key: str) -> None:
    stream = _stream(kaiserslautern)
    for change in ({"components": ["result"]}, {"dataArray": [[TIME, None]]}, {"dataArray": [[TIME]]}, {"dataArray": [["x", 1]]},
                   {"dataArray": [[TIME, 2**60]]}, {"dataArray": [["2026-03-01T12:00:00", 1]]}, {"other": 1}):  # fmt: skip
        body = [
            {"Datastream": {"@iot.id": stream}, "components": ["phenomenonTime", "result"], "dataArray": [[TIME, 1]]}
            | change
        ]
        assert _send(kaiserslautern, key, body, handler=writing_lane.many) is None, change
    assert _stored(kaiserslautern) == []


def test_the_view_answers_the_same(kaiserslautern: Municipality, key: str, client: Client) -> None:
    stream = _stream(kaiserslautern)
    forms: list[dict[str, Any]] = [
        {"result": value, "phenomenonTime": time}
        for value, time in (
            (5, TIME),
            (-0.25, "2026-03-01T12:00:00.120+01:00"),
            (1e14, "1999-12-31T23:59:59.000001Z"),
            (0, TIME),
        )
    ]
    for body in forms:
        body["Datastream"] = {"@iot.id": stream}
        ours = _send(kaiserslautern, key, body)
        theirs = client.post(
            "/api/sta/v1.1/Observations", json.dumps(body), content_type="application/json", secure=True,
            headers={"host": "kaiserslautern.localhost", "authorization": f"Bearer {key}"},
        )  # fmt: skip
        assert ours is not None, body
        assert theirs.status_code == ours.status
        said = theirs.content.decode().replace("kaiserslautern.localhost", "town.example")
        assert json.loads(said) == json.loads(ours.body)
        assert (
            said.partition('"result":')[2].partition(",")[0]
            == ours.body.decode().partition('"result":')[2].partition(",")[0]
        )
        assert (
            theirs.headers["Location"].replace("kaiserslautern.localhost", "town.example") == ours.headers["Location"]
        )
        assert theirs.headers["Stadtherz-Repeated"] == "true"
    array = [
        {
            "Datastream": {"@iot.id": stream},
            "components": ["phenomenonTime", "result"],
            "dataArray": [[TIME, 8], [TIME, 9]],
        }
    ]
    ours = _send(kaiserslautern, key, array, handler=writing_lane.many)
    theirs = client.post(
        "/api/sta/v1.1/CreateObservations", json.dumps(array), content_type="application/json", secure=True,
        headers={"host": "kaiserslautern.localhost", "authorization": f"Bearer {key}"},
    )  # fmt: skip
    assert ours is not None
    assert (theirs.status_code, json.loads(theirs.content.decode().replace("kaiserslautern.localhost", "town.example"))) == (
        ours.status, json.loads(ours.body),
    )  # fmt: skip
