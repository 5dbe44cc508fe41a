# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Packed or not, what is read is the same; late and repeated deliveries reach packed days."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.services.sensing.models import ChangedHour, Datastream, Hour, KeepingRule, Latest, Observation, PackedDay
from stadtherz.services.sensing.store import months
from stadtherz.services.sensing.store.keeping import forget_old, pack_cold_days, rules
from stadtherz.services.sensing.store.reading import series
from stadtherz.services.sensing.store.readings import Reading, State
from stadtherz.services.sensing.store.relations import COLUMNS, relation, windows
from stadtherz.services.sensing.store.rollups import hours, roll_up
from stadtherz.services.sensing.store.writing import write_now
from stadtherz.services.sensing.tests.factories import datastream

NOW = datetime(2026, 5, 20, 12, tzinfo=UTC)
START = datetime(2026, 3, 1, tzinfo=UTC)


def _readings(stream: Datastream, days: int = 3) -> list[Reading]:
    chance = random.Random(4)
    made = [Reading(stream.pk, START + timedelta(minutes=30 * n), chance.randint(0, 90) / 10) for n in range(48 * days)]
    made[7] = Reading(stream.pk, made[7].time, None, quality="lost")
    made[9] = Reading(stream.pk, made[9].time, 4.5, quality="suspect", parameters={"battery": 3.3})
    return [*made, Reading(stream.pk, made[3].time, 77)]


def _all(stream: Datastream, since: datetime | None = None, until: datetime | None = None) -> list[tuple[Any, ...]]:
    asked = relation(datastreams=[stream.pk], since=since, until=until)
    assert asked.is_whole
    names = ", ".join(f"{each}::text" for each in COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {names} FROM {asked.sql} AS o ORDER BY phenomenon_time, sequence", asked.params)
        return cursor.fetchall()


def _series(stream: Datastream) -> list[list[str]]:
    found = series(stream.pk)
    return [found.times.tolist(), [repr(v) for v in found.values.tolist()], found.flags.tolist()]


@pytest.fixture
def stream(town: Municipality) -> Datastream:
    return datastream()


def test_packing_changes_nothing_for_those_who_read(stream: Datastream, kusel: Municipality) -> None:
    write_now(_readings(stream))
    before, columns, figures = _all(stream), _series(stream), hours([stream.pk]).sum.tolist()
    inside = (START + timedelta(hours=5), START + timedelta(hours=30, microseconds=1))
    part = _all(stream, *inside)
    assert pack_cold_days(now=NOW) == 3
    assert (Observation.objects.count(), PackedDay.objects.count()) == (0, 3)
    assert _all(stream) == before
    assert _all(stream, *inside) == part
    assert _series(stream) == columns
    assert hours([stream.pk]).sum.tolist() == figures
    with activate(kusel):
        assert pack_cold_days(now=NOW) == 0
        assert relation(datastreams=[stream.pk]).params == [stream.pk]


def test_late_and_repeated_values_reach_packed_days(stream: Datastream) -> None:
    readings = _readings(stream)
    write_now(readings)
    pack_cold_days(now=NOW)
    late = Reading(stream.pk, START + timedelta(minutes=5), 1)
    other = Reading(stream.pk, readings[0].time, 99)
    states = [each.state for each in write_now([*readings, late, other])]
    assert states == [State.REPEATED] * len(readings) + [State.NEW] * 2
    before = _all(stream)
    assert len(before) == len(readings) + 2
    assert pack_cold_days(now=NOW) == 1
    assert _all(stream) == before
    assert [each.state for each in write_now([late, other])] == [State.REPEATED] * 2


def test_young_days_stay_and_the_rule_of_the_town_decides(stream: Datastream) -> None:
    write_now([Reading(stream.pk, NOW - timedelta(days=age), age) for age in (5, 20, 40)])
    assert pack_cold_days(now=NOW) == 1
    KeepingRule.objects.create(pack_after_days=10)
    assert pack_cold_days(now=NOW) == 1
    assert Observation.objects.count() == 1


def test_windows_cover_everything_once(stream: Datastream, monkeypatch: pytest.MonkeyPatch) -> None:
    write_now(_readings(stream, days=8))
    pack_cold_days(now=NOW)
    whole = _all(stream)
    monkeypatch.setattr("stadtherz.services.sensing.store.relations.MOST_ROWS", 120)
    assert not relation(datastreams=[stream.pk]).is_whole
    pieces = [_all(stream, since, until) for since, until in windows(datastreams=[stream.pk])]
    assert len(pieces) > 3
    assert [row for piece in reversed(pieces) for row in piece] == whole


def test_figures_are_the_same_before_and_after_the_job(stream: Datastream) -> None:
    write_now(_readings(stream))
    at_once = hours([stream.pk])
    assert roll_up(now=NOW) == 72
    assert (ChangedHour.objects.count(), Hour.objects.count()) == (0, 72)
    kept = hours([stream.pk])
    for name in ("hours", "count", "sum", "min", "max", "filled", "left_out"):
        assert getattr(kept, name).tolist() == getattr(at_once, name).tolist(), name
    write_now([Reading(stream.pk, START + timedelta(minutes=1), 1000)])
    assert hours([stream.pk]).max[0] == 1000


def test_a_rule_forgets_single_values_and_keeps_their_figures(stream: Datastream) -> None:
    write_now([*_readings(stream), Reading(stream.pk, NOW, 5)])
    pack_cold_days(now=NOW - timedelta(days=48))
    assert PackedDay.objects.count() == 2
    KeepingRule.objects.create(datastream=stream, keep_days=30)
    for rule in rules(now=NOW):
        forget_old(*rule)
    assert (Observation.objects.count(), PackedDay.objects.count()) == (1, 0)
    assert len(hours([stream.pk])) == 73
    latest = Latest.objects.get()
    assert (latest.earliest, latest.phenomenon_time, latest.number) == (NOW, NOW, 5)
    forget_old(stream.pk, NOW.date() + timedelta(days=1), None)
    assert not Latest.objects.exists()  # what is to be forgotten is not kept as the latest value for ever
    with connection.cursor() as cursor:
        months.drop_empty(now=NOW + timedelta(days=30))
        cursor.execute("SELECT to_regclass('sensing_observation_y2026m03')")
        assert cursor.fetchone() == (None,)
