# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What other programs call beside the standard's interface: LoRaWAN networks deliver uplinks here.

Values are read and written through SensorThings at ``/api/sta/v1.1``.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema
from ninja.security import HttpBearer

from stadtherz.kernel.api.errors import Problem
from stadtherz.kernel.api.limits import take
from stadtherz.kernel.api.models import ApiKey
from stadtherz.kernel.municipalities.active import active_id
from stadtherz.services.sensing.ingest.arrivals import take_in
from stadtherz.services.sensing.ingest.keys import ALL, OWN
from stadtherz.services.sensing.ingest.messages import DeviceMessage, NotAMessage
from stadtherz.services.sensing.ingest.strict_json import loads
from stadtherz.services.sensing.ingest.uplinks import NoUplink, chirpstack, things_stack
from stadtherz.services.sensing.models import Source, SourceKind

router = Router()
LARGEST = 256 * 1024
READERS = {SourceKind.TTN: things_stack, SourceKind.CHIRPSTACK: chirpstack}


class WritingKey(HttpBearer):
    """A key of a source, or one that may write everything."""

    access = f"key:{ALL}"

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        key: ApiKey | None = getattr(request, "api_key", None)
        if key is not None and not {ALL, OWN} & set(key.scopes):
            raise Problem(403, _("This key was issued without the right %(scope)s.") % {"scope": ALL})
        return key


class Refusal(Schema):
    """A value that was not stored, and why."""

    device: str
    field: str
    reason: str


class Taken(Schema):
    """What became of an uplink."""

    stored: int
    repeated: int
    quarantined: int
    ignored: str = ""
    refused: list[Refusal] = []


@router.post(
    "/uplink/{int:source}/", response=Taken, auth=WritingKey(), summary="Deliver an uplink of a LoRaWAN network"
)
def uplink(request: HttpRequest, source: int) -> Taken:
    """Takes the webhook of The Things Stack (version 3) or the HTTP integration of ChirpStack (version 4).

    A message that came already, by another gateway or once more, changes nothing. One of an unknown device waits in
    quarantine until somebody adopts the device. The answer comes after everything was stored.
    """
    found = _source(request, source)
    if len(request.body) > LARGEST:
        raise Problem(413, _("The message is longer than %(n)d bytes.") % {"n": LARGEST})
    try:
        message: DeviceMessage = READERS[SourceKind(found.kind)](loads(request.body))
    except NoUplink as event:
        return Taken(stored=0, repeated=0, quarantined=0, ignored=str(event))
    except NotAMessage as error:
        raise Problem(400, str(error)) from None
    arrival = take_in(found, [message])
    refused = [Refusal(device=each.device, field=each.field, reason=each.reason) for each in arrival.problems]
    return Taken(
        stored=arrival.new, repeated=arrival.repeated + arrival.heard_before, quarantined=arrival.quarantined,
        refused=refused,
    )  # fmt: skip


def _source(request: HttpRequest, number: int) -> Source:
    """The source, if it takes uplinks and the key is its own or one for everything. Raises ``Problem``."""
    key: ApiKey = request.api_key  # type: ignore[attr-defined]  # the door put it there
    found = Source.objects.filter(pk=number).first()
    if found is None or (ALL not in key.scopes and found.key_id != key.pk):
        raise Problem(404, _("There is no such source for this key."))
    if found.kind not in READERS:
        raise Problem(409, _("This source takes no uplinks."))
    if found.is_paused:
        raise Problem(503, _("This source is paused."), Retry_After="300")
    taken = take(f"sensing:{active_id()}:{found.pk}", limit=found.per_minute, per_seconds=60)
    if not taken.allowed:
        raise Problem(429, _("This source sends too much."), Retry_After=str(taken.retry_after))
    return found
