# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is asked of every page: nothing serious from axe, nothing wider than the screen, a visible focus, small weight."""

from __future__ import annotations

import gzip
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules/axe-core/axe.min.js"
SERIOUS = {"serious", "critical"}
AXE_OPTIONS = {
    "resultTypes": ["violations"],
    "preload": False,
    "rules": {"region": {"enabled": False}},  # of moderate weight, so its findings would be left out below
}


@cache
def _axe_source() -> str:
    return AXE.read_text(encoding="utf-8")


def axe(page: Page, *, frame: bool = True) -> list[str]:
    """Serious and critical findings of axe-core as readable lines; the picture of a map is not looked at.

    ``frame``: also head and foot of the page, which all pages share.
    """
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(_axe_source())
    shared = [] if frame else [["body > header"], ["body > footer"]]
    scope = {"exclude": [[".maplibregl-canvas"], *shared]}
    found = page.evaluate("([scope, options]) => axe.run(scope, options).then(r => r.violations)", [scope, AXE_OPTIONS])
    return [
        f"{finding['id']}: {finding['help']} – {node['html'][:160]} ({(node.get('failureSummary') or '')[-160:]})"
        for finding in found
        if finding["impact"] in SERIOUS
        for node in finding["nodes"][:3]
    ]


def overflow(page: Page) -> list[str]:
    """Elements that make the page wider than the screen (WCAG 2.2, 1.4.10); empty when nothing does."""
    return page.evaluate(  # type: ignore[no-any-return]
        """() => {
          const width = document.documentElement.clientWidth;
          if (document.documentElement.scrollWidth <= width) return [];
          return [...document.querySelectorAll('body *')]
            .filter(e => e.getBoundingClientRect().right > width + 1 && getComputedStyle(e).position !== 'absolute')
            .slice(0, 5).map(e => e.outerHTML.slice(0, 140));
        }"""
    )


def unfocused(page: Page, *, steps: int = 25, frame: bool = True) -> list[str]:
    """Walk with the tabulator; elements that take the focus without showing it (WCAG 2.2, 2.4.7).

    Without ``frame`` the walk begins behind the head of the page, where the link "Skip to the content" leads.
    """
    if not frame:
        page.evaluate("document.querySelector('#main')?.focus()")  # a frame for other sites has none
    page.evaluate(
        """() => {
          const shown = (x, pseudo) => {
            const s = getComputedStyle(x, pseudo);
            return (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2) || s.boxShadow !== 'none';
          };
          const walk = globalThis.focusWalk = { taken: 0, lost: [] };
          walk.look = ({ target: e }) => {
            walk.taken += 1;
            const around = e.closest('li, .sh-card, .sh-row');
            if (!(shown(e) || shown(e, '::after') || (around && shown(around)))) walk.lost.push(e.outerHTML.slice(0, 140));
          };
          document.addEventListener('focusin', walk.look);
        }"""
    )
    for _ in range(steps):
        page.keyboard.press("Tab")
    taken, lost = page.evaluate(
        "() => (document.removeEventListener('focusin', focusWalk.look), [focusWalk.taken, focusWalk.lost])"
    )
    assert taken, "The tabulator reached nothing."
    return lost  # type: ignore[no-any-return]


def enlarge_text(page: Page, percent: int = 200) -> None:
    """What a reader does who sets the browser's text size (WCAG 2.2, 1.4.4)."""
    page.evaluate("percent => { document.documentElement.style.fontSize = percent + '%' }", percent)


class Weight:
    """Listens to a page and weighs its HTML, style sheets and scripts as they are compressed for the way."""

    def __init__(self, page: Page) -> None:
        self.parts: dict[str, int] = {}
        self._page, self._asked = page, 0

    def __enter__(self) -> Weight:
        self._page.on("response", self._take)
        return self

    def __exit__(self, *_: object) -> None:
        self._page.remove_listener("response", self._take)
        while self._asked:  # asking for a body lets the test go on meanwhile
            self._page.wait_for_timeout(10)

    def _take(self, response: Any) -> None:
        if response.request.resource_type in ("document", "stylesheet", "script") and response.ok:
            self._asked += 1
            try:
                self.parts[response.url] = len(gzip.compress(response.body(), 6))
            finally:
                self._asked -= 1

    @property
    def bytes(self) -> int:
        return sum(self.parts.values())
