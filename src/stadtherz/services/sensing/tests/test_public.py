# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What other services are told: the nearest present number of each quantity, of open datastreams of this town."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.utils import timezone

from stadtherz.kernel.geo.models import District
from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.services.sensing.actions.entities import create_location, create_thing
from stadtherz.services.sensing.models import Datastream
from stadtherz.services.sensing.public import datastreams_in, nearest_measurements
from stadtherz.services.sensing.store import write_now
from stadtherz.services.sensing.store.readings import Reading
from stadtherz.services.sensing.tests.factories import datastream

HERE = Point(7.77, 49.44, srid=4326)


def _measured(
    name: str, north: float, quantity: str, value: float | None, *, age: float = 0.1, **given: Any
) -> Datastream:
    point = {"type": "Point", "coordinates": [7.77, 49.44 + north / 111_200]}
    place = create_location(name=name, encoding_type="application/geo+json", location=point)
    made = datastream(thing=create_thing(name=name, locations=[place]), quantity=quantity, **given)
    quality = "suspect" if value is not None and value < 0 else None
    write_now([Reading(made.pk, timezone.now() - timedelta(hours=age), value, quality=quality)])
    return made


@pytest.fixture
def things(town: Municipality, kusel: Municipality) -> dict[str, Datastream]:
    with activate(kusel):
        _measured("Theirs", 1, "air_temperature", 99)
    return {
        "far": _measured("Far", 900, "air_temperature", 20),
        "near": _measured("Near", 300, "air_temperature", 21.5),
        "closed": _measured("Closed", 100, "air_temperature", 22, is_open=False),
        "silent": _measured("Silent", 50, "air_temperature", 23, age=30),
        "doubt": _measured("Doubt", 40, "air_temperature", -5),
        "null": _measured("Null", 30, "air_temperature", None),
        "humid": _measured("Humid", 500, "humidity", 60),
        "away": _measured("Away", 5000, "pm25", 7),
    }


def test_the_nearest_present_number_of_each_quantity(
    things: dict[str, Datastream], django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        found = nearest_measurements(HERE)
    assert [(m.station, m.number, m.quantity) for m in found] == [
        ("Near", 21.5, "air_temperature"), ("Humid", 60.0, "humidity"),
    ]  # fmt: skip
    assert 295 <= found[0].metres <= 305
    assert (found[0].symbol, found[0].url) == ("°C", f"/wissen/messwerte/{found[0].datastream}/")
    assert [m.station for m in nearest_measurements(HERE, limit=1)] == ["Near"]


def test_what_is_measured_in_a_district(things: dict[str, Datastream]) -> None:
    area = MultiPolygon(Polygon.from_bbox((7.76, 49.4415, 7.78, 49.4465)), srid=4326)
    district = District.objects.create(name="North", geometry=area, middle=Point(7.77, 49.442, srid=4326))
    assert datastreams_in(district.pk) == sorted([things["near"].pk, things["humid"].pk])
