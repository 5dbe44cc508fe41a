# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""From a due source to values on the map; what fails waits longer and longer, and says why."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from django.utils.translation import override

from stadtherz.kernel.jobs import run_waiting
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.outside import refusals
from stadtherz.kernel.outside.client import use
from stadtherz.services.sensing.actions.sources import create_source, pause_source
from stadtherz.services.sensing.connectors.datex2_parking import fake as datex2
from stadtherz.services.sensing.connectors.fetching import ask, due_sources
from stadtherz.services.sensing.connectors.kaiserslautern_parking import fake as parking
from stadtherz.services.sensing.connectors.pegelonline import fake as gauges
from stadtherz.services.sensing.connectors.registry import CONNECTORS
from stadtherz.services.sensing.connectors.tests.recorded import Recorded, test_data
from stadtherz.services.sensing.failures import is_page, why
from stadtherz.services.sensing.jobs import ask_due_sources
from stadtherz.services.sensing.models import Datastream, Observation, Source, SourceKind, Thing


def source_of(connector: str, **settings: Any) -> Source:
    every = CONNECTORS[connector].every_seconds
    return create_source(
        name=connector, kind=SourceKind.CONNECTOR, connector=connector, settings=settings, every_seconds=every, by=None
    )[0]


def test_a_gauge_becomes_a_station_with_values(town: Municipality) -> None:
    source = source_of("pegelonline", stations=["99000001"])
    with use(Recorded({"stations.json": gauges.STATIONS, "/W/measurements": gauges.MEASUREMENTS})):
        arrival = ask(source)
        again = ask(source)
    assert arrival is not None
    assert again is not None
    assert (arrival.new, again.new, again.repeated) == (3, 0, 3)
    thing = Thing.objects.get()
    assert thing.properties["attribution"].startswith("Wasserstraßen")
    assert thing.places.get().location.geometry.coords == (7.77, 49.45)
    assert list(Observation.objects.order_by("phenomenon_time").values_list("number", flat=True)) == [86.0, 85.5, 85.0]
    assert Datastream.objects.get().expected_seconds == 900
    source.refresh_from_db()
    assert source.memory["newest"]
    assert source.due_at > timezone.now() + timedelta(seconds=800)


def test_another_unit_of_the_feed_is_reckoned_into_that_of_the_series_or_refused(town: Municipality) -> None:
    source = source_of("pegelonline", stations=["99000001"])
    told = gauges.STATIONS
    metres, odd = told.replace(b'"cm"', b'"m+NN"'), told.replace(b'"cm"', '"m³/s"'.encode())
    later = b'[{"timestamp": "2030-01-01T00:00:00+01:00", "value": 0.9}]'
    with use(Recorded({"stations.json": told, "/W/measurements": gauges.MEASUREMENTS})):
        ask(source)
    stream = Datastream.objects.get()
    before = Observation.objects.count()
    with use(Recorded({"stations.json": odd, "/W/measurements": later})):
        assert ask(source) is None
    source.refresh_from_db()
    assert "m3/s" in str(source.last_reason)
    assert Observation.objects.count() == before
    with use(Recorded({"stations.json": metres, "/W/measurements": later})):
        ask(source)
    assert Observation.objects.order_by("phenomenon_time").last().number == 90.0
    assert stream.unit_of_measurement["symbol"] == "cm"


def test_a_fault_of_a_car_park_is_marked(town: Municipality) -> None:
    with use(Recorded({"pls.xml": parking.CAR_PARKS})):
        ask(source_of("kaiserslautern_parking"))
    rows = Observation.objects.filter(datastream__quantity="parking_taken").order_by("number")
    assert [(row.number, (row.details or {}).get("quality", {}).get("flag")) for row in rows] == [
        (61.0, "suspect"),
        (80.0, None),
    ]


def test_a_table_that_comes_once_describes_values_that_come_later(town: Municipality) -> None:
    source = source_of(
        "datex2_parking", status="https://parking.example/state.xml", table="https://parking.example/table.xml"
    )
    with use(Recorded({"table.xml": datex2.TABLE, "state.xml": datex2.TABLE})):  # no values yet
        ask(source)
    assert (Thing.objects.count(), Datastream.objects.count()) == (1, 0)
    with use(Recorded({"table.xml": datex2.RECORDS, "state.xml": datex2.RECORDS})):  # no description any more
        ask(Source.objects.get())
    assert dict(Observation.objects.values_list("datastream__quantity", "number")) == {
        "parking_free": 40.0,
        "parking_taken": 60.0,
    }


@pytest.mark.parametrize(
    ("answer", "reason"),
    [(b"<Daten><script/></Daten>", "program"), (b"MZ\x90", "not XML"), (500, "500"), (b"<Daten/>", "time like")],
)
def test_what_fails_waits_longer_each_time_and_says_why(town: Municipality, answer: bytes | int, reason: str) -> None:
    source = source_of("kaiserslautern_parking")
    Source.objects.update(failures=4)
    with use(Recorded({"pls.xml": answer})):
        assert ask(source) is None
    source.refresh_from_db()
    assert reason in source.last_error
    assert source.failures == 5
    pause = source.due_at - timezone.now()
    assert timedelta(seconds=120 * 31) < pause < timedelta(hours=6, seconds=1)
    assert not Thing.objects.exists()
    with use(Recorded({"pls.xml": parking.CAR_PARKS})):
        ask(source)
    source.refresh_from_db()
    assert source.failures == 0


def test_each_reader_gets_the_reason_in_the_own_language(town: Municipality) -> None:
    """Background work noted it without knowing who reads; also what is filled in is translated."""
    kinds = {
        "kaiserslautern_parking": (500, "reports an error of its own (500)", "meldet einen eigenen Fehler (500)"),
        "pegelonline": (b"", "not said yet what is to be asked for: Gauges.", "wonach gefragt werden soll: Pegel."),
        "uba": (b'{"a": 1, "a": 2}', "stands twice", "steht zweimal da"),
    }
    for connector, (answer, english, german) in kinds.items():
        source = source_of(connector, **({"stations": ["1"]} if connector == "uba" else {}))
        with use(Recorded(dict.fromkeys(("pls.xml", "/"), answer))), override("de"):
            assert ask(source) is None
        source.refresh_from_db()
        assert german in source.last_error
        with override("en"):
            assert english in source.problem
        with override("de"):
            assert german in source.problem


def test_an_address_inside_is_not_asked(town: Municipality) -> None:
    source = source_of("kaiserslautern_parking", address="http://10.0.0.1/pls.xml")
    with override("en"):
        assert ask(source) is None
    source.refresh_from_db()
    assert "inside a network" in source.last_error


def test_the_job_asks_what_is_due_and_nothing_else(town: Municipality) -> None:
    source_of("kaiserslautern_parking")
    paused = source_of("kaiserslautern_parking")
    pause_source(source=paused, paused=True, by=None)
    later = source_of("kaiserslautern_parking")
    Source.objects.filter(pk=later.pk).update(due_at=timezone.now() + timedelta(hours=1))
    outside = Recorded({"pls.xml": parking.CAR_PARKS})
    with use(outside):
        ask_due_sources()
        ask_due_sources()
        run_waiting()
    assert len(outside.asked) == 1
    assert due_sources() == []
    assert Observation.objects.count() == 4


def test_a_recorded_feed_arrives_figure_by_figure(town: Municipality) -> None:
    content = test_data("parking", "kaiserslautern.xml").read_bytes()
    with use(Recorded({"pls.xml": content})):
        ask(source_of("kaiserslautern_parking"))
    taken = Observation.objects.filter(datastream__quantity="parking_taken").order_by("datastream")
    assert [int(row.number or 0) for row in taken] == [104, 54, 30, 192, 36, 116, 90, 290, 60, 158, 77]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (refusals.NameUnknown("x"), "Check the address"), (refusals.AddressNotAllowed("x"), "inside a network"),
        (refusals.TooSlow("x"), "mostly passes"), (refusals.Unreachable("x"), "mostly passes"), (refusals.TooLarge("x"), "fewer stations"),
        (refusals.TooManyRedirects("x"), "without end"), (refusals.BadStatus("x", 404), "may have moved"),
        (refusals.BadStatus("x", 403), "does not let us in"), (refusals.BadStatus("x", 429), "too often"),
        (refusals.BadStatus("x", 502), "an error of its own (502)"), (refusals.BadStatus("x", 400), "does not understand"),
        (refusals.OutsideError("said in words"), "said in words"),
    ],
)  # fmt: skip
def test_why_there_was_no_answer_is_said_to_a_clerk(error: refusals.OutsideError, words: str) -> None:
    with override("en"):
        assert words in str(why(error))


@pytest.mark.parametrize(
    ("content", "expected"),
    [(b"<!DOCTYPE html><p>", True), (b"\xef\xbb\xbf\n<HTML lang=de>", True), (b"<?xml version='1.0'?><Daten/>", False), (b"[]", False)],
)  # fmt: skip
def test_a_page_for_people_is_recognised(content: bytes, expected: bool) -> None:
    assert is_page(content) is expected


def test_what_is_answered_to_an_earlier_question_is_thrown_away(town: Municipality) -> None:
    source = source_of("pegelonline", stations=["99000001"])

    class Changing(Recorded):
        def ask(self, request: Any, into: Any) -> Any:
            Source.objects.update(settings={"stations": ["99000002"]})
            return super().ask(request, into)

    with use(Changing({"stations.json": gauges.STATIONS, "/W/measurements": gauges.MEASUREMENTS})):
        assert ask(source) is None
    assert not Observation.objects.exists()
    source.refresh_from_db()
    assert (source.failures, source.memory) == (0, {})


def test_a_source_that_lacks_a_setting_is_not_asked(town: Municipality) -> None:
    settings = {"base": "http://127.0.0.1:1/v1.1"}
    source, _key = create_source(
        name="X", kind=SourceKind.CONNECTOR, connector="sensorthings", by=None, settings=settings
    )
    with override("en"):
        assert ask(source) is None
    source.refresh_from_db()
    assert source.last_error == "It is not said yet what is to be asked for: Datastreams with quantity."
