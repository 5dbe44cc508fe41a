# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What goes wrong while somebody writes: the session ends, the phase ends, the place is only words, it is too much."""

from __future__ import annotations

import resource
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from stadtherz.kernel.files.tests import pictures
from stadtherz.kernel.geo.actions import load_extract
from stadtherz.kernel.geo.tests.factories import write_hamlet
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.people.models import Person, Session
from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.people.tests.factories import PASSWORD, person
from stadtherz.services.participation.models import Idea, Phase, Process
from stadtherz.services.participation.tests import factories
from stadtherz.services.participation.web import budget
from stadtherz.services.participation.web.budget import A_PERSON

NEW = "/mitreden/ideen/neu/"


def signed_in(who: Person) -> Client:
    cache.clear()
    client = Client(headers={"host": "kaiserslautern.localhost", "accept-language": "de"})
    client.post("/account/login/", {"login": who.email, "password": PASSWORD})
    return client


def written(**changes: Any) -> dict[str, Any]:
    return {"title": "Eine Bank", "text": "Zum Ausruhen.", "submission_key": str(uuid.uuid4())} | changes


def come_back(client: Client, who: Person, leads_to: str) -> str:
    """Sign in again, and follow the way back."""
    back = client.post(leads_to, {"login": who.email, "password": PASSWORD})
    return client.get(back["Location"]).content.decode()


@pytest.mark.parametrize("what", ["idea", "comment", "answer"])
def test_what_was_written_survives_the_end_of_the_session(town: Municipality, what: str) -> None:
    who = person(Role.CLERK)
    first, _second = factories.process(), factories.process()
    idea = factories.idea(first)
    client = signed_in(who)
    Session.objects.update(expire_date=timezone.now() - timedelta(minutes=1))
    address, form = {
        "idea": (NEW, written(process=first.key, text="Lange Überlegtes")),
        "comment": (f"/mitreden/ideen/{idea.pk}/kommentar/", written(text="Lange Überlegtes")),
        "answer": (f"/mitreden/amt/antworten/{idea.pk}/", {"status": "done", "answer": "Lange Überlegtes"}),
    }[what]
    led_to = client.post(address, form)
    assert led_to.status_code == 302
    assert "Lange Überlegtes" in come_back(client, who, led_to["Location"])


def test_a_phase_that_ends_while_somebody_writes_takes_no_words(town: Municipality) -> None:
    process = factories.process()
    client = signed_in(person())
    Phase.objects.update(ends_at=timezone.now())
    page = client.post(NEW, written(process=process.key))
    assert page.status_code == 422
    assert "Zum Ausruhen." in page.content.decode()
    assert Idea.objects.count() == 0


def test_too_much_text_is_said_to_be_too_much(town: Municipality) -> None:
    process = factories.process()
    client = signed_in(person())
    page = client.post(NEW, written(process=process.key, text="x" * 1_000_000))
    assert (page.status_code, "Nichts ist verloren" in page.content.decode()) == (422, True)
    page = client.post(NEW, written(process=process.key, text="x" * 4_000_000))
    assert (page.status_code, "Das war zu viel auf einmal" in page.content.decode()) == (413, True)


def test_fields_that_no_form_offers_change_nothing(town: Municipality, kusel: Municipality) -> None:
    process, author, other = factories.process(), person(), person(Role.ADMIN)
    hostile = {
        "status": "done", "visibility": "released", "origin": "paper", "author": other.pk, "municipality": kusel.pk,
        "support_count": 99, "created_at": "2001-01-01", "source_key": "x", "is_staff": "on", "role": "admin", "id": 1,
    }  # fmt: skip
    client = signed_in(author)
    assert client.post(NEW, hostile | written(process=process.key)).status_code == 302
    idea = Idea.objects.get()
    client.post(f"/mitreden/ideen/{idea.pk}/aendern/", hostile | written(title="Zwei Bänke"))
    client.post("/account/", hostile | {"pseudonym": author.pseudonym, "language": "de"})
    idea.refresh_from_db()
    author.refresh_from_db()
    assert (idea.title, idea.status, idea.visibility, idea.origin) == ("Zwei Bänke", "received", "waiting", "web")
    assert (idea.author, idea.municipality, idea.support_count, idea.source_key) == (author, town, 0, None)
    assert idea.created_at.year > 2001
    assert (author.origin, list(author.memberships.all())) == ("web", [])


def test_signs_that_nobody_sees_turn_no_text_round_and_are_no_words(town: Municipality) -> None:
    process = factories.process()
    client = signed_in(person())
    page = client.post(NEW, written(process=process.key, title="\u200b\u202e\ufeff"))
    assert (page.status_code, "Hier fehlt noch etwas" in page.text) == (422, True)
    client.post(NEW, written(process=process.key, title="Bank \u202eam Bach", text="👩\u200d🌾 und \u2066Beet"))
    assert [(idea.title, idea.text) for idea in Idea.objects.all()] == [("Bank am Bach", "👩\u200d🌾 und Beet")]


@pytest.fixture
def street(town: Municipality, settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "data"
    load_extract(path=write_hamlet(tmp_path / "hamlet.osm.pbf"), municipality=town)


@pytest.mark.usefixtures("street")
def test_an_address_without_the_map_gets_its_point(town: Municipality) -> None:
    client = signed_in(person())
    form = written(process=factories.process().key, place_label="Eisenbahnstr 12")
    page = client.post(NEW, form)
    assert page.status_code == 422
    assert 'value="49.444100,7.769000"' in page.content.decode()
    client.post(NEW, form | {"place_choice": "1.0,2.0"})
    assert Idea.objects.count() == 0, "only what was offered can be chosen"
    assert client.post(NEW, form | {"place_choice": "49.444100,7.769000"}).status_code == 302
    idea = Idea.objects.get()
    assert idea.place is not None
    assert (idea.place.coords, idea.place_label) == ((7.769, 49.4441), "Eisenbahnstraße 12, 67655 Kaiserslautern")
    in_full = written(process=Process.objects.get().key, place_label="eisenbahnstraße 12 ")
    assert client.post(NEW, in_full).status_code == 302, "named in full: nothing to ask"
    assert {idea.place_label for idea in Idea.objects.all()} == {"Eisenbahnstraße 12, 67655 Kaiserslautern"}


@pytest.mark.usefixtures("street")
def test_words_that_are_no_address_stay_words(town: Municipality) -> None:
    client = signed_in(person())
    process = factories.process().key
    assert client.post(NEW, written(process=process, place_label="überall in der Stadt")).status_code == 302
    form = written(process=process, place_label="Eisenbahnstr", place_choice="words")
    assert client.post(NEW, form).status_code == 302
    assert {(idea.place_label, idea.place) for idea in Idea.objects.all()} == {
        ("überall in der Stadt", None), ("Eisenbahnstr", None)
    }  # fmt: skip


def test_a_flood_of_contributions_ends_in_words_and_keeps_them(town: Municipality) -> None:
    idea = factories.idea()
    address = f"/mitreden/ideen/{idea.pk}/kommentar/"

    def send(client: Client) -> Any:
        return client.post(address, {"text": "Noch etwas", "submission_key": str(uuid.uuid4())})

    client = signed_in(person())
    assert [send(client).status_code for _n in range(A_PERSON)] == [302] * A_PERSON
    refused = send(client)
    assert refused.status_code == 422
    assert "Noch etwas" in refused.content.decode()
    assert "in 3 Minuten noch einmal" in refused.content.decode()
    assert client.post(NEW, written(process=idea.process.key)).status_code == 422, "ideas and comments share it"
    assert send(signed_in(person())).status_code == 302, "somebody else at the same address has an own budget"


def test_an_address_has_a_budget_as_well(town: Municipality, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "AN_ADDRESS", 2)
    process = factories.process()
    statuses = [signed_in(person()).post(NEW, written(process=process.key)).status_code for _n in range(3)]
    assert statuses == [302, 302, 422]
    assert Idea.objects.count() == 2


def test_a_picture_without_room_on_the_disk_is_said_at_its_field_and_the_text_stays(
    town: Municipality, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    client, process = signed_in(person(Role.RESIDENT)), factories.process()
    photo = SimpleUploadedFile("bank.png", pictures.picture(), "image/png")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, hard))
    try:
        said = written(process=process.key, picture=photo, alternative_text="Bank", text="Bleibt stehen")
        answer = client.post(NEW, said)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    page = answer.content.decode()
    assert (answer.status_code, "gerade kein Platz" in page, "Bleibt stehen" in page) == (422, True, True)
