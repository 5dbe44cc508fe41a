# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Each page type in light and dark, wide and narrow, German and English: readable, operable, ours alone, light."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.checks import Weight, axe, enlarge_text, overflow, unfocused
from tests.browser.chromium import LOOKS, Look
from tests.browser.pages import PAGES, PageType

pytestmark = pytest.mark.browser
BUDGET = 120_000
"""Bytes of HTML, CSS and JavaScript of a page without a map."""


def go(page: Page, kind: PageType) -> None:
    """Open the page type and wait until its type faces have come; maps are waited for by tests of maps."""
    answer = page.goto(kind.path)
    if kind.via:
        page.locator(kind.via).first.click()
        page.wait_for_load_state()
    else:
        assert answer is not None
        assert answer.status == kind.status
    page.evaluate("document.fonts.ready.then(() => true)")


@pytest.mark.parametrize("look", LOOKS, ids=str)
@pytest.mark.parametrize("kind", PAGES, ids=str)
def test_page_is_for_everybody(kind: PageType, look: Look, open_page: Callable[..., Page]) -> None:
    page = open_page(look, role=kind.role)
    go(page, kind)
    assert axe(page) == []
    assert overflow(page) == []
    assert page.troubles.messages == []  # type: ignore[attr-defined]
    assert page.troubles.foreign == []  # type: ignore[attr-defined]
    assert page.locator("h1").count() == 1 or kind.name == "components"


@pytest.mark.parametrize("kind", PAGES, ids=str)
def test_page_without_a_mouse_and_with_large_text(kind: PageType, open_page: Callable[..., Page]) -> None:
    page = open_page(role=kind.role)
    weight = Weight(page)
    go(page, kind)
    if not kind.has_map:
        assert weight.bytes < BUDGET, weight.parts
    assert unfocused(page) == []
    enlarge_text(page)
    assert overflow(page) == []
