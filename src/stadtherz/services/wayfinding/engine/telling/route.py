# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A way that a person can follow: one line on the map, steps with their facts, and sums that agree.

Lengths are metres along the ground as mapped, times are expected seconds of the profile. `describing.py` makes it.
"""

import math
from collections.abc import Sequence
from enum import IntEnum
from typing import Final

import msgspec
import numpy as np

from ..graph import Ints
from ..legs import Leg
from ..lines import LegLine
from ..vocabulary import Surface
from .facts import Met
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
#: metres to the side of a way's end at which a place is told to be there: doors are further away, pavements are nearer
ASIDE_M: Final = 4.0
_MOSTLY_ASIDE: Final = 0.7
#: lower edges are not told
KERB_MM: Final = 10


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
    #: how much of it lies on the rough ground of its look, or of its patch
    rough: float = 0.0
    #: of a step that is mostly on good ground: on what else a part of it is
    patch: Surface = Surface.UNKNOWN
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


class Totals(msgspec.Struct):
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


class WalkedLeg(msgspec.Struct):
    """A leg arc by arc."""

    leg: Leg
    line: LegLine
    told: Told
    #: by arc: decimetres, tenths of a second, and decimetres of which something is not known; whole numbers, so that sums are
    #: exact
    amounts: Ints
    #: those of all arcs together
    sums: list[float]

    @property
    def goal_side(self) -> str:
        """Where the place that was asked for lies, as seen by who comes to the end of the leg: "left", "right", or nothing
        where it is straight ahead or on the way."""
        end = self.leg.end
        if end.metres < ASIDE_M:
            return ""
        (x, y), (to_x, to_y) = self.line.lines.points[end.piece : end.piece + 2].tolist()
        along = complex((to_x - x) * math.cos(math.radians(y)), to_y - y)
        # as the line is drawn, what is to its left is above it
        aside = (along.conjugate() * end.to).imag / (abs(along) or 1.0)
        if abs(aside) < ASIDE_M or abs(aside) < _MOSTLY_ASIDE * end.metres:
            return ""
        return "left" if (aside > 0) != bool(self.leg.arcs.item(-1) & 1) else "right"


class Route(msgspec.Struct):
    walked: list[WalkedLeg]
    #: index of the point where each leg ends
    leg_points: list[int]
    steps: list[list[Step]]
    totals: Totals
    weight: int
    #: by arc of the whole way, in walking order
    arcs: Ints
    _coordinates: Ints | None = None

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


def _turns() -> list[Turn]:
    by_tenth = [turn_of(tenth / 10) for tenth in range(-1800, 1801)]
    half = CIRCLE // 2
    bends = np.concatenate((np.arange(half), np.arange(-half, 0)))
    return [by_tenth[tenth] for tenth in (np.rint(bends * (3600 / CIRCLE)).astype("i8") + 1800).tolist()]


#: by change of heading in parts of `CIRCLE`; those to the left are below zero and so counted from the end of the list
TURNS: Final = _turns()
