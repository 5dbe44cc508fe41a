# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where a new instruction begins on a way: at another name, ground or side, and at a turn where one has a choice; but not
for a few metres, nor where one is back straight ahead on what one has left for a few metres."""

from typing import Final, NamedTuple

import numpy as np

from ..graph import Ints
from .told import ARRIVE, CIRCLE, FORK, GUIDED, LEAVE, VOICE, WALKED, Manner, manner_of

_HALF: Final = CIRCLE // 2
#: more than this is a turn; half a tenth of a degree apart from any angle that is met
_TURN: Final = round(45.05 / 360 * CIRCLE)
_TO_THE_LEFT: Final = -_TURN
#: two turns to the same side that lead back are told one by one, however short it is between them
_BACK: Final = round(135 / 360 * CIRCLE)
#: but not for so few decimetres: the landing between the flights of a ramp
HAIRPIN: Final = 25.0
_SHARP: Final = round(150 / 360 * CIRCLE)
#: decimetres; walking less than this without a turn is not worth a sentence
BRIEF: Final = 80.0
#: nor is less than this, even with a turn: the turn is told with what follows
SCRAP: Final = 50.0
#: nor is that one goes straight on for less than this on a piece of the same kind that has no name on the map
NAMELESS: Final = 300.0
#: over a crossing shorter than this one comes to the same pavement of the same street straight on
ACROSS: Final = 150.0
#: bits of a voice: what comes behind its name, and how one goes
_NAME: Final = 8
_MANNER: Final = 63 << 2
#: at the very end, less than this is not told with a turn of its own: one has arrived
LAST_SCRAP: Final = 15.0
#: decimetres of which nothing is told, on whatever they are: one sets out, or has arrived, where a stair or a crossing begins
NOTHING: Final = 5.0
#: a few metres to these are told with them; the last metres to a lift are told by themselves: one must find its door
_LED_TO: Final = frozenset({Manner.CROSSING, Manner.STEPS, Manner.ESCALATOR})
_START: Final = np.zeros(1, dtype="i8")


class Stretches(NamedTuple):
    """For each stretch that one instruction tells: the position of its first arc on the way, and the bend with which it
    begins, in parts of `CIRCLE`, to the left below zero. `scraps`: arcs (first, and the one after the last) that are told
    together with what they lead to or lie between, and are not what the instruction is about. `along`: numbers of the
    stretches that are crossings and bear the name of the street along which one goes before and after: it is another one
    that is crossed there."""

    first: list[int]
    bends: list[int]
    scraps: list[tuple[int, int]]
    along: list[int]


def stretches(cues: Ints, lengths: Ints) -> Stretches:
    """`cues`: rows of Told.cues, in walking order; and the length of each arc in decimetres."""
    if len(lengths) > 1 and lengths.item(0) < NOTHING and not cues.item(0, WALKED):
        # one sets out at the end of a stair or a crossing, and does not enter it
        later = stretches(cues[1:], lengths[1:])
        firsts = [0, *(first + 1 for first in later.first[1:])]
        return later._replace(first=firsts, scraps=[(first + 1, end + 1) for first, end in later.scraps])
    found, voices = _grouped(cues, lengths)
    _go_straight_across(cues, lengths, found, voices)
    return found


def _grouped(cues: Ints, lengths: Ints) -> tuple[Stretches, list[int]]:
    """The stretches, and what each is about."""
    bends = cues[1:, LEAVE] - cues[:-1, ARRIVE]
    turned = (bends + _TURN).view("u2") > 2 * _TURN
    voices = cues.view("i4")[:, VOICE // 2]
    begins = ((voices[1:] != voices[:-1]) | (cues[:-1, FORK] & turned)).nonzero()[0]
    if not len(begins):
        return Stretches([0], [0], [], []), []
    bends = bends.take(begins)
    begins += 1
    starts = np.concatenate((_START, begins))
    length, *others = np.add.reduceat(lengths, starts).tolist()
    walked, *next_walked = cues[:, WALKED].take(starts).tolist()
    voice, *next_voices = voices.take(starts).tolist()
    firsts: list[int] = []
    turns: list[int] = []
    told: list[int] = []
    scraps: list[tuple[int, int]] = []
    first = turn = left = 0
    behind = [*begins[1:].tolist(), len(cues)]
    for begin, end, size, walks, bend, heard in zip(
        begins.tolist(), behind, others, next_walked, bends.tolist(), next_voices, strict=True
    ):
        if walked and walks:
            if _TO_THE_LEFT <= bend <= _TURN:
                brief = size < BRIEF or _is_nameless(size, heard, voice)
                if brief or _is_nameless(length, voice, heard):
                    # one has left the stretch for a moment, or its name is not known there, or only from here on
                    scraps.append((begin, end) if brief else (first, begin))
                    left, voice, length = (left or begin, voice, length + size) if brief else (0, heard, length + size)
                    continue
                if left and heard == voice and _is_straight(_turned(cues, left, begin)):
                    left, length = 0, length + size
                    continue
            if length < SCRAP and (bent := _together(cues, first, begin, turn, length)) is not None:
                # told with what follows, and so with where that leads
                turn, length, voice, left = bent, size, heard, 0
                if told and told[-1] == voice and _is_straight(turn):
                    # that is where one comes from
                    first, turn, length = firsts.pop(), turns.pop(), SCRAP + size
                    told.pop()
                continue
        if walked and length < SCRAP and first and manner_of(heard) in _LED_TO:
            if (bent := _together(cues, first, begin, turn, length)) is not None:
                scraps.append((first, begin))
                turn, length, walked, voice, left = bent, length + size, walks, heard, 0
                continue
        elif not (walked or walks) and _is_same_crossing(voice, heard) and _is_straight(bend):
            # by its other pieces one knows what one crosses
            scraps.append((begin, end) if heard >> _NAME == 0 else (first, begin))
            length, voice = length + size, max(voice, heard)
            continue
        firsts.append(first)
        turns.append(turn)
        told.append(voice)
        first, turn, length, walked, voice, left = begin, bend, size, walks, heard, 0
    if not (firsts and _is_there(walked, length, cues.item(firsts[-1], GUIDED))):
        firsts.append(first)
        turns.append(turn)
    return Stretches(firsts, turns, scraps, []), [*told, voice]


def _is_there(walked: int, length: float, guided: int) -> bool:
    """Whether one has arrived before the last stretch."""
    return length < NOTHING or bool(walked and length < LAST_SCRAP and guided)


def _go_straight_across(cues: Ints, lengths: Ints, found: Stretches, voices: list[int]) -> None:
    """Corners are drawn, and the line from one to the other may bend: who comes to the same pavement of the same street
    behind a crossing goes straight on."""
    around = zip(voices, voices[1:], voices[2:], found.first[1:], found.first[2:], strict=False)
    for number, (before, voice, behind, first, end) in enumerate(around, 1):
        if before == behind and manner_of(voice) is Manner.CROSSING:
            on = _turned(cues, first, end)
            if _is_straight(on) and lengths[first:end].sum() < ACROSS:
                found.bends[number], found.bends[number + 1] = 0, on
                if voice >> _NAME == before >> _NAME != 0:
                    found.along.append(number)


def _turned(cues: Ints, left: int, begin: int) -> int:
    """The bend from before the arc `left` onto the arc `begin`; at the very beginning there is none."""
    return (cues.item(begin, LEAVE) - cues.item(left - 1, ARRIVE) + _HALF) % CIRCLE - _HALF


def _is_straight(bend: int) -> bool:
    return _TO_THE_LEFT <= bend <= _TURN


def _is_nameless(size: float, voice: int, beside: int) -> bool:
    """Whether it is a short piece without a name of what one goes on beside it."""
    return size < NAMELESS and voice >> _NAME == 0 and voice & _MANNER == beside & _MANNER


def _is_same_crossing(voice: int, heard: int) -> bool:
    """Whether both are pieces of a crossing, and of one of them it is not known which street is crossed."""
    return manner_of(voice) is manner_of(heard) is Manner.CROSSING and not (voice >> _NAME and heard >> _NAME)


def _together(cues: Ints, first: int, begin: int, turn: int, length: float) -> int | None:
    """The bend over a few metres from the arc `first` on, onto which one has turned by `turn`; None where that would lead back,
    and so both turns are to be told. Round the end of a ramp one turns sharply to its side."""
    bent = _turned(cues, first, begin)
    if not first or abs(bent) <= _BACK:
        return bent
    return None if length >= HAIRPIN else _SHARP if turn > 0 else -_SHARP
