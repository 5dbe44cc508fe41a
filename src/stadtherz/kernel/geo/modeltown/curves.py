# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Curves in a plane of metres: smooth lines through control points, wobbling fields, lines with their tangents."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import shapely
from shapely.geometry import LineString, Polygon

XY = tuple[float, float]


def rounded(point: Sequence[float]) -> XY:
    """The point on the centimetre grid on which the model town's nodes lie; equal keys are one node."""
    return (round(point[0], 2) + 0.0, round(point[1], 2) + 0.0)


def smooth(points: Sequence[XY], *, closed: bool = False, pieces: int = 8, tolerance: float = 0.35) -> list[XY]:
    """A Catmull-Rom curve through the points, thinned to what the eye can tell apart."""
    if closed:
        ring = [points[-1], *points, points[0], points[1]]
    else:
        ring = [points[0], *points, points[-1]]
    curve: list[XY] = []
    for p0, p1, p2, p3 in zip(ring, ring[1:], ring[2:], ring[3:], strict=False):
        for piece in range(pieces):
            t = piece / pieces
            curve.append((_catmull(p0[0], p1[0], p2[0], p3[0], t), _catmull(p0[1], p1[1], p2[1], p3[1], t)))
    curve.append(points[0] if closed else points[-1])
    return [rounded(p) for p in LineString(curve).simplify(tolerance).coords]


def _catmull(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t**3)


@dataclass(frozen=True, slots=True)
class Wobble:
    """A smooth field between -1 and 1: a few waves of random direction, about `scale` metres long."""

    waves: tuple[tuple[float, float, float], ...]

    @classmethod
    def drawn(cls, rng: Random, scale: float) -> "Wobble":
        waves = []
        for _ in range(4):
            direction = rng.uniform(0, math.tau)
            frequency = math.tau / (scale * rng.uniform(0.7, 1.6))
            waves.append((math.cos(direction) * frequency, math.sin(direction) * frequency, rng.uniform(0, math.tau)))
        return cls(tuple(waves))

    def at(self, x: float, y: float) -> float:
        return sum(math.sin(x * a + y * b + c) for a, b, c in self.waves) / len(self.waves)


@dataclass(frozen=True, slots=True)
class Station:
    """A place on a line: where, its unit tangent, and how far along in metres."""

    x: float
    y: float
    tx: float
    ty: float
    along: float

    def beside(self, offset: float, forward: float = 0.0) -> XY:
        """The point `offset` metres to the left (negative: right) and `forward` metres ahead."""
        return (self.x - self.ty * offset + self.tx * forward, self.y + self.tx * offset + self.ty * forward)


def station(line: LineString, along: float) -> Station:
    """The place `along` metres from the line's start, with the tangent taken over about two metres."""
    whole = line.length
    along = min(max(along, 0.0), whole)
    asked = shapely.line_interpolate_point(line, (along, max(0.0, along - 1.0), min(whole, along + 1.0)))
    (x, y), (from_x, from_y), (to_x, to_y) = shapely.get_coordinates(asked).tolist()
    dx, dy = to_x - from_x, to_y - from_y
    length = math.hypot(dx, dy) or 1.0
    return Station(x, y, dx / length, dy / length, along)


def rectangle(at: Station, *, offset: float, width: float, depth: float) -> Polygon:
    """A rectangle whose front stands `offset` metres beside the line (negative: to the right), `depth` deep."""
    side = 1.0 if offset >= 0 else -1.0
    half = width / 2
    corners = [
        at.beside(offset, -half),
        at.beside(offset, half),
        at.beside(offset + side * depth, half),
        at.beside(offset + side * depth, -half),
    ]
    outline: Polygon = shapely.polygons([rounded(corner) for corner in corners])
    return outline


def blob(centre: XY, radius: float, rng: Random, *, points: int = 14, roughness: float = 0.25) -> Polygon:
    """An irregular round area: a wood, a pond, a meadow."""
    corners = []
    for index in range(points):
        angle = math.tau * index / points
        reach = radius * (1 + rng.uniform(-roughness, roughness))
        corners.append((centre[0] + reach * math.cos(angle), centre[1] + reach * math.sin(angle)))
    return Polygon(smooth(corners, closed=True, pieces=4, tolerance=0.8)).buffer(0)
