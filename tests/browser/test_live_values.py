# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who listens to the page of a sensor hears when its value becomes high, and is left in peace by all other values."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
LIST = "/wissen/messwerte/"
DUST = ".sn-value:has(.sn-value__what:text-is('Feinstaub PM10'))"
COMES = """([number, seconds]) => {
  const value = document.querySelector(".sn-value[data-stream]");
  const time = new Date(Date.parse(value.dataset.time) + 1000 * seconds).toISOString();
  const data = { values: [[Number(value.dataset.stream), time, number]] };
  value.dispatchEvent(new CustomEvent("live", { bubbles: true, detail: { name: "values", data } }));
}"""


def test_a_high_value_is_told_once_and_politely(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto(LIST)
    page.goto(page.locator(DUST).first.locator("a").get_attribute("href") or "")
    told, figure = page.locator("#announcements"), page.locator(".sn-now .sn-value__figure")
    expect(told).to_have_attribute("aria-live", "polite")
    for number in (7.0, 8.0):
        page.evaluate(COMES, [number, number])
        expect(figure).to_have_text(f"{number:.1f}\u00a0µg/m³".replace(".", ","))
    expect(told).to_be_empty()
    page.evaluate(COMES, [88.0, 10])
    expect(told).to_contain_text("Feinstaub PM10: 88,0\u00a0µg/m³, hoch")
    page.evaluate(COMES, [9.0, 20])
    expect(figure).to_contain_text("9,0")
    expect(told).to_contain_text("88,0")
    assert page.troubles.messages == []  # type: ignore[attr-defined]


USUAL = """until => document.querySelector(".sn-now__meaning").innerHTML =
  `<p data-usual="5 10" data-until="${until}" data-below="weniger" data-within="wie sonst" data-above="mehr"><strong></strong> um diese Zeit</p>`"""


def test_what_is_said_of_the_usual_follows_the_value_until_the_hour_is_over(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto(LIST)
    page.goto(page.locator(DUST).first.locator("a").get_attribute("href") or "")
    measured = page.evaluate("Date.parse(document.querySelector('.sn-value[data-stream]').dataset.time)")
    page.evaluate(USUAL, measured + 60_000)
    said = page.locator("[data-usual]")
    for number, word in ((4.0, "weniger"), (7.0, "wie sonst"), (11.0, "mehr")):
        page.evaluate(COMES, [number, number])
        expect(said).to_have_text(f"{word} um diese Zeit")
    page.evaluate(COMES, [7.0, 120])
    expect(said).to_be_hidden()
