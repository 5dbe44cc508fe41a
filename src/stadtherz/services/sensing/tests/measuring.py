# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Stations with values for tests of pages, exports and alerts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from stadtherz.services.sensing.actions.entities import (
    create_datastream,
    create_location,
    create_observed_property,
    create_sensor,
    create_thing,
)
from stadtherz.services.sensing.models import Datastream
from stadtherz.services.sensing.quantities import QUANTITIES
from stadtherz.services.sensing.store import write_now
from stadtherz.services.sensing.store.readings import Reading


def stream(
    quantity: str = "pm10", *, name: str = "Messfeld Einsiedlerhof", place: tuple[float, float] | None = (7.68, 49.44),
    every: int | None = 600, is_open: bool = True,
) -> Datastream:  # fmt: skip
    """A station with one datastream."""
    known = QUANTITIES[quantity]
    point = {"type": "Point", "coordinates": list(place)} if place else None
    places = [create_location(name=name, encoding_type="application/geo+json", location=point)] if point else []
    licence = {"source": "eigene Messung", "license": "dl-de/by-2-0"}
    return create_datastream(
        thing=create_thing(name=name, locations=places, properties=licence),
        sensor=create_sensor(name="Gerät", encoding_type="text/plain", metadata="-"),
        observed_property=create_observed_property(name=str(known.title), definition=known.definition),
        name=str(known.title), unit_of_measurement=known.unit_of_measurement, quantity=quantity, expected_seconds=every,
        is_open=is_open,
    )  # fmt: skip


def fill(datastream: Datastream, values: Iterable[tuple[datetime, float]]) -> None:
    """Write values."""
    write_now([Reading(datastream.pk, time, value) for time, value in values])


def unless_now(year: int) -> str:
    """What words say behind a date of that year: the year, or nothing while it is this one (``kernel/ui/dates.py``)."""
    return "" if timezone.localdate().year == year else f" {year}"
