# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Positions as they are written in answers. The lines of a map are the same in all answers, and numbers are slow to
write: the points of each arc are written once, and a way is put together from texts."""

from collections.abc import Sequence
from typing import Final

import msgspec
import numpy as np

from .graph import Graph, Ints

#: decimals of a degree: 0.1 m
DECIMALS: Final = 6
_UNITS: Final = 10.0**DECIMALS
#: edges that are written together, when the first of them is asked for
_BLOCK_BITS: Final = 11
#: what stands between two positions
_NEXT: Final = b"],["


def positions(coordinates: Ints) -> list[list[float]]:
    """(longitude, latitude) rows as plain numbers."""
    rounded: list[list[float]] = np.round(coordinates, DECIMALS).tolist()
    return rounded


def position(x: float, y: float) -> tuple[float, float]:
    """The same for a single one, rounded by the same rule."""
    return round(x * _UNITS) / _UNITS, round(y * _UNITS) / _UNITS


def written(points: Sequence[Sequence[float]]) -> list[bytes]:
    """Each position as JSON without its brackets."""
    return msgspec.json.encode(points)[2:-2].split(_NEXT)


def as_list(texts: list[bytes]) -> bytes:
    """Positions and runs of positions as one JSON list."""
    return b"[[" + _NEXT.join(texts) + b"]]"


class WrittenArcs:
    """Of each arc the points after its first one up to its last one, as text; some twenty bytes for each point and
    direction. Safe for several threads: a block may be written twice, but alike."""

    def __init__(self, graph: Graph) -> None:
        self._points, self._point_start = graph.points, graph.point_start
        self._texts: list[bytes] = [b""] * (2 * graph.edge_count)

    def of(self, arcs: list[int]) -> list[bytes]:
        texts = list(map(self._texts.__getitem__, arcs))
        if all(texts):
            return texts
        for block in {arc >> (_BLOCK_BITS + 1) for arc in arcs if not self._texts[arc]}:
            self._write(block << _BLOCK_BITS, (block + 1) << _BLOCK_BITS)
        return list(map(self._texts.__getitem__, arcs))

    def _write(self, low: int, high: int) -> None:
        """Writes the arcs of the edges from `low` to before `high`."""
        bounds = self._point_start[low : high + 1].tolist()
        points = written(positions(self._points[bounds[0] : bounds[-1]]))
        texts: list[bytes] = []
        end = 0
        for size in map(int.__sub__, bounds[1:], bounds):
            begin, end = end, end + size
            there, back = points[begin + 1 : end], points[begin : end - 1]
            texts += (_NEXT.join(there), _NEXT.join(back[::-1]))
        self._texts[2 * low : 2 * low + len(texts)] = texts
