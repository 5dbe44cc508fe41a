# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whatever is written, repeated, corrected, packed and rolled up in whatever order: it reads as plain Python says it should.

The times lie around the nights in which Berlin changes its clocks (30 March and 26 October 2025), in UTC as the store has them;
local days of 23 and 25 hours are sums of these hours.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.people.tests.factories import person
from stadtherz.services.sensing.actions.corrections import correct_value, flag_values
from stadtherz.services.sensing.models import Datastream
from stadtherz.services.sensing.store import Flag, Key, hours, relation, series, write_now
from stadtherz.services.sensing.store.execution import execute
from stadtherz.services.sensing.store.identifiers import understood
from stadtherz.services.sensing.store.keeping import pack_cold_days
from stadtherz.services.sensing.store.moments import moment
from stadtherz.services.sensing.store.readings import Reading, State
from stadtherz.services.sensing.store.rollups import roll_up
from stadtherz.services.sensing.tests.factories import datastream

BERLIN = ZoneInfo("Europe/Berlin")
NIGHTS = [datetime(2025, 3, 29, 20, tzinfo=UTC), datetime(2025, 10, 25, 20, tzinfo=UTC)]
LATER = datetime(2026, 6, 1, tzinfo=UTC)
times = st.builds(lambda night, step: night + timedelta(minutes=20 * step), st.sampled_from(NIGHTS), st.integers(0, 40))
values = st.one_of(
    st.none(), st.integers(0, 20), st.decimals(-9, 9, places=1).map(float), st.sampled_from([0.1 + 0.2, 1e17])
)
readings = st.lists(st.tuples(times, values), min_size=1, max_size=12)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("write"), readings),
        st.tuples(st.just("correct"), st.tuples(st.integers(0, 99), st.integers(-5, 5))),
        st.tuples(st.just("flag"), st.tuples(times, st.integers(1, 200), st.sampled_from(list(Flag)))),
        st.tuples(st.sampled_from(["pack", "roll_up"]), st.none()),
    ),
    min_size=1, max_size=10,
)  # fmt: skip


class Expected:
    """The store as a dictionary: (time, sequence) → delivered, valid, flag."""

    def __init__(self) -> None:
        self.rows: dict[tuple[datetime, int], tuple[float | None, float | None, Flag]] = {}

    def write(self, time: datetime, value: float | None) -> tuple[int, State]:
        there = {sequence: row for (moment_, sequence), row in self.rows.items() if moment_ == time}
        for sequence, row in there.items():
            if row[0] == value:
                return sequence, State.REPEATED
        self.rows[time, len(there)] = (value, value, Flag.VALID)
        return len(there), State.NEW

    def hours(self) -> dict[datetime, tuple[int, float, int]]:
        found: dict[datetime, list[tuple[float, Flag]]] = defaultdict(list)
        for (time, _sequence), (_delivered, value, flag) in self.rows.items():
            if value is not None:
                found[time.replace(minute=0)].append((value, flag))
        good = {hour: [v for v, flag in rows if flag in (Flag.VALID, Flag.FILLED)] for hour, rows in found.items()}
        return {hour: (len(good[hour]), sum(good[hour]), len(rows) - len(good[hour])) for hour, rows in found.items()}


@pytest.mark.django_db
@settings(max_examples=40, deadline=None)
@given(steps)
def test_it_reads_as_a_dictionary_would(plan: list[tuple[str, object]]) -> None:
    with transaction.atomic():
        town = Municipality.objects.create(key="properties", name="Properties", languages=["de"])
        with activate(town):
            _run(datastream(), plan)
        transaction.set_rollback(True)


def _run(stream: Datastream, plan: list[tuple[str, object]]) -> None:
    expected, clerk = Expected(), person(Role.CLERK)
    for verb, given_ in plan:
        if verb == "write":
            outcomes = write_now([Reading(stream.pk, time, value) for time, value in given_])  # type: ignore[attr-defined]
            for (time, value), outcome in zip(given_, outcomes, strict=True):  # type: ignore[call-overload]
                sequence, state = expected.write(time, value)
                assert (understood(outcome.id), outcome.state) == (Key(stream.pk, time, sequence), state)
        elif verb == "correct" and expected.rows:
            place, value = given_  # type: ignore[misc]
            time, sequence = sorted(expected.rows)[place % len(expected.rows)]
            correct_value(key=Key(stream.pk, time, sequence), by=clerk, reason="x", result=value)
            expected.rows[time, sequence] = (expected.rows[time, sequence][0], value, Flag.VALID)
        elif verb == "flag":
            since, minutes, flag = given_  # type: ignore[misc]
            until = since + timedelta(minutes=minutes)
            touched = [key for key in expected.rows if since <= key[0] < until]
            assert flag_values(datastream=stream, since=since, until=until, flag=flag, by=clerk, reason="x") == len(
                touched
            )
            for key in touched:
                delivered = expected.rows[key][0]
                expected.rows[key] = (delivered, delivered, flag)
        elif verb == "pack":
            pack_cold_days(now=LATER)
        elif verb == "roll_up":
            roll_up(now=LATER)
        _compare(stream, expected)


def _compare(stream: Datastream, expected: Expected) -> None:
    found = series(stream.pk)
    rows = zip(map(moment, found.times.tolist()), found.values.tolist(), found.flags.tolist(), strict=True)
    assert [(time, None if value != value else value, flag) for time, value, flag in rows] == [
        (time, value, flag) for (time, _sequence), (_delivered, value, flag) in sorted(expected.rows.items())
    ]
    asked = relation(datastreams=[stream.pk])
    statement = f"SELECT phenomenon_time, sequence, raw_number, number FROM {asked.sql} AS o ORDER BY 1, 2"
    assert execute(statement, asked.params) == [
        (time, sequence, delivered, value)
        for (time, sequence), (delivered, value, _flag) in sorted(expected.rows.items())
    ]
    figures = hours([stream.pk])
    kept = zip(map(moment, figures.hours.tolist()), figures.count, figures.sum, figures.left_out, strict=True)
    assert {hour: (count, pytest.approx(total), out) for hour, count, total, out in kept} == expected.hours()
    day = date(2025, 10, 26)
    since, until = (datetime.combine(d, datetime.min.time(), BERLIN) for d in (day, day + timedelta(days=1)))
    of_day = hours([stream.pk], since, until)
    assert until.astimezone(UTC) - since.astimezone(UTC) == timedelta(hours=25)
    wanted = [row for hour, row in expected.hours().items() if since <= hour < until]
    assert (int(of_day.count.sum()), of_day.sum.sum()) == (
        sum(row[0] for row in wanted), pytest.approx(sum(row[1] for row in wanted)),
    )  # fmt: skip
