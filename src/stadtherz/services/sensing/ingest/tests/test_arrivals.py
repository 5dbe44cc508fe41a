# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""From a message to a value: unknown devices, adoption, double delivery, units, times that cannot be meant."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.services.sensing.actions.adoption import Measured, adopt_device, let_go_device
from stadtherz.services.sensing.actions.mappings import map_field
from stadtherz.services.sensing.actions.sources import SourceRefused, create_source
from stadtherz.services.sensing.actions.stations import move_station
from stadtherz.services.sensing.ingest import quarantine
from stadtherz.services.sensing.ingest.arrivals import take_in
from stadtherz.services.sensing.ingest.messages import DeviceMessage
from stadtherz.services.sensing.models import (
    Datastream,
    Latest,
    Observation,
    QuarantinedMessage,
    Source,
    SourceDatastream,
    SourceDevice,
    SourceKind,
    Thing,
)
from stadtherz.services.sensing.store.identifiers import identifier
from stadtherz.services.sensing.store.validity import Flag, judged

NOW = datetime(2025, 7, 1, 12, tzinfo=UTC)
PLACE = Point(7.77, 49.44, srid=4326)


@pytest.fixture
def source(town: Municipality) -> Source:
    return create_source(name="Funknetz", kind=SourceKind.TTN, by=None)[0]


def message(device: str = "a1", minute: int = 0, mark: str = "", **values: object) -> DeviceMessage:
    return DeviceMessage(device, NOW + timedelta(minutes=minute), values or {"t": 20.5}, mark=mark)  # type: ignore[arg-type]


def adopted(source: Source, device: str = "a1", quantity: str = "air_temperature", unit: str = "Cel") -> Datastream:
    adopt_device(
        source=source,
        external_id=device,
        name=f"Messpunkt {device}",
        place=PLACE,
        fields={"t": Measured(quantity, unit)},
        by=None,
    )
    return Datastream.objects.get(mappings__device__external_id=device)


def numbers(datastream: Datastream) -> list[float | None]:
    rows = Observation.objects.filter(datastream=datastream).order_by("phenomenon_time", "sequence")
    return list(rows.values_list("number", flat=True))


def test_what_a_device_measured_says_where(source: Source, client: Client) -> None:
    datastream = adopted(source)
    take_in(source, [message()])
    found = client.get(f"/api/sta/v1.1/Observations('{identifier(datastream.pk, NOW)}')/FeatureOfInterest")
    assert found.json()["feature"]["coordinates"] == [7.77, 49.44]
    adopt_device(
        source=source, external_id="b2", name="Ohne Ort", place=None, fields={"t": Measured("noise")}, by=None
    )  # fmt: skip
    assert Datastream.objects.get(mappings__device__external_id="b2").feature is None


def test_a_networks_clock_that_is_ahead_does_not_hide_what_comes_after(source: Source) -> None:
    """A value of 2030 would be the latest until then."""
    datastream, before = adopted(source), timezone.now()
    ahead = DeviceMessage("a1", before + timedelta(days=700), {"t": 99.0}, mark="260b:1:2:3")
    assert take_in(source, [ahead]).new == 1
    assert take_in(source, [ahead]).heard_before == 1  # by another gateway
    assert take_in(source, [DeviceMessage("a1", timezone.now(), {"t": 20.0}, mark="260b:2:2:3")]).new == 1
    wrong, right = Observation.objects.filter(datastream=datastream).order_by("phenomenon_time")
    assert before <= wrong.phenomenon_time <= right.phenomenon_time
    assert wrong.details is not None
    assert wrong.details["quality"]["flag"] == "suspect"
    assert Latest.objects.get(pk=datastream.pk).number == 20.0


def test_a_devices_own_clock_that_is_ahead_hides_nothing_either(town: Municipality) -> None:
    source = create_source(name="Broker", kind=SourceKind.MQTT, by=None)[0]
    datastream, before = adopted(source), timezone.now()
    ahead = DeviceMessage("a1", before + timedelta(days=700), {"t": 99.0})  # as JSON tells it, without a mark
    assert take_in(source, [ahead]).new == 1
    assert take_in(source, [ahead]).heard_before == 1  # delivered again
    assert take_in(source, [DeviceMessage("a1", timezone.now(), {"t": 20.0})]).new == 1
    wrong, right = Observation.objects.filter(datastream=datastream).order_by("phenomenon_time")
    assert before <= wrong.phenomenon_time <= right.phenomenon_time
    assert (wrong.details or {})["quality"]["flag"] == "suspect"
    assert Latest.objects.get(pk=datastream.pk).number == 20.0
    source.kind = SourceKind.CONNECTOR  # another system tells its list at each question
    assert [take_in(source, [DeviceMessage("a1", ahead.time, {"t": 98.0})]).new for _again in range(2)] == [1, 0]


def test_what_comes_late_belongs_to_where_the_station_stood(source: Source) -> None:
    """Also what is delivered again after the move is still known."""
    datastream = adopted(source)
    take_in(source, [message()])
    home = datastream.thing.history.get()
    home.time = NOW - timedelta(days=1)
    home.save()
    move_station(station=datastream.thing, place=Point(7.8, 49.5, srid=4326), by=None)
    assert take_in(source, [message()]).repeated == 1
    take_in(source, [message(minute=5), DeviceMessage("a1", timezone.now(), {"t": 21.0})])
    datastream.refresh_from_db()
    rows = Observation.objects.filter(datastream=datastream).order_by("phenomenon_time")
    assert [row.feature_id for row in rows] == [None, None, datastream.current_feature_id]
    away = timezone.now()
    move_station(station=datastream.thing, place=PLACE, by=None)  # and back
    take_in(source, [DeviceMessage("a1", away - timedelta(milliseconds=1), {"t": 22.0})])
    assert rows.last().feature_id == rows[2].feature_id is not None  # type: ignore[union-attr]


def test_what_waited_is_taken_in_when_the_device_is_adopted(source: Source) -> None:
    first = take_in(source, [message(minute=0), message(minute=10, t=21.0), message("b2")])
    assert (first.quarantined, first.new, QuarantinedMessage.objects.count()) == (3, 0, 3)
    take_in(source, [message(minute=0)])  # delivered once more: still three
    assert QuarantinedMessage.objects.count() == 3
    datastream = adopted(source)
    assert numbers(datastream) == [20.5, 21.0]
    assert [row.external_id for row in QuarantinedMessage.objects.all()] == ["b2"]
    thing = Thing.objects.get(name="Messpunkt a1")
    assert thing.places.get().location.location == {"type": "Point", "coordinates": [7.77, 49.44]}
    assert datastream.name == "Messpunkt a1: Lufttemperatur"
    assert datastream.unit_of_measurement["symbol"] == "°C"
    with pytest.raises(SourceRefused):
        adopted(source)


def test_the_same_message_by_two_gateways_counts_once(source: Source) -> None:
    datastream = adopted(source)
    take_in(source, [message(mark="0189:7:2:ab")])
    again = take_in(source, [DeviceMessage("a1", NOW + timedelta(milliseconds=300), {"t": 20.5}, mark="0189:7:2:ab")])
    assert (again.new, again.heard_before) == (0, 1)
    assert numbers(datastream) == [20.5]
    source.refresh_from_db()
    assert (source.accepted, source.repeated) == (1, 1)


def test_without_a_mark_the_store_sees_the_repetition(source: Source) -> None:
    datastream = adopted(source)
    assert take_in(source, [message()]).new == 1
    assert take_in(source, [message()]).repeated == 1
    assert numbers(datastream) == [20.5]


def test_units_are_converted_without_dust(source: Source) -> None:
    datastream = adopted(source, quantity="air_pressure", unit="Pa")
    take_in(source, [message(t=99870)])
    assert numbers(datastream) == [998.7]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "warm", {"a": 1}, None, 10**400])
def test_what_is_no_number_fails_alone_with_the_reason(source: Source, value: object) -> None:
    datastream = adopted(source)
    arrival = take_in(source, [message(t=value), message(minute=1, t=3)])
    assert arrival.new == 1
    (problem,) = arrival.problems
    assert (problem.device, problem.field) == ("a1", "t")
    assert numbers(datastream) == [3.0]
    source.refresh_from_db()
    assert source.refused == 1
    assert "a1 t" in source.last_error


def test_times_that_cannot_be_meant_are_marked(source: Source) -> None:
    datastream = adopted(source)
    for time in (datetime(1970, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC), timezone.now()):
        take_in(source, [DeviceMessage("a1", time, {"t": 1})])
    rows = Observation.objects.filter(datastream=datastream).order_by("phenomenon_time")
    assert [(row.details or {}).get("quality", {}).get("flag") for row in rows] == ["suspect", None, "suspect"]
    flags = [judged((row.number, None, json.dumps(row.details) if row.details else None, None))[1] for row in rows]
    assert flags == [Flag.SUSPECT, Flag.VALID, Flag.SUSPECT]  # and no mean counts them


def test_frames_are_decoded_here_and_an_empty_socket_is_no_temperature(source: Source) -> None:
    frame = bytes.fromhex("cbc6008200f2017fff7fff")
    take_in(source, [DeviceMessage("d1", NOW, None, frame, 2)])
    adopt_device(
        source=source, external_id="d1", name="Klima", place=PLACE, decoder="dragino-lht65n", by=None,
        fields={"TempC_SHT": Measured("air_temperature", "Cel"), "TempC_DS": Measured("soil_temperature", "Cel")},
    )  # fmt: skip
    inner = Datastream.objects.get(quantity="air_temperature")
    assert numbers(inner) == [1.3]
    assert numbers(Datastream.objects.get(quantity="soil_temperature")) == []
    broken = take_in(source, [DeviceMessage("d1", NOW, None, b"\x01", 2)])
    assert "11" in broken.problems[0].reason


def test_a_unit_that_changes_goes_to_another_datastream(source: Source) -> None:
    """A running sensor begins to send Fahrenheit: the clerk gives the field another factor, earlier values stay."""
    datastream = adopted(source)
    take_in(source, [message(t=20)])
    device = SourceDevice.objects.get(external_id="a1")
    map_field(device=device, field="t", datastream=datastream, scale=5 / 9, offset=-160 / 9)
    take_in(source, [message(minute=10, t=68)])
    assert numbers(datastream) == [20.0, 20.0]


def test_a_device_that_is_let_go_waits_again(source: Source) -> None:
    datastream = adopted(source)
    let_go_device(device=SourceDevice.objects.get(external_id="a1"), by=None)
    assert take_in(source, [message()]).quarantined == 1
    assert numbers(datastream) == []


def test_the_quarantine_has_bounds(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quarantine, "PER_DEVICE", 3)
    monkeypatch.setattr(quarantine, "DEVICES", 2)
    take_in(source, [message(minute=n) for n in range(5)])
    assert [row.content["time"][14:16] for row in QuarantinedMessage.objects.all()] == ["02", "03", "04"]
    arrival = take_in(source, [message("b2"), message("c3"), message("d4", t="x" * 5000)])
    assert arrival.quarantined == 1
    assert [problem.device for problem in arrival.problems] == ["c3", "d4"]
    assert quarantine.expire(timezone.now() + timedelta(days=31)) == 4


def test_the_neighbour_sees_nothing_of_it(source: Source, kusel: Municipality) -> None:
    adopted(source)
    with activate(kusel):
        assert (Source.objects.count(), SourceDevice.objects.count(), SourceDatastream.objects.count()) == (0, 0, 0)


def test_a_message_of_an_unknown_device_waits_until_an_adoption_on_its_way_is_through(source: Source) -> None:
    """Else it would lie in quarantine beside a device that is adopted; and the same message of two gateways would count twice."""

    def told(captured: CaptureQueriesContext, words: str) -> list[int]:
        return [n for n, each in enumerate(captured.captured_queries) if words in each["sql"]]

    waits = f"pg_advisory_xact_lock({quarantine.WAITING}"
    with CaptureQueriesContext(connection) as unknown:
        take_in(source, [message(mark="m")])
    assert told(unknown, waits)[0] < min(told(unknown, "FOR UPDATE") + told(unknown, "sensing_quarantinedmessage"))
    with CaptureQueriesContext(connection) as adoption:
        adopted(source)
    assert told(adoption, waits)[0] < min(told(adoption, "FOR UPDATE") + told(adoption, "INSERT"))
    with CaptureQueriesContext(connection) as known:
        take_in(source, [message(minute=1)])
    assert not told(known, waits), "who is known waits for nobody"
