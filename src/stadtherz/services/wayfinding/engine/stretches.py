# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where a new instruction begins on a way: at another name, ground or side, and at a turn where one has a choice; but not
for a few metres."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from .graph import Ints
from .told import ARRIVE, FORK, LEAVE, LOOK, NAME, Manner

TURN_DEGREES: Final = 45
#: walking less than this without a turn is not worth a sentence
BRIEF_M: Final = 8.0
#: nor is less than this, even with a turn: the turn is told with what follows
SCRAP_M: Final = 5.0
_CROSSING: Final = int(Manner.CROSSING)


class Stretches(NamedTuple):
    """For each stretch that one instruction tells, positions on the way: of the first arc, of the arc whose heading says
    where it really goes, and of the longest, which stands for its surface, kind and name."""

    first: list[int]
    towards: list[int]
    longest: list[int]


def stretches(rows: Ints, metres: Ints) -> Stretches:
    """`rows` as in Told.rows and the length of each arc, in walking order."""
    bend = (rows[1:, LEAVE] - rows[:-1, ARRIVE] + 1800) % 3600 - 1800
    straight = np.abs(bend) <= TURN_DEGREES * 10
    look = rows.view("i4")[:, NAME // 2]  # name, manner and side at once
    other = (look[1:] != look[:-1]) | (rows[:-1, FORK] > straight)
    begins = other.nonzero()[0]
    goes_straight = [True, *straight[begins].tolist()]
    begins = np.concatenate(([0], begins + 1))
    walks = ((rows[begins, LOOK] >> 2 & 15) < _CROSSING).tolist()
    first, lengths, walking = _join_brief(
        begins.tolist(), np.add.reduceat(metres, begins).tolist(), walks, goes_straight
    )
    first, towards = _pass_over_scraps(first, lengths, walking)
    return Stretches(first, towards, _longest(first, metres.tolist()))


def _join_brief(
    begins: Sequence[int], lengths: Sequence[float], walks: Sequence[bool], straight: Sequence[bool]
) -> tuple[list[int], list[float], list[bool]]:
    """A few metres of walking straight on belong to the stretch before, unless something happens on them."""
    first: list[int] = []
    sums: list[float] = []
    walking: list[bool] = []
    walked_before = False
    for at, metres, walk, on in zip(begins, lengths, walks, straight, strict=True):
        if walked_before and walk and on and metres < BRIEF_M:
            sums[-1] += metres
        else:
            first.append(at)
            sums.append(metres)
            walking.append(walk)
        walked_before = walk
    return first, sums, walking


def _pass_over_scraps(
    at: Sequence[int], lengths: Sequence[float], walking: Sequence[bool]
) -> tuple[list[int], list[int]]:
    """Joins scraps of a way to the stretch after them. Returns the beginnings, and the arcs whose headings say where each
    one really goes."""
    first: list[int] = []
    towards: list[int] = []
    joins = False
    for index, metres, walk, walks_on in zip(at, lengths, walking, [*walking[1:], False], strict=True):
        if joins:
            towards[-1] = index
        else:
            first.append(index)
            towards.append(index)
        joins = walk and walks_on and metres < SCRAP_M
    return first, towards


def _longest(first: Sequence[int], metres: Sequence[float]) -> list[int]:
    return [
        at if end - at == 1 else max(range(at, end), key=metres.__getitem__)
        for at, end in zip(first, [*first[1:], len(metres)], strict=True)
    ]
