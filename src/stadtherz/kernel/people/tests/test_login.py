# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Signing in and out, forgotten passwords, changed addresses, second steps, devices, and what is limited."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import struct
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.db import connection
from django.test import Client

from stadtherz.kernel.municipalities.active import _active, activate, active
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.people.models import Person, Session
from stadtherz.kernel.people.queries import sessions_of
from stadtherz.kernel.people.tests.factories import PASSWORD, person
from stadtherz.kernel.people.tests.mail import links, sent

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0"


@pytest.fixture(autouse=True)
def _no_attempts_yet(db: None) -> None:
    cache.clear()


@pytest.fixture
def resident(town: Municipality) -> Person:
    return person(pseudonym="Waldläuferin", email="wald@example.org")


def sign_in(client: Client, password: str = PASSWORD, email: str = "wald@example.org", **extra: str):
    return client.post("/account/login/", {"login": email, "password": password}, headers=extra or None)


def prove(client: Client) -> None:
    """What touches the security of the account asks for the password once more."""
    assert client.post("/account/reauthenticate/", {"password": PASSWORD}).status_code == 302


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_in_and_out(resident: Person, client: Client) -> None:
    assert sign_in(client)["Location"] == "/"
    assert signed_in(client)
    client.get("/account/logout/")
    before = client.cookies["stadtherz_csrf"].value
    client.post("/account/logout/")
    assert client.cookies["stadtherz_csrf"].value != before, "so that pages kept by the browser see it (ui/left.js)"
    assert not signed_in(client)


def test_the_way_back_leads_to_our_own_pages_only(resident: Person, client: Client) -> None:
    answer = client.post(
        "/account/login/", {"login": resident.email, "password": PASSWORD, "next": "/account/sessions/"}
    )
    assert answer["Location"] == "/account/sessions/"
    other = Client()
    answer = other.post(
        "/account/login/", {"login": resident.email, "password": PASSWORD, "next": "https://evil.example/"}
    )
    assert answer["Location"] == "/"


def test_a_wrong_password_and_an_unknown_address_read_the_same(resident: Person, client: Client) -> None:
    words = [
        sign_in(client, "falsches Kennwort", email).context["form"].non_field_errors()[0]
        for email in ("wald@example.org", "niemand@example.org")
    ]
    assert len(set(words)) == 1


def test_after_five_wrong_passwords_not_even_the_right_one_is_asked(resident: Person, client: Client) -> None:
    for _ in range(5):
        sign_in(client, "falsches Kennwort")
    answer = sign_in(client)
    assert not signed_in(client)
    assert "Zu viele Versuche" in answer.content.decode()
    reset = client.post("/account/password/reset/", {"email": resident.email})
    assert reset.status_code == 302, "there is a way out"


def test_an_unknown_address_is_locked_alike(town: Municipality, client: Client) -> None:
    for _ in range(5):
        sign_in(client, "falsches Kennwort", "niemand@example.org")
    assert "Zu viele Versuche" in sign_in(client, email="niemand@example.org").content.decode()


def test_attempts_are_counted_in_the_database_for_all_processes(resident: Person, client: Client) -> None:
    sign_in(client, "falsches Kennwort")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cache WHERE cache_key LIKE '%login_failed%'")
        assert cursor.fetchone()[0] >= 2, "one for the address, one for the network"


def test_a_forgotten_password_is_replaced_once(resident: Person, client: Client) -> None:
    client.post("/account/password/reset/", {"email": "WALD@example.org"})
    (mail,) = sent()
    (link,) = [link for link in links(mail.text) if "/reset/key/" in link]
    form = client.get(link)["Location"]
    new = "ganz anderes Testwort"
    assert client.post(form, {"password1": new, "password2": new}).status_code == 302
    assert sign_in(Client(), new)["Location"] == "/"
    again = Client().get(link)
    assert again.status_code == 200
    assert "gilt nicht mehr" in again.content.decode()
    assert "geändert" in sent()[-1].subject


def test_the_key_to_a_new_password_goes_to_no_port_that_a_stranger_names(
    resident: Person, client: Client, settings: Any
) -> None:
    settings.PRODUCTION = True
    client.post("/account/password/reset/", {"email": resident.email}, headers={"Host": "localhost:8443"})
    (mail,) = sent()
    assert "://localhost/account/password/reset/key/" in mail.text
    assert ":8443" not in mail.text


def test_a_changed_password_ends_sessions_elsewhere(resident: Person, client: Client) -> None:
    elsewhere = Client()
    sign_in(client)
    prove(client)
    sign_in(elsewhere)
    new = "ganz anderes Testwort"
    client.post("/account/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert client.get("/account/").status_code == 200
    assert elsewhere.get("/account/").status_code == 302


def test_a_new_address_counts_after_its_confirmation(resident: Person, client: Client) -> None:
    sign_in(client)
    prove(client)
    client.post("/account/email/", {"action_add": "1", "email": "neu@example.org"})
    resident.refresh_from_db()
    assert resident.email == "wald@example.org"
    (mail,) = [mail for mail in sent() if mail.to == "neu@example.org"]
    client.post(next(link for link in links(mail.text) if "confirm-email" in link))
    resident.refresh_from_db()
    assert resident.email == "neu@example.org"
    assert [a.email for a in resident.emailaddress_set.all()] == ["neu@example.org"]
    assert any(mail.to == "wald@example.org" and "neu@example.org" in mail.text for mail in sent()), (
        "the old one is told"
    )


def test_an_address_of_somebody_else_tells_nothing(resident: Person, client: Client) -> None:
    person(email="da@example.org")
    sign_in(client)
    prove(client)
    known = client.post("/account/email/", {"action_add": "1", "email": "da@example.org"})
    fresh = client.post("/account/email/", {"action_add": "1", "email": "frei@example.org"})
    assert (known.status_code, known["Location"]) == (fresh.status_code, fresh["Location"])


def test_what_touches_security_is_kept_back_until_the_password_is_given(resident: Person, client: Client) -> None:
    sign_in(client)
    asked = client.post("/account/email/", {"action_add": "1", "email": "neu@example.org"})
    assert asked["Location"].startswith("/account/reauthenticate/")
    assert not sent()
    client.post(asked["Location"], {"password": PASSWORD})
    assert [mail.to for mail in sent()] == ["neu@example.org"], "and is then done without being sent again"


def code(secret: str, at: float | None = None) -> str:
    """RFC 6238 with 30 seconds and 6 digits, independent of the library."""
    counter = struct.pack(">Q", int((at or time.time()) // 30))
    digest = hmac.new(base64.b32decode(secret + "=" * (-len(secret) % 8)), counter, hashlib.sha1).digest()
    offset = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[offset : offset + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def test_a_second_step_is_set_up_asked_for_and_replaced_by_a_recovery_code(
    resident: Person, client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    sign_in(client)
    prove(client)
    page = client.get("/account/second-factor/app/activate/").content.decode()
    secret = re.search(r'class="people-key">([A-Z2-7]+)<', page)[1]
    with django_capture_on_commit_callbacks() as after_commit:
        client.post("/account/second-factor/app/activate/", {"code": code(secret)})
    token = _active.set(None)  # as it is when a request has ended
    for tell in after_commit:
        tell()
    _active.reset(token)
    with activate(active()):
        assert {mail.to for mail in sent()} == {resident.email}
    stored = Authenticator.objects.get(user=resident, type=Authenticator.Type.TOTP)
    assert secret not in str(stored.data), "the secret lies sealed"
    codes = re.findall(r"<code>([0-9a-z]{8,})</code>", client.get("/account/recovery-codes/").content.decode())
    assert len(codes) == 10

    other = Client()
    assert sign_in(other)["Location"] == "/account/second-factor/ask/"
    assert not signed_in(other)
    assert other.get("/account/").status_code == 302
    assert other.post("/account/second-factor/ask/", {"code": "000000"}).status_code == 200
    other.post("/account/second-factor/ask/", {"code": codes[0]})
    assert signed_in(other)

    third = Client()
    sign_in(third)
    third.post("/account/second-factor/ask/", {"code": codes[0]})
    assert not signed_in(third), "a recovery code works once"


def test_devices_are_listed_and_signed_out(resident: Person, client: Client) -> None:
    sign_in(client)
    elsewhere, third = Client(), Client()
    sign_in(elsewhere, **{"user-agent": FIREFOX})
    sign_in(third)
    page = client.get("/account/sessions/").content.decode()
    assert "Firefox, Linux" in page
    assert elsewhere.session.session_key not in page, "who reads the page must not learn the keys"
    mark = Session.objects.get(session_key=elsewhere.session.session_key).mark
    client.post("/account/sessions/end/", {"session": mark})
    assert elsewhere.get("/account/").status_code == 302
    assert third.get("/account/").status_code == 200
    client.post("/account/sessions/end-others/")
    assert third.get("/account/").status_code == 302
    assert [s.session_key for s in sessions_of(resident)] == [client.session.session_key]


def test_nobody_ends_the_session_of_somebody_else(resident: Person, client: Client) -> None:
    stranger = Client()
    sign_in(client)
    sign_in(stranger, email=person(email="fremd@example.org").email)
    mark = Session.objects.get(session_key=client.session.session_key).mark
    stranger.post("/account/sessions/end/", {"session": mark})
    assert client.get("/account/").status_code == 200


def test_a_browser_that_did_not_sign_in_is_forgotten_within_a_day(resident: Person, client: Client) -> None:
    from datetime import timedelta

    from django.utils import timezone

    client.post("/account/signup/", {"pseudonym": "x"})
    client.get("/account/login/?next=/account/")
    store = client.session
    store["something"] = "typed"
    store.save()
    assert Session.objects.get().expire_date <= timezone.now() + timedelta(days=1)


def test_the_profile_changes_name_and_language(resident: Person, client: Client) -> None:
    person(pseudonym="Vergeben")
    sign_in(client)
    assert client.post("/account/", {"pseudonym": "vergeben", "language": "de"}).status_code == 200
    assert client.post("/account/", {"pseudonym": "waldlaeuferin", "language": "en"}).status_code == 302
    resident.refresh_from_db()
    assert (resident.pseudonym, resident.language) == ("waldlaeuferin", "en")
