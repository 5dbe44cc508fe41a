# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The quick half of the writer: numbers at times that are not taken, inserted from binary arrays with all that follows from them.

One statement checks the datastreams, writes observations, marks changed hours and keeps the latest values. Whatever speaks against
a single row (a datastream that is not ours or takes no such numbers, a thing without a place, a time that is taken) fails the
whole statement; ``writing`` then looks at each row.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from django.db import IntegrityError
from psycopg.types.numeric import Int4

from stadtherz.kernel.municipalities.active import active_id
from stadtherz.services.sensing.store import noting, wire
from stadtherz.services.sensing.store.batches import Array, Batch
from stadtherz.services.sensing.store.contents import COUNT_TYPE
from stadtherz.services.sensing.store.execution import Statement, execute_alone, execute_or_undo
from stadtherz.services.sensing.store.moments import HOUR

# A datastream that does not take the rows is null, which the column refuses. A subquery, because a join over few rows would
# read the whole table of datastreams.
INSERT_NUMBERS = f"""
WITH newest AS (
    INSERT INTO sensing_latest AS l
        (phenomenon_time, number, datastream_id, municipality_id, earliest, until)
    SELECT moment, number, (
        SELECT d.id FROM sensing_datastream d WHERE d.id = r.datastream AND d.kind IN ('number', 'any')
            AND NOT (d.observation_type = '{COUNT_TYPE}' AND d.id = ANY(%(fractional)b)) AND (
            NOT %(at_place)s OR d.feature_id IS NOT NULL AND coalesce(d.current_feature_id, d.feature_id) = d.feature_id)
    ), %(town)s, earliest, moment
    FROM unnest(%(last_times)b, %(last_numbers)b, %(last_ids)b, %(first_times)b) AS r(moment, number, datastream, earliest)
    ON CONFLICT (datastream_id) DO UPDATE SET
        phenomenon_time = GREATEST(l.phenomenon_time, excluded.phenomenon_time),
        number = CASE WHEN excluded.phenomenon_time > l.phenomenon_time THEN excluded.number ELSE l.number END,
        sequence = CASE WHEN excluded.phenomenon_time > l.phenomenon_time THEN 0 ELSE l.sequence END,
        feature_id = CASE WHEN excluded.phenomenon_time > l.phenomenon_time THEN NULL ELSE l.feature_id END,
        value = CASE WHEN excluded.phenomenon_time > l.phenomenon_time THEN NULL ELSE l.value END,
        details = CASE WHEN excluded.phenomenon_time > l.phenomenon_time THEN NULL ELSE l.details END,
        earliest = LEAST(l.earliest, excluded.earliest),
        until = GREATEST(l.until, excluded.until)
    WHERE excluded.phenomenon_time > l.phenomenon_time OR excluded.earliest < l.earliest OR excluded.until > l.until
), marked AS (
    INSERT INTO sensing_changed_hour (hour, datastream_id, municipality_id)
    SELECT hour, datastream, %(town)s FROM unnest(%(hours)b, %(hour_ids)b) AS r(hour, datastream)
    ON CONFLICT DO NOTHING
), noted AS ({{note}})
INSERT INTO sensing_observation (phenomenon_time, number, datastream_id, municipality_id)
SELECT moment, number, datastream, %(town)s
FROM unnest(%(times)b, %(numbers)b, %(ids)b) AS r(moment, number, datastream)
"""
NOTED = {"sequences": "NULL", "changed": "false", "town": "%(town)s"}
INSERT_AND_NOTE = INSERT_NUMBERS.format(note=noting.NOTE.format(ids="%(ids)b", times="%(times)b", **NOTED))
INSERT_MANY = INSERT_NUMBERS.format(note=noting.NOTE.format(ids="%(last_ids)b", times="%(last_times)b", **NOTED))


def order(batch: Batch) -> Array:
    """The rows by datastream and time, as the index likes it; rows at the same time in order of arrival."""
    return np.lexsort((batch.micros, batch.ids))


def fractional(numbers: Array) -> Array:
    """Which of the numbers are not whole."""
    return np.rint(numbers) != numbers


def are_plain(batch: Batch, rows: Array, *, since: int) -> bool:
    """Whether the sorted ``rows`` are all of the batch, nothing but numbers, at different times, none before ``since``."""
    if batch.special or batch.refused or batch.micros.min() < since:
        return False
    ids, micros = batch.ids[rows], batch.micros[rows]
    return not ((ids[1:] == ids[:-1]) & (micros[1:] == micros[:-1])).any()


def insert(batch: Batch, rows: Array, *, ahead: Sequence[Statement] = ()) -> bool:
    """Insert sorted rows; False, and nothing done, if something speaks against one of them."""
    try:
        execute_or_undo(*_inserting(batch, rows), ahead=ahead)
    except IntegrityError:
        return False
    return True


def insert_alone(batch: Batch, rows: Array, *, ahead: Sequence[Statement]) -> bool:
    """Like ``insert``, in a transaction of its own, which is committed when it returns."""
    try:
        execute_alone([*ahead, _inserting(batch, rows)])
    except IntegrityError:
        return False
    return True


def _inserting(batch: Batch, rows: Array) -> tuple[str, dict[str, Any]]:
    ids, micros, numbers = batch.ids[rows], batch.micros[rows], batch.numbers[rows]
    hours = micros // HOUR * HOUR
    first, last, change = np.ones((3, len(ids)), bool)
    np.not_equal(ids[1:], ids[:-1], out=first[1:])
    last[:-1] = first[1:]
    np.not_equal(hours[1:], hours[:-1], out=change[1:])
    change |= first
    broken = fractional(numbers)
    town, at_place = Int4(active_id()), batch.at_place is not False
    columns = {
        "times": wire.times(micros), "numbers": wire.numbers(numbers), "ids": wire.integers(ids),
        "hours": wire.times(hours[change]), "hour_ids": wire.integers(ids[change]),
        "last_times": wire.times(micros[last]), "last_numbers": wire.numbers(numbers[last]),
        "last_ids": wire.integers(ids[last]), "first_times": wire.times(micros[first]),
        "fractional": wire.integers(np.unique(ids[broken]) if broken.any() else ids[:0]),
    }  # fmt: skip
    statement = INSERT_MANY if len(ids) > noting.MOST else INSERT_AND_NOTE
    return statement, {"town": town, "at_place": at_place, **columns}
