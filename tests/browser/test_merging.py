# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A clerk makes one idea of two and separates them again; each page on the way is for everybody."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.checks import axe, overflow
from tests.browser.chromium import follow

IDEA = re.compile(r'href="/mitreden/ideen/(\d+)/"')


def is_for_everybody(page: Page) -> None:
    """No barrier that axe knows, and nothing that hangs over on a phone."""
    assert (axe(page, frame=False), overflow(page)) == ([], [])


def test_two_ideas_become_one_and_two_again(page_of: Callable[..., Page]) -> None:
    page = page_of("clerk")
    page.set_viewport_size({"width": 320, "height": 700})
    listed = page.context.request.get("/mitreden/ideen/?process=ideen&status=received&order=supported").text()
    kept, double = list(dict.fromkeys(IDEA.findall(listed)))[:2]
    page.goto(f"/mitreden/amt/zusammenfuehren/{double}/?into={kept}")
    page.locator("[name=reason]").fill("Beide wünschen dasselbe.")
    page.get_by_role("button", name="Ideen zusammenführen").click()
    page.wait_for_url(f"**/mitreden/ideen/{kept}/")
    doubles = page.locator("[aria-labelledby=doubles]")
    doubles.locator("summary").press("Enter")
    expect(doubles.get_by_role("link", name="Wieder trennen")).to_be_visible()
    is_for_everybody(page)
    assert page.goto(f"/mitreden/ideen/{double}/").url.endswith(f"/mitreden/ideen/{kept}/")  # type: ignore[union-attr]
    doubles.locator("summary").click()
    follow(doubles.get_by_role("link", name="Wieder trennen"))
    is_for_everybody(page)
    page.get_by_role("button", name="Trennen").click()
    page.wait_for_url(f"**/mitreden/ideen/{double}/")
    expect(page.locator("[aria-labelledby=doubles]")).to_have_count(0)
