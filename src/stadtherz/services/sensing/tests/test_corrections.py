# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Corrections stand beside the delivered value, count at once, work for packed days, and can be taken back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.test import Client
from django.utils import timezone

from stadtherz.kernel.audit.models import AuditEntry
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.people.models import Person
from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.people.tests.factories import person
from stadtherz.services.sensing.actions.corrections import (
    NotCorrectable,
    correct_value,
    flag_values,
    take_back_correction,
)
from stadtherz.services.sensing.actions.entities import create_location, create_thing
from stadtherz.services.sensing.actions.observations import change_observation, remove_observation
from stadtherz.services.sensing.models import Datastream, Latest, Observation
from stadtherz.services.sensing.public import nearest_measurements
from stadtherz.services.sensing.queries.now import reported
from stadtherz.services.sensing.queries.stations import latest_of
from stadtherz.services.sensing.store import Flag, Key, hours, series, write_now
from stadtherz.services.sensing.store.keeping import pack_cold_days
from stadtherz.services.sensing.store.readings import Reading, State
from stadtherz.services.sensing.store.rollups import roll_up
from stadtherz.services.sensing.tests.factories import datastream

START = datetime(2026, 3, 1, tzinfo=UTC)
NOW = datetime(2026, 5, 1, tzinfo=UTC)
ANY_RESULT = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Observation"
MINUTES = [START + timedelta(minutes=15 * n) for n in range(200)]


@pytest.fixture
def clerk(town: Municipality) -> Person:
    return person(Role.CLERK)


@pytest.fixture(params=["rows", "packed"])
def stream(town: Municipality, request: pytest.FixtureRequest) -> Datastream:
    made = datastream()
    write_now([Reading(made.pk, time, n) for n, time in enumerate(MINUTES)])
    if request.param == "packed":
        pack_cold_days(now=NOW)
    roll_up(now=NOW)
    return made


def test_a_corrected_value_counts_instead_of_the_delivered_one(stream: Datastream, clerk: Person) -> None:
    correct_value(key=Key(stream.pk, MINUTES[1]), by=clerk, reason="A lorry stood on the loop.", result=41.5)
    assert series(stream.pk).values[:3].tolist() == [0, 41.5, 2]
    assert hours([stream.pk]).sum[0] == 0 + 41.5 + 2 + 3
    pack_cold_days(now=NOW)
    roll_up(now=NOW)
    assert series(stream.pk).values[:3].tolist() == [0, 41.5, 2]
    assert hours([stream.pk]).max[0] == 41.5
    assert AuditEntry.objects.filter(action="sensing.correct_value").count() == 1
    assert (
        write_now([Reading(stream.pk, MINUTES[1], 1)])[0].state is State.REPEATED
    )  # the delivered value is still known
    take_back_correction(key=Key(stream.pk, MINUTES[1]), by=clerk)
    assert series(stream.pk).values[1] == 1


def test_flagged_values_are_shown_and_left_out(stream: Datastream, clerk: Person) -> None:
    changed = flag_values(
        datastream=stream, since=MINUTES[4], until=MINUTES[8], flag=Flag.SUSPECT, by=clerk, reason="Roadworks"
    )
    found, figures = series(stream.pk), hours([stream.pk])
    assert changed == 4
    assert found.flags[3:9].tolist() == [0, 1, 1, 1, 1, 0]
    assert found.values[4] == 4
    assert (figures.count[1], figures.left_out[1]) == (0, 4)
    flag_values(datastream=stream, since=MINUTES[4], until=MINUTES[8], flag=Flag.FILLED, by=clerk, reason="By hand")
    figures = hours([stream.pk])
    assert (figures.count[1], figures.filled[1], figures.left_out[1]) == (4, 4, 0)


def test_what_is_not_there_cannot_be_corrected(stream: Datastream, clerk: Person) -> None:
    with pytest.raises(NotCorrectable):
        correct_value(key=Key(stream.pk, NOW), by=clerk, reason="x", result=1)
    with pytest.raises(NotCorrectable):
        correct_value(key=Key(stream.pk, MINUTES[0]), by=clerk, reason="x", result=float("nan"))
    with pytest.raises(NotCorrectable):
        flag_values(datastream=stream, since=NOW, until=NOW, flag=Flag.VALID, by=clerk, reason="x")


def test_single_observations_of_packed_days_can_be_changed_moved_and_removed(stream: Datastream, clerk: Person) -> None:
    change_observation(key=Key(stream.pk, MINUTES[2]), by=clerk, result=77)
    assert remove_observation(key=Key(stream.pk, MINUTES[3]), by=clerk)
    moved = change_observation(key=Key(stream.pk, MINUTES[150]), by=clerk, time=(MINUTES[0], None))
    assert moved.sequence == 1
    found = series(stream.pk)
    assert (len(found), found.values[:4].tolist()) == (199, [0, 150, 1, 77])


def test_the_latest_value_follows(stream: Datastream, clerk: Person) -> None:
    assert remove_observation(key=Key(stream.pk, MINUTES[-1]), by=clerk)
    latest = Latest.objects.get()
    assert (latest.phenomenon_time, latest.number, latest.earliest) == (MINUTES[-2], 198, MINUTES[0])
    for time in MINUTES[:-1]:
        remove_observation(key=Key(stream.pk, time), by=clerk) if time.hour == 1 else None
    assert Latest.objects.get().earliest == MINUTES[0]
    assert Observation.objects.count() > 0


@pytest.mark.parametrize("result", [None, "out of order", True])
def test_a_value_that_was_corrected_to_no_number_is_none_for_every_reader(
    town: Municipality, clerk: Person, client: Client, result: Any
) -> None:
    """By the standard's interface a result may become null, and of a series of any result a text as well."""
    place = create_location(
        name="Bridge", encoding_type="application/geo+json", location={"type": "Point", "coordinates": [7.77, 49.44]}
    )
    thing = create_thing(name="Post", locations=[place])
    stream = datastream(thing=thing, quantity="pm10", observation_type=ANY_RESULT)
    now = timezone.now().replace(microsecond=0)
    write_now([Reading(stream.pk, now, 44.0)])
    change_observation(key=Key(stream.pk, now), by=clerk, result=result)
    assert nearest_measurements(Point(7.77, 49.44, srid=4326)) == []
    [value] = latest_of([thing.pk], closed=False)[thing.pk]
    assert value.number is None
    assert [each.number for each in reported(["pm10"], usual=(), now=now)] == []
    for page in ("/wissen/messwerte/", f"/wissen/messwerte/{stream.pk}/"):
        assert client.get(page, secure=True).status_code == 200
