# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""From arcs to something a person can follow: one line on the map, steps with their facts, and sums that agree.

What many arcs share is gathered for all at once; what is rare (kerbs, benches, barriers) and the few dozen steps are Python
objects. Lengths are metres along the ground as mapped, times are expected seconds of the profile.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final, NamedTuple

import msgspec
import numpy as np

from .engine import Engine, Metric
from .graph import Ints
from .legs import Leg
from .lines import LegLine, Lines
from .stretches import longest, stretches
from .told import (
    BENCH,
    CIRCLE,
    CLIMB,
    CROSSED,
    DOWN,
    FLIGHT,
    KERB_UNKNOWN,
    LEAVE,
    RIDE,
    SLOPE,
    SUMMED,
    SURFACE,
    UP,
    WALKED,
    Look,
    Manner,
    Told,
)
from .vocabulary import Surface


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


# members are looked up by name on each use, which Python 3.11 does slowly
_RIDES: Final = frozenset({Manner.LIFT, Manner.ESCALATOR})
_DEPART, _STEPS, _ROUGH = Turn.DEPART, Manner.STEPS, int(Surface.SETT)
_SURFACES: Final = list(Surface)


#: decimetres; what is written as 0.0 m is no way
_NO_WAY: Final = 0.5
#: lower edges are not told
KERB_MM: Final = 10
_NONE: Final = np.zeros(0, dtype="i8")


class Met(msgspec.Struct, gc=False):
    """What one meets on a step."""

    #: per mille, steepest up and down on the stretch (0 where none is known)
    up: int = 0
    down: int = 0
    #: kerbs in millimetres, the highest climbed and descended, and whether there are some of unknown height
    kerb_up: int = 0
    kerb_down: int = 0
    #: 0 or 1
    kerb_unknown: int = 0
    bench: int = 0
    barrier: int = 0
    #: of stairs: their number (0 unknown), and up (1) or down (-1)
    step_count: int = 0
    steps_up: int = 0
    #: what stands at the corner at which the step begins
    landmark: str = ""
    #: of a lift or an escalator: the storey at which one gets off, where the map tells that it is another one, in tenths;
    #: and up (1) or down (-1)
    storey: int = 0
    rises: int = 0


#: the columns that know what is met, and their names in Met
_MET: Final = slice(SLOPE, KERB_UNKNOWN + 1)
_MET_NAMES: Final = ("up", "down", "kerb_up", "kerb_down", "bench", "barrier", "kerb_unknown")


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
class Route:
    legs: list[Leg]
    #: one a leg
    lines: list[LegLine]
    #: index of the point where each leg ends
    leg_points: list[int]
    steps: list[list[Step]]
    totals: Totals
    weight: int
    #: by arc of the whole way, in walking order
    arcs: Ints
    metres: Ints
    #: per mille by arc, 0 where not known
    slopes: Ints
    #: index of the point at which each arc ends
    ends: Ints
    #: of the ground, by arc
    surfaces: Ints
    _coordinates: Ints | None = field(default=None, repr=False)

    @property
    def coordinates(self) -> Ints:
        """(longitude, latitude) rows of the whole way."""
        if self._coordinates is None:
            first, *others = [line.rows() for line in self.lines]
            self._coordinates = _joined([first, *(rows[1:] for rows in others)])
        return self._coordinates


class _Walked(NamedTuple):
    """The arcs of a way in walking order, what is told of them column by column, and what is summed up along it."""

    arcs: Ints
    columns: Ints
    #: decimetres, tenths of a second, and decimetres of which something is not known; the first two are whole numbers, so
    #: that sums are exact
    amounts: Ints
    #: the greatest value of each column of Told that is summed up; most are 0 on most ways
    most: list[int]

    @property
    def lengths(self) -> Ints:
        """Decimetres."""
        return self.amounts[0]

    @property
    def is_there_already(self) -> bool:
        """Whether start and goal are the same place, so that there is nothing to do but to arrive."""
        return len(self.arcs) <= 2 and self.lengths.sum() < _NO_WAY and bool(self.columns[WALKED].all())


def _together(parts: list[_Walked]) -> _Walked:
    if len(parts) == 1:
        return parts[0]
    return _Walked(
        np.concatenate([part.arcs for part in parts]), np.concatenate([part.columns for part in parts], axis=1),
        np.concatenate([part.amounts for part in parts], axis=1),
        [max(values) for values in zip(*(part.most for part in parts), strict=True)],
    )  # fmt: skip


class Describer:
    """Prepared views of a graph for describing ways on it; one per engine."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.told = Told(engine.graph, engine.model.steps_here)
        self.place_names = engine.graph.place_names
        self.lines = Lines(engine.graph)
        self.slope, self.up, self.down = (self.told.rows[:, column] for column in (SLOPE, UP, DOWN))

    def route(self, metric: Metric, legs: Sequence[Leg]) -> Route:
        """Describes a way of one or more legs."""
        parts = [self._walked(metric, leg) for leg in legs]
        lines = [LegLine(self.lines, leg) for leg in legs]
        steps: list[list[Step]] = []
        leg_points: list[int] = []
        at = 0
        for part, line, leg in zip(parts, lines, legs, strict=True):
            steps.append([] if part.is_there_already else self._steps(part, line.ends, at))
            if steps[-1] and leg.arcs.item(0) >> 1 == leg.start.edge and self.lines.pieces.item(leg.start.edge) > 1:
                steps[-1][0].heading = self._setting_off(leg)
            at += line.last
            leg_points.append(at)
        walked = _together(parts)
        ends = _joined([line.ends + before for line, before in zip(lines, (0, *leg_points), strict=False)])
        return Route(
            list(legs), lines, leg_points, steps, self._totals(walked), sum(leg.weight for leg in legs), walked.arcs,
            walked.lengths / 10, walked.columns[SLOPE], ends, walked.columns[SURFACE],
        )  # fmt: skip

    def _setting_off(self, leg: Leg) -> float:
        """Degrees from north where one sets off in the middle of a way that bends."""
        (x, y), (to_x, to_y) = self.engine.graph.points[leg.start.piece : leg.start.piece + 2].tolist()
        back = 180.0 if leg.arcs.item(0) & 1 else 0.0
        east = (to_x - x) * math.cos(math.radians(y))
        return (math.degrees(math.atan2(east, to_y - y)) + back) % 360

    def _walked(self, metric: Metric, leg: Leg) -> _Walked:
        arcs, costs = leg.arcs, metric.costs
        edges = arcs >> 1
        amounts = np.empty((3, len(arcs)))
        amounts[0] = costs.length.take(edges)
        amounts[1] = costs.tenths.take(arcs)
        for which, share in leg.cut:
            amounts[:2, which] *= share
        whole = np.rint(amounts[:2], out=amounts[:2])
        np.multiply(whole[0], costs.unverified.take(edges), out=amounts[2])
        # NumPy is quick where numbers lie side by side
        columns = np.ascontiguousarray(self.told.rows.take(arcs, axis=0).T)
        return _Walked(arcs, columns, amounts, np.maximum.reduce(columns[SUMMED], axis=1).tolist())

    def _totals(self, walked: _Walked) -> Totals:
        columns, lengths = walked.columns, walked.lengths
        up, down, kerb_up, kerb_down, bench, _, unknown, crossed, climb, surface = walked.most
        climbed = risen = 0.0
        if up > 0 or down > 0:
            height = columns[SLOPE] * lengths
            climbed, risen = float(np.maximum(height, 0.0).sum()), float(height.sum())
        kerb = np.maximum(columns[UP], columns[DOWN]) if max(kerb_up, kerb_down) > KERB_MM else _NONE
        rough: list[float] = []
        if surface >= _ROUGH:
            rough = np.bincount(columns[SURFACE], weights=lengths)[_ROUGH:].tolist()
        flights = walked.arcs[columns[CLIMB] == FLIGHT] >> 1 if climb else _NONE
        steps = self.engine.model.step_count[flights].tolist()
        metres, seconds, unverified = (walked.amounts.sum(axis=1) / 10).tolist()
        return Totals(
            metres=metres, seconds=seconds, ascent=climbed / 10000, descent=max(0.0, climbed - risen) / 10000,
            steepest_up=max(0, up), steepest_down=max(0, down), kerbs=sorted(kerb[kerb > KERB_MM].tolist()),
            kerbs_unknown=int(np.count_nonzero(columns[KERB_UNKNOWN])) if unknown else 0, steps=sum(steps),
            flights=sum(map(bool, steps)),
            rough={_SURFACES[s]: length / 10 for s, length in enumerate(rough, _ROUGH) if length > 30.0},
            unverified=unverified, crossings=int(np.count_nonzero(columns[CROSSED])) if crossed else 0,
            longest_without_rest=_longest_gap(lengths / 10, columns[BENCH] > 0) if bench else metres,
            steps_guessed=bool(climb) and bool((self.engine.graph.edges["steps"][flights] == 0).any()),
        )  # fmt: skip

    def _steps(self, walked: _Walked, ends: Ints, at: int) -> list[Step]:
        """Groups the arcs of a leg to steps; `ends[i]` is the index of the point at which arc `i` ends, counted from the
        leg's first point, which has the index `at`."""
        begins, bends = stretches(walked.columns, walked.lengths)
        first = np.array(begins)
        arcs = walked.arcs.take(longest(first, walked.lengths))
        looks = map(self.told.looks.__getitem__, self.told.look.take(arcs).tolist())
        turns = [_TURNS[bend >> _FINE_BITS] for bend in bends]
        turns[0] = _DEPART
        points = [at, *(ends.take(first[1:] - 1) + at).tolist(), at + ends.item(-1)]
        amounts = (np.add.reduceat(walked.amounts, first, axis=1) / 10).tolist()
        steps = list(map(Step, turns, looks, *amounts, points, points[1:]))
        steps[0].heading = walked.columns.item(LEAVE, 0) % CIRCLE * 360 / CIRCLE
        self._tell(steps, walked, first)
        if walked.most[CLIMB]:
            for step, arc in zip(steps, arcs.tolist(), strict=True):
                if step.look.manner is _STEPS:
                    self._flight(step, arc)
        if walked.most[CLIMB] == RIDE:
            self._tell_storeys(steps, walked, begins)
        return steps

    def _tell_storeys(self, steps: list[Step], walked: _Walked, begins: Sequence[int]) -> None:
        """Where one gets off a lift or an escalator."""
        storeys = self.engine.graph.edges["level"]
        for number, step in enumerate(steps[1:-1], 1):
            if step.look.manner not in _RIDES:
                continue
            if step.look.manner is Manner.LIFT:
                # who leaves a lift has no direction from which to turn: one sets off anew
                steps[number + 1].turn = _DEPART
                steps[number + 1].heading = walked.columns.item(LEAVE, begins[number + 1]) % CIRCLE * 360 / CIRCLE
            before, after = (
                int(storeys[walked.arcs.item(at) >> 1]) for at in (begins[number] - 1, begins[number + 1])
            )
            if before != after:
                step.met = step.met or Met()
                step.met.storey, step.met.rises = after, 1 if after > before else -1

    def _tell(self, steps: list[Step], walked: _Walked, first: Ints) -> None:
        """Adds to the steps what is met on them, and what stands at the corners where they begin."""
        if max(walked.most[_MET]) > 0:
            most = np.maximum.reduceat(walked.columns[_MET], first, axis=1)
            columns, numbers = (most > 0).nonzero()
            for column, number, value in zip(
                columns.tolist(), numbers.tolist(), most[columns, numbers].tolist(), strict=True
            ):
                step = steps[number]
                step.met = step.met or Met()
                setattr(step.met, _MET_NAMES[column], value)
        corner = self.told.corner.take(walked.arcs.take(first))
        corner[0] = 0
        for number in corner.nonzero()[0].tolist():
            step = steps[number]
            step.met = step.met or Met()
            step.met.landmark = self.place_names[corner[number]]

    def _flight(self, step: Step, arc: int) -> None:
        """Facts that only stairs have."""
        edge, met = self.engine.graph.edges, step.met or Met()
        direction = int(edge["direction"][arc >> 1])
        met.step_count, met.steps_up = int(edge["steps"][arc >> 1]), -direction if arc & 1 else direction
        step.met = met


def _joined(parts: Sequence[Ints]) -> Ints:
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
_FINE_BITS: Final = 4
_FINE: Final = CIRCLE >> _FINE_BITS
#: by change of heading; those to the left have the indices below zero
_TURNS: Final = [
    turn_of(round((step + 0.5) * 3600 / _FINE) / 10) for step in (*range(_FINE // 2), *range(-_FINE // 2, 0))
]


def _longest_gap(metres: Ints, rest: Ints) -> float:
    """The longest way between two places to rest (start and end count as such)."""
    if not rest.any():
        return float(metres.sum())
    walked = np.cumsum(metres)
    stops = np.concatenate((np.zeros(1), walked[rest] - metres[rest] / 2, walked[-1:]))
    return float((stops[1:] - stops[:-1]).max())
