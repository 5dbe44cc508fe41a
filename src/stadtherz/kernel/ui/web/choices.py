# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Small forms in the header: the appearance and the language that a visitor wants. They work without JavaScript."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from stadtherz.kernel.language.fields import EASY
from stadtherz.kernel.people.web.guards import public
from stadtherz.kernel.ui.preferences import COOKIE, EASY_COOKIE, KEEP_SECONDS, Theme


def back_to(request: HttpRequest) -> str:
    """Where the visitor came from, if that is a page of ours."""
    wanted = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else "/"


@public
@csrf_exempt  # changes one cookie of the visitor's own and nothing else; so no page needs a token for it
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Remember light, dark or as the device."""
    try:
        chosen = Theme(request.POST.get("theme", ""))
    except ValueError:
        return HttpResponseBadRequest("theme: light, dark or system")
    response = HttpResponseRedirect(back_to(request))
    _keep(response, COOKIE, "" if chosen is Theme.SYSTEM else chosen.value)
    return response


@public
@csrf_exempt  # as above
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Remember German, English, or easy language: German texts of their own where there are any."""
    wanted = request.POST.get("language", "")
    code = "de" if wanted == EASY else wanted
    if code not in dict(settings.LANGUAGES):
        return HttpResponseBadRequest("language: de, de-easy or en")
    response = HttpResponseRedirect(back_to(request))
    _keep(response, settings.LANGUAGE_COOKIE_NAME, code)
    _keep(response, EASY_COOKIE, "1" if wanted == EASY else "")
    return response


def _keep(response: HttpResponse, name: str, value: str) -> None:
    """Set the cookie for a year; an empty value removes it."""
    if not value:
        response.delete_cookie(name, samesite="Lax")
        return
    response.set_cookie(
        name, value, max_age=KEEP_SECONDS, samesite="Lax", httponly=True, secure=settings.SESSION_COOKIE_SECURE
    )
