# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The visitor's seed for the fair order: a number in a cookie that says nothing about the visitor."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from stadtherz.kernel.ui.asked import whole_number

COOKIE = "stadtherz_order"


def seed_of(request: HttpRequest) -> int:
    """The visitor's seed: from the link to a next page, from the cookie, or a new one."""
    for written in (request.GET.get("seed", ""), request.COOKIES.get(COOKIE, "")):
        if (seed := whole_number(written, digits=9)) is not None:
            return seed
    return secrets.randbelow(10**9)


def remember(response: HttpResponse, seed: int) -> None:
    """Keep the order until the browser is closed."""
    response.set_cookie(COOKIE, str(seed), samesite="Lax", httponly=True, secure=settings.PRODUCTION)
