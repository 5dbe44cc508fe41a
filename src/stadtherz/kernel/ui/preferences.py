# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a visitor chose about the looks of pages: light, dark, or as the system says. Kept in a cookie, nowhere else."""

from __future__ import annotations

from enum import StrEnum

from django.http import HttpRequest

COOKIE = "stadtherz_theme"
EASY_COOKIE = "stadtherz_easy"
KEEP_SECONDS = 365 * 24 * 60 * 60


class Theme(StrEnum):
    """Light or dark; ``SYSTEM`` follows the device."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


def chosen_theme(request: HttpRequest) -> Theme:
    """The visitor's choice; anything unknown in the cookie counts as none."""
    try:
        return Theme(request.COOKIES.get(COOKIE, Theme.SYSTEM))
    except ValueError:
        return Theme.SYSTEM


def reads_easy_language(request: HttpRequest) -> bool:
    """Whether the visitor asked for easy language, the variant of German with its own texts."""
    return bool(getattr(request, "easy_language", request.COOKIES.get(EASY_COOKIE) == "1"))
