# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Rows of the table move into packed days, and back when one of them is to be changed. The caller's transaction does it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np

from stadtherz.kernel.municipalities.active import active_id
from stadtherz.services.sensing.store import cold, locks, months, wire
from stadtherz.services.sensing.store.execution import execute
from stadtherz.services.sensing.store.moments import DAY, EPOCH
from stadtherz.services.sensing.store.packing import Day, Special

TAKE = """
DELETE FROM sensing_observation WHERE datastream_id = %s AND phenomenon_time >= %s AND phenomenon_time < %s
RETURNING extract(epoch FROM phenomenon_time)::numeric * 1000000, sequence, number, value::text, details::text, feature_id
"""
BACK = """
INSERT INTO sensing_observation (phenomenon_time, sequence, number, value, details, feature_id, datastream_id, municipality_id)
SELECT r.*, %s, %s FROM (
    SELECT moment, sequence, number, value::jsonb, details::jsonb, feature
    FROM unnest(%b, %s::int2[], %s::float8[], %s::text[], %s::text[], %s::bigint[])
        AS u(moment, sequence, number, value, details, feature)) AS r
"""


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
    months.make_for(number * DAY)
    columns = list(zip(*rows, strict=True))
    execute(BACK, [datastream, active_id(), wire.times(columns[0]), *map(list, columns[1:])])
    cold.put(datastream, number, Day(np.empty(0, np.int64), np.empty(0)))
    return True


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
