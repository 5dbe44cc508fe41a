# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A form that is sent after the session has ended comes back filled, to the same browser and the same person alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.people.models import KeptForm, PaperRecord, Person, Session
from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.people.tests.factories import PASSWORD, person
from stadtherz.kernel.people.web.resume import COOKIE

URL = "/staff/people/new/"
WRITTEN = {
    "name": "Ina Zimmer-Säge",
    "address": "Fröbelstraße 7",
    "birth_year": "1951",
    "pseudonym": "",
    "password": "geheim",
}


@pytest.fixture
def clerk(town: Municipality) -> Person:
    cache.clear()
    return person(Role.CLERK, email="clerk@example.org")


@pytest.fixture
def away(clerk: Person, client: Client) -> Client:
    """A browser whose session ended while its owner was writing."""
    client.post("/account/login/", {"login": clerk.email, "password": PASSWORD})
    Session.objects.update(expire_date=timezone.now() - timedelta(minutes=1))
    return client


def back(client: Client, address: str, email: str = "clerk@example.org") -> str:
    """Sign in where the guard led to, and follow the way back."""
    answer = client.post(address, {"login": email, "password": PASSWORD, "next": f"{URL}?kept=1"})
    return client.get(answer["Location"]).content.decode()


def test_who_had_chosen_a_file_is_told_to_choose_it_again(away: Client) -> None:
    led_to = away.post(URL, {**WRITTEN, "picture": SimpleUploadedFile("bank.jpg", b"...")})
    page = back(away, led_to["Location"])
    assert "eine Datei muss neu ausgewählt werden" in page
    assert "kept_without_files" not in page


def test_what_was_written_comes_back_and_can_be_sent(away: Client) -> None:
    led_to = away.post(URL, WRITTEN)
    assert led_to.status_code == 302
    assert led_to["Location"].startswith("/account/login/?next=")
    page = back(away, led_to["Location"])
    assert "Ina Zimmer-Säge" in page
    assert "Fröbelstraße 7" in page
    assert "geheim" not in page, "passwords are never kept"
    assert "Datei" not in page, "there was none"
    assert not PaperRecord.objects.exists(), "to show is not to send"
    assert away.post(URL, WRITTEN).status_code == 302
    assert PaperRecord.objects.get().name == "Ina Zimmer-Säge"
    assert not KeptForm.objects.exists(), "what arrived is not kept"


def test_what_is_kept_cannot_be_read_in_the_database(away: Client) -> None:
    away.post(URL, WRITTEN)
    kept = KeptForm.objects.get()
    for text in ("Zimmer", "Fröbel"):
        assert text.encode() not in bytes(kept.sealed)
    assert away.cookies[COOKIE].value not in str(vars(kept))
    assert away.cookies[COOKIE]["httponly"]


def test_another_browser_gets_nothing(away: Client, clerk: Person) -> None:
    away.post(URL, WRITTEN)
    other = Client()
    other.force_login(clerk)
    assert "Zimmer-Säge" not in other.get(f"{URL}?kept=1").content.decode()


def test_another_person_at_the_same_browser_gets_nothing(away: Client) -> None:
    person(Role.CLERK, email="andere@example.org")
    led_to = away.post(URL, WRITTEN)
    assert "Zimmer-Säge" not in back(away, led_to["Location"], "andere@example.org")


def test_after_an_hour_it_is_gone(away: Client, clerk: Person) -> None:
    away.post(URL, WRITTEN)
    KeptForm.objects.update(kept_until=timezone.now() - timedelta(seconds=1))
    away.force_login(clerk)
    assert "Zimmer-Säge" not in away.get(f"{URL}?kept=1").content.decode()


def test_a_made_up_key_opens_nothing(away: Client, clerk: Person) -> None:
    away.post(URL, WRITTEN)
    away.cookies[COOKIE] = "made-up"
    away.force_login(clerk)
    assert away.get(f"{URL}?kept=1").status_code == 200


def test_a_megabyte_is_led_to_the_sign_in_without_being_kept(away: Client) -> None:
    assert away.post(URL, {"name": "x" * 1_100_000}).status_code == 302
    assert not KeptForm.objects.exists()
