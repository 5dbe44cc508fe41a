# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Chooses the language of a page: the visitor's cookie, the browser's wish, the municipality's first language."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

from stadtherz.kernel.language.catalogues import join_catalogues

if TYPE_CHECKING:
    from stadtherz.kernel.municipalities.models import Municipality

EASY_COOKIE = "stadtherz_easy"


class LanguageMiddleware(LocaleMiddleware):
    """Sets the active language and ``request.easy_language``. Addresses carry no language."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        super().__init__(get_response)
        for code, _name in settings.LANGUAGES:
            join_catalogues(code)

    def process_request(self, request: HttpRequest) -> None:
        chosen = language_of(request)
        translation.activate(chosen)
        request.LANGUAGE_CODE = chosen
        request.easy_language = chosen == "de" and request.COOKIES.get(EASY_COOKIE) == "1"  # type: ignore[attr-defined]


def language_of(request: HttpRequest) -> str:
    """The language in which this request is answered, also where the middleware was not reached."""
    return choose(
        cookie=request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, ""),
        wishes=request.headers.get("Accept-Language", ""),
        offered=_offered(request),
    )


def choose(*, cookie: str, wishes: str, offered: list[str]) -> str:
    """The first language of cookie and wishes that is offered, else the first that is."""
    wished = [cookie, *(language for language, _weight in parse_accept_lang_header(wishes.lower()))]
    for language in wished:
        if (plain := language.partition("-")[0]) in offered:
            return plain
    return offered[0]


def _offered(request: HttpRequest) -> list[str]:
    municipality = getattr(request, "municipality", None)
    return [code for code, _name in settings.LANGUAGES] if municipality is None else offered_by(municipality)


def offered_by(municipality: Municipality) -> list[str]:
    """The languages of a municipality's pages, its first one in front."""
    known = [code for code, _name in settings.LANGUAGES]
    return [code for code in municipality.languages if code in known] or known
