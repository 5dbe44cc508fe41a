# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Rows that are changed, moved or removed, wherever they lie: a packed day becomes rows first, and what follows from them
(the hour's figures, the latest value) is made anew. In the caller's transaction, who holds the writers' lock alone from here on.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np

from stadtherz.kernel.municipalities.active import active_id
from stadtherz.services.sensing.store import cold, locks, months, moving, newest, noting
from stadtherz.services.sensing.store.execution import execute
from stadtherz.services.sensing.store.identifiers import Key
from stadtherz.services.sensing.store.moments import DAY, microseconds

AT = "datastream_id = %(datastream)s AND phenomenon_time = %(time)s AND sequence = %(sequence)s"
COLUMNS = "number, value::text, details::text, feature_id"
ROW = f"SELECT {COLUMNS} FROM sensing_observation WHERE {AT} FOR UPDATE"
REMOVE = f"DELETE FROM sensing_observation WHERE {AT} RETURNING {COLUMNS}"
CHANGE = f"""
UPDATE sensing_observation SET details = %(details)s::jsonb, feature_id = %(feature)s
WHERE {AT} AND (details IS DISTINCT FROM %(details)s::jsonb OR feature_id IS DISTINCT FROM %(feature)s) RETURNING 1
"""
PUT = """
INSERT INTO sensing_observation (phenomenon_time, number, datastream_id, municipality_id, sequence, feature_id, value, details)
SELECT %(time)s, %(number)s, %(datastream)s, %(town)s, coalesce((SELECT max(sequence) + 1 FROM sensing_observation
    WHERE datastream_id = %(datastream)s AND phenomenon_time = %(time)s), 0), %(feature)s, %(value)s::jsonb, %(details)s::jsonb
RETURNING sequence
"""
CORRECT = """
UPDATE sensing_observation AS o
SET details = CASE WHEN %(correction)s::jsonb IS NULL THEN NULLIF(o.details - 'correction', '{}')
                   ELSE jsonb_set(coalesce(o.details, '{}'), '{correction}', %(correction)s::jsonb) END
FROM sensing_observation AS b
WHERE o.datastream_id = %(datastream)s AND o.phenomenon_time >= %(since)s AND o.phenomenon_time < %(until)s
  AND (%(sequence)s::int IS NULL OR o.sequence = %(sequence)s)
  AND b.datastream_id = %(datastream)s AND b.phenomenon_time >= %(since)s AND b.phenomenon_time < %(until)s
  AND b.phenomenon_time = o.phenomenon_time AND b.sequence = o.sequence
RETURNING o.phenomenon_time, o.sequence, (b.details #> '{correction,result}') IS DISTINCT FROM (o.details #> '{correction,result}')
"""
MARK = """
INSERT INTO sensing_changed_hour (hour, datastream_id, municipality_id)
SELECT DISTINCT date_trunc('hour', moment, 'UTC'), %s::int, %s::int FROM unnest(%s::timestamptz[]) AS moment ON CONFLICT DO NOTHING
"""
MOST_DAYS = 366  # of one correction


class Row(NamedTuple):
    """What an observation holds: a number, or another result as JSON text; details; the feature, None for the datastream's own."""

    number: float | None
    value: str | None
    details: dict[str, Any]
    feature: int | None


def row_at(key: Key) -> Row | None:
    """The observation, locked; None if it is not there."""
    _bring_back(key)
    return _row(execute(ROW, _place(key)))


def remove(key: Key) -> Row | None:
    """Remove an observation; what it held, or None if it was not there."""
    _bring_back(key)
    gone = _row(execute(REMOVE, _place(key)))
    if gone is not None:
        _settle(key.datastream, [key.time])
    return gone


def change(key: Key, *, details: str | None, feature: int | None) -> None:
    """Give the observation other details (JSON text) and another feature."""
    if not execute(CHANGE, _place(key) | {"details": details, "feature": feature}):
        return
    _settle(key.datastream, [key.time])
    _note(key.datastream, [(key.time, key.sequence)])


def move(key: Key, place: Key, row: Row, *, details: str | None) -> Key:
    """Take the observation away and write it at ``place``, in the first sequence that is free there; returns its new key."""
    _bring_back(place)
    months.make_for(microseconds(place.time))
    execute(REMOVE, _place(key))
    given = {"number": row.number, "value": row.value, "feature": row.feature, "details": details, "town": active_id()}
    ((sequence,),) = execute(PUT, given | {"datastream": place.datastream, "time": place.time})
    _settle(key.datastream, [key.time])
    _settle(place.datastream, [place.time])
    _note(place.datastream, [(place.time, sequence)])
    return Key(place.datastream, place.time, sequence)


def correct(datastream: int, since: datetime, until: datetime, *, sequence: int | None, correction: str | None) -> int:
    """Put a correction (JSON text) beside the values with since <= time < until, or take it away; returns how many.

    ``sequence`` None: of all values of a time.
    """
    locks.hold_alone()
    for place in cold.places([datastream], since, until, most=MOST_DAYS + 2):
        moving.bring_back(place.datastream, place.day)
    given = {"datastream": datastream, "since": since, "until": until, "sequence": sequence, "correction": correction}
    found = execute(CORRECT, given)
    if found:
        _settle(datastream, [row[0] for row in found])
        _note(datastream, sorted((time, number) for time, number, is_told_otherwise in found if is_told_otherwise))
    return len(found)


def _bring_back(key: Key) -> None:
    moving.bring_back(key.datastream, microseconds(key.time) // DAY)


def _place(key: Key) -> dict[str, Any]:
    return {"datastream": key.datastream, "time": key.time, "sequence": key.sequence}


def _row(found: list[tuple[Any, ...]]) -> Row | None:
    if not found:
        return None
    number, value, details, feature = found[0]
    return Row(number, value, json.loads(details) if details else {}, feature)


def _note(datastream: int, places: list[tuple[datetime, int]]) -> None:
    """Subscribers are told of these, as they are now: what the standard's interface shows of them is another than before."""
    if places:
        micros = np.array([microseconds(time) for time, _sequence in places], np.int64)
        sequences = np.array([sequence for _time, sequence in places], np.int16)
        noting.note(np.full(len(places), datastream, np.int32), micros, sequences, changed=True)


def _settle(datastream: int, moments: list[datetime]) -> None:
    execute(MARK, [datastream, active_id(), moments])
    newest.refresh(datastream)
