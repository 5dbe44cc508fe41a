# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What programs are told where no operation was reached (too large, no room, too slow, too busy): the interface's problem, in the
language asked for, with the members that openrouteservice (``error``) has besides; where a standard has a form of its own
(``OwnErrors``), in that form."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import parse_cookie
from django.http.request import split_domain_port
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from stadtherz.kernel.api.errors import CONTENT_TYPE, problem
from stadtherz.kernel.language.middleware import choose, offered_by
from stadtherz.kernel.municipalities.queries import kept_host
from stadtherz.kernel.registry.declaration import resolve
from stadtherz.kernel.registry.services import own_errors

BUSY = gettext_noop("Too much is arriving at once. Nothing was changed; please try again soon.")


def refused(status: int, path: str, headers: Mapping[str, str], detail: str = "") -> tuple[str, bytes]:
    """The content type and the document. ``headers``: of the request, with names in lower case; ``detail``: a marked text, else the
    status's own."""
    with translation.override(language_of(headers)):
        return in_form_of(path, status, _(detail) if detail else _sentence(status))


def in_form_of(path: str, status: int, words: str = "") -> tuple[str, bytes]:
    """The same where the language is chosen already: as the standard behind this address tells errors, else as a problem."""
    document = json.loads(problem(status, words).content)
    own = next((each for each in own_errors() if path.startswith(each.path)), None)
    if own is not None:
        return "application/json; charset=utf-8", _json(resolve(own.form)(status, document["detail"]))
    told = {"code": status, "message": document["detail"]}
    return CONTENT_TYPE, _json(document | told | {"error": told})


def _json(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


def language_of(headers: Mapping[str, str]) -> str:
    """As for a page of the same town; asks no database, so a host of whom this process knows nothing yet offers all languages."""
    municipality = kept_host(split_domain_port(headers.get("host", ""))[0])
    return choose(
        cookie=parse_cookie(headers.get("cookie", "")).get(settings.LANGUAGE_COOKIE_NAME, ""),
        wishes=headers.get("accept-language", ""),
        offered=offered_by(municipality) if municipality else [code for code, _name in settings.LANGUAGES],
    )


def _sentence(status: int) -> str:
    return {
        408: _("The request arrived too slowly. Nothing was changed."),
        413: _("The request is larger than this address takes. Nothing was changed; send it in parts."),
    }.get(status, "")
