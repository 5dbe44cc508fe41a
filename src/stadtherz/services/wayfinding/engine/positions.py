# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Positions as they are written in answers. The points of a map are the same in all answers, and numbers are slow to
write: each point is written once, and a line is put together from texts."""

from typing import Final

import msgspec
import numpy as np

from .graph import Ints

#: decimals of a degree: 0.1 m
DECIMALS: Final = 6
#: points that are written together, when the first of them is asked for
_BLOCK_BITS: Final = 11
#: "-179.123456,-89.123456" and some room
_LETTERS: Final = 24


def positions(coordinates: Ints) -> list[list[float]]:
    """(longitude, latitude) rows as plain numbers."""
    rounded: list[list[float]] = np.round(coordinates, DECIMALS).tolist()
    return rounded


class WrittenPoints:
    """The points of a graph as text; 24 bytes each. Safe for several threads: a block may be written twice, but alike."""

    def __init__(self, points: Ints) -> None:
        self._points = points
        self._texts = np.zeros(len(points), dtype=f"S{_LETTERS}")
        self._ready = np.zeros((len(points) >> _BLOCK_BITS) + 1, dtype=bool)

    def line(self, ends: Ints, index: Ints) -> bytes:
        """A JSON list of positions: between two ends (rows of longitude and latitude) over the points of these numbers."""
        blocks = index >> _BLOCK_BITS
        if not self._ready.take(blocks).all():
            self._write(set(blocks.tolist()))
        first, last = _written(ends)
        return b"[[" + b"],[".join([first, *self._texts.take(index).tolist(), last]) + b"]]"

    def _write(self, blocks: set[int]) -> None:
        for block in blocks:
            if not self._ready[block]:
                part = slice(block << _BLOCK_BITS, (block + 1) << _BLOCK_BITS)
                self._texts[part] = _written(self._points[part])
                self._ready[block] = True


def _written(points: Ints) -> list[bytes]:
    """Each position as JSON without its brackets."""
    return msgspec.json.encode(positions(points))[2:-2].split(b"],[")
