# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Error pages: what happened, what is safe, what to do next.

A page of an error must not fail itself: where the database or the session is the trouble, ``render`` falls back to a
page that asks for nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template

log = logging.getLogger(__name__)

HIDDEN = ("csrfmiddlewaretoken", "password", "password1", "password2", "oldpassword", "code")
"""Fields that are never shown again."""


def _page(request: HttpRequest, name: str, status: int, values: Mapping[str, Any] | None = None) -> HttpResponse:
    template = get_template(f"ui/errors/{name}.html")
    context = {"status": status, **(values or {})}
    try:
        html = template.render(context, request)
    except Exception:
        log.exception("The error page %s could not be made with its frame", name)
        html = template.render({**context, "theme": "system"})
    return HttpResponse(html, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the request cannot be understood; 413 if it was only too long to be read."""
    if isinstance(exception, RequestDataTooBig):
        return too_large(request)
    return _page(request, "400", 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: known, but not allowed."""
    return _page(request, "403", 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: nothing here."""
    return _page(request, "404", 404)


def not_allowed(request: HttpRequest) -> HttpResponse:
    """405: the address is right, the way of asking is not."""
    return _page(request, "405", 405)


def too_large(request: HttpRequest) -> HttpResponse:
    """413: more was sent than we take."""
    return _page(request, "413", 413)


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """429: too often in too short a time."""
    return _page(request, "429", 429)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault."""
    return _page(request, "500", 500)


def unavailable(request: HttpRequest) -> HttpResponse:
    """503: maintenance."""
    response = _page(request, "503", 503)
    response.headers["Retry-After"] = "300"
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form is too old or came from elsewhere. What was written is shown, so that it can be kept or sent again."""
    written = [
        (name, value) for name, value in request.POST.items() if name not in HIDDEN and len(str(value).strip()) > 3
    ]
    return _page(request, "csrf", 403, {"written": written, "reason": reason})
