# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Makes a year of observations and their hourly figures, faster than they could ever arrive; for measuring how they are read.

Each month is filled as a table of its own without log, key and lock between towns, in the order of time as it would have arrived; then it gets
its key and lock and becomes a partition. Two months are made at a time. The hourly figures lose their key and reference while they are
filled and get them back. What is read afterwards has the same form, keys and rights as a year that arrived row by row.
"""

from __future__ import annotations

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import psycopg

YEAR = 2025
AT_ONCE = 2
MONTH = """
INSERT INTO {partition} (phenomenon_time, number, datastream_id, municipality_id)
SELECT t, round(200 + 150 * sin(extract(epoch FROM t)::float8 / 13750.98708 + s) + 40 * random()) / 10, s, {town}
FROM generate_series('{since}'::timestamptz, '{until}'::timestamptz - interval '10 minutes', interval '10 minutes') AS t,
     generate_series({first}, {last}) AS s
"""
HOURS = """
INSERT INTO sensing_hour (hour, datastream_id, municipality_id, count, sum, min, max)
SELECT date_bin('1 hour', phenomenon_time, '{since}'), datastream_id, {town}, count(*), sum(number), min(number), max(number)
FROM {partition} GROUP BY 1, 2
"""
LATEST = """
INSERT INTO sensing_latest (phenomenon_time, number, datastream_id, municipality_id, earliest, until)
SELECT '{until}', 20, s, {town}, '{since}', '{until}' FROM generate_series({first}, {all}) AS s
"""
KEYS = """
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'sensing_hour'::regclass ORDER BY contype DESC
"""
Owner = Any


def make_year(connect: Any, town: dict[str, Any], streams: int) -> dict[str, float]:
    """Make the year; the first ``streams`` datastreams of ``town`` have values. ``connect`` gives a connection of the owner."""
    given = {"town": town["municipality"], "first": town["first"], "last": town["first"] + streams - 1}
    given["all"] = town["first"] + town["streams"] - 1
    begin = time.perf_counter()
    with connect() as connection:
        keys = connection.execute(KEYS).fetchall()
        for name, _definition in keys:
            connection.execute(f"ALTER TABLE sensing_hour DROP CONSTRAINT {name}")
        connection.execute("ALTER TABLE sensing_hour SET UNLOGGED, DISABLE ROW LEVEL SECURITY")
        with ThreadPoolExecutor(AT_ONCE) as makers:
            for month in makers.map(lambda month: _make_month(connect, given, month), range(1, 13)):
                print(f"{month}: {time.perf_counter() - begin:.0f} s", file=sys.stderr, flush=True)
        connection.execute("SET maintenance_work_mem = '256MB'")
        for name, definition in reversed(keys):
            connection.execute(f"ALTER TABLE sensing_hour ADD CONSTRAINT {name} {definition}")
        connection.execute("ALTER TABLE sensing_hour ENABLE ROW LEVEL SECURITY")
        connection.execute(LATEST.format(since=f"{YEAR}-01-01T00:00Z", until=f"{YEAR}-12-31T23:50Z", **given))
        connection.execute("VACUUM ANALYZE sensing_hour")
        connection.execute("VACUUM ANALYZE sensing_latest")
        connection.execute("ANALYZE sensing_observation")
        ((rows,),) = connection.execute(
            "SELECT sum(reltuples) FROM pg_class WHERE relkind = 'r' AND relname ~ '^sensing_observation_y'"
        ).fetchall()
    return {"year_rows": float(rows), "year_made_in_seconds": time.perf_counter() - begin}


def _make_month(connect: Any, given: dict[str, int], month: int) -> str:
    since = datetime(YEAR, month, 1, tzinfo=UTC).isoformat()
    until = datetime(YEAR + month // 12, month % 12 + 1, 1, tzinfo=UTC).isoformat()
    partition = f"sensing_observation_y{YEAR}m{month:02}"
    bounds = given | {"since": since, "until": until, "partition": partition}
    with connect() as connection:
        _run(connection, "SET work_mem = '256MB'", "SET maintenance_work_mem = '256MB'", "SET synchronous_commit = off")
        _run(
            connection,
            f"DROP TABLE IF EXISTS {partition}",
            f"CREATE UNLOGGED TABLE {partition} (LIKE sensing_observation INCLUDING DEFAULTS) WITH (autovacuum_enabled = off)",
            MONTH.format(**bounds),
            f"ALTER TABLE {partition} ADD PRIMARY KEY (datastream_id, phenomenon_time, sequence)",
            HOURS.format(**bounds),
            f"ALTER TABLE {partition} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
            f"CREATE POLICY town ON {partition} USING"
            " (municipality_id = NULLIF(current_setting('stadtherz.municipality', true), '')::bigint)",
            f"ALTER TABLE sensing_observation ATTACH PARTITION {partition} FOR VALUES FROM ('{since}') TO ('{until}')",
        )
    return partition


def _run(connection: psycopg.Connection[Any], *statements: str) -> None:
    for statement in statements:
        connection.execute(statement)
