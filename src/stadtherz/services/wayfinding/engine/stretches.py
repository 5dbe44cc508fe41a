# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where a new instruction begins on a way: at another name, ground or side, and at a turn where one has a choice; but not
for a few metres."""

from typing import Final, NamedTuple

import numpy as np

from .graph import Ints
from .told import ARRIVE, FORK, LEAVE, NAME, WALKED

TURN_DEGREES: Final = 45
#: walking less than this without a turn is not worth a sentence
BRIEF_M: Final = 8.0
#: nor is less than this, even with a turn: the turn is told with what follows
SCRAP_M: Final = 5.0
_START: Final = np.zeros(1, dtype="i8")


class Stretches(NamedTuple):
    """For each stretch that one instruction tells, positions on the way: of the first arc, of the arc whose heading says
    where it really goes, and of the longest, which stands for its surface, kind and name."""

    first: Ints
    towards: Ints
    longest: Ints


def stretches(rows: Ints, columns: Ints, metres: Ints) -> Stretches:
    """`rows` as in Told.rows, in walking order; `columns`: the same, column by column; and the length of each arc."""
    bend = np.abs(columns[LEAVE, 1:] - columns[ARRIVE, :-1])
    turned = np.abs(bend - 1800) < 1800 - TURN_DEGREES * 10  # as far from straight on as from a full circle
    look = rows.view("i4")[:, NAME // 2]  # name, manner and side at once
    begins = ((look[1:] != look[:-1]) | (columns[FORK, :-1] & turned)).nonzero()[0]
    if not len(begins):
        first = towards = _START
    else:
        straight = ~turned[begins]
        begins = np.concatenate((_START, begins + 1))
        lengths = np.add.reduceat(metres, begins)
        walked = columns[WALKED, begins] > 0
        first, lengths, walked = _join_brief(begins, lengths, walked, straight)
        first, towards = _pass_over_scraps(first, lengths, walked)
    return Stretches(first, towards, _longest(first, metres))


def _join_brief(begins: Ints, lengths: Ints, walked: Ints, straight: Ints) -> tuple[Ints, Ints, Ints]:
    """A few metres of walking straight on belong to the stretch before, unless something happens on them."""
    brief = straight & walked[1:] & walked[:-1] & (lengths[1:] < BRIEF_M)
    if not brief.any():
        return begins, lengths, walked
    kept = np.concatenate(([True], ~brief))
    joined = (~kept).nonzero()[0]
    to = kept.cumsum() - 1
    sums = lengths[kept]
    np.add.at(sums, to[joined], lengths[joined])
    return begins[kept], sums, walked[kept]


def _pass_over_scraps(first: Ints, lengths: Ints, walked: Ints) -> tuple[Ints, Ints]:
    """Joins scraps of a way to the stretch after them. Returns the beginnings, and the arcs whose headings say where each
    one really goes."""
    own = ~(walked[:-1] & walked[1:] & (lengths[:-1] < SCRAP_M))
    if own.all():
        return first, first
    return first[np.concatenate(([True], own))], first[np.concatenate((own, [True]))]


def _longest(first: Ints, metres: Ints) -> Ints:
    """The first of the longest arcs of each stretch."""
    sizes = np.empty_like(first)
    np.subtract(first[1:], first[:-1], out=sizes[:-1])
    sizes[-1] = len(metres) - first[-1]
    most = (metres == np.maximum.reduceat(metres, first).repeat(sizes)).nonzero()[0]
    return most[most.searchsorted(first)]
