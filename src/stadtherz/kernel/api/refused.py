# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What programs are told where no operation was reached (too large, no room, too slow, too busy): the interface's problem, in the
language asked for, with the members that SensorThings (18-088, section 9.1) and openrouteservice (``error``) have besides."""

from __future__ import annotations

import json
from collections.abc import Mapping

from django.conf import settings
from django.http import parse_cookie
from django.http.request import split_domain_port
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from stadtherz.kernel.api.errors import problem
from stadtherz.kernel.language.middleware import choose, offered_by
from stadtherz.kernel.municipalities.queries import kept_host

BUSY = gettext_noop("Too much is arriving at once. Nothing was changed; please try again soon.")


def refused(status: int, headers: Mapping[str, str], detail: str = "") -> bytes:
    """The problem document. ``headers``: of the request, with names in lower case; ``detail``: a marked text, else the status's own."""
    with translation.override(language_of(headers)):
        document = json.loads(problem(status, _(detail) if detail else _sentence(status)).content)
    told = {"code": status, "message": document["detail"]}
    return json.dumps(document | told | {"error": told}, ensure_ascii=False).encode()


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
