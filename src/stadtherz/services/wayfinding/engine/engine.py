# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The router of one town: holds graph, grid and prepared profiles, and finds the way between places.

An `Engine` is shared by all threads of a process. Prepared profiles ("metrics") live in a bounded cache; an obstacle
changes them in place. Nothing about a request is kept or logged.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np

from .climbs import ClimbLimit, Climbs
from .costs import FORBIDDEN, CostModel, Costs
from .graph import Graph, Ints
from .leg_finding import find_leg
from .legs import Leg
from .metric import PLAIN, Metric, Options, is_on_wheels, slower
from .network import Network
from .obstacles import Edges, InForce, Obstacle, ObstacleBoard, as_arcs
from .profiles import Limit, Profile
from .routing import CchRouter, DijkstraRouter, Router, load_order, save_order
from .snapping import Grid, Snap

Point = tuple[float, float]
#: an island of the graph smaller than this many nodes is no place to begin a way if there is a better one nearby
ISLAND_NODES: Final = 40
#: memory for the prepared profiles of one town in one process: some fifty for a town like Heidelberg; the last few are
#: kept even where they need more, for a request asks for two or three by turns
METRIC_BYTES: Final = 384 * 2**20
LEAST_METRICS: Final = 3


class RoutingError(Exception):
    """No answer. `code` is openrouteservice's number for the reason."""

    code = 2099


class PointNotFoundError(RoutingError):
    """There is no way one could use near the place."""

    code = 2010

    def __init__(self, index: int, point: Point, radius: float, *, limited: bool = False) -> None:
        self.index, self.point, self.radius = index, point, radius
        #: there are ways nearby, but the limits exclude all of them
        self.limited = limited
        super().__init__(
            f"Could not find routable point within a radius of {radius:.1f} meters of specified coordinate {index}: "
            f"{point[0]:.7f} {point[1]:.7f}."
        )


class NoRouteError(RoutingError):
    """No way keeps the limits. `leg` is the number of the leg that fails."""

    code = 2009

    def __init__(self, leg: int, start: Snap, end: Snap) -> None:
        self.leg, self.start, self.end = leg, start, end
        super().__init__(f"Route could not be found - Unable to find a route between points {leg} and {leg + 1}.")


class Engine:
    def __init__(
        self, graph: Graph, router: Router | None = None, *, order: Path | None = None,
        clock: Callable[[], float] = time.time, room: int = METRIC_BYTES,
    ) -> None:  # fmt: skip
        """`order`: file in which the contraction order is kept between starts. `clock`: seconds since 1970, by which
        obstacles begin and end. `room`: bytes for prepared profiles."""
        self.clock = clock
        self.graph, self.grid, self.model = graph, Grid(graph), CostModel(graph)
        self.router = router or _cch(graph, order)
        self.network = Network(graph)
        self.obstacles = ObstacleBoard()
        self.in_force = InForce()
        self._metrics: OrderedDict[Any, Metric] = OrderedDict()
        self._lock = threading.RLock()
        self.room = room

    # prepared profiles

    def metric(self, pricing: Any, options: Options = PLAIN) -> Metric:
        """The prepared profile; prepared now if it is new."""
        key = (pricing, options)
        with self._lock:
            if self.clock() >= self.obstacles.next_change:
                self._refresh()
            found = self._metrics.get(key)
            if found:
                self._metrics.move_to_end(key)
                self._bring_up_to_date(found)
                return found
        made = self._prepare(pricing, options)
        with self._lock:
            self._bring_up_to_date(made)
            self._metrics[key] = made
            self._make_room()
        return made

    def _make_room(self) -> None:
        """Forgets the prepared profiles that were not asked for longest."""
        taken = sum(metric.nbytes for metric in self._metrics.values())
        while taken > self.room and len(self._metrics) > LEAST_METRICS:
            taken -= self._metrics.popitem(last=False)[1].nbytes

    def price(self, pricing: Any) -> Costs:
        if isinstance(pricing, Profile):
            return self.model.costs(pricing)
        costs: Costs = pricing.costs(self.model)
        return costs

    def _prepare(self, pricing: Any, options: Options) -> Metric:
        costs, weights, (usable, allowed), climb = self._priced(pricing, options)
        in_force = InForce() if options.everyday else self.in_force
        current = _with_obstacles(weights, in_force, on_wheels=is_on_wheels(pricing))
        shut = in_force.shut(on_wheels=is_on_wheels(pricing))
        return Metric(
            pricing, options, costs, weights, current, self.router.weighting(current), _without(usable, shut),
            _without(allowed, shut), (usable, allowed), in_force, climb,
        )  # fmt: skip

    def _priced(self, pricing: Any, options: Options) -> tuple[Costs, Ints, tuple[Ints, Ints], ClimbLimit | None]:
        """What does not depend on the obstacles of today: costs, weights, and edges that can be used. A question asks for a
        profile with the obstacles and without them, so the second of the two takes it from the first."""
        with self._lock:
            twin = self._metrics.get((pricing, replace(options, everyday=not options.everyday)))
        if twin is not None:
            return twin.costs, twin.weights, twin.everyday, twin.climb
        costs = self.price(pricing)
        if options.both_ways:
            both = costs.broken.reshape(-1, 2)
            mutual = np.repeat(both[:, 0] | both[:, 1], 2)
            shut = np.repeat(costs.closed.reshape(-1, 2).any(axis=1), 2)
            costs = Costs(costs.weight, costs.tenths, mutual, shut, costs.unverified, costs.length)
        if options.by:
            costs = costs.counted(options.by)
        if options.avoid:
            costs.broken[as_arcs(options.avoid)] |= np.uint32(Limit.CLOSED)
        weights, climb = costs.final(), self._climb_limit(pricing, costs, both_ways=options.both_ways)
        if climb is None:
            return costs, weights, self._usable(weights), None
        weights[climb.watched] = costs.weight[climb.watched]
        # who lives halfway up a long climb sets off there: going down is not limited, nor is a part of it
        return costs, weights, self._usable(np.where(climb.alone, costs.weight, weights)), climb

    def _climb_limit(self, pricing: Any, costs: Costs, *, both_ways: bool) -> ClimbLimit | None:
        climbs = self.climbs(pricing)
        if climbs is None or not (costs.broken == Limit.STEEP_LENGTH).any():
            return None
        return ClimbLimit(climbs, pricing.hard.steep_metres, costs, both_ways=both_ways)

    def climbs(self, pricing: Any) -> Climbs | None:
        """What is steep for somebody whose climbs must not be too long; None for everybody else."""
        steep = pricing.hard.steep_permille if isinstance(pricing, Profile) else None
        return None if steep is None else Climbs(self.model.steepness, steep)

    def _usable(self, weights: Ints) -> tuple[Ints, Ints]:
        """(edges from which one can leave again, all edges that may be used)."""
        from scipy.sparse import coo_matrix
        from scipy.sparse.csgraph import connected_components

        open_arcs = weights < FORBIDDEN
        tails, heads = self.network.tails[open_arcs], self.network.heads[open_arcs]
        count = self.graph.node_count
        matrix = coo_matrix((np.ones(len(tails), dtype="i1"), (tails, heads)), (count, count))
        _, label = connected_components(matrix, directed=True, connection="strong")
        size = np.bincount(label)
        least = min(ISLAND_NODES, int(size.max()))
        roomy = size[label] >= least
        allowed = _open(weights)
        inside = label[self.graph.edges["start"]] == label[self.graph.edges["end"]]
        return allowed & inside & roomy[self.graph.edges["start"]], allowed

    # obstacles

    def put_obstacle(self, obstacle: Obstacle) -> None:
        """Adds or replaces an obstacle; whoever asks for a prepared profile after this gets one that knows it."""
        self.change_obstacles([obstacle])

    def remove_obstacle(self, key: str) -> None:
        self.change_obstacles([], [key])

    def change_obstacles(self, put: Sequence[Obstacle], remove: Sequence[str] = ()) -> None:
        """Adds, replaces and removes obstacles in one go."""
        with self._lock:
            for key in remove:
                self.obstacles.remove(key)
            for obstacle in put:
                self.obstacles.put(obstacle)
            self._refresh()

    def replace_obstacles(self, obstacles: Sequence[Obstacle]) -> None:
        """All at once, for a start or a feed."""
        with self._lock:
            self.obstacles = ObstacleBoard()
            self.change_obstacles(obstacles)

    def take_obstacles(self, other: "Engine") -> None:
        """The obstacles of another engine on the same edges: for a graph whose facts, but not whose ways, have changed."""
        with self._lock:
            self.obstacles = other.obstacles
            self._refresh()

    def obstacles_along(self, arcs: Ints) -> list[Obstacle]:
        """The obstacles of this moment on a way, also those that do not close it."""
        return self.obstacles.along((arcs >> 1).tolist(), self.clock())

    def _refresh(self) -> None:
        self.in_force = self.obstacles.in_force(self.clock())

    def _bring_up_to_date(self, metric: Metric) -> None:
        """Each profile learns of changes when it is asked for next: a change costs nothing for those that are not."""
        if metric.options.everyday or metric.in_force is self.in_force:
            return
        changed = self.in_force.changed(metric.in_force)
        if len(changed) <= len(metric.allowed) // 40:
            self._change_in_place(metric, changed)
        else:
            metric.current = _with_obstacles(metric.weights, self.in_force, on_wheels=is_on_wheels(metric.pricing))
            metric.weighting = self.router.weighting(metric.current)
            shut = self.in_force.shut(on_wheels=is_on_wheels(metric.pricing))
            metric.usable, metric.allowed = (_without(mask, shut) for mask in metric.everyday)
        metric.in_force = self.in_force

    def _change_in_place(self, metric: Metric, changed: Edges) -> None:
        if not changed:
            return
        edges = np.fromiter(changed, dtype="i8", count=len(changed))
        arcs = np.repeat(2 * edges, 2)
        arcs[1::2] += 1
        shut = self.in_force.shut(on_wheels=is_on_wheels(metric.pricing))
        now_shut = np.array([edge in shut for edge in edges.tolist()])
        now_slow = np.array([edge in self.in_force.slow for edge in edges.tolist()])
        everyday = metric.weights[arcs]
        weights = np.where(np.repeat(now_slow, 2), slower(everyday), everyday)
        weights[np.repeat(now_shut, 2)] = FORBIDDEN
        metric.current[arcs] = weights
        metric.weighting.update(dict(zip(arcs.tolist(), weights.tolist(), strict=True)))
        open_edges = ~now_shut
        for mask, usual in zip((metric.usable, metric.allowed), metric.everyday, strict=True):
            mask[edges] = usual[edges] & open_edges

    # ways

    def snap(self, metric: Metric, points: Sequence[Point], *, anywhere: bool = False) -> list[Snap]:
        """The nearest usable place to each point. Raises PointNotFoundError. `anywhere`: also places that the limits
        exclude (for "why not"). Either way small islands of the map, from which nobody gets anywhere, only where there is
        nothing else."""
        mask, islands = metric.usable, metric.allowed
        if anywhere:
            mask, islands = self._usable(np.where(metric.costs.closed, FORBIDDEN, 1))
        snaps = []
        radius = metric.options.radius
        for index, nearest in enumerate(self.grid.nearest_each(points, radius, mask)):
            x, y = points[index]
            found = nearest or self.grid.nearest(x, y, radius, islands)
            if found is None:
                limited = not anywhere and self.grid.nearest(x, y, radius, _passable(metric.costs)) is not None
                raise PointNotFoundError(index, (x, y), radius, limited=limited)
            snaps.append(found)
        return snaps

    def legs(self, metric: Metric, points: Sequence[Point]) -> list[Leg]:
        """A way through all points. Raises PointNotFoundError or NoRouteError."""
        snaps = self.snap(metric, points)
        return [self.leg(metric, index, *pair) for index, pair in enumerate(pairwise(snaps))]

    def leg(self, metric: Metric, index: int, start: Snap, end: Snap) -> Leg:
        found = find_leg(self.network, metric.weighting, metric.current, start=start, end=end, within=metric)
        if found is None:
            raise NoRouteError(index, start, end)
        return found


def _open(weights: Ints) -> Ints:
    """Edges that may be used in at least one direction."""
    return np.asarray((weights < FORBIDDEN).reshape(-1, 2).any(axis=1))


def _without(mask: Ints, edges: Edges) -> Ints:
    """A copy in which some edges are not."""
    left = mask.copy()
    left[list(edges)] = False
    return left


def _passable(costs: Costs) -> Ints:
    """Edges that are open to the public, whatever the limits."""
    return np.asarray(~costs.closed.reshape(-1, 2).all(axis=1))


def _with_obstacles(weights: Ints, in_force: InForce, *, on_wheels: bool) -> Ints:
    """Everyday weights with the obstacles of today."""
    current = weights.copy()
    slow = as_arcs(in_force.slow)
    current[slow] = slower(current[slow])
    current[as_arcs(in_force.shut(on_wheels=on_wheels))] = FORBIDDEN
    return current


def _cch(graph: Graph, path: Path | None) -> Router:
    """The fast router, or SciPy's where its libraries are not installed."""
    try:
        order = load_order(graph, path) if path else None
        router = CchRouter(graph, order)
    except ImportError:
        return DijkstraRouter(graph)
    if path and order is None:
        save_order(router.order, graph, path)
    return router
