# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How far one gets: the ways reachable within a time or length, as areas, and tables between many places.

An area is what one really reaches (the walked lines with 25 m to both sides), not a hull around it: a valley that
nobody can cross stays empty.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import shapely
import shapely.ops

from .climb_search import ClimbEnd, reach_below
from .costs import FORBIDDEN
from .engine import Engine, Point
from .geodesy import METRES_PER_DEGREE
from .graph import Ints
from .leg_finding import find_leg
from .legs import Leg
from .metric import Metric
from .network import turned
from .routing import DijkstraRouter
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
    #: by arc, where one sets off on it
    setting_off: Ints
    #: by node: what one has climbed without a break when one comes there, there and back (decimetres); None: nothing that
    #: counts
    climbed: Ints | None = None
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

    def effort(self, metric: Metric) -> Ints:
        """By arc, also where the limits forbid it."""
        return metric.costs.tenths if self.by == "time" else np.repeat(metric.costs.length, 2)

    def cost(self, metric: Metric) -> Ints:
        """By arc in the direction of the search."""
        cost = np.where(metric.current < FORBIDDEN, np.maximum(self.effort(metric), 1), FORBIDDEN)
        return (turned(cost) if self.towards else cost).astype("u4")


def reachable(
    engine: Engine, metric: Metric, point: Point, limits: Sequence[float], *, by: str = "time", towards: bool = False
) -> list[Area]:
    """Areas for increasing limits, on the map of one town."""
    return areas([spread_from(engine, metric, point, max(limits), Question(by, towards))], limits)


def spread_from(engine: Engine, metric: Metric, point: Point, most: float, asked: Question) -> Spread:
    """How far one gets from a place. Raises PointNotFoundError."""
    snap = engine.snap(metric, [point])[0]
    starts = [
        start for back, share in ((0, 1 - snap.share), (1, snap.share))
        if (start := _setting_off(engine, metric, 2 * snap.edge + back, share, asked)) is not None
    ]  # fmt: skip
    return replace(spread_on(engine, metric, starts, most, asked), snap=snap)


def _setting_off(engine: Engine, metric: Metric, arc: int, share: float, asked: Question) -> ClimbEnd | None:
    """By which one leaves a place (`towards`: comes to it) with so much of an arc before one; the part may be open where the
    arc as a whole climbs too long."""
    walked, part = (arc ^ 1, (0.0, share)) if asked.towards else (arc, (1 - share, 1.0))
    limit = metric.climb
    if metric.current[walked] >= FORBIDDEN and (
        limit is None or metric.weight_of_climb(walked) is None or not limit.part_fits(walked, *part)
    ):
        return None
    climbed = (0.0, 0.0) if limit is None else limit.part_climbs(walked, *part, at_end=not asked.towards)
    spent = round(max(1, asked.effort(metric).item(walked)) * share)
    return ClimbEnd(engine.network.heads.item(arc), spent, climbed, arc >> 1)


def spread_on(engine: Engine, metric: Metric, starts: Sequence[ClimbEnd], most: float, asked: Question) -> Spread:
    """How far one gets from nodes that were reached already."""
    cost, limit = asked.cost(metric), metric.climb
    router = DijkstraRouter(engine.graph)
    reach = router.weighting(cost).distances([(start.node, start.weight) for start in starts], limit=most * 10)
    spread = Spread(engine, cost, reach, reach[engine.network.tails])
    if limit is None:
        return spread
    watched = turned(limit.watched) if asked.towards else limit.watched
    if not (watched & np.isfinite(spread.setting_off)).any():
        return spread
    below = reach_below(engine.network, cost, limit, starts, most * 10, towards=asked.towards)
    return Spread(engine, cost, below.at_node, below.at_arc, below.climbed)


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
    left = np.maximum(limit - spread.setting_off, 0.0)
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
        legs = (
            find_leg(engine.network, metric.weighting, metric.current, start=start, end=end, within=metric)
            for end in targets
        )
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
