# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Wayfinding over HTTP, with the web server as ``./stadtherz run`` starts it: directions from 16 connections, and the time
from a clerk's click until ways avoid the obstacle, whichever of two processes answers.

Part of ``./stadtherz bench wayfinding``.
"""

from __future__ import annotations

import http.client
import json
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from benchmarks.database import fresh_database
from benchmarks.figures import Goal, at_least, at_most
from benchmarks.serving import served, wrk
from stadtherz.services.wayfinding.engine.engine import Engine, RoutingError
from stadtherz.services.wayfinding.engine.graph import FORMAT
from stadtherz.services.wayfinding.engine.presets import PRESETS

SECONDS, CONNECTIONS, REPORTS, PERSONAL, WARM = 8, 16, 5, 200, 24
SCRIPT: Final = Path(__file__).with_name("directions.lua")
HOST: Final = {"Host": "kaiserslautern.localhost"}
TOKEN: Final = "benchbenchbenchbenchbenchbenchbe"
ADDRESS: Final = "/api/routing/v2/directions/{profile}"
GOALS: Final[dict[str, Goal]] = {
    "http_per_second": at_least(100),
    "http_p95_ms": at_most(250),
    "http_failed": at_most(0),
    "obstacle_seconds": at_most(1),
    "obstacle_stale_answers": at_most(0),
}
Pair = tuple[tuple[float, float], tuple[float, float]]


def over_http(engine: Engine, pairs: list[Pair], folder: Path) -> dict[str, float]:
    """The figures. ``folder`` holds graph.npz and order; ``engine`` knows no obstacles."""
    pairs = _with_a_way(engine, pairs)
    asked = _places(engine, pairs)
    data = folder / "data" / "wayfinding"
    data.mkdir(parents=True)
    shutil.copy(folder / "graph.npz", data / f"bench-000000000000.{FORMAT}.npz")
    shutil.copy(folder / "order", data / f"bench-000000000000.{FORMAT}.order")
    with fresh_database("stadtherz_bench_way") as made_for:
        environment = made_for | {
            "STADTHERZ_DATA_DIR": str(folder / "data"), "STADTHERZ_TRUSTED_PROXY": "true",
        }  # fmt: skip
        said = json.dumps({"bounds": engine.graph.bounds, "places": [place for _, place in asked]})
        made = subprocess.run(
            [sys.executable, "-m", "benchmarks.wayfinding_town", said], env=environment, check=True,
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        told = json.loads(made.stdout.splitlines()[-1])
        with served(environment) as port:
            for number in range(WARM):  # each process loads the town with its first question
                _passes(port, asked[number % len(asked)][0], 0, f"10.8.{number}.1")
            figures = _obstacles(port, told, [pair for pair, _ in asked])
            figures |= _load(port, environment, folder, pairs)
            figures |= _personal(port, environment, folder, pairs)
    return figures


def _places(engine: Engine, pairs: list[Pair]) -> list[tuple[Pair, tuple[float, float]]]:
    """Pairs whose way is some streets long, each with a place in the middle of it."""
    metric = engine.metric(PRESETS["foot"].profile)
    found: list[tuple[Pair, tuple[float, float]]] = []
    for pair in pairs:
        try:
            leg = engine.legs(metric, pair)[0]
        except RoutingError:
            continue
        if 10 < len(leg.arcs) < 200 and len(found) < REPORTS:
            line = engine.graph.line(int(leg.arcs[len(leg.arcs) // 2]) >> 1)
            x, y = (line[len(line) // 2 - 1] + line[len(line) // 2]) / 2
            found.append((pair, (float(x), float(y))))
    return found


def _with_a_way(engine: Engine, pairs: list[Pair]) -> list[Pair]:
    """Pairs that a wheelchair can travel: a refusal is worked out with its reasons and costs more than a way."""
    metric = engine.metric(PRESETS["wheelchair-manual"].profile)
    found = []
    for pair in pairs:
        try:
            engine.legs(metric, pair)
        except RoutingError:
            continue
        found.append(pair)
    return found


def _load(port: int, environment: dict[str, str], folder: Path, pairs: list[Pair]) -> dict[str, float]:
    bodies = [json.dumps({"coordinates": pair}) for pair in pairs]
    good, failed, rate, p95 = _wrk(port, environment, folder, bodies, "wheelchair-manual")
    return {"http_answered": good, "http_failed": failed, "http_per_second": rate, "http_p95_ms": p95}


def _personal(port: int, environment: dict[str, str], folder: Path, pairs: list[Pair]) -> dict[str, float]:
    """200 different personal profiles in turn: more than a process keeps prepared."""
    bodies = [
        json.dumps({"coordinates": pair, "options": {"profile_params": {"profile": {"hard": {
            "kerb_up_mm": 20 + number % 100, "incline_up_permille": 60 + number % PERSONAL,
        }}}}})
        for number, pair in enumerate(pairs[: PERSONAL * 3])
    ]  # fmt: skip
    _, failed, rate, p95 = _wrk(port, environment, folder, bodies, "walker")
    return {"http_personal_per_second": rate, "http_personal_p95_ms": p95, "http_personal_failed": failed}


def _wrk(port: int, environment: dict[str, str], folder: Path, bodies: list[str], profile: str) -> list[float]:
    """Answered, failed, answers a second, 95th percentile in milliseconds."""
    file = folder / "bodies"
    file.write_text("\n".join(bodies) + "\n", encoding="ascii")
    more = environment | {"DIRECTIONS_BODIES": str(file), "DIRECTIONS_PATH": ADDRESS.format(profile=profile)}
    printed = wrk(port, script=SCRIPT, seconds=SECONDS, connections=CONNECTIONS, environment=more)
    line = next(line for line in printed.splitlines() if line.startswith("DIRECTIONS "))
    return [float(word) for word in line.split()[1:]]


def _obstacles(port: int, told: dict[str, Any], pairs: list[Pair]) -> dict[str, float]:
    """From the clerk's click on "Confirm" to the first answer that goes round it; then ten more answers over connections
    of their own, none of which may lead over it."""
    slowest, stale = 0.0, 0
    for number, (report, pair) in enumerate(zip(told["reports"], pairs, strict=True)):
        assert _passes(port, pair, report, f"10.9.{number}.1"), "the way does not pass the report"
        begin = time.perf_counter()
        _confirm(port, report, told["session"])
        while _passes(port, pair, report, f"10.9.{number}.2"):
            if time.perf_counter() - begin > 10:
                break
        slowest = max(slowest, time.perf_counter() - begin)
        stale += sum(_passes(port, pair, report, f"10.9.{number}.3") for _again in range(10))
    return {"obstacle_seconds": round(slowest, 3), "obstacle_stale_answers": stale}


def _confirm(port: int, report: int, session: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    body = urlencode({"csrfmiddlewaretoken": TOKEN, "verb": "confirm"})
    headers = HOST | {
        "Cookie": f"stadtherz_session={session}; stadtherz_csrf={TOKEN}",
        "Content-Type": "application/x-www-form-urlencoded",
    }  # fmt: skip
    connection.request("POST", f"/ankommen/hindernisse/{report}/entscheiden/", body, headers)
    answer = connection.getresponse()
    answer.read()
    if answer.status != 302:
        raise RuntimeError(f"The confirmation was answered with {answer.status}.")


def _passes(port: int, pair: Pair, report: int, visitor: str) -> bool:
    """Whether the way leads over the obstacle; each question over a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    headers = HOST | {"Content-Type": "application/json", "X-Forwarded-For": visitor}
    connection.request("POST", ADDRESS.format(profile="foot"), json.dumps({"coordinates": pair}), headers)
    answer = json.loads(connection.getresponse().read())
    if "routes" not in answer:
        return False
    return any(one["id"] == report for one in answer["routes"][0]["stadtherz"]["obstacles"]["passed"])
