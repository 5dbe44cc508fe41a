# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Numbers of datastreams as columns, wherever they lie, and the latest values. No Python object for each observation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from stadtherz.services.sensing.store import cold, wire
from stadtherz.services.sensing.store.execution import raw
from stadtherz.services.sensing.store.moments import DAY, HOUR, LEAST, MOST, microseconds, moment
from stadtherz.services.sensing.store.validity import COUNTED, flag_in, judged, number_in

Array = np.ndarray[Any, Any]
MOST_PLACES = 10_000_000
JUDGED = f"o.datastream_id, o.phenomenon_time, o.sequence, {number_in('o')} AS number, ({flag_in('o')})::int2 AS flag"
AS_ARRAYS = """SELECT array_agg(datastream_id), array_agg(phenomenon_time), array_agg(sequence),
    array_agg(coalesce(number, 'NaN')), array_agg(flag) FROM ({rows}) AS judged"""
OF_DATASTREAMS = f"""SELECT {JUDGED} FROM sensing_observation AS o
    WHERE o.datastream_id = ANY(%s::int4[]) AND o.phenomenon_time >= %s AND o.phenomenon_time < %s"""
# OFFSET 0: hour by hour over the key. Before its tables are analysed, PostgreSQL takes them for small and compares all rows with all hours.
OF_HOURS = f"""SELECT {JUDGED} FROM unnest(%b, %b) AS k(datastream, hour) CROSS JOIN LATERAL (
    SELECT * FROM sensing_observation AS s WHERE s.datastream_id = k.datastream
    AND s.phenomenon_time >= k.hour AND s.phenomenon_time < k.hour + interval '1 hour'
    AND s.phenomenon_time >= %s AND s.phenomenon_time < %s OFFSET 0) AS o"""  # bounds leave out months before planning
EARLIEST, FURTHEST = datetime.fromisoformat("0001-01-02T00:00+00:00"), datetime.fromisoformat("9999-12-30T00:00+00:00")


@dataclass(frozen=True, slots=True)
class Columns:
    """Observations sorted by datastream, time, sequence: times in microseconds since 1970, NaN where there is no number."""

    ids: Array
    micros: Array
    sequences: Array
    numbers: Array
    flags: Array

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def counted(self) -> Array:
        """For each row whether its number counts (``validity``)."""
        return ~np.isnan(self.numbers) & np.isin(self.flags, COUNTED)


@dataclass(frozen=True, slots=True)
class Series:
    """One datastream: microseconds since 1970, corrected values (NaN: no number), flags (``validity.Flag``)."""

    times: Array
    values: Array
    flags: Array

    def __len__(self) -> int:
        return len(self.times)


def series(datastream: int, since: datetime | None = None, until: datetime | None = None) -> Series:
    """All values of a datastream with since <= phenomenon time < until."""
    found = columns([datastream], since, until)
    return Series(found.micros, found.numbers, found.flags.astype(np.uint8))


def columns(datastreams: Sequence[int], since: datetime | None = None, until: datetime | None = None) -> Columns:
    """All observations of these datastreams with since <= phenomenon time < until."""
    hot = _hot(OF_DATASTREAMS, [list(datastreams), since or "-infinity", until or "infinity"])
    packed = cold.places(datastreams, since, until, most=MOST_PLACES)
    low, high = (LEAST if since is None else microseconds(since)), (MOST if until is None else microseconds(until))
    pieces = [hot, *_cold([(place.datastream, place.day) for place in packed], low, high)]
    return _sorted(pieces)


def columns_of_hours(ids: Array, hours: Array) -> Columns:
    """All observations of these hours (datastream, microseconds of the hour's begin), which are different."""
    if not len(ids):
        return _sorted([])
    wanted = set(zip(ids.tolist(), hours.tolist(), strict=True))
    pieces = [_hot_hours(ids[part], hours[part]) for part in _by_stretch(hours)]
    for piece in _cold({(each, hour // DAY) for each, hour in wanted}, LEAST, MOST):
        places = zip(piece[0].tolist(), (piece[1] // HOUR * HOUR).tolist(), strict=True)
        inside = np.fromiter((place in wanted for place in places), bool, len(piece[0]))
        pieces.append(tuple(column[inside] for column in piece))
    return _sorted(pieces)


STRETCH = 31 * 24 * HOUR
"""So many hours are asked at once: with bounds PostgreSQL leaves out all other months once, and not anew for each hour."""


def _by_stretch(hours: Array) -> list[Array]:
    stretches = hours // STRETCH
    return [np.flatnonzero(stretches == each) for each in np.unique(stretches)]


def _hot_hours(ids: Array, hours: Array) -> tuple[Array, ...]:
    bounds = [_bound(int(hours.min())), _bound(int(hours.max()) + HOUR)]
    return _hot(OF_HOURS, [wire.integers(ids), wire.times(hours), *bounds])


def _bound(micros: int) -> datetime:
    try:
        return moment(micros)
    except OverflowError:
        return FURTHEST if micros > 0 else EARLIEST


def _hot(rows: str, parameters: list[Any]) -> tuple[Array, ...]:
    return tuple(wire.read(column) for column in raw(AS_ARRAYS.format(rows=rows), parameters))


def _cold(keys: Any, low: int, high: int) -> list[tuple[Array, ...]]:
    pieces: list[tuple[Array, ...]] = []
    for datastream, _number, day in cold.days(keys):
        inside = (day.micros >= low) & (day.micros < high)
        micros, numbers = day.micros[inside], day.numbers[inside]
        zeros = np.zeros(len(micros), np.int16)
        pieces.append((np.full(len(micros), datastream), micros, zeros, numbers, zeros))
        rows = [(row, judged(row.content)) for row in day.special if low <= row.micros < high]
        if rows:
            pieces.append((
                np.full(len(rows), datastream),
                np.array([row.micros for row, _ in rows]),
                np.array([row.sequence for row, _ in rows], np.int16),
                np.array([np.nan if number is None else number for _, (number, _flag) in rows], np.float64),
                np.array([flag for _, (_number, flag) in rows], np.int16),
            ))  # fmt: skip
    return pieces


def _sorted(pieces: list[tuple[Array, ...]]) -> Columns:
    filled = [piece for piece in pieces if len(piece[0])]
    if not filled:
        none = np.empty(0, np.int64)
        return Columns(none, none, none, np.empty(0), none)
    joined = [np.concatenate(column) for column in zip(*filled, strict=True)]
    order = np.lexsort((joined[2], joined[1], joined[0]))
    return Columns(*(column[order] for column in joined))
