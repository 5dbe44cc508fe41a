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
from .legs import Leg, find_leg
from .routing import DijkstraRouter, Ends
from .snapping import Snap

BESIDE_M: Final = 25.0
#: what is nearer to the edge of the map than this (degrees, twenty to thirty metres) may go on beyond it
AT_EDGE: Final = 0.0003


@dataclass(frozen=True, slots=True)
class Area:
    """What is reached within `limit` (seconds or metres): a polygon in degrees, and metres of way. `towns`: positions of
    the towns that it lies in; `cut`: sides ("north", …) on which it ends because the maps do."""

    limit: float
    polygon: Any
    way_metres: float
    square_metres: float
    towns: tuple[int, ...] = (0,)
    cut: tuple[str, ...] = ()


@dataclass(slots=True)
class Spread:
    """How far one gets on the map of one town, in tenths of seconds or decimetres."""

    engine: Engine
    #: by arc
    cost: Ints
    #: by node
    reach: Ints
    #: where one sets off, if in this town
    snap: Snap | None = None
    #: edges whose metres count: not those that the map of another town has as well
    own: Ints | None = None
    #: what the map shows as a whole (west, south, east, north); without it: all of the graph
    mapped: tuple[float, float, float, float] | None = None

    @property
    def box(self) -> tuple[float, float, float, float]:
        return self.engine.graph.bounds if self.mapped is None else self.mapped


@dataclass(frozen=True, slots=True)
class Question:
    """`by`: "time" (seconds) or "distance" (metres); `towards`: from where one gets here instead of where one gets to."""

    by: str = "time"
    towards: bool = False

    def cost(self, engine: Engine, metric: Metric) -> Ints:
        """By arc."""
        effort = metric.costs.tenths if self.by == "time" else np.repeat(metric.costs.length, 2)
        cost = np.where(metric.current < FORBIDDEN, np.maximum(effort, 1), FORBIDDEN)
        if self.towards:
            cost = cost.reshape(-1, 2)[:, ::-1].reshape(-1)
        return cost.astype("u4")


def reachable(
    engine: Engine, metric: Metric, point: Point, limits: Sequence[float], *, by: str = "time", towards: bool = False
) -> list[Area]:
    """Areas for increasing limits, on the map of one town."""
    return areas([spread_from(engine, metric, point, max(limits), Question(by, towards))], limits)


def spread_from(engine: Engine, metric: Metric, point: Point, most: float, asked: Question) -> Spread:
    """How far one gets from a place. Raises PointNotFoundError."""
    snap, cost = engine.snap(metric, [point])[0], asked.cost(engine, metric)
    ends = []
    for back, share in ((0, 1 - snap.share), (1, snap.share)):
        arc = 2 * snap.edge + back
        if cost[arc] < FORBIDDEN:
            ends.append((int(engine.heads[arc]), round(int(cost[arc]) * share)))
    return Spread(engine, cost, _distances(engine, cost, ends, most), snap)


def spread_on(engine: Engine, metric: Metric, starts: Ends, most: float, asked: Question) -> Spread:
    """How far one gets from nodes that were reached already."""
    cost = asked.cost(engine, metric)
    return Spread(engine, cost, _distances(engine, cost, starts, most))


def _distances(engine: Engine, cost: Ints, ends: Ends, most: float) -> Ints:
    return DijkstraRouter(engine.graph).weighting(cost).distances(ends, limit=most * 10)


def areas(spreads: Sequence[Spread], limits: Sequence[float]) -> list[Area]:
    """What is reached in all towns together, for increasing limits."""
    return [_area(spreads, limit * 10) for limit in sorted(limits)]


def _area(spreads: Sequence[Spread], limit: float) -> Area:
    lines, metres = zip(*(_within(spread, limit) for spread in spreads), strict=True)
    y = next(spread.snap.y for spread in spreads if spread.snap is not None)
    polygon, square = _around(np.concatenate(lines), y)
    towns = tuple(number for number, found in enumerate(lines) if len(found))
    return Area(limit / 10, polygon, sum(metres), square, towns, _cut(spreads, limit))


def _within(spread: Spread, limit: float) -> tuple[Ints, float]:
    """The lines that are walked, and their metres."""
    engine, graph, cost = spread.engine, spread.engine.graph, spread.cost
    left = np.maximum(limit - spread.reach[engine.tails], 0.0)
    share = np.where((cost < FORBIDDEN) & (left > 0), np.minimum(left / cost, 1.0), 0.0)
    both = share.reshape(-1, 2)
    whole = (both.sum(axis=1) >= 1.0) & (both > 0).any(axis=1)
    lines = [_lines(graph, np.flatnonzero(whole))]
    partial = []
    for arc in np.flatnonzero((share > 0) & ~np.repeat(whole, 2)).tolist():
        line = shapely.LineString(graph.line(arc >> 1) if not arc & 1 else graph.line(arc >> 1)[::-1])
        partial.append(shapely.ops.substring(line, 0.0, float(share[arc]), normalized=True))
    if spread.snap is not None:
        partial += _own_piece(engine, cost, spread.snap, limit)
    lines.append(np.array(partial, dtype=object))
    walked = engine.model.told_metres * np.minimum(both.sum(axis=1), 1.0)
    return np.concatenate(lines), float(walked.sum() if spread.own is None else walked[spread.own].sum())


def _cut(spreads: Sequence[Spread], limit: float) -> tuple[str, ...]:
    """Sides on which nodes at the edge of a map are reached, beyond which none of the other maps has streets."""
    found: set[str] = set()
    boxes = [spread.box for spread in spreads]
    for number, spread in enumerate(spreads):
        graph, near = spread.engine.graph, spread.reach <= limit
        x, y = graph.node_x[near], graph.node_y[near]
        for other, (west, south, east, north) in enumerate(boxes):
            if other != number:
                beyond = (x < west) | (x > east) | (y < south) | (y > north)
                x, y = x[beyond], y[beyond]
        west, south, east, north = boxes[number]
        found |= {
            side for side, at_edge in (
                ("north", y > north - AT_EDGE), ("east", x > east - AT_EDGE), ("south", y < south + AT_EDGE),
                ("west", x < west + AT_EDGE),
            ) if at_edge.any()
        }  # fmt: skip
    return tuple(side for side in ("north", "east", "south", "west") if side in found)


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
        legs = (find_leg(engine, metric.weighting, metric.current, start=start, end=end) for end in targets)
        table.append([None if leg is None else cell([(metric, leg)]) for leg in legs])
    return table


def cell(parts: Sequence[tuple[Metric, Leg]]) -> Cell:
    """Time and length of a way in one or more parts."""
    seconds = metres = 0.0
    for metric, leg in parts:
        share = leg.shares
        seconds += float((metric.costs.tenths[leg.arcs] * share).sum() / 10)
        metres += float((metric.costs.length[leg.arcs >> 1] * share).sum() / 10)
    return Cell(seconds, metres)
