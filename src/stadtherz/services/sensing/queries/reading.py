# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Values and hours of one datastream as arrays: the one place where this room asks the store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.db import connection

from stadtherz.kernel.municipalities.active import active_id

VALID, SUSPECT, FILLED, MAINTENANCE, WITHDRAWN = range(5)
LEFT_OUT = (SUSPECT, WITHDRAWN, MAINTENANCE)
FLAGS = {"valid": VALID, "suspect": SUSPECT, "filled": FILLED, "maintenance": MAINTENANCE, "withdrawn": WITHDRAWN}


@dataclass(frozen=True, slots=True)
class Series:
    """Times in seconds since 1970, values, flags."""

    times: np.ndarray
    values: np.ndarray
    flags: np.ndarray


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours in which there is anything: beginnings in seconds since 1970, and what came together in each."""

    starts: np.ndarray
    counts: np.ndarray
    sums: np.ndarray
    lows: np.ndarray
    highs: np.ndarray
    filled: np.ndarray
    left_out: np.ndarray


def series(datastream: int, since: datetime, until: datetime) -> Series:
    """All numbers of a time, in order."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT extract(epoch FROM phenomenon_time)::float8,
                 coalesce((details->'correction'->>'result')::float8, number), coalesce(details->'correction'->>'flag', 'valid')
               FROM sensing_observation WHERE datastream_id = %s AND municipality_id = %s
                 AND phenomenon_time >= %s AND phenomenon_time < %s AND number IS NOT NULL ORDER BY phenomenon_time, sequence""",
            [datastream, active_id(), since, until],
        )
        rows = cursor.fetchall()
    return Series(
        np.array([row[0] for row in rows], dtype=float), np.array([row[1] for row in rows], dtype=float),
        np.array([FLAGS.get(row[2], VALID) for row in rows], dtype=np.uint8),
    )  # fmt: skip


def hours(datastream: int, since: datetime, until: datetime) -> Hours:
    """What came together in each hour of a time."""
    found = series(datastream, since, until)
    kept = ~np.isin(found.flags, LEFT_OUT) & np.isfinite(found.values)
    marks = found.times // 3600 * 3600
    starts, places = np.unique(marks, return_inverse=True)
    n = len(starts)
    lows, highs = np.full(n, np.inf), np.full(n, -np.inf)
    np.minimum.at(lows, places[kept], found.values[kept])
    np.maximum.at(highs, places[kept], found.values[kept])
    return Hours(
        starts, np.bincount(places[kept], minlength=n), np.bincount(places[kept], found.values[kept], minlength=n),
        lows, highs, np.bincount(places[kept & (found.flags == FILLED)], minlength=n),
        np.bincount(places[np.isin(found.flags, LEFT_OUT)], minlength=n),
    )  # fmt: skip
