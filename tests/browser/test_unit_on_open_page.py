# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A page that stands open while a clerk gives the series another unit: it never shows a new number with the old unit."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
LIST = "/wissen/messwerte/"
GAUGE = ".sn-value:has(.sn-value__what:text-is('Wasserstand'))"


def _listening(page: Page, path: str) -> None:
    with page.expect_response(lambda answer: "/live/sensing.latest" in answer.url):
        page.goto(path)


def _unit(clerk: Page, address: str, unit: str) -> None:
    number = address.rstrip("/").rsplit("/", 1)[1]
    clerk.goto(f"{LIST}amt/reihen/{number}/einheit/")
    clerk.locator("#id_unit").fill(unit)
    clerk.locator("input[name=when][value=now]").check()
    clerk.locator("main form[method=post] [type=submit]").first.click()
    expect(clerk.locator(".sh-messages")).to_contain_text("Einheit")


def test_a_page_that_stands_open_takes_the_new_unit(open_page: Callable[..., Page]) -> None:
    clerk, sensor, overview = open_page(role="clerk"), open_page(), open_page()
    _listening(overview, LIST)
    row = overview.locator(GAUGE).first
    address = row.locator("a").get_attribute("href")
    assert address
    _listening(sensor, address)
    figure, said = sensor.locator(".sn-now .sn-value__figure"), sensor.locator("[data-unit-of]")
    expect(figure).to_contain_text("cm")
    before = int(figure.inner_text().split()[0])
    expect(said).to_be_hidden()
    _unit(clerk, address, "mm")
    expect(figure).to_have_text(f"{10 * before}\u00a0mm")
    expect(row.locator(".sn-value__figure")).to_have_text(f"{10 * before}\u00a0mm")
    expect(said).to_contain_text("gerade geändert")
    assert sensor.troubles.messages == []  # type: ignore[attr-defined]
    said.get_by_role("link").click()
    expect(said).to_be_hidden()
    _unit(clerk, address, "cm")
    expect(figure).to_contain_text("cm")
