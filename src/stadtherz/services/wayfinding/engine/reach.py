# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How far one gets: the ways reachable within a time or length, as areas, and tables between many places.

An area is what one really reaches (the walked lines with 25 m to both sides), not a hull around it: a valley that
nobody can cross stays empty.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
import shapely.ops

from .costs import FORBIDDEN
from .engine import Engine, Metric, Point
from .geodesy import METRES_PER_DEGREE
from .graph import Ints
from .legs import find_leg
from .routing import DijkstraRouter, DijkstraWeighting
from .snapping import Snap

BESIDE_M: Final = 25.0


@dataclass(frozen=True, slots=True)
class Area:
    """What is reached within `limit` (seconds or metres): a polygon in degrees, and metres of way."""

    limit: float
    polygon: Any
    way_metres: float
    square_metres: float


def reachable(
    engine: Engine, metric: Metric, point: Point, limits: Sequence[float], *, by: str = "time", towards: bool = False
) -> list[Area]:
    """Areas for increasing limits. `by`: "time" (seconds) or "distance" (metres); `towards`: from where one gets here
    instead of where one gets to."""
    snap = engine.snap(metric, [point])[0]
    effort = metric.costs.tenths if by == "time" else np.repeat(metric.costs.length, 2)
    usable = metric.current < FORBIDDEN
    cost = np.where(usable, np.maximum(effort, 1), FORBIDDEN)
    if towards:
        cost = cost.reshape(-1, 2)[:, ::-1].reshape(-1)
    weighting = DijkstraRouter(engine.graph).weighting(cost.astype("u4"))
    top = max(limits) * 10
    reach = _from(engine, weighting, cost, snap, top)
    return [_area(engine, cost, snap, reach, limit * 10) for limit in sorted(limits)]


def _from(engine: Engine, weighting: DijkstraWeighting, cost: Ints, snap: Snap, top: float) -> Ints:
    ends = []
    for back, share in ((0, 1 - snap.share), (1, snap.share)):
        arc = 2 * snap.edge + back
        if cost[arc] < FORBIDDEN:
            ends.append((int(engine.heads[arc]), round(int(cost[arc]) * share)))
    return weighting.distances(ends, limit=top)


def _area(engine: Engine, cost: Ints, snap: Snap, reach: Ints, limit: float) -> Area:
    graph = engine.graph
    left = np.maximum(limit - reach[engine.tails], 0.0)
    share = np.where((cost < FORBIDDEN) & (left > 0), np.minimum(left / cost, 1.0), 0.0)
    both = share.reshape(-1, 2)
    whole = (both.sum(axis=1) >= 1.0) & (both > 0).any(axis=1)
    lines = [_lines(graph, np.flatnonzero(whole))]
    partial = []
    for arc in np.flatnonzero((share > 0) & ~np.repeat(whole, 2)).tolist():
        line = shapely.LineString(graph.line(arc >> 1) if not arc & 1 else graph.line(arc >> 1)[::-1])
        partial.append(shapely.ops.substring(line, 0.0, float(share[arc]), normalized=True))
    partial += _own_piece(engine, cost, snap, limit)
    lines.append(np.array(partial, dtype=object))
    metres = float((engine.model.metres * np.minimum(both.sum(axis=1), 1.0)).sum())
    polygon, square = _around(np.concatenate(lines), snap.y)
    return Area(limit / 10, polygon, metres, square)


def _lines(graph: Any, edges: Ints) -> Ints:
    start, stop = graph.point_start[edges], graph.point_start[edges + 1]
    sizes = (stop - start).astype("i8")
    index = np.repeat(start - (np.cumsum(sizes) - sizes), sizes) + np.arange(int(sizes.sum()))
    lines: Ints = shapely.linestrings(graph.points[index], indices=np.repeat(np.arange(len(edges)), sizes))
    return lines


def _own_piece(engine: Engine, cost: Ints, snap: Snap, limit: float) -> list[Any]:
    """The part of the edge on which one stands."""
    line = shapely.LineString(engine.graph.line(snap.edge))
    ends = [snap.share, snap.share]
    for back in (0, 1):
        full = cost[2 * snap.edge + back]
        if full < FORBIDDEN:
            step = min(1.0, limit / float(full))
            ends[back] = max(0.0, snap.share - step) if back else min(1.0, snap.share + step)
    return [shapely.ops.substring(line, ends[1], ends[0], normalized=True)]


def _around(lines: Ints, y: float) -> tuple[Any, float]:
    """The strip around the lines, built in a local metric plane."""
    scale = np.array([METRES_PER_DEGREE * np.cos(np.radians(y)), METRES_PER_DEGREE])
    plane = shapely.transform(lines, lambda points: points * scale)
    strip = shapely.union_all(shapely.buffer(plane, BESIDE_M, quad_segs=3)).simplify(3.0)
    return shapely.transform(strip, lambda points: points / scale), float(strip.area)


@dataclass(frozen=True, slots=True)
class Cell:
    seconds: float
    metres: float


def matrix(engine: Engine, metric: Metric, sources: Sequence[Snap], targets: Sequence[Snap]) -> list[list[Cell | None]]:
    """Time and length of the best way between all pairs; None where the limits leave none."""
    table: list[list[Cell | None]] = []
    for start in sources:
        row: list[Cell | None] = []
        for end in targets:
            leg = find_leg(engine, metric.weighting, metric.current, start=start, end=end)
            if leg is None:
                row.append(None)
                continue
            share = leg.stop - leg.begin
            row.append(Cell(
                float((metric.costs.tenths[leg.arcs] * share).sum() / 10),
                float((metric.costs.length[leg.arcs >> 1] * share).sum() / 10),
            ))  # fmt: skip
        table.append(row)
    return table
