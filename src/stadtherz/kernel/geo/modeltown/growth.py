# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Lets side streets grow: lines that follow a field of directions and keep their distance from each other.

After the idea of evenly spaced streamlines (Jobard and Lefer 1997), which gives the half-regular pattern of quarters
that were built along the lie of the land.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import numpy as np
import shapely
from shapely.geometry import LineString, Polygon

from stadtherz.kernel.geo.modeltown.curves import XY

STEP = 7.0
Field = Callable[[float, float], float]


@dataclass(frozen=True, slots=True)
class Pattern:
    """How a quarter is laid out: metres between parallel streets, both ways, and the shortest street kept."""

    along: float
    across: float
    shortest: float = 60.0


def grow(area: Polygon, direction: Field, pattern: Pattern, rng: Random) -> list[LineString]:
    """Streets inside the area in both families: along the field, and across it."""
    streets: list[LineString] = []
    for turn, spacing in ((0.0, pattern.along), (math.pi / 2, pattern.across)):
        streets += _family(area, direction, rng, turn=turn, spacing=spacing, shortest=pattern.shortest)
    return streets


def _family(
    area: Polygon, direction: Field, rng: Random, *, turn: float, spacing: float, shortest: float
) -> list[LineString]:
    shapely.prepare(area)
    edge = area.boundary
    taken = np.empty((0, 2))
    lines: list[LineString] = []
    west, south, east, north = area.bounds
    seeds = []
    y = south
    while y < north:
        x = west
        while x < east:
            seeds.append((x + rng.uniform(-0.3, 0.3) * spacing, y + rng.uniform(-0.3, 0.3) * spacing))
            x += spacing / 2
        y += spacing / 2
    rng.shuffle(seeds)
    for seed in seeds:
        if (
            not shapely.contains_xy(area, *seed)
            or _gap(edge, seed) < spacing * 0.45
            or _near(taken, seed, spacing * 0.9)
        ):
            continue
        back = _trace(area, seed, direction, turn=turn + math.pi, taken=taken, spacing=spacing)
        forth = _trace(area, seed, direction, turn=turn, taken=taken, spacing=spacing)
        points = [*reversed(back), seed, *forth]
        if len(points) < 2 or LineString(points).length < shortest:
            continue
        lines.append(LineString(points).simplify(0.5))
        taken = np.vstack([taken, np.array(points)])
    return lines


def _near(taken: "np.ndarray", point: XY, distance: float) -> bool:
    if not len(taken):
        return False
    gaps = taken - np.array(point)
    return bool((np.einsum("ij,ij->i", gaps, gaps) < distance * distance).any())


def _trace(area: Polygon, seed: XY, direction: Field, *, turn: float, taken: "np.ndarray", spacing: float) -> list[XY]:
    """Walk from the seed until the area ends (the last point then lies on its edge) or a neighbour is too near."""
    points: list[XY] = []
    here = seed
    edge = area.boundary
    gap = _gap(edge, here)
    for _ in range(120):
        angle = direction(*here) + turn
        there = (here[0] + math.cos(angle) * STEP, here[1] + math.sin(angle) * STEP)
        if not shapely.contains_xy(area, *there):
            cut = LineString([here, there]).intersection(edge)
            if not cut.is_empty:
                end = shapely.get_coordinates(cut)[0]
                points.append((float(end[0]), float(end[1])))
            break
        if _near(taken, there, spacing * 0.55):
            break
        before, gap = gap, _gap(edge, there)
        if gap < spacing * 0.35 and abs(before - gap) < STEP * 0.5:  # it runs beside the edge instead of towards it
            break
        points.append(there)
        here = there
    return points


def _gap(edge: LineString, point: XY) -> float:
    return float(shapely.distance(edge, shapely.points(point)))
