# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Django's own protection against forged requests (CSRF), for lanes that browsers use with their cookies."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware


class _Check(CsrfViewMiddleware):
    """Says whether it would refuse; the page with the words is the ordinary page's matter."""

    def _reject(self, request: HttpRequest, reason: str) -> Any:
        return reason


def _page(_request: HttpRequest) -> HttpResponse:
    return HttpResponse()


_check = _Check(_page)


def is_forged(request: WSGIRequest) -> bool:
    """Whether cookie, token and origin do not fit together. Afterwards ``get_token(request)`` gives a token for forms."""
    try:
        _check.process_request(request)
        return _check.process_view(request, _page, (), {}) is not None
    except SuspiciousOperation:  # too many fields, an unreadable host: the ordinary page says what is wrong
        return True
