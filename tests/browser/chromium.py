# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""One Chromium for all browser tests of a package, and pages in the look a test asks for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    StorageState,
    expect,
    sync_playwright,
)

from stadtherz.ops import packages
from tests.browser.preparation import PASSWORD, address_of
from tests.browser.town import TownServer

ARGUMENTS = [
    "--no-sandbox",
    "--use-gl=angle",
    "--use-angle=swiftshader",  # maps need WebGL, and no machine of ours has a graphics card
    "--enable-unsafe-swiftshader",
    "--disable-gpu-compositing",  # everything else is painted without the imitated card: a third less to compute
    "--disable-gpu-rasterization",
]
PATIENCE = 90_000
"""Milliseconds until what was expected counts as not coming: a busy machine is no fault of a page."""
WITHOUT_WEBGL = """
const given = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
  return kind.startsWith("webgl") ? null : given.call(this, kind, ...more);
};
"""
UNPAINTED_MAPS = """
for (const kind of [globalThis.WebGLRenderingContext, globalThis.WebGL2RenderingContext]) {
  for (const name of ["drawElements", "drawArrays", "drawElementsInstanced", "drawArraysInstanced"]) {
    if (kind && kind.prototype[name]) kind.prototype[name] = () => undefined;
  }
}
"""
"""Maps load, listen and say everything, but a machine without a graphics card need not paint their pixels."""


@dataclass(frozen=True, slots=True)
class Look:
    """How somebody looks at a page."""

    theme: str = "light"
    width: int = 1280
    language: str = "de"
    script: bool = True

    def __str__(self) -> str:
        return f"{self.theme}-{self.width}-{self.language}"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whose browser it is. Light and size are a matter of the page: one browser serves all of them."""

    role: str = ""
    language: str = "de"
    script: bool = True


@dataclass(slots=True)
class Troubles:
    """What went wrong while a page was shown, and whom it asked."""

    messages: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    path = packages.browser()
    if path is None:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def _sessions() -> dict[str, StorageState]:
    """Cookies of the roles that have signed in already."""
    return {}


def _sign_in(context: BrowserContext, server: TownServer, role: str) -> None:
    page = context.new_page()
    page.goto(f"{server.url}/account/login/")
    page.locator("main input[name=login]").fill(address_of(role))
    page.locator("main input[name=password]").fill(PASSWORD)
    page.locator("main form:has(input[name=password]) [type=submit]").first.click()
    page.wait_for_url(lambda url: "/login" not in url)
    page.close()


def _new_context(
    chromium: Browser, server: TownServer, sessions: dict[str, StorageState], visitor: Visitor
) -> BrowserContext:
    """A browser of somebody's own: cookies, storage and cache, signed in if a role is named."""
    role = visitor.role
    if role and role not in sessions:
        entrance = chromium.new_context(locale="de-DE")
        entrance.set_default_timeout(PATIENCE)
        _sign_in(entrance, server, role)
        sessions[role] = entrance.storage_state()
        entrance.close()
    context = chromium.new_context(
        locale="de-DE" if visitor.language == "de" else "en-GB",
        timezone_id="Europe/Berlin",
        reduced_motion="reduce",
        java_script_enabled=visitor.script,
        base_url=server.url,
        storage_state=sessions[role] if role else None,
    )
    context.set_default_timeout(PATIENCE)
    return context


def _new_page(context: BrowserContext, server: TownServer, before: str) -> Page:
    """An empty page; it carries ``page.troubles``. ``before``: a script of the test that runs before those of the page."""
    page = context.new_page()
    if before:
        page.add_init_script(before)
    page.troubles = Troubles()  # type: ignore[attr-defined]
    page.on("console", lambda message: _note(page.troubles, message))  # type: ignore[attr-defined]
    page.on("pageerror", lambda error: page.troubles.messages.append(str(error)))  # type: ignore[attr-defined]
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith((server.url, "http://kusel.localhost", "data:", "blob:"))
            else page.troubles.foreign.append(request.url)  # type: ignore[attr-defined]
        ),
    )
    return page


@dataclass(slots=True)
class Kept:
    """Browsers that tests use one after the other, since one that has compiled our scripts shows a page in a third of the
    time; between two tests each forgets everything but that."""

    chromium: Browser
    server: TownServer
    sessions: dict[str, StorageState]
    known: dict[tuple[Visitor, int], BrowserContext] = field(default_factory=dict)

    def context(self, visitor: Visitor, number: int = 0) -> BrowserContext:
        """``number`` counts the browsers of this visitor that one test uses."""
        place = (visitor, number)
        if place not in self.known:
            self.known[place] = _new_context(self.chromium, self.server, self.sessions, visitor)
        return self.known[place]

    def forget(self, page: Page, role: str) -> None:
        """The page goes first: a draft that it keeps on leaving would come after the emptying."""
        context = page.context
        page.close()
        context.set_offline(False)
        context.clear_permissions()
        storage = {"origin": self.server.url, "storageTypes": "local_storage,indexeddb,service_workers,cache_storage"}
        empty = context.new_page()
        context.new_cdp_session(empty).send("Storage.clearDataForOrigin", storage)
        empty.close()
        context.clear_cookies()
        if role:
            context.add_cookies(self.sessions[role]["cookies"])  # type: ignore[arg-type]


@pytest.fixture(scope="package")
def _kept(chromium: Browser, live_town_server: TownServer, _sessions: dict[str, StorageState]) -> Iterator[Kept]:
    kept = Kept(chromium, live_town_server, _sessions)
    yield kept
    for context in kept.known.values():
        context.close()


@pytest.fixture
def open_page(_kept: Kept) -> Iterator[Callable[..., Page]]:
    """``open_page(look, role="clerk")``: an empty page in this look, signed in if a role is named; ``painted``: maps too.

    The page carries ``page.troubles`` with console errors and requests to others.
    """
    pages: list[tuple[Page, str]] = []
    used: Counter[Visitor] = Counter()

    def make(look: Look | None = None, *, role: str = "", height: int = 900, painted: bool = False) -> Page:
        look = look or Look()
        visitor = Visitor(role, look.language, look.script)
        page = _new_page(_kept.context(visitor, used[visitor]), _kept.server, "" if painted else UNPAINTED_MAPS)
        set_look(page, look, height)
        used[visitor] += 1
        pages.append((page, role))
        return page

    yield make
    for page, role in pages:
        _kept.forget(page, role)


@pytest.fixture(scope="module")
def page_of(_kept: Kept) -> Iterator[Callable[..., Page]]:
    """``page_of(role, language="en")``: a page that is kept for all tests of a file, its troubles empty again.

    The one in English belongs to a browser that cannot draw maps, and shows the words in their place; in the other
    ones maps stay unpainted.
    """
    pages: dict[tuple[str, str], Page] = {}

    def turned_to(role: str, *, language: str = "de") -> Page:
        if (role, language) not in pages:
            before = WITHOUT_WEBGL if language == "en" else UNPAINTED_MAPS
            pages[role, language] = _new_page(_kept.context(Visitor(role, language)), _kept.server, before)
        page = pages[role, language]
        page.troubles = Troubles()  # type: ignore[attr-defined]
        return page

    yield turned_to
    for (role, _language), page in pages.items():
        _kept.forget(page, role)


def follow(link: Locator) -> None:
    """Click what leads to another page, and wait until that one is there: who asks at once is answered by the one that goes."""
    with link.page.expect_navigation():
        link.click()


def set_look(page: Page, look: Look, height: int = 900) -> None:
    """Light and width for the page that will be loaded next."""
    page.emulate_media(color_scheme="dark" if look.theme == "dark" else "light", reduced_motion="reduce")
    page.set_viewport_size({"width": look.width, "height": height})


def change_look(page: Page, look: Look) -> None:
    """The page that is shown, in another light and width, without loading it again."""
    set_look(page, look)
    page.evaluate("new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))")


def _note(troubles: Troubles, message: ConsoleMessage) -> None:
    if message.type == "error" and "Failed to load resource" not in message.text:
        troubles.messages.append(message.text)
