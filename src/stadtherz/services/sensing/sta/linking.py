# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Links in bodies: ``{"@iot.id": 7}`` names an entity that is there, anything else is one to be made (18-088, section 10.2.1)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from stadtherz.services.sensing.models import (
    Datastream,
    FeatureOfInterest,
    HistoricalLocation,
    Location,
    ObservedProperty,
    Sensor,
    Thing,
)
from stadtherz.services.sensing.sta.errors import StaError, bad
from stadtherz.services.sensing.sta.path import as_id, parse_id
from stadtherz.services.sensing.sta.schema import Entity, Relation
from stadtherz.services.sensing.store.identifiers import Key

MODELS: dict[str, Any] = {
    "Thing": Thing, "Location": Location, "HistoricalLocation": HistoricalLocation, "Datastream": Datastream,
    "Sensor": Sensor, "ObservedProperty": ObservedProperty, "FeatureOfInterest": FeatureOfInterest,
}  # fmt: skip


class NoSuchEntity(StaError):
    """A link leads to nothing."""


ID_MEMBERS = ("@iot.id", "@odata.id", "@iot.selfLink")


def linked_id(entity: Entity, body: Any, field: str) -> int | Key | None:
    """The identifier that a link names; None if the body is an entity to be made. Raises 400 for a link to nothing."""
    if not isinstance(body, dict):
        raise bad(_("%(name)s must be an object.") % {"name": field}, field=field)
    name = next((each for each in ID_MEMBERS if each in body), None)
    if name is None:
        return None
    if name == "@iot.id":
        found = as_id(entity, body[name])
    else:
        address = str(body[name])
        found = parse_id(entity, address.rpartition("(")[2].rstrip(")")) if address.endswith(")") else None
    if found is None:
        raise no_such(entity, body[name], field)
    return found


def existing(entity: Entity, identifier: int, field: str, hidden: tuple[int, ...] = ()) -> Any:
    """The entity's row. Raises 400 if it is not there."""
    found = MODELS[entity.name].objects.filter(pk=identifier).first()
    if found is None or (entity.name == "Datastream" and found.pk in hidden):
        raise no_such(entity, identifier, field)
    return found


def as_list(relation: Relation, body: Any) -> list[Any]:
    """The related entities that a member names. Raises 400."""
    if not isinstance(body, list):
        raise bad(_("%(name)s must be a list.") % {"name": relation.name}, field=relation.name)
    return body


def no_such(entity: Entity, identifier: Any, field: str) -> NoSuchEntity:
    """400 for a link to nothing."""
    words = _("There is no %(entity)s with the identifier %(id)s.") % {
        "entity": entity.name,
        "id": repr(identifier)[:80],
    }
    return NoSuchEntity(400, words, field=field)
