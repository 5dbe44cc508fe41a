# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads for the clerks' pages: how sources are doing, and which devices wait for somebody."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.db.models import Count, Max, Min
from django.db.models.fields.json import KeyTextTransform
from django.utils import timezone

from stadtherz.services.sensing.decoders import DECODERS, Undecodable
from stadtherz.services.sensing.ingest.arrivals import values_of
from stadtherz.services.sensing.ingest.messages import DeviceMessage
from stadtherz.services.sensing.models import (
    Datastream,
    FieldMapping,
    QuarantinedMessage,
    Source,
    SourceDatastream,
    SourceDevice,
    SourceKind,
)
from stadtherz.services.sensing.quantities import QUANTITIES

SILENT = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A device in quarantine."""

    source: int
    source_name: str
    external_id: str
    messages: int
    since: datetime
    last: datetime
    called: str = ""


def all_sources() -> list[Source]:
    """Sources with their keys, number of devices and of waiting devices."""
    found = Source.objects.select_related("key").annotate(
        device_count=Count("devices", distinct=True), waiting_count=Count("quarantine__external_id", distinct=True)
    )
    return list(found)


def fed_by(datastream: Datastream) -> SourceDevice | Source | None:
    """From where a series gets its values: the device of which a field goes there, else the source that may write it."""
    mapping = (
        FieldMapping.objects.filter(datastream=datastream).select_related("device__source").order_by("-pk").first()
    )
    if mapping is not None:
        return mapping.device
    right = SourceDatastream.objects.filter(datastream=datastream).select_related("source").order_by("-pk").first()
    return None if right is None else right.source


def waiting_devices(source: Source | None = None, *, limit: int = 200) -> list[Waiting]:
    """Devices that nobody has adopted, those that sent last first."""
    rows = QuarantinedMessage.objects.filter(**({"source": source} if source else {}))
    groups = (
        rows.order_by()
        .values("source_id", "source__name", "external_id")
        .annotate(
            n=Count("pk"),
            first=Min("received_at"),
            newest=Max("received_at"),
            called=Max(KeyTextTransform("called", "content")),
        )
    )
    return [
        Waiting(
            row["source_id"],
            row["source__name"],
            row["external_id"],
            row["n"],
            row["first"],
            row["newest"],
            row["called"] or "",
        )
        for row in groups.order_by("-newest", "external_id")[:limit]
    ]


def waiting_messages(source: Source, external_id: str, *, limit: int = 20) -> list[DeviceMessage]:
    """The newest messages of a device in quarantine."""
    rows = QuarantinedMessage.objects.filter(source=source, external_id=external_id).order_by("-received_at", "-pk")
    return [DeviceMessage.from_kept(external_id, row.mark, row.content) for row in rows[:limit]]


def waiting_count(source: Source, external_id: str) -> int:
    """How many messages of a device wait."""
    return QuarantinedMessage.objects.filter(source=source, external_id=external_id).count()


def guess_rhythm(messages: Sequence[DeviceMessage], choices: Sequence[int]) -> int:
    """Every how many seconds the device reports: the choice that the middle of its pauses is near to, else 0."""
    times = sorted(message.time.timestamp() for message in messages)
    pauses = [later - earlier for earlier, later in itertools.pairwise(times) if later > earlier]
    if len(pauses) < 3:
        return 0
    middle = median(pauses)
    return next((each for each in choices if each and abs(middle - each) <= each / 10), 0)


def fitting_decoders(messages: Sequence[DeviceMessage]) -> list[str]:
    """The decoders that read every frame among these messages; none where there is no frame."""
    frames = [message for message in messages if message.payload]
    return [key for key in DECODERS if all(_reads(key, message) for message in frames)] if frames else []


def guess_decoder(messages: Sequence[DeviceMessage]) -> str:
    """The model of a device, if exactly one reads its frames, or if the network names one of those. A guess for the form, nothing more."""
    fits = fitting_decoders(messages)
    if len(fits) == 1:
        return fits[0]
    told = {_letters(word) for message in messages for word in (message.model, message.called) if word}
    named = [key for key in fits if any(name in word for name in _names(key) for word in told)]
    return named[0] if len(named) == 1 else ""


def guess_quantity(field: str) -> str:
    """What a field without a decoder is, as far as its name says it: as the decoders that have one of this name agree, else as the
    catalogue calls a quantity, by its key or in the language of who reads."""
    told = _letters(field)
    known = {each.quantity for decoder in DECODERS.values() for each in decoder.fields if _letters(each.key) == told}
    if not known:
        known = {key for key, each in QUANTITIES.items() if told in (_letters(key), _letters(str(each.title)))}
    return known.pop() if len(known) == 1 else ""


def _names(key: str) -> list[str]:
    """The names of models in a decoder's title, such as EM300-TH: words with a digit, long enough to be no other word."""
    words = map(_letters, DECODERS[key].title.replace(",", " ").split())
    return [word for word in words if len(word) > 4 and any(map(str.isdigit, word))]


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.lower()))


def _reads(key: str, message: DeviceMessage) -> bool:
    try:
        values_of(DeviceMessage(message.device, message.time, None, message.payload, message.port), key)
    except Undecodable:
        return False
    return True


def sample_values(messages: Sequence[DeviceMessage], decoder: str) -> dict[str, object]:
    """The newest value of each field that these messages carry."""
    found: dict[str, object] = {}
    for message in reversed(messages):
        try:
            for _time, values in values_of(message, decoder):
                found |= values
        except Undecodable:
            continue
    return found


def state_of(source: Source, now: datetime | None = None) -> str:
    """One word for how a source is doing: paused, failing, revoked, waiting (nothing came yet), silent, well."""
    now = now or timezone.now()
    if source.is_paused:
        return "paused"
    if source.brings_key and (source.key is None or source.key.revoked_at is not None):
        return "revoked"
    if source.failures:
        return "failing"
    used = (
        source.key.last_used_at if source.kind == SourceKind.HTTP and source.key else None
    )  # it names its series itself
    if source.last_success_at is None and used is None:
        return "waiting"
    last = source.last_success_at or used
    if source.kind not in {SourceKind.CSV, SourceKind.HTTP} and last is not None and now - last > SILENT:
        return "silent"
    return "well"
