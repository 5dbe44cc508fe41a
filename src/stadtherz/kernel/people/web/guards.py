# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Every view says who may see it: ``@public``, ``@signed_in`` or ``@require("permission")``. A test walks all routes.

With ``keep_form=True`` a form that is sent after the session has ended is kept and shown filled again (``resume``).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import Any, TypeVar, overload

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.http import urlencode

from stadtherz.kernel.people.models import Person
from stadtherz.kernel.people.rules import may
from stadtherz.kernel.people.web import resume

View = Callable[..., HttpResponse]
Open = TypeVar("Open", bound=Callable[..., Any])


def public(view: Open) -> Open:
    """Open to everybody; says so where a reader and the route walk see it. Views and operations of the API alike."""
    view.access = "public"  # type: ignore[attr-defined]
    return view


@overload
def signed_in(view: View) -> View: ...
@overload
def signed_in(*, keep_form: bool = False) -> Callable[[View], View]: ...
def signed_in(view: View | None = None, *, keep_form: bool = False) -> View | Callable[[View], View]:
    """For anybody with an account; others are asked to sign in and come back."""

    def decorate(view: View) -> View:
        return _guard(view, access="signed_in", permission=None, keep_form=keep_form)

    return decorate(view) if view is not None else decorate


def fill_in_first(view: View) -> View:
    """A form for everybody, which only people with an account can send (``resume.sign_in_to_send``)."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return view(request, *args, **kwargs)
        return _resumed(view, request, *args, **kwargs)

    return public(guarded)


def require(permission: str, *, keep_form: bool = False) -> Callable[[View], View]:
    """For those whose role in this municipality has ``permission``; others get 403."""

    def decorate(view: View) -> View:
        return _guard(view, access=permission, permission=permission, keep_form=keep_form)

    return decorate


def _guard(view: View, *, access: str, permission: str | None, keep_form: bool) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            if keep_form and request.method == "POST":
                return resume.keep_form(request, resolve_url("account_login"))
            return _to_login(request)
        if permission is not None and not may(request.user, permission):
            raise PermissionDenied
        run = partial(_resumed, view) if keep_form else view
        return run(request, *args, **kwargs)

    guarded.access = access  # type: ignore[attr-defined]
    return guarded


def _resumed(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """The view with what was kept, which goes when the form has arrived."""
    resume.take_up(request)
    response = view(request, *args, **kwargs)
    resume.let_go(request, response)
    return response


def _to_login(request: HttpRequest) -> HttpResponse:
    """To the sign-in, which says that it is needed for this page, and back."""
    query = urlencode({"next": request.get_full_path(), "needed": "1"})
    return redirect(f"{resolve_url('account_login')}?{query}")


def signed_in_person(request: HttpRequest) -> Person:
    """Who is signed in: for views behind ``signed_in`` or ``require``."""
    assert isinstance(request.user, Person)
    return request.user
