# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Size of hot and packed observations, and reading from a year of many datastreams; prints its figures as one line of JSON.

Run by ``benchmarks.sensing``. Times are those that PostgreSQL reports (planning and execution), medians of many runs by the web
role with row-level security.
"""

from __future__ import annotations

import csv
import json
import os
import statistics
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import django
import psycopg

django.setup()

import numpy as np  # noqa: E402
from django.db import transaction  # noqa: E402

from benchmarks.sensing_generated import YEAR, make_year  # noqa: E402
from stadtherz.kernel.municipalities.active import activate  # noqa: E402
from stadtherz.kernel.municipalities.models import Municipality  # noqa: E402
from stadtherz.services.sensing.store import hours, series  # noqa: E402
from stadtherz.services.sensing.store.batches import of_series  # noqa: E402
from stadtherz.services.sensing.store.execution import execute  # noqa: E402
from stadtherz.services.sensing.store.keeping import pack_cold_days  # noqa: E402
from stadtherz.services.sensing.store.moments import microseconds  # noqa: E402
from stadtherz.services.sensing.store.writing import write_batch  # noqa: E402

STREAMS = 950


def main() -> None:
    """Arguments: the town as JSON, the scale."""
    town, scale = json.loads(sys.argv[1]), float(sys.argv[2])
    municipality = Municipality.objects.get(pk=town["municipality"])
    figures = _sizes(municipality, town)
    figures |= make_year(lambda: _owner(town), town, max(2, round(STREAMS * scale)))
    figures |= _reading(municipality, town)
    print(json.dumps(figures))


def _owner(town: dict[str, Any]) -> psycopg.Connection[Any]:
    connection = psycopg.connect(os.environ["STADTHERZ_DATABASE_OWNER_URL"], autocommit=True)
    connection.execute("SELECT set_config('stadtherz.municipality', %s, false)", [str(town["municipality"])])
    return connection


def _sizes(municipality: Municipality, town: dict[str, Any]) -> dict[str, float]:
    """Bytes an observation on the quarter-hour counts of Münster, with rows, keys and empty room; and payload alone."""
    counts = _muenster()
    if not counts:
        print(f"No counts of Münster in {_folder()} (STADTHERZ_TESTDATA): sizes are left out.", file=sys.stderr)
        return {}
    rows = 0
    for place, (micros, numbers) in enumerate(counts):
        with activate(municipality):
            write_batch(of_series(town["first"] + place, micros, numbers))
        rows += len(micros)
    with _owner(town) as connection:
        hot = _size(connection, "SELECT sum(pg_total_relation_size(inhrelid)) FROM pg_inherits"
                                " WHERE inhparent = 'sensing_observation'::regclass")  # fmt: skip
        begin = time.perf_counter()
        with activate(municipality), transaction.atomic():
            days = pack_cold_days(now=datetime(2026, 6, 1, tzinfo=UTC))
        took = time.perf_counter() - begin
        packed = _size(connection, "SELECT pg_total_relation_size('sensing_packed_day')")
        payload = _size(connection, "SELECT sum(octet_length(payload)) FROM sensing_packed_day")
        connection.execute(
            "TRUNCATE sensing_observation, sensing_latest, sensing_hour, sensing_changed_hour, sensing_packed_day"
        )
    return {
        "hot_bytes_per_obs": hot / rows, "packed_bytes_per_obs": packed / rows, "packed_payload_bytes_per_obs": payload / rows,
        "muenster_observations": rows, "packed_days": days, "packed_obs_per_second": rows / took,
    }  # fmt: skip


def _size(connection: psycopg.Connection[Any], question: str) -> float:
    row = connection.execute(question).fetchone()
    assert row is not None
    return float(row[0])


def _folder() -> Path:
    return Path(os.environ.get("STADTHERZ_TESTDATA", "../shared/data")).resolve() / "sensors" / "muenster-counters"


def _muenster() -> list[tuple[Any, Any]]:
    """Times and counts of each counter."""
    found: dict[str, dict[int, float]] = {}
    for file in sorted(_folder().glob("*/*.csv")):
        with file.open(encoding="utf-8-sig", newline="") as opened:
            table = csv.reader(opened)
            names = next(table)
            for row in table:
                moment = datetime.fromisoformat(row[0]).replace(tzinfo=ZoneInfo("Europe/Berlin"))
                for name, value in zip(names[1:], row[1:], strict=False):
                    if not name.endswith("status") and value.replace(".", "", 1).isdigit():
                        found.setdefault(name, {})[microseconds(moment)] = float(value)
    return [(np.array(list(values), np.int64), np.array(list(values.values()))) for values in found.values()]


def _reading(municipality: Municipality, town: dict[str, Any]) -> dict[str, float]:
    day = datetime(YEAR, 7, 9, tzinfo=UTC)
    year = (datetime(YEAR, 1, 1, tzinfo=UTC), datetime(YEAR + 1, 1, 1, tzinfo=UTC))
    columns = "phenomenon_time, number, sequence, value, details FROM sensing_observation"
    asked = {
        "day_raw_ms": (f"SELECT {columns} WHERE datastream_id = %s AND phenomenon_time >= %s AND phenomenon_time < %s"
                       " ORDER BY phenomenon_time", [day, day + timedelta(days=1)]),
        "year_hourly_ms": ("SELECT hour, count, sum, min, max FROM sensing_hour WHERE datastream_id = %s AND hour >= %s AND hour < %s"
                           " ORDER BY hour", list(year)),
        "latest_1000_ms": ("SELECT * FROM sensing_latest WHERE datastream_id > %s - 1000000", []),
    }  # fmt: skip
    figures = {}
    with activate(municipality):
        for key, (question, bounds) in asked.items():
            took = []
            for turn in range(41):
                ((plan,),) = execute(
                    f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {question}", [town["first"] + turn % 2, *bounds]
                )
                took.append(plan[0]["Planning Time"] + plan[0]["Execution Time"])
            figures[key] = statistics.median(took[1:])
        figures["store_day_ms"] = _median(lambda: series(town["first"], day, day + timedelta(days=1)))
        figures["store_year_hourly_ms"] = _median(lambda: hours([town["first"]], *year))
    return figures


def _median(work: Any) -> float:
    took = []
    for _turn in range(21):
        begin = time.perf_counter()
        work()
        took.append((time.perf_counter() - begin) * 1000)
    return statistics.median(took[1:])


main()
