# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The router beside SciPy's Dijkstra over the same weights: 600 pairs a profile must agree, and how much faster it is.

Part of ``./stadtherz bench wayfinding``.
"""

from __future__ import annotations

import time
from typing import Any, Final

from stadtherz.services.wayfinding.engine.engine import Engine, PointNotFoundError
from stadtherz.services.wayfinding.engine.metric import Metric
from stadtherz.services.wayfinding.engine.routing import DijkstraRouter, DijkstraWeighting, Ends

SOURCES, TARGETS, TIMED = 60, 10, 4
FIVE: Final = ("wheelchair-manual", "foot", "scooter", "blind", "walker")


class Beside:
    """Adds up what the profiles give; ``compare`` is called for one after the other."""

    def __init__(self, engine: Engine, pairs: list[Any]) -> None:
        self.engine, self.pairs = engine, pairs
        self.router = DijkstraRouter(engine.graph)
        self.mismatches = self.compared = 0
        self._seconds = {"fast": 0.0, "slow": 0.0}
        self._questions = {"fast": 0, "slow": 0}

    def compare(self, metric: Metric) -> None:
        """Totals of 60 x 10 pairs, each also as a single question with its path, because that is what people ask."""
        sources, targets = self._ends(metric)
        table = metric.weighting.table(sources, targets)
        back = self._backwards(metric)
        for column, target in enumerate(targets):
            reach = back.distances(target)
            for row, source in enumerate(sources):
                expected = min(float(reach[node]) + before for node, before in source)
                self.mismatches += expected != (float("inf") if table[row][column] is None else table[row][column])
                self.compared += 1
                found = self._timed("fast", metric.weighting, source, target)
                walked = None if found is None else int(metric.current[found.arcs].astype("i8").sum())
                self.mismatches += table[row][column] != (None if found is None else found.total)
                self.mismatches += found is not None and walked != found.total
        del back
        slow = self.router.weighting(metric.current)
        for source, target in zip(sources[:TIMED], targets[:TIMED], strict=False):
            self._timed("slow", slow, source, target)

    def _ends(self, metric: Metric) -> tuple[list[Ends], list[Ends]]:
        """Nodes beside the places of the first pairs, without weights before or after them."""
        found: list[tuple[Ends, Ends]] = []
        for pair in self.pairs[:SOURCES]:
            try:
                one, other = self.engine.snap(metric, pair)
            except PointNotFoundError:
                continue
            found.append(
                (
                    [(int(self.engine.network.heads[2 * one.edge]), 0)],
                    [(int(self.engine.network.heads[2 * other.edge]), 0)],
                )
            )
        return [source for source, _ in found], [target for _, target in found[:TARGETS]]

    def _backwards(self, metric: Metric) -> DijkstraWeighting:
        """Dijkstra with all arcs turned round: one search from a target gives the totals from all sources to it."""
        return self.router.weighting(metric.current.reshape(-1, 2)[:, ::-1].reshape(-1))

    def _timed(self, which: str, weighting: Any, source: Ends, target: Ends) -> Any:
        begin = time.perf_counter()
        found = weighting.path(source, target)
        self._seconds[which] += time.perf_counter() - begin
        self._questions[which] += 1
        return found

    def figures(self) -> dict[str, float]:
        slow, fast = (self._seconds[which] / self._questions[which] for which in ("slow", "fast"))
        return {"dijkstra_ratio": slow / fast, "mismatches": self.mismatches, "mismatches_of": self.compared}
