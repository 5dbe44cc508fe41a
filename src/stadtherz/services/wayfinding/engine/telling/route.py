# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A way that a person can follow: one line on the map, steps with their facts, and sums that agree.

Lengths are metres along the ground as mapped, times are expected seconds of the profile. `describing.py` makes it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import lru_cache
from typing import Final

import msgspec
import numpy as np

from ..graph import Ints
from ..legs import Leg
from ..lines import LegLine
from ..vocabulary import Surface
from .told import CIRCLE, Look, Manner, Told


class Turn(IntEnum):
    """Numbers as in openrouteservice's step "type"."""

    LEFT = 0
    RIGHT = 1
    SHARP_LEFT = 2
    SHARP_RIGHT = 3
    SLIGHT_LEFT = 4
    SLIGHT_RIGHT = 5
    STRAIGHT = 6
    U_TURN = 9
    GOAL = 10
    DEPART = 11


_AHEAD: Final = frozenset({Turn.STRAIGHT, Turn.DEPART})
#: turns that are told before a crossing or a stair as well
_CORNERS: Final = frozenset({Turn.LEFT, Turn.RIGHT, Turn.SHARP_LEFT, Turn.SHARP_RIGHT})
#: lower edges are not told
KERB_MM: Final = 10


class Met(msgspec.Struct, frozen=True, eq=False, gc=False):
    """What one meets on a step. Made by `met_of` alone: of alike ones there is one object, so that it may stand for itself in a
    cache."""

    #: per mille, steepest up and down on the stretch (0 where none is known)
    up: int = 0
    down: int = 0
    #: kerbs in millimetres, the highest climbed and descended, and whether there are some of unknown height (0 or 1)
    kerb_up: int = 0
    kerb_down: int = 0
    bench: int = 0
    barrier: int = 0
    kerb_unknown: int = 0
    #: what stands at the corner at which the step begins
    landmark: str = ""
    #: of stairs: their number (0 unknown), and up (1) or down (-1)
    step_count: int = 0
    steps_up: int = 0
    #: where neither they nor the ways before and after have a name: a street close to them
    near: str = ""
    #: of a lift or an escalator: the storey at which one gets off, where the map tells that it is another one, in tenths;
    #: and up (1) or down (-1)
    storey: int = 0
    rises: int = 0


#: takes what `Met` takes
met_of = lru_cache(16384)(Met)


class Step(msgspec.Struct, gc=False):
    """One instruction and the facts of the stretch that follows it. Points are indices into Route.coordinates."""

    turn: Turn
    look: Look
    #: in whole tenths, as they are written
    metres: float
    seconds: float
    unverified: float
    first: int
    last: int
    #: how much of it lies on the rough ground of its look
    rough: float = 0.0
    #: most steps have nothing of that
    met: Met | None = None
    #: where one sets off, degrees from north; of the first step
    heading: float = 0.0

    @property
    def manner(self) -> Manner:
        return self.look.manner

    @property
    def side(self) -> int:
        return self.look.side

    @property
    def is_corner(self) -> bool:
        """Whether one is told to turn where it begins, so that it helps to know what stands there."""
        if self.turn in _AHEAD:
            return False
        return self.look.walked or (self.look.manner in (Manner.CROSSING, Manner.STEPS) and self.turn in _CORNERS)


@dataclass(slots=True)
class Totals:
    """What the summary says."""

    metres: float
    seconds: float
    ascent: float
    descent: float
    steepest_up: int
    steepest_down: int
    kerbs: list[int]
    kerbs_unknown: int
    steps: int
    flights: int
    #: metres by surface, rough ones only
    rough: dict[Surface, float]
    unverified: float
    longest_without_rest: float
    crossings: int
    #: whether nobody has counted some of the steps, so that their number is taken from the length of the stairs
    steps_guessed: bool = False

    @property
    def verified_share(self) -> float:
        return 1.0 - self.unverified / self.metres if self.metres else 1.0


@dataclass(slots=True)
class WalkedLeg:
    """A leg arc by arc."""

    leg: Leg
    line: LegLine
    told: Told
    #: by arc: decimetres, tenths of a second, and decimetres of which something is not known; whole numbers, so that sums are
    #: exact
    amounts: Ints


@dataclass(slots=True)
class Route:
    walked: list[WalkedLeg]
    #: index of the point where each leg ends
    leg_points: list[int]
    steps: list[list[Step]]
    totals: Totals
    weight: int
    #: by arc of the whole way, in walking order
    arcs: Ints
    _coordinates: Ints | None = field(default=None, repr=False)

    @property
    def legs(self) -> list[Leg]:
        return [part.leg for part in self.walked]

    @property
    def lines(self) -> list[LegLine]:
        """One a leg."""
        return [part.line for part in self.walked]

    @property
    def coordinates(self) -> Ints:
        """(longitude, latitude) rows of the whole way."""
        if self._coordinates is None:
            first, *others = [line.rows() for line in self.lines]
            self._coordinates = joined_parts([first, *(rows[1:] for rows in others)])
        return self._coordinates

    @property
    def metres(self) -> Ints:
        """By arc."""
        return joined_parts([part.amounts[0] for part in self.walked]) / 10

    @property
    def slopes(self) -> Ints:
        """Per mille by arc, from its beginning to its end; 0 where not known."""
        climbs = np.concatenate([part.told.climbs.take(part.leg.arcs, axis=0) for part in self.walked])
        found: Ints = climbs[:, 0] - climbs[:, 1]
        return found

    @property
    def ends(self) -> Ints:
        """Index of the point at which each arc ends."""
        before = (0, *self.leg_points)
        return joined_parts([line.ends + at for line, at in zip(self.lines, before, strict=False)])


def joined_parts(parts: Sequence[Ints]) -> Ints:
    return np.concatenate(parts) if len(parts) > 1 else parts[0]


def turn_of(angle: float) -> Turn:
    """A signed change of heading (right is positive) as a word."""
    size = abs(angle)
    if size < 25:
        return Turn.STRAIGHT
    if size > 165:
        return Turn.U_TURN
    right = angle > 0
    if size < 50:
        return Turn.SLIGHT_RIGHT if right else Turn.SLIGHT_LEFT
    if size < 125:
        return Turn.RIGHT if right else Turn.LEFT
    return Turn.SHARP_RIGHT if right else Turn.SHARP_LEFT


#: headings are stored of tenths of a degree; steps a little finer than these tell them apart
FINE_BITS: Final = 4
HALF: Final = CIRCLE // 2
#: by change of heading in parts of `CIRCLE`, from -HALF (a half turn to the left), without the last bits
TURNS: Final = [
    turn_of(round((step + 0.5) * (3600 << FINE_BITS) / CIRCLE) / 10)
    for step in range(-HALF >> FINE_BITS, HALF >> FINE_BITS)
]
