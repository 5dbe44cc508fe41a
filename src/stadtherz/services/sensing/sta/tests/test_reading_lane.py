# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The lane for reading answers word by word as the view, and passes on what is not plain."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from stadtherz.kernel.api.actions import issue_key
from stadtherz.kernel.group_commit import stop_committers
from stadtherz.kernel.lanes import LaneAnswer, LaneRequest
from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.services.sensing.models import Datastream
from stadtherz.services.sensing.sta import reading_lane
from stadtherz.services.sensing.store.keeping import pack_cold_days
from stadtherz.services.sensing.store.readings import Reading
from stadtherz.services.sensing.store.writing import write_now
from stadtherz.services.sensing.tests.factories import datastream

pytestmark = pytest.mark.django_db(transaction=True)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOST = "kaiserslautern.localhost"
PLAIN = [
    "",
    "$top=3",
    "$top=3&$orderby=phenomenonTime%20desc",
    "$orderby=phenomenonTime%20asc&$top=2",
    "$top=5",
    "$top=6",
]
ODD = ["$top=0", "$top=x", "$skip=2", "$top=3&$count=true", "$orderby=result", "$filter=result gt 3", "$select=result", "$expand=Datastream",
       "$orderby=phenomenonTime,result", "$resultFormat=dataArray", "$top=2&$skiptoken=x", "$unknown=1", "$top=1&$top=2"]  # fmt: skip


@pytest.fixture
def stream(kaiserslautern: Municipality) -> int:
    reading_lane.forget_readers()
    reading_lane.gate.cache_clear()
    with activate(kaiserslautern):
        found = datastream()
        times = [NOON, NOON + timedelta(seconds=1), NOON + timedelta(microseconds=1_250_000), NOON - timedelta(hours=1)]
        numbers = [5, -0.25, 1e14, 0]
        write_now([Reading(found.pk, *each) for each in zip(times, numbers, strict=True)])
        write_now([Reading(found.pk, NOON, 7)])
        return found.pk


def _read(town: Municipality, stream: int, query: str = "", **headers: str) -> LaneAnswer | None:
    request = LaneRequest(
        method="GET", path=f"/api/sta/v1.1/Datastreams({stream})/Observations", query=query, headers={"host": HOST, **headers},
        body=b"", groups={"datastream": str(stream)}, municipality=town, scheme="https", client="192.0.2.1",
    )  # fmt: skip

    async def ask() -> LaneAnswer | None:
        answer = await reading_lane.page(request)
        await stop_committers()
        reading_lane.gate.cache_clear()
        return answer

    return asyncio.run(ask())


def _view(client: Client, stream: int, query: str = "", **headers: str) -> Any:
    path = f"/api/sta/v1.1/Datastreams({stream})/Observations?{query}"
    return client.get(path, secure=True, headers={"host": HOST, **headers})


@pytest.mark.parametrize("query", PLAIN)
def test_the_view_answers_the_same(kaiserslautern: Municipality, stream: int, client: Client, query: str) -> None:
    ours, theirs = _read(kaiserslautern, stream, query), _view(client, stream, query)
    assert ours is not None
    assert (ours.status, ours.body.decode()) == (theirs.status_code, theirs.content.decode())
    said = {"Content-Type": ours.content_type, **ours.headers, "RateLimit-Remaining": ""}
    assert said == {name: theirs.headers[name] for name in said} | {"RateLimit-Remaining": ""}


def test_an_empty_datastream_is_an_empty_page(kaiserslautern: Municipality, client: Client) -> None:
    with activate(kaiserslautern):
        empty = datastream().pk
    answer = _read(kaiserslautern, empty)
    assert answer is not None
    assert answer.body == _view(client, empty).content == b'{"value":[]}'


@pytest.mark.parametrize("query", ODD)
def test_other_questions_are_passed_on(kaiserslautern: Municipality, stream: int, query: str) -> None:
    assert _read(kaiserslautern, stream, query) is None


def test_rows_that_are_more_than_a_number_are_passed_on(kaiserslautern: Municipality, stream: int) -> None:
    with activate(kaiserslautern):
        write_now([Reading(stream, NOON + timedelta(hours=1), 5, parameters={"battery": 3.6})])
        tiny = datastream().pk
        write_now([Reading(tiny, NOON, 1e-9)])
    assert _read(kaiserslautern, stream, "$top=1&$orderby=phenomenonTime%20desc") is None
    assert _read(kaiserslautern, tiny) is None


def test_pages_that_packed_days_reach_into_are_passed_on(kaiserslautern: Municipality, stream: int) -> None:
    with activate(kaiserslautern):
        write_now([Reading(stream, NOON + timedelta(days=2, hours=n), n) for n in range(3)])
        pack_cold_days(now=NOON + timedelta(days=32))
    assert _read(kaiserslautern, stream, "$top=2&$orderby=phenomenonTime%20desc") is not None
    assert _read(kaiserslautern, stream, "$top=3&$orderby=phenomenonTime%20desc") is None
    assert _read(kaiserslautern, stream, "$top=1&$orderby=phenomenonTime") is None


def test_closed_datastreams_are_for_keys_that_are_in_use(
    kaiserslautern: Municipality, stream: int, client: Client
) -> None:
    with activate(kaiserslautern):
        Datastream.objects.filter(pk=stream).update(is_open=False)
        good, other = (
            f"Bearer {issue_key(label='x', scopes=[scope], by=None)[1]}"
            for scope in ("sensing.read", "participation.read")
        )
    assert _read(kaiserslautern, stream) is None
    for authorization in (good, other):
        assert _read(kaiserslautern, stream, authorization=authorization) is None  # the view notes that it is used
        _view(client, stream, authorization=authorization)
    answer = _read(kaiserslautern, stream, authorization=good)
    assert answer is not None
    assert (answer.body, answer.headers["Cache-Control"]) == (
        _view(client, stream, authorization=good).content,
        "no-store",
    )
    for headers in (
        {"authorization": other},
        {"authorization": "Bearer unknown"},
        {"cookie": "a=b"},
        {"origin": "https://a.example"},
    ):
        assert _read(kaiserslautern, stream, **headers) is None


def test_who_has_no_request_left_is_passed_on(kaiserslautern: Municipality, stream: int, monkeypatch: Any) -> None:
    monkeypatch.setattr(reading_lane, "A_MINUTE", (1, 60_000))
    assert _read(kaiserslautern, stream) is not None
    assert _read(kaiserslautern, stream) is None
