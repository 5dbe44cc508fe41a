# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who may read and write through the interface: data is open by default, writing needs a key.

Reading: every datastream that is open; closed ones for keys with ``sensing.read`` or ``sensing.write`` and for staff with
``sensing.plan``. Writing: keys with ``sensing.write``, and staff with ``sensing.manage``, whose browser sends the CSRF token.
"""

from __future__ import annotations

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.utils import check_csrf

from stadtherz.kernel.municipalities.active import active_id
from stadtherz.kernel.people.models import Person
from stadtherz.kernel.people.rules import may
from stadtherz.services.sensing.ingest.keys import OWN
from stadtherz.services.sensing.models import Source, SourceDatastream
from stadtherz.services.sensing.sta.errors import StaError
from stadtherz.services.sensing.sta.walking import Reader

READ_SCOPES = frozenset({"sensing.read", "sensing.write"})
WRITE_SCOPE = "sensing.write"
ROOT = "/api/sta/v1.1"


def root_of(request: HttpRequest) -> str:
    """The service's root address, as this request reached it."""
    return f"{request.scheme}://{request.get_host()}{ROOT}"


def sees_all(request: HttpRequest) -> bool:
    """Whether closed datastreams are visible."""
    key = getattr(request, "api_key", None)
    if key is not None:
        return not READ_SCOPES.isdisjoint(key.scopes)
    return settings.SESSION_COOKIE_NAME in request.COOKIES and any(
        may(request.user, permission) for permission in ("sensing.plan", "sensing.manage")
    )


def reader_of(request: HttpRequest) -> Reader:
    """Who reads."""
    hidden: tuple[int, ...] = ()
    if not sees_all(request):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id FROM sensing_datastream WHERE NOT is_open AND municipality_id = %s", [active_id()]
            )
            hidden = tuple(row[0] for row in cursor.fetchall())
    return Reader(active_id(), root_of(request), hidden)


def need_writer(request: HttpRequest) -> Person | None:
    """Who writes; None for a key. Raises 401 or 403."""
    key = getattr(request, "api_key", None)
    if key is not None:
        if WRITE_SCOPE in key.scopes or OWN in key.scopes:
            return None
        raise StaError(403, _("This key was issued without the right %(scope)s.") % {"scope": WRITE_SCOPE})
    if not isinstance(request.user, Person):
        raise StaError(
            401,
            _("Writing needs a key (Authorization: Bearer …), or somebody who is signed in."),
            WWW_Authenticate='Bearer realm="Stadtherz"',
        )
    if not may(request.user, "sensing.manage"):
        raise StaError(403, _("Your role does not include this."))
    if check_csrf(request) is not None:
        raise StaError(403, _("The form's token is missing or old (CSRF)."))
    return request.user


def own_datastreams(request: HttpRequest) -> frozenset[int] | None:
    """The only datastreams that a source's key may write observations of; None for who may write everything."""
    key = getattr(request, "api_key", None)
    if key is None or WRITE_SCOPE in key.scopes:
        return None
    source = Source.objects.filter(key=key, is_paused=False).first()
    if source is None:
        return frozenset()
    return frozenset(SourceDatastream.objects.filter(source=source).values_list("datastream_id", flat=True))
