# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Limits as sliders, remembered by the device alone, and a way that is read without network."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chromium import follow

pytestmark = pytest.mark.browser
PAGE = "/ankommen/weg/"


def test_limits_are_set_with_the_keyboard_and_remembered_here_alone(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto(PAGE)
    page.locator("#id_aid_walker").check(force=True)
    page.locator(".wf-limits summary").press("Enter")
    slider = page.get_by_label("Bordsteine hinauf")
    before = slider.get_attribute("aria-valuetext")
    slider.press("ArrowLeft")
    assert slider.get_attribute("aria-valuetext") != before
    expect(page.locator(".wf-limit__said").first).to_have_attribute("aria-live", "off")  # said once, not twice
    chosen = page.locator("#id_kerb_up").input_value()
    page.get_by_role("button", name="Auf diesem Gerät merken").click()
    page.reload()
    expect(page.locator("#id_aid_walker")).to_be_checked()
    assert page.locator("#id_kerb_up").input_value() == chosen
    assert page.context.cookies() == [c for c in page.context.cookies() if "limit" not in c["name"]]
    page.locator(".wf-limits summary").click()
    page.get_by_role("button", name="Auf diesem Gerät vergessen").click()
    page.reload()
    expect(page.locator("#id_aid_walker")).not_to_be_checked()


def test_another_preset_brings_its_own_limits(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto(PAGE)
    page.locator("#id_aid_foot").check(force=True)
    assert page.locator("#id_steps").input_value() == "none"
    page.locator("#id_aid_scooter").check(force=True)
    assert page.locator("#id_steps").input_value() == "0"
    assert page.locator("[name=limits_of]").input_value() == "scooter"


def test_a_way_taken_along_is_read_without_network(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto(f"{PAGE}?start=WC+am+Stadtpark&goal=Spielwaren+Kreisel&aid=foot")
    steps = page.locator("#wf-steps li")
    count = steps.count()
    assert count > 2
    page.get_by_role("button", name="Ohne Netz mitnehmen").click()
    expect(page.locator("[data-take-said]")).to_contain_text("Mitgenommen")
    page.context.set_offline(True)
    said = page.locator(".wf-taken-along")
    expect(said).to_be_hidden()
    page.reload()
    expect(steps).to_have_count(count)
    expect(said).to_contain_text("Mitgenommen, Stand")
    # another way cannot be asked for; the list of those that were taken along comes instead, and says so
    page.goto(f"{PAGE}?start=Rathaus&goal=WC+am+Stadtpark&aid=foot")
    kept = page.locator("[data-ways-kept]")
    expect(kept).to_contain_text("Gerade gibt es kein Netz")
    expect(kept).to_contain_text("Spielwaren Kreisel")
    expect(kept).to_contain_text("Dein Weg: Zu Fuß")
    expect(page.locator("main h2:visible").first).to_have_text("Auf diesem Gerät mitgenommen")
    follow(kept.get_by_role("link"))
    expect(steps).to_have_count(count)
    page.context.set_offline(False)
    page.goto(PAGE)
    expect(kept).to_contain_text("Spielwaren Kreisel")
    expect(kept).not_to_contain_text("Gerade gibt es kein Netz", use_inner_text=True)
    kept.get_by_role("button").click()
    expect(kept).to_be_hidden()


def test_start_and_destination_are_chosen_on_the_map_by_keyboard(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto(PAGE)
    page.locator("#id_aid_foot").check(force=True)
    page.get_by_text("Auf der Karte wählen").click()
    plan = page.locator(".wf-choose stadt-map")
    expect(plan).to_have_attribute("data-ready", "")
    said = page.locator("[data-choose-said]")
    for name, asked, key in (("start", "Von wo?", "ArrowRight"), ("goal", "Wohin?", "ArrowRight")):
        plan.locator("canvas").focus()
        page.keyboard.press("Enter")
        expect(said).to_contain_text(asked)
        label = page.locator(f"#id_{name}").input_value()
        assert label
        assert page.locator(f"#id_{name}_at").input_value().endswith(f";{label}")
        zoomed = page.evaluate("document.querySelector('.wf-choose stadt-map').map.getCenter().toArray()")
        page.keyboard.press(key)
        page.wait_for_function(
            "was => document.querySelector('.wf-choose stadt-map').map.getCenter().toArray()[0] > was + 0.001",
            arg=zoomed[0],
        )
    follow(page.get_by_role("button", name="Weg finden"))
    expect(page.locator("#wf-steps li").first).to_be_visible()
    assert "which=" not in page.url
