# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Wayfinding: import, preparation, single requests, many personal profiles, obstacles, and SciPy's Dijkstra beside it.

``./stadtherz bench wayfinding [--osm FILE | --grid NODES] [--json FILE]``. Without a file: Heidelberg from
STADTHERZ_TESTDATA if it is there, else a generated grid of 40,000 nodes. All pairs are seeded; requests are engine
requests with snapping, path, full German text and GeoJSON as bytes. Goals hold for Heidelberg on 2 cores.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from benchmarks import wayfinding_http
from benchmarks.figures import Goal, at_least, at_most, report
from benchmarks.wayfinding_grid import grid
from stadtherz.services.wayfinding.engine.answers import Town, directions
from stadtherz.services.wayfinding.engine.asking import AnswerError
from stadtherz.services.wayfinding.engine.assembling import import_map
from stadtherz.services.wayfinding.engine.engine import Engine, PointNotFoundError, RoutingError
from stadtherz.services.wayfinding.engine.graph import Graph
from stadtherz.services.wayfinding.engine.legs import Leg
from stadtherz.services.wayfinding.engine.obstacles import Obstacle
from stadtherz.services.wayfinding.engine.presets import PRESETS
from stadtherz.services.wayfinding.engine.routing import DijkstraRouter, compute_order

PAIRS, HUGE_PAIRS, MISMATCH_SOURCES, MISMATCH_TARGETS, PERSONAL = 1000, 150, 60, 10, 200
FIVE = ("foot", "wheelchair-manual", "scooter", "blind", "walker")
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
    parser.add_argument(
        "--grid", type=int, help="a generated grid of about so many nodes; a million takes minutes and gigabytes"
    )
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    asked = parser.parse_args()
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        graph = _graph(asked.osm, asked.grid, Path(folder), figures)
        engine = _prepared(graph, Path(folder), figures)
        pairs = _with_ways(engine, _pairs(graph, HUGE_PAIRS)) if _is_huge(graph) else _pairs(graph, PAIRS)
        _requests(engine, pairs, figures)
        if not _is_huge(graph):
            _personal(engine, pairs, figures)
        _obstacles(engine, pairs, figures)
        _against_dijkstra(engine, pairs, figures)
        if not asked.grid and "STADTHERZ_DATABASE_OWNER_URL" in os.environ and shutil.which("wrk"):
            figures |= wayfinding_http.over_http(engine, pairs, Path(folder))
    figures["memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    goals = GOALS | wayfinding_http.GOALS if not asked.grid else {"mismatches": at_most(0)}
    return 1 if report(figures, goals, asked.json) else 0


def _is_huge(graph: Graph) -> bool:
    """A million nodes: new limits take some ten seconds and a refusal needs several, SciPy's Dijkstra takes seconds a
    source; so fewer pairs stand for all, and only those that have a way."""
    return graph.edge_count >= 500_000


def _with_ways(engine: Engine, pairs: list[Any]) -> list[Any]:
    """Pairs that each of the profiles that are asked for can travel."""
    for key in ("wheelchair-manual", "foot"):
        profile = PRESETS[key].profile
        pairs = [pair for pair in pairs if _leg(engine, profile, *pair) is not None]
    return pairs


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    begin = time.perf_counter()
    result = work()
    return result, time.perf_counter() - begin


def _graph(osm: Path | None, nodes: int | None, folder: Path, figures: dict[str, float]) -> Graph:
    if osm is None and nodes is None:
        found = Path(os.environ.get("STADTHERZ_TESTDATA", "../shared/data")) / "osm" / "heidelberg.osm.pbf"
        osm, nodes = (found, None) if found.is_file() else (None, 40_000)
    if osm is not None:
        (graph, _), figures["import_seconds"] = _timed(lambda: import_map(osm))
    else:
        graph, figures["generate_seconds"] = _timed(lambda: grid(nodes or 40_000))
    figures["nodes"], figures["arcs"] = graph.node_count, 2 * graph.edge_count
    graph.save(folder / "graph.npz")
    return graph


def _prepared(graph: Graph, folder: Path, figures: dict[str, float]) -> Engine:
    _, figures["order_seconds"] = _timed(lambda: compute_order(graph))
    Engine(graph, order=folder / "order")

    def restart() -> Town:
        return Town(Engine(Graph.load(folder / "graph.npz"), order=folder / "order"))

    town, seconds = _timed(restart)
    figures["restart_ms"] = seconds * 1000
    engine: Engine = town.engine
    # a new personal profile to its first answer
    pair = _pairs(graph, 40)
    times = []
    for number, (start, end) in enumerate(pair[: 4 if _is_huge(graph) else 20]):
        profile = PRESETS["wheelchair-manual"].profile.adjusted(kerb_up_mm=31 + number)
        _, seconds = _timed(partial(_leg, engine, profile, start, end))
        times.append(seconds * 1000)
    figures["profile_ms"] = statistics.median(times)
    return engine


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


def _requests(engine: Engine, pairs: list[Any], figures: dict[str, float]) -> None:
    town, times, refused, encoder = Town(engine), [], 0, msgspec.json.Encoder()
    for key in ("wheelchair-manual",):
        engine.metric(PRESETS[key].profile)
        for start, end in pairs:
            begin = time.perf_counter()
            try:
                encoder.encode(directions(town, key, {"coordinates": [start, end], "language": "de"}, "geojson"))
            except AnswerError:
                refused += 1
                continue
            times.append((time.perf_counter() - begin) * 1000)
    figures["request_ms_median"] = statistics.median(times)
    figures["request_ms_p95"] = float(np.percentile(times, 95))
    figures["requests_refused"] = refused


def _personal(engine: Engine, pairs: list[Any], figures: dict[str, float]) -> None:
    """200 different personal profiles, three questions each, in turn: more profiles than the cache holds."""
    base = PRESETS["walker"].profile
    profiles = [
        base.adjusted(kerb_up_mm=20 + number % 100, incline_up_permille=60 + number) for number in range(PERSONAL)
    ]
    begin = time.perf_counter()
    for number, profile in enumerate(profiles):
        for start, end in pairs[number * 3 : number * 3 + 3]:
            _leg(engine, profile, start, end)
    figures["personal_per_second"] = PERSONAL * 3 / (time.perf_counter() - begin)


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


def _against_dijkstra(engine: Engine, pairs: list[Any], figures: dict[str, float]) -> None:
    """Totals of 60 x 10 pairs for five profiles, and how much faster single paths are."""
    slow = Engine(engine.graph, DijkstraRouter(engine.graph))
    mismatches, fast_time, slow_time = 0, 0.0, 0.0
    for key in FIVE:
        metric, other = engine.metric(PRESETS[key].profile), slow.metric(PRESETS[key].profile)
        ends = []
        for pair in pairs[: 6 if _is_huge(engine.graph) else MISMATCH_SOURCES]:
            try:
                snaps = engine.snap(metric, pair)
            except PointNotFoundError:
                continue
            ends.append([[(int(engine.heads[2 * s.edge]), 0)] for s in snaps])
        sources, targets = [e[0] for e in ends], [e[1] for e in ends[:MISMATCH_TARGETS]]
        mismatches += sum(
            a != b
            for mine, theirs in zip(
                metric.weighting.table(sources, targets), other.weighting.table(sources, targets), strict=True
            )
            for a, b in zip(mine, theirs, strict=True)
        )
        # the same as single questions with their paths, because those are what people ask
        for source in sources:
            for target in targets:
                found, seconds = _timed(partial(metric.weighting.path, source, target))
                fast_time += seconds
                mismatches += found is not None and int(metric.weights[found.arcs].astype("i8").sum()) != found.total
        for source, target in zip(sources[:4], targets[:4], strict=False):
            slow_time += _timed(partial(other.weighting.path, source, target))[1]
        figures["_fast"] = figures.get("_fast", 0) + len(sources) * len(targets)
        figures["_slow"] = figures.get("_slow", 0) + min(4, len(sources))
    figures["dijkstra_ratio"] = (slow_time / figures.pop("_slow")) / (fast_time / figures.pop("_fast"))
    figures["mismatches"] = mismatches


if __name__ == "__main__":
    raise SystemExit(main())
