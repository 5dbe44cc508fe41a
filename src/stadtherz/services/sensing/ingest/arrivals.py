# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Messages of a source on their way to the store: known device or quarantine, heard before or not, fields to datastreams.

All ways in but the standard's own interface end here: uplinks, MQTT, connectors, and what is replayed after an adoption.
Everything happens in the caller's transaction; the caller acknowledges after its commit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from stadtherz.services.sensing.decoders import DECODERS, Undecodable, decode
from stadtherz.services.sensing.ingest.messages import DeviceMessage, NotAMessage, Result, time_quality
from stadtherz.services.sensing.ingest.quarantine import keep, one_by_one
from stadtherz.services.sensing.ingest.results import as_result
from stadtherz.services.sensing.ingest.standing import Standing
from stadtherz.services.sensing.models import FieldMapping, Source, SourceDevice, SourceKind
from stadtherz.services.sensing.reasons import Reason, about, noted
from stadtherz.services.sensing.store.moments import AHEAD
from stadtherz.services.sensing.store.readings import Reading, Refused, State, Written
from stadtherz.services.sensing.store.writing import write_now

REMEMBERED = 32  # marks of messages that a device keeps against double delivery


@dataclass(frozen=True, slots=True)
class Problem:
    """A value or a message that was not stored, and why."""

    device: str
    field: str
    reason: str


@dataclass(slots=True)
class Arrival:
    """What became of a batch of messages."""

    new: int = 0
    repeated: int = 0
    heard_before: int = 0
    quarantined: int = 0
    problems: list[Problem] = field(default_factory=list)


@transaction.atomic
def take_in(source: Source, messages: Sequence[DeviceMessage]) -> Arrival:
    """Store what known devices measured, keep the rest in quarantine. Side effect: the state of the source."""
    now = timezone.now()
    arrival = Arrival()
    names = {message.device for message in messages}
    known = SourceDevice.objects.filter(source=source, external_id__in=names)
    if known.count() < len(names):  # somebody may adopt one right now, or another gateway deliver the same
        one_by_one(source)
    devices = _devices(source, names)
    unknown = [message for message in messages if message.device not in devices]
    arrival.quarantined, arrival.heard_before = keep(source, unknown, arrival.problems, Problem)
    mappings = _mappings(devices.values())
    standing = Standing(device.thing_id for device in devices.values() if device.thing_id is not None)
    readings: list[Reading] = []
    origin: list[tuple[str, str]] = []
    for message in messages:
        device = devices.get(message.device)
        if device is None:
            continue
        if device.thing_id is None:  # nobody heeds it, or its station was removed
            device.last_seen_at = now
            continue
        ahead = _is_ahead(source, message, now)
        if _heard_before(device, message, ahead=ahead):
            arrival.heard_before += 1
            continue
        device.last_seen_at = now
        fields = mappings.get(device.pk, {})
        for each, name in _readings(message, device, fields, arrival, standing=standing, now=now, ahead=ahead):
            readings.append(each)
            origin.append((message.device, name))
    for (device_id, name), outcome in zip(origin, write_now(readings) if readings else [], strict=True):
        _count(arrival, device_id, name, outcome)
    SourceDevice.objects.bulk_update(devices.values(), ["last_seen_at", "recent"])
    _note(source, arrival, readings, now)
    return arrival


def _devices(source: Source, names: set[str]) -> dict[str, SourceDevice]:
    """Locked in the order of their keys, so that two batches do not wait for each other in a circle."""
    found = SourceDevice.objects.select_for_update().filter(source=source, external_id__in=names).order_by("pk")
    return {device.external_id: device for device in found}


def _mappings(devices: Iterable[SourceDevice]) -> dict[int, dict[str, FieldMapping]]:
    found: dict[int, dict[str, FieldMapping]] = {}
    rows = FieldMapping.objects.filter(device__in=[device.pk for device in devices]).select_related("datastream")
    for mapping in rows:
        found.setdefault(mapping.device_id, {})[mapping.field] = mapping
    return found


def _is_ahead(source: Source, message: DeviceMessage, now: datetime) -> bool:
    """Whether its clock is ahead, so that it counts as heard now: its value would be the latest for years, and hide what comes after.

    What another system lists without a mark keeps its time: it tells the same list at each question, and only the time says that it is the same.
    """
    return message.time > now + AHEAD and (bool(message.mark) or source.kind != SourceKind.CONNECTOR)


def _heard_before(device: SourceDevice, message: DeviceMessage, *, ahead: bool) -> bool:
    """Whether this very message came already, by another gateway or once more by the same way.

    One without a mark is only known by its content if it does not keep its time; of others the store sees by itself that nothing is new.
    """
    if not message.mark and not ahead and not device.recent:
        return False
    if message.own_mark in device.recent:
        return True
    if message.mark or ahead:
        device.recent = [*device.recent, message.own_mark][-REMEMBERED:]
    return False


def _readings(
    message: DeviceMessage, device: SourceDevice, mappings: dict[str, FieldMapping], arrival: Arrival, *,
    standing: Standing, now: datetime, ahead: bool,
) -> Iterable[tuple[Reading, str]]:  # fmt: skip
    """What the device's fields say, where it stood at that time. A value whose clock is ahead is under doubt."""
    try:
        measured = values_of(message, device.decoder)
    except Undecodable as undecodable:
        arrival.problems.append(Problem(message.device, "", str(undecodable)))
        return
    for time, values in measured:
        for name, value in values.items():
            mapping = mappings.get(name)
            if mapping is None or is_absent(device.decoder, name, value):
                continue
            try:
                result = as_result(value, mapping.datastream.kind, scale=mapping.scale, offset=mapping.offset)
            except NotAMessage as reason:
                arrival.problems.append(Problem(message.device, name, str(reason)))
                continue
            quality = (message.flags or {}).get(name) or time_quality(time, now)
            when = now if ahead and time == message.time else time
            place = standing.feature_at(mapping.datastream, when)
            yield Reading(mapping.datastream_id, when, result, end=message.end, quality=quality, feature=place), name


def values_of(message: DeviceMessage, decoder: str) -> list[tuple[datetime, dict[str, Result]]]:
    """Fields with their time. A decoder that was chosen here goes before what the network decoded. Raises ``Undecodable``."""
    if decoder and message.payload:
        try:
            decoded = decode(decoder, message.payload, message.port)
        except Undecodable:
            if message.values is None:
                raise
        else:
            found: list[tuple[datetime, dict[str, Result]]] = [(at, {**values}) for at, values in decoded.earlier]
            return [*found, (message.time, {**decoded.values})] if decoded.values else found
    if message.values is None:
        raise Undecodable(_("No decoder was chosen for this device, and the network did not decode the message."))
    return [(message.time, dict(message.values))]


def is_absent(decoder: str, name: str, value: Any) -> bool:
    """Whether the value means "nothing is connected"."""
    declared = DECODERS[decoder].field(name) if decoder in DECODERS else None
    return declared is not None and value in declared.absent


def _count(arrival: Arrival, device: str, name: str, outcome: Written | Refused) -> None:
    if isinstance(outcome, Refused):
        arrival.problems.append(Problem(device, name, outcome.reason))
    elif outcome.state is State.NEW:
        arrival.new += 1
    else:
        arrival.repeated += 1


def _note(source: Source, arrival: Arrival, readings: Sequence[Reading], now: datetime) -> None:
    """The source is well as long as something of it could be stored or was known."""
    changes: dict[str, Any] = {
        "accepted": F("accepted") + arrival.new,
        "repeated": F("repeated") + arrival.repeated + arrival.heard_before,
        "refused": F("refused") + len(arrival.problems),
        "last_success_at": now,
        "failures": 0,
    }
    if readings:
        changes["delay_seconds"] = median((now - (each.end or each.time)).total_seconds() for each in readings)
    if arrival.problems:
        first = arrival.problems[0]
        changes |= {
            "last_error_at": now,
            **noted(about(f"{first.device} {first.field}".strip(), Reason(first.reason))),
        }
    Source.objects.filter(pk=source.pk).update(**changes)
