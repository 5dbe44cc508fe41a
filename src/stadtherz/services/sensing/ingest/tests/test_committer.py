# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The committer of observations: acknowledged after the commit, town by town, bad rows alone, back-pressure, two at once."""

from __future__ import annotations

import asyncio
import itertools
import json
import threading
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection

from stadtherz.kernel.group_commit import Busy
from stadtherz.kernel.live.hub import _parameters
from stadtherz.kernel.live.publishing import CHANNEL
from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.services.sensing.ingest import committer
from stadtherz.services.sensing.models import Datastream, Latest, Observation
from stadtherz.services.sensing.store import announcing
from stadtherz.services.sensing.store.readings import Reading, Refused, State, Written
from stadtherz.services.sensing.tests.factories import datastream

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
"""The seconds that tests add to it lie in the same month."""


def _gathered(*calls: tuple[Municipality, list[Reading]]) -> list[Any]:
    async def everything() -> list[Any]:
        outcomes = await asyncio.gather(*(committer.write(*call) for call in calls), return_exceptions=True)
        await committer.stop()
        return list(outcomes)

    return asyncio.run(everything())


def _stream(town: Municipality, **given: Any) -> int:
    with activate(town):
        return datastream(**given).pk


def _count(town: Municipality) -> int:
    with activate(town):
        return Observation.objects.count()


def test_each_sender_hears_of_its_readings(kaiserslautern: Municipality, kusel: Municipality) -> None:
    ours, theirs = _stream(kaiserslautern), _stream(kusel)
    calls = [(kaiserslautern, [Reading(ours, NOW + timedelta(seconds=n), n)]) for n in range(30)]
    calls += [(kusel, [Reading(theirs, NOW, 1), Reading(ours, NOW, 1), Reading(theirs, NOW, float("nan"))])]
    heard = _gathered(*calls)
    assert {each.state for outcome in heard[:30] for each in outcome} == {State.NEW}
    assert [type(each) for each in heard[30]] == [Written, Refused, Refused]
    assert (_count(kaiserslautern), _count(kusel)) == (30, 1)


def test_new_numbers_of_one_town_are_one_round_trip_and_anything_else_is_not(
    kaiserslautern: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = _stream(kaiserslautern)
    _gathered((kaiserslautern, [Reading(stream, NOW, 0)]))  # makes the month
    quick: list[bool] = []
    alone = committer.write_alone
    monkeypatch.setattr(committer, "write_alone", lambda batch: _noted(quick, alone(batch)))
    heard = _gathered((kaiserslautern, [Reading(stream, NOW + timedelta(seconds=n), n) for n in range(1, 4)]))
    again = _gathered((kaiserslautern, [Reading(stream, NOW + timedelta(seconds=n), n) for n in range(2, 6)]))
    assert [each.state for each in heard[0]] == [State.NEW] * 3
    assert [each.state for each in again[0]] == [State.REPEATED] * 2 + [State.NEW] * 2
    assert (quick, _count(kaiserslautern)) == ([True, False], 6)


def _noted(quick: list[bool], result: Any) -> Any:
    quick.append(result is not None)
    return result


def test_too_much_is_refused_at_once_and_nothing_of_it_taken(kaiserslautern: Municipality, monkeypatch: Any) -> None:
    monkeypatch.setattr(committer, "MOST_WAITING", 100)
    stream = _stream(kaiserslautern)
    calls = [
        (kaiserslautern, [Reading(stream, NOW + timedelta(seconds=10 * n + m), m) for m in range(10)])
        for n in range(50)
    ]
    outcomes = Counter(type(outcome) for outcome in _gathered(*calls))
    assert outcomes == {list: 10, Busy: 40}
    assert _count(kaiserslautern) == 100


def test_two_processes_write_the_same_at_once(kaiserslautern: Municipality) -> None:
    """Threads with connections of their own stand for processes: the same readings in opposite order, some of them different."""
    streams = [_stream(kaiserslautern) for _ in range(3)]
    month = datetime(2031, 1, 31, 23, tzinfo=UTC)  # whose partition both want to make
    readings = [Reading(stream, month + timedelta(minutes=n), n) for stream in streams for n in range(120)]
    heard: list[list[Any]] = []
    start = threading.Barrier(2)

    def write(turned: list[Reading]) -> None:
        start.wait(10)
        heard.append(_gathered(*((kaiserslautern, turned[cut : cut + 40]) for cut in range(0, len(turned), 40))))
        connection.close()

    threads = [threading.Thread(target=write, args=[order]) for order in (readings, readings[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    states = Counter(each.state for outcomes in heard for outcome in outcomes for each in outcome)
    assert states == {State.NEW: 360, State.REPEATED: 360}
    assert _count(kaiserslautern) == 360


def test_open_pages_are_told_of_open_datastreams_after_the_commit(
    kaiserslautern: Municipality, monkeypatch: Any
) -> None:
    changed: list[Any] = []
    monkeypatch.setattr(announcing.announcer, "announce", lambda town, streams: changed.append((town.pk, streams)))
    shown, closed = _stream(kaiserslautern), _stream(kaiserslautern, is_open=False)
    later = NOW + timedelta(seconds=1)
    readings = [Reading(shown, NOW, 1), Reading(shown, later, 2), Reading(closed, NOW, 3)]
    _gathered((kaiserslautern, readings))
    assert changed == [(kaiserslautern.pk, [shown, closed])]
    assert len(_gathered((kaiserslautern, readings))) == 1
    assert len(changed) == 1
    value = {"time": later.isoformat(), "number": 2}
    assert _told(kaiserslautern, [closed, shown]) == [
        ("sensing.latest", "values", {"values": [[shown, *value.values()]]}),
        (f"sensing.datastream:{shown}", "value", value),
    ]


def test_a_thousand_values_fit_into_events(kaiserslautern: Municipality) -> None:
    with activate(kaiserslautern):
        first = datastream()
        streams = [Datastream(pk=2**31 - n, **_columns(first)) for n in range(1, 1003)]
        Datastream.objects.bulk_create(streams)
        moment = datetime(2026, 9, 21, 14, 13, 20, 123456, tzinfo=UTC)
        bounds = {"phenomenon_time": moment, "earliest": moment, "until": moment}
        Latest.objects.bulk_create([Latest(datastream=each, number=-123456.789012345, **bounds) for each in streams])
    told = _told(kaiserslautern, [each.pk for each in streams])
    events = [data["values"] for topic, _event, data in told if topic == "sensing.latest"]
    values = sorted((value for event in events for value in event), reverse=True)
    alone = {topic: data for topic, event, data in told if event == "value"}
    assert [value[0] for value in values] == [each.pk for each in streams[:1000]]
    assert len(alone) == 50  # of a flood only the first ones, the others are in sensing.latest
    assert alone[f"sensing.datastream:{2**31 - 1}"] == {"time": values[0][1], "number": -123456.789012345}
    assert values[0] == [2**31 - 1, "2026-09-21T14:13:20.123456+00:00", -123456.789012345]


def _columns(stream: Datastream) -> dict[str, Any]:
    names = ("thing_id", "sensor_id", "observed_property_id", "name", "kind", "observation_type", "unit_of_measurement")
    return {name: getattr(stream, name) for name in names}


def _told(town: Municipality, streams: list[int]) -> list[tuple[str, str, Any]]:
    """What is published of these datastreams, as a listener hears it after the commit."""
    with psycopg.connect(**_parameters(), autocommit=True) as listener:
        listener.execute(f"LISTEN {CHANNEL}")
        with activate(town):
            announcing.tell(streams)
        listener.execute(f"NOTIFY {CHANNEL}, 'null'")  # what was committed before comes before
        with closing(listener.notifies(timeout=60)) as notices:
            every = (json.loads(each.payload) for each in notices)
            heard = list(itertools.takewhile(lambda each: each is not None, every))
    return [(topic, event, data) for number, topic, event, data in heard if number == town.pk]
