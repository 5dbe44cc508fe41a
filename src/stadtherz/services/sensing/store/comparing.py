# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The careful half of the writer: rows that are more than a number, or whose time is taken, are compared with what is there.

The same content is a repeated delivery and changes nothing; another content at the same time gets the next sequence.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from stadtherz.kernel.municipalities.active import active_id
from stadtherz.services.sensing.store import cold, noting, wire
from stadtherz.services.sensing.store.batches import Array, Batch, Result
from stadtherz.services.sensing.store.contents import same
from stadtherz.services.sensing.store.execution import execute
from stadtherz.services.sensing.store.moments import HOUR
from stadtherz.services.sensing.store.readings import Content, Refused

MOST_AT_ONE_TIME = 1000
ATTEMPTS = 5
Place = tuple[int, int]  # datastream, microseconds

FIND = """
SELECT o.datastream_id, extract(epoch FROM o.phenomenon_time)::numeric * 1000000, o.sequence,
       o.number, o.value::text, o.details::text, o.feature_id
FROM unnest(%b, %b) AS k(moment, datastream)
JOIN sensing_observation o ON o.datastream_id = k.datastream AND o.phenomenon_time = k.moment
"""
INSERT = """
INSERT INTO sensing_observation
    (phenomenon_time, number, datastream_id, municipality_id, sequence, feature_id, value, details)
SELECT moment, NULLIF(number, 'NaN'), datastream, {town}, sequence, feature, value::jsonb, details::jsonb
FROM unnest(%b, %b, %b, %b, %s::bigint[], %s::text[], %s::text[])
    AS r(moment, number, datastream, sequence, feature, value, details)
"""
MARK = """
INSERT INTO sensing_changed_hour (hour, datastream_id, municipality_id)
SELECT DISTINCT ON (datastream, hour) hour, datastream, {town} FROM unnest(%b, %b) AS r(hour, datastream)
ORDER BY datastream, hour
ON CONFLICT DO NOTHING
"""
NEWER = "(excluded.phenomenon_time, excluded.sequence) > (l.phenomenon_time, l.sequence)"
LATEST = f"""
INSERT INTO sensing_latest AS l
    (phenomenon_time, number, datastream_id, municipality_id, sequence, feature_id, value, details,
     earliest, until, result_since, result_until)
SELECT DISTINCT ON (datastream)
    moment, NULLIF(number, 'NaN'), datastream, {{town}}, sequence, feature, value::jsonb, details::jsonb,
    min(moment) OVER own, max(coalesce((details::jsonb ->> 'end')::timestamptz, moment)) OVER own,
    min((details::jsonb ->> 'result_time')::timestamptz) OVER own, max((details::jsonb ->> 'result_time')::timestamptz) OVER own
FROM unnest(%b, %b, %b, %b, %s::bigint[], %s::text[], %s::text[])
    AS r(moment, number, datastream, sequence, feature, value, details)
WINDOW own AS (PARTITION BY datastream)
ORDER BY datastream, moment DESC, sequence DESC
ON CONFLICT (datastream_id) DO UPDATE SET
    phenomenon_time = CASE WHEN {NEWER} THEN excluded.phenomenon_time ELSE l.phenomenon_time END,
    number = CASE WHEN {NEWER} THEN excluded.number ELSE l.number END,
    sequence = CASE WHEN {NEWER} THEN excluded.sequence ELSE l.sequence END,
    feature_id = CASE WHEN {NEWER} THEN excluded.feature_id ELSE l.feature_id END,
    value = CASE WHEN {NEWER} THEN excluded.value ELSE l.value END,
    details = CASE WHEN {NEWER} THEN excluded.details ELSE l.details END,
    earliest = LEAST(l.earliest, excluded.earliest),
    until = GREATEST(l.until, excluded.until),
    result_since = LEAST(l.result_since, excluded.result_since),
    result_until = GREATEST(l.result_until, excluded.result_until)
"""


def must_compare(batch: Batch, rows: Array, packed_before: int) -> Array:
    """For each of the sorted ``rows`` whether it needs care: more than a number, twice in the batch, or on a packed day."""
    ids, micros = batch.ids[rows], batch.micros[rows]
    slow = np.zeros(len(rows), bool)
    slow[1:] = (ids[1:] == ids[:-1]) & (micros[1:] == micros[:-1])
    if batch.special:
        slow |= np.isin(rows, list(batch.special))
    old = micros < packed_before
    if old.any():
        slow[old] |= cold.is_packed(ids[old], micros[old])
    twins = slow[1:] & (ids[1:] == ids[:-1]) & (micros[1:] == micros[:-1])
    slow[:-1] |= twins  # of rows at the same time all go the same way, in order of arrival
    return slow


def write(batch: Batch, rows: Array, result: Result) -> None:
    """Write the sorted ``rows``; fills ``result``."""
    for _attempt in range(ATTEMPTS):
        new = _judge(batch, rows, result)
        if not new or _insert(batch, new, result):
            return
        result.sequences[rows] = 0
        result.repeated[rows] = False
    raise IntegrityError("Others keep writing observations at the same times.")


def _judge(batch: Batch, rows: Array, result: Result) -> list[int]:
    """Give each row its sequence or call it repeated; returns the new ones."""
    standing = _standing(batch.ids[rows], batch.micros[rows])
    new = []
    for row in rows.tolist():
        there = standing[int(batch.ids[row]), int(batch.micros[row])]
        mine = batch.content(row)
        known = next((sequence for sequence, content in there.items() if same(content, mine)), None)
        if known is not None:
            result.sequences[row] = known
            result.repeated[row] = True
            continue
        sequence = max(there, default=-1) + 1
        if sequence >= MOST_AT_ONE_TIME:
            result.refused[row] = Refused(_("There are too many different values at the same time."), "phenomenonTime")
            continue
        there[sequence] = mine
        result.sequences[row] = sequence
        new.append(row)
    return new


def _standing(ids: Array, micros: Array) -> dict[Place, dict[int, Content]]:
    """What stands at these places already, by sequence."""
    found: dict[Place, dict[int, Content]] = defaultdict(dict)
    keys = np.unique(np.stack([ids.astype(np.int64), micros], axis=1), axis=0)
    for datastream, moment, sequence, *columns in execute(FIND, [wire.times(keys[:, 1]), wire.integers(keys[:, 0])]):
        found[datastream, int(moment)][sequence] = (columns[0], columns[1], columns[2], columns[3])
    for datastream, moment, sequence, content in cold.contents_at(keys[:, 0], keys[:, 1]):
        found[datastream, moment].setdefault(sequence, content)
    return found


def _insert(batch: Batch, new: list[int], result: Result) -> bool:
    contents = [batch.content(row) for row in new]
    columns: list[Any] = [
        wire.times(batch.micros[new]), wire.numbers(batch.numbers[new]), wire.integers(batch.ids[new]),
        wire.smalls(result.sequences[new]), [each[3] for each in contents], [each[1] for each in contents],
        [each[2] for each in contents],
    ]  # fmt: skip
    town = active_id()
    try:
        with transaction.atomic():
            execute(INSERT.format(town=town), columns)
    except IntegrityError:
        return False
    hours = batch.micros[new] // HOUR * HOUR
    execute(MARK.format(town=town), [wire.times(hours), wire.integers(batch.ids[new])])
    execute(LATEST.format(town=town), columns)
    noting.note(batch.ids[new], batch.micros[new], result.sequences[new], changed=False)
    return True
