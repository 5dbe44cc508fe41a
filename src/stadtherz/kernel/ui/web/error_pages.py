# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Gives bare answers of 405, 413 and 429 a page. Views answer them without a body; a person shall see words.

And tells the one refusal of the database that is always the sender's doing from faults of ours.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db import DataError, transaction
from django.http import HttpRequest, HttpResponse

from stadtherz.kernel.ui.web import errors

PAGES: dict[int, Callable[[HttpRequest], HttpResponse]] = {
    405: errors.not_allowed,
    413: errors.too_large,
    429: errors.too_many,
    503: errors.unavailable,
}


class ErrorPagesMiddleware:
    """Replaces an empty body of such an answer when the visitor's browser asks for HTML."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        make = PAGES.get(response.status_code)
        if make is None or response.streaming or response.content:
            return response
        if request.path.startswith("/api/") or "text/html" not in request.headers.get("Accept", ""):
            return response
        page = make(request)
        for name, value in response.headers.items():
            if name not in ("Content-Length", "Content-Type"):
                page.headers[name] = value
        return page

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """400 for a zero byte: PostgreSQL takes none in a text, and no visitor types one. Nothing of the request is kept."""
        if not (isinstance(exception, DataError) and "NUL (0x00)" in str(exception)):
            return None
        transaction.set_rollback(True)
        return errors.bad_request(request)
