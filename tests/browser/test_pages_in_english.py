# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Each page type that visitors see, in English, dark and wide, light and narrow."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.checks import axe, overflow
from tests.browser.chromium import Look, change_look
from tests.browser.pages import PAGES, PageType, go

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("kind", [kind for kind in PAGES if not kind.role], ids=str)
def test_page_in_english(kind: PageType, open_page: Callable[..., Page]) -> None:
    page = open_page(Look("dark", 1280, "en"))
    go(page, kind)
    assert axe(page) == []
    change_look(page, "light", 320)
    assert (axe(page, within="main"), overflow(page)) == ([], [])
