# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Nested outlines on a lattice, drawn with fewer corners so that they stay nested and each stays whole.

A corner may go where the straight line that is then drawn still crosses the same lines of the lattice in the same order, each
at most three metres from where it was, and nearer to its old place than half of the way to any other outline. Within a square
of the lattice all outlines are straight then, and meet its sides in the same order as before: so none crosses another or
itself, and what lay inside with all corners of its square still does. Stretches that outlines have in common keep the same
corners, because they are cut at the same places and judged alike.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from .contours import Outline, Rings, around, polygon, rings
from .graph import Ints

#: of the way to the next outline on the same line of the lattice; half of it would let two touch
_OF_GAP: Final = 0.49
#: Each round lets go of every second corner that may go.
_ROUNDS: Final = 10


class _Drawn(NamedTuple):
    """Corners ring by ring, the first of each ring once more at its end; `fixed`: those that stay, the ends of rings among
    them. From `low` to `high` the outline may cross the line of the lattice on which a corner lies: along x, or where it
    leads `north` along y."""

    x: Ints
    y: Ints
    north: Ints
    low: Ints
    high: Ints
    fixed: Ints
    ring: Ints


def polygons(
    outlines: Sequence[Outline],
    columns: int,
    steps: tuple[int, int],
    corner: tuple[int, int],
    tolerance: tuple[float, float],
) -> list[Any]:
    """By outline what it is around, in units. `corner`: units of the first place of the lattice from 0, 0; `tolerance`: units by
    which an outline may move along a row, and along a column."""
    walked = [rings(one) for one in outlines]
    sizes = np.array([len(one.line) for one in outlines])
    line, offset = (np.concatenate([one[part] for one in outlines]) for part in (0, 1))
    key = line * (max(steps) + 1) + offset
    known, same = np.unique(key, return_inverse=True)
    fixed = _forks(walked, same, len(known))[same]
    room = _room(known // (max(steps) + 1), known % (max(steps) + 1), steps, tolerance)[:, same]
    found = []
    for one, drawn, end, size in zip(outlines, walked, np.cumsum(sizes), sizes, strict=True):
        mine = slice(end - size, end)
        row, column = np.divmod(one.line >> 1, columns)
        x, y = corner[0] + column * steps[0], corner[1] + row * steps[1]
        kept = _simpler(_drawn(one, drawn, (x, y), fixed[mine], room[:, mine]))
        found.append(polygon(*kept, around(one, drawn)))
    return found


def _forks(walked: Sequence[Rings], same: Ints, count: int) -> Ints:
    """Corners at which outlines part or meet: not all of those that have it come from the same corner and lead to the same."""
    first, last = np.full(count, count), np.full(count, -1)
    fork = np.zeros(count, dtype=bool)
    begin = 0
    both = []
    for one in walked:
        ids = same[begin : begin + len(one.order)]
        begin += len(ids)
        both.append((ids, ids[one.following]))
    for here, there in (zip(*both, strict=True), zip(*(pair[::-1] for pair in both), strict=True)):
        at, to = np.concatenate(tuple(here)), np.concatenate(tuple(there))
        first[:], last[:] = count, -1
        np.minimum.at(first, at, to)
        np.maximum.at(last, at, to)
        fork |= first != last
    return fork


def _room(line: Ints, offset: Ints, steps: tuple[int, int], tolerance: tuple[float, float]) -> Ints:
    """From which to which offset an outline may cross a line of the lattice; by crossing of any outline, in rising order."""
    north = line & 1
    step, most = np.array(steps)[north], np.array(tolerance)[north]
    alike = line[1:] == line[:-1]
    gap = np.where(alike, np.diff(offset) * _OF_GAP, np.inf)
    below, above = np.append(np.inf, gap), np.append(gap, np.inf)
    return np.stack((
        np.maximum(offset - np.minimum(most, below), 0.5), np.minimum(offset + np.minimum(most, above), step - 0.5),
    ))  # fmt: skip


def _drawn(one: Outline, walked: Rings, place: tuple[Ints, Ints], fixed: Ints, room: Ints) -> _Drawn:
    """Each ring begins at a corner that stays; at its south-westernmost where none must."""
    order, ring = walked.order, walked.ring
    starts = np.flatnonzero(np.diff(ring, prepend=-1))
    sizes = np.diff(np.append(starts, len(ring)))
    position = np.arange(len(order))
    stays = np.minimum.reduceat(np.where(fixed[order], position, len(order)), starts) if len(starts) else starts
    shift = np.where(stays < len(order), stays - starts, 0)
    owner = np.repeat(np.arange(len(sizes)), sizes + 1)
    begins = np.cumsum(sizes + 1) - (sizes + 1)
    within = np.arange(len(owner)) - begins[owner]
    at = order[starts[owner] + (within + shift[owner]) % sizes[owner]] if len(order) else order
    kept = fixed[at]
    kept[begins] = kept[begins + sizes] = True
    north = (one.line & 1)[at] == 1
    x, y = (part[at] for part in place)
    zero = np.where(north, y, x)
    return _Drawn(
        np.where(north, x, x + one.offset[at]), np.where(north, y + one.offset[at], y), north, zero + room[0, at], zero + room[1, at],
        kept, owner,
    )  # fmt: skip


def _simpler(drawn: _Drawn) -> tuple[Ints, Ints, Ints]:
    """(x, y, ring) of the corners that are left, without the last of each ring."""
    kept = np.arange(len(drawn.x))
    # the coordinate that a corner has from its line of the lattice
    line = np.where(drawn.north, drawn.x, drawn.y)
    for turn in range(_ROUNDS):
        fixed = drawn.fixed[kept]
        position = np.arange(len(kept))
        since = position - np.maximum.accumulate(np.where(fixed, position, 0))
        chosen = np.flatnonzero(~fixed & (since % 2 == 1 - turn % 2))
        if not len(chosen):
            continue
        begin, end = kept[chosen - 1], kept[chosen + 1]
        count = end - begin - 1
        owner = np.repeat(np.arange(len(chosen)), count)
        between = np.arange(len(owner)) + np.repeat(begin + 1 - (np.cumsum(count) - count), count)
        north = drawn.north[between]
        ends = [np.where(north, *(part[of[owner]] for part in (drawn.x, drawn.y))) for of in (begin, end)]
        frees = [np.where(north, *(part[of[owner]] for part in (drawn.y, drawn.x))) for of in (begin, end)]
        with np.errstate(divide="ignore", invalid="ignore"):
            share = (line[between] - ends[0]) / (ends[1] - ends[0])
            crosses = frees[0] + share * (frees[1] - frees[0])
            follows = np.diff(share, prepend=-1.0) > 0
        fits = (share > 0) & (share < 1) & (crosses >= drawn.low[between]) & (crosses <= drawn.high[between])
        follows[np.cumsum(count) - count] = True
        gone = chosen[np.logical_and.reduceat(fits & follows, np.cumsum(count) - count)]
        kept = np.delete(kept, gone)
    ring = drawn.ring[kept]
    kept = kept[np.append(ring[1:] == ring[:-1], False)] if len(kept) else kept
    return drawn.x[kept], drawn.y[kept], drawn.ring[kept]
