# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Packed days: which there are, what they hold, and how one is put in the place of another."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from stadtherz.kernel.municipalities.active import active_id
from stadtherz.services.sensing.store import wire
from stadtherz.services.sensing.store.execution import execute
from stadtherz.services.sensing.store.moments import DAY, microseconds
from stadtherz.services.sensing.store.packing import NEVER_PACKED, Day, pack, unpack
from stadtherz.services.sensing.store.readings import Content
from stadtherz.services.sensing.store.validity import counted

Array = np.ndarray[Any, Any]
STANDING = """
SELECT k.datastream, k.day FROM unnest(%b, %b) AS k(datastream, day)
JOIN sensing_packed_day p ON p.datastream_id = k.datastream AND p.day = date '1970-01-01' + k.day
"""
PAYLOADS = """
SELECT k.datastream, k.day, p.payload FROM unnest(%b, %b) AS k(datastream, day)
JOIN sensing_packed_day p ON p.datastream_id = k.datastream AND p.day = date '1970-01-01' + k.day
ORDER BY 1, 2
"""
BETWEEN = """
SELECT datastream_id, day - date '1970-01-01', n FROM sensing_packed_day
WHERE (%(all)s OR datastream_id = ANY(%(datastreams)s))
  AND day >= date '1970-01-01' + %(first)s::int AND day <= date '1970-01-01' + %(last)s::int
ORDER BY 2, 1 LIMIT %(most)s
"""
PUT = """
INSERT INTO sensing_packed_day AS p (datastream_id, day, municipality_id, n, min, max, sum, payload, features, until)
VALUES (%s, date '1970-01-01' + %s::int, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (datastream_id, day) DO UPDATE
SET n = excluded.n, min = excluded.min, max = excluded.max, sum = excluded.sum, payload = excluded.payload,
    features = excluded.features, until = excluded.until
"""
FIRST_DAY, LAST_DAY = -719_162, 2_932_896  # the years 1 and 9999


def first_never_packed() -> int:
    """Microseconds since 1970: what was observed since then is in no packed day yet, so nobody needs to look."""
    return time.time_ns() // 1000 - NEVER_PACKED


@dataclass(frozen=True, slots=True)
class Place:
    """A packed day: its datastream, its number since 1970, and how many observations it holds."""

    datastream: int
    day: int
    n: int


def is_packed(ids: Array, micros: Array) -> Array:
    """For each place whether its day is packed."""
    places = np.stack([ids.astype(np.int64), micros // DAY], axis=1)
    days = np.unique(places, axis=0)
    packed = execute(STANDING, [wire.integers(days[:, 0]), wire.integers(days[:, 1])])
    if not packed:
        return np.zeros(len(ids), bool)
    known = set(packed)
    return np.fromiter((place in known for place in map(tuple, places.tolist())), bool, len(ids))


def _first_young_day() -> int:
    return first_never_packed() // DAY + 1


def places(
    datastreams: Sequence[int] | None, since: datetime | None, until: datetime | None, *, most: int
) -> list[Place]:
    """The packed days that touch [since, until), at most ``most`` of them, by day."""
    if since is not None and microseconds(since) // DAY >= _first_young_day():
        return []
    asked = {
        "all": datastreams is None,
        "datastreams": list(datastreams or ()),
        "first": FIRST_DAY if since is None else microseconds(since) // DAY,
        "last": LAST_DAY if until is None else (microseconds(until) - 1) // DAY,
        "most": most,
    }
    return [Place(*row) for row in execute(BETWEEN, asked)]


def days(keys: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int, Day]]:
    """Datastream, number of the day and content of those of ``keys`` (datastream, day) that are packed."""
    young = _first_young_day()
    asked = np.array(sorted({key for key in keys if key[1] < young}), np.int64).reshape(-1, 2)
    if not len(asked):
        return
    for datastream, day, payload in execute(
        PAYLOADS, [wire.integers(asked[:, 0]), wire.integers(asked[:, 1])], binary=True
    ):
        yield datastream, day, unpack(bytes(payload), day * DAY)


def contents_at(ids: Array, micros: Array) -> Iterator[tuple[int, int, int, Content]]:
    """Datastream, time, sequence and content of what packed days hold at these places."""
    asked = set(zip(ids.tolist(), micros.tolist(), strict=True))
    for datastream, _day, day in days({(datastream, moment // DAY) for datastream, moment in asked}):
        for moment, number in zip(day.micros.tolist(), day.numbers.tolist(), strict=True):
            if (datastream, moment) in asked:
                yield datastream, moment, 0, (number, None, None, None)
        for row in day.special:
            if (datastream, row.micros) in asked:
                yield datastream, row.micros, row.sequence, row.content


def put(datastream: int, number: int, day: Day) -> None:
    """Keep ``day`` as the packed day with this number; an empty one is removed. The caller holds the writers' lock alone."""
    if not len(day):
        execute("DELETE FROM sensing_packed_day WHERE datastream_id = %s AND day = date '1970-01-01' + %s::int",
                [datastream, number])  # fmt: skip
        return
    values = np.concatenate([day.numbers, np.array([n for n in map(counted, day.special) if n is not None])])
    with np.errstate(over="ignore"):  # the sum of two numbers may be none any more
        figures = (float(values.min()), float(values.max()), float(values.sum())) if len(values) else (None, None, None)
    execute(PUT, [datastream, number, active_id(), len(day), *figures, pack(day, number * DAY), about(day), until(day)])


def about(day: Day) -> list[int] | None:
    """The features of interest that the day's rows name, 0 for the datastream's own; None if they name no other."""
    found = {row.content[3] or 0 for row in day.special} | ({0} if len(day.micros) else set())
    return sorted(found) if found != {0} else None


def until(day: Day) -> datetime | None:
    """When the last of the day's intervals ends, which may be years later; None if it has none."""
    details = (json.loads(row.content[2]) for row in day.special if row.content[2] and '"end"' in row.content[2])
    return max((datetime.fromisoformat(each["end"]) for each in details if "end" in each), default=None)
