# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""From arcs to something a person can follow: one line on the map, steps with their facts, and sums that agree.

What many arcs share is gathered for all at once; what is rare (kerbs, benches, barriers) and the few dozen steps are Python
objects. Lengths are metres along the
ground as mapped, times are expected seconds of the profile.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import msgspec
import numpy as np

from .engine import Engine, Metric
from .graph import Ints
from .legs import Leg
from .lines import leg_line
from .stretches import stretches
from .told import (
    ARRIVE,
    BARRIER,
    BENCH,
    CROSSED,
    DOWN,
    HELP,
    KERB,
    KERB_UNKNOWN,
    KIND,
    LEAVE,
    LOOK,
    NAME,
    SLOPE,
    SURFACE,
    UP,
    Manner,
    Told,
)
from .vocabulary import Crossing, Kind, Surface, Tri


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
_DEPART, _CROSSING, _FLIGHT, _ROUGH = Turn.DEPART, int(Manner.CROSSING), int(Manner.STEPS), int(Surface.SETT)
_MANNERS: Final = {int(item): item for item in Manner}
_KINDS: Final = {int(item): item for item in Kind}
_SURFACES: Final = list(Surface)
_CROSSINGS: Final = list(Crossing)
_TRI: Final = [*Tri, Tri.UNKNOWN]


class Step(msgspec.Struct, gc=False):
    """One instruction and the facts of the stretch that follows it. Points are indices into Route.coordinates."""

    turn: Turn
    manner: Manner
    kind: Kind
    name: str
    side: int
    metres: float
    seconds: float
    first: int
    last: int
    heading: float
    #: per mille, steepest up and down on the stretch (0 where none is known)
    up: int = 0
    down: int = 0
    #: kerbs higher than 1 cm: millimetres, climbed and descended, and how many are of unknown height
    kerb_up: int = 0
    kerb_down: int = 0
    kerbs_unknown: int = 0
    surface: Surface = Surface.UNKNOWN
    unverified: float = 0.0
    step_count: int = 0
    steps_up: int = 0
    handrail: Tri = Tri.UNKNOWN
    crossing: Crossing = Crossing.NONE
    sound: Tri = Tri.UNKNOWN
    tactile: Tri = Tri.UNKNOWN
    island: Tri = Tri.UNKNOWN
    bench: bool = False
    barrier: int = 0
    #: what stands at the corner at which the step begins
    landmark: str = ""


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
    #: (longitude, latitude) rows of the whole way
    coordinates: Ints
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


class _Walked:
    """The arcs of a way in walking order with what is told of them, and what is summed up along it."""

    __slots__ = ("amounts", "arcs", "metres", "notable", "rows")

    def __init__(self, arcs: Ints, rows: Ints, amounts: Ints) -> None:
        #: `amounts`: metres, seconds, and metres of which something is not known
        self.arcs, self.rows, self.amounts, self.metres = arcs, rows, amounts, amounts[0]
        at, column = rows[:, UP : CROSSED + 1].nonzero()
        column += UP
        #: (position, column, value) of the few arcs that have a kerb, a bench, a barrier, a crossing
        self.notable = list(zip(at.tolist(), column.tolist(), rows[at, column].tolist(), strict=True))

    def of_leg(self, first: int, last: int) -> "_Walked":
        return _Walked(self.arcs[first:last], self.rows[first:last], self.amounts[:, first:last])


class Describer:
    """Prepared views of a graph for describing ways on it; one per engine."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.names = engine, engine.graph.names
        self.told = Told(engine.graph, engine.model.steps_here)
        self.place_names = engine.graph.place_names
        self.slope, self.up, self.down = (self.told.rows[:, column] for column in (SLOPE, UP, DOWN))

    def route(self, metric: Metric, legs: Sequence[Leg]) -> Route:
        """Describes a way of one or more legs."""
        arcs = np.concatenate([leg.arcs for leg in legs]) if len(legs) > 1 else legs[0].arcs
        share = np.concatenate([leg.stop - leg.begin for leg in legs]) * 0.1
        edges = arcs >> 1
        amounts = np.empty((3, len(arcs)))
        metres = np.multiply(metric.costs.length.take(edges), share, out=amounts[0])
        np.multiply(metric.costs.tenths.take(arcs), share, out=amounts[1])
        np.multiply(metres, metric.costs.unverified.take(edges), out=amounts[2])
        walked = _Walked(arcs, self.told.rows.take(arcs, axis=0), amounts)
        steps: list[list[Step]] = []
        lines: list[Ints] = []
        points: list[Ints] = []
        leg_points: list[int] = []
        at = first = 0
        for leg in legs:
            line, ends = leg_line(self.engine.graph, self.told, leg)
            last = first + len(leg.arcs)
            ends += at
            steps.append(self._steps(walked if len(legs) == 1 else walked.of_leg(first, last), ends, at))
            first = last
            at += len(line) - 1
            leg_points.append(at)
            lines.append(line if not lines else line[1:])
            points.append(ends)
        return Route(
            list(legs), _joined(lines), leg_points, steps, self._totals(walked), sum(leg.weight for leg in legs), arcs,
            metres, walked.rows[:, SLOPE], _joined(points),
        )  # fmt: skip

    def _totals(self, walked: _Walked) -> Totals:
        rows, metres, slope = walked.rows, walked.metres, walked.rows[:, SLOPE]
        climbed = risen = 0.0
        if slope.any():
            height = slope * metres
            climbed, risen = float(np.maximum(height, 0.0).sum()), float(height.sum())
        rough = np.bincount(rows[:, SURFACE], weights=metres, minlength=19).tolist()
        flights = walked.arcs[rows[:, KIND] == Kind.STEPS] >> 1
        steps = self.engine.model.step_count[flights].tolist() if len(flights) else []
        all_metres, seconds, unverified = walked.amounts.sum(axis=1).tolist()
        columns = [column for _, column, _ in walked.notable]
        return Totals(
            metres=all_metres, seconds=seconds, ascent=climbed / 1000, descent=max(0.0, climbed - risen) / 1000,
            steepest_up=max(0, int(slope.max())), steepest_down=max(0, -int(slope.min())),
            kerbs=sorted(mm for _, column, mm in walked.notable if column == KERB and mm > 10),
            kerbs_unknown=columns.count(KERB_UNKNOWN), steps=sum(steps), flights=sum(map(bool, steps)),
            rough={_SURFACES[s]: rough[s] for s in range(_ROUGH, len(rough)) if rough[s] > 3.0},
            unverified=unverified, crossings=columns.count(CROSSED),
            longest_without_rest=_longest_gap(metres, rows[:, BENCH] > 0) if BENCH in columns else all_metres,
            steps_guessed=len(flights) > 0 and bool((self.engine.graph.edges["steps"][flights] == 0).any()),
        )  # fmt: skip

    def _steps(self, walked: _Walked, ends: Ints, at: int) -> list[Step]:
        """Groups the arcs of a leg to steps; `ends[i]` is the index of the point at which arc `i` ends, `at` that of the
        leg's first point."""
        first, towards, longest = stretches(walked.rows, walked.metres)
        rows, names = walked.rows, self.names
        metres, seconds, unverified = np.add.reduceat(walked.amounts, first, axis=1).tolist()
        leave, arrive = rows[:, LEAVE].tolist(), rows[:, ARRIVE].tolist()
        points = ends.tolist()
        arcs = walked.arcs[longest].tolist()
        found: list[Step] = []
        begin, point = first[0], at
        for number, row in enumerate(rows.take(longest, axis=0).tolist()):
            begin = first[number]
            end_point = points[first[number + 1] - 1] if number + 1 < len(first) else points[-1]
            look = row[LOOK]
            manner = look >> 2 & 15
            step = Step(
                _TURNS[(leave[towards[number]] - arrive[begin - 1] + 1800) % 3600] if number else _DEPART,
                _MANNERS[manner], _KINDS[row[KIND]], names[row[NAME] & 0xFFFF | look >> 6 << 16],
                3 - (look & 3) if look & 3 and arcs[number] & 1 else look & 3,
                metres[number], seconds[number], point, end_point, leave[begin] / 10, surface=_SURFACES[row[SURFACE]],
                unverified=unverified[number],
            )  # fmt: skip
            if manner in (_CROSSING, _FLIGHT):
                self._event(step, row[HELP], arcs[number])
            found.append(step)
            point = end_point
        self._tell(found, walked, first)
        return found

    def _tell(self, steps: list[Step], walked: _Walked, first: list[int]) -> None:
        """Adds to the steps what is met on them, and what stands at the corners where they begin."""
        number, last = 0, len(steps) - 1
        for at, column, value in walked.notable:
            while number < last and first[number + 1] <= at:
                number += 1
            step = steps[number]
            if column == UP:
                step.kerb_up = max(step.kerb_up, value)
            elif column == DOWN:
                step.kerb_down = max(step.kerb_down, value)
            elif column == KERB_UNKNOWN:
                step.kerbs_unknown += 1
            elif column == BENCH:
                step.bench = True
            elif column == BARRIER:
                step.barrier = max(step.barrier, value)
        slope = walked.rows[:, SLOPE]
        if slope.any():
            for step, up, down in zip(
                steps,
                np.maximum.reduceat(slope, first).tolist(),
                np.minimum.reduceat(slope, first).tolist(),
                strict=True,
            ):
                step.up, step.down = max(0, up), max(0, -down)
        corner = self.told.corner[walked.arcs[first]]
        for number in corner.nonzero()[0].tolist():
            if number:
                steps[number].landmark = self.place_names[corner[number]]

    def _event(self, step: Step, help: int, arc: int) -> None:
        """Facts that only steps and crossings have."""
        if step.manner is Manner.STEPS:
            edge = self.engine.graph.edges
            step.step_count = int(edge["steps"][arc >> 1])
            step.handrail = _TRI[help >> 9 & 3]
            direction = int(edge["direction"][arc >> 1])
            step.steps_up = -direction if arc & 1 else direction
        else:
            step.crossing = _CROSSINGS[help & 7]
            step.sound, step.tactile, step.island = _TRI[help >> 3 & 3], _TRI[help >> 5 & 3], _TRI[help >> 7 & 3]


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
