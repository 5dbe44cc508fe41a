# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What every operation passes on its way in: is the service switched on, who calls, how often; and out: headers, errors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from stadtherz.kernel.api.errors import answer_to, problem
from stadtherz.kernel.api.keys import key_of
from stadtherz.kernel.api.limits import take, visitor
from stadtherz.kernel.municipalities.active import active, active_id

PER_SECONDS = 60
WITHOUT_KEY, WITH_KEY = 240, 1200
READING = ("GET", "HEAD")

View = Callable[..., HttpResponse]


def door(
    view: View,
    service_key: str | None = None,
    *,
    limits: tuple[int, int] | None = None,
    shared: Sequence[str] = READING,
) -> View:
    """Wrap an operation's view. ``service_key``: the service that must be switched on here; ``limits``: requests a minute
    without and with a key; ``shared``: what pages of other sites may use: more than reading where a POST only asks, or where they may
    write with a key (a session's cookie is never part of it)."""

    @wraps(view)
    def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            answer = _through(view, service_key, limits, request, *args, **kwargs)
        except Exception as error:
            answer = answer_to(error)
        if answer.status_code == 405 and not answer.content.startswith(b"{"):
            answer = problem(405, Allow=_takes(answer))
        answer.headers.setdefault("Cache-Control", "no-store" if request.headers.get("Authorization") else "no-cache")
        patch_vary_headers(answer, ["Authorization"])
        _share(request, answer, shared)
        return answer

    entered.csrf_exempt = True  # type: ignore[attr-defined]  # an operation for sessions checks the token itself
    entered.is_operation = True  # type: ignore[attr-defined]  # the route walk asks the operations who may call them
    return entered


def _through(
    view: View, service_key: str | None, limits: tuple[int, int] | None, request: HttpRequest, *args: Any, **kwargs: Any
) -> HttpResponse:
    if service_key in settings.SERVICE_KEYS and not active().offers(service_key or ""):
        raise Http404
    if request.method == "OPTIONS":
        request.api_key = None  # type: ignore[attr-defined]
        return HttpResponse(status=204, headers={"Allow": _takes(view(request, *args, **kwargs))})
    key = key_of(request)
    request.api_key = key  # type: ignore[attr-defined]
    without_key, with_key = limits or (WITHOUT_KEY, WITH_KEY)
    who, limit = (f"key:{key.pk}", with_key) if key else (f"ip:{visitor(request)}", without_key)
    taken = take(f"api:{active_id()}:{who}", limit=limit, per_seconds=PER_SECONDS)
    if not taken.allowed:
        return problem(429, Retry_After=str(taken.retry_after))
    asked = request.method
    if asked == "HEAD":
        request.method = "GET"  # the server leaves the body out (RFC 9110, section 9.3.2)
    answer = view(request, *args, **kwargs)
    request.method = asked
    answer.headers["RateLimit-Remaining"] = str(taken.remaining)
    return answer


def _takes(refusal: HttpResponse) -> str:
    """What the address takes (RFC 9110, section 10.2.1): an operation names its own methods when it refuses one."""
    named = [each.strip() for each in refusal.headers.get("Allow", "GET").split(",")]
    head = ["HEAD"] if "GET" in named and "HEAD" not in named else []
    return ", ".join([*named, *head, *([] if "OPTIONS" in named else ["OPTIONS"])])


def _share(request: HttpRequest, answer: HttpResponse, shared: Sequence[str]) -> None:
    """Pages of other sites may read what is public; cookies are never part of it (Fetch standard, CORS protocol)."""
    if "Origin" not in request.headers:
        return
    if request.method in shared or request.method == "OPTIONS":
        answer.headers["Access-Control-Allow-Origin"] = "*"
        answer.headers["Access-Control-Expose-Headers"] = "Retry-After, RateLimit-Remaining, Link, Location"
    if request.method == "OPTIONS":
        answer.headers["Access-Control-Allow-Methods"] = ", ".join(shared)
        asked = (
            "Authorization, Content-Type, If-None-Match, Prefer" if "POST" in shared else "Authorization, If-None-Match"
        )
        answer.headers["Access-Control-Allow-Headers"] = asked
        answer.headers["Access-Control-Max-Age"] = "86400"


def nothing_here(request: HttpRequest, **_path: Any) -> HttpResponse:
    """Any address below /api/ that no operation has."""
    raise Http404


nothing_here.access = "public"  # type: ignore[attr-defined]
