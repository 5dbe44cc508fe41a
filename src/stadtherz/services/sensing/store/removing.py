# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Removes all that was observed about a feature of interest, wherever it lies."""

from __future__ import annotations

from stadtherz.kernel.municipalities.active import active_id
from stadtherz.services.sensing.store import locks
from stadtherz.services.sensing.store.execution import execute
from stadtherz.services.sensing.store.moving import bring_back

OWN = "IN (SELECT id FROM sensing_datastream WHERE feature_id = %(feature)s)"
DROP_ABOUT = f"""
WITH gone AS (
    DELETE FROM sensing_packed_day WHERE features = ARRAY[%(feature)s::bigint] OR (features IS NULL AND datastream_id {OWN})
    RETURNING datastream_id, day
), changed AS (
    INSERT INTO sensing_changed_hour (hour, datastream_id, municipality_id)
    SELECT h.hour, h.datastream_id, %(town)s FROM gone g JOIN sensing_hour h ON h.datastream_id = g.datastream_id
        AND h.hour >= g.day::timestamp AT TIME ZONE 'UTC' AND h.hour < (g.day + 1)::timestamp AT TIME ZONE 'UTC'
    ON CONFLICT DO NOTHING
)
SELECT DISTINCT datastream_id FROM gone
"""
MIXED_ABOUT = f"""
SELECT datastream_id, day - date '1970-01-01' FROM sensing_packed_day
WHERE features @> ARRAY[%(feature)s::bigint] OR (features @> ARRAY[0::bigint] AND datastream_id {OWN})
"""
DELETE_ABOUT = f"""
WITH gone AS (
    DELETE FROM sensing_observation WHERE feature_id = %(feature)s OR (feature_id IS NULL AND datastream_id {OWN})
    RETURNING datastream_id, phenomenon_time
), changed AS (
    INSERT INTO sensing_changed_hour (hour, datastream_id, municipality_id)
    SELECT DISTINCT date_trunc('hour', phenomenon_time, 'UTC'), datastream_id, %(town)s FROM gone ON CONFLICT DO NOTHING
)
SELECT DISTINCT datastream_id FROM gone
"""


def remove_about(feature: int) -> set[int]:
    """Remove all observations about a feature of interest; returns the datastreams that had some. In the caller's transaction.

    Packed days that are about nothing else go as they are, of mixed ones rows are made first; no other day is read.
    """
    locks.hold_alone()
    given = {"feature": feature, "town": active_id()}
    touched = {row[0] for row in execute(DROP_ABOUT, given)}
    for datastream, number in execute(MIXED_ABOUT, given):
        bring_back(datastream, number)
    return touched | {row[0] for row in execute(DELETE_ABOUT, given)}
