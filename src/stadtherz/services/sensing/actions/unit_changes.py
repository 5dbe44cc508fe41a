# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The verb by which a series gets another unit, and what that does to rules of alerts, whose bounds stand in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from stadtherz.kernel.audit.actions import record
from stadtherz.kernel.live import publish
from stadtherz.kernel.ui.meanwhile import ChangedMeanwhile, changed_since
from stadtherz.services.sensing import units
from stadtherz.services.sensing.actions.alerts import follow_unit
from stadtherz.services.sensing.models import AlertKind, AlertRule, Datastream, Latest

if TYPE_CHECKING:
    from stadtherz.kernel.people.models import Person


def present_unit(datastream: Datastream) -> dict[str, Any]:
    """The unit as a clerk reads it."""
    return {"unit": units.shown(datastream.unit_of_measurement or {})}


@transaction.atomic
def change_unit(
    *, datastream: Datastream, unit: Mapping[str, Any], by: Person | None, since: datetime | None, seen: str = ""
) -> None:
    """Another unit holds since a moment that has come, or always (None), because the unit was told wrong.

    Values are never recalculated; the earlier unit is kept with the time until which it held. Bounds of alerts are converted; a rule
    whose bound cannot be is switched off, and those whom it tells are told. ``seen``: the ``signs`` of the ``present_unit`` that the clerk saw. Side effects: an entry in the record, an event for open pages. Raises ``ChangedMeanwhile``.
    """
    stored = Datastream.objects.select_for_update().get(pk=datastream.pk)
    if changed_since(seen, present_unit(stored)):
        raise ChangedMeanwhile
    newest = Latest.objects.filter(pk=datastream.pk).values_list("phenomenon_time", flat=True).first()
    before, unit = stored.unit_of_measurement or {}, dict(unit)
    earlier = units.changed(before, stored.earlier_units, unit, since, newest)
    datastream.unit_of_measurement, datastream.earlier_units = unit, earlier
    datastream.save(update_fields=["unit_of_measurement", "earlier_units"])
    record(
        action="sensing.change_unit", actor=by, subject=f"sensing.datastream:{datastream.pk}",
        detail={"before": units.shown(before), "after": units.shown(unit), "since": since.isoformat() if since else ""},
    )  # fmt: skip
    if datastream.is_open:  # open pages would go on with new numbers and the old unit
        publish("sensing.latest", "units", {"datastreams": [datastream.pk]})
    change = units.conversion(units.code_of(before), units.code_of(unit))
    if change != units.SAME:
        for rule in AlertRule.objects.filter(datastream=datastream).exclude(kind=AlertKind.SILENCE):
            rule.datastream = datastream
            follow_unit(rule=rule, change=change, before=units.shown(before), clerk=by)
