# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Wayfinding: import, preparation, single requests, many personal profiles, obstacles, and SciPy's Dijkstra beside it.

``./stadtherz bench wayfinding [--osm FILE | --grid NODES] [--json FILE]``. Without a file: Heidelberg from
STADTHERZ_TESTDATA if it is there, else a generated grid of 40,000 nodes. All pairs are seeded; requests are engine
requests with snapping, path, full German text and GeoJSON as bytes. Goals hold for Heidelberg on 2 cores.

A grid of a million nodes is the hardest case there is: its hierarchy has twenty million arcs (a town of a million nodes
six), and each new profile takes some fifteen seconds. Then fewer new profiles stand for all (``profiles_new``,
``personal_profiles`` say how many), only pairs are asked that have a way, and nothing is asked over HTTP, because several
web processes would not fit beside it. Steps and seconds are told on the way.
"""

from __future__ import annotations

import argparse
import gc
import math
import os
import resource
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import wayfinding_http
from benchmarks.figures import Goal, at_least, at_most, report
from benchmarks.wayfinding_areas import areas_and_tables
from benchmarks.wayfinding_dijkstra import FIVE, Beside
from benchmarks.wayfinding_grid import grid
from stadtherz.ops.processes import SELDOM
from stadtherz.services.wayfinding.engine.answering.answers import Town, written_directions
from stadtherz.services.wayfinding.engine.answering.requested import AnswerError
from stadtherz.services.wayfinding.engine.engine import Engine, RoutingError
from stadtherz.services.wayfinding.engine.graph import Graph
from stadtherz.services.wayfinding.engine.importing.assembling import import_map
from stadtherz.services.wayfinding.engine.legs import Leg
from stadtherz.services.wayfinding.engine.obstacles import Obstacle
from stadtherz.services.wayfinding.engine.presets import PRESETS
from stadtherz.services.wayfinding.engine.routing import compute_order, save_order

PAIRS, PERSONAL, NEW, PASSES = 1000, 200, 20, 5
#: seconds of processor time that new profiles may take, in each of the two places where they are measured
PATIENCE = 30.0
#: from here on a grid counts as huge
HUGE_NODES = 400_000
BEGAN = time.perf_counter()
GOALS: dict[str, Goal] = {
    "import_seconds": at_most(15),
    "restart_ms": at_most(500),
    "profile_ms": at_most(100),
    "request_ms_median": at_most(1.0),
    "request_ms_p95": at_most(3.0),
    "dijkstra_ratio": at_least(20),
    "mismatches": at_most(0),
    "obstacle_ms": at_most(1000),
}


def main() -> int:
    """Measure everything; the exit code is 1 if a goal was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--osm", type=Path, help="an OpenStreetMap extract")
    parser.add_argument("--grid", type=int, help="a generated grid of about so many nodes; a million takes ten minutes")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    asked = parser.parse_args()
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        _graph(asked.osm, asked.grid, Path(folder), figures)
        engine = _prepared(Path(folder), figures)
        huge = engine.graph.node_count >= HUGE_NODES
        pairs = _pairs(engine.graph, PAIRS)
        _new_profiles(engine, pairs[:NEW], figures)
        _by_profile(engine, _with_ways(engine, pairs) if huge else pairs, figures)
        _personal(engine, pairs, figures)
        if not huge:
            _say("areas and tables")
            figures |= areas_and_tables(engine, [start for start, _ in pairs])
        if not huge and "STADTHERZ_DATABASE_OWNER_URL" in os.environ and shutil.which("wrk"):
            _say("over HTTP")
            figures |= wayfinding_http.over_http(engine, pairs, Path(folder))
    figures["memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    _say("done")
    if huge:
        print("Over HTTP nothing was asked (http_*, obstacle_seconds): the web processes do not fit beside this graph.")
    goals = GOALS | wayfinding_http.GOALS if not asked.grid else {"mismatches": at_most(0)}
    return 1 if report(figures, goals, asked.json) else 0


def _say(step: str) -> None:
    """Tell what comes next, as long runs want to be watched."""
    print(f"{time.perf_counter() - BEGAN:7.1f} s  {step}", file=sys.stderr, flush=True)


def _with_ways(engine: Engine, pairs: list[Any]) -> list[Any]:
    """Pairs that a wheelchair can travel: why there is no way is worked out with up to three new weightings."""
    profile = PRESETS["wheelchair-manual"].profile
    return [pair for pair in pairs if _leg(engine, profile, *pair) is not None]


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    begin = time.perf_counter()
    result = work()
    return result, time.perf_counter() - begin


def _graph(osm: Path | None, nodes: int | None, folder: Path, figures: dict[str, float]) -> None:
    """Leaves graph and order in the folder, and nothing in memory."""
    if osm is None and nodes is None:
        found = Path(os.environ.get("STADTHERZ_TESTDATA", "../shared/data")) / "osm" / "heidelberg.osm.pbf"
        osm, nodes = (found, None) if found.is_file() else (None, 40_000)
    _say(f"reading {osm.name}" if osm is not None else f"generating {nodes:,} nodes")
    if osm is not None:
        (graph, _), figures["import_seconds"] = _timed(lambda: import_map(osm))
    else:
        graph, figures["generate_seconds"] = _timed(lambda: grid(nodes or 40_000))
    figures["nodes"], figures["arcs"] = graph.node_count, 2 * graph.edge_count
    graph.save(folder / "graph.npz")
    _say("order")
    order, figures["order_seconds"] = _timed(lambda: compute_order(graph))
    save_order(order, graph, folder / "order")


def _prepared(folder: Path, figures: dict[str, float]) -> Engine:
    """The town as a process loads it."""

    def restart() -> Town:
        return Town(Engine(Graph.load(folder / "graph.npz"), order=folder / "order"))

    _say("restart")
    town, seconds = _timed(restart)
    figures["restart_ms"] = seconds * 1000
    return town.engine


def _new_profiles(engine: Engine, pairs: list[Any], figures: dict[str, float]) -> None:
    """A new personal profile to its first answer: the median of twenty, or of as many as patience allows, at least two."""
    _say("new profiles")
    times: list[float] = []
    patience = time.process_time() + PATIENCE
    for number, (start, end) in enumerate(pairs):
        profile = PRESETS["wheelchair-manual"].profile.adjusted(kerb_up_mm=31 + number)
        times.append(_timed(partial(_leg, engine, profile, start, end))[1])
        if len(times) > 1 and time.process_time() > patience:
            break
    figures["profile_ms"], figures["profiles_new"] = statistics.median(times) * 1000, len(times)


def _pairs(graph: Graph, count: int) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    rng = np.random.default_rng(20240501)
    nodes = rng.integers(0, graph.node_count, (count, 2))
    shift = rng.uniform(-1e-4, 1e-4, (count, 2, 2))
    return [
        tuple(
            (float(graph.node_x[n] + dx), float(graph.node_y[n] + dy)) for n, (dx, dy) in zip(both, moved, strict=True)
        )
        for both, moved in zip(nodes, shift, strict=True)
    ]  # type: ignore[misc]


def _leg(engine: Engine, profile: Any, start: tuple[float, float], end: tuple[float, float]) -> Leg | None:
    try:
        return engine.legs(engine.metric(profile), [start, end])[0]
    except RoutingError:
        return None


def _by_profile(engine: Engine, pairs: list[Any], figures: dict[str, float]) -> None:
    """What needs a prepared profile, one profile after the other, so that none is prepared twice."""
    beside = Beside(engine, pairs)
    for key in FIVE:
        _say(f"prepare {key}")
        metric = engine.metric(PRESETS[key].profile)
        if key == "wheelchair-manual":
            _say("requests")
            _requests(engine, key, pairs, figures)
        if key == "foot":
            _say("obstacles")
            _obstacles(engine, pairs, figures)
        _say(f"Dijkstra beside {key}")
        beside.compare(metric)
    figures |= beside.figures()


def _requests(engine: Engine, key: str, pairs: list[Any], figures: dict[str, float]) -> None:
    """The first asking of each pair is what counts. What the quickest of all askings takes (``request_ms_undisturbed``)
    tells how much of it is due to whoever else uses the machine."""
    town = Town(engine)
    # as in a web process: what is loaded is no garbage
    gc.freeze()
    gc.set_threshold(*SELDOM)
    passes = [[_request_ms(town, key, pair) for pair in pairs] for _ in range(PASSES)]
    first, quickest = passes[0], map(min, *passes)
    times = [ms for ms in first if ms < math.inf]
    figures["request_ms_median"] = statistics.median(times)
    figures["request_ms_p95"] = float(np.percentile(times, 95))
    figures["request_ms_undisturbed"] = statistics.median(ms for ms in quickest if ms < math.inf)
    figures["requests_refused"] = len(pairs) - len(times)


def _request_ms(town: Town, key: str, pair: Any) -> float:
    """Milliseconds until the answer; infinite where there is no way."""
    begin = time.perf_counter()
    try:
        written_directions(town, key, {"coordinates": list(pair), "language": "de"}, "geojson")
    except AnswerError:
        return math.inf
    return (time.perf_counter() - begin) * 1000


def _personal(engine: Engine, pairs: list[Any], figures: dict[str, float]) -> None:
    """200 different personal profiles, three questions each, in turn: more profiles than the cache holds. Fewer, but at
    least two, where they take longer than patience allows."""
    _say("personal profiles")
    base = PRESETS["walker"].profile
    asked, begin, patience = 0, time.perf_counter(), time.process_time() + PATIENCE
    for number in range(PERSONAL):
        profile = base.adjusted(kerb_up_mm=20 + number % 100, incline_up_permille=60 + number)
        for start, end in pairs[number * 3 : number * 3 + 3]:
            _leg(engine, profile, start, end)
        asked += 1
        if asked > 1 and time.process_time() > patience:
            break
    figures["personal_per_second"] = asked * 3 / (time.perf_counter() - begin)
    figures["personal_profiles"] = asked


def _obstacles(engine: Engine, pairs: list[Any], figures: dict[str, float]) -> None:
    """From closing an edge to the next way that avoids it, with as many prepared profiles as a process keeps."""
    profile = PRESETS["foot"].profile
    times = []
    for number, (start, end) in enumerate(pairs[:50]):
        leg = _leg(engine, profile, start, end)
        if leg is None or len(leg.arcs) < 5:
            continue
        edge = int(leg.arcs[len(leg.arcs) // 2]) >> 1
        begin = time.perf_counter()
        engine.put_obstacle(Obstacle(str(number), (edge,)))
        after = _leg(engine, profile, start, end)
        times.append((time.perf_counter() - begin) * 1000)
        assert after is None or edge not in (after.arcs >> 1)
        engine.remove_obstacle(str(number))
    figures["obstacle_ms"] = statistics.median(times)


if __name__ == "__main__":
    raise SystemExit(main())
