# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""From arcs to something a person can follow: one line on the map, steps with their facts, and sums that agree.

What many arcs share is gathered for all at once; what is rare (kerbs, benches, barriers) and the few dozen steps are Python
objects. Lengths are metres along the
ground as mapped, times are expected seconds of the profile.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

import msgspec
import numpy as np

from .engine import Engine, Metric
from .graph import Ints
from .legs import Leg
from .lines import LegLine, Lines
from .stretches import stretches
from .told import (
    ARRIVE,
    BENCH,
    CROSSED,
    DOWN,
    FALL,
    KERB_UNKNOWN,
    KIND,
    LEAVE,
    MET,
    SLOPE,
    SURFACE,
    UP,
    WALKED,
    Look,
    Manner,
    Told,
)
from .vocabulary import Kind, Surface


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
_DEPART, _FLIGHT, _ROUGH, _STAIRS = Turn.DEPART, Manner.STEPS, int(Surface.SETT), int(Kind.STEPS)
_SURFACES: Final = list(Surface)


#: what is written as 0.0 m is no way
_NO_WAY_M: Final = 0.05


class Met(msgspec.Struct, gc=False):
    """What one meets on a step."""

    #: per mille, steepest up and down on the stretch (0 where none is known)
    up: int = 0
    down: int = 0
    #: kerbs in millimetres, the highest climbed and descended, and whether there are some of unknown height
    kerb_up: int = 0
    kerb_down: int = 0
    kerb_unknown: bool = False
    bench: bool = False
    barrier: int = 0
    #: of stairs: their number (0 unknown), and up (1) or down (-1)
    step_count: int = 0
    steps_up: int = 0
    #: what stands at the corner at which the step begins
    landmark: str = ""


class Step(msgspec.Struct, gc=False):
    """One instruction and the facts of the stretch that follows it. Points are indices into Route.coordinates."""

    turn: Turn
    look: Look
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


class _Walked:
    """The arcs of a way in walking order with what is told of them, and what is summed up along it."""

    __slots__ = ("amounts", "arcs", "columns", "metres", "rows")

    def __init__(self, arcs: Ints, rows: Ints, amounts: Ints) -> None:
        #: `amounts`: metres, seconds, and metres of which something is not known
        self.arcs, self.rows, self.amounts, self.metres = arcs, rows, amounts, amounts[0]
        #: `rows` column by column: NumPy is quick where numbers lie side by side
        self.columns = np.ascontiguousarray(rows.T)

    @property
    def is_there_already(self) -> bool:
        """Whether start and goal are the same place, so that there is nothing to do but to arrive."""
        return len(self.arcs) <= 2 and self.metres.sum() < _NO_WAY_M and bool(self.columns[WALKED].all())

    def of_leg(self, first: int, last: int) -> "_Walked":
        return _Walked(self.arcs[first:last], self.rows[first:last], self.amounts[:, first:last])


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
        arcs = np.concatenate([leg.arcs for leg in legs]) if len(legs) > 1 else legs[0].arcs
        share = _joined([leg.stop - leg.begin for leg in legs]) * 0.1
        edges = arcs >> 1
        amounts = np.empty((3, len(arcs)))
        metres = np.multiply(metric.costs.length.take(edges), share, out=amounts[0])
        np.multiply(metric.costs.tenths.take(arcs), share, out=amounts[1])
        np.multiply(metres, metric.costs.unverified.take(edges), out=amounts[2])
        walked = _Walked(arcs, self.told.rows.take(arcs, axis=0), amounts)
        steps: list[list[Step]] = []
        lines = [LegLine(self.lines, leg) for leg in legs]
        points: list[Ints] = []
        leg_points: list[int] = []
        at = first = 0
        for line in lines:
            last = first + len(line.ends)
            ends = line.ends + at
            part = walked if len(legs) == 1 else walked.of_leg(first, last)
            steps.append([] if part.is_there_already else self._steps(part, ends, at))
            first = last
            at += line.last
            leg_points.append(at)
            points.append(ends)
        return Route(
            list(legs), lines, leg_points, steps, self._totals(walked), sum(leg.weight for leg in legs), arcs, metres,
            walked.rows[:, SLOPE], _joined(points), walked.rows[:, SURFACE],
        )  # fmt: skip

    def _totals(self, walked: _Walked) -> Totals:
        columns, metres = walked.columns, walked.metres
        slope, bench = columns[SLOPE], columns[BENCH]
        steepest, steepest_down = np.maximum.reduce(columns[SLOPE : FALL + 1], axis=1).tolist()
        kerb = np.maximum(columns[UP], columns[DOWN])
        climbed = risen = 0.0
        if steepest or steepest_down:
            height = slope * metres
            climbed, risen = float(np.maximum(height, 0.0).sum()), float(height.sum())
        rough = np.bincount(columns[SURFACE], weights=metres, minlength=19)[_ROUGH:].tolist()
        flights = walked.arcs[columns[KIND] == _STAIRS] >> 1
        steps = self.engine.model.step_count[flights].tolist() if len(flights) else []
        all_metres, seconds, unverified = walked.amounts.sum(axis=1).tolist()
        return Totals(
            metres=all_metres, seconds=seconds, ascent=climbed / 1000, descent=max(0.0, climbed - risen) / 1000,
            steepest_up=max(0, steepest), steepest_down=max(0, steepest_down), kerbs=sorted(kerb[kerb > 10].tolist()),
            kerbs_unknown=int(np.count_nonzero(columns[KERB_UNKNOWN])), steps=sum(steps), flights=sum(map(bool, steps)),
            rough={_SURFACES[s]: length for s, length in enumerate(rough, _ROUGH) if length > 3.0},
            unverified=unverified, crossings=int(np.count_nonzero(columns[CROSSED])),
            longest_without_rest=_longest_gap(metres, bench > 0) if np.count_nonzero(bench) else all_metres,
            steps_guessed=len(flights) > 0 and bool((self.engine.graph.edges["steps"][flights] == 0).any()),
        )  # fmt: skip

    def _steps(self, walked: _Walked, ends: Ints, at: int) -> list[Step]:
        """Groups the arcs of a leg to steps; `ends[i]` is the index of the point at which arc `i` ends, `at` that of the
        leg's first point."""
        first, towards, longest = stretches(walked.rows, walked.columns, walked.metres)
        leave, before = walked.columns[LEAVE], first[1:] - 1
        bends = (leave[towards[1:]] - walked.columns[ARRIVE, before] + 1800) % 3600
        turns = [_DEPART, *map(_TURNS.__getitem__, bends.tolist())]
        arcs = walked.arcs[longest]
        looks = list(map(self.told.looks.__getitem__, self.told.look[arcs].tolist()))
        points = [at, *ends[before].tolist(), int(ends[-1])]
        metres, seconds, unverified = np.add.reduceat(walked.amounts, first, axis=1).tolist()
        steps = list(map(Step, turns, looks, metres, seconds, unverified, points, points[1:]))
        steps[0].heading = int(leave[0]) / 10
        self._tell(steps, walked, first)
        if np.count_nonzero(walked.columns[KIND] == _STAIRS):
            for step, arc in zip(steps, arcs.tolist(), strict=True):
                if step.look.manner is _FLIGHT:
                    self._flight(step, arc)
        return steps

    def _tell(self, steps: list[Step], walked: _Walked, first: Ints) -> None:
        """Adds to the steps what is met on them, and what stands at the corners where they begin."""
        most = np.maximum.reduceat(walked.columns[MET], first, axis=1)
        somewhere = (np.maximum.reduce(most, axis=0) > 0).nonzero()[0]
        for number, met in zip(somewhere.tolist(), most[:, somewhere].T.tolist(), strict=True):
            up, down, kerb_up, kerb_down, bench, barrier, unknown = met
            steps[number].met = Met(max(0, up), max(0, down), kerb_up, kerb_down, unknown > 0, bench > 0, barrier)
        corner = self.told.corner[walked.arcs[first]]
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


#: by change of heading in tenths of a degree, from -180 degrees
_TURNS: Final = [turn_of(tenths / 10) for tenths in range(-1800, 1800)]


def _longest_gap(metres: Ints, rest: Ints) -> float:
    """The longest way between two places to rest (start and end count as such)."""
    if not rest.any():
        return float(metres.sum())
    walked = np.cumsum(metres)
    stops = np.concatenate((np.zeros(1), walked[rest] - metres[rest] / 2, walked[-1:]))
    return float((stops[1:] - stops[:-1]).max())
