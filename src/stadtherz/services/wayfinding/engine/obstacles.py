# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Obstacles of today (broken lift, works, festival, ice): which edges they touch, for whom, until when, and nothing
about who reported them. The engine applies them to every prepared profile at once; nothing is rebuilt."""

import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any, Final

import numpy as np
import shapely

from .geodesy import METRES_PER_DEGREE
from .graph import Graph, Ints
from .snapping import Grid
from .vocabulary import Kind

#: a passable obstacle makes the way over it this many times as hard: worth a detour, not a refusal
SLOW_FACTOR: Final = 4
#: a street that only meets a line at its end is covered by about the reach; one that is crossed, by twice of it
_CROSSED: Final = 1.5
#: a point with no more than this around it means the way it lies on, not every way that comes near
ON_THE_WAY_M: Final = 10.0
#: pieces of geometry that are compared at once, so that 5,000 areas do not need gigabytes
_PAIRS_AT_ONCE: Final = 200_000


class Effect(IntEnum):
    """What an obstacle means for a way."""

    CLOSED = 1
    WHEELS = 2
    SLOW = 3
    #: nothing yet: not confirmed; a way over it names it
    NOTICE = 4


@dataclass(frozen=True, slots=True)
class Spot:
    """Where an obstacle is: a shapely geometry in degrees and the metres around it. A `lift` means lifts only, where
    there is one."""

    geometry: Any
    reach: float = 0.0
    lift: bool = False


@dataclass(frozen=True, slots=True)
class Obstacle:
    """`edges` are affected from `begins` until `ends` (seconds since 1970; infinite: until removed). What recurs is known
    as a whole: `moments` between these two at which it begins and ends by turns, in order. `about` is what an
    answer says of it, as JSON; `spot` tells where on its edges one comes upon it."""

    key: str
    edges: tuple[int, ...]
    begins: float = -math.inf
    ends: float = math.inf
    effect: Effect = Effect.CLOSED
    about: Mapping[str, Any] = field(default_factory=dict)
    spot: Spot | None = None
    moments: tuple[float, ...] = ()

    def active(self, now: float) -> bool:
        return self.begins <= now < self.ends and (not self.moments or bisect_right(self.moments, now) % 2 == 1)

    def next_change(self, now: float) -> float:
        """When it begins or ends next; infinite: not again."""
        moments = self.moments or (self.begins, self.ends)
        passed = bisect_right(moments, now)
        return moments[passed] if passed < len(moments) else math.inf

    def this_time(self, now: float) -> "Obstacle":
        """As it counts at a moment at which it does: what recurs, with the beginning and the end of this time only."""
        if not self.moments:
            return self
        passed = bisect_right(self.moments, now)
        begins, ends = self.moments[passed - 1], self.moments[passed]
        return replace(
            self, begins=begins, ends=ends, moments=(),
            about={**self.about, "begins": _written(begins), "ends": _written(ends)},
        )  # fmt: skip


def _written(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="seconds")


Edges = frozenset[int]
_NONE: Final[Edges] = frozenset()


@dataclass(frozen=True, slots=True)
class InForce:
    """The edges that obstacles affect at a moment."""

    closed: Edges = _NONE
    wheels: Edges = _NONE
    slow: Edges = _NONE

    def shut(self, *, on_wheels: bool) -> Edges:
        """Edges that must not be used."""
        return self.closed | self.wheels if on_wheels else self.closed

    def changed(self, other: "InForce") -> Edges:
        """Edges of which anything differs."""
        return (self.closed ^ other.closed) | (self.wheels ^ other.wheels) | (self.slow ^ other.slow)


class ObstacleBoard:
    """The obstacles that are known, and which edges they affect at a moment."""

    def __init__(self) -> None:
        self._known: dict[str, Obstacle] = {}
        self._on: dict[int, list[Obstacle]] | None = None
        self.next_change = math.inf

    @property
    def none_known(self) -> bool:
        return not self._known

    def put(self, obstacle: Obstacle) -> None:
        self._known[obstacle.key] = obstacle
        self._on = None

    def remove(self, key: str) -> None:
        self._known.pop(key, None)
        self._on = None

    def in_force(self, now: float) -> InForce:
        """What counts now; notes when that changes next, and forgets what is over."""
        for key in [key for key, obstacle in self._known.items() if obstacle.ends <= now]:
            del self._known[key]
        self._on = None
        self.next_change = min((obstacle.next_change(now) for obstacle in self._known.values()), default=math.inf)
        found: dict[Effect, set[int]] = {effect: set() for effect in Effect}
        for obstacle in self._known.values():
            if obstacle.active(now):
                found[obstacle.effect].update(obstacle.edges)
        return InForce(*(frozenset(found[e]) for e in (Effect.CLOSED, Effect.WHEELS, Effect.SLOW)))

    def along(self, edges: Iterable[int], now: float) -> list[Obstacle]:
        """The obstacles that count now on these edges, in their order, each once."""
        on = self._on
        if on is None:
            on = {}
            for obstacle in list(self._known.values()):
                for edge in obstacle.edges:
                    on.setdefault(edge, []).append(obstacle)
            self._on = on
        if not on:
            return []
        found = {o.key: o for edge in edges if edge in on for o in on[edge] if o.active(now)}
        return [obstacle.this_time(now) for obstacle in found.values()]

    def known(self) -> list[Obstacle]:
        return list(self._known.values())


def edges_in_area(graph: Graph, grid: Grid, area: Any) -> Ints:
    """Edges whose line meets a polygon (shapely geometry in degrees)."""
    if area.is_empty:
        return np.zeros(0, dtype="i4")
    near = grid.edges_in(*area.bounds)
    if not len(near):
        return near
    shapely.prepare(area)
    return near[shapely.intersects(area, _lines(graph, near))]


def _lines(graph: Graph, edges: Ints) -> Ints:
    """The lines of these edges, in degrees."""
    start, stop = graph.point_start[edges], graph.point_start[edges + 1]
    sizes = stop - start
    index = np.repeat(start - (np.cumsum(sizes) - sizes), sizes) + np.arange(int(sizes.sum()))
    lines: Ints = shapely.linestrings(graph.points[index], indices=np.repeat(np.arange(len(edges)), sizes))
    return lines


def edges_of(graph: Graph, grid: Grid, spots: Sequence[Spot]) -> list[tuple[int, ...]]:
    """The edges that each obstacle affects.

    An area affects what runs through it; a line what lies along it or is crossed by it, not a street that only ends
    there; a point the way it lies on (both pavements too), and with more than 10 m around it, an area. Places without
    ways nearby affect nothing.
    """
    found: list[tuple[int, ...]] = [()] * len(spots)
    waiting: list[tuple[int, Ints]] = []
    count = 0
    for number, spot in enumerate(spots):
        near = _near(grid, spot)
        if len(near):
            waiting.append((number, near))
            count += len(near)
        if count > _PAIRS_AT_ONCE:
            found, waiting, count = _settled(graph, grid, spots, waiting, found), [], 0
    return _settled(graph, grid, spots, waiting, found) if waiting else found


def plane_area(spot: Spot, scale: Ints) -> tuple[Any, Any]:
    """A spot's shape in the metric plane, and all that it covers there."""
    shape = shapely.transform(spot.geometry, lambda points: points * scale)
    area = shape if shapely.get_dimensions(shape) == 2 else shapely.buffer(shape, max(spot.reach, 0.5), quad_segs=6)
    return shape, area


def _near(grid: Grid, spot: Spot) -> Ints:
    west, south, east, north = spot.geometry.bounds
    if not all(math.isfinite(value) for value in (west, south, east, north)):
        return np.zeros(0, dtype="i4")
    dx, dy = spot.reach / grid.scale_x, spot.reach / METRES_PER_DEGREE
    return grid.edges_in(west - dx, south - dy, east + dx, north + dy)


@dataclass(frozen=True, slots=True)
class _Meeting:
    """An obstacle in the metric plane, and the lines that it meets."""

    spot: Spot
    shape: Any
    area: Any
    edges: Ints
    lines: Ints


def _settled(
    graph: Graph, grid: Grid, spots: Sequence[Spot], waiting: list[tuple[int, Ints]], found: list[tuple[int, ...]]
) -> list[tuple[int, ...]]:
    """Compares the lines near each of the waiting spots with it, all at once."""
    scale = np.array([grid.scale_x, METRES_PER_DEGREE])

    def plane(shapes: Any) -> Any:
        return shapely.transform(shapes, lambda points: points * scale)

    asked = [spots[number] for number, _ in waiting]
    edges = np.concatenate([near for _, near in waiting])
    once, index = np.unique(edges, return_inverse=True)
    lines = plane(_lines(graph, once))[index]
    shapes = plane(np.array([spot.geometry for spot in asked], dtype=object))
    reach = np.where(shapely.get_dimensions(shapes) == 2, 0.0, [max(spot.reach, 0.5) for spot in asked])
    areas = shapely.buffer(shapes, reach, quad_segs=6)
    shapely.prepare(areas)
    owner = np.repeat(np.arange(len(waiting)), [len(near) for _, near in waiting])
    meets = np.flatnonzero(shapely.intersects(areas[owner], lines))
    bounds = np.searchsorted(owner[meets], np.arange(len(waiting) + 1))
    for at, (number, _) in enumerate(waiting):
        mine = meets[bounds[at] : bounds[at + 1]]
        if len(mine):
            meeting = _Meeting(asked[at], shapes[at], areas[at], edges[mine], lines[mine])
            found[number] = tuple(_affected(graph, meeting).tolist())
    return found


def _affected(graph: Graph, meeting: _Meeting) -> Ints:
    spot, shape, edges, lines = meeting.spot, meeting.shape, meeting.edges, meeting.lines
    is_lift = graph.edges["kind"][edges] == Kind.LIFT
    if spot.lift and is_lift.any():
        # a lift is a few edges between its storeys at one place: all of the nearest one
        nearest = edges[is_lift][shapely.distance(shape, lines[is_lift]).argmin()]
        return np.flatnonzero((graph.edges["way"] == graph.edges["way"][nearest]) & (graph.edges["kind"] == Kind.LIFT))
    dimensions = shapely.get_dimensions(shape)
    if dimensions == 0 and (spot.lift or spot.reach <= ON_THE_WAY_M):
        distance = shapely.distance(shape, lines)
        return edges[distance <= distance.min() + 0.5]
    inside = shapely.contains(meeting.area, lines)
    partly = np.flatnonzero(~inside)
    least = _CROSSED * spot.reach if dimensions == 1 else 0.5
    inside[partly] = shapely.length(shapely.intersection(meeting.area, lines[partly])) > least
    return edges[inside]


def as_arcs(edges: Iterable[int]) -> list[int]:
    return [arc for edge in edges for arc in (2 * edge, 2 * edge + 1)]
