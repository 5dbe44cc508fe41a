# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A list of supporters from paper, typed in by keyboard: it grows with its lines, and no key sends half of it."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from stadtherz.services.participation.web.printing import SIGNING_LINES
from tests.browser.chromium import follow

LAST = SIGNING_LINES - 1


def focused(page: Page) -> str:
    """The name of the field that has the focus."""
    return str(page.evaluate("document.activeElement.name ?? ''"))


def test_a_list_grows_and_its_draft_comes_back_whole(page_of: Callable[..., Page]) -> None:
    page = page_of("clerk")
    page.goto("/mitreden/amt/papier/?q=Radweg")
    follow(page.locator(".pt-choose a").first)
    page.locator("[name=line-0-name]").focus()
    for line in range(SIGNING_LINES + 2):
        assert focused(page) == f"line-{line}-name"
        page.keyboard.type(f"Zeile {line}")
        page.keyboard.press("Enter")
    expect(page.locator(".pt-lines tbody tr")).to_have_count(SIGNING_LINES + 3)
    assert page.locator("[name=line-TOTAL_FORMS]").input_value() == str(SIGNING_LINES + 3)
    for _key in range(3):
        page.keyboard.press("Tab")  # through the empty row, and out
    assert focused(page) == "more_rows"
    page.wait_for_function(
        "(last) => Object.values(localStorage).some(draft => draft.includes(`Zeile ${last}`))", arg=LAST + 2
    )
    page.reload()
    page.locator(".sh-draft").get_by_role("button", name="Übernehmen").click()
    expect(page.locator(f"[name=line-{LAST + 2}-name]")).to_have_value(f"Zeile {LAST + 2}")
    follow(page.get_by_role("button", name="Weitere Zeilen"))
    expect(page.locator("[name=line-0-name]")).to_have_value("Zeile 0")
    expect(page.locator(f"[name=line-{LAST + 3}-name]")).to_be_focused()
