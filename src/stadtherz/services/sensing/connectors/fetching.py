# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Asks a source once: fetches, adopts sites that are new, stores what they measured, and notes how it went.

A source that fails is asked again after a pause that doubles with every failure, up to six hours; what went wrong stands on
the page of sources in words. What was fetched is stored as a whole or not at all.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from django.contrib.gis.geos import Point
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from stadtherz.kernel.outside.refusals import OutsideError
from stadtherz.services.sensing.actions.adoption import Measured, add_fields, adopt_device
from stadtherz.services.sensing.actions.mappings import map_field
from stadtherz.services.sensing.connectors.base import BadAnswer, Batch, Connector, NothingToRead, Site
from stadtherz.services.sensing.connectors.registry import CONNECTORS
from stadtherz.services.sensing.failures import changed, why
from stadtherz.services.sensing.ingest.arrivals import Arrival, take_in
from stadtherz.services.sensing.ingest.messages import NotAMessage
from stadtherz.services.sensing.models import FieldMapping, Source, SourceDevice, SourceKind
from stadtherz.services.sensing.reasons import Reason, noted
from stadtherz.services.sensing.units import code_of, conversion

logger = logging.getLogger(__name__)
LONGEST_PAUSE = timedelta(hours=6)


def due_sources() -> list[Source]:
    """Sources of the active municipality that are to be asked now. Nobody waits for more than a day: what is due later
    was written by a clock that went wrong."""
    now = timezone.now()
    is_due = Q(due_at__lte=now) | Q(due_at__gt=now + timedelta(days=1))
    return list(Source.objects.filter(is_due, kind=SourceKind.CONNECTOR, is_paused=False).order_by("due_at"))


@transaction.atomic
def ask(source: Source) -> Arrival | None:
    """Ask the source; None if that failed. Side effects: values, sites, and the state of the source.

    While the other system is waited for, the source is not locked: a clerk can pause or change it, and what it answers to the
    earlier question is thrown away.
    """
    source = Source.objects.get(pk=source.pk)
    asked = dict(source.settings)
    try:
        batch = _fetched(source)
        with transaction.atomic():
            held = Source.objects.select_for_update().get(pk=source.pk)
            if held.is_paused or held.settings != asked:
                return None
            adopt_sites(source, CONNECTORS[source.connector], batch)
            arrival = take_in(source, batch.messages)
    except NothingToRead as error:
        _failed(source, error.reason)
        return None
    except (BadAnswer, NotAMessage) as error:
        _failed(source, Reason.of(_("The answer cannot be read: %(reason)s"), reason=error))
        return None
    except OutsideError as error:
        logger.warning("source %s: %s", source.pk, error)
        _failed(source, why(error))
        return None
    except (KeyError, TypeError, AttributeError, ValueError, IndexError) as error:  # an answer of another shape
        logger.warning("source %s: %r", source.pk, error, exc_info=True)
        _failed(source, changed(type(error).__name__))
        return None
    now = timezone.now()
    Source.objects.filter(pk=source.pk).update(
        memory=source.memory, due_at=now + timedelta(seconds=source.every_seconds), last_success_at=now, failures=0
    )
    return arrival


def _fetched(source: Source) -> Batch:
    connector = CONNECTORS.get(source.connector)
    if connector is None:
        raise NothingToRead(_("There is no connector %(key)s."), key=source.connector)
    missing = [each.title for each in connector.settings if each.required and not source.settings.get(each.key)]
    if missing:
        raise NothingToRead(_("It is not said yet what is to be asked for: %(missing)s."), missing=missing)
    return connector.fetch(source.settings, source.memory)


def adopt_sites(source: Source, connector: Connector, batch: Batch) -> None:
    """Sites that are not known become things; fields that are new at a known site become datastreams.

    A field becomes a datastream when the first value for it comes, so that a station has none that stay empty.
    """
    measured: dict[str, set[str]] = {}
    for message in batch.messages:
        measured.setdefault(message.device, set()).update(message.values or {})
    known = SourceDevice.objects.filter(source=source).select_related("thing", "source").prefetch_related("mappings")
    devices = {device.external_id: device for device in known}
    for site in _each_once(batch.sites):
        device = devices.get(site.external_id)
        fields = {
            key: Measured(each.quantity, each.unit, each.title)
            for key, each in site.fields.items()
            if key in measured.get(site.external_id, set())
        }
        if device is None:
            _adopt(source, connector, site, fields)
        elif device.thing_id is not None:
            have = {mapping.field for mapping in device.mappings.all()}
            missing = {key: each for key, each in fields.items() if key not in have}
            add_fields(device=device, fields=missing, expected_seconds=site.expected_seconds)
            _follow_units(source, device, site)
    _late_fields(source, batch, devices, measured)


def _follow_units(source: Source, device: SourceDevice, site: Site) -> None:
    """The other system tells another unit than before: from now on its values are reckoned from that one into that of the series.

    Raises ``BadAnswer`` where that is not known exactly; a clerk gives the series the new unit, and it goes on.
    """
    kept = source.memory.get("fields", {}).get(site.external_id, {})
    for key, told in site.fields.items():
        if key not in kept or kept[key][1] == told.unit:
            continue
        mapping = FieldMapping.objects.select_related("datastream").filter(device=device, field=key).first()
        if mapping is None:
            continue
        unit = mapping.datastream.unit_of_measurement
        change = conversion(told.unit, code_of(unit))
        if change is None:
            raise BadAnswer(
                _("%(name)s: %(field)s comes in %(unit)s now, which cannot be converted to the unit of its series. Please change that."),
                name=site.name, field=key, unit=told.unit or "–",
            )  # fmt: skip
        map_field(device=device, field=key, datastream=mapping.datastream, scale=change.factor, offset=change.addend)


def _each_once(sites: Sequence[Site]) -> list[Site]:
    """A site that two answers describe, with the fields of both."""
    found: dict[str, Site] = {}
    for site in sites:
        known = found.get(site.external_id)
        found[site.external_id] = replace(site, fields={**known.fields, **site.fields}) if known else site
    return list(found.values())


def _late_fields(source: Source, batch: Batch, devices: dict[str, SourceDevice], measured: dict[str, set[str]]) -> None:
    """Values of a site that was described in an earlier answer: its fields are kept in the source's memory."""
    kept: dict[str, dict[str, list[str]]] = source.memory.setdefault("fields", {})
    for site in _each_once(batch.sites):
        kept[site.external_id] = {key: [f.quantity, f.unit, f.title] for key, f in site.fields.items()}
    described = {site.external_id for site in batch.sites}
    for name, keys in measured.items():
        device = devices.get(name)
        if name in described or device is None or device.thing_id is None:
            continue
        have = {mapping.field for mapping in device.mappings.all()}
        late = {key: Measured(*kept[name][key]) for key in keys - have if key in kept.get(name, {})}
        if late:
            add_fields(device=device, fields=late)


def _adopt(source: Source, connector: Connector, site: Site, fields: dict[str, Measured]) -> None:
    properties = {key: value for key, value in site.properties.items() if value is not None}
    if connector.attribution:
        properties["attribution"] = connector.attribution
    adopt_device(
        source=source, external_id=site.external_id, name=site.name, fields=fields, by=None, properties=properties,
        place=Point(*site.place, srid=4326) if site.place else None, description=site.description,
        expected_seconds=site.expected_seconds,
    )  # fmt: skip


def _failed(source: Source, reason: Reason) -> None:
    failures = source.failures + 1
    pause = min(timedelta(seconds=source.every_seconds * 2 ** min(failures, 12)), LONGEST_PAUSE)
    now = timezone.now()
    Source.objects.filter(pk=source.pk).update(
        failures=failures, last_error_at=now, due_at=now + pause, **noted(reason)
    )
