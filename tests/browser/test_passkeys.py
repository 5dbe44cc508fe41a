# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A passkey is added and signs its owner in, with Chromium's virtual authenticator (WebAuthn Level 2, section 11)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chromium import follow
from tests.browser.preparation import PASSWORD, address_of

pytestmark = pytest.mark.browser

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def test_a_passkey_is_added_and_signs_in(open_page: Callable[..., Page]) -> None:
    page = open_page()
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    send = page.locator("main form button[type=submit]").first
    page.goto("/account/login/")
    page.fill("[name=login]", address_of("resident"))
    page.fill("[name=password]", PASSWORD)
    follow(send)
    page.goto("/account/passkeys/add/")
    page.fill("[name=password]", PASSWORD)
    follow(send)
    page.fill("[name=name]", "Testgerät")
    page.click("#mfa_webauthn_add")
    page.wait_for_url("**/account/recovery-codes/")
    page.goto("/account/logout/")
    follow(send)
    page.goto("/account/login/")
    page.click("#passkey_login")
    page.wait_for_url(lambda url: "login" not in url)
    page.goto("/account/passkeys/")
    expect(page.locator("main")).to_contain_text("Testgerät")
    follow(page.locator("text=Entfernen"))
    page.fill("[name=password]", PASSWORD)  # who signed in with the passkey alone proves the password first
    follow(send)
    page.wait_for_url("**/remove/")
    follow(send)
    expect(page.locator("main")).to_contain_text("Der Passkey ist entfernt.")
    assert page.troubles.foreign == []  # type: ignore[attr-defined]


def test_a_device_without_passkeys_is_told_in_words(open_page: Callable[..., Page]) -> None:
    page = open_page()
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE | {"automaticPresenceSimulation": False}})
    page.goto("/account/login/")
    page.evaluate(
        "() => { navigator.credentials.get = () => Promise.reject(new DOMException('no', 'NotAllowedError')) }"
    )
    page.click("#passkey_login")
    expect(page.locator("#passkey-problem")).to_be_visible()
