# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where a new instruction begins on a way: at another name, ground or side, and at a turn where one has a choice; but not
for a few metres."""

from typing import Final, NamedTuple

import numpy as np

from .graph import Ints
from .told import ARRIVE, CIRCLE, CROSSED, FORK, LEAVE, LOOK, NAME, WALKED

_HALF: Final = CIRCLE // 2
#: more than this is a turn; half a tenth of a degree apart from any angle that is met
_TURN: Final = round(45.05 / 360 * CIRCLE)
#: decimetres; walking less than this without a turn is not worth a sentence
BRIEF: Final = 80.0
#: nor is less than this, even with a turn: the turn is told with what follows
SCRAP: Final = 50.0
#: at the very end, less than this is not told with a turn of its own: one has arrived
LAST_SCRAP: Final = 15.0
_START: Final = np.zeros(1, dtype="i8")


class Stretches(NamedTuple):
    """For each stretch that one instruction tells: the position of its first arc on the way, and the bend with which it
    begins, in parts of `CIRCLE`, to the left below zero."""

    first: list[int]
    bends: list[int]


def stretches(columns: Ints, lengths: Ints) -> Stretches:
    """`columns`: of Told.rows, in walking order; and the length of each arc."""
    leave, arrive = columns[LEAVE], columns[ARRIVE]
    bends = leave[1:] - arrive[:-1]
    turned = (bends + _TURN).view("u2") > 2 * _TURN
    name, look = columns[NAME], columns[LOOK]
    begins = ((name[1:] != name[:-1]) | (look[1:] != look[:-1]) | (columns[FORK, :-1] & turned)).nonzero()[0]
    if not len(begins):
        return Stretches([0], [0])
    bends = bends.take(begins)
    begins += 1
    starts = np.concatenate((_START, begins))
    length, *others = np.add.reduceat(lengths, starts).tolist()
    walked, *next_walked = columns[WALKED].take(starts).tolist()
    firsts: list[int] = []
    turns: list[int] = []
    first = turn = 0
    for begin, size, walks, bend in zip(begins.tolist(), others, next_walked, bends.tolist(), strict=True):
        if walked and walks:
            if size < BRIEF and -_TURN <= bend <= _TURN:
                length += size
                continue
            if length < SCRAP:
                # told with what follows, and so with where that leads
                turn = (leave.item(begin) - arrive.item(first - 1) + _HALF) % CIRCLE - _HALF
                length = size
                continue
        firsts.append(first)
        turns.append(turn)
        first, turn, length, walked = begin, bend, size, walks
    if firsts and length < LAST_SCRAP and walked and (columns[[WALKED, CROSSED], firsts[-1]] > 0).any():
        return Stretches(firsts, turns)
    firsts.append(first)
    turns.append(turn)
    return Stretches(firsts, turns)


def longest(first: Ints, lengths: Ints) -> Ints:
    """The first of the longest arcs of each stretch, which stands for its surface, kind and name. Lengths are whole."""
    places = np.arange(len(lengths))
    # the longer is the greater number; of equal ones that which comes first
    return len(lengths) - 1 - np.maximum.reduceat(lengths.astype("i8") * len(lengths) + places[::-1], first) % len(lengths)
