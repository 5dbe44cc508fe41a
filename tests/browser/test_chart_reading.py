# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Values read from a picture by keyboard and pointer bear the names of the table, and what is yet to come is not called missing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
LIST = "/wissen/messwerte/"
DUST = ".sn-value:has(.sn-value__what:text-is('Feinstaub PM10'))"
HOURS = 7 * 24
COMING = "JSON.parse(document.querySelector('stadt-chart script').textContent).lines[0].u !== null"


def test_the_keyboard_reads_the_hours_of_the_table(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto(LIST)
    page.goto(page.locator(DUST).first.locator("a").get_attribute("href") or "")
    expect(page.locator("stadt-chart").first).to_have_attribute("data-ready", "")
    field, spoken = page.locator(".sh-chart__field").first, page.locator(".sh-chart__spoken").first
    names = [name.strip() for name in page.locator(".sh-chart__figures").first.locator("tbody th").all_text_contents()]
    field.focus()
    for key, row in (("Home", 0), ("ArrowRight", 1), ("PageDown", 1 + HOURS // 12)):
        field.press(key)
        expect(spoken).to_contain_text(f"{names[row]}: ")
    field.press("End")
    if page.evaluate(COMING):  # not in the last hour of the day
        expect(spoken).to_contain_text("23:00–24:00: noch nicht")
    box = field.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 1.5 / HOURS, box["y"] + box["height"] / 2)
    expect(page.locator(".sh-chart__readout").first).to_contain_text(names[1])
    assert page.troubles.messages == []  # type: ignore[attr-defined]
