# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Each page type in light and dark, wide and narrow, German and English: readable, operable, ours alone, light."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import nullcontext

import pytest
from playwright.sync_api import Page

from tests.browser.checks import Weight, axe, enlarge_text, overflow, unfocused
from tests.browser.chromium import change_look
from tests.browser.pages import PAGES, PageType

pytestmark = pytest.mark.browser
BUDGET = 120_000
"""Bytes of HTML, CSS and JavaScript of a page without a map, compressed."""


def go(page: Page, kind: PageType) -> None:
    """Open the page type and wait until its type faces have come; maps are waited for by tests of maps."""
    path = kind.path
    if "{sensor}" in path:  # numbers differ with what ran before
        listed = page.context.request.get("/wissen/messwerte/").text()
        found = re.findall(r'href="/wissen/messwerte/(\d+)/"', listed)
        path = path.replace("{sensor}", found[0])
    answer = page.goto(path)
    if kind.via:
        page.locator(kind.via).first.click()
        page.wait_for_load_state()
    else:
        assert answer is not None
        assert answer.status == kind.status
    page.evaluate("document.fonts.ready.then(() => true)")


@pytest.mark.parametrize("kind", PAGES, ids=str)
def test_page_is_for_everybody(kind: PageType, page_of: Callable[..., Page]) -> None:
    page = page_of(kind.role)
    change_look(page, "light", 1280)
    with Weight(page) if not kind.has_map else nullcontext() as weight:
        go(page, kind)
    assert page.locator("h1").count() == 1 or kind.name == "components"
    assert (axe(page), overflow(page)) == ([], [])
    assert weight is None or 0 < weight.bytes < BUDGET, weight.parts
    assert unfocused(page) == []
    enlarge_text(page)
    assert overflow(page) == []
    enlarge_text(page, 100)
    page.evaluate("() => { document.activeElement.blur(); scrollTo(0, 0) }")
    change_look(page, "dark", 320)
    assert (axe(page), overflow(page)) == ([], [])
    assert page.troubles.messages == []  # type: ignore[attr-defined]
    assert page.troubles.foreign == []  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", [kind for kind in PAGES if not kind.role], ids=str)
def test_page_in_english(kind: PageType, page_of: Callable[..., Page]) -> None:
    page = page_of("", language="en")
    change_look(page, "dark", 1280)
    go(page, kind)
    assert axe(page) == []
    change_look(page, "light", 320)
    assert (axe(page, within="main"), overflow(page)) == ([], [])
