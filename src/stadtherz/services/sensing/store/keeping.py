# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Keeping: cold days are packed, what a rule no longer allows is removed, months are made ahead and dropped when empty.

Each step is one short transaction of its own, so that writers wait for a moment only and a stop loses nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
from django.db import transaction

from stadtherz.kernel.municipalities.active import active_id
from stadtherz.services.sensing.models import KeepingRule
from stadtherz.services.sensing.store import cold, locks, wire
from stadtherz.services.sensing.store.execution import execute
from stadtherz.services.sensing.store.identifiers import EPOCH
from stadtherz.services.sensing.store.packing import Day, Special
from stadtherz.services.sensing.store.rollups import roll_up_datastream

BACK = """
INSERT INTO sensing_observation (phenomenon_time, sequence, number, value, details, feature_id, datastream_id, municipality_id)
SELECT r.*, %s, %s FROM (
    SELECT moment, sequence, number, value::jsonb, details::jsonb, feature
    FROM unnest(%b, %s::int2[], %s::float8[], %s::text[], %s::text[], %s::bigint[])
        AS u(moment, sequence, number, value, details, feature)) AS r
"""
OWN = "IN (SELECT id FROM sensing_datastream WHERE feature_id = %(feature)s)"
DROP_ABOUT = f"""
WITH gone AS (
    DELETE FROM sensing_packed_day WHERE features = ARRAY[%(feature)s::bigint] OR (features IS NULL AND datastream_id {OWN})
    RETURNING datastream_id, day
), changed AS (
    INSERT INTO sensing_changed_hour (hour, datastream_id, municipality_id)
    SELECT h.hour, h.datastream_id, %(town)s FROM gone g JOIN sensing_hour h ON h.datastream_id = g.datastream_id
        AND h.hour >= g.day::timestamp AT TIME ZONE 'UTC' AND h.hour < (g.day + 1)::timestamp AT TIME ZONE 'UTC'
    ON CONFLICT DO NOTHING
)
SELECT DISTINCT datastream_id FROM gone
"""
MIXED_ABOUT = f"""
SELECT datastream_id, day - date '1970-01-01' FROM sensing_packed_day
WHERE features @> ARRAY[%(feature)s::bigint] OR (features @> ARRAY[0::bigint] AND datastream_id {OWN})
"""
DELETE_ABOUT = f"""
WITH gone AS (
    DELETE FROM sensing_observation WHERE feature_id = %(feature)s OR (feature_id IS NULL AND datastream_id {OWN})
    RETURNING datastream_id, phenomenon_time
), changed AS (
    INSERT INTO sensing_changed_hour (hour, datastream_id, municipality_id)
    SELECT DISTINCT date_trunc('hour', phenomenon_time, 'UTC'), datastream_id, %(town)s FROM gone ON CONFLICT DO NOTHING
)
SELECT DISTINCT datastream_id FROM gone
"""
DAYS_AT_ONCE = 31  # their numbers fit into the arguments of a job
LEAST_PACK_AFTER = 3
COLD_DAYS = """
SELECT DISTINCT datastream_id, (phenomenon_time AT TIME ZONE 'UTC')::date - date '1970-01-01'
FROM sensing_observation WHERE phenomenon_time < %s
ORDER BY 1, 2 LIMIT %s
"""
TAKE = """
DELETE FROM sensing_observation WHERE datastream_id = %s AND phenomenon_time >= %s AND phenomenon_time < %s
RETURNING extract(epoch FROM phenomenon_time)::numeric * 1000000, sequence, number, value::text, details::text, feature_id
"""


def town_rule() -> KeepingRule:
    """The town's rule, or the default one, which is not stored."""
    return KeepingRule.objects.filter(datastream=None).first() or KeepingRule()


def cold_days(*, now: datetime, most: int = 100_000) -> Iterator[tuple[int, list[int]]]:
    """What has gone cold in the active municipality: datastream and at most a month of days (numbers since 1970) at a time."""
    after = max(town_rule().pack_after_days, LEAST_PACK_AFTER)
    before = _midnight(now.astimezone(UTC).date() - timedelta(days=after))
    waiting: dict[int, list[int]] = defaultdict(list)
    for datastream, day in execute(COLD_DAYS, [before, most]):
        waiting[datastream].append(day)
    for datastream, numbers in waiting.items():
        for start in range(0, len(numbers), DAYS_AT_ONCE):
            yield datastream, numbers[start : start + DAYS_AT_ONCE]


def pack_cold_days(*, now: datetime) -> int:
    """Pack all that has gone cold, each month of a datastream in a transaction of its own; returns how many days."""
    done = 0
    for datastream, numbers in cold_days(now=now):
        with transaction.atomic():
            pack_days(datastream, numbers)
        done += len(numbers)
    return done


def pack_days(datastream: int, numbers: list[int]) -> None:
    """Move the rows of these days into their packed days, beside what these hold already. In the caller's transaction."""
    locks.hold_alone()
    known = {number: day for _datastream, number, day in cold.days((datastream, number) for number in numbers)}
    for number in numbers:
        start = EPOCH + timedelta(days=number)
        rows = execute(TAKE, [datastream, start, start + timedelta(days=1)])
        if rows:
            cold.put(datastream, number, _merged(known.get(number), rows))


def bring_back(datastream: int, number: int) -> bool:
    """Make rows of a packed day again, so that one of them can be changed; the next run packs it anew. False if it is not packed.

    In the caller's transaction, who holds the writers' lock alone from here on.
    """
    locks.hold_alone()
    found = [day for _datastream, _number, day in cold.days([(datastream, number)])]
    if not found:
        return False
    day = found[0]
    rows: list[tuple[Any, ...]] = [
        (micros, 0, value, None, None, None)
        for micros, value in zip(day.micros.tolist(), day.numbers.tolist(), strict=True)
    ]
    rows += [
        (row.micros, row.sequence, row.content[0], row.content[1], row.content[2], row.content[3])
        for row in day.special
    ]
    execute("SELECT sensing_make_months(ARRAY[%s]::timestamptz[])", [EPOCH + timedelta(days=number)])
    columns = list(zip(*rows, strict=True))
    execute(BACK, [datastream, active_id(), wire.times(columns[0]), *map(list, columns[1:])])
    cold.put(datastream, number, Day(np.empty(0, np.int64), np.empty(0)))
    return True


def remove_about(feature: int) -> set[int]:
    """Remove all observations about a feature of interest; returns the datastreams that had some. In the caller's transaction.

    Packed days that are about nothing else go as they are, of mixed ones rows are made first; no other day is read.
    """
    locks.hold_alone()
    given = {"feature": feature, "town": active_id()}
    touched = {row[0] for row in execute(DROP_ABOUT, given)}
    for datastream, number in execute(MIXED_ABOUT, given):
        bring_back(datastream, number)
    return touched | {row[0] for row in execute(DELETE_ABOUT, given)}


def _merged(day: Day | None, rows: list[tuple[Any, ...]]) -> Day:
    """One day of a packed one and rows of the table."""
    plain: list[tuple[int, float]] = []
    special = list(day.special) if day else []
    for micros, sequence, number, value, details, feature in rows:
        if number is not None and not sequence and value is None and details is None and feature is None:
            plain.append((int(micros), number))
        else:
            special.append(Special(int(micros), sequence, (number, value, details, feature)))
    micros_, numbers = np.array([m for m, _n in plain], np.int64), np.array([n for _m, n in plain], np.float64)
    if day:
        micros_, numbers = np.concatenate([day.micros, micros_]), np.concatenate([day.numbers, numbers])
    order = np.argsort(micros_, kind="stable")
    special.sort(key=lambda row: (row.micros, row.sequence))
    return Day(micros_[order], numbers[order], special)


def rules(*, now: datetime) -> Iterator[tuple[int, date | None, date | None]]:
    """Datastreams that are not kept for good: the days before which single values and hourly figures go."""
    today = now.astimezone(UTC).date()
    town = town_rule()
    own = {rule.datastream_id: rule for rule in KeepingRule.objects.exclude(datastream=None)}
    for (datastream,) in execute("SELECT id FROM sensing_datastream ORDER BY id"):
        rule = own.get(datastream, town)
        values = None if rule.keep_days is None else today - timedelta(days=rule.keep_days)
        figures = None if rule.keep_hours_days is None else today - timedelta(days=rule.keep_hours_days)
        if values or figures:
            yield datastream, values, figures


@transaction.atomic
def forget_old(datastream: int, values: date | None, figures: date | None) -> None:
    """Remove single values before ``values``, after their hourly figures were made, and hourly figures before ``figures``."""
    locks.hold_alone()
    roll_up_datastream(datastream)
    if values is not None:
        execute("DELETE FROM sensing_observation WHERE datastream_id = %s AND phenomenon_time < %s",
                [datastream, _midnight(values)])  # fmt: skip
        execute("DELETE FROM sensing_packed_day WHERE datastream_id = %s AND day < %s", [datastream, values])
    if figures is not None:
        execute("DELETE FROM sensing_hour WHERE datastream_id = %s AND hour < %s", [datastream, _midnight(figures)])


def _midnight(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), UTC)


def make_months_ahead(*, now: datetime) -> None:
    """Partitions for this month and the next two."""
    execute("SELECT sensing_make_months(ARRAY[%s, %s, %s]::timestamptz[])",
            [now, now + timedelta(days=31), now + timedelta(days=62)])  # fmt: skip


def drop_empty_months(*, now: datetime) -> None:
    """Drop partitions in which no town has a row any more."""
    execute("SELECT sensing_drop_months(%s)", [now - timedelta(days=60)])
