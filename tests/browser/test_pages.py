# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Each page type in light and dark, wide and narrow, German and English: readable, operable, ours alone, light.

Not in all eight looks, but so that each two of light, width and language meet on a page or on its neighbour, which is
made of the same parts.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import nullcontext

import pytest
from playwright.sync_api import Page, expect

from tests.browser.checks import Weight, axe, enlarge_text, overflow, unfocused
from tests.browser.chromium import Look, change_look, follow, set_look
from tests.browser.pages import PAGES, PageType

pytestmark = pytest.mark.browser
BUDGET = 120_000
"""Bytes of HTML, CSS and JavaScript of a page without a map, compressed."""


WIDE_AND_NARROW = (
    (Look("light", 1280), Look("dark", 320)),
    (Look("dark", 1280), Look("light", 320)),
)
"""Two looks hold each light and each width once; pages that follow each other take the one pair and the other."""


def in_german(place: int) -> tuple[Look, Look]:
    """The looks of the page type at this place of ``PAGES``."""
    return WIDE_AND_NARROW[place % 2]


def in_english(place: int) -> Look:
    """A look that the page type has not had in German: of its neighbours, two are seen wide and two narrow."""
    return WIDE_AND_NARROW[1 - place % 2][place // 2 % 2]


def shows_the_frame(place: int) -> bool:
    """Head and foot are the same on all pages of a role: looked at on the first page of each pair of looks."""
    return all(PAGES[before].role != PAGES[place].role for before in range(place % 4, place, 4))


LISTS = {
    "sensor": ("/wissen/messwerte/", r"/wissen/messwerte/(\d+)/"),
    "source": ("/wissen/messwerte/amt/quellen/", r"href=\"/wissen/messwerte/amt/quellen/(\d+)/\""),
    "network": ("/wissen/messwerte/amt/quellen/", r"/wissen/messwerte/amt/quellen/(\d+)/uebernehmen/"),
    "device": ("/wissen/messwerte/amt/quellen/{source}/", r"/wissen/messwerte/amt/geraete/(\d+)/"),
    "field": ("/wissen/messwerte/amt/geraete/{device}/", r"/wissen/messwerte/amt/felder/(\d+)/\""),
    "station": ("/wissen/messwerte/amt/geraete/{device}/", r"/wissen/messwerte/amt/stationen/(\d+)/"),
    "idea": ("/mitreden/ideen/?process=ideen&order=supported", r"/mitreden/ideen/(\d+)/"),
    "answered idea": ("/mitreden/was-daraus-wurde/", r"/mitreden/ideen/(\d+)/"),
    "market": ("/ankommen/hindernisse/", r"/ankommen/hindernisse/(\d+)/\">Wochenmarkt"),
    "mail": ("/dev/mail/?q=new.moderator", r"/dev/mail/(\d+)/"),
    "invitation": ("/dev/mail/{mail}/", r"/account/invitation/([\w:.-]+)/"),
}
"""Where the number (or the sign) of one is found: on which page, and in what kind of address."""


def filled(page: Page, path: str) -> str:
    """The path with the numbers, which differ with what ran before."""
    for name, (lists, address) in LISTS.items():
        if f"{{{name}}}" in path:
            found = re.search(address, page.context.request.get(filled(page, lists)).text())
            assert found is not None, f"no {name} on {lists}"
            path = path.replace(f"{{{name}}}", found[1])
    return path


def go(page: Page, kind: PageType) -> None:
    """Open the page type and wait until its type faces have come; maps are waited for by tests of maps."""
    answer = page.goto(filled(page, kind.path))
    if kind.via:
        way = page.locator(kind.via).first
        if way.evaluate("part => part.matches('a')"):
            follow(way)
        else:  # a choice on the page itself
            way.click()
    else:
        assert answer is not None
        assert answer.status == kind.status
    expect(page.locator(kind.shows)).not_to_have_count(0)
    page.evaluate("document.fonts.ready.then(() => true)")


@pytest.mark.parametrize("place", range(len(PAGES)), ids=[str(kind) for kind in PAGES])
def test_page_is_for_everybody(place: int, page_of: Callable[..., Page]) -> None:
    kind, (first, second), frame = PAGES[place], in_german(place), shows_the_frame(place)
    page = page_of(kind.role)
    set_look(page, first)
    with Weight(page) if not kind.has_map else nullcontext() as weight:
        go(page, kind)
    assert page.locator("h1").count() == 1 or kind.name == "components"
    assert (axe(page, frame=frame), overflow(page)) == ([], [])
    assert weight is None or 0 < weight.bytes < BUDGET, weight.parts
    assert unfocused(page, frame=frame, steps=25 if frame else 15) == []
    enlarge_text(page)
    assert overflow(page) == []
    enlarge_text(page, 100)
    page.evaluate("() => { document.activeElement.blur(); scrollTo(0, 0) }")
    change_look(page, second)
    assert (axe(page, frame=frame), overflow(page)) == ([], [])
    assert page.troubles.messages == []  # type: ignore[attr-defined]
    assert page.troubles.foreign == []  # type: ignore[attr-defined]


PUBLIC = [place for place, kind in enumerate(PAGES) if not kind.role]


@pytest.mark.parametrize("place", PUBLIC, ids=[str(PAGES[place]) for place in PUBLIC])
def test_page_in_english(place: int, page_of: Callable[..., Page]) -> None:
    page = page_of("", language="en")
    set_look(page, in_english(place))
    go(page, PAGES[place])
    assert (axe(page, frame=shows_the_frame(place)), overflow(page)) == ([], [])
