# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which pictures stand in docs/screenshots, one line each."""

from __future__ import annotations

from dataclasses import dataclass

from tests.browser.chromium import Look


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: ``via`` is a CSS selector of a link to follow, ``submit`` one of a button to press before."""

    name: str
    path: str
    look: Look = Look()  # noqa: RUF009  frozen
    role: str = ""
    via: str = ""
    submit: str = ""
    town: str = ""
    height: int = 900
    whole: bool = False
    wait_for: str = ""


DARK, NARROW, ENGLISH = Look(theme="dark"), Look(width=320), Look(language="en")

PICTURES = (
    Picture("home", "/", whole=True),
    Picture("home-dark", "/", DARK, whole=True),
    Picture("home-320", "/", NARROW, whole=True),
    Picture("home-english", "/", ENGLISH, whole=True),
    Picture("home-kusel", "/", town="kusel"),
    Picture("search", "/search/?q=Spielplatz"),
    Picture("not-found", "/there-is-nothing-here/"),
    Picture("components", "/ui/components/"),
    Picture("sign-in", "/account/login/"),
)
