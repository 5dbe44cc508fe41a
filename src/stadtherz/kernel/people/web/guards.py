# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Every view says who may see it: ``@public``, ``@signed_in`` or ``@require("permission")``. A test walks all routes."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from stadtherz.kernel.people.rules import may

View = Callable[..., HttpResponse]


def public(view: View) -> View:
    """Open to everybody; says so where a reader and the route walk see it."""
    view.access = "public"  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    """For anybody with an account; others are asked to sign in and come back."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    guarded.access = "signed_in"  # type: ignore[attr-defined]
    return guarded


def require(permission: str) -> Callable[[View], View]:
    """For those whose role in this municipality has ``permission``; others get 403."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not may(request.user, permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.access = permission  # type: ignore[attr-defined]
        return guarded

    return decorate
