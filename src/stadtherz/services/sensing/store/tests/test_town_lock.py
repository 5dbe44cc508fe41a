# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The lock between towns on everything that the store keeps, partitions included."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.services.sensing.models import Hour, PackedDay
from stadtherz.services.sensing.store.readings import Reading
from stadtherz.services.sensing.store.writing import write_now
from stadtherz.services.sensing.tests.factories import datastream

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def _tables() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relname ~ '^sensing_(observation|latest|hour|changed|packed)'"
                       " AND relkind IN ('r', 'p') ORDER BY 1")  # fmt: skip
        return [row[0] for row in cursor.fetchall()]


@pytest.fixture
def neighbour(town: Municipality, kusel: Municipality) -> Municipality:
    """A town with a row in each table; the other is active."""
    with activate(kusel):
        stream = datastream()
        times = [NOON, datetime(1980, 1, 1, tzinfo=UTC), datetime(2090, 1, 1, tzinfo=UTC)]
        write_now([Reading(stream.pk, time, 1) for time in times])
        Hour.objects.create(datastream=stream, hour=NOON, sum=1, min=1, max=1, count=1)
        PackedDay.objects.create(datastream=stream, day=NOON.date(), n=1, payload=b"x")
    return kusel


def test_no_row_of_the_neighbour_is_seen_by_any_way(neighbour: Municipality) -> None:
    tables = _tables()
    assert {"sensing_observation", "sensing_observation_y2026m03", "sensing_latest", "sensing_packed_day"} <= set(
        tables
    )
    for table in tables:  # as the owner, who is under the lock as well and may read partitions
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert (table, cursor.fetchone()) == (table, (0,))


def test_partitions_are_reached_through_their_table_alone(neighbour: Municipality) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = 'stadtherz_web'")
        if cursor.fetchone() is None:
            pytest.skip("this cluster has no web role")
        cursor.execute("SELECT relname FROM pg_class WHERE relispartition AND relkind = 'r'"
                       " AND has_table_privilege('stadtherz_web', oid, 'SELECT, INSERT, UPDATE, DELETE')")  # fmt: skip
        assert cursor.fetchall() == []


def test_the_neighbour_sees_its_rows(neighbour: Municipality) -> None:
    with activate(neighbour), connection.cursor() as cursor:
        for table in ("observation", "observation_y2026m03", "latest", "changed_hour", "hour", "packed_day"):
            cursor.execute(f"SELECT count(*) FROM sensing_{table}")
            assert cursor.fetchone() != (0,), table


def test_no_row_is_written_for_the_neighbour(town: Municipality, neighbour: Municipality) -> None:
    for table in ("sensing_observation", "sensing_observation_y2026m03"):
        with (
            pytest.raises(DatabaseError, match="row-level security"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"INSERT INTO {table} (phenomenon_time, datastream_id, municipality_id)"
                           " VALUES (%s, 1, %s)", [NOON, neighbour.pk])  # fmt: skip


def test_a_month_with_rows_of_any_town_is_not_dropped(neighbour: Municipality) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sensing_make_months(ARRAY['2015-05-05']::timestamptz[])")
        before = set(_tables())
        cursor.execute("SELECT sensing_drop_months('2026-04-01')")
        dropped = before - set(_tables())  # tests that commit may have left empty months, too
        assert cursor.fetchone() == (len(dropped),)
        assert "sensing_observation_y2015m05" in dropped
        assert "sensing_observation_y2026m03" not in dropped
        cursor.execute("SELECT relforcerowsecurity FROM pg_class WHERE relname = 'sensing_observation_y2026m03'")
        assert cursor.fetchone() == (True,)


def test_months_that_are_written_to_are_not_dropped(town: Municipality) -> None:
    with pytest.raises(DatabaseError, match="not dropped"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT sensing_drop_months(now())")
