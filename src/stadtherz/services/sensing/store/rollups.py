# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Hourly figures: made by a job from marked hours, and at once for those that are still marked when somebody reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db import transaction

from stadtherz.kernel.municipalities.active import active_id
from stadtherz.services.sensing.store import locks, wire
from stadtherz.services.sensing.store.execution import execute, raw
from stadtherz.services.sensing.store.moments import HOUR
from stadtherz.services.sensing.store.reading import EARLIEST, FURTHEST, Columns, columns_of_hours
from stadtherz.services.sensing.store.validity import Flag

Array = np.ndarray[Any, Any]
AT_ONCE = 2000
BETWEEN = "WHERE datastream_id = ANY(%s::int4[]) AND hour >= %s AND hour < %s"
MARKED = f"SELECT array_agg(datastream_id), array_agg(hour) FROM sensing_changed_hour {BETWEEN}"
FIGURES = "array_agg(hour), array_agg(count), array_agg(sum), array_agg(min), array_agg(max)"
WHOLE = f"""SELECT * FROM (
    SELECT array_agg(datastream_id), {FIGURES}, array_agg(filled), array_agg(left_out) FROM sensing_hour {BETWEEN}
) AS k, ({MARKED}) AS m"""
# Columns that say the same in every row are not sent: a year of hours is 70,000 numbers otherwise.
LEAN = f"""SELECT * FROM (
    SELECT {FIGURES}, coalesce(bool_or(filled <> 0 OR left_out <> 0), FALSE) FROM sensing_hour {BETWEEN}
) AS k, ({MARKED}) AS m"""
UNMARK = """WITH due AS (
    SELECT datastream_id, hour FROM sensing_changed_hour WHERE {which} ORDER BY datastream_id, hour LIMIT %s
), gone AS (
    DELETE FROM sensing_changed_hour AS c USING due
    WHERE c.datastream_id = due.datastream_id AND c.hour = due.hour RETURNING c.datastream_id, c.hour
) SELECT array_agg(datastream_id), array_agg(hour) FROM gone"""
CLEAR = """DELETE FROM sensing_hour AS h USING unnest(%b, %b) AS k(datastream, hour)
    WHERE h.datastream_id = k.datastream AND h.hour = k.hour"""
KEEP = """INSERT INTO sensing_hour (datastream_id, hour, count, sum, min, max, filled, left_out, municipality_id)
    SELECT *, {town} FROM unnest(%b, %b, %b, %b, %b, %b, %b, %b)"""


@dataclass(frozen=True, slots=True)
class Hours:
    """Figures of hours, sorted by datastream and hour (microseconds since 1970). ``count`` 0: only left-out values."""

    ids: Array
    hours: Array
    count: Array
    sum: Array
    min: Array
    max: Array
    filled: Array
    left_out: Array

    def __len__(self) -> int:
        return len(self.ids)


def hours(datastreams: Sequence[int], since: datetime | None = None, until: datetime | None = None) -> Hours:
    """Figures of all hours that begin in [since, until) and have values."""
    asked = [list(datastreams), since or EARLIEST, until or FURTHEST] * 2
    found = _of_one(datastreams[0], asked) if len(datastreams) == 1 else None
    if found is None:
        *columns, ids, changed = (wire.read(column) for column in raw(WHOLE, asked))
        found = Hours(*columns), ids, changed
    kept, ids, changed = found
    if not len(ids):
        return _ordered([kept])
    places = set(zip(ids.tolist(), changed.tolist(), strict=True))
    stale = [place in places for place in zip(kept.ids.tolist(), kept.hours.tolist(), strict=True)]
    fresh = figures(columns_of_hours(ids, changed), HOUR)
    return _ordered([_chosen(kept, ~np.array(stale, bool)), fresh])


def _of_one(datastream: int, asked: list[Any]) -> tuple[Hours, Array, Array] | None:
    """Kept hours and marks of one datastream, None if values were filled or left out."""
    *columns, is_special, marked_ids, marked = raw(LEAN, asked)
    if is_special == b"\1":
        return None
    hours_, count, total, least, most = (wire.read(column) for column in columns)
    ids, none = np.full(len(hours_), datastream, np.int32), np.zeros(len(hours_), np.int32)
    return Hours(ids, hours_, count, total, least, most, none, none), wire.read(marked_ids), wire.read(marked)


def figures(rows: Columns, width: int) -> Hours:
    """Figures of equally wide spans (microseconds, from 1970 on) of sorted rows; numbers that do not count are left out."""
    there = ~np.isnan(rows.numbers)
    good = rows.counted
    spans = rows.micros // width * width
    change = np.ones(len(rows), bool)
    change[1:] = (rows.ids[1:] != rows.ids[:-1]) | (spans[1:] != spans[:-1])
    starts = np.flatnonzero(change)
    if not len(starts):
        none = np.empty(0, np.int64)
        return Hours(none, none, none, np.empty(0), np.empty(0), np.empty(0), none, none)

    def adding(values: Array, places: Array) -> Array:
        with np.errstate(over="ignore"):  # a sum beyond all numbers is infinite, and counts nowhere
            return np.add.reduceat(values, places)

    found = Hours(
        rows.ids[starts], spans[starts], adding(good.astype(np.int64), starts),
        adding(np.where(good, rows.numbers, 0.0), starts),
        np.minimum.reduceat(np.where(good, rows.numbers, np.inf), starts),
        np.maximum.reduceat(np.where(good, rows.numbers, -np.inf), starts),
        adding((good & (rows.flags == Flag.FILLED)).astype(np.int64), starts),
        adding((there & ~good).astype(np.int64), starts),
    )  # fmt: skip
    return _chosen(found, (found.count > 0) | (found.left_out > 0))


def roll_up(*, now: datetime, most: int = 200_000) -> int:
    """Make figures of marked hours that are over, in short transactions; returns how many hours."""
    which, over = "hour < %s", now - timedelta(minutes=70)
    done = 0
    while done < most:
        with transaction.atomic():
            count = _roll_up_some(which, over)
        done += count
        if count < AT_ONCE:
            break
    return done


def roll_up_datastream(datastream: int) -> None:
    """Make all figures of a datastream that are due, in the caller's transaction, who holds the writers' lock alone."""
    while _roll_up_some("datastream_id = %s", datastream) == AT_ONCE:
        pass


def _roll_up_some(which: str, parameter: Any) -> int:
    """After the lock, all values of a marked hour are seen; whoever writes later marks the hour again."""
    locks.hold_alone()
    ids, changed = (wire.read(column) for column in raw(UNMARK.format(which=which), [parameter, AT_ONCE]))
    if not len(ids):
        return 0
    execute(CLEAR, [wire.integers(ids), wire.times(changed)])
    made = figures(columns_of_hours(ids, changed), HOUR)
    if len(made):
        empty = made.count == 0
        least, most = np.where(empty, 0.0, made.min), np.where(empty, 0.0, made.max)
        execute(KEEP.format(town=active_id()), [
            wire.integers(made.ids), wire.times(made.hours), wire.integers(made.count), wire.numbers(made.sum),
            wire.numbers(least), wire.numbers(most), wire.integers(made.filled), wire.integers(made.left_out),
        ])  # fmt: skip
    return len(ids)


def _chosen(hours_: Hours, which: Array) -> Hours:
    return Hours(*(getattr(hours_, each.name)[which] for each in fields(Hours)))


def _ordered(parts: list[Hours]) -> Hours:
    joined = Hours(*(np.concatenate([getattr(part, each.name) for part in parts]) for each in fields(Hours)))
    return _chosen(joined, np.lexsort((joined.hours, joined.ids)))
