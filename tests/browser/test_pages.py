# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Each page type in light and dark, wide and narrow: readable, operable, ours alone, light. English stands in a file of its own,
so that two processes share the work."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.checks import Weight, axe, enlarge_text, overflow, unfocused
from tests.browser.chromium import change_look
from tests.browser.pages import PAGES, PageType, go

pytestmark = pytest.mark.browser
BUDGET = 120_000
"""Bytes of HTML, CSS and JavaScript of a page without a map, compressed."""


@pytest.mark.parametrize("kind", PAGES, ids=str)
def test_page_is_for_everybody(kind: PageType, open_page: Callable[..., Page]) -> None:
    page = open_page(role=kind.role)
    weight = Weight(page)
    go(page, kind)
    assert page.locator("h1").count() == 1 or kind.name == "components"
    assert (axe(page), overflow(page)) == ([], [])
    assert kind.has_map or weight.bytes < BUDGET, weight.parts
    change_look(page, "dark", 320)
    assert (axe(page), overflow(page)) == ([], [])
    change_look(page, "light", 1280)
    assert unfocused(page) == []
    enlarge_text(page)
    assert overflow(page) == []
    assert page.troubles.messages == []  # type: ignore[attr-defined]
    assert page.troubles.foreign == []  # type: ignore[attr-defined]
