# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The ground beside walked lines, as polygons: up to 25 m to both sides, but not beyond the middle between a line that is
walked and one that is not.

The distances to the nearest line of both kinds are taken at the places of a lattice, 8 m apart, and polygons are drawn where
they say so (contours.py), as Valhalla draws its isochrones from a grid of times. The lattice lies where it lies whatever is
asked, so the same lines give the same polygon, and more lines one that covers it.
"""

import math
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import numpy as np
import shapely

from .contours import Outline, outline, together
from .corners import polygons
from .geodesy import METRES_PER_DEGREE
from .graph import Ints

BESIDE_M: Final = 25.0
#: A walked line is whole in its polygon, however near it comes to one that is not walked: by so much it counts as nearer. It
#: is more than the lattice is wide from corner to corner.
NEARER_M: Final = 12.0
_STEP_M: Final = 8.0
#: by how much outlines may move to have fewer corners
_MOVES_M: Final = 3.0
#: how far distances are told; what is farther is outside anyway
_FAR_M: Final = BESIDE_M + _STEP_M
_OTHER_FAR_M: Final = _FAR_M - NEARER_M
#: corners have six decimals of a degree, 0.1 m
_UNIT: Final = 1e6
#: longer pieces of line are parted, so that each lies near few places
_PIECE_M: Final = 40.0
#: numbers in memory at a time
_AT_ONCE: Final = 2_000_000
#: metres
_NOWHERE: Final = 1e8


class Lines(NamedTuple):
    """Straight pieces: (longitude, latitude) where each begins and what leads to its end, in degrees; and by piece the number
    of the smallest range within which it is walked, or the number of ranges."""

    begin: Ints
    along: Ints
    rank: Ints


class Strip(NamedTuple):
    polygon: Any
    square_metres: float


def strips(lines: Lines, ranges: int, lat: float) -> list[Strip]:
    """By range the ground beside all lines up to its rank, drawn in a plane that is true to scale at a latitude."""
    lattice = _lattice(lines, ranges, lat)
    parts: list[list[Outline]] = [[] for _ in range(ranges)]
    for first_row, fields in _fields(lines, ranges, lattice):
        for rank, field in enumerate(fields):
            parts[rank].append(outline(field, first_row, lattice.steps))
    if not lattice.rows:
        return [Strip(shapely.Polygon(), 0.0)] * ranges
    unit = [metres / step for metres, step in zip(lattice.metres, lattice.steps, strict=True)]
    found = polygons(
        [together(part) for part in parts],
        lattice.columns,
        lattice.steps,
        lattice.corner,
        (_MOVES_M / unit[0], _MOVES_M / unit[1]),
    )
    return [
        Strip(shapely.transform(one, lambda corners: corners / _UNIT), one.area * unit[0] * unit[1]) for one in found
    ]


class _Lattice(NamedTuple):
    """Units to its south-western place and between its places; metres between them."""

    corner: tuple[int, int]
    steps: tuple[int, int]
    metres: tuple[float, float]
    columns: int
    rows: int


def _lattice(lines: Lines, ranges: int, lat: float) -> _Lattice:
    unit = METRES_PER_DEGREE / _UNIT
    narrower = math.cos(math.radians(lat))
    steps = round(_STEP_M / unit / narrower), round(_STEP_M / unit)
    walked = lines.rank < ranges
    begin, along = lines.begin[walked], lines.along[walked]
    if not len(begin):
        return _Lattice((0, 0), steps, (_STEP_M, _STEP_M), 0, 0)
    west, south = (np.minimum(begin, begin + along).min(axis=0) * _UNIT).tolist()
    east, north = (np.maximum(begin, begin + along).max(axis=0) * _UNIT).tolist()
    # a column or row more than anything reaches, so that all around is outside
    wide = [_FAR_M / unit / narrower + step_x for step_x in steps[:1]] + [_FAR_M / unit + steps[1]]
    first = [math.floor((low - far) / step) for low, far, step in zip((west, south), wide, steps, strict=True)]
    last = [math.ceil((high + far) / step) for high, far, step in zip((east, north), wide, steps, strict=True)]
    return _Lattice(
        (first[0] * steps[0], first[1] * steps[1]), steps, (steps[0] * unit * narrower, steps[1] * unit),
        last[0] - first[0] + 1, last[1] - first[1] + 1,
    )  # fmt: skip


class _Pieces(NamedTuple):
    """In metres from the first place of the lattice: ends, what leads from one to the other, and how far distances to it are
    told."""

    x: Ints
    y: Ints
    dx: Ints
    dy: Ints
    far: Ints
    rank: Ints


def _fields(lines: Lines, ranges: int, lattice: _Lattice) -> Iterator[tuple[int, list[Ints]]]:
    """For some rows at a time: the first of them, and for each range what is above zero outside; the last row of one part is
    the first of the next."""
    pieces = _in_metres(lines, ranges, lattice)
    low = np.minimum(pieces.y, pieces.y + pieces.dy) - pieces.far
    high = np.maximum(pieces.y, pieces.y + pieces.dy) + pieces.far
    tall = max(2, _AT_ONCE // max(1, lattice.columns * (ranges + 1)))
    for first_row in range(0, lattice.rows - 1, tall):
        rows = min(tall, lattice.rows - 1 - first_row) + 1
        south = first_row * lattice.metres[1]
        here = np.flatnonzero((high >= south) & (low <= south + rows * lattice.metres[1]))
        near = _nearest(_Pieces(*(part[here] for part in pieces)), ranges, lattice, first_row, rows)
        if near is not None:
            yield first_row, _decided(near, ranges)


def _in_metres(lines: Lines, ranges: int, lattice: _Lattice) -> _Pieces:
    scale = np.array([step / units for step, units in zip(lattice.metres, lattice.steps, strict=True)]) * _UNIT
    begin, along = lines.begin * scale - np.array(lattice.corner) / _UNIT * scale, lines.along * scale
    parts = np.maximum(np.ceil(np.hypot(*along.T) / _PIECE_M), 1).astype("i8")
    owner = np.repeat(np.arange(len(parts)), parts)
    which = np.arange(len(owner)) - np.repeat(np.cumsum(parts) - parts, parts)
    along = along[owner] / parts[owner, None]
    begin = begin[owner] + along * which[:, None]
    rank = lines.rank[owner]
    far = np.where(rank < ranges, _FAR_M, _OTHER_FAR_M)
    x, y, dx, dy, far = (part.astype("f4") for part in (*begin.T, *along.T, far))
    return _Pieces(x, y, dx, dy, far, rank)


def _nearest(pieces: _Pieces, ranges: int, lattice: _Lattice, first_row: int, rows: int) -> Ints | None:
    """Squares of the distances to the nearest piece of each rank, at all places of some rows."""
    if not (pieces.rank < ranges).any():
        return None
    columns = lattice.columns
    near = np.full((ranges + 1) * rows * columns, np.float32(_FAR_M**2))
    near[ranges * rows * columns :] = _OTHER_FAR_M**2
    each = np.maximum(1, ((2 * _FAR_M + np.abs(pieces.dx)) * (2 * _FAR_M + np.abs(pieces.dy)) / _STEP_M**2)).astype(
        "i8"
    )
    cuts = np.searchsorted(np.cumsum(each), np.arange(_AT_ONCE, int(each.sum()), _AT_ONCE))
    for part in np.split(np.arange(len(each)), cuts):
        _measure(near, _Pieces(*(one[part] for one in pieces)), lattice, first_row, rows)
    return near.reshape(ranges + 1, rows, columns)


def _measure(near: Ints, pieces: _Pieces, lattice: _Lattice, first_row: int, rows: int) -> None:
    """Of each piece first the rows that it comes near to, then in each row the columns."""
    wide, tall = lattice.metres
    low = np.ceil((np.minimum(pieces.y, pieces.y + pieces.dy) - pieces.far) / tall).astype("i8") - first_row
    high = np.floor((np.maximum(pieces.y, pieces.y + pieces.dy) + pieces.far) / tall).astype("i8") - first_row
    low, high = np.maximum(low, 0), np.minimum(high, rows - 1)
    owner, row = _counted(low, high)
    x, y, dx, dy, far, rank = (part[owner] for part in pieces)
    y = ((row + first_row) * tall).astype("f4") - y
    west, east = _columns(x, y, dx, dy, far)
    low, high = np.ceil(west / wide).astype("i8"), np.floor(east / wide).astype("i8")
    low, high = np.maximum(low, 0), np.minimum(high, lattice.columns - 1)
    owner, column = _counted(low, high)
    square = np.maximum(dx * dx + dy * dy, np.float32(1e-6))
    # of a place: what it is along the piece, as a share, is linear in x
    slope, still = dx / square, y * dy / square
    place = (rank * rows + row) * lattice.columns
    right = (column * wide).astype("f4") - x[owner]
    share = np.clip(right * slope[owner] + still[owner], 0, 1)
    right -= share * dx[owner]
    up = y[owner] - share * dy[owner]
    np.minimum.at(near, place[owner] + column, right * right + up * up)


def _counted(low: Ints, high: Ints) -> tuple[Ints, Ints]:
    """All whole numbers from low to high, and for which of the two lists' entries."""
    count = np.maximum(high - low + 1, 0)
    owner = np.repeat(np.arange(len(count)), count)
    return owner, np.arange(len(owner)) + np.repeat(low - (np.cumsum(count) - count), count)


def _columns(x: Ints, y: Ints, dx: Ints, dy: Ints, far: Ints) -> tuple[Ints, Ints]:
    """From where to where a row, so much north of the beginning of a piece, lies within a distance of it."""
    begin = np.sqrt(np.maximum(far * far - y * y, 0))
    end = np.sqrt(np.maximum(far * far - (y - dy) ** 2, 0))
    at_begin, at_end = np.abs(y) <= far, np.abs(y - dy) <= far
    west = np.minimum(np.where(at_begin, -begin, np.inf), np.where(at_end, dx - end, np.inf))
    east = np.maximum(np.where(at_begin, begin, -np.inf), np.where(at_end, dx + end, -np.inf))
    length = np.maximum(np.hypot(dx, dy), np.float32(1e-3))
    for side in (-1, 1):
        # the piece moved sideways
        aside_x, aside_y = side * far * dy / length, -side * far * dx / length
        with np.errstate(divide="ignore", invalid="ignore"):
            share = (y - aside_y) / dy
        meets = (share >= 0) & (share <= 1)
        at = aside_x + np.where(meets, share, 0) * dx
        west, east = np.where(meets, np.minimum(west, at), west), np.where(meets, np.maximum(east, at), east)
    # (a row that rounding let in lies near nothing)
    return np.minimum(x + west, _NOWHERE), np.maximum(x + east, -_NOWHERE)


def _decided(near: Ints, ranges: int) -> list[Ints]:
    """By range: above zero where nothing walked is within 25 m, or something else is nearer."""
    near = np.sqrt(near, out=near)
    walked = np.minimum.accumulate(near[:ranges], axis=0)
    other = np.minimum.accumulate(near[::-1], axis=0)[::-1][1:]
    return [np.maximum(one - BESIDE_M, one - two - NEARER_M) for one, two in zip(walked, other, strict=True)]
