# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Obstacles of today (broken lift, works, festival, ice): which edges they close, until when, and nothing about who
reported them. The engine applies them to every prepared profile at once; nothing is rebuilt."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from .graph import Graph, Ints
from .snapping import Grid
from .vocabulary import Kind


@dataclass(frozen=True, slots=True)
class Obstacle:
    """`edges` are closed from `begins` until `ends` (seconds since 1970; infinite: until removed)."""

    key: str
    edges: tuple[int, ...]
    begins: float = -math.inf
    ends: float = math.inf
    reason: str = ""

    def active(self, now: float) -> bool:
        return self.begins <= now < self.ends


class ObstacleBoard:
    """The obstacles that are known, and which edges are closed by them at a moment."""

    def __init__(self) -> None:
        self._known: dict[str, Obstacle] = {}
        self.next_change = math.inf

    def put(self, obstacle: Obstacle) -> None:
        self._known[obstacle.key] = obstacle

    def remove(self, key: str) -> None:
        self._known.pop(key, None)

    def closed(self, now: float) -> set[int]:
        """Closed edges now; notes when that changes next."""
        changes = [
            moment for obstacle in self._known.values() for moment in (obstacle.begins, obstacle.ends) if moment > now
        ]
        self.next_change = min(changes, default=math.inf)
        return {edge for obstacle in self._known.values() if obstacle.active(now) for edge in obstacle.edges}

    def on(self, edge: int, now: float) -> list[Obstacle]:
        return [o for o in self._known.values() if o.active(now) and edge in o.edges]


def edges_in_area(graph: Graph, grid: Grid, area: Any) -> Ints:
    """Edges whose line meets a polygon (shapely geometry in degrees)."""
    if area.is_empty:
        return np.zeros(0, dtype="i4")
    near = grid.edges_in(*area.bounds)
    if not len(near):
        return near
    shapely.prepare(area)
    start, stop = graph.point_start[near], graph.point_start[near + 1]
    sizes = stop - start
    index = np.repeat(start - (np.cumsum(sizes) - sizes), sizes) + np.arange(int(sizes.sum()))
    lines = shapely.linestrings(graph.points[index], indices=np.repeat(np.arange(len(near)), sizes))
    return near[shapely.intersects(area, lines)]


def edges_near(graph: Graph, grid: Grid, x: float, y: float, *, kinds: Sequence[Kind] = ()) -> Ints:
    """The edge at a reported place (within 25 m), with its other side where the place is a lift."""
    usable = np.isin(graph.edges["kind"], kinds) if kinds else None
    found = grid.nearest(x, y, 25.0, usable)
    if found is None:
        return np.zeros(0, dtype="i4")
    if graph.edges["kind"][found.edge] == Kind.LIFT:
        return np.flatnonzero(graph.edges["way"] == graph.edges["way"][found.edge])
    return np.array([found.edge])


def as_arcs(edges: Iterable[int]) -> list[int]:
    return [arc for edge in edges for arc in (2 * edge, 2 * edge + 1)]
