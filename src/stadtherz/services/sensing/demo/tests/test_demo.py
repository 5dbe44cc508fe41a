# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The example data: said to be one, believable, the same everywhere, and loaded once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from django.utils import timezone

from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.services.sensing.demo import curves
from stadtherz.services.sensing.demo.continuing import go_on
from stadtherz.services.sensing.demo.curves import Clock
from stadtherz.services.sensing.demo.loading import load
from stadtherz.services.sensing.models import Datastream, Latest, Observation, QuarantinedMessage, Thing

BERLIN = ZoneInfo("Europe/Berlin")


def test_a_town_with_stations_a_gap_and_a_sensor_that_waits(town: Municipality) -> None:
    load(town)
    assert {thing.description.partition(".")[0] for thing in Thing.objects.all()} == {"Beispieldaten"}
    assert Datastream.objects.count() == Latest.objects.count() == 17
    assert Observation.objects.count() > 40_000
    assert QuarantinedMessage.objects.values("external_id").distinct().count() == 1
    before = Observation.objects.count()
    load(town)
    assert Observation.objects.count() == before


def test_example_stations_go_on_and_others_are_left_alone(town: Municipality, django_assert_num_queries: Any) -> None:
    load(town)
    real = Thing.objects.get(name="Parkhaus Altstadt")
    Thing.objects.filter(pk=real.pk).update(properties=None)
    later = timezone.now() + timedelta(hours=2)
    before = dict(Latest.objects.values_list("pk", "phenomenon_time"))
    count = go_on(now=later)
    assert 8 * 12 + 8 * 7 <= count <= 8 * 13 + 8 * 9
    assert go_on(now=later) == 0
    for stream, latest in Latest.objects.values_list("pk", "phenomenon_time"):
        if stream in set(Datastream.objects.filter(thing=real).values_list("pk", flat=True)):
            assert latest == before[stream]
        else:
            assert timedelta() <= later - latest < timedelta(minutes=15)
    assert go_on(now=later + timedelta(days=90)) <= 28 * (8 * 144 + 8 * 96) + 16
    Thing.objects.update(properties=None)
    with django_assert_num_queries(1):
        assert go_on(now=later + timedelta(days=91)) == 0


def test_curves_are_the_same_on_every_machine() -> None:
    moments = np.arange(1_750_000_000, 1_750_000_000 + 4 * 900, 900, dtype=np.int64)
    clock = Clock("lauter:level", moments, BERLIN)
    assert np.array_equal(curves.water_level(clock), curves.water_level(Clock("lauter:level", moments, BERLIN)))
    assert not np.array_equal(clock.noise("a"), clock.noise("b"))
    assert np.abs(clock.noise()).max() <= 1


def test_a_working_day_has_its_rush_hours() -> None:
    """Local hours, also in winter: more bicycles at half past seven than at three, and than on a Sunday morning."""
    monday = np.arange(
        1_736_719_200, 1_736_719_200 + 86_400, 900, dtype=np.int64
    )  # 13 January 2025, 00:00 in Berlin minus 1 h
    clock = Clock("count-east:bicycles", monday, BERLIN)
    counted = curves.bicycles(clock)
    assert (
        counted[(clock.hour > 7) & (clock.hour < 8)].mean()
        > 4 * counted[(clock.hour > 2) & (clock.hour < 4)].mean() + 4
    )
    assert (counted >= 0).all()
    assert np.array_equal(counted, np.round(counted))
