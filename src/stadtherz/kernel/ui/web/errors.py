# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Error pages: what happened, what is safe, what to do next.

A page of an error must not fail itself: where the database or the session is the trouble, ``render`` falls back to a
page that asks for nothing.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template
from django.utils import translation
from django.utils.translation import gettext as _
from psycopg_pool import PoolTimeout

from stadtherz.kernel.api.errors import FULL, FULL_SECONDS
from stadtherz.kernel.api.refused import in_form_of
from stadtherz.kernel.database.away import is_away, is_full, log_words
from stadtherz.kernel.language.middleware import language_of
from stadtherz.kernel.ui.security_headers import headers_of_a_part

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
        html = _without_frame(template, context)
    return HttpResponse(html, status=status)


def _without_frame(template: Any, context: Mapping[str, Any]) -> str:
    """The page that asks for nothing; while even its style sheets are missing (an update cut off in the middle), bare words."""
    try:
        return str(template.render({**context, "theme": "system"}))
    except Exception:
        log.exception("An error page could not be made at all")
        phrase = HTTPStatus(context["status"]).phrase
        return f"<!doctype html><title>{phrase}</title><h1>{context['status']} {phrase}</h1><p lang=de>Bitte später noch einmal versuchen.</p>"


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
    """500: our fault; 503 while the database is away. To programs as a problem, also where no operation was reached."""
    error = sys.exc_info()[1]
    if error is not None and is_away(error):
        if not isinstance(error.__cause__ or error, PoolTimeout):  # that nobody reaches it, the pool says itself
            log.error("%s %s: %s", request.method, request.path, log_words(error))
        return without_database(request, full=is_full(error))
    if request.path.startswith("/api/"):
        with translation.override(language_of(request)):
            return _program(request, 500)
    return _page(request, "500", 500)


def _program(request: HttpRequest, status: int, words: str = "") -> HttpResponse:
    kind, document = in_form_of(request.path, status, words)
    return HttpResponse(document, status=status, content_type=kind)


def without_database(request: HttpRequest, *, full: bool = False) -> HttpResponse:
    """503, made without asking for anything: who sent something reads that it was not saved, and that the disk is ``full`` if so."""
    language = language_of(request)
    with translation.override(language):
        if request.path.startswith("/api/"):
            response = _program(request, 503, _(FULL) if full else "")
            response.headers["Retry-After"] = str(FULL_SECONDS if full else 5)
        else:
            values = {"status": 503, "full": full, "sent": request.method not in {"GET", "HEAD"}}
            html = _without_frame(get_template("ui/errors/503.html"), values)
            headers = headers_of_a_part(language) | {"Retry-After": "10", "Cache-Control": "no-store"}
            response = HttpResponse(html, status=503, headers=headers)
    response._has_been_logged = True  # type: ignore[attr-defined]  # Django would write a line for each visitor
    return response


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
