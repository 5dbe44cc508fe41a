# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The one writer of observations: set by set, never row by row, in the caller's transaction.

Rows are sorted by (datastream, time), which the index likes and which keeps two processes from waiting for each other in a
circle: observations, then marks of changed hours, then latest values, each in the order of their keys. The plain case (numbers
that are not there yet) is one INSERT from binary arrays, as fast as COPY, which PostgreSQL refuses on a table with
row-level security (ADR 50). Only when that meets a row that is there, rows are compared one by one (``comparing``).
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from stadtherz.kernel.municipalities.active import active, active_id
from stadtherz.services.sensing.ingest.readings import Outcome, Reading, Refused
from stadtherz.services.sensing.models import ResultKind
from stadtherz.services.sensing.store import comparing, locks, wire
from stadtherz.services.sensing.store.announcing import announce
from stadtherz.services.sensing.store.batches import Array, Batch, Result, from_readings, outcomes
from stadtherz.services.sensing.store.contents import fits, reason_of
from stadtherz.services.sensing.store.execution import execute, execute_or_undo
from stadtherz.services.sensing.store.packing import NEVER_PACKED

HOUR = 3_600_000_000
DAY = 24 * HOUR
ALWAYS_THERE = 30 * DAY  # younger months are never dropped
MONTH_KNOWN = 31 * DAY

DATASTREAMS = "SELECT id, kind, feature_id, current_feature_id, is_open FROM sensing_datastream WHERE id = ANY(%b)"
INSERT_NUMBERS = """
WITH given AS (
    SELECT * FROM unnest(%b, %b, %b) AS r(moment, number, datastream)
), put AS (
    INSERT INTO sensing_observation (phenomenon_time, number, datastream_id, municipality_id)
    SELECT moment, number, datastream, {town} FROM given
), marked AS (
    INSERT INTO sensing_changed_hour (hour, datastream_id, municipality_id)
    SELECT hour, datastream, {town} FROM unnest(%b, %b) AS r(hour, datastream)
    ON CONFLICT DO NOTHING
)
INSERT INTO sensing_latest AS l
    (phenomenon_time, number, datastream_id, municipality_id, earliest, until)
SELECT moment, number, datastream, {town}, earliest, moment
FROM unnest(%b, %b, %b, %b) AS r(moment, number, datastream, earliest)
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
"""


def write_now(readings: Sequence[Reading]) -> list[Outcome]:
    """Write in the caller's transaction, for the active municipality; what each reading became, in order.

    For imports, jobs, connectors. Nothing is acknowledged before the caller's commit. One call a transaction: a second one may
    wait for another process that waits for the first (PostgreSQL then ends one of the two with an error).
    """
    batch = from_readings(readings)
    return outcomes(batch, write_batch(batch))


def write_batch(batch: Batch) -> Result:
    """Write the rows of ``batch`` that nothing speaks against."""
    refused = dict(batch.refused)
    locks.share()
    open_ones = _refuse_strangers(batch, refused)
    rows = np.arange(len(batch))
    if refused:
        rows = np.delete(rows, list(refused))
    result = Result(np.zeros(len(batch), np.int16), np.zeros(len(batch), bool), refused)
    if not len(rows):
        return result
    rows = rows[np.lexsort((batch.micros[rows], batch.ids[rows]))]  # stable: the same key stays in order of arrival
    _make_months(batch.micros[rows])
    slow = comparing.must_compare(batch, rows, _now() - NEVER_PACKED)
    fast = rows[~slow]
    if len(fast) and not _insert(batch, fast):
        slow[:] = True
        fast = fast[:0]
    if slow.any():
        comparing.write(batch, rows[slow], result)
    newest = [value for value in _newest(batch, rows, result) if value[0] in open_ones]
    if newest:
        town = active()
        transaction.on_commit(lambda: announce(town, newest))
    return result


def _now() -> int:
    return time.time_ns() // 1000


def _refuse_strangers(batch: Batch, refused: dict[int, Refused]) -> set[int]:
    """Refuse rows whose datastream is not ours, whose feature is not, or whose result it does not take; the open datastreams."""
    asked = [wire.integers(np.unique(batch.ids))]
    found = execute(DATASTREAMS, asked, prepare=True)
    kinds: dict[int, str] = {row[0]: row[1] for row in found}
    if batch.at_place is not False:
        _settle_place(batch, refused, {row[0]: (row[2], row[3]) for row in found})
    numeric = {ResultKind.NUMBER, ResultKind.ANY}
    if len(kinds) < len(np.unique(batch.ids)) or not numeric.issuperset(kinds.values()):
        for row, datastream in enumerate(batch.ids.tolist()):
            if row not in refused and datastream not in kinds:
                refused[row] = Refused(_("There is no such datastream here."), "Datastream")
            elif row not in refused and row not in batch.special and kinds[datastream] not in numeric:
                refused[row] = Refused(reason_of(ResultKind(kinds[datastream])), "result")
    open_ones = {row[0] for row in found if row[4]}
    if not batch.special:
        return open_ones
    features = {columns[3] for columns in batch.special.values() if columns[3] is not None}
    known = {row[0] for row in execute("SELECT id FROM sensing_featureofinterest WHERE id = ANY(%s)", [list(features)])} if features else set()  # fmt: skip
    for row, (number, value, _details, feature) in batch.special.items():
        if row in refused:
            continue
        unfit = fits(kinds[int(batch.ids[row])], number, value)
        if unfit is not None:
            refused[row] = unfit
        elif feature is not None and feature not in known:
            refused[row] = Refused(_("There is no such feature of interest here."), "FeatureOfInterest")
    return open_ones


def _settle_place(batch: Batch, refused: dict[int, Refused], known: dict[int, tuple[int | None, int | None]]) -> None:
    """Rows about the place of the thing: none is known, it is the datastream's first one (no column), or a later one."""
    moved = {each: current for each, (first, current) in known.items() if current is not None and current != first}
    placeless = {each for each, (first, _current) in known.items() if first is None}
    if not moved and not placeless:
        return
    for row, datastream in enumerate(batch.ids.tolist()):
        if batch.at_place is not True and not batch.at_place[row]:  # type: ignore[index]
            continue
        if datastream in placeless:
            refused[row] = Refused(_("The thing has no place yet."), "FeatureOfInterest")
        elif datastream in moved and row not in batch.special:
            batch.special[row] = (float(batch.numbers[row]), None, None, moved[datastream])


_months: set[int] = set()  # known to stand, by month number; only young ones, which are never dropped


def _make_months(micros: Array) -> None:
    """Have partitions made for months that may lack one."""
    months = np.unique(micros.astype("datetime64[us]").astype("datetime64[M]"))
    young = _now() - ALWAYS_THERE
    numbers = {int(month.astype(int)): int(month.astype("datetime64[us]").astype(np.int64)) for month in months}
    asked = {number: start for number, start in numbers.items() if number not in _months or start < young}
    if asked:
        ((made,),) = execute("SELECT sensing_make_months(%b)", [wire.times(list(asked.values()))])
        if not made:  # what this transaction made is gone again if it is rolled back
            _months.update(number for number, start in asked.items() if start >= young)


def _insert(batch: Batch, rows: Array) -> bool:
    """Insert sorted numbers with their marks and latest values; False, and nothing done, if one of them is there already."""
    ids, micros, numbers = batch.ids[rows], batch.micros[rows], batch.numbers[rows]
    hours = micros // HOUR * HOUR
    first = np.ones(len(ids), bool)
    first[1:] = ids[1:] != ids[:-1]
    change = first.copy()
    change[1:] |= hours[1:] != hours[:-1]
    last = np.append(first[1:], True)
    columns = [
        wire.times(micros), wire.numbers(numbers), wire.integers(ids),
        wire.times(hours[change]), wire.integers(ids[change]),
        wire.times(micros[last]), wire.numbers(numbers[last]), wire.integers(ids[last]), wire.times(micros[first]),
    ]  # fmt: skip
    try:
        execute_or_undo(INSERT_NUMBERS.format(town=active_id()), columns)
    except IntegrityError:
        return False
    return True


def _newest(batch: Batch, rows: Array, result: Result) -> list[tuple[int, int, float]]:
    """The last new row of each datastream, for open pages."""
    new = rows[~result.repeated[rows]]
    if result.refused:
        new = new[~np.isin(new, list(result.refused))]
    if not len(new):
        return []
    ids = batch.ids[new]
    last = new[np.append(ids[1:] != ids[:-1], True)]
    return list(zip(batch.ids[last].tolist(), batch.micros[last].tolist(), batch.numbers[last].tolist(), strict=True))
