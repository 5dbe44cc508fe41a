# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Sign-in through an OpenID Connect provider, from the button to the session, and what a bad provider cannot do."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from html import unescape
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.cache import cache
from django.test import Client

from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.people.models import Person
from stadtherz.kernel.people.tests.factories import PASSWORD, person
from stadtherz.kernel.people.tests.mail import links, sent
from stadtherz.kernel.people.tests.openid_provider import Provider
from stadtherz.kernel.people.tests.test_signup import stamp

LOGIN = "/account/openid/oidc/login/"


@pytest.fixture
def provider(town: Municipality, settings: Any) -> Iterator[Provider]:
    cache.clear()
    provider = Provider()
    settings.SOCIALACCOUNT_PROVIDERS = provider.configuration()
    yield provider
    provider.close()


def elsewhere(address: str) -> str:
    """Ask the provider as a browser would; where it sends us."""
    parts = urlsplit(address)
    connection = HTTPConnection(parts.netloc, timeout=10)
    connection.request("GET", f"{parts.path}?{parts.query}")
    goal = connection.getresponse().headers["Location"]
    connection.close()
    back = urlsplit(goal)
    return f"{back.path}?{back.query}"


def there_and_back(client: Client, process: str = "login") -> Any:
    """Press the button, follow the page that leads on, come back with a code."""
    leading = client.post(f"{LOGIN}?process={process}")
    assert leading.status_code == 200
    found = re.search(r'http-equiv="refresh" content="0;url=([^"]+)"', leading.content.decode())
    assert found
    return client.get(elsewhere(unescape(found[1])))


def choose(client: Client, **changes: str) -> Any:
    form = {"pseudonym": "Waldläuferin", "email": "neu@example.org", "shown": stamp()} | changes
    return client.post("/account/openid/signup/", form)


def who(client: Client) -> str | None:
    return client.session.get("_auth_user_id")


def test_somebody_new_is_asked_for_a_pseudonym_and_comes_in(provider: Provider, client: Client) -> None:
    back = there_and_back(client)
    assert (back.status_code, back["Location"]) == (302, "/account/openid/signup/")
    page = client.get("/account/openid/signup/").content.decode()
    assert "neu@example.org" in page
    assert "Ein Name, den wir nicht wollen" not in page
    assert choose(client).status_code == 302
    new = Person.objects.get(pseudonym="Waldläuferin")
    assert (who(client), new.email, new.emailaddress_set.get().verified) == (str(new.pk), "neu@example.org", True)
    assert SocialAccount.objects.get(user=new).extra_data == {}
    again = Client()
    assert there_and_back(again)["Location"] == "/"
    assert who(again) == str(new.pk)


@pytest.mark.parametrize("verified", [True, False, "false"])
def test_the_address_of_an_account_does_not_open_it(provider: Provider, client: Client, verified: object) -> None:
    owner = person(email="neu@example.org")
    provider.claims["email_verified"] = verified
    there_and_back(client)
    choose(client)
    assert who(client) is None
    assert not SocialAccount.objects.exists()
    assert Person.objects.filter(email="neu@example.org").get() == owner
    (mail,) = sent()
    assert mail.to == "neu@example.org", "the owner reads that there is an account already"


def test_an_address_that_the_provider_did_not_verify_is_confirmed_by_mail(provider: Provider, client: Client) -> None:
    provider.claims["email_verified"] = "false"
    there_and_back(client)
    choose(client)
    assert who(client) is None
    (mail,) = sent()
    (link,) = [link for link in links(mail.text) if "confirm-email" in link]
    client.post(link)
    assert Person.objects.get(email="neu@example.org").emailaddress_set.get().verified


def test_without_an_address_from_the_provider_the_person_gives_one_and_confirms_it(
    provider: Provider, client: Client
) -> None:
    del provider.claims["email"], provider.claims["email_verified"]
    there_and_back(client)
    choose(client, email="selbst@example.org")
    assert (who(client), [mail.to for mail in sent()]) == (None, ["selbst@example.org"])
    new = Person.objects.get(pseudonym="Waldläuferin")
    assert not new.emailaddress_set.get().verified


def test_the_owner_connects_the_provider_from_inside(provider: Provider, client: Client) -> None:
    owner = person(email="neu@example.org")
    client.post("/account/login/", {"login": "neu@example.org", "password": PASSWORD})
    assert "Bürgerkonto" in client.get("/account/openid/connections/").content.decode()
    assert there_and_back(client, "connect")["Location"] == "/account/reauthenticate/"
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    assert SocialAccount.objects.get().user == owner
    again = Client()
    there_and_back(again)
    assert who(again) == str(owner.pk)


def test_a_provider_that_cannot_prove_it_is_not_believed(provider: Provider) -> None:
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    lies: list[tuple[str, Any]] = [
        ("key", stranger),
        ("algorithm", "HS256"),
        ("claims", provider.claims | {"aud": "somebody else"}),
        ("claims", provider.claims | {"iss": "https://elsewhere.example"}),
        ("claims", provider.claims | {"exp": 1}),
        ("claims", provider.claims | {"azp": "somebody else"}),
        ("says", {"issuer": "https://elsewhere.example"}),
        ("claims", {"email": "neu@example.org"}),
        ("userinfo", {"sub": "somebody else"}),
    ]
    for name, lie in lies:
        truth = getattr(provider, name)
        setattr(provider, name, lie)
        client = Client()
        page = client.post(LOGIN) if name == "says" else there_and_back(client)
        setattr(provider, name, truth)
        assert "/signup/" not in page.get("Location", ""), (name, lie)
        assert "nicht hereingelassen" in page.content.decode(), (name, lie)
        assert who(client) is None


def test_a_provider_with_a_single_key_need_not_name_it_and_its_clock_may_differ(
    provider: Provider, client: Client
) -> None:
    provider.kid = None
    provider.claims["iat"] = int(time.time()) + 30
    assert there_and_back(client)["Location"] == "/account/openid/signup/"


def test_a_secret_with_special_characters_arrives_as_it_is(provider: Provider, client: Client) -> None:
    for way in ("client_secret_post", "client_secret_basic"):
        provider.says = {"token_endpoint_auth_methods_supported": [way]}
        assert there_and_back(client)["Location"] == "/account/openid/signup/", way


def test_the_operator_reads_why_nobody_gets_in(
    provider: Provider, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    provider.says = {"issuer": "https://elsewhere.example"}
    client.post(LOGIN)
    assert "STADTHERZ_OIDC_ISSUER" in caplog.text


def test_a_code_from_another_browser_is_refused(provider: Provider, client: Client) -> None:
    leading = client.post(LOGIN)
    found = re.search(r'content="0;url=([^"]+)"', leading.content.decode())
    assert found
    stolen = elsewhere(unescape(found[1]))
    victim = Client()
    assert victim.get(stolen).status_code == 401
    assert (who(victim), "socialaccount_sociallogin" in victim.session) == (None, False)


def test_a_provider_that_does_not_answer_is_said_to_be_away(provider: Provider, client: Client) -> None:
    provider.close()
    assert "nicht hereingelassen" in client.post(LOGIN).content.decode()


def test_a_provider_that_goes_away_in_the_middle_is_said_to_be_away(provider: Provider, client: Client) -> None:
    leading = client.post(LOGIN).content.decode()
    back = elsewhere(unescape(re.findall(r'content="0;url=([^"]+)"', leading)[0]))
    provider.close()
    assert "nicht hereingelassen" in client.get(back).content.decode()


def test_nothing_is_there_without_a_provider(town: Municipality, client: Client) -> None:
    client.force_login(person())
    for path in ("oidc/login/", "oidc/login/callback/", "cancelled/", "error/", "signup/", "connections/"):
        assert client.get(f"/account/openid/{path}").status_code == 404, path
        assert client.post(f"/account/openid/{path}").status_code == 404, path


def test_an_unknown_provider_is_not_there(provider: Provider, client: Client) -> None:
    assert client.post("/account/openid/another/login/").status_code == 404
