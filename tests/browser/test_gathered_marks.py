# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reasons at one place stand as one mark on the map, which says all of them to eyes, ears and keyboard."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import pytest
from playwright.sync_api import Locator, Page, expect

from .chromium import Look

pytestmark = pytest.mark.browser
AT_REST = "() => (map => !map.isMoving() && map.loaded())(document.querySelector('.wf-pair stadt-map').map)"
"""What a map shows is gathered anew when its features of this scale have come, not when it stands still."""
WHY_NOT = "/ankommen/weg/?start=Rathaus&goal=Burgruine&aid=wheelchair-manual"


def _drawn(page: Page) -> Locator:
    chart = page.locator(".wf-pair stadt-map")
    chart.scroll_into_view_if_needed()
    expect(chart).to_have_attribute("data-drawn", "")
    return chart


@pytest.mark.parametrize("look", [Look(), Look(width=320)])
def test_no_mark_covers_another_and_none_is_missing(open_page: Callable[..., Page], look: Look) -> None:
    page = open_page(look)
    page.goto(WHY_NOT)
    reasons = page.locator("#wf-broken > li")
    wanted = {"A", "B", *(str(number + 1) for number in range(reasons.count()))}
    chart = _drawn(page)
    marks = chart.locator(".sh-point-mark:visible")
    # seen from far away all stand together
    for _ in range(7):
        boxes = [box for mark in marks.all() if (box := mark.bounding_box())]
        for one, other in combinations(boxes, 2):
            apart = [
                abs(one[at] - other[at]) >= min(one[size], other[size]) / 2
                for at, size in (("x", "width"), ("y", "height"))
            ]
            assert any(apart)
        named = "; ".join(mark.get_attribute("aria-label") or "" for mark in marks.all())
        alone = {mark.get_attribute("data-letter") for mark in marks.all()}
        assert all(f"{letter}: " in named or letter in alone for letter in wanted)
        chart.locator("canvas").press("-")
        page.wait_for_function(AT_REST)
    expect(marks).to_have_count(1)
    last = len(wanted) - 2
    numbers = ["1", "1, 2"][last - 1] if last < 3 else f"1\N{EN DASH}{last}"
    expect(marks).to_have_attribute("data-letter", f"A, B, {numbers}")
    marks.press("Enter")
    expect(chart.locator(".sh-popup p")).to_have_count(len(wanted))
    page.keyboard.press("Escape")
    expect(chart.locator(".sh-popup")).to_have_count(0)
    expect(marks).to_be_focused()
    # the list of reasons and the mark move together
    reasons.nth(0).locator("a").first.focus()
    expect(marks).to_have_attribute("data-selected", "")
