# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""From a device that nobody knows to a station: what the network tells is used, what it does not tell is asked, once."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from stadtherz.kernel.geo.actions import load_extract
from stadtherz.kernel.geo.tests.factories import write_hamlet
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.people.tests.factories import person
from stadtherz.services.sensing.actions.sources import create_source
from stadtherz.services.sensing.ingest.arrivals import take_in
from stadtherz.services.sensing.ingest.messages import DeviceMessage
from stadtherz.services.sensing.ingest.uplinks import chirpstack, things_stack
from stadtherz.services.sensing.models import (
    Datastream,
    FieldMapping,
    Observation,
    Source,
    SourceDevice,
    SourceKind,
    Thing,
)
from stadtherz.services.sensing.queries.sources import guess_decoder, guess_quantity, waiting_devices

BASE = "/wissen/messwerte/amt/"
EUI = "24e124136b502217"
WARM, MOIST = "A2csAARoFw==", "A2csAA=="  # 4.4 °C and 11.5 %, as several models of one family send it
TIME = datetime(2025, 7, 1, 10, tzinfo=UTC)


def uplink(count: int = 1, **about: Any) -> DeviceMessage:
    time = (TIME + timedelta(minutes=10 * count)).isoformat()
    return chirpstack({
        "time": time, "deviceInfo": {"devEui": EUI, **about}, "devAddr": "0189abcd", "fCnt": count, "fPort": 85, "data": WARM,
    })  # fmt: skip


@pytest.fixture
def source(town: Municipality) -> Source:
    return create_source(name="ChirpStack", kind=SourceKind.CHIRPSTACK, by=None)[0]


@pytest.fixture
def clerk(town: Municipality) -> Client:
    client = Client()
    client.force_login(person(Role.CLERK))
    return client


def text(answer: Any) -> str:
    return str(answer.content.decode())


def page(source: Source, device: str = EUI) -> str:
    return f"{BASE}quellen/{source.pk}/uebernehmen/?device={device}"


PLACED = {"name": "Klima Stiftsplatz", "latitude": "49.444", "longitude": "7.769"}


def test_what_the_network_calls_a_device_helps_to_know_it(source: Source, clerk: Client) -> None:
    take_in(source, [uplink(deviceName="klima-12", deviceProfileName="Milesight EM300-TH 868M")])
    assert [each.called for each in waiting_devices()] == ["klima-12"]
    assert "klima-12 übernehmen" in text(clerk.get(f"{BASE}quellen/"))
    answer = clerk.get(page(source))
    assert "klima-12" in text(answer)
    assert answer.context["form"].fields["decoder"].initial == "milesight-em300-th"
    ttn = things_stack({
        "end_device_ids": {"device_id": "roof", "dev_eui": EUI}, "received_at": TIME.isoformat(),
        "uplink_message": {"f_port": 85, "frm_payload": WARM, "version_ids": {"brand_id": "milesight-iot", "model_id": "em300-th"}},
    })  # fmt: skip
    assert (ttn.called, ttn.model, guess_decoder([ttn])) == ("roof", "em300-th", "milesight-em300-th")


@pytest.mark.parametrize("odd", [5, None, ["x"], {"a": 1}, "x" * 5000, "\x00"])
def test_odd_names_do_no_harm(source: Source, clerk: Client, odd: Any) -> None:
    take_in(source, [uplink(deviceName=odd, deviceProfileName=odd)])
    assert clerk.get(page(source)).status_code == 200
    assert clerk.get(f"{BASE}quellen/{source.pk}/").status_code == 200


def test_where_several_models_fit_the_model_is_asked_first(source: Source, clerk: Client) -> None:
    take_in(source, [uplink(deviceProfileName="climate")])
    asked = clerk.get(page(source))
    assert "Welches Modell ist es?" in text(asked)
    assert "form" not in asked.context
    assert {"milesight-em300-th", "milesight-em300-mcs"} <= {key for key, _title in asked.context["fits"]}
    assert "dragino-lht65n" not in {key for key, _title in asked.context["fits"]}
    way = re.search(r'href="(\?device=\w+&amp;decoder=milesight-em300-th)"', text(asked))
    assert way is not None
    address = page(source).partition("?")[0] + way[1].replace("&amp;", "&")
    form = clerk.get(address).context["form"]
    assert (form["decoder"].value(), form["field:temperature"].value()) == ("milesight-em300-th", "air_temperature")
    made = clerk.post(address, PLACED | {"decoder": "milesight-em300-th", "field:temperature": "air_temperature"})
    assert made.status_code == 302
    assert Observation.objects.get().number == 4.4
    wrong = clerk.get(page(source) + "2")
    assert wrong.status_code == 404


def test_a_model_that_cannot_read_it_says_so_and_what_helps(source: Source, clerk: Client) -> None:
    take_in(source, [uplink()])
    told = text(clerk.get(page(source) + "&decoder=dragino-lds02"))
    assert "Dragino LDS02 kann diese Nachrichten nicht lesen." in told
    take_in(source, [DeviceMessage("riddle", TIME, None, b"\xfe\xfe\xfe\xfe\xfe", 7)])
    told = text(clerk.get(page(source, "riddle")))
    assert "Keines unserer Modelle liest diese Nachrichten." in told


def test_names_of_fields_say_what_they_are_as_far_as_they_do(town: Municipality) -> None:
    names = ["temperature", "Humidity", "pm10", "water_level", "T1", "status"]
    assert [guess_quantity(name) for name in names] == ["air_temperature", "humidity", "pm10", "water_level", "", ""]
    with translation.override("de"):  # columns of German files
        assert [guess_quantity(name) for name in ("Luftfeuchte", "wasserstand")] == ["humidity", "water_level"]


def test_a_device_that_sends_another_unit_is_converted_from_the_first_value_on(source: Source, clerk: Client) -> None:
    take_in(source, [DeviceMessage("roof", TIME, {"pressure": 101_325.0, "temperature": 20.0})])
    address = page(source, "roof")
    said = PLACED | {"field:pressure": "air_pressure", "unit:pressure": "Pa", "field:temperature": "air_temperature"}
    assert clerk.get(address).context["form"]["field:temperature"].value() == "air_temperature"
    refused = clerk.post(address, said | {"unit:pressure": "°C"})
    assert "°C lässt sich nicht in hPa umrechnen." in text(refused)
    assert clerk.post(address, said).status_code == 302
    assert Observation.objects.get(datastream__quantity="air_pressure").number == 1013.25
    assert FieldMapping.objects.get(field="temperature").scale == 1


def test_an_adoption_in_two_windows_makes_one_station(source: Source, clerk: Client) -> None:
    take_in(source, [uplink(deviceProfileName="EM300-TH")])
    said = PLACED | {"decoder": "milesight-em300-th", "field:temperature": "air_temperature"}
    first = clerk.post(page(source), said)
    second = clerk.post(page(source), said)
    assert (second.status_code, second["Location"]) == (302, first["Location"])
    assert "wurde schon übernommen" in text(clerk.get(second["Location"]))
    assert (Thing.objects.count(), Datastream.objects.count(), SourceDevice.objects.count()) == (1, 1, 1)


def test_what_could_not_be_taken_in_is_told(source: Source, clerk: Client) -> None:
    take_in(source, [DeviceMessage("roof", TIME, {"temperature": 20.0})])
    take_in(source, [DeviceMessage("roof", TIME + timedelta(minutes=5), {"temperature": "warm"})])
    answer = clerk.post(page(source, "roof"), PLACED | {"field:temperature": "air_temperature"}, follow=True)
    assert "1 Wert, der gewartet hatte, ist aufgenommen" in text(answer)
    assert "konnte nicht aufgenommen werden" in text(answer)


def test_the_exact_number_of_waiting_messages_is_told(source: Source, clerk: Client) -> None:
    take_in(source, [uplink(count, deviceProfileName="EM300-TH") for count in range(1, 31)])
    assert "30 Nachrichten warten." in text(clerk.get(page(source)))


def test_an_address_that_is_there_word_for_word_needs_no_choice(
    source: Source, clerk: Client, town: Municipality, settings: Any, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path / "data"
    load_extract(path=write_hamlet(tmp_path / "hamlet.osm.pbf"), municipality=town)
    take_in(source, [uplink(deviceProfileName="EM300-TH")])
    said = {"name": "Klima", "decoder": "milesight-em300-th", "field:temperature": "air_temperature"}
    assert "chosen" in clerk.post(page(source), said | {"place_label": "Eisenbahnstr 12"}).context["form"].errors
    assert clerk.post(page(source), said | {"place_label": "eisenbahnstraße 12"}).status_code == 302
    found = Thing.objects.get().places.get().location.geometry
    assert (round(found.x, 4), round(found.y, 4)) == (7.769, 49.4441)


def test_two_stations_of_one_name_would_not_be_told_apart(source: Source, clerk: Client) -> None:
    take_in(source, [DeviceMessage("a", TIME, {"t": 1.0, "open": True}), DeviceMessage("b", TIME, {"t": 2.0})])
    assert "Zuletzt: ja" in text(clerk.get(page(source, "a")))
    said = PLACED | {"field:t": "air_temperature"}
    assert clerk.post(page(source, "a"), said).status_code == 302
    assert "name" in clerk.post(page(source, "b"), said).context["form"].errors
    station = Thing.objects.get()
    assert clerk.post(page(source, "b"), said | {"station": station.pk}).status_code == 302  # it belongs to that one
    clerk.post(f"{BASE}stationen/{station.pk}/", {"name": station.name, "why": "moved"})  # its own name stays allowed
    again = {"name": station.name, "latitude": "49.44", "longitude": "7.77", "quantities": ["humidity"]}
    program, _key = create_source(name="Programm", kind=SourceKind.HTTP, by=None)
    assert clerk.post(f"{BASE}quellen/{program.pk}/messstelle/", again).status_code == 422


def test_only_who_sends_bytes_is_asked_for_a_model(source: Source, clerk: Client) -> None:
    take_in(source, [DeviceMessage("a", TIME, {"t": 1.0}), uplink(deviceProfileName="EM300-TH")])
    assert "anderes Modell" not in text(clerk.get(page(source, "a")))
    assert "anderes Modell" in text(clerk.get(page(source)))


def test_a_device_of_somebody_else_waits_no_longer_until_that_is_taken_back(source: Source, clerk: Client) -> None:
    take_in(source, [uplink(1, deviceName="neighbour")])
    assert "nicht-beachten" in text(clerk.get(page(source)))
    ignore = f"{BASE}quellen/{source.pk}/nicht-beachten/"
    assert clerk.post(ignore, {"device": "nobody"}).status_code == 404
    answer = clerk.post(ignore, {"device": EUI}, follow=True)
    assert "Wieder warten lassen" in text(answer)
    arrival = take_in(source, [uplink(2)])
    assert (arrival.quarantined, arrival.new, arrival.problems, waiting_devices()) == (0, 0, [], [])
    assert "nicht beachtet" in text(clerk.get(f"{BASE}quellen/{source.pk}/"))
    assert clerk.post(ignore, {"device": EUI})["Location"] == f"{BASE}geraete/{SourceDevice.objects.get().pk}/"
    clerk.post(f"{BASE}geraete/{SourceDevice.objects.get().pk}/loslassen/")
    assert take_in(source, [uplink(3)]).quarantined == 1
    resident = Client()
    resident.force_login(person())
    assert resident.post(ignore, {"device": EUI}).status_code == 403


def test_who_adopts_at_the_same_moment_is_shown_what_the_other_made(source: Source, clerk: Client) -> None:
    take_in(source, [uplink(deviceProfileName="EM300-TH")])
    made = SourceDevice.objects.create(source=source, external_id=EUI)  # committed after the page had looked
    said = PLACED | {"decoder": "milesight-em300-th", "field:temperature": "air_temperature"}
    assert clerk.post(page(source), said)["Location"] == f"{BASE}geraete/{made.pk}/"
