# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The writer: what is new, what is repeated, what is refused, and what follows from a new value."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import numpy as np
import pytest
from django.db import IntegrityError, connection, transaction

from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.services.sensing.actions.entities import create_feature
from stadtherz.services.sensing.models import ChangedHour, Datastream, Latest, Observation
from stadtherz.services.sensing.store import months, reading, wire
from stadtherz.services.sensing.store.execution import execute, execute_alone
from stadtherz.services.sensing.store.identifiers import identifier
from stadtherz.services.sensing.store.readings import Reading, Refused, State, Written
from stadtherz.services.sensing.store.writing import write_now
from stadtherz.services.sensing.tests.factories import datastream

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
OM = "http://www.opengis.net/def/observationType/OGC-OM/2.0/"


@pytest.fixture
def stream(town: Municipality) -> Datastream:
    return datastream()


class Undone(Exception):
    """Ends a transaction without its effects."""


def _minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


def _states(outcomes: list[Written | Refused]) -> list[State | str]:
    return [each.state if isinstance(each, Written) else each.field for each in outcomes]


def _rows(stream: Datastream) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT phenomenon_time, sequence, number, value::text, details::text FROM sensing_observation"
            " WHERE datastream_id = %s ORDER BY 1, 2", [stream.pk],
        )  # fmt: skip
        return cursor.fetchall()


def test_a_repeated_delivery_changes_nothing_and_says_so(stream: Datastream) -> None:
    readings = [Reading(stream.pk, NOON + _minutes(n), n) for n in range(3)]
    first, again = write_now(readings), write_now([*readings, Reading(stream.pk, NOON + _minutes(3), 3)])
    assert first == [Written(identifier(stream.pk, NOON + _minutes(n)), State.NEW) for n in range(3)]
    assert _states(again) == [State.REPEATED] * 3 + [State.NEW]
    assert [each.id for each in again[:3]] == [each.id for each in first]
    assert len(_rows(stream)) == 4


def test_another_value_at_the_same_time_gets_the_next_sequence(stream: Datastream) -> None:
    write_now([Reading(stream.pk, NOON, 5)])
    outcomes = write_now([Reading(stream.pk, NOON, 6), Reading(stream.pk, NOON, 5), Reading(stream.pk, NOON, 6)])
    assert _states(outcomes) == [State.NEW, State.REPEATED, State.REPEATED]
    assert outcomes[0] == Written(f"{identifier(stream.pk, NOON)}-1", State.NEW)
    assert [row[1:3] for row in _rows(stream)] == [(0, 5.0), (1, 6.0)]


def test_one_batch_may_hold_several_values_of_one_time(stream: Datastream) -> None:
    values = [Reading(stream.pk, NOON, n) for n in (7, 8, 7, 9)]
    assert _states(write_now(values)) == [State.NEW, State.NEW, State.REPEATED, State.NEW]
    assert [row[2] for row in _rows(stream)] == [7.0, 8.0, 9.0]


def test_the_order_of_the_answers_is_the_order_of_the_readings(town: Municipality) -> None:
    one, two = datastream(), datastream()
    readings = [Reading(s.pk, NOON - _minutes(n), n) for n in range(3) for s in (two, one)]
    assert [each.id for each in write_now(readings)] == [identifier(r.datastream, r.time) for r in readings]


@pytest.mark.parametrize("result", [True, "dry", {"a": [1.5, None]}, [1, 2], None, 2**60, -1.25, 0])
def test_every_form_of_result_is_kept(town: Municipality, result: Any) -> None:
    stream = datastream(observation_type=f"{OM}OM_Observation")
    reading = Reading(stream.pk, NOON, result)
    assert _states(write_now([reading, reading])) == [State.NEW, State.REPEATED]
    number, value = _rows(stream)[0][2:4]
    if isinstance(result, int | float) and not isinstance(result, bool) and abs(result) < 2**53:
        assert (number, value) == (result, None)
    else:
        import json

        assert json.loads(value) == result


def test_details_are_kept_and_compared(stream: Datastream) -> None:
    berlin = timezone(timedelta(hours=1))
    feature = create_feature(
        name="Bridge", encoding_type="application/geo+json", feature={"type": "Point", "coordinates": [7, 49]}
    )
    given: dict[str, Any] = {
        "end": NOON + _minutes(15), "result_time": datetime(2026, 3, 1, 13, 20, tzinfo=berlin),
        "valid_time": (NOON, NOON + _minutes(60)), "quality": {"code": 1}, "parameters": {"battery": 3.6},
    }  # fmt: skip
    reading = Reading(stream.pk, NOON, 5, feature=feature.pk, **given)
    other = Reading(stream.pk, NOON, 5, feature=feature.pk, **{**given, "parameters": {"battery": 3.5}})
    assert _states(write_now([reading, reading, other])) == [State.NEW, State.REPEATED, State.NEW]
    assert '"result_time": "2026-03-01T12:20:00Z"' in _rows(stream)[0][4]
    latest = Latest.objects.get()
    assert (latest.earliest, latest.until, latest.sequence) == (NOON, NOON + _minutes(15), 1)
    assert latest.result_since == latest.result_until == NOON + _minutes(20)


def test_what_cannot_be_stored_is_refused_alone(stream: Datastream, kusel: Municipality) -> None:
    with activate(kusel):
        theirs = datastream()
    nan, endless = float("nan"), float("inf")
    truth, text = (datastream(observation_type=f"{OM}OM_{kind}Observation") for kind in ("Truth", "Category"))
    cases: list[tuple[Reading, str]] = [
        (Reading(stream.pk, NOON, nan), "result"),
        (Reading(stream.pk, NOON, -endless), "result"),
        (Reading(stream.pk, NOON, 10**400), "result"),
        (Reading(stream.pk, NOON, "five"), "result"),
        (Reading(stream.pk, NOON, True), "result"),
        (Reading(truth.pk, NOON, 1), "result"),
        (Reading(text.pk, NOON, 1), "result"),
        (Reading(text.pk, NOON, "a\0b"), "result"),
        (Reading(text.pk, NOON, "half \ud800"), "result"),
        (Reading(stream.pk, NOON.replace(tzinfo=None), 1), "phenomenonTime"),
        (Reading(stream.pk, NOON, 1, end=NOON - _minutes(1)), "phenomenonTime"),
        (Reading(stream.pk, NOON, 1, parameters={"a": nan}), "details"),
        (Reading(stream.pk, NOON, 1, feature=999_999), "FeatureOfInterest"),
        (Reading(theirs.pk, NOON, 1), "Datastream"),
        (Reading(2**40, NOON, 1), "Datastream"),
        (Reading(-1, NOON, 1), "Datastream"),
    ]
    good = [Reading(stream.pk, NOON, 1), Reading(truth.pk, NOON, False), Reading(text.pk, NOON, "wet")]
    outcomes = write_now([*good, *(reading for reading, _field in cases)])
    assert _states(outcomes) == [State.NEW] * 3 + [field for _reading, field in cases]
    assert all(each.reason for each in outcomes if isinstance(each, Refused))
    assert Observation.objects.count() == 3


@pytest.mark.parametrize("age", [timedelta(hours=1), timedelta(days=90)])  # by the quick statement, and row by row
def test_a_series_that_counts_takes_whole_numbers(town: Municipality, age: timedelta) -> None:
    """Table 12 of 18-088; another series of the same batch is not concerned."""
    counts, levels = datastream(observation_type=f"{OM}OM_CountObservation"), datastream()
    start = datetime.now(UTC) - age
    given = [(counts, 2), (counts, 1.5), (levels, 1.5), (counts, 3.0), (counts, None)]
    outcomes = write_now([Reading(each.pk, start + _minutes(n), value) for n, (each, value) in enumerate(given)])
    assert _states(outcomes) == [State.NEW, "result", State.NEW, State.NEW, State.NEW]
    assert [row[2] for row in _rows(counts)] == [2, 3, None]
    whole = write_now([Reading(counts.pk, start + _minutes(9), 4.0), Reading(levels.pk, start + _minutes(9), 0.5)])
    assert _states(whole) == [State.NEW, State.NEW]


@pytest.mark.parametrize("year", [1, 1970, 1999, 2000, 2039, 2100, 9999])
def test_any_time_has_a_place(stream: Datastream, year: int) -> None:
    time = datetime(year, 1, 1, 0, 0, 0, 1, tzinfo=UTC)
    assert write_now([Reading(stream.pk, time, 1)]) == [Written(identifier(stream.pk, time), State.NEW)]
    assert _states(write_now([Reading(stream.pk, time, 1)])) == [State.REPEATED]


def test_the_latest_value_is_the_one_with_the_latest_time(stream: Datastream) -> None:
    write_now([Reading(stream.pk, NOON, 5)])
    write_now([Reading(stream.pk, NOON - _minutes(5), 4), Reading(stream.pk, NOON - _minutes(9), None)])
    latest = Latest.objects.get(datastream=stream)
    assert (latest.phenomenon_time, latest.number, latest.earliest) == (NOON, 5.0, NOON - _minutes(9))
    write_now([Reading(stream.pk, NOON, 6)])
    write_now([Reading(stream.pk, NOON + _minutes(1), None)])
    latest.refresh_from_db()
    assert (latest.phenomenon_time, latest.number, latest.sequence) == (NOON + _minutes(1), None, 0)


def test_changed_hours_are_marked_once(stream: Datastream) -> None:
    write_now([Reading(stream.pk, NOON + _minutes(n), n) for n in (0, 1, 59, 60)])
    write_now([Reading(stream.pk, NOON + _minutes(30), 30)])
    hours = ChangedHour.objects.order_by("hour").values_list("hour", flat=True)
    assert list(hours) == [NOON, NOON + _minutes(60)]


def test_a_removed_datastream_takes_its_observations_along(stream: Datastream) -> None:
    other = datastream()
    write_now([Reading(each.pk, NOON, 1) for each in (stream, other)])
    stream.delete()
    assert [o.datastream_id for o in Observation.objects.all()] == [other.pk]
    assert Latest.objects.count() == ChangedHour.objects.count() == 1


@pytest.mark.parametrize("rows", [5, 200])
def test_a_batch_takes_the_same_few_queries(town: Municipality, django_assert_max_num_queries: Any, rows: int) -> None:
    streams = [datastream() for _ in range(3)]
    readings = [Reading(streams[n % 3].pk, NOON + _minutes(n), n) for n in range(rows)]
    with django_assert_max_num_queries(4):  # those through Django: lock and savepoint; the others pass beside
        write_now(readings)


@pytest.fixture
def _impatient() -> Iterator[None]:
    """Ends the test with an error when it waits for longer than half a minute."""

    def end(*_given: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, end)
    signal.alarm(30)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.usefixtures("_impatient")
def test_a_batch_larger_than_the_socket_takes_at_once_is_written(stream: Datastream) -> None:
    """Such a batch once waited for ever, because a pipeline did not send the rest of it."""
    readings = [Reading(stream.pk, NOON + timedelta(seconds=n), n) for n in range(60_000)]
    assert {each.state for each in write_now(readings) if isinstance(each, Written)} == {State.NEW}
    assert Observation.objects.count() == 60_000


def test_observations_about_a_feature_are_found_by_an_index(stream: Datastream) -> None:
    feature = create_feature(
        name="Brücke", encoding_type="application/geo+json", feature={"type": "Point", "coordinates": [7, 49]}
    )
    readings = [Reading(stream.pk, NOON + timedelta(seconds=n), n) for n in range(2000)]
    write_now([*readings, Reading(stream.pk, NOON - timedelta(seconds=1), 1, feature=feature.pk)])
    month = "sensing_observation_y2026m03"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_indexes WHERE tablename = %s AND indexdef LIKE '%%feature_id IS NOT NULL%%'",
            [month],
        )
        assert cursor.fetchone()[0] == 1
        cursor.execute(f"ANALYZE {month}")
        cursor.execute("EXPLAIN SELECT * FROM sensing_observation WHERE feature_id = %s", [feature.pk])
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert f"{month}_feature_id_idx" in plan, plan


def test_a_month_that_was_rolled_back_is_made_again(stream: Datastream) -> None:
    months.forget_standing()
    now = datetime.now(UTC)
    with suppress(Undone), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS sensing_observation_y{now:%Y}m{now:%m}")
        write_now([Reading(stream.pk, now, 1)])
        write_now([Reading(stream.pk, now + timedelta(microseconds=1), 2)])  # finds the month standing
        raise Undone
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS sensing_observation_y{now:%Y}m{now:%m}")
    assert _states(write_now([Reading(stream.pk, now, 1)])) == [State.NEW]


def test_the_database_keeps_the_plan_of_the_statement_for_the_next_batch(stream: Datastream) -> None:
    now = datetime.now(UTC)
    assert _states(write_now([Reading(stream.pk, now, 1)])) == [State.NEW]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%INSERT INTO sensing_observation%'"
        )
        assert cursor.fetchone() == (1,)


@pytest.mark.django_db(transaction=True)
def test_what_fails_at_the_commit_was_not_written_and_the_next_statements_run(transactional_db: None) -> None:
    """Commits come with the end of the round trip; a constraint that is checked then must be heard of."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE trial_whole (id int PRIMARY KEY)")
        cursor.execute("CREATE TABLE trial_part (id int REFERENCES trial_whole DEFERRABLE INITIALLY DEFERRED)")
    try:
        part = ("INSERT INTO trial_part VALUES (%s)", [1])
        with pytest.raises(IntegrityError):
            execute_alone([("SELECT 1", ()), part])
        assert execute("SELECT count(*) FROM trial_part") == [(0,)]
        execute_alone([("INSERT INTO trial_whole VALUES (%s)", [1]), part])
        assert execute("SELECT count(*) FROM trial_part") == [(1,)]
        with pytest.raises(IntegrityError):
            execute_alone([part, ("INSERT INTO trial_whole VALUES (%s)", [1]), part])
        assert execute("SELECT count(*) FROM trial_part") == [(1,)]
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE trial_part, trial_whole")


def test_values_of_marked_hours_are_sought_in_their_month_alone(stream: Datastream) -> None:
    """With many months a look into each of them for each hour took seconds for a week of hours."""
    write_now([Reading(stream.pk, NOON, 1), Reading(stream.pk, NOON - timedelta(days=400), 1)])
    hour = np.array([int(NOON.timestamp()) // 3600 * reading.HOUR], np.int64)
    asked = [wire.integers(np.array([stream.pk])), wire.times(hour), NOON, NOON + timedelta(hours=1)]
    plan = "\n".join(row[0] for row in execute(f"EXPLAIN {reading.OF_HOURS}", asked))
    assert set(re.findall(r"sensing_observation_y\d+m\d+", plan)) == {f"sensing_observation_y{NOON:%Ym%m}"}, plan
    far = np.concatenate([hour, hour - 400 * 24 * reading.HOUR])
    found = reading.columns_of_hours(np.full(2, stream.pk), far)
    assert len(found) == 2
