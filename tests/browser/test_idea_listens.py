# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""An open page of an idea hears of the town's answer and of new comments, says so, and does not jump."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chromium import follow

pytestmark = pytest.mark.browser
SEND = "main form[method=post] [type=submit]"


def _listening(page: Page, path: str) -> None:
    """Opens the page; when the stream's answer begins, the server has noted who listens."""
    with page.expect_response(lambda answer: "/live/participation.idea:" in answer.url):
        page.goto(path)


def _idea_to_answer(clerk: Page) -> str:
    clerk.goto("/mitreden/amt/antworten/")
    address = clerk.locator(".sh-work__title").first.get_attribute("href")
    assert address
    return address


def test_the_towns_answer_comes_in_by_itself_and_nothing_jumps(open_page: Callable[..., Page]) -> None:
    clerk, reader = open_page(role="clerk"), open_page(height=500)
    to_answer = _idea_to_answer(clerk)
    _listening(reader, to_answer.replace("amt/antworten", "ideen"))
    heading = reader.locator("#comments-title")
    heading.evaluate("element => element.scrollIntoView({block: 'center'})")
    before = heading.bounding_box()
    clerk.goto(to_answer)
    clerk.locator("input[name=status][value=planned]").check()
    clerk.locator("#id_answer").fill("Wir bauen im Frühjahr.")
    clerk.locator("#id_office").fill("Grünflächen")
    clerk.locator(SEND).first.click()
    said = reader.locator("[data-developments]")
    expect(said).to_have_text("Die Stadt hat geantwortet – anzeigen")
    expect(reader.locator("[data-part=timeline]")).to_contain_text("Wir bauen im Frühjahr.")
    expect(reader.locator("[data-part=status]")).to_contain_text("Geplant")
    after = heading.bounding_box()
    assert before
    assert after
    assert abs(after["y"] - before["y"]) < 2
    said.get_by_role("link").click()
    expect(reader.locator("#timeline")).to_be_focused()
    expect(said).to_be_empty()


def test_a_released_comment_appears_while_somebody_writes_one(open_page: Callable[..., Page]) -> None:
    moderator, writer, reader = open_page(role="moderator"), open_page(role="clerk"), open_page(role="resident")
    address = _idea_to_answer(writer).replace("amt/antworten", "ideen")
    writer.goto(address)
    writer.locator(".pt-comment-form textarea").fill("Gibt es dort Schatten?")
    follow(writer.locator(".pt-comment-form [type=submit]"))
    _listening(reader, address)
    own_words = reader.locator(".pt-comment-form textarea")
    own_words.fill("Ich schreibe noch")
    moderator.goto("/moderation/?kind=participation.comment")
    follow(moderator.locator(".sh-work__title", has_text="Gibt es dort Schatten?"))
    moderator.locator("button[value=release]").click()
    said = reader.locator("[data-developments]")
    expect(said).to_have_text("Ein neuer Kommentar ist da – anzeigen")
    expect(reader.locator("[data-part=comments]")).to_contain_text("Gibt es dort Schatten?")
    expect(own_words).to_have_value("Ich schreibe noch")
    expect(own_words).to_be_focused()
    assert reader.troubles.messages == []  # type: ignore[attr-defined]
