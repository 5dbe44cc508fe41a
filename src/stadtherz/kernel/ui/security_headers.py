# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The Content-Security-Policy (W3C CSP Level 3): everything from ourselves, nothing inline, nothing evaluated. And no cache between
keeps the pages of somebody who is signed in (RFC 9111, section 5.2.2.7)."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; worker-src 'self' blob:; frame-ancestors 'none'; base-uri 'self'; form-action 'self'; "
    "object-src 'none'"
)


PERMISSIONS = "geolocation=(self), camera=(), microphone=()"


def headers_of_a_part(language: str) -> dict[str, str]:
    """What the middleware would set on a part of a page, for answers that pass by it (lanes)."""
    return {
        "Content-Language": language,
        "Content-Security-Policy": POLICY,
        "Cross-Origin-Opener-Policy": str(settings.SECURE_CROSS_ORIGIN_OPENER_POLICY),
        "Permissions-Policy": PERMISSIONS,
        "Referrer-Policy": str(settings.SECURE_REFERRER_POLICY),
        "Vary": "Accept-Language, Cookie",
        "X-Frame-Options": settings.X_FRAME_OPTIONS,
    }


class SecurityHeadersMiddleware:
    """Adds the headers that Django's own middleware does not set."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            # what somebody sees who is signed in belongs to no cache between; to go back to a form stays possible (people/web/leaving.py)
            response.headers.setdefault("Cache-Control", "private, no-cache")
        return response
