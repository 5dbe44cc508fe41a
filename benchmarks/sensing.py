# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Sensing: observations a second over real HTTP beside the naive way and psql's \\copy, a kill in the middle, size, and reading a year.

``./stadtherz bench sensing [--json FILE] [--scale 1] [--seconds 10] [--overload-seconds 30]``. Scale 1 makes 50 million rows (950
datastreams, every 10 minutes, 1 year): about 8 GB of disk and some ten minutes; 0.01 is enough to try. Everything runs on one machine
side by side: wrk, the web server and PostgreSQL share its cores. Ratios compare ways within one run.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import json
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django
import psycopg

from benchmarks.database import fresh_database
from benchmarks.figures import at_least, at_most, report
from benchmarks.sensing_kill import START as KILL_START
from benchmarks.sensing_kill import send_through_kill, workers_of
from benchmarks.serving import process, wrk

CONNECTIONS, STREAMS = 128, 950
LOAD = Path(__file__).with_name("observations.lua")
ONE, MANY = "/api/sta/v1.1/Observations", "/api/sta/v1.1/CreateObservations"
COPY_ROWS, COPIES = 300_000, 5
YESTERDAY = int(time.time()) - 86_400
Environment = dict[str, str]
Town = dict[str, Any]
GOALS = {
    "post_per_second": at_least(8000),
    "post_ratio": at_least(4),
    "dataarray_obs_per_second": at_least(100_000),
    "copy_limit_ratio": at_least(0.5),
    "acknowledged_not_stored": at_most(0),
    "mqtt_not_stored": at_most(0),
    "kill_lost": at_most(0),
    "kill_double": at_most(0),
    "packed_bytes_per_obs": at_most(3),
    "day_raw_ms": at_most(1),
    "year_hourly_ms": at_most(25),
    "latest_1000_ms": at_most(15),
    "sta_top100_ms": at_most(10),
    "overload_growth_ratio": at_most(1.25),
    "overload_without_retry_after": at_most(0),
}


def main() -> int:
    """Measure everything; the exit code is 1 if a goal was missed."""
    asked = _asked()
    figures: dict[str, float] = {}
    with fresh_database("stadtherz_bench_sensing") as environment:
        town = _told("benchmarks.sensing_town", environment, str(STREAMS))
        figures |= _writing(environment, town, asked.seconds)
        _empty(environment)
        figures |= _told("benchmarks.sensing_mqtt", environment, json.dumps(town), str(1000 * asked.seconds))
        figures |= _overload(environment, town, asked.overload_seconds)
        figures |= _killed(environment, town, asked.seconds)
        _empty(environment)
        figures |= _told("benchmarks.sensing_years", environment, json.dumps(town), str(asked.scale))
        figures |= _top100(environment, town)
    return 1 if report(figures, GOALS, asked.json) else 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument("--scale", type=float, default=1.0, help="of the 50 million rows (1: all of them)")
    parser.add_argument("--seconds", type=int, default=10, help="of each load")
    parser.add_argument("--overload-seconds", type=int, default=30, help="600 for the ten minutes of the goal")
    return parser.parse_args()


def _told(module: str, environment: Environment, *words: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", module, *words], env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def _writing(environment: Environment, town: Town, seconds: int) -> dict[str, float]:
    """Ours and the naive ways in turn, on the same server, each into an empty table."""
    figures: dict[str, float] = {}
    with process(environment, workers=2, module="benchmarks.sensing_naive") as (port, _server):
        _load(environment, town, port, path=ONE, rows=1, seconds=2)  # both processes have their connections
        ours = _load(environment, town, port, path=ONE, rows=1, seconds=seconds)
        figures |= {
            "post_per_second": ours[0] / seconds,
            "post_p50_ms": ours[3],
            "post_p99_ms": ours[4],
            "post_refused": ours[1],
        }
        figures |= {"acknowledged": ours[0], "stored": _stored(environment, town)}
        figures["acknowledged_not_stored"] = max(0, ours[0] - figures["stored"])
        naive = {
            way: _load(environment, town, port, path=f"/naive/{way}", rows=1, seconds=seconds)[0] / seconds
            for way in ("lane", "page")
        }
        figures |= {"naive_post_per_second": max(naive.values()), "naive_page_post_per_second": naive["page"]}
        figures["post_ratio"] = figures["post_per_second"] / figures["naive_post_per_second"]
        many = _load(environment, town, port, path=MANY, rows=100, seconds=seconds)
        figures |= {"dataarray_obs_per_second": many[0] * 100 / seconds, "dataarray_stored": _stored(environment, town)}
    figures["copy_rows_per_second"] = _copy(environment, town)
    figures["copy_limit_ratio"] = figures["dataarray_obs_per_second"] / figures["copy_rows_per_second"]
    return figures


def _load(
    environment: Environment,
    town: Town,
    port: int,
    *,
    path: str,
    rows: int,
    seconds: int,
    connections: int = CONNECTIONS,
) -> list[float]:
    """Acknowledged, refused, broken connections, p50 and p99 in milliseconds, refused without a Retry-After; of a load into an empty table."""
    _empty(environment)
    asked = environment | {
        "OBSERVATIONS_FIRST": str(town["first"]), "OBSERVATIONS_STREAMS": str(town["streams"]), "OBSERVATIONS_KEY": town["key"],
        "OBSERVATIONS_ROWS": str(rows), "OBSERVATIONS_PATH": path, "OBSERVATIONS_SECONDS": str(seconds),
        "OBSERVATIONS_START": str(YESTERDAY),
    }  # fmt: skip
    printed = wrk(port, script=LOAD, seconds=seconds + 2, connections=connections, environment=asked)
    line = next(line for line in printed.splitlines() if line.startswith("OBSERVATIONS "))
    return [float(word) for word in line.split()[1:]]


def _owner(environment: Environment, town: Town | None = None) -> psycopg.Connection[Any]:
    connection = psycopg.connect(environment["STADTHERZ_DATABASE_OWNER_URL"], autocommit=True)
    if town:
        connection.execute("SELECT set_config('stadtherz.municipality', %s, false)", [str(town["municipality"])])
    return connection


def _empty(environment: Environment) -> None:
    with _owner(environment) as connection:
        connection.execute(
            "TRUNCATE sensing_observation, sensing_latest, sensing_hour, sensing_changed_hour, sensing_packed_day"
        )


def _stored(environment: Environment, town: Town) -> int:
    with _owner(environment, town) as connection:
        row = connection.execute("SELECT count(*) FROM sensing_observation").fetchone()
    assert row is not None
    return int(row[0])


def _copy(environment: Environment, town: Town) -> float:
    """Rows a second of psql's \\copy of the same rows in the same order, into the same table, by its owner and without the lock in
    the way, because PostgreSQL refuses COPY on a table that is locked for the role; the median of some, each takes only a second."""
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
        start, streams = YESTERDAY, town["streams"]
        for place in range(COPY_ROWS // 100):
            for row in range(1, 101):
                time_ = datetime.fromtimestamp(start + place // streams * 100 + row, UTC).isoformat()
                file.write(
                    f"{time_},{(place + row) % 1000 / 10},{town['first'] + place % streams},{town['municipality']}\n"
                )
        file.flush()
        took = [_copy_once(environment, file.name) for _time in range(COPIES)]
    return COPY_ROWS / statistics.median(took)


def _copy_once(environment: Environment, file: str) -> float:
    """Seconds."""
    _empty(environment)
    with _owner(environment) as connection:
        connection.execute("ALTER TABLE sensing_observation NO FORCE ROW LEVEL SECURITY")
        columns = "phenomenon_time, number, datastream_id, municipality_id"
        command = f"\\copy sensing_observation ({columns}) FROM '{file}' CSV"
        begin = time.perf_counter()
        subprocess.run(["psql", "-q", environment["STADTHERZ_DATABASE_OWNER_URL"], "-c", command], check=True)
        took = time.perf_counter() - begin
        connection.execute("ALTER TABLE sensing_observation FORCE ROW LEVEL SECURITY")
    return took


def _memory(server: int) -> float:
    """Largest resident memory of the web processes, in megabytes."""
    sizes = []
    for pid in workers_of(server):
        words = Path(f"/proc/{pid}/statm").read_text().split()
        sizes.append(int(words[1]) * 4096 / 1e6)
    return max(sizes)


def _overload(environment: Environment, town: Town, seconds: int) -> dict[str, float]:
    """Far more DataArrays than can be written: the rest is refused (503), and memory after the first fifth and at the end."""
    with process(environment, workers=1, module="stadtherz.ops.web") as (port, server):
        first = _load(environment, town, port, path=MANY, rows=1000, seconds=max(2, seconds // 5), connections=256)
        before = _memory(server)
        rest = _load(environment, town, port, path=MANY, rows=1000, seconds=seconds - seconds // 5, connections=256)
        after = _memory(server)
    return {
        "overload_refused": first[1] + rest[1], "overload_acknowledged": first[0] + rest[0],
        "overload_without_retry_after": first[5] + rest[5],
        "overload_memory_start_mb": before, "overload_memory_end_mb": after, "overload_growth_ratio": after / before,
    }  # fmt: skip


def _killed(environment: Environment, town: Town, seconds: int) -> dict[str, float]:
    _empty(environment)
    with process(environment, workers=2, module="stadtherz.ops.web") as (port, server):
        acknowledged = asyncio.run(send_through_kill(port, town, server=server, seconds=float(seconds)))
    with _owner(environment, town) as connection:
        rows = connection.execute(
            "SELECT datastream_id, phenomenon_time, count(*) FROM sensing_observation WHERE phenomenon_time >= %s GROUP BY 1, 2",
            [KILL_START],
        ).fetchall()
    django.setup()
    from stadtherz.services.sensing.store.identifiers import identifier

    stored = {identifier(datastream, moment) for datastream, moment, _count in rows}
    return {
        "kill_acknowledged": len(acknowledged), "kill_stored": len(stored), "kill_lost": len(acknowledged - stored),
        "kill_double": sum(count > 1 for _datastream, _moment, count in rows),
    }  # fmt: skip


def _top100(environment: Environment, town: Town) -> dict[str, float]:
    """Median over HTTP of the newest hundred observations of a datastream."""
    took = []
    with process(environment, workers=1, module="stadtherz.ops.web") as (port, _server):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        headers = {"Host": "kaiserslautern.localhost", "Authorization": f"Bearer {town['key']}"}
        for turn in range(120):
            stream = town["first"] + turn % 2
            path = f"/api/sta/v1.1/Datastreams({stream})/Observations?$top=100&$orderby=phenomenonTime%20desc"
            begin = time.perf_counter()
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            body = answer.read()
            took.append((time.perf_counter() - begin) * 1000)
            if answer.status != 200:
                raise RuntimeError(f"{answer.status}: {body[:200]!r}")
    return {"sta_top100_ms": statistics.median(took[20:])}


if __name__ == "__main__":
    raise SystemExit(main())
