# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A way that begins on one town's graph and ends on another's: both have the streets along the border, and a node that
both have at the same place joins the two parts (joints.py).

The best joint is found exactly among those that are tried: the nodes that lie best between the two places, and some of all
the others, so that a way round is found as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import count, pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from .climb_search import reach_below
from .costs import FORBIDDEN
from .engine import Engine, NoRouteError, Point, PointNotFoundError
from .graph import Graph, Ints
from .hardship import relaxed
from .joints import inner_joints, joints_to_try
from .leg_finding import climb_ends, ends_of, find_leg
from .legs import Leg
from .metric import Metric, Options
from .network import turned
from .routing import Weighting
from .snapping import Snap

if TYPE_CHECKING:
    from .climbs import ClimbLimit

#: joints of a table
MOST_JOINTS: Final = 2_000
#: joints of each of two borders that are tried together
PAIRED_JOINTS: Final = 60
#: joints that are tried where somebody climbs: to the others mostly leads the same climb
MOST_CLIMBED: Final = 6
#: by how much a way and a table may differ, as both round what the ends of a way cost
_ROUNDED: Final = 4
#: a way over borders, in its parts: one for each town
Parts = tuple[tuple[Metric, Leg], ...]


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two towns, the place in it, and what its arcs weigh."""

    engine: Engine
    weighting: Weighting
    weights: Ints
    #: whose limit on climbs counts; None: nobody's
    within: Metric | None
    place: Snap

    def ends(self, *, leaving: bool) -> list[tuple[int, int]]:
        ends = ends_of(self.engine.network, self.weights, self.place, leaving=leaving, within=self.within)
        return [end[:2] for end in ends]

    def leg(self, start: Snap, end: Snap) -> Leg | None:
        return find_leg(self.engine.network, self.weighting, self.weights, start=start, end=end, within=self.within)

    @property
    def limit(self) -> "ClimbLimit | None":
        return self.within.climb if self.within else None

    def totals(self, nodes: Sequence[int], *, leaving: bool, exactly: bool) -> Ints:
        """What it costs from the place to nodes, or from them to the place; `exactly`: climbs count."""
        network = self.engine.network
        if exactly and self.limit is not None:
            ends = ends_of(network, self.weights, self.place, leaving=leaving, within=self.within)
            cost = self.weights if leaving else turned(self.weights)
            starts = climb_ends(self.limit, ends, leaving=leaving)
            return reach_below(network, cost, self.limit, starts, np.inf, towards=not leaving).at_node[nodes]
        place, joints = [self.ends(leaving=leaving)], [[(node, 0)] for node in nodes]
        table = self.weighting.table(place, joints) if leaving else self.weighting.table(joints, place)
        return np.nan_to_num(np.array(table, dtype="f8").reshape(-1), nan=np.inf)

    def at(self, node: int) -> list[Snap]:
        """The node as a place on each edge that touches it and may be used."""
        return _at(self.engine.graph, self.weights, node)


def _at(graph: Graph, weights: Ints, node: int) -> list[Snap]:
    found = []
    for share, column in ((0.0, "start"), (1.0, "end")):
        for edge in np.flatnonzero(graph.edges[column] == node).tolist():
            if (weights[2 * edge : 2 * edge + 2] < FORBIDDEN).any():
                piece = int(graph.point_start[edge]) if share == 0.0 else int(graph.point_start[edge + 1]) - 2
                where = float(graph.node_x[node]), float(graph.node_y[node])
                found.append(Snap(edge, share, *where, metres=0.0, piece=piece))
    return found


def _side(engine: Engine, metric: Metric, point: Point, kerb_weight: int | None) -> _Side:
    place = engine.snap(metric, [point], anywhere=kerb_weight is not None)[0]
    return _Side(engine, *_weighed(engine, metric, kerb_weight), place)


def _weighed(engine: Engine, metric: Metric, kerb_weight: int | None) -> tuple[Weighting, Ints, Metric | None]:
    if kerb_weight is None:
        return metric.weighting, metric.current, metric
    weights = relaxed(engine, metric, kerb_weight)
    return engine.router.weighting(weights), weights, None


def _joins(one: "_Side | _Through", other: "_Side | _Through", before: Leg, after: Leg) -> bool:
    """Whether nobody climbs too long over a joint: a climb may end on one map and go on on the other."""
    if one.within is None or other.within is None:
        return True
    first, second = (side.engine.climbs(one.within.pricing) for side in (one, other))
    if first is None or second is None:
        return True
    if (
        _moves(before)
        and _moves(after)
        and _node(one.engine, one.engine.network.tails[before.arcs[-1]])
        == _node(other.engine, other.engine.network.heads[after.arcs[0]])
    ):
        return False  # nobody turns round on the spot to have rested
    longest = first.ends(before)[1] + second.ends(after)[0]
    if one.within.options.both_ways:
        longest = max(longest, second.ends(after.turned())[1] + first.ends(before.turned())[0])
    return bool(longest <= one.within.pricing.hard.steep_metres * 10 + 1e-6)


def _moves(leg: Leg) -> bool:
    return len(leg.arcs) > 1 or leg.goes_to > leg.sets_off


def _node(engine: Engine, node: int) -> tuple[float, float]:
    return round(engine.graph.node_x.item(node), 7), round(engine.graph.node_y.item(node), 7)


def cross(
    first: Engine, second: Engine, *, pricing: Any, options: Options, start: Point, goal: Point,
    beyond: Options | None = None, kerb_weight: int | None = None,
) -> Parts:  # fmt: skip
    """The cheapest way from a place on the first graph to one on the second, in its two parts. ``beyond``: options on
    the second, where they differ. ``kerb_weight``: limits cost instead of forbidding (hardship.py).

    Raises `PointNotFoundError` (index 0 or 1), or `NoRouteError` when no joint is reached within the limits.
    """
    metric, other = first.metric(pricing, options), second.metric(pricing, beyond or options)
    here = _side(first, metric, start, kerb_weight)
    try:
        there = _side(second, other, goal, kerb_weight)
    except PointNotFoundError as error:
        raise PointNotFoundError(1, goal, error.radius, limited=error.limited) from error
    nodes, twins = joints_to_try(first.graph, second.graph, start, goal)
    best = _over(here, there, nodes, twins, exactly=False)
    if best is None and (here.limit or there.limit):
        best = _over(here, there, nodes, twins, exactly=True)
    if best is None:
        raise NoRouteError(0, here.place, there.place)
    return (metric, best[0]), (other, best[1])


def _over(
    here: _Side, there: _Side, nodes: Sequence[int], twins: Sequence[int], *, exactly: bool
) -> tuple[Leg, Leg] | None:  # fmt: skip
    """The cheapest way over one of the joints. `exactly`: whoever climbs is asked beforehand how far they get; without it none
    where a way costs more than it seemed, for another joint may be better then."""
    if not nodes:
        return None
    totals = here.totals(nodes, leaving=True, exactly=exactly) + there.totals(twins, leaving=False, exactly=exactly)
    order = np.argsort(totals, kind="stable")[: int(np.isfinite(totals).sum())]
    climbs = here.limit or there.limit
    for joint in order[: MOST_CLIMBED if climbs else len(order)].tolist():
        to, on = _leg_to(here, nodes[joint]), _leg_from(there, twins[joint])
        if to is None or on is None or not _joins(here, there, to, on):
            continue
        if climbs and not exactly and to.weight + on.weight > totals[joint] + _ROUNDED:
            return None
        return to, on
    return None


def cross_all(
    engines: Sequence[Engine], *, pricing: Any, options: Sequence[Options], start: Point, goal: Point,
    kerb_weight: int | None = None,
) -> Parts:  # fmt: skip
    """The same over one border, or over several with towns between. Raises as `cross`."""
    if len(engines) == 2:
        return cross(
            *engines,
            pricing=pricing,
            options=options[0],
            beyond=options[1],
            start=start,
            goal=goal,
            kerb_weight=kerb_weight,
        )
    metrics = [engine.metric(pricing, asked) for engine, asked in zip(engines, options, strict=True)]
    here = _side(engines[0], metrics[0], start, kerb_weight)
    try:
        there = _side(engines[-1], metrics[-1], goal, kerb_weight)
    except PointNotFoundError as error:
        raise PointNotFoundError(1, goal, error.radius, limited=error.limited) from error
    passed = [
        _Through(engine, *_weighed(engine, metric, kerb_weight))
        for engine, metric in zip(engines[1:-1], metrics[1:-1], strict=True)
    ]
    #: of each border the joints that are tried, as nodes of the town before and of the town behind it
    borders = [_few(joints_to_try(one.graph, other.graph, start, goal)) for one, other in pairwise(engines)]
    if not all(before for before, _ in borders):
        raise NoRouteError(0, here.place, there.place)
    costs = [
        here.totals(borders[0][0], leaving=True, exactly=True)[None, :],
        *(town.totals(into, out) for town, (_, into), (out, _) in zip(passed, borders, borders[1:], strict=False)),
        there.totals(borders[-1][1], leaving=False, exactly=True)[:, None],
    ]
    climbs = any(metric.climb for metric in metrics) and kerb_weight is None
    for tried in count():
        if (chosen := _cheapest_joints(costs)) is None or (climbs and tried >= MOST_CLIMBED):
            break
        legs = [
            _leg_to(here, borders[0][0][chosen[0]]),
            *(
                town.leg(borders[number][1][chosen[number]], borders[number + 1][0][chosen[number + 1]])
                for number, town in enumerate(passed)
            ),
            _leg_from(there, borders[-1][1][chosen[-1]]),
        ]
        gap = next((number for number, leg in enumerate(legs) if leg is None), None)
        way = [leg for leg in legs if leg is not None]
        if gap is None and (gap := _apart([here, *passed, there], way)) is None:
            return tuple(zip(metrics, way, strict=True))
        costs[gap][([0, *chosen])[gap], ([*chosen, 0])[gap]] = np.inf
    raise NoRouteError(0, here.place, there.place)


def _apart(sides: Sequence["_Side | _Through"], way: Sequence[Leg]) -> int | None:
    """The number of the first part of a way that does not go on where the one before it ends."""
    joints = enumerate(zip(pairwise(sides), pairwise(way), strict=True), 1)
    return next((number for number, (both, legs) in joints if not _joins(*both, *legs)), None)


def _cheapest_joints(costs: Sequence[Ints]) -> list[int] | None:
    """One joint for each border, so that all is cheapest together; ``costs``: from joint to joint, town by town."""
    total, back = costs[0][0], []
    for table in costs[1:]:
        both = total[:, None] + table
        back.append(both.argmin(axis=0))
        total = both.min(axis=0)
    if not np.isfinite(total[0]):
        return None
    found = [int(back[-1][0])]
    for before in back[-2::-1]:
        found.insert(0, int(before[found[0]]))
    return found


@dataclass(frozen=True, slots=True)
class _Through:
    """A town that is only passed, and what its arcs weigh."""

    engine: Engine
    weighting: Weighting
    weights: Ints
    within: Metric | None

    def totals(self, into: Sequence[int], out: Sequence[int]) -> Ints:
        """What it costs from joints to joints; climbs do not count."""
        table = self.weighting.table([[(node, 0)] for node in into], [[(node, 0)] for node in out])
        return np.nan_to_num(np.array(table, dtype="f8"), nan=np.inf)

    def leg(self, start: int, end: int) -> Leg | None:
        """From node to node."""
        graph = self.engine.graph
        ends = _at(graph, self.weights, start), _at(graph, self.weights, end)
        return _least([
            find_leg(self.engine.network, self.weighting, self.weights, start=a, end=b, within=self.within)
            for a in ends[0] for b in ends[1]
        ])  # fmt: skip


def _few(found: tuple[list[int], list[int]]) -> tuple[list[int], list[int]]:
    """Two thirds of them those that lie best, one third from all over the border."""
    best = 2 * PAIRED_JOINTS // 3
    step = max(1, (len(found[0]) - best) // (PAIRED_JOINTS - best) + 1)
    return found[0][:best] + found[0][best::step], found[1][:best] + found[1][best::step]


Legs = list[list[tuple[Leg, Leg] | None]]


def table_across(
    first: Engine, second: Engine, metrics: tuple[Metric, Metric], sources: Sequence[Snap], targets: Sequence[Snap]
) -> Legs:
    """The cheapest ways from places on the first graph to places on the second, each in its two parts; None where there is
    none. All joints are tried, up to `MOST_JOINTS`."""
    nodes, twins = (
        found[:: 1 + len(found) // MOST_JOINTS].tolist() for found in inner_joints(first.graph, second.graph)
    )
    here, there = (
        [_Side(engine, metric.weighting, metric.current, metric, snap) for snap in snaps]
        for engine, metric, snaps in zip((first, second), metrics, (sources, targets), strict=True)
    )
    if not nodes:
        return [[None] * len(there) for _ in here]
    to = metrics[0].weighting.table([side.ends(leaving=True) for side in here], [[(node, 0)] for node in nodes])
    on = metrics[1].weighting.table([[(twin, 0)] for twin in twins], [side.ends(leaving=False) for side in there])
    onwards = np.array(on, dtype="f8").T
    first_legs = [cache(partial(_leg_to, side)) for side in here]
    last_legs = [cache(partial(_leg_from, side)) for side in there]
    rows: Legs = []
    most = MOST_CLIMBED if any(metric.climb for metric in metrics) else None
    for out, row in zip(first_legs, np.array(to, dtype="f8"), strict=True):
        cells = []
        for home, column in zip(last_legs, onwards, strict=True):
            total = row + column
            order = np.argsort(total)[: int(np.isfinite(total).sum())][:most].tolist()
            both = ((out(nodes[joint]), home(twins[joint])) for joint in order)
            cells.append(next(
                ((to, on) for to, on in both if to and on and _joins(here[0], there[0], to, on)), None
            ))  # fmt: skip
        rows.append(cells)
    return rows


def _leg_to(side: _Side, node: int) -> Leg | None:
    return _least([side.leg(side.place, snap) for snap in side.at(node)])


def _leg_from(side: _Side, node: int) -> Leg | None:
    return _least([side.leg(snap, side.place) for snap in side.at(node)])


def _least(legs: list[Leg | None]) -> Leg | None:
    return min((leg for leg in legs if leg is not None), key=lambda leg: leg.weight, default=None)
