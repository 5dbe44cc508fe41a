# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Polygons around all places of a lattice where a field is not above zero: marching squares (Lorensen & Cline 1987,
SIGGRAPH, in two dimensions) with NumPy, and the rings put together to polygons with their holes
(what they look like with fewer corners stands in corners.py).

Corners of the rings lie between two neighbouring places of the lattice, never on one, in whole units. So every polygon is
valid as it is; and of two fields of which one is nowhere above the other, its polygon covers the other's exactly, because
every single step (a quotient, a sum, rounding) keeps the order.
"""

from typing import Any, Final, NamedTuple

import numpy as np
import shapely

from .graph import Ints

#: Corners of a square: south-west, south-east, north-east, north-west. Its sides: south, east, north, west. By which corners
#: are inside (bits): from which side to which the outline leads, with the inside on its left.
_LEADS: Final = {
    1: (0, 3), 2: (1, 0), 3: (1, 3), 4: (2, 1), 6: (2, 0), 7: (2, 3), 8: (3, 2), 9: (0, 2), 11: (1, 2), 12: (3, 1), 13: (0, 1), 14: (3, 0),
}  # fmt: skip
#: Two corners across from each other: from which side; to which one where they are apart, and where they are joined.
_ACROSS: Final = {5: ((0, 3, 1), (2, 1, 3)), 10: ((1, 0, 2), (3, 2, 0))}
_CORNERS: Final = ((0, 0), (0, 1), (1, 1), (1, 0))


class Outline(NamedTuple):
    """Crossings of an outline with the lines of the lattice. `line`: twice the number of the western or southern place, and
    one more for a line that leads north; `offset`: units from that place; `begins`, `ends`: pieces of the outline, from line
    to line."""

    line: Ints
    offset: Ints
    begins: Ints
    ends: Ints


def outline(field: Ints, first_row: int, steps: tuple[int, int]) -> Outline:
    """Of some rows of the lattice. `steps`: units between two columns and between two rows."""
    columns = field.shape[1]
    inside = field <= 0
    lines, offsets = [], []
    for north, step in enumerate(steps):
        one, other = (slice(None, -1), slice(None)), (slice(1, None), slice(None))
        one, other = (one, other) if north else (one[::-1], other[::-1])
        row, column = np.nonzero(inside[one] != inside[other])
        begin, end = field[one][row, column], field[other][row, column]
        turned = begin > end
        with np.errstate(divide="ignore"):
            ratio = np.where(turned, begin, end) / -np.where(turned, end, begin)
        units = np.clip(np.floor(step / (1 + ratio.astype("f8"))), 1, step - 1).astype("i8")
        lines.append(2 * ((row + first_row) * columns + column) + north)
        offsets.append(np.where(turned, step - units, units))
    return Outline(np.concatenate(lines), np.concatenate(offsets), *_pieces(field, inside, first_row))


def _pieces(field: Ints, inside: Ints, first_row: int) -> tuple[Ints, Ints]:
    rows, columns = field.shape
    kind = np.zeros((rows - 1, columns - 1), dtype="u1")
    for bit, (up, right) in enumerate(_CORNERS):
        kind |= inside[up : rows - 1 + up, right : columns - 1 + right].astype("u1") << bit
    row, column = np.nonzero((kind > 0) & (kind < 15))
    kind = kind[row, column]
    begins, ends = [np.zeros(0, dtype="i8")], [np.zeros(0, dtype="i8")]
    for which in (*_LEADS, *_ACROSS):
        mine = np.flatnonzero(kind == which)
        west = (row[mine] + first_row) * columns + column[mine]
        sides = (2 * west, 2 * west + 3, 2 * (west + columns), 2 * west + 1)
        if which in _LEADS:
            begin, end = _LEADS[which]
            begins.append(sides[begin])
            ends.append(sides[end])
            continue
        parts = [field[row[mine] + up, column[mine] + right] for up, right in _CORNERS]
        middle = ((parts[0] + parts[1]) + parts[2]) + parts[3]
        for begin, apart, together in _ACROSS[which]:
            begins.append(sides[begin])
            ends.append(np.where(middle <= 0, sides[together], sides[apart]))
    return np.concatenate(begins), np.concatenate(ends)


def together(parts: list[Outline]) -> Outline:
    """Of several parts of the rows, of which each begins with the last row of the one before; lines in rising order."""
    lines, offsets, begins, ends = (np.concatenate(one) for one in zip(*parts, strict=True))
    line, first = np.unique(lines, return_index=True)
    return Outline(line, offsets[first], begins, ends)


class Rings(NamedTuple):
    """The crossings of an outline in the order in which it leads over them, ring after ring: their numbers in the outline, and
    of which ring each is. `following`: by number of a crossing that of the next."""

    order: Ints
    ring: Ints
    following: Ints


def rings(found: Outline) -> Rings:
    following = np.empty(len(found.line), dtype="i8")
    following[np.searchsorted(found.line, found.begins)] = np.searchsorted(found.line, found.ends)
    after = following.tolist()
    ring = [-1] * len(after)
    order: list[int] = []
    count = 0
    for first in range(len(after)):
        if ring[first] >= 0:
            continue
        here = first
        while ring[here] < 0:
            ring[here] = count
            order.append(here)
            here = after[here]
        count += 1
    at = np.array(order, dtype="i8")
    return Rings(at, np.array(ring, dtype="i8")[at], following)


def polygon(x: Ints, y: Ints, ring: Ints, around: Ints) -> Any:
    """From corners ring by ring. `around`: by ring, if it is a hole, the ring in which it is."""
    if not len(ring):
        return shapely.Polygon()
    starts = np.flatnonzero(np.diff(ring, prepend=-1))
    sizes = np.diff(np.append(starts, len(ring)))
    following = np.arange(1, len(ring) + 1)
    following[starts + sizes - 1] = starts
    is_hole = np.add.reduceat(x * y[following] - x[following] * y, starts) < 0
    outer = np.where(is_hole, around, np.arange(len(starts)))
    while is_hole[outer].any():
        outer = outer[outer]
    # shapely wants the rings of a polygon one after the other, its outline first
    wanted = np.lexsort((is_hole, outer))
    sizes = sizes[wanted]
    at = np.arange(len(ring)) + np.repeat(starts[wanted] - (np.cumsum(sizes) - sizes), sizes)
    drawn = shapely.linearrings(np.stack((x[at], y[at]), axis=1), indices=np.repeat(np.arange(len(sizes)), sizes))
    found = shapely.polygons(drawn, indices=np.cumsum(~is_hole[wanted]) - 1)
    return found[0] if len(found) == 1 else shapely.multipolygons(found)


def around(found: Outline, drawn: Rings) -> Ints:
    """By ring, if it is a hole, another one in whose polygon it is.

    Along a row one comes in and goes out by turns. The first crossing of an outline comes in; that of a hole goes out, and the
    one before it belongs to the outline around it, or to another hole in that, which begins farther south or west."""
    ring = np.empty(len(drawn.order), dtype="i8")
    ring[drawn.order] = drawn.ring
    along = ring[(found.line & 1) == 0]
    _, first = np.unique(along, return_index=True)
    before: Ints = along[first - 1]
    return before
