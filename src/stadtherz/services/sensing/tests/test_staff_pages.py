# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A clerk's way: a source and its key, a sensor that waits, adopted in one form; what goes wrong stands there in words."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.people.tests.factories import person
from stadtherz.services.sensing import store
from stadtherz.services.sensing.actions.sources import create_source
from stadtherz.services.sensing.ingest.arrivals import take_in
from stadtherz.services.sensing.ingest.messages import DeviceMessage
from stadtherz.services.sensing.models import (
    Datastream,
    FieldMapping,
    Observation,
    Source,
    SourceDevice,
    SourceKind,
    Thing,
)
from stadtherz.services.sensing.queries.sources import state_of
from stadtherz.services.sensing.tests.measuring import fill, stream

BASE = "/wissen/messwerte/amt/"
FRAME = bytes.fromhex("cbc6008200f2017fff7fff")


@pytest.fixture
def clerk(town: Municipality) -> Client:
    client = Client()
    client.force_login(person(Role.CLERK))
    return client


@pytest.fixture
def source(town: Municipality) -> Source:
    made, _key = create_source(name="Stadtwerke LoRaWAN", kind=SourceKind.TTN, by=None)
    take_in(made, [DeviceMessage("a84041", datetime(2025, 7, 1, 12, tzinfo=UTC), None, FRAME, 2, mark="x:1:2:3")])
    return made


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_the_desk_asks_for_the_first_source_until_something_is_measured(clerk: Client) -> None:
    assert "Die erste Quelle anschließen" in text(clerk.get("/staff/"))
    stream()
    assert "Die erste Quelle anschließen" not in text(clerk.get("/staff/"))


def test_residents_see_nothing_of_it(town: Municipality, source: Source) -> None:
    resident = Client()
    resident.force_login(person())
    for path in (
        "quellen/",
        "quellen/neu/",
        f"quellen/{source.pk}/",
        f"quellen/{source.pk}/uebernehmen/?device=a84041",
    ):
        assert resident.get(BASE + path).status_code == 403


def test_a_new_source_shows_its_key_once(clerk: Client) -> None:
    answer = clerk.post(f"{BASE}quellen/neu/", {"name": "Netz", "kind": "ttn"})
    key = re.search(r"sh_[\w-]{20,}", text(answer))
    assert key is not None
    made = Source.objects.get()
    again = clerk.post(f"{BASE}quellen/neu/", {"name": "Netz", "kind": "ttn"})  # a button that was pressed twice
    assert (again.status_code, Source.objects.count()) == (422, 1)
    assert f"/api/v1/sensing/uplink/{made.pk}/" in text(answer)
    page = text(clerk.get(f"{BASE}quellen/{made.pk}/"))
    assert key[0] not in page
    assert key[0][:9] in page
    clerk.post(f"{BASE}quellen/{made.pk}/aendern/", {"do": "revoke"})
    assert Source.objects.get().key.revoked_at is not None  # type: ignore[union-attr]


def test_devices_that_come_to_our_own_listener_get_a_key(clerk: Client, settings: Any) -> None:
    settings.MQTT_PORT = 1883
    answer = text(clerk.post(f"{BASE}quellen/neu/", {"name": "Trial", "kind": "mqtt", "topics": "sensors/+/values"}))
    assert "mqtt://localhost:1883" in answer
    assert re.search(r">kaiserslautern</code>.*>sh_[\w-]{20,}</code>", answer, re.S)
    assert Source.objects.get().key is not None


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"name": "", "kind": "ttn"}, "name"),
        ({"name": "X", "kind": "connector"}, "connector"),
        ({"name": "X", "kind": "connector", "connector": "pegelonline"}, "pegelonline-stations"),
        ({"name": "X", "kind": "mqtt", "broker": "http://x", "topics": "a"}, "broker"),
        ({"name": "X", "kind": "mqtt", "broker": "", "topics": "a"}, "broker"),  # our own listener is switched off
        ({"name": "X", "kind": "mqtt", "broker": "mqtt://x"}, "topics"),
        ({"name": "X", "kind": "mqtt", "broker": "mqtt://x:99999", "topics": "a"}, "broker"),
        ({"name": "X", "kind": "mqtt", "broker": "mqtt://x", "topics": "a/#/b"}, "topics"),
        (
            {"name": "X", "kind": "mqtt", "broker": "mqtt://x", "publish": "on", "selections": "v1.1/Things"},
            "selections",
        ),
    ],
)
def test_what_is_missing_is_named(clerk: Client, said: dict[str, str], field: str) -> None:
    answer = clerk.post(f"{BASE}quellen/neu/", said)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not Source.objects.exists()


def test_a_source_that_is_asked_keeps_what_for(clerk: Client) -> None:
    clerk.post(
        f"{BASE}quellen/neu/",
        {"name": "Pegel", "kind": "connector", "connector": "pegelonline", "pegelonline-stations": "26900700, KAUB"},
    )
    assert Source.objects.get().settings == {"stations": ["26900700", "KAUB"]}
    said = {"name": "Pegel 2", "kind": "connector", "connector": "sensorthings"}
    full = {"sensorthings-base": " https://other.example/v1.1", "sensorthings-datastreams": "7=water_level"}
    assert "sensorthings-datastreams" in clerk.post(f"{BASE}quellen/neu/", said).context["form"].errors
    clerk.post(f"{BASE}quellen/neu/", said | full | {"pegelonline-stations": "KAUB"})  # of another system: not kept
    settings = {"base": "https://other.example/v1.1", "datastreams": ["7=water_level"]}
    assert Source.objects.get(name="Pegel 2").settings == settings


def test_what_is_asked_for_is_changed_on_the_page_of_the_source(clerk: Client) -> None:
    settings = {"base": "https://old.example/v1.1", "datastreams": ["7=water_level"]}
    source, _key = create_source(name="X", kind="connector", connector="sensorthings", by=None, settings=settings)
    later = timezone.now() + timedelta(hours=3)
    Source.objects.filter(pk=source.pk).update(failures=3, last_error="404", last_error_at=timezone.now(), due_at=later)
    page = text(clerk.get(f"{BASE}quellen/{source.pk}/"))
    assert "https://old.example/v1.1" in page
    assert "7=water_level" in page
    said = {"asked-base": "https://new.example/v1.1", "asked-datastreams": "7=water_level, 9=noise"}
    clerk.post(f"{BASE}quellen/{source.pk}/fragen/", said)
    source.refresh_from_db()
    assert source.settings == {"base": "https://new.example/v1.1", "datastreams": ["7=water_level", "9=noise"]}
    assert source.due_at <= timezone.now()
    refused = clerk.post(f"{BASE}quellen/{source.pk}/fragen/", {"asked-base": ""}, follow=True)
    assert (refused.status_code, set(refused.context["asked"].errors)) == (422, {"base", "datastreams"}), (
        "what was written stays, and each field says it"
    )
    source.refresh_from_db()
    assert source.settings["base"] == "https://new.example/v1.1"


def test_a_waiting_sensor_is_adopted_in_one_form(clerk: Client, source: Source) -> None:
    assert "a84041" in text(clerk.get(f"{BASE}quellen/"))
    address = f"{BASE}quellen/{source.pk}/uebernehmen/?device=a84041"
    form = clerk.get(address).context["form"]
    assert form["decoder"].initial == form.fields["decoder"].initial == "dragino-lht65n"  # guessed: only one model fits
    assert form.fields["field:TempC_SHT"].initial == "air_temperature"
    answer = clerk.post(address, {
        "name": "Klima Stiftsplatz", "latitude": "49.444", "longitude": "7.769", "decoder": "dragino-lht65n", "every": "1200",
        "field:TempC_SHT": "air_temperature", "field:Hum_SHT": "humidity",
    }, follow=True)  # fmt: skip
    assert "Klima Stiftsplatz" in text(answer)
    thing = Thing.objects.get()
    assert thing.places.get().location.geometry.coords == (7.769, 49.444)
    assert sorted(Datastream.objects.values_list("quantity", "expected_seconds")) == [
        ("air_temperature", 1200),
        ("humidity", 1200),
    ]
    assert sorted(Observation.objects.values_list("number", flat=True)) == [1.3, 24.2]
    device = SourceDevice.objects.get()
    clerk.post(f"{BASE}geraete/{device.pk}/", {"field": "BatV", "quantity": "battery_voltage"})
    assert FieldMapping.objects.count() == 3
    clerk.post(f"{BASE}felder/{FieldMapping.objects.get(field='BatV').pk}/streichen/")
    assert FieldMapping.objects.count() == 2
    clerk.post(f"{BASE}geraete/{device.pk}/loslassen/")
    assert (SourceDevice.objects.count(), Thing.objects.count(), Observation.objects.count()) == (0, 1, 2)


def test_an_adoption_without_name_place_or_quantity_says_so(clerk: Client, source: Source) -> None:
    answer = clerk.post(f"{BASE}quellen/{source.pk}/uebernehmen/?device=a84041", {"decoder": "dragino-lht65n"})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"name", "place_label", "__all__"}
    unread = clerk.post(f"{BASE}quellen/{source.pk}/uebernehmen/?device=a84041", {"decoder": ""})
    assert set(unread.context["form"].errors) == {"name", "place_label", "decoder"}  # what waits goes on waiting
    assert "Wählen Sie unten das Modell." in text(unread)
    assert not Thing.objects.exists()
    assert clerk.get(f"{BASE}quellen/{source.pk}/uebernehmen/?device=nobody").status_code == 404


def test_the_state_of_a_source_is_a_word(clerk: Client, source: Source) -> None:
    def state() -> str:
        return str(clerk.get(f"{BASE}quellen/").context["rows"][0]["state"]["key"])

    assert state() == "well"
    Source.objects.update(last_success_at=timezone.now() - timedelta(days=2))
    assert state() == "silent"
    Source.objects.update(failures=3, last_error="Der Server antwortet nicht.", last_error_at=timezone.now())
    assert state() == "failing"
    since = clerk.get(f"{BASE}quellen/").context["rows"][0]["state"]["since"]
    assert since == Source.objects.get().last_success_at  # not since it failed last
    assert "Der Server antwortet nicht." in text(clerk.get(f"{BASE}quellen/"))
    clerk.post(f"{BASE}quellen/{source.pk}/aendern/", {"do": "pause"})
    assert state() == "paused"


def test_the_list_asks_as_much_for_many_sources(clerk: Client, django_assert_max_num_queries: Any) -> None:
    clerk.get(f"{BASE}quellen/")
    for rows in (5, 60):
        for number in range(rows):
            Source.objects.create(name=f"Quelle {rows}-{number}", kind=SourceKind.CSV)
        with django_assert_max_num_queries(8):
            clerk.get(f"{BASE}quellen/")


def test_a_file_is_looked_at_and_then_taken_in(clerk: Client, settings: Any, tmp_path: Path) -> None:
    settings.OPTION = {**settings.OPTION, "data_dir": tmp_path}
    source, _key = create_source(name="Logger", kind=SourceKind.CSV, by=None)
    table = "Zeit;Pegel;Pegel-status\n01.07.2025 12:00;58,5;0\n01.07.2025 12:15;59,0;wartung\n"
    answer = clerk.post(
        f"{BASE}quellen/{source.pk}/datei/", {"table": SimpleUploadedFile("w.csv", table.encode("cp1252"))}, follow=True
    )
    address = answer.redirect_chain[0][0]
    assert "58,5" in text(answer)
    assert not Observation.objects.exists()
    clerk.post(
        address,
        {"do": "adopt", "station": "Lauter", "latitude": "49.44", "longitude": "7.77", "column:Pegel": "water_level"},
    )
    clerk.post(address, {"do": "take-in"})
    assert sorted(Observation.objects.values_list("number", flat=True)) == [58.5, 59.0]
    assert clerk.get(address).status_code == 404  # taken in, and gone
    for content in (b"\x00\x01", b"Zeit;Pegel\ngestern;5\n"):
        bad = clerk.post(
            f"{BASE}quellen/{source.pk}/datei/", {"table": SimpleUploadedFile("x.csv", content)}, follow=True
        )
        assert bad.status_code == 422
    assert clerk.get(f"{BASE}quellen/{source.pk}/datei/{'0' * 32}/").status_code == 404


def test_a_clerk_marks_the_values_of_a_time_and_takes_it_back(town: object, client: Client) -> None:
    """On the town's clock; the raw values stay."""
    sensor = stream("pm10", every=3600)
    day = datetime(2025, 6, 2, tzinfo=ZoneInfo("Europe/Berlin"))
    fill(sensor, [(day + timedelta(hours=n), 20.0) for n in range(24)])
    client.force_login(person(Role.CLERK))
    address = f"/wissen/messwerte/amt/reihen/{sensor.pk}/pruefen/"
    said = {
        "since": "2025-06-02T06:00",
        "until": "2025-06-02T09:00",
        "flag": "MAINTENANCE",
        "reason": "Filter getauscht",
    }
    for until, why in (("2025-06-02T05:00", "nach dem Anfang"), ("2026-07-02T05:00", "höchstens einem Jahr")):
        refused = client.post(address, said | {"until": until})
        assert (refused.status_code, why in text(refused)) == (422, True)
    assert client.post(address, said).status_code == 302
    flags = store.series(sensor.pk, day, day + timedelta(days=1)).flags
    assert [n for n, flag in enumerate(flags) if flag == store.Flag.MAINTENANCE] == [6, 7, 8]
    client.post(address, said | {"flag": "VALID"})
    assert set(store.series(sensor.pk, day, day + timedelta(days=1)).flags) == {store.Flag.VALID}
    client.force_login(person())
    assert client.get(address).status_code == 403


def test_a_program_gets_a_station_and_writes_into_its_series_and_no_other(clerk: Client) -> None:
    other = stream()
    shown = clerk.post(f"{BASE}quellen/neu/", {"name": "Wetterprogramm", "kind": "http"}).content.decode()
    key = re.search(r"sh_[\w-]+", shown)
    assert key is not None
    source = Source.objects.get()
    page = f"{BASE}quellen/{source.pk}/"
    assert "noch nirgends" in text(clerk.get(page))
    form = {
        "name": "Wetter Rathaus",
        "latitude": "49.44",
        "longitude": "7.77",
        "quantities": ["air_temperature", "humidity"],
        "every": "600",
    }
    assert clerk.post(f"{page}messstelle/", form | {"quantities": []}).status_code == 422
    assert clerk.post(f"{page}messstelle/", form).status_code == 302
    own = Datastream.objects.get(quantity="air_temperature", thing__name="Wetter Rathaus")
    assert (own.expected_seconds, own.feature is not None) == (600, True)
    assert f"/api/sta/v1.1/Datastreams({own.pk})/Observations" in text(clerk.get(page))

    def sent(datastream: Datastream) -> int:
        return Client().post(
            f"/api/sta/v1.1/Datastreams({datastream.pk})/Observations", {"result": 21.5}, "application/json",
            headers={"Authorization": f"Bearer {key.group()}"},
        ).status_code  # fmt: skip

    assert (sent(own), sent(other)) == (201, 403)
    assert "bitte wählen" in text(clerk.get(page))
    clerk.post(f"{page}reihen/", {"series": other.pk})
    assert sent(other) == 201
    clerk.post(f"{page}reihen/", {"withdraw": other.pk})
    assert sent(other) == 403
    assert state_of(Source.objects.select_related("key").get()) == "well"
