# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The latest value of a datastream made anew, after an observation was changed or removed. The writer keeps it up to date otherwise."""

from __future__ import annotations

from datetime import datetime, timedelta

from stadtherz.services.sensing.store import cold, locks
from stadtherz.services.sensing.store.execution import execute
from stadtherz.services.sensing.store.moments import EPOCH
from stadtherz.services.sensing.store.moving import bring_back

BY_NOW = """LATERAL (
    SELECT * FROM sensing_observation o WHERE o.datastream_id = s.id AND o.phenomenon_time <= %(soon)s
    ORDER BY o.phenomenon_time DESC, o.sequence DESC LIMIT 1) AS l ON true"""
"""The newest observation ``l`` of datastream ``s`` that is not ahead of now (``AHEAD``), where its latest one is. Not out of packed days."""
END = """GREATEST(max(coalesce((details ->> 'end')::timestamptz, phenomenon_time)),
    (SELECT max(until) FROM sensing_packed_day WHERE datastream_id = %(datastream)s))"""
BOUNDS = f"""
SELECT min(phenomenon_time), max(phenomenon_time), {END}, min((details ->> 'result_time')::timestamptz),
       max((details ->> 'result_time')::timestamptz)
FROM sensing_observation WHERE datastream_id = %(datastream)s
"""
PACKED = (
    "SELECT min(day) - date '1970-01-01', max(day) - date '1970-01-01' FROM sensing_packed_day WHERE datastream_id = %s"
)
KNOWN = "DELETE FROM sensing_latest WHERE datastream_id = %s RETURNING result_since, result_until"
LATEST = """
INSERT INTO sensing_latest (phenomenon_time, number, datastream_id, municipality_id, sequence, feature_id, value, details,
                            earliest, until, result_since, result_until)
SELECT phenomenon_time, number, datastream_id, municipality_id, sequence, feature_id, value, details, %s, %s, %s, %s
FROM sensing_observation WHERE datastream_id = %s ORDER BY phenomenon_time DESC, sequence DESC LIMIT 1
"""


def refresh(datastream: int) -> None:
    """Look up the latest value and the bounds again, in the caller's transaction.

    If the newest observation lies in a packed day, that day is brought back. Bounds of the result time do not shrink while there
    are packed days, because those are not all read for it.
    """
    locks.hold_alone()
    known = execute(KNOWN, [datastream])
    ((first, last),) = execute(PACKED, [datastream])
    ((_earliest, newest),) = execute(
        "SELECT min(phenomenon_time), max(phenomenon_time) FROM sensing_observation WHERE datastream_id = %s",
        [datastream],
    )
    is_newest_packed = last is not None and (newest is None or newest < EPOCH + timedelta(days=last + 1))
    if is_newest_packed:
        bring_back(datastream, last)
    ((earliest, newest, until, result_since, result_until),) = execute(BOUNDS, {"datastream": datastream})
    if newest is None:
        return
    if first is not None and (first != last or not is_newest_packed):  # it still lies packed
        earliest = min(earliest, _first_of(datastream, first))
    if first is not None and known:
        result_since = min(filter(None, (result_since, known[0][0])), default=None)
        result_until = max(filter(None, (result_until, known[0][1])), default=None)
    execute(LATEST, [earliest, until, result_since, result_until, datastream])


def _first_of(datastream: int, number: int) -> datetime:
    for _datastream, _number, day in cold.days([(datastream, number)]):
        micros = [*day.micros[:1].tolist(), *(row.micros for row in day.special)]
        return EPOCH + timedelta(microseconds=min(micros))
    raise LookupError
