# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Writes the example data: the stations by the clerks' verbs, their values of four weeks in one set."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from django.contrib.gis.geos import Point
from django.utils import timezone

from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.services.sensing import failures
from stadtherz.services.sensing.actions.adoption import Measured, adopt_device
from stadtherz.services.sensing.actions.alerts import create_rule, switch
from stadtherz.services.sensing.actions.sources import create_source, pause_source
from stadtherz.services.sensing.demo.curves import Clock, Moments
from stadtherz.services.sensing.demo.stations import STATIONS, DemoStation
from stadtherz.services.sensing.ingest.arrivals import take_in
from stadtherz.services.sensing.ingest.messages import DeviceMessage
from stadtherz.services.sensing.models import AlertKind, Datastream, FieldMapping, Source, SourceKind, Thing
from stadtherz.services.sensing.reasons import noted
from stadtherz.services.sensing.store.batches import Batch, from_readings, joined, of_series
from stadtherz.services.sensing.store.readings import Reading
from stadtherz.services.sensing.store.writing import write_batch

DAYS = 28
METRES_PER_DEGREE = 111_320.0  # of latitude
EXAMPLE = "Beispieldaten"
MICRO = 1_000_000


def load(municipality: Municipality) -> list[str]:
    """The stations and their values for this municipality, unless it has measurements already."""
    if municipality.key != "kaiserslautern" or Thing.objects.exists():
        return []
    now = timezone.now().replace(second=0, microsecond=0)
    source, _key = create_source(name=f"{EXAMPLE} (erzeugt)", kind=SourceKind.HTTP, by=None)
    batches: list[Batch] = []
    for station in STATIONS:
        batches += _station(source, station, municipality, int(now.timestamp()))
    whole = joined(batches)
    write_batch(whole)
    Source.objects.filter(pk=source.pk).update(accepted=len(whole), last_success_at=now, delay_seconds=45)
    _waiting()
    _stopped(now)
    _rules()
    return []


def _station(source: Source, station: DemoStation, municipality: Municipality, now: int) -> list[Batch]:
    centre = municipality.map_centre
    adopt_device(
        source=source, external_id=station.key, name=station.name, by=None, expected_seconds=station.every,
        description=f"{EXAMPLE}. {station.description}", properties={"example": True} | ({"capacity": station.capacity} if station.capacity else {}),
        place=Point(
            centre.x + station.east / (METRES_PER_DEGREE * math.cos(math.radians(centre.y))),
            centre.y + station.north / METRES_PER_DEGREE, srid=4326,
        ),
        fields={field: Measured(quantity) for field, (quantity, _curve) in station.series.items()},
    )  # fmt: skip
    keys = dict(FieldMapping.objects.filter(device__external_id=station.key).values_list("field", "datastream_id"))
    last = now // station.every * station.every
    moments = np.arange(last - DAYS * 86400, last + 1, station.every, dtype=np.int64)
    if station.silent is not None:
        since, until = (now - hours * 3600 for hours in station.silent)
        moments = moments[(moments < since) | (moments >= until)]
    zone = ZoneInfo(municipality.timezone)
    wholes = [drawn(station, field, keys[field], moments, zone) for field in station.series]
    return [part for whole in wholes for part in _marked(station, whole, moments, now)]


def _marked(station: DemoStation, whole: Batch, moments: Moments, now: int) -> list[Batch]:
    """Values of a series; those that bear a flag as readings of their own."""
    datastream = int(whole.ids[0])
    flagged = np.zeros(len(moments), bool)
    readings: list[Reading] = []
    for flag, (since, until) in station.marked.items():
        which = (moments >= now - since * 3600) & (moments < now - until * 3600)
        flagged |= which
        readings += [
            Reading(datastream, datetime.fromtimestamp(int(moment), UTC), float(value), quality={"flag": flag})
            for moment, value in zip(moments[which], whole.numbers[which], strict=True)
        ]
    if not readings:
        return [whole]
    return [of_series(datastream, moments[~flagged] * MICRO, whole.numbers[~flagged]), from_readings(readings)]


def drawn(station: DemoStation, field: str, datastream: int, moments: Moments, zone: ZoneInfo) -> Batch:
    """What the curve of this field says at these moments, as rows of the datastream."""
    _quantity, curve = station.series[field]
    values = curve(Clock(f"{station.key}:{field}", moments, zone)) + 0.0  # no -0
    return of_series(datastream, moments * MICRO, values)


def _rules() -> None:
    """Rules to try out; only the first is switched on."""
    wishes = (
        ("water_level", "Pegel Lauter steigt", {"bound": 80.0, "release": 75.0, "is_public": True}),
        ("noise", "Laut in der Nacht", {"bound": 55.0, "release": 52.0, "hold": 20, "from_hour": 22, "to_hour": 6}),
        ("bicycles", "Zählstelle schweigt", {"kind": AlertKind.SILENCE, "minutes": 120}),
    )
    for quantity, name, more in wishes:
        watched = Datastream.objects.filter(quantity=quantity).order_by("pk").first()
        if watched is not None:
            rule = create_rule(clerk=None, name=name, datastream=watched, mail_to="umwelt@example.org", **more)
            if quantity == "water_level":
                switch(rule=rule, on=True, clerk=None)


def _stopped(now: datetime) -> None:
    """A system that was asked, failed, and was paused: for looking at how that is told. It is never asked."""
    gone = noted(failures.of_status(404))
    source, _none = create_source(
        name=f"Pegel, angehalten ({EXAMPLE})", kind=SourceKind.CONNECTOR, by=None, connector="pegelonline",
        settings={"stations": ["LAUTER"]}, every_seconds=900,
    )  # fmt: skip
    pause_source(source=source, paused=True, by=None)
    Source.objects.filter(pk=source.pk).update(failures=3, last_error_at=now - timedelta(hours=2), **gone)


def _waiting() -> None:
    """A sensor that nobody has adopted: for trying out how a clerk does it."""
    source, _key = create_source(name=f"LoRaWAN ({EXAMPLE})", kind=SourceKind.TTN, by=None)
    messages = []
    for hour in range(24, 0, -1):
        time = timezone.now().replace(minute=0, second=0, microsecond=0) - timedelta(hours=hour)
        degrees = round(900 + 350 * math.cos((time.hour - 15) / 12 * math.pi))
        frame = (
            bytes([0xCB, 0xC6])
            + degrees.to_bytes(2, "big", signed=True)
            + (655).to_bytes(2, "big")
            + bytes.fromhex("017fff7fff")
        )
        messages.append(DeviceMessage("a8404100018f2b31", time, None, frame, 2, mark=f"260b1234:{hour}:2"))
    take_in(source, messages)
