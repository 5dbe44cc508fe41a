# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What pages do with scripts, and that they do their work without."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.chromium import Look, follow

pytestmark = pytest.mark.browser
COMPONENTS = "/ui/components/"
KEPT_DRAFTS = "Object.keys(localStorage).filter(key => key.startsWith('stadtherz.draft.')).length"


def test_a_draft_comes_back_until_it_is_sent(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto(COMPONENTS)
    page.locator("#id_text").first.press_sequentially("Eine Bank")
    page.wait_for_function(f"() => {KEPT_DRAFTS} === 1")
    page.reload()
    offer = page.locator(".sh-draft")
    expect(offer).to_contain_text("Der Entwurf von")
    offer.get_by_role("button", name="Übernehmen").click()
    expect(page.locator("#id_text").first).to_have_value("Eine Bank")
    expect(offer).to_have_count(0)
    page.reload()
    offer.get_by_role("button", name="Verwerfen").click()
    expect(offer).to_have_count(0)
    assert page.evaluate(KEPT_DRAFTS) == 0
    page.reload()
    expect(page.locator("form[data-draft]").first).to_be_visible()
    expect(offer).to_have_count(0)


def test_what_is_written_before_the_script_has_come_is_kept_as_well(open_page: Callable[..., Page]) -> None:
    page = open_page()
    late: list[Route] = []
    page.route(re.compile(r"/ui/draft\b"), lambda route: late.append(route))  # noqa: PLW0108 - takes attributes
    with page.expect_request(re.compile(r"/ui/draft\b")):
        page.goto(COMPONENTS, wait_until="commit")
    page.locator("#id_text").first.fill("Eine Bank")
    late[0].continue_()
    page.wait_for_function(f"() => {KEPT_DRAFTS} === 1")


def test_a_second_click_sends_nothing(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto("/account/login/")
    sent = page.evaluate(
        """() => {
          const form = document.querySelector('main form:has([name=password])');
          let passed = 0;
          form.noValidate = true;
          form.addEventListener('submit', () => {});
          window.addEventListener('submit', event => { if (!event.defaultPrevented) passed += 1; event.preventDefault(); });
          const button = form.querySelector('[type=submit]');
          button.click(); button.click(); button.click();
          return passed;
        }"""
    )
    assert sent == 1


def test_a_page_that_was_kept_is_loaded_anew_once_its_person_has_left(open_page: Callable[..., Page]) -> None:
    page = open_page(role="resident")
    page.goto("/account/")
    back = "() => { window.kept = true; window.dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true})); }"
    page.wait_for_load_state("networkidle")
    page.evaluate(back)
    assert page.evaluate("window.kept"), "whoever only goes back finds what was written"
    (token,) = [cookie for cookie in page.context.cookies() if cookie["name"] == "stadtherz_csrf"]
    page.context.add_cookies([{"name": "stadtherz_csrf", "value": token["value"][::-1], "url": page.url}])
    page.evaluate(back)
    page.wait_for_function("() => window.kept === undefined")


def test_errors_take_the_focus_and_lead_to_their_field(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto(COMPONENTS)
    expect(page.locator("[data-error-summary]")).to_be_focused()
    page.locator("[data-error-summary] a").first.click()
    expect(page.locator("#id_w-title")).to_be_focused()


def test_characters_are_counted(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto(COMPONENTS)
    page.locator("#id_text").first.fill("x" * 1201)
    expect(page.locator("[data-counter]").first).to_have_text("1 Zeichen zu viel")


def test_a_table_sorts_numbers_and_leaves_gaps_last(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto(COMPONENTS)
    page.locator(".sh-sort", has_text="Kraftfahrzeuge").click()
    first = page.locator("table[data-sortable] tbody th")
    expect(first).to_have_text(["Königstraße", "Pariser Straße", "Lauterstraße"])
    expect(page.locator("th[aria-sort=ascending]")).to_have_count(1)


def test_keys_are_explained_and_can_be_switched_off(open_page: Callable[..., Page]) -> None:
    page = open_page(role="moderator")
    page.goto("/moderation/")
    expect(page.locator("#keys-switch")).to_be_checked()  # by the script that hears the keys
    page.keyboard.press("?")
    expect(page.locator("#keyboard-help dt", has_text="x")).to_have_count(1)
    page.locator("#keys-switch").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.classList.contains('sh-work__title')") is False


def test_keys_reach_only_the_reasons_that_are_open(open_page: Callable[..., Page]) -> None:
    """Return and decline have the same numbers: what is pressed belongs to what one sees."""
    page = open_page(role="moderator")
    page.goto("/moderation/")
    follow(page.locator(".sh-work__title").first)
    page.locator("[data-shortcut=d][aria-keyshortcuts]").wait_for()
    page.keyboard.press("d")
    expect(page.locator("#decide ~ details[open] summary")).to_be_focused()
    page.keyboard.press("2")
    assert page.locator("main input:checked").evaluate_all("all => all.map(one => one.id.split('-')[0])") == ["decline"]


def test_menus_open_and_close_by_keyboard(open_page: Callable[..., Page]) -> None:
    page = open_page(Look(width=320))
    page.goto("/")
    page.locator(".sh-menu > summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".sh-menu__body")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".sh-menu__body")).not_to_be_visible()
    expect(page.locator(".sh-menu > summary")).to_be_focused()


def test_appearance_and_language_without_scripts(open_page: Callable[..., Page]) -> None:
    page = open_page(Look(script=False))
    page.goto("/page/about/")
    page.locator(".sh-tools--wide summary", has_text="Darstellung").click()
    follow(page.locator(".sh-tools--wide button[value=dark]"))
    expect(page.locator("html[data-kern-theme=dark]")).to_have_count(1)
    page.locator(".sh-tools--wide summary", has_text="Deutsch").click()
    follow(page.locator(".sh-tools--wide button[value=en]"))
    expect(page.locator("html[lang=en]")).to_have_count(1)
    assert page.url.endswith("/page/about/")


def test_map_and_list_move_together(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto(COMPONENTS)
    pair = page.locator(".sh-map-pair")
    pair.scroll_into_view_if_needed()
    mark = pair.locator(".sh-point-mark[data-key='4']")
    mark.click()
    expect(pair.locator("[data-feature-id='4']")).to_have_attribute("data-selected", "")
    expect(pair.locator(".sh-popup")).to_contain_text("Hauptbahnhof")
    pair.locator("[data-feature-id='1'] a").focus()
    expect(pair.locator(".sh-point-mark[data-key='1']")).to_have_attribute("data-selected", "")
    expect(pair.locator(".sh-cluster-mark").first).to_have_text("2")


def test_a_place_is_chosen_by_keyboard(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto(COMPONENTS)
    picker = page.locator("stadt-map[mode=pick]")
    picker.scroll_into_view_if_needed()
    expect(picker).to_have_attribute("data-ready", "")
    picker.locator("canvas").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#sample-lat")).to_have_value("49.444000")
    expect(page.locator("#announcements")).to_contain_text("Gewählter Ort")
    picker.locator(".sh-pin-mark").focus()
    page.keyboard.press("ArrowUp")
    page.wait_for_function("() => Number(document.querySelector('#sample-lat').value) > 49.444")


def test_without_webgl_words_take_the_place_of_the_map(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    page.goto(COMPONENTS)
    expect(page.locator(".sh-map__note").first).to_contain_text("Die Liste daneben sagt dasselbe")


def test_a_page_without_a_map_fetches_no_map_library(open_page: Callable[..., Page]) -> None:
    page = open_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/page/about/")
    page.wait_for_load_state("networkidle")
    assert [url for url in asked if "maplibre" in url or ("/map." in url and url.endswith(".js"))] == []


def test_a_printed_table_keeps_the_headings_by_which_it_was_sorted(open_page: Callable[..., Page]) -> None:
    page = open_page(Look(), role="clerk")
    page.goto("/ankommen/amt/luecken/?frage=surface")
    heading = page.locator("th .sh-sort").first
    expect(heading).to_be_visible()
    page.emulate_media(media="print")
    expect(heading).to_be_visible()
    expect(page.locator(".sh-header button").first).to_be_hidden()


#: waits up to a minute (a condition that is awaited would count as true at once)
IS_ROUND_KEPT = """async () => {
  for (let tries = 0; tries < 1200; tries += 1) {
    const kept = (await (await caches.open("stadtherz-round")).keys()).map(({ url }) => url);
    const own = performance.getEntriesByType("resource").map(({ name }) => name).filter((name) => /\\/wayfinding\\/.+\\.js$/.test(name));
    const whole = [location.href, ...own].every((url) => kept.includes(url)) && own.length > 0;
    if (whole && navigator.serviceWorker.controller?.state === "activated") return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}"""


def test_a_round_that_was_put_away_without_network_goes_on(open_page: Callable[..., Page]) -> None:
    """A phone throws pages away while its camera is open: the round is there again, at the question after the answered one."""
    page = open_page(Look(width=320))
    page.goto("/ankommen/mithelfen/runde/")
    assert page.evaluate(IS_ROUND_KEPT)
    questions = page.locator("[data-question]:visible")
    first = questions.locator("form").get_attribute("action")
    page.context.set_offline(True)
    questions.locator(".wf-choice label").first.click()
    if questions.locator("[name=uphill]").count():
        questions.locator("[name=uphill]").first.check()
    questions.locator("[type=submit]").click()
    page.reload()
    expect(questions).to_have_count(1)
    assert questions.locator("form").get_attribute("action") != first
    expect(page.locator("[data-survey-waiting]")).to_contain_text("1 Antwort wartet")
    page.context.set_offline(False)
    expect(page.locator("[data-survey-waiting]")).to_be_hidden()


def test_a_round_of_questions_without_network(open_page: Callable[..., Page]) -> None:
    """Answers wait on the phone and arrive when the network is back; unanswered forms are not sent."""
    page = open_page(Look(width=320))
    page.goto("/ankommen/mithelfen/runde/")
    questions = page.locator("[data-question]:visible")
    expect(questions).to_have_count(1)
    page.context.set_offline(True)
    questions.locator("[type=submit]").click()
    expect(page.locator("[data-survey-said]")).to_have_text("Bitte wähle eine Antwort.")
    for count in (1, 2):
        questions.locator(".wf-choice label").first.click()
        if questions.locator("[name=uphill]").count():
            questions.locator("[name=uphill]").first.check()
        questions.locator("[type=submit]").click()
        waiting = "1 Antwort wartet" if count == 1 else "2 Antworten warten"
        expect(page.locator("[data-survey-waiting]")).to_contain_text(waiting)
        expect(questions.locator("h2")).to_be_focused()
    page.context.set_offline(False)
    expect(page.locator("[data-survey-waiting]")).to_be_hidden()
    expect(page.locator("[data-survey-said]")).to_contain_text("angekommen")
    assert page.evaluate("localStorage.getItem('stadtherz-survey')") == "[]"
