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
import time
from pathlib import Path
from typing import Any

import django

from benchmarks.database import fresh_database
from benchmarks.figures import about, at_least, at_most, report
from benchmarks.sensing_copy import beside_copy
from benchmarks.sensing_kill import START as KILL_START
from benchmarks.sensing_kill import send_through_kill, workers_of
from benchmarks.sensing_load import MANY, ONE, Environment, Town, empty, load, owner, stored
from benchmarks.serving import process

STREAMS = 950
GOALS = {
    "post_per_second": about(8000),
    "post_ratio": at_least(4),
    "dataarray_obs_per_second": about(100_000),
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
        empty(environment)
        figures |= _told("benchmarks.sensing_mqtt", environment, json.dumps(town), str(1000 * asked.seconds))
        figures |= _overload(environment, town, asked.overload_seconds)
        figures |= _killed(environment, town, asked.seconds)
        empty(environment)
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
        load(environment, town, port, path=ONE, rows=1, seconds=2)  # both processes have their connections
        ours = load(environment, town, port, path=ONE, rows=1, seconds=seconds)
        figures |= {
            "post_per_second": ours.per_second,
            "post_p50_ms": ours.p50,
            "post_p99_ms": ours.p99,
            "post_refused": ours.refused,
        }
        figures |= {"acknowledged": ours.acknowledged, "stored": stored(environment, town)}
        figures["acknowledged_not_stored"] = max(0, ours.acknowledged - figures["stored"])
        naive = {
            way: load(environment, town, port, path=f"/naive/{way}", rows=1, seconds=seconds).per_second
            for way in ("lane", "page")
        }
        figures |= {"naive_post_per_second": max(naive.values()), "naive_page_post_per_second": naive["page"]}
        figures["post_ratio"] = figures["post_per_second"] / figures["naive_post_per_second"]
        figures |= beside_copy(environment, town, port)
    return figures


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
        first = load(
            environment, town, port, path=MANY, rows=1000, seconds=max(2, seconds // 5), connections=256, overload=True
        )
        before = _memory(server)
        rest = load(
            environment,
            town,
            port,
            path=MANY,
            rows=1000,
            seconds=seconds - seconds // 5,
            connections=256,
            overload=True,
        )
        after = _memory(server)
    return {
        "overload_refused": first.refused + rest.refused,
        "overload_acknowledged": first.acknowledged + rest.acknowledged,
        "overload_without_retry_after": first.without_retry_after + rest.without_retry_after,
        "overload_memory_start_mb": before, "overload_memory_end_mb": after, "overload_growth_ratio": after / before,
    }  # fmt: skip


def _killed(environment: Environment, town: Town, seconds: int) -> dict[str, float]:
    empty(environment)
    with process(environment, workers=2, module="stadtherz.ops.web") as (port, server):
        acknowledged = asyncio.run(send_through_kill(port, town, server=server, seconds=float(seconds)))
    with owner(environment, town) as connection:
        rows = connection.execute(
            "SELECT datastream_id, phenomenon_time, count(*) FROM sensing_observation WHERE phenomenon_time >= %s GROUP BY 1, 2",
            [KILL_START],
        ).fetchall()
    django.setup()
    from stadtherz.services.sensing.store.identifiers import identifier

    there = {identifier(datastream, moment) for datastream, moment, _count in rows}
    return {
        "kill_acknowledged": len(acknowledged), "kill_stored": len(there), "kill_lost": len(acknowledged - there),
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
