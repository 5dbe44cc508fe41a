# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The checks themselves: each must find what it is for."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.checks import Weight, axe, overflow, unfocused
from tests.browser.chromium import Look

pytestmark = pytest.mark.browser


def test_axe_finds_pale_text_and_a_field_without_a_name(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto("/page/about/")
    page.evaluate(
        """() => {
          const main = document.querySelector('main');
          main.append(document.createElement('input'));
          const pale = document.createElement('p');
          pale.textContent = 'pale';
          pale.style.color = '#ddd';
          main.append(pale);
        }"""
    )
    rules = {finding.partition(":")[0] for finding in axe(page)}
    assert rules == {"color-contrast", "label"}


def test_overflow_finds_what_is_too_wide(open_page: Callable[..., Page]) -> None:
    page = open_page(Look(width=320))
    page.goto("/page/about/")
    page.evaluate(
        "() => { const e = document.createElement('div'); e.style.width = '500px'; e.style.height = '9px'; document.querySelector('main').append(e) }"
    )
    assert overflow(page) != []


def test_unfocused_finds_a_link_without_a_ring(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto("/page/about/")
    page.evaluate(
        "() => { const e = document.querySelector('.sh-town'); e.style.outline = 'none'; e.style.boxShadow = 'none' }"
    )
    assert any("sh-town" in element for element in unfocused(page, steps=4))


def test_requests_to_others_are_seen(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto("/page/about/")
    with page.expect_console_message():
        page.evaluate("() => fetch('http://elsewhere.example/').catch(() => null)")
    assert page.troubles.messages != []  # type: ignore[attr-defined]  # the Content-Security-Policy refused it


def test_weight_counts_what_came(open_page: Callable[..., Page]) -> None:
    page = open_page()
    seen = []
    for _ in range(2):  # the second time most of it comes out of the browser's own memory, and weighs the same
        with Weight(page) as weight:
            page.goto("/page/about/", wait_until="networkidle")
        seen.append(weight)
    assert {"css", "js"} <= {url.rpartition(".")[2] for url in seen[0].parts}
    assert seen[0].bytes > 30_000
    assert seen[0].parts.keys() == seen[1].parts.keys()
