# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Verbs by which a device becomes one of the town's: adopted with place and quantities, its fields assigned, let go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from stadtherz.kernel.audit.actions import record
from stadtherz.kernel.municipalities.active import active
from stadtherz.services.sensing.actions.entities import (
    change_datastream,
    create_datastream,
    create_location,
    create_observed_property,
    create_sensor,
    create_thing,
)
from stadtherz.services.sensing.actions.geometries import GEOJSON_TYPE, as_geojson
from stadtherz.services.sensing.actions.mappings import map_field, sent_unit
from stadtherz.services.sensing.actions.places import NoPlace, feature_for
from stadtherz.services.sensing.actions.sources import SourceRefused, grant_datastream
from stadtherz.services.sensing.decoders import DECODERS
from stadtherz.services.sensing.ingest.arrivals import Arrival, take_in
from stadtherz.services.sensing.ingest.quarantine import one_by_one, take_out
from stadtherz.services.sensing.models import (
    Datastream,
    FieldMapping,
    ObservedProperty,
    Sensor,
    Source,
    SourceDevice,
    Thing,
)
from stadtherz.services.sensing.quantities import QUANTITIES, Quantity
from stadtherz.services.sensing.units import SAME, Linear, code_of, conversion

if TYPE_CHECKING:
    from stadtherz.kernel.people.models import Person


@dataclass(frozen=True, slots=True)
class Measured:
    """What a field of a device measures: a quantity of the catalogue, and the unit in which the device sends it.

    ``title`` names the datastream where the quantity alone does not say enough ("towards the centre").
    """

    quantity: str
    unit: str = ""
    title: str = ""


@transaction.atomic
def adopt_device(
    *,
    source: Source,
    external_id: str,
    name: str,
    place: Point | None,
    fields: Mapping[str, Measured],
    by: Person | None,
    description: str = "",
    decoder: str = "",
    expected_seconds: int | None = None,
    properties: dict[str, Any] | None = None,
    is_open: bool = True,
    station: Thing | None = None,
    replaces: bool = False,
) -> tuple[SourceDevice, Arrival]:
    """Make a device of a source a thing of the town with a datastream for each field, and take in what waited of it.

    With ``station`` it belongs to a thing that is there: series of it that no device feeds any more go on, as after an exchange.
    With ``replaces`` devices there that measure one of the same quantities are let go.
    Side effects: thing, location, sensor, datastreams, an entry in the record, the quarantined messages of the device.
    Raises ``SourceRefused`` if it is adopted already or a quantity is not in the catalogue.
    """
    one_by_one(source)  # a message on its way waits, or is taken out below
    if SourceDevice.objects.filter(source=source, external_id=external_id).exists():
        raise SourceRefused(_("This device has been adopted already."), "external_id")
    if station is None and not name.strip():
        raise SourceRefused(_("The sensor needs a name."), "name")
    if station is not None and replaces:
        batteries = {key for key in QUANTITIES if key.startswith("battery")}  # every device has one
        quantities = {measured.quantity for measured in fields.values()} - batteries
        same = FieldMapping.objects.filter(device__thing=station, datastream__quantity__in=quantities).values("device")
        for each in SourceDevice.objects.filter(pk__in=same):
            let_go_device(device=each, by=by)
    thing = station or _thing(name.strip(), place, description, properties)
    device = SourceDevice.objects.create(source=source, external_id=external_id, decoder=decoder, thing=thing)
    record(
        action="sensing.adopt_device", actor=by, subject=f"sensing.source:{source.pk}",
        detail={"thing": thing.pk, "fields": sorted(fields)},
    )  # fmt: skip
    add_fields(device=device, fields=fields, expected_seconds=expected_seconds, is_open=is_open)
    return device, take_in(source, take_out(source, external_id))


@transaction.atomic
def set_up_station(
    *, source: Source, name: str, place: Point, quantities: Sequence[str], by: Person | None, expected_seconds: int | None = None,
) -> Thing:  # fmt: skip
    """A new station with a datastream for each quantity, into which the key of the source may write.

    Side effects: thing, location, sensor, datastreams, rights, entries in the record. Raises ``SourceRefused``.
    """
    if not name.strip():
        raise SourceRefused(_("The sensor needs a name."), "name")
    thing = _thing(name.strip(), place)
    record(
        action="sensing.set_up_station", actor=by, subject=f"sensing.source:{source.pk}",
        detail={"thing": thing.pk, "fields": sorted(quantities)},
    )  # fmt: skip
    for key in quantities:
        made = _datastream(thing, _instrument(source.name, source.kind), Measured(key), expected_seconds, is_open=True)
        grant_datastream(source=source, datastream=made, by=by)
    return thing


def _thing(name: str, place: Point | None, description: str = "", properties: dict[str, Any] | None = None) -> Thing:
    thing = create_thing(name=name, description=description, properties=properties)
    if place is not None:
        create_location(
            name=name, encoding_type=GEOJSON_TYPE, things=[thing],
            location=as_geojson(place),
        )  # fmt: skip
    return thing


def _datastream(
    thing: Thing, sensor: Sensor, measured: Measured, expected_seconds: int | None, *, is_open: bool
) -> Datastream:
    quantity = _quantity(measured.quantity)
    made = create_datastream(
        thing=thing, sensor=sensor, observed_property=observed_property(quantity),
        name=f"{thing.name}: {measured.title or town_word(quantity)}", description=measured.title,
        observation_type=quantity.observation_type, unit_of_measurement=quantity.unit_of_measurement,
        quantity=quantity.key, expected_seconds=expected_seconds, is_open=is_open,
    )  # fmt: skip
    with suppress(NoPlace):  # what is measured about is where the thing stands, if anybody knows
        feature_for(datastream=made)
    return made


def _orphan(thing: Thing, measured: Measured) -> Datastream | None:
    """A series of this quantity, at the same thing, that a device fed before: it goes on instead of a second one beside it."""
    fed = FieldMapping.objects.filter(datastream__thing=thing).values("datastream")
    same = Datastream.objects.filter(thing=thing, quantity=_quantity(measured.quantity).key, description=measured.title)
    return same.exclude(pk__in=fed).order_by("-latest__phenomenon_time", "pk").first()


@transaction.atomic
def add_fields(
    *,
    device: SourceDevice,
    fields: Mapping[str, Measured],
    expected_seconds: int | None = None,
    is_open: bool = True,
) -> list[FieldMapping]:
    """A datastream for each field that has none yet, at the device's thing: one that no field goes to any more, else a new one."""
    known = set(FieldMapping.objects.filter(device=device).values_list("field", flat=True))
    thing = device.thing
    if thing is None:
        raise SourceRefused(_("The thing of this device was removed. Please adopt it anew."))
    sensor = sensor_of(device)
    made = []
    for field, measured in fields.items():
        if field in known:
            continue
        datastream = _orphan(thing, measured)
        if datastream is None:
            datastream = _datastream(thing, sensor, measured, expected_seconds, is_open=is_open)
        elif datastream.sensor_id != sensor.pk:
            change_datastream(datastream=datastream, sensor=sensor)
        # a unit that is not known counts as the same
        change = conversion(measured.unit, code_of(datastream.unit_of_measurement)) or SAME
        made.append(
            map_field(device=device, field=field, datastream=datastream, scale=change.factor, offset=change.addend)
        )
    return made


@transaction.atomic
def ignore_device(*, source: Source, external_id: str, by: Person | None) -> SourceDevice:
    """The device is none of the town's: what waits of it is thrown away, and what it sends from now on. Letting it go takes that back.

    Raises ``SourceRefused`` if it is adopted already.
    """
    one_by_one(source)
    if SourceDevice.objects.filter(source=source, external_id=external_id).exists():
        raise SourceRefused(_("This device has been adopted already."), "external_id")
    take_out(source, external_id)
    record(action="sensing.ignore_device", actor=by, subject=f"sensing.source:{source.pk}")
    return SourceDevice.objects.create(source=source, external_id=external_id)


@transaction.atomic
def let_go_device(*, device: SourceDevice, by: Person | None) -> None:
    """The device is no longer one of the town's; what it sends goes into quarantine again. Thing and values stay."""
    record(
        action="sensing.let_go_device", actor=by, subject=f"sensing.source:{device.source_id}",
        detail={"thing": device.thing_id},
    )  # fmt: skip
    device.delete()


@transaction.atomic
def change_model(*, device: SourceDevice, decoder: str, by: Person | None) -> None:
    """The messages of a device are read as those of another model from now on; empty: as the network decodes them.

    Series stay. Where the other model names another unit, its values are converted. Values that are stored stay as they are.
    """
    device.decoder = decoder
    device.save(update_fields=["decoder"])
    record(
        action="sensing.change_model", actor=by, subject=f"sensing.source:{device.source_id}",
        detail={"device": device.pk, "decoder": decoder},
    )  # fmt: skip
    sensor = sensor_of(device)
    for mapping in FieldMapping.objects.filter(device=device).select_related("datastream", "device__source"):
        change_datastream(datastream=mapping.datastream, sensor=sensor)
        change = conversion(sent_unit(mapping), code_of(mapping.datastream.unit_of_measurement))
        if change is not None and change != Linear(mapping.scale, mapping.offset):
            map_field(
                device=device,
                field=mapping.field,
                datastream=mapping.datastream,
                scale=change.factor,
                offset=change.addend,
                by=by,
            )


def observed_property(quantity: Quantity) -> ObservedProperty:
    """The town's observed property for a quantity, made when it is needed first."""
    found = ObservedProperty.objects.filter(properties__quantity=quantity.key).first()
    return found or create_observed_property(
        name=town_word(quantity), definition=quantity.definition, properties={"quantity": quantity.key}
    )


def town_word(quantity: Quantity) -> str:
    """The quantity in the municipality's first language, whoever adopts."""
    with translation.override(active().languages[0] if active().languages else "de"):
        return str(quantity.title)


def sensor_of(device: SourceDevice) -> Sensor:
    """The instrument: the model that the decoder is for, else the source itself. One for all devices of that kind."""
    decoder = DECODERS.get(device.decoder)
    name = f"{decoder.vendor} {decoder.title}" if decoder else device.source.name
    return _instrument(name, device.decoder or device.source.kind)


def _instrument(name: str, metadata: str) -> Sensor:
    found = Sensor.objects.filter(name=name).first()
    return found or create_sensor(name=name, encoding_type="text/plain", metadata=metadata)


def _quantity(key: str) -> Quantity:
    if key not in QUANTITIES:
        raise SourceRefused(_("There is no quantity %(key)s in the catalogue.") % {"key": key}, "quantity")
    return QUANTITIES[key]
