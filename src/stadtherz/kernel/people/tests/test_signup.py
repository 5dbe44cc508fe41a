# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""From the sign-up form to a confirmed account, and what a stranger cannot learn on the way."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import signing
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.people.models import Person
from stadtherz.kernel.people.tests.factories import PASSWORD, person
from stadtherz.kernel.people.tests.mail import links, sent
from stadtherz.kernel.people.web import fields


@pytest.fixture(autouse=True)
def _no_attempts_yet(db: None) -> None:
    cache.clear()


def stamp(age_seconds: int = 60) -> str:
    """The hidden field of a form that was shown some time ago."""
    import time
    from unittest.mock import patch

    real = time.time()
    with patch("django.core.signing.time.time", lambda: real - age_seconds):
        return signing.dumps("", salt=fields._SALT)


def form(**changes: Any) -> dict[str, Any]:
    return {"pseudonym": "Waldläuferin", "email": "neu@example.org", "password1": PASSWORD, "shown": stamp()} | changes


def sign_up(client: Client, **changes: Any) -> Any:
    return client.post("/account/signup/", form(**changes))


def test_from_form_to_confirmed_account(town: Municipality, client: Client) -> None:
    answer = sign_up(client)
    assert (answer.status_code, answer["Location"]) == (302, "/account/confirm-email/")
    new = Person.objects.get(email="neu@example.org")
    assert (new.pseudonym, new.language) == ("Waldläuferin", "de")
    assert "_auth_user_id" not in client.session
    (mail,) = sent()
    assert mail.to == "neu@example.org"
    (link,) = [link for link in links(mail.text) if "confirm-email" in link]
    assert client.get(link).status_code == 200
    assert not new.emailaddress_set.get().verified, "a mail program that opens links confirms nothing"
    client.post(link)
    assert new.emailaddress_set.get().verified
    assert client.session["_auth_user_id"] == str(new.pk)


def test_before_confirmation_nobody_signs_in(town: Municipality, client: Client) -> None:
    sign_up(client)
    fresh = Client()
    answer = fresh.post("/account/login/", {"login": "neu@example.org", "password": PASSWORD})
    assert answer["Location"] == "/account/confirm-email/"
    assert "_auth_user_id" not in fresh.session


def test_a_known_address_looks_like_a_new_one(town: Municipality, client: Client) -> None:
    person(email="da@example.org")
    known = sign_up(client, email="DA@example.org", pseudonym="Anderer Name")
    fresh = sign_up(Client(), email="fresh@example.org", pseudonym="Dritter Name")
    assert (known.status_code, known["Location"]) == (fresh.status_code, fresh["Location"])
    assert Person.objects.filter(email__iexact="da@example.org").count() == 1
    assert {mail.to for mail in sent()} == {"da@example.org", "fresh@example.org"}
    assert not any("confirm-email" in mail.text for mail in sent() if mail.to == "da@example.org")


def test_a_reset_for_an_unknown_address_does_the_same_work(town: Municipality) -> None:
    person(email="da@example.org")
    work = []
    for address in ("da@example.org", "niemand@example.org"):
        with CaptureQueriesContext(connection) as captured:
            Client().post("/account/password/reset/", {"email": address})
        written = [query["sql"] for query in captured if query["sql"].startswith("INSERT")]
        work.append(sum('"notices_message"' in sql for sql in written))
    assert work == [1, 1]


def test_a_reset_for_an_unknown_address_looks_the_same_and_sends_nothing(town: Municipality, client: Client) -> None:
    person(email="da@example.org")
    known = client.post("/account/password/reset/", {"email": "da@example.org"})
    unknown = client.post("/account/password/reset/", {"email": "niemand@example.org"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert [mail.to for mail in sent()] == ["da@example.org"]


@pytest.mark.parametrize(("changes", "message"), [
    ({"website": "https://spam.example"}, "Please leave this field empty."),
    ({"shown": ""}, "This form was open for very long."),
    ({"shown": "made up"}, "This form was open for very long."),
    ({"email": "kein-at-zeichen"}, "Enter a valid email address."),
    ({"password1": "kurz"}, "10"),
    ({"password1": "1234567890"}, "too common"),
    ({"pseudonym": "Stadtverwaltung"}, "could be mistaken for the administration"),
    ({"pseudonym": "ab"}, "at least 3 characters"),
    ({"pseudonym": "x" * 41}, "at most 40 characters"),
])  # fmt: skip
def test_bad_input_is_named_and_kept(town: Municipality, client: Client, changes: dict[str, str], message: str) -> None:
    answer = client.post("/account/signup/", form(**changes), headers={"accept-language": "en"})
    assert answer.status_code == 200
    assert message in answer.content.decode()
    assert not Person.objects.exists()


def test_a_form_sent_at_once_is_a_program(town: Municipality, client: Client) -> None:
    shown = re.search(r'name="shown" value="([^"]+)"', client.get("/account/signup/").content.decode())
    assert shown
    answer = client.post("/account/signup/", form(shown=shown[1]), headers={"accept-language": "en"})
    assert "That was very quick." in answer.content.decode()
    assert not Person.objects.exists()


def test_a_taken_or_similar_pseudonym_is_refused(town: Municipality, client: Client) -> None:
    person(pseudonym="Willi Wald")
    for similar in ("willi wald", "WILLI-WALD", "Wi11i Wald", "Wіllі Wald".replace("і", "l"), "Willi  Wald"):
        answer = client.post("/account/signup/", form(pseudonym=similar), headers={"accept-language": "en"})
        assert "is taken" in answer.content.decode(), similar
    assert Person.objects.count() == 1


def test_the_mail_speaks_the_language_of_the_form(town: Municipality, client: Client) -> None:
    client.post("/account/signup/", form(), headers={"accept-language": "en"})
    assert Person.objects.get().language == "en"
    assert "Confirm" in sent()[0].subject


def test_one_address_opens_only_so_many_accounts(town: Municipality, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fields, "SIGN_UPS", 2)
    names = ("Amsel", "Drossel", "Fink")
    answers = [sign_up(Client(), pseudonym=name, email=f"{name}@example.org") for name in names]
    assert [answer.status_code for answer in answers] == [302, 302, 200]
    assert "Das war viel in kurzer Zeit" in answers[-1].content.decode()
    assert 'value="Fink"' in answers[-1].content.decode()
    assert Person.objects.count() == 2
