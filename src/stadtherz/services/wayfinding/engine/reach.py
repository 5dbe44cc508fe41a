# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How far one gets: the ways reachable within a time or length, as areas, and tables between many places.

An area is what one really reaches (the ground beside walked lines, see strips.py), not a hull around it: a valley that nobody
can cross stays empty, and so does the other bank.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple

import numpy as np

from .climb_search import ClimbEnd, FromStart, reach_below
from .climbs import Climbed, ClimbLimit
from .costs import FORBIDDEN
from .engine import Engine, Point
from .graph import Ints
from .leg_finding import find_leg
from .legs import Leg
from .metric import Metric
from .network import turned
from .profiles import Limit
from .routing import distances
from .snapping import Snap
from .strips import Lines, strips
from .walked import walked

#: what is nearer to the edge of the map than this (degrees, twenty to thirty metres) may go on beyond it
AT_EDGE: Final = 0.0003
_SLOPE: Final = np.uint32(Limit.INCLINE_UP | Limit.INCLINE_DOWN | Limit.STEEP_LENGTH)


@dataclass(frozen=True, slots=True)
class Area:
    """What is reached within `limit` (seconds or metres): a polygon in degrees, and metres of way. `towns`: positions of
    the towns that it lies in; `cut`: sides ("north", …) on which it ends because the maps do; `too_steep`: streets
    that one reaches, but which are too steep, or steep for too long, to be walked to their end."""

    limit: float
    polygon: Any
    way_metres: float
    square_metres: float
    towns: tuple[int, ...] = (0,)
    cut: tuple[str, ...] = ()
    too_steep: tuple[str, ...] = ()


class Stub(NamedTuple):
    """How far one gets on an arc of which one may not walk the whole, or on which one stands: when one sets off on it, what the
    whole of it would take, and the share of it that one may walk."""

    sets_off: float
    cost: int
    share: float


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
    #: by edge, whether it is open to the public, whatever the limits
    public: Ints
    #: by arc, whether it is too steep, or steep for too long
    steep: Ints
    #: by arc that climbs too long to be walked as a whole
    stubs: dict[int, Stub]
    #: by node: what one has climbed without a break when one comes there, there and back (decimetres); None: nothing that
    #: counts
    climbed: Ints | None = None
    #: where one sets off, if in this town
    snap: Snap | None = None
    #: how far one gets from there on its edge, as it is drawn and back
    from_here: tuple[Stub | None, ...] = ()
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
    left = (1 - snap.share, snap.share)
    starts = [
        start for back, share in enumerate(left)
        if (start := _setting_off(engine, metric, 2 * snap.edge + back, share, asked)) is not None
    ]  # fmt: skip
    found = spread_on(engine, metric, starts, most, asked)
    here = (_from_here(found, metric, 2 * snap.edge + back, share, asked) for back, share in enumerate(left))
    return replace(found, snap=snap, from_here=tuple(here))


def _from_here(spread: Spread, metric: Metric, arc: int, left: float, asked: Question) -> Stub | None:
    if spread.cost.item(arc) < FORBIDDEN:
        return Stub(0.0, spread.cost.item(arc), left)
    stub = _stub(metric, arc, 1 - left, 0.0, (0.0, 0.0), asked=asked)
    return stub and stub._replace(share=min(stub.share, left))


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
    cost, limit, network = asked.cost(metric), metric.climb, engine.network
    public: Ints = np.logical_not(metric.costs.closed.reshape(-1, 2).all(axis=1))
    steep = _steep(metric, asked)
    reach = distances(network.matrix(cost), [(start.node, start.weight) for start in starts], limit=most * 10)
    spread = Spread(engine, cost, reach, reach[network.tails], public, steep, {})
    if limit is None:
        return spread
    watched = turned(limit.watched) if asked.towards else limit.watched
    if (watched & np.isfinite(spread.setting_off)).any():
        below = reach_below(network, cost, limit, starts, most * 10, towards=asked.towards)
        spread = Spread(engine, cost, below.at_node, below.at_arc, public, steep, {}, below.climbed)
    spread.stubs = _stubs(spread, metric, limit, asked)
    return spread


def _steep(metric: Metric, asked: Question) -> Ints:
    broken = metric.costs.broken
    found: Ints = (broken & _SLOPE > 0) & (broken & np.uint32(Limit.UNKNOWN) == 0) & ~metric.costs.closed
    return turned(found) if asked.towards else found


def _stubs(spread: Spread, metric: Metric, limit: ClimbLimit, asked: Question) -> dict[int, Stub]:
    """The beginnings of all climbs that are too long by themselves. (Where one comes to one of them with the least cost, one may
    have climbed more than on a way round: then a little less of it is told than one manages.)"""
    alone = turned(limit.alone) if asked.towards else limit.alone
    when = spread.reach[spread.engine.network.tails]
    found = {}
    for arc in np.flatnonzero(alone & np.isfinite(when)).tolist():
        node = spread.engine.network.tails.item(arc)
        climbed = (0.0, 0.0) if spread.climbed is None else tuple(spread.climbed[node].tolist())
        stub = _stub(metric, arc, 0.0, when.item(arc), climbed, asked=asked)
        if stub is not None:
            found[arc] = stub
    return found


def _stub(metric: Metric, arc: int, begin: float, sets_off: float, climbed: Climbed, *, asked: Question) -> Stub | None:
    walked = arc ^ 1 if asked.towards else arc
    if metric.climb is None or metric.weight_of_climb(walked) is None:
        return None
    share = metric.climb.managed(arc, begin, climbed, towards=asked.towards)
    return Stub(sets_off, max(1, asked.effort(metric).item(walked)), share)


def areas(spreads: Sequence[Spread], limits: Sequence[float]) -> list[Area]:
    """What is reached in all towns together, for increasing limits."""
    limits = sorted(limits)
    y = next(spread.snap.y for spread in spreads if spread.snap is not None)
    found = [walked(spread, np.array(limits) * 10) for spread in spreads]
    lines = Lines(*(np.concatenate(parts) for parts in zip(*(one.lines for one in found), strict=True)))
    return [
        Area(
            limit, strip.polygon, sum(one.metres.item(rank) for one in found), strip.square_metres,
            tuple(number for number, one in enumerate(found) if (one.lines.rank <= rank).any()),
            _cut(spreads, limit * 10), _too_steep(spreads, limit * 10),
        )
        for rank, (limit, strip) in enumerate(zip(limits, strips(lines, len(limits), y), strict=True))
    ]  # fmt: skip


def _too_steep(spreads: Sequence[Spread], limit: float) -> tuple[str, ...]:
    """Names of the streets on which one does not get on, the nearest first."""
    ends: list[tuple[float, str]] = []
    for spread in spreads:
        graph, network = spread.engine.graph, spread.engine.network
        when, beyond = spread.reach[network.tails], spread.reach[network.heads]
        arcs = np.flatnonzero(spread.steep & (when < limit) & (beyond > limit))
        ends += zip(
            when[arcs].tolist(), (graph.names[name] for name in graph.edges["name"][arcs >> 1].tolist()), strict=True
        )
    return tuple(dict.fromkeys(name for _, name in sorted(ends) if name))


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


@dataclass(frozen=True, slots=True)
class Cell:
    seconds: float
    metres: float


def matrix(engine: Engine, metric: Metric, sources: Sequence[Snap], targets: Sequence[Snap]) -> list[list[Cell | None]]:
    """Time and length of the best way between all pairs; None where the limits leave none."""
    table: list[list[Cell | None]] = []
    for start in sources:
        away = FromStart(metric.weighting)
        legs = (
            find_leg(engine.network, metric.weighting, metric.current, start=start, end=end, within=metric, away=away)
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
