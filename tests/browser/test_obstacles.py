# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is in the way, in a browser: a clerk draws it, and a report waits on the phone for a network or an account."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.chromium import Look

#: a picture of one pixel
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGOIiooCAAIgAQ/kH0CsAAAAAElFTkSuQmCC"
OBSTACLE = re.compile(r"/ankommen/hindernisse/\d+/$")
pytestmark = pytest.mark.browser


def test_an_area_is_drawn_where_one_clicks(open_page: Callable[..., Page]) -> None:
    """The map stays where it is while corners are set, and no pin is left that would set more when it is moved."""
    page = open_page(role="clerk")
    page.goto("/ankommen/amt/hindernisse/neu/")
    plan = page.locator(".wo-draw stadt-map")
    plan.scroll_into_view_if_needed()
    expect(plan).to_have_attribute("data-ready", "")
    page.get_by_label("Gebiet").check()
    box = plan.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    corners = ((-60, -60), (60, -60), (60, 60), (-60, 60))
    for number, (right, down) in enumerate(corners, 1):
        page.mouse.click(x + right, y + down)
        expect(page.locator(".wo-tools")).to_contain_text(f"{number} Ecken")
    assert plan.bounding_box() == box
    expect(plan.locator(".sh-pin-mark")).to_have_count(0)
    drawn = json.loads(page.locator("#id_geometry").input_value())["coordinates"][0]
    (west, north), (east, up), (right, south), (left, down), end = drawn
    assert (west, up, east, south) == pytest.approx((left, north, right, down), abs=1e-6)
    assert end == drawn[0]
    page.get_by_role("button", name="Neu zeichnen").click()
    page.locator(".wo-draw [type=submit]").last.click()
    expect(page.locator("[data-error-summary]")).to_contain_text("ein Gebiet drei")


def test_once_or_every_week_asks_only_for_what_it_needs(open_page: Callable[..., Page]) -> None:
    page = open_page(role="clerk")
    page.goto("/ankommen/amt/hindernisse/neu/")
    once, weekly = page.locator("#id_begins"), page.locator("#id_starts")
    expect(once).to_be_visible()
    expect(weekly).to_be_hidden()
    page.get_by_label("Jede Woche").check()
    expect(once).to_be_hidden()
    expect(weekly).to_be_visible()
    page.get_by_label("Samstag").check()
    page.locator(".wo-draw [type=submit]").last.click()
    expect(page.locator("[data-error-summary]")).to_contain_text("Bis wie viel Uhr?")
    expect(page.get_by_label("Samstag")).to_be_checked()
    expect(weekly).to_be_visible()


def report(page: Page, kind: str, where: str) -> None:
    page.locator("#id_place_label").fill(where)
    page.locator("#id_picture").set_input_files(
        {"name": "photo.png", "mimeType": "image/png", "buffer": base64.b64decode(PIXEL)}
    )
    page.locator(f"button.wo-kind[value={kind}]").click()


def test_a_report_without_network_arrives_later(open_page: Callable[..., Page]) -> None:
    page = open_page(Look(width=320), role="resident")
    page.goto("/ankommen/hindernisse/melden/")
    expect(page.locator("[data-report-outcome] .sh-notice")).to_be_hidden()
    page.context.set_offline(True)
    report(page, "ice", "Stadtmuseum")
    expect(page.locator("[data-report-outcome]")).to_contain_text("bleibt auf diesem Gerät")
    expect(page.locator("[data-report-outcome] a")).to_be_hidden()
    expect(page.locator("#id_place_label")).to_have_value("")
    page.context.set_offline(False)
    page.wait_for_url(OBSTACLE)
    expect(page.locator("h1")).to_have_text("Eis oder Schnee")
    expect(page.locator("main")).to_contain_text("wartet auf die Moderation")


def test_a_tap_while_another_report_is_still_being_sent_is_not_lost(open_page: Callable[..., Page]) -> None:
    page = open_page(role="resident")
    page.goto("/ankommen/hindernisse/melden/")
    page.context.set_offline(True)
    report(page, "ice", "Stadtmuseum")
    expect(page.locator("[data-report-outcome]")).to_contain_text("bleibt auf diesem Gerät")
    late: list[Route] = []
    page.route(lambda _url: not late, lambda route: late.append(route))  # noqa: PLW0108 - takes attributes
    with page.expect_request("**/ankommen/hindernisse/melden/"):
        page.context.set_offline(False)
    report(page, "works", "Kammertheater")
    late[0].continue_()
    page.wait_for_url(OBSTACLE)
    expect(page.locator("h1")).to_have_text("Baustelle")


def test_a_page_that_is_older_than_the_sign_in_sends_the_report_all_the_same(open_page: Callable[..., Page]) -> None:
    page = open_page(role="resident")
    page.goto("/ankommen/hindernisse/melden/")
    page.locator("[data-report] [name=csrfmiddlewaretoken]").evaluate("field => (field.value = 'x'.repeat(64))")
    report(page, "other", "Kammertheater")
    page.wait_for_url(OBSTACLE)
    expect(page.locator("main")).to_contain_text("wartet auf die Moderation")


def test_who_reports_without_an_account_takes_no_photo_twice(open_page: Callable[..., Page]) -> None:
    page = open_page(Look(width=320))
    page.goto("/ankommen/hindernisse/melden/")
    report(page, "works", "Stadtbibliothek")
    page.wait_for_url("**/account/login/**")
    expect(page.locator("main")).to_contain_text("Deine Meldung wartet auf diesem Gerät")
    page.locator("main input[name=login]").fill("resident@example.org")
    page.locator("main input[name=password]").fill("stadtherz-demo")
    page.locator("main form:has([name=password]) [type=submit]").first.click()
    page.wait_for_url(OBSTACLE)
    expect(page.locator("main")).to_contain_text("wartet auf die Moderation")
