# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Keeping: which days have gone cold, and what a rule no longer allows.

Each step is one short transaction of its own, so that writers wait for a moment only and a stop loses nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from django.db import transaction

from stadtherz.services.sensing.models import KeepingRule
from stadtherz.services.sensing.store import locks, newest
from stadtherz.services.sensing.store.execution import execute
from stadtherz.services.sensing.store.moving import pack_days
from stadtherz.services.sensing.store.rollups import roll_up_datastream

DAYS_AT_ONCE = 31  # their numbers fit into the arguments of a job
LEAST_PACK_AFTER = 3
COLD_DAYS = """
SELECT DISTINCT datastream_id, (phenomenon_time AT TIME ZONE 'UTC')::date - date '1970-01-01'
FROM sensing_observation WHERE phenomenon_time < %s
ORDER BY 1, 2 LIMIT %s
"""
FORGET_ROWS = """
WITH gone AS (DELETE FROM sensing_observation WHERE datastream_id = %s AND phenomenon_time < %s RETURNING 1) SELECT count(*) FROM gone
"""
FORGET_DAYS = """
WITH gone AS (DELETE FROM sensing_packed_day WHERE datastream_id = %s AND day < %s RETURNING 1) SELECT count(*) FROM gone
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
    """Remove single values before ``values``, after their hourly figures were made, and hourly figures before ``figures``. The latest value
    goes too where it is one of them, and the span in which the datastream observed shrinks."""
    locks.hold_alone()
    roll_up_datastream(datastream)
    if values is not None:
        rows, days = execute(FORGET_ROWS, [datastream, _midnight(values)]), execute(FORGET_DAYS, [datastream, values])
        if rows[0][0] or days[0][0]:
            newest.refresh(datastream)
    if figures is not None:
        execute("DELETE FROM sensing_hour WHERE datastream_id = %s AND hour < %s", [datastream, _midnight(figures)])


def _midnight(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), UTC)
