# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""From arcs to something a person can follow: one line on the map, steps with their facts, and sums that agree.

Everything is gathered for all arcs at once; only the few dozen steps are Python objects. Lengths are metres along the
ground as mapped, times are expected seconds of the profile.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np

from .engine import Engine, Metric
from .graph import NO_INCLINE, Ints
from .landmarks import at_corners
from .legs import Leg
from .lines import leg_line
from .vocabulary import Crossing, Flag, Kind, Surface, Tri


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


class Manner(IntEnum):
    """How one moves on a step; a change of it is always told."""

    PAVEMENT = 1
    FOOTPATH = 2
    CARRIAGEWAY = 3
    CROSSING = 4
    STEPS = 5
    LIFT = 6
    ESCALATOR = 7
    FERRY = 8
    LINK = 9


_MANNER: Final = np.full(32, Manner.CARRIAGEWAY, dtype="i8")
for _kind, _manner in (
    (Kind.PAVEMENT, Manner.PAVEMENT), (Kind.FOOTWAY, Manner.FOOTPATH), (Kind.PATH, Manner.FOOTPATH),
    (Kind.PEDESTRIAN, Manner.FOOTPATH), (Kind.CORRIDOR, Manner.FOOTPATH), (Kind.PLATFORM, Manner.FOOTPATH),
    (Kind.CROSSING, Manner.CROSSING), (Kind.STEPS, Manner.STEPS), (Kind.LIFT, Manner.LIFT),
    (Kind.ESCALATOR, Manner.ESCALATOR), (Kind.FERRY, Manner.FERRY),
):  # fmt: skip
    _MANNER[_kind] = _manner
# members are looked up by name on each use, which Python 3.11 does slowly
_DEPART, _STEPS, _CROSSING, _ROUGH = Turn.DEPART, int(Kind.STEPS), int(Manner.CROSSING), int(Surface.SETT)
_EVENTS: Final = (Manner.CROSSING, Manner.STEPS, Manner.LIFT, Manner.ESCALATOR, Manner.FERRY)
_MANNERS: Final = {int(item): item for item in Manner}
_KINDS: Final = {int(item): item for item in Kind}
_SURFACES: Final = list(Surface)
#: walking less than this without a turn is not worth a sentence
_BRIEF_M: Final = 8.0
_TURN_DEGREES: Final = 45
#: nor is less than this, even with a turn: the turn is told with what follows
_SCRAP_M: Final = 5.0


@dataclass(slots=True)
class Step:
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


class Col(IntEnum):
    """Columns of Describer.facts: what is told of an arc, 32 bytes, so that one look into memory brings all of it."""

    SLOPE = 0  # per mille; on a stretch the largest value is told
    FALL = 1
    UP = 2  # kerb, mm, -1 unknown
    DOWN = 3
    KERB = 4  # the higher of both
    BENCH = 5
    BARRIER = 6
    KERB_UNKNOWN = 7  # 0 or 1, counted
    CROSSING = 8
    LEAVE = 9  # heading at the beginning, tenths of a degree
    ARRIVE = 10
    FORK = 11  # whether it ends where one has a choice
    NAME = 12  # lower 16 bits; the rest stands in LOOK
    LOOK = 13  # rest of the name << 6 | manner << 2 | side
    SURFACE = 14
    KIND = 15


(_SLOPE, _FALL, _UP, _DOWN, _KERB, _BENCH, _BARRIER, _KERB_UNKNOWN, _CROSSED, _LEAVE, _ARRIVE, _FORK, _NAME, _LOOK,
 _SURFACE, _KIND) = range(len(Col))  # fmt: skip


@dataclass(slots=True)
class _Walked:
    """What is gathered for the arcs of a way, in walking order. `facts` has a row for each of Describer.facts' columns."""

    arcs: Ints
    metres: Ints
    seconds: Ints
    unverified: Ints
    facts: Ints

    def of_leg(self, first: int, last: int) -> "_Walked":
        return _Walked(*(getattr(self, name)[..., first:last] for name in _Walked.__slots__))


class Describer:
    """Prepared views of a graph for describing ways on it; one per engine."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.names = engine, engine.graph.names
        self.facts = self._facts()
        self.corner, self.place_names = at_corners(engine.graph), engine.graph.place_names
        self.slope, self.up, self.down = (self.facts[:, column] for column in (_SLOPE, _UP, _DOWN))

    def _facts(self) -> Ints:
        graph = self.engine.graph
        edge, size = graph.edges, graph.edge_count
        degree = np.bincount(edge["start"], minlength=graph.node_count)
        degree += np.bincount(edge["end"], minlength=graph.node_count)
        slope = np.where(edge["incline"] == NO_INCLINE, 0, edge["incline"])
        slope[self.engine.model.steps_here] = 0
        up, down, name = edge["kerb_up"], edge["kerb_down"], edge["name"].astype("i8")
        facts = np.zeros((size, 2, len(Col)), dtype="i2")
        facts[:, :, _KERB] = np.maximum(up, down)[:, None]
        facts[:, :, _BENCH] = ((edge["flags"] & np.uint32(Flag.BENCH)) > 0)[:, None]
        facts[:, :, _BARRIER], facts[:, :, _SURFACE] = edge["barrier"][:, None], edge["surface"][:, None]
        facts[:, :, _KERB_UNKNOWN] = ((up < 0) | (down < 0))[:, None]
        facts[:, :, _CROSSED], facts[:, :, _KIND] = (edge["kind"] == Kind.CROSSING)[:, None], edge["kind"][:, None]
        facts[:, :, _NAME] = (name & 0xFFFF).astype("u2").view("i2")[:, None]
        facts[:, :, _LOOK] = (((name >> 16) << 6) | (_MANNER[edge["kind"]] << 2) | edge["side"])[:, None]
        for way, turned in ((0, 0), (1, 1800)):
            there, back = (up, down) if way == 0 else (down, up)
            facts[:, way, _UP], facts[:, way, _DOWN] = there, back
            facts[:, way, _SLOPE] = slope if way == 0 else -slope
            facts[:, way, _FALL] = -facts[:, way, _SLOPE]
            leave, arrive = ("leaving", "arriving") if way == 0 else ("arriving", "leaving")
            facts[:, way, _LEAVE] = (edge[leave].astype("i4") + turned) % 3600
            facts[:, way, _ARRIVE] = (edge[arrive].astype("i4") + turned) % 3600
            facts[:, way, _FORK] = degree[edge["end" if way == 0 else "start"]] > 2
        return facts.reshape(-1, len(Col))

    def route(self, metric: Metric, legs: Sequence[Leg]) -> Route:
        """Describes a way of one or more legs."""
        arcs = np.concatenate([leg.arcs for leg in legs]) if len(legs) > 1 else legs[0].arcs
        share = np.concatenate([leg.stop - leg.begin for leg in legs]) * 0.1
        edges = arcs >> 1
        metres = metric.costs.length[edges] * share
        walked = _Walked(
            arcs, metres, metric.costs.tenths[arcs] * share, metres * metric.costs.unverified[edges],
            np.ascontiguousarray(self.facts[arcs].T),
        )  # fmt: skip
        steps: list[list[Step]] = []
        lines: list[Ints] = []
        leg_points: list[int] = []
        at = first = 0
        for leg in legs:
            line, ends = leg_line(self.engine.graph, leg)
            last = first + len(leg.arcs)
            steps.append(self._steps(walked if len(legs) == 1 else walked.of_leg(first, last), ends + at, at))
            first = last
            at += len(line) - 1
            leg_points.append(at)
            lines.append(line if not lines else line[1:])
        coordinates = np.concatenate(lines) if len(lines) > 1 else lines[0]
        return Route(
            list(legs), coordinates, leg_points, steps, self._totals(walked), sum(leg.weight for leg in legs), arcs,
            metres, walked.facts[_SLOPE],
        )  # fmt: skip

    def _totals(self, walked: _Walked) -> Totals:
        metres, facts = walked.metres, walked.facts
        height = facts[_SLOPE] * metres
        kerbs = facts[_KERB]
        rough = np.bincount(facts[_SURFACE], weights=metres, minlength=19).tolist()
        flights = walked.arcs[facts[_KIND] == _STEPS] >> 1
        steps = self.engine.model.step_count[flights].tolist() if len(flights) else []
        climbed, risen = float(np.maximum(height, 0.0).sum()), float(height.sum())
        return Totals(
            metres=float(metres.sum()), seconds=float(walked.seconds.sum()), ascent=climbed / 1000,
            descent=max(0.0, climbed - risen) / 1000, steepest_up=max(0, int(facts[_SLOPE].max())),
            steepest_down=max(0, int(facts[_FALL].max())), kerbs=sorted(kerbs[kerbs > 10].tolist()),
            kerbs_unknown=int(facts[_KERB_UNKNOWN].sum()), steps=sum(steps), flights=sum(map(bool, steps)),
            rough={_SURFACES[s]: rough[s] for s in range(_ROUGH, len(rough)) if rough[s] > 3.0},
            unverified=float(walked.unverified.sum()), longest_without_rest=_longest_gap(metres, facts[_BENCH] > 0),
            crossings=int(facts[_CROSSED].sum()),
            steps_guessed=len(flights) > 0 and bool((self.engine.graph.edges["steps"][flights] == 0).any()),
        )  # fmt: skip

    def _steps(self, walked: _Walked, ends: Ints, first: int) -> list[Step]:
        """Groups the arcs of a leg to steps; `ends[i]` is the point index at which arc `i` ends."""
        arcs, metres, facts = walked.arcs, walked.metres, walked.facts
        leave, arrive, name, look = facts[_LEAVE], facts[_ARRIVE], facts[_NAME], facts[_LOOK]
        manner = (look >> 2) & 15
        straight = np.ones(len(arcs), dtype=bool)
        straight[1:] = np.abs((leave[1:] - arrive[:-1] + 1800) % 3600 - 1800) <= _TURN_DEGREES * 10
        begins = np.ones(len(arcs), dtype=bool)
        begins[1:] = (name[1:] != name[:-1]) | (look[1:] != look[:-1]) | (~straight[1:] & (facts[_FORK, :-1] > 0))
        walking = manner < _CROSSING
        begins = _join_brief(begins, metres, walking, straight)
        at, towards = _pass_over_scraps(np.flatnonzero(begins), metres, walking)
        turn = (leave[towards] - arrive[at - 1] + 1800) % 3600
        sums = np.add.reduceat(np.array((metres, walked.seconds, walked.unverified, facts[_KERB_UNKNOWN])), at, axis=1)
        top = np.maximum(np.maximum.reduceat(facts[: _BARRIER + 1], at, axis=1), 0)
        # the longest arc of a step stands for its surface, kind and name
        longest = _argmax_by_group(metres, at)
        chosen, standing = arcs[longest], facts[_LOOK:, longest]
        points = np.empty(len(at), dtype="i8")
        points[:-1], points[-1] = ends[at[1:] - 1], ends[-1]
        flat = zip(
            turn.tolist(), ((standing[0] >> 2) & 15).tolist(), standing[2].tolist(),
            self.engine.graph.edges["name"][chosen >> 1].tolist(), (standing[0] & 3).tolist(), *sums.tolist(),
            points.tolist(), leave[at].tolist(), *top.tolist(), standing[1].tolist(), chosen.tolist(),
            self.corner[self.engine.tails[arcs[at]]].tolist(), strict=True,
        )  # fmt: skip
        found: list[Step] = []
        names = self.names
        for (turned, how, what, number, side, m, s, unsure, kerbs_unknown, last, heading, up, fall, kerb_up, kerb_down,
             _kerb, bench, barrier, surface, arc, corner) in flat:  # fmt: skip
            step = Step(
                _TURNS[turned] if found else _DEPART, _MANNERS[how], _KINDS[what], names[number],
                3 - side if side and arc & 1 else side, m, s, first, last, heading / 10, up, fall, kerb_up, kerb_down,
                int(kerbs_unknown), _SURFACES[surface], unsure, bench=bench > 0, barrier=barrier,
            )  # fmt: skip
            if corner and found:
                step.landmark = self.place_names[corner]
            if how in _EVENTS:
                self._event(step, self.engine.graph.edges, arc >> 1, arc & 1)
            found.append(step)
            first = last
        return found

    def _event(self, step: Step, edge: dict[str, Ints], number: int, back: int) -> None:
        """Facts that only steps and crossings have."""
        if step.manner is Manner.STEPS:
            step.step_count = int(edge["steps"][number])
            step.handrail = Tri(int(edge["handrail"][number]))
            direction = int(edge["direction"][number])
            step.steps_up = -direction if back else direction
        elif step.manner is Manner.CROSSING:
            step.crossing = Crossing(int(edge["crossing"][number]))
            step.sound, step.tactile = Tri(int(edge["sound"][number])), Tri(int(edge["tactile"][number]))
            step.island = Tri(int(edge["island"][number]))


def _join_brief(begins: Ints, metres: Ints, walking: Ints, straight: Ints) -> Ints:
    """A few metres of walking straight on belong to the step before, unless something happens on them."""
    at = np.flatnonzero(begins)
    joined = (np.add.reduceat(metres, at) < _BRIEF_M) & walking[at] & straight[at]
    joined[1:] &= walking[at[:-1]]
    joined[0] = False
    begins[at[joined]] = False
    return begins


def _pass_over_scraps(at: Ints, metres: Ints, walking: Ints) -> tuple[Ints, Ints]:
    """Joins scraps of a way to the step after them. Returns the beginnings of the steps, and the arcs whose headings
    say where each one really goes."""
    walks = walking[at]
    scrap = (np.add.reduceat(metres, at) < _SCRAP_M) & walks
    scrap[:-1] &= walks[1:]
    scrap[-1] = False
    if not scrap.any():
        return at, at
    begins: list[int] = []
    towards: list[int] = []
    joins = False
    for index, is_scrap in zip(at.tolist(), scrap.tolist(), strict=True):
        if joins:
            towards[-1] = index
        else:
            begins.append(index)
            towards.append(index)
        joins = is_scrap
    return np.array(begins), np.array(towards)


def _argmax_by_group(values: Ints, at: Ints) -> Ints:
    group = np.zeros(len(values), dtype="i8")
    group[at[1:]] = 1
    order = np.lexsort((-values, np.cumsum(group)))
    chosen: Ints = order[at]
    return chosen


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
