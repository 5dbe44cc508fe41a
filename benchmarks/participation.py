# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Participation: queries and processor time of its pages, and a burst of support clicks over real HTTP.

``./stadtherz bench participation [--json FILE]``. The burst: 64 connections, ten seconds, each click by another pair
of person and idea, through the same address and the same checks (session, CSRF, phase) as the button on the page.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg

from benchmarks.database import fresh_database
from benchmarks.figures import asked_file, at_least, at_most, report
from benchmarks.serving import served, wrk

SECONDS, CONNECTIONS = 10, 64
BURST = Path(__file__).with_name("burst.lua")
GOALS = {
    "list_queries_5": at_most(8),
    "list_queries_500": at_most(8),
    "detail_queries_50_comments": at_most(10),
    "detail_cpu_ms": at_most(15),
    "home_queries": at_most(8),
    "burst_double": at_most(0),
    "burst_difference": at_most(0),
    "burst_per_second": at_least(500),
}


def main() -> int:
    """Measure everything; the exit code is 1 if a goal was missed."""
    file = asked_file(__doc__ or "")
    with fresh_database("stadtherz_bench") as environment, tempfile.TemporaryDirectory() as room:
        inside = subprocess.run(
            [sys.executable, "-m", "benchmarks.participation_pages", room],
            env=environment, check=True, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        told = json.loads(inside.stdout.splitlines()[-1])
        figures = told["figures"] | _burst(environment, Path(room), told["municipality"])
    figures["list_queries_grow"] = figures["list_queries_500"] - figures["list_queries_5"]
    return 1 if report(figures, GOALS | {"list_queries_grow": at_most(0)}, file) else 0


def _burst(environment: dict[str, str], room: Path, municipality: int) -> dict[str, float]:
    asked = environment | {
        "BURST_SESSIONS": str(room / "sessions"),
        "BURST_IDEAS": str(room / "ideas"),
        "BURST_SECONDS": str(SECONDS),
        "BURST_PATH": _path(environment),
    }
    before = _stored(environment, municipality)
    with served(environment) as port:
        printed = wrk(port, script=BURST, seconds=SECONDS + 2, connections=CONNECTIONS, environment=asked)
    line = next(line for line in printed.splitlines() if line.startswith("BURST "))
    acknowledged, refused, broken, p50, p99 = (float(word) for word in line.split()[1:])
    after = _stored(environment, municipality)
    stored = after["rows"] - before["rows"]
    return {
        "burst_acknowledged": acknowledged,
        "burst_stored": stored,
        "burst_difference": abs(stored - acknowledged),
        "burst_double": after["doubles"],
        "burst_miscounted": after["miscounted"],
        "burst_refused": refused,
        "burst_broken_connections": broken,
        "burst_per_second": round(acknowledged / SECONDS, 1),
        "burst_p50_ms": p50,
        "burst_p99_ms": p99,
    }


def _path(environment: dict[str, str]) -> str:
    """Address of the support button, with %s for the idea's number."""
    code = "import django; django.setup(); from django.urls import reverse; print(reverse('participation:support', args=[1]))"
    done = subprocess.run([sys.executable, "-c", code], env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.splitlines()[-1].replace("/1/", "/%s/")


def _stored(environment: dict[str, str], municipality: int) -> dict[str, int]:
    """What the tables say: rows, people counted twice, and ideas whose counter differs from their rows."""
    with psycopg.connect(environment["STADTHERZ_DATABASE_OWNER_URL"]) as connection:
        connection.execute("SELECT set_config('stadtherz.municipality', %s, false)", [str(municipality)])
        row = connection.execute(
            """
            SELECT (SELECT count(*) FROM participation_support),
                   (SELECT count(*) FROM (SELECT 1 FROM participation_support WHERE person_id IS NOT NULL
                                          GROUP BY idea_id, person_id HAVING count(*) > 1) AS twice),
                   (SELECT count(*) FROM participation_idea i WHERE support_count <>
                           (SELECT count(*) FROM participation_support s WHERE s.idea_id = i.id))
            """
        ).fetchone()
    assert row is not None
    return dict(zip(("rows", "doubles", "miscounted"), row, strict=True))


if __name__ == "__main__":
    raise SystemExit(main())
