# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is in the way, in a browser: a clerk draws it."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_an_area_is_drawn_where_one_clicks(open_page: Callable[..., Page]) -> None:
    """The map stays where it is while corners are set, and no pin is left that would set more when it is moved."""
    page = open_page(role="clerk")
    page.goto("/ankommen/amt/hindernisse/neu/")
    plan = page.locator(".wo-draw stadt-map")
    plan.scroll_into_view_if_needed()
    expect(plan).to_have_attribute("data-ready", "", timeout=20_000)
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
