# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Every page type of the platform, one line each. ``test_pages`` looks at all of them in all looks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PageType:
    """A page type: where it is, and who sees it.

    ``via`` is a CSS selector of a link on ``path`` that leads to the page, for pages whose address is not known
    beforehand. ``has_map``: may weigh more. ``german``: its words are German in every language.
    """

    name: str
    path: str
    role: str = ""
    status: int = 200
    via: str = ""
    has_map: bool = False

    def __str__(self) -> str:
        return self.name


PAGES = (
    PageType("home", "/", has_map=True),
    PageType("door", "/door/take-part/"),
    PageType("door without services", "/door/arrive/"),
    PageType("search", "/search/?q=Spielplatz"),
    PageType("search without hits", "/search/?q=xyzzy"),
    PageType("components", "/ui/components/", has_map=True),
    PageType("imprint", "/page/imprint/"),
    PageType("privacy", "/page/privacy/"),
    PageType("accessibility", "/page/accessibility/"),
    PageType("about", "/page/about/"),
    PageType("not found", "/there-is-nothing-here/", status=404),
    PageType("sign in", "/account/login/"),
    PageType("sign up", "/account/signup/"),
)
