# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A source from its first day on: chosen, told what to enter where, looked after, changed; each page says what comes next."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from stadtherz.kernel.api.models import ApiKey
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.people.tests.factories import person
from stadtherz.services.sensing.actions.sources import change_source, create_source, new_key
from stadtherz.services.sensing.ingest.arrivals import take_in
from stadtherz.services.sensing.ingest.messages import DeviceMessage
from stadtherz.services.sensing.ingest.sealing import unseal
from stadtherz.services.sensing.models import Source, SourceDevice, SourceKind, Thing

BASE = "/wissen/messwerte/amt/"


@pytest.fixture
def clerk(town: Municipality) -> Client:
    client = Client()
    client.force_login(person(Role.CLERK))
    return client


def text(answer: Any) -> str:
    return str(answer.content.decode())


def chosen(answer: Any) -> list[str]:
    radios = re.findall(r"<input[^>]*name=\"kind\"[^>]*>", text(answer))
    return [re.findall(r'value="(\w+)"', radio)[0] for radio in radios if "checked" in radio]


def test_nobody_chooses_the_kind_of_a_source_but_the_clerk(clerk: Client) -> None:
    assert chosen(clerk.get(f"{BASE}quellen/neu/")) == []
    answer = clerk.post(f"{BASE}quellen/neu/", {"name": "Netz"})
    assert "kind" in answer.context["form"].errors
    assert not Source.objects.exists()
    assert chosen(clerk.get(f"{BASE}quellen/neu/?kind=http")) == ["http"]
    assert chosen(clerk.get(f"{BASE}quellen/neu/?kind=<x>")) == []


def test_who_chose_a_network_without_having_one_finds_the_way_to_a_station(clerk: Client) -> None:
    source, _key = create_source(name="Netz", kind=SourceKind.TTN, by=None)
    page = text(clerk.get(f"{BASE}quellen/{source.pk}/"))
    assert f'href="{BASE}quellen/neu/?kind=http"' in page
    key = text(clerk.post(f"{BASE}quellen/neu/", {"name": "Programm", "kind": "http"}))
    assert f"quellen/{Source.objects.get(kind='http').pk}/messstelle/" in key


@pytest.mark.parametrize(("kind", "words"), [("ttn", "Webhooks"), ("chirpstack", "Event endpoint URL")])
def test_a_network_is_told_what_to_enter_where(clerk: Client, kind: str, words: str) -> None:
    page = text(clerk.post(f"{BASE}quellen/neu/", {"name": "Netz", "kind": kind}))
    address = f"http://testserver/api/v1/sensing/uplink/{Source.objects.get().pk}/"
    assert words in page
    assert address in page
    assert re.search(r"Authorization: Bearer sh_[\w-]{20,}", page)
    assert address in text(clerk.get(f"{BASE}quellen/{Source.objects.get().pk}/"))  # the address is no secret


def test_a_system_that_is_asked_waits_for_nobody_and_forgets_its_errors(clerk: Client) -> None:
    source, _key = create_source(
        name="Pegel", kind="connector", connector="pegelonline", by=None, settings={"stations": ["KAUB"]}
    )
    page = text(clerk.get(f"{BASE}quellen/{source.pk}/"))
    assert "erscheinen hier von selbst" in page
    assert "wartet es" not in page
    assert "binnen einer Minute" in page
    now = timezone.now()
    Source.objects.update(failures=2, last_error="Der Server antwortet nicht.", last_error_at=now - timedelta(hours=1))
    failing = clerk.get(f"{BASE}quellen/{source.pk}/")
    assert failing.context["is_wrong_now"]
    Source.objects.update(failures=0, last_success_at=now)
    well = clerk.get(f"{BASE}quellen/{source.pk}/")
    assert not well.context["is_wrong_now"]
    assert "Letzte Störung, seither in Ordnung" in text(well)


@pytest.mark.parametrize(
    ("sensors", "area", "words"),
    [
        ("", "", "weder Sensoren noch ein Gebiet"),
        ("zwölf", "", "„zwölf“ ist keine Sensornummer"),
        ("", "49,444;7,769", "Ein Gebiet besteht aus"),
    ],
)
def test_residents_sensors_are_named_before_the_source_is_made(
    clerk: Client, sensors: str, area: str, words: str
) -> None:
    said = {"name": "Feinstaub", "kind": "connector", "connector": "sensor_community"}
    said |= {"sensor_community-sensors": sensors, "sensor_community-area": area}
    refused = clerk.post(f"{BASE}quellen/neu/", said)
    assert refused.status_code == 422
    assert words in text(refused)
    clerk.post(f"{BASE}quellen/neu/", said | {"sensor_community-sensors": "11, 12", "sensor_community-area": ""})
    source = Source.objects.get()
    changed = {"asked-sensors": sensors, "asked-area": area}
    assert words in text(clerk.post(f"{BASE}quellen/{source.pk}/fragen/", changed, follow=True))
    source.refresh_from_db()
    assert source.settings == {"sensors": ["11", "12"]}


def test_what_was_refused_last_is_told_until_something_comes_in_well(clerk: Client) -> None:
    source, _key = create_source(name="Netz", kind=SourceKind.CHIRPSTACK, by=None)
    SourceDevice.objects.create(source=source, external_id="a1", thing=Thing.objects.create(name="Dach"))

    def told() -> bool:
        return bool(clerk.get(f"{BASE}quellen/{source.pk}/").context["is_wrong_now"])

    take_in(source, [DeviceMessage("a1", timezone.now(), None, b"\x01", 2)])
    assert told()
    assert Source.objects.get().last_error.startswith("a1: ")  # a whole message has no field
    take_in(source, [DeviceMessage("a1", timezone.now(), {"t": 1.0})])
    assert not told()


def test_a_broker_moves_and_its_devices_stay(clerk: Client) -> None:
    before = {"broker": "mqtt://old.example:1883", "topics": ["a/+"], "format": "json", "subscribed": ["a/+"]}
    source, _key = create_source(name="Halle", kind="mqtt", settings=before, password="old", by=None)
    device = SourceDevice.objects.create(source=source, external_id="roof")
    page = text(clerk.get(f"{BASE}quellen/{source.pk}/"))
    assert "JSON-Objekte" in page  # settings in words
    address = f"{BASE}quellen/{source.pk}/bearbeiten/"
    form = clerk.get(address).context["form"]
    assert (form["topics"].value(), form["broker"].value(), form["password"].value()) == (
        "a/+",
        "mqtt://old.example:1883",
        None,
    )
    said = {"name": "Halle 2", "broker": "mqtts://new.example:8883", "topics": "a/+, b/+", "format": "json"}
    assert clerk.post(address, said | {"broker": "http://x"}).status_code == 422
    assert clerk.post(address, said).status_code == 302
    source.refresh_from_db()
    assert (source.name, source.settings["topics"], source.settings["subscribed"]) == (
        "Halle 2",
        ["a/+", "b/+"],
        ["a/+"],
    )
    assert source.settings["broker"] == "mqtts://new.example:8883"
    assert unseal(source.sealed_password) == "old"
    assert SourceDevice.objects.get() == device
    clerk.post(address, said | {"password": "new"})
    source.refresh_from_db()
    assert unseal(source.sealed_password) == "new"


def test_a_name_is_changed_and_nothing_else(clerk: Client) -> None:
    source, _key = create_source(name="Netz", kind=SourceKind.TTN, by=None)
    create_source(name="Anderes", kind=SourceKind.TTN, by=None)
    address = f"{BASE}quellen/{source.pk}/bearbeiten/"
    assert set(clerk.get(address).context["form"].fields) == {"name", "seen"}
    assert clerk.post(address, {"name": "Anderes"}).status_code == 422
    assert clerk.post(address, {"name": "Netz"}).status_code == 302
    clerk.post(address, {"name": "LoRaWAN"})
    source.refresh_from_db()
    assert (source.name, source.settings) == ("LoRaWAN", {})


def form_of(answer: Any, name: str = "form") -> dict[str, Any]:
    """What the page's form sends if nobody writes anything into it."""
    return {bound.html_name: bound.value() or "" for bound in answer.context[name]}


def test_what_another_clerk_has_saved_of_a_broker_is_told_before_it_is_overwritten(clerk: Client) -> None:
    settings = {
        "broker": "mqtt://old.example:1883",
        "topics": ["a/+"],
        "format": "json",
        "username": "u",
        "selections": [],
    }
    source, _key = create_source(name="Halle", kind="mqtt", settings=settings, password="old", by=None)
    address = f"{BASE}quellen/{source.pk}/bearbeiten/"
    first, second = (form_of(clerk.get(address)) for _clerk in range(2))
    assert clerk.post(address, first | {"topics": "a/+, b/+", "password": "new"}).status_code == 302
    late = clerk.post(address, second | {"topics": "c/#", "username": "v", "password": "mine"})
    assert (late.status_code, set(late.context["form"].errors)) == (422, {"topics", "password"})
    assert "Inzwischen wurde hier gespeichert: a/+, b/+." in text(late)
    source.refresh_from_db()
    assert (source.settings["topics"], source.settings["username"], unseal(source.sealed_password)) == (
        ["a/+", "b/+"],
        "u",
        "new",
    )
    assert "gespeichert: etwas anderes." in text(late), "a password is not told"
    again = form_of(late) | {"password": ""}  # no browser is told one
    assert (again["topics"], again["username"]) == ("c/#", "v")
    assert clerk.post(address, again).status_code == 302, "an empty password stays as it is"
    source.refresh_from_db()
    assert (source.settings["topics"], unseal(source.sealed_password)) == (["c/#"], "new")


def test_what_a_job_notes_while_a_form_stands_open_stays(clerk: Client) -> None:
    settings = {"broker": "mqtt://old.example:1883", "topics": ["a/+"], "format": "json"}
    _source, _key = create_source(name="Halle", kind="mqtt", settings=settings, by=None)
    read_before = Source.objects.get()
    Source.objects.update(accepted=7, memory={"etag": "x"}, is_paused=True, settings=settings | {"subscribed": ["a/+"]})
    change_source(source=read_before, by=None, name="Lager", settings=settings | {"topics": ["b/+"]})
    stored = Source.objects.get()
    assert (stored.accepted, stored.memory, stored.is_paused) == (7, {"etag": "x"}, True)
    assert (stored.name, stored.settings["topics"], stored.settings["subscribed"]) == ("Lager", ["b/+"], ["a/+"])


def test_what_is_asked_for_is_not_overwritten_unseen(clerk: Client) -> None:
    source, _key = create_source(
        name="Pegel", kind="connector", connector="pegelonline", by=None, settings={"stations": ["KAUB"]}
    )
    page, address = f"{BASE}quellen/{source.pk}/", f"{BASE}quellen/{source.pk}/fragen/"
    first, second = (form_of(clerk.get(page), "asked") for _clerk in range(2))
    clerk.post(address, first | {"asked-stations": "KAUB, WORMS"})
    late = clerk.post(address, second | {"asked-stations": "MAINZ"})
    assert late.status_code == 422
    assert "gespeichert: KAUB, WORMS." in text(late)
    assert Source.objects.get().settings["stations"] == ["KAUB", "WORMS"]
    assert clerk.post(address, form_of(late, "asked")).status_code == 302
    assert Source.objects.get().settings["stations"] == ["MAINZ"]


@pytest.mark.parametrize("does", ["new-key", "revoke"])
def test_the_key_that_another_clerk_has_just_made_does_not_end_unseen(clerk: Client, does: str) -> None:
    source, _key = create_source(name="Netz", kind=SourceKind.TTN, by=None)
    seen = clerk.get(f"{BASE}quellen/{source.pk}/").context["seen_key"]
    address = f"{BASE}quellen/{source.pk}/aendern/"
    assert clerk.post(address, {"do": "new-key", "seen": seen}).status_code == 200
    made = Source.objects.select_related("key").get().key
    told = text(clerk.post(address, {"do": does, "seen": seen}, follow=True))
    assert "den Schlüssel dieser Quelle geändert" in told
    kept = Source.objects.select_related("key").get().key
    assert made is not None
    assert kept == made
    assert kept.revoked_at is None
    seen = clerk.get(f"{BASE}quellen/{source.pk}/").context["seen_key"]
    clerk.post(address, {"do": does, "seen": seen})
    made.refresh_from_db()
    assert made.revoked_at is not None


def test_two_new_keys_at_once_leave_one_that_opens(town: Municipality) -> None:
    _source, _key = create_source(name="Netz", kind=SourceKind.TTN, by=None)
    first, second = Source.objects.get(), Source.objects.get()
    new_key(source=first, by=None)
    new_key(source=second, by=None)
    assert list(ApiKey.objects.filter(revoked_at=None)) == [Source.objects.select_related("key").get().key]
