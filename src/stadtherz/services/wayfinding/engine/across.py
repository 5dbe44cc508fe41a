# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A way that begins on one town's graph and ends on another's: both have the streets along the border, and a node that
both have at the same place joins the two parts.

The best joint is found exactly among those that are tried: the nodes that lie best between the two places, and some of all
the others, so that a way round is found as well.
"""

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from .costs import FORBIDDEN
from .engine import Engine, Metric, NoRouteError, Options, Point, PointNotFoundError
from .graph import Graph, Ints
from .legs import Leg, ends_of, find_leg
from .route import Describer, Route, Step, Totals
from .snapping import Snap

#: joints that lie best between both places, and joints from all over the border
NEAR_JOINTS, FAR_JOINTS = 200, 100
#: share of the common strip, on each of its sides, in which streets may be cut
CUT_SHARE: Final = 0.2
_DEGREE: Final = 10_000_000


def joints(one: Graph, other: Graph) -> tuple[Ints, Ints]:
    """The nodes of both graphs that are the same place (to 1e-7 degrees, as OpenStreetMap writes it) and have the same
    number of edges: where a map was cut, both pavements of a street end in one node, and one would cross for nothing."""
    keys = [
        np.round(graph.node_x * _DEGREE).astype("i8") * (4 * 10**9) + np.round(graph.node_y * _DEGREE).astype("i8")
        for graph in (one, other)
    ]
    _, here, there = np.intersect1d(*keys, return_indices=True)
    whole = _degrees(one)[here] == _degrees(other)[there]
    return here[whole], there[whole]


def _degrees(graph: Graph) -> Ints:
    ends = np.concatenate((graph.edges["start"], graph.edges["end"]))
    return np.bincount(ends, minlength=graph.node_count)


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two towns, and the place in it."""

    engine: Engine
    metric: Metric
    place: Snap

    def ends(self, *, leaving: bool) -> list[tuple[int, int]]:
        return [end[:2] for end in ends_of(self.engine, self.metric.current, self.place, leaving=leaving)]

    def leg(self, start: Snap, end: Snap) -> Leg | None:
        return find_leg(self.engine, self.metric.weighting, self.metric.current, start=start, end=end)

    def at(self, node: int) -> list[Snap]:
        """The node as a place on each edge that touches it and may be used."""
        graph, found = self.engine.graph, []
        for share, column in ((0.0, "start"), (1.0, "end")):
            for edge in np.flatnonzero(graph.edges[column] == node).tolist():
                if (self.metric.current[2 * edge : 2 * edge + 2] < FORBIDDEN).any():
                    piece = int(graph.point_start[edge]) if share == 0.0 else int(graph.point_start[edge + 1]) - 2
                    where = float(graph.node_x[node]), float(graph.node_y[node])
                    found.append(Snap(edge, share, *where, metres=0.0, piece=piece))
        return found


def cross(
    first: Engine, second: Engine, *, pricing: Any, options: Options, start: Point, goal: Point
) -> tuple[tuple[Metric, Leg], tuple[Metric, Leg]]:
    """The cheapest way from a place on the first graph to one on the second, in its two parts.

    Raises `PointNotFoundError` (index 0 or 1), or `NoRouteError` when no joint is reached within the limits.
    """
    metric, other = first.metric(pricing, options), second.metric(pricing, options)
    here = _Side(first, metric, first.snap(metric, [start])[0])
    try:
        there = _Side(second, other, second.snap(other, [goal])[0])
    except PointNotFoundError as error:
        raise PointNotFoundError(1, goal, error.radius, limited=error.limited) from error
    for node, twin in _cheapest_first(here, there, *_between(first.graph, second.graph, start, goal)):
        to = _least([here.leg(here.place, snap) for snap in here.at(node)])
        on = _least([there.leg(snap, there.place) for snap in there.at(twin)])
        if to is not None and on is not None:
            return (metric, to), (other, on)
    raise NoRouteError(0, here.place, there.place)


def _between(one: Graph, other: Graph, start: Point, goal: Point) -> tuple[list[int], list[int]]:
    """The joints to try, as nodes of both graphs."""
    here, there = joints(one, other)
    inside = _well_inside(one, other, here)
    here, there = here[inside], there[inside]
    x, y = one.node_x[here], one.node_y[here]
    narrow = np.cos(np.radians(start[1]))
    way = sum(np.hypot((x - place[0]) * narrow, y - place[1]) for place in (start, goal))
    order = np.argsort(way)
    rest = order[NEAR_JOINTS:]
    chosen = np.concatenate((order[:NEAR_JOINTS], rest[:: max(1, len(rest) // FAR_JOINTS)]))
    return here[chosen].tolist(), there[chosen].tolist()


def _well_inside(one: Graph, other: Graph, here: Ints) -> Ints:
    """Joints away from where the maps were cut, as streets end there that really go on; all, if there are no others."""
    bounds = np.array([one.bounds, other.bounds])
    low, high = bounds[:, :2].max(axis=0), bounds[:, 2:].min(axis=0)
    place = np.stack((one.node_x[here], one.node_y[here]), axis=1)
    margin = (high - low) * CUT_SHARE
    cut = np.abs(bounds[0] - bounds[1]) > 1e-4  # a side that both have in common is where the country ends, or the map
    inside = ((place >= low + margin * cut[:2]) & (place <= high - margin * cut[2:])).all(axis=1)
    return inside if inside.any() else np.ones(len(here), dtype=bool)


def _cheapest_first(here: _Side, there: _Side, nodes: list[int], twins: list[int]) -> list[tuple[int, int]]:
    """Joints by the weight of the whole way; those that are not reached are left out."""
    if not nodes:
        return []
    to = here.metric.weighting.table([here.ends(leaving=True)], [[(node, 0)] for node in nodes])[0]
    goal = [there.ends(leaving=False)]
    on = [row[0] for row in there.metric.weighting.table([[(twin, 0)] for twin in twins], goal)]
    totals = [
        (a + b, node, twin)
        for a, b, node, twin in zip(to, on, nodes, twins, strict=True) if a is not None and b is not None
    ]  # fmt: skip
    return [(node, twin) for _, node, twin in sorted(totals)]


def _least(legs: list[Leg | None]) -> Leg | None:
    return min((leg for leg in legs if leg is not None), key=lambda leg: leg.weight, default=None)


def route_across(first: Describer, second: Describer, parts: tuple[tuple[Metric, Leg], tuple[Metric, Leg]]) -> Route:
    """Both parts as one way with two legs. Arcs belong to two graphs, so nothing may be looked up by them."""
    one, two = (describer.route(metric, [leg]) for describer, (metric, leg) in zip((first, second), parts, strict=True))
    shift = len(one.coordinates) - 1
    moved: list[Step] = [replace(s, first=s.first + shift, last=s.last + shift) for s in two.steps[0]]
    return Route(
        [*one.legs, *two.legs], np.concatenate((one.coordinates, two.coordinates[1:])),
        [*one.leg_points, *(point + shift for point in two.leg_points)], [*one.steps, moved],
        _sum(one.totals, two.totals), one.weight + two.weight, np.concatenate((one.arcs, two.arcs)),
        np.concatenate((one.metres, two.metres)), np.concatenate((one.slopes, two.slopes)),
    )  # fmt: skip


def _sum(a: Totals, b: Totals) -> Totals:
    rough = dict(a.rough)
    for surface, metres in b.rough.items():
        rough[surface] = rough.get(surface, 0.0) + metres
    return Totals(
        metres=a.metres + b.metres, seconds=a.seconds + b.seconds, ascent=a.ascent + b.ascent,
        descent=a.descent + b.descent, steepest_up=max(a.steepest_up, b.steepest_up),
        steepest_down=max(a.steepest_down, b.steepest_down), kerbs=sorted([*a.kerbs, *b.kerbs]),
        kerbs_unknown=a.kerbs_unknown + b.kerbs_unknown, steps=a.steps + b.steps, flights=a.flights + b.flights,
        rough=rough, unverified=a.unverified + b.unverified, crossings=a.crossings + b.crossings,
        # the stretch over the border may be longer than either: the sum is what one can rely on
        longest_without_rest=a.longest_without_rest + b.longest_without_rest,
    )  # fmt: skip
