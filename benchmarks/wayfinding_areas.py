# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Areas of reach and tables, beside SciPy's Dijkstra from the same places over the same weights.

Part of ``./stadtherz bench wayfinding``. ``area_ms``: the page's question (five, ten and fifteen minutes with a walker, median of
twenty places), as bytes; ``area_largest_ms``: an hour on foot in ten ranges, the largest question but for distances;
``table_ms``: fourteen places to fourteen. ``area_to_dijkstra`` and ``table_to_dijkstra``: how many searches through the whole
graph, one for each start, would take as long.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from functools import partial
from typing import Any, Final

import numpy as np

from stadtherz.services.wayfinding.engine.answering.answers import Town, written
from stadtherz.services.wayfinding.engine.answering.answers_reach import isochrones, matrix
from stadtherz.services.wayfinding.engine.answering.requested import AnswerError
from stadtherz.services.wayfinding.engine.engine import Engine
from stadtherz.services.wayfinding.engine.presets import PRESETS
from stadtherz.services.wayfinding.engine.routing import DijkstraRouter

PLACES, TABLE, SEARCHES = 20, 14, 5
_PAGE: Final = [300, 600, 900]


def areas_and_tables(engine: Engine, points: list[tuple[float, float]]) -> dict[str, float]:
    """`points`: places to ask from; those without a way nearby are passed over."""
    town = Town(engine)
    asked = [{"locations": [point], "range": _PAGE} for point in points[:PLACES]]
    page = [_ms(partial(isochrones, town, "walker", body)) for body in asked]
    hour = {"locations": [points[0]], "range": [3600], "interval": 360}
    table = {"locations": points[:TABLE], "metrics": ["duration", "distance"]}
    metric = engine.metric(PRESETS["walker"].profile)
    slow = DijkstraRouter(engine.graph).weighting(metric.current)
    nodes = np.linspace(0, engine.graph.node_count - 1, SEARCHES).astype("i8").tolist()
    search = statistics.median(_ms(partial(slow.reach, [(node, 0)])) for node in nodes)
    figures = {
        "area_ms": statistics.median(ms for ms in page if ms), "area_largest_ms": _ms(partial(isochrones, town, "foot", hour)),
        "table_ms": _ms(partial(matrix, town, "walker", table)),
    }  # fmt: skip
    return figures | {
        "area_to_dijkstra": figures["area_ms"] / search, "table_to_dijkstra": figures["table_ms"] / search / TABLE,
    }  # fmt: skip


def _ms(work: Callable[[], Any]) -> float:
    """Milliseconds until the answer is written; 0 where it is refused."""
    begin = time.perf_counter()
    try:
        found = work()
        if isinstance(found, dict):
            written(found)
    except AnswerError:
        return 0.0
    return (time.perf_counter() - begin) * 1000
