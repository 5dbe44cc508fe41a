# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Verbs about what measures: things, sensors, observed properties and datastreams (OGC 18-088, sections 8.2 and 10).

Used by the standard's interface, by connectors and by clerks. Verbs about places stand in ``places`` and are named here
too, so that one import has all of them. Nothing here touches observations except that they go with their datastream: whoever
removes one waits for all writers of the town first, before it locks any row.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.contrib.gis.geos import GEOSGeometry
from django.db import transaction
from django.utils import timezone

from stadtherz.kernel.audit.actions import record
from stadtherz.services.sensing.actions.geometries import EntityRefused, geojson_geometry, geometry_of
from stadtherz.services.sensing.actions.mappings import follow_unit
from stadtherz.services.sensing.actions.places import (
    NoPlace,
    change_feature,
    change_history,
    change_location,
    create_feature,
    create_location,
    feature_for,
    leave_location,
    move_thing,
    remove_history,
    remove_location,
)
from stadtherz.services.sensing.actions.unit_changes import change_unit
from stadtherz.services.sensing.models import (
    Datastream,
    FeatureOfInterest,
    Location,
    ObservedProperty,
    ResultKind,
    Sensor,
    Thing,
)
from stadtherz.services.sensing.store.locks import hold_alone
from stadtherz.services.sensing.units import code_of

if TYPE_CHECKING:
    from stadtherz.kernel.people.models import Person

__all__ = [
    "EntityRefused",
    "NoPlace",
    "change_datastream",
    "change_feature",
    "change_history",
    "change_location",
    "change_observed_property",
    "change_sensor",
    "change_thing",
    "create_datastream",
    "create_feature",
    "create_location",
    "create_observed_property",
    "create_sensor",
    "create_thing",
    "feature_for",
    "geometry_of",
    "leave_location",
    "move_thing",
    "remove_datastream",
    "remove_feature",
    "remove_history",
    "remove_location",
    "remove_observed_property",
    "remove_sensor",
    "remove_thing",
]

OM = "http://www.opengis.net/def/observationType/OGC-OM/2.0/"
KINDS = {
    f"{OM}OM_Measurement": ResultKind.NUMBER,
    f"{OM}OM_CountObservation": ResultKind.NUMBER,
    f"{OM}OM_TruthObservation": ResultKind.TRUTH,
    f"{OM}OM_CategoryObservation": ResultKind.TEXT,
}


@transaction.atomic
def create_thing(
    *,
    name: str,
    description: str = "",
    properties: dict[str, Any] | None = None,
    locations: Sequence[Location] = (),
) -> Thing:
    """Something that measures. With locations, its history begins now."""
    thing = Thing.objects.create(name=name, description=description, properties=properties)
    if locations:
        move_thing(thing=thing, locations=locations)
    return thing


@transaction.atomic
def change_thing(*, thing: Thing, **changes: Any) -> Thing:
    """Change ``name``, ``description`` or ``properties``. A thing changes its place by ``move_thing``."""
    return _change(thing, changes)


@transaction.atomic
def remove_thing(*, thing: Thing, by: Person | None = None) -> None:
    """Remove a thing with its history and its datastreams, and these with all observations (table 25)."""
    _hold(thing)
    record(action="sensing.remove_thing", actor=by, subject=f"sensing.thing:{thing.pk}")
    thing.delete()


@transaction.atomic
def create_sensor(
    *,
    name: str,
    encoding_type: str,
    metadata: Any,
    description: str = "",
    properties: dict[str, Any] | None = None,
) -> Sensor:
    """An instrument or procedure."""
    return Sensor.objects.create(
        name=name, description=description, properties=properties, encoding_type=encoding_type, metadata=metadata
    )


@transaction.atomic
def change_sensor(*, sensor: Sensor, **changes: Any) -> Sensor:
    """Change ``name``, ``description``, ``properties``, ``encoding_type`` or ``metadata``."""
    return _change(sensor, changes)


@transaction.atomic
def remove_sensor(*, sensor: Sensor, by: Person | None = None) -> None:
    """Remove a sensor with its datastreams and their observations (table 25)."""
    _hold(sensor)
    record(action="sensing.remove_sensor", actor=by, subject=f"sensing.sensor:{sensor.pk}")
    sensor.delete()


@transaction.atomic
def create_observed_property(
    *, name: str, definition: str, description: str = "", properties: dict[str, Any] | None = None
) -> ObservedProperty:
    """A quantity with its definition."""
    return ObservedProperty.objects.create(
        name=name, description=description, properties=properties, definition=definition
    )


@transaction.atomic
def change_observed_property(*, observed_property: ObservedProperty, **changes: Any) -> ObservedProperty:
    """Change ``name``, ``description``, ``properties`` or ``definition``."""
    return _change(observed_property, changes)


@transaction.atomic
def remove_observed_property(*, observed_property: ObservedProperty, by: Person | None = None) -> None:
    """Remove a quantity with its datastreams and their observations (table 25)."""
    _hold(observed_property)
    record(
        action="sensing.remove_observed_property",
        actor=by,
        subject=f"sensing.observed_property:{observed_property.pk}",
    )
    observed_property.delete()


@transaction.atomic
def create_datastream(
    *,
    thing: Thing,
    sensor: Sensor,
    observed_property: ObservedProperty,
    name: str,
    description: str = "",
    observation_type: str = f"{OM}OM_Measurement",
    unit_of_measurement: dict[str, Any] | None = None,
    properties: dict[str, Any] | None = None,
    observed_area: Any = None,
    quantity: str = "",
    expected_seconds: int | None = None,
    is_open: bool = True,
) -> Datastream:
    """Observations of one property by one sensor of one thing. ``observed_area``: GeoJSON or a geometry.

    Raises ``EntityRefused``."""
    return Datastream.objects.create(
        thing=thing, sensor=sensor, observed_property=observed_property, name=name, description=description,
        observation_type=observation_type, kind=kind_of(observation_type), properties=properties,
        unit_of_measurement=unit_of_measurement or {"name": None, "symbol": None, "definition": None},
        observed_area=_area(observed_area), quantity=quantity, expected_seconds=expected_seconds, is_open=is_open,
    )  # fmt: skip


@transaction.atomic
def change_datastream(*, datastream: Datastream, by: Person | None = None, **changes: Any) -> Datastream:
    """Change any property, or the thing, sensor or observed property that it belongs to.

    A new unit holds for what is observed from now on (``change_unit``).
    """
    unit = changes.pop("unit_of_measurement", None)
    if unit is not None and unit != datastream.unit_of_measurement:
        before = code_of(datastream.unit_of_measurement)
        change_unit(datastream=datastream, unit=unit, by=by, since=timezone.now())
        follow_unit(datastream=datastream, before=before, by=by)
    if "is_open" in changes and changes["is_open"] != datastream.is_open:
        record(
            action="sensing.open_datastream" if changes["is_open"] else "sensing.close_datastream",
            actor=by,
            subject=f"sensing.datastream:{datastream.pk}",
        )
    if "observation_type" in changes:
        changes["kind"] = kind_of(changes["observation_type"])
    if "observed_area" in changes:
        changes["observed_area"] = _area(changes["observed_area"])
    if "thing" in changes and changes["thing"] != datastream.thing:  # another thing stands somewhere else
        changes["current_feature"] = None
    return _change(datastream, changes)


@transaction.atomic
def remove_datastream(*, datastream: Datastream, by: Person | None = None) -> None:
    """Remove a datastream with all observations (table 25)."""
    _hold(datastream)
    record(action="sensing.remove_datastream", actor=by, subject=f"sensing.datastream:{datastream.pk}")
    datastream.delete()


@transaction.atomic
def remove_feature(*, feature: FeatureOfInterest, by: Person | None = None) -> None:
    """Remove a feature of interest with the observations about it (table 25)."""
    record(action="sensing.remove_feature", actor=by, subject=f"sensing.feature:{feature.pk}")
    feature.delete()


def kind_of(observation_type: str) -> ResultKind:
    """The form of results that an observation type stands for (section 8.2.4, table 12)."""
    return KINDS.get(observation_type, ResultKind.ANY)


def _change(entity: Any, changes: dict[str, Any]) -> Any:
    """Only what is changed is saved: the area of a datastream may grow meanwhile."""
    for field, value in changes.items():
        setattr(entity, field, value)
    entity.save(update_fields=[*changes])
    return entity


def _area(area: Any) -> GEOSGeometry | None:
    if area is None or isinstance(area, GEOSGeometry):
        return area
    return geojson_geometry("observedArea", area)


def _hold(entity: Any) -> None:
    """Wait for the writers of the town and for whoever adds something to the entity; from then on nobody does."""
    hold_alone()
    type(entity).objects.select_for_update().get(pk=entity.pk)
