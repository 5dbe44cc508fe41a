# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Verbs about the fields of devices: into which series each goes, and how its values become values in that series' unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from stadtherz.kernel.audit.actions import record
from stadtherz.services.sensing.decoders import DECODERS
from stadtherz.services.sensing.models import Datastream, FieldMapping, SourceDatastream, SourceDevice
from stadtherz.services.sensing.units import SAME, Linear, code_of, conversion

if TYPE_CHECKING:
    from stadtherz.kernel.people.models import Person


@transaction.atomic
def map_field(
    *,
    device: SourceDevice,
    field: str,
    datastream: Datastream,
    scale: float = 1.0,
    offset: float = 0.0,
    by: Person | None = None,
) -> FieldMapping:
    """Values of this field go to this datastream from now on: value × scale + offset. Earlier values stay where they are."""
    mapping, _new = FieldMapping.objects.update_or_create(
        device=device, field=field, defaults={"datastream": datastream, "scale": scale, "offset": offset}
    )
    SourceDatastream.objects.get_or_create(source_id=device.source_id, datastream=datastream)
    record(
        action="sensing.map_field", actor=by, subject=f"sensing.datastream:{datastream.pk}",
        detail={"device": device.pk, "field": field, "scale": str(scale), "offset": str(offset)},
    )  # fmt: skip
    return mapping


@transaction.atomic
def unmap_field(*, mapping: FieldMapping, by: Person | None) -> None:
    """Values of this field are no longer taken in. The datastream and its values stay."""
    record(
        action="sensing.unmap_field", actor=by, subject=f"sensing.datastream:{mapping.datastream_id}",
        detail={"device": mapping.device_id, "field": mapping.field},
    )  # fmt: skip
    mapping.delete()


def sent_unit(mapping: FieldMapping) -> str:
    """The code of the unit in which a field comes, as its decoder or the system that is asked says it; empty where nobody does."""
    device = mapping.device
    declared = DECODERS[device.decoder].field(mapping.field) if device.decoder in DECODERS else None
    if declared is not None:
        return declared.unit
    told = device.source.memory.get("fields", {}).get(device.external_id, {}).get(mapping.field)
    return str(told[1]) if told else ""


@transaction.atomic
def follow_unit(*, datastream: Datastream, before: str, by: Person | None) -> list[FieldMapping]:
    """The series has another unit from now on, ``before`` is the code of the one until now: what devices send is converted into it.

    Where the unit of a field is known, from that one. Where it is not, a value that came as it was sent goes on so, for the clerk
    says in which unit it comes. Returns the fields whose conversion has changed.
    """
    after, changed = code_of(datastream.unit_of_measurement), []
    for mapping in FieldMapping.objects.filter(datastream=datastream).select_related("device__source"):
        present, sent = Linear(mapping.scale, mapping.offset), sent_unit(mapping)
        if sent:
            wanted = conversion(sent, after) or SAME
        elif present == SAME:
            continue
        else:
            step = conversion(before, after)
            wanted = _one_after_the_other(present, step) if step else SAME
        if wanted != present:
            changed.append(map_field(
                device=mapping.device, field=mapping.field, datastream=datastream, scale=wanted.factor, offset=wanted.addend, by=by,
            ))  # fmt: skip
    return changed


def _one_after_the_other(first: Linear, then: Linear) -> Linear:
    return Linear(round(first.factor * then.factor, 15), round(first.addend * then.factor + then.addend, 12))
