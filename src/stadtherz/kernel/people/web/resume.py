# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A form that was sent after the session had ended is not lost: it is kept for an hour and shown filled after sign-in.

How a service uses it::

    @signed_in(keep_form=True)
    def write_idea(request):
        form = IdeaForm(request.POST or kept_form(request))

A form that everybody may fill in works the same way: who sends it without an account is asked to sign in only then::

    @fill_in_first
    def write_idea(request):
        ...
        if form.is_valid() and not request.user.is_authenticated:
            return sign_in_to_send(request)

What was written is sealed with a key that lies in a cookie of the browser that sent it, so that nobody else can open it,
not even with a copy of the database. Uploaded files are not kept; the page says so.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from hashlib import sha256

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from stadtherz.kernel.people.models import KeptForm, Person, Session
from stadtherz.kernel.people.sealing import SealBroken, seal, unseal

COOKIE = "stadtherz_kept"
PARAMETER = "kept"
KEEP = timedelta(hours=1)
LARGEST = 1024 * 1024
HAD_FILES = "kept_without_files"
NOT_KEPT = ("csrfmiddlewaretoken", "password", "password1", "password2")


def sign_in_to_send(request: HttpRequest) -> HttpResponse:
    """Keep a form that somebody without an account filled in, and lead to the sign-in and back."""
    from django.shortcuts import resolve_url

    words = _("Almost there: what you wrote is kept for an hour. Sign in or open an account, then you can send it.")
    return keep_form(request, resolve_url("account_login"), words)


def keep_form(request: HttpRequest, login_url: str, words: str = "") -> HttpResponse:
    """Seal the sent form, remember it for this browser, and lead to the sign-in and back; ``words`` say why."""
    from django.contrib.auth.views import redirect_to_login

    data = request.POST.copy()
    for name in NOT_KEPT:
        data.pop(name, None)
    if request.FILES:
        data[HAD_FILES] = "1"
    body = data.urlencode().encode()
    if not data or len(body) > LARGEST:
        return redirect_to_login(request.get_full_path(), login_url)
    key = secrets.token_urlsafe(32)
    _store(request, key, body)
    query = {**request.GET.dict(), PARAMETER: "1"}
    response = redirect_to_login(f"{request.path}?{urlencode(query)}", login_url)
    response.set_cookie(
        COOKIE, key, max_age=KEEP, httponly=True, samesite="Lax", secure=request.is_secure(), path=request.path
    )
    if words:
        messages.info(request, words)
    else:
        messages.warning(request, _("Your session had ended. What you wrote is kept: sign in, and it is there again."))
    return response


@transaction.atomic
def _store(request: HttpRequest, key: str, body: bytes) -> None:
    KeptForm.objects.filter(kept_until__lt=timezone.now()).delete()
    KeptForm.objects.create(
        digest=_digest(key),
        path=request.path[:500],
        sealed=seal(body, key=key.encode(), purpose="kept-form"),
        person=_last_person(request),
        kept_until=timezone.now() + KEEP,
    )


def _last_person(request: HttpRequest) -> Person | None:
    """Whose session it was, if its row is still there: nobody else who uses this browser is shown the text."""
    from django.conf import settings

    ended = Session.objects.filter(session_key=request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")).first()
    return ended.person if ended else None


def _digest(key: str) -> str:
    return sha256(key.encode()).hexdigest()


def kept_form(request: HttpRequest) -> QueryDict | None:
    """What this browser sent here before it had to sign in, to bind a form to; None if nothing is kept."""
    return getattr(request, "kept_form", None)


def take_up(request: HttpRequest) -> None:
    """Called by the guard on the way back: opens what was kept and hands it to the view."""
    if request.method != "GET" or PARAMETER not in request.GET:
        return
    key = request.COOKIES.get(COOKIE, "")
    kept = KeptForm.objects.filter(digest=_digest(key), path=request.path, kept_until__gt=timezone.now()).first()
    if kept is None or kept.person_id not in (None, request.user.pk):
        return
    try:
        body = unseal(bytes(kept.sealed), key=key.encode(), purpose="kept-form")
    except SealBroken:
        return
    written = QueryDict(body, mutable=True)
    if written.pop(HAD_FILES, None):
        words = _("Here is what you wrote. Please check it and send it; a file must be chosen again.")
    else:
        words = _("Here is what you wrote. Please check it and send it.")
    request.kept_form = written  # type: ignore[attr-defined]
    messages.success(request, words)


def let_go(request: HttpRequest, response: HttpResponse) -> None:
    """Called by the guard after the form was sent successfully: what was kept is removed."""
    key = request.COOKIES.get(COOKIE, "")
    if key and request.method == "POST" and isinstance(response, HttpResponseRedirect):
        KeptForm.objects.filter(digest=_digest(key), path=request.path).delete()
        response.delete_cookie(COOKIE, path=request.path)
