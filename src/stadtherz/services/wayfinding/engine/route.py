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

from .engine import Engine, Leg, Metric
from .graph import NO_INCLINE, Graph, Ints
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
_EVENTS: Final = (Manner.CROSSING, Manner.STEPS, Manner.LIFT, Manner.ESCALATOR, Manner.FERRY)
_MANNERS: Final = {int(item): item for item in Manner}
_KINDS: Final = {int(item): item for item in Kind}
_SURFACES: Final = list(Surface)
#: walking less than this without a turn is not worth a sentence
_BRIEF_M: Final = 8.0
_TURN_DEGREES: Final = 45.0
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


class Describer:
    """Prepared views of a graph for describing ways on it; one per engine."""

    def __init__(self, engine: Engine) -> None:
        self.engine, graph = engine, engine.graph
        edge = graph.edges
        count = np.bincount(edge["start"], minlength=graph.node_count)
        self.degree = count + np.bincount(edge["end"], minlength=graph.node_count)
        self.names = graph.names
        leave, arrive = edge["leaving"] / 10.0, edge["arriving"] / 10.0
        #: heading at the beginning and at the end of each arc
        self.leave = np.stack((leave, (arrive + 180) % 360), axis=1).reshape(-1)
        self.arrive = np.stack((arrive, (leave + 180) % 360), axis=1).reshape(-1)
        self.manner = _MANNER[edge["kind"]]
        self.group = edge["name"].astype("i8") * 64 + self.manner * 4 + edge["side"]
        slope = np.where(edge["incline"] == NO_INCLINE, 0, edge["incline"]).astype("i4")
        slope[engine.model.steps_here] = 0
        self.slope = np.stack((slope, -slope), axis=1).reshape(-1)
        up, down = edge["kerb_up"].astype("i4"), edge["kerb_down"].astype("i4")
        self.up = np.stack((up, down), axis=1).reshape(-1)
        self.down = np.stack((down, up), axis=1).reshape(-1)
        self.bench = (edge["flags"] & np.uint32(Flag.BENCH)) > 0

    def route(self, metric: Metric, legs: Sequence[Leg]) -> Route:
        """Describes a way of one or more legs."""
        steps: list[list[Step]] = []
        lines: list[Ints] = []
        leg_points: list[int] = []
        at = 0
        for leg in legs:
            line, ends = leg_line(self.engine.graph, leg)
            steps.append(self._steps(metric, leg, ends + at, at))
            at += len(line) - 1
            leg_points.append(at)
            lines.append(line if not lines else line[1:])
        coordinates = np.concatenate(lines) if len(lines) > 1 else lines[0]
        arcs = np.concatenate([leg.arcs for leg in legs])
        share = np.concatenate([leg.stop - leg.begin for leg in legs])
        metres = metric.costs.length[arcs >> 1] / 10 * share
        return Route(
            list(legs), coordinates, leg_points, steps, self._totals(metric, arcs, metres, share),
            sum(leg.weight for leg in legs), arcs, metres,
        )  # fmt: skip

    def _totals(self, metric: Metric, arcs: Ints, metres: Ints, share: Ints) -> Totals:
        edges = arcs >> 1
        edge, slope = self.engine.graph.edges, self.slope[arcs]
        height = slope / 1000 * metres
        up, down = self.up[arcs], self.down[arcs]
        kerbs = np.maximum(up, down)
        rough = np.bincount(edge["surface"][edges], weights=metres, minlength=19)
        climbing = slope.max(initial=0)
        falling = slope.min(initial=0)
        steps = np.where(edge["kind"][edges] == Kind.STEPS, self.engine.model.step_count[edges], 0)
        return Totals(
            metres=float(metres.sum()), seconds=float((metric.costs.tenths[arcs] * share).sum() / 10),
            ascent=float(height[height > 0].sum()), descent=float(abs(height[height < 0].sum())),
            steepest_up=int(climbing), steepest_down=int(-falling),
            kerbs=sorted(kerbs[kerbs > 10].tolist()), kerbs_unknown=int(((up < 0) | (down < 0)).sum()),
            steps=int(steps.sum()), flights=int((steps > 0).sum()),
            rough={Surface(int(s)): float(rough[s]) for s in np.flatnonzero(rough > 3.0) if s >= Surface.SETT},
            unverified=float(metres[metric.costs.unverified[edges]].sum()),
            longest_without_rest=_longest_gap(metres, self.bench[edges]),
            crossings=int((edge["kind"][edges] == Kind.CROSSING).sum()),
        )  # fmt: skip

    def _steps(self, metric: Metric, leg: Leg, ends: Ints, first: int) -> list[Step]:
        """Groups the arcs of a leg to steps; `ends[i]` is the point index at which arc `i` ends."""
        arcs, edges, share = leg.arcs, leg.arcs >> 1, leg.stop - leg.begin
        edge = self.engine.graph.edges
        metres = metric.costs.length[edges] / 10 * share
        angle = (self.leave[arcs[1:]] - self.arrive[arcs[:-1]] + 180) % 360 - 180
        group, manner = self.group[edges], self.manner[edges]
        fork = self.degree[self.engine.heads[arcs[:-1]]] > 2
        begins = np.ones(len(arcs), dtype=bool)
        begins[1:] = (group[1:] != group[:-1]) | ((np.abs(angle) > _TURN_DEGREES) & fork)
        straight = np.abs(np.append(0.0, angle)) <= _TURN_DEGREES
        begins = _join_brief(begins, metres, manner, straight)
        at, towards = _pass_over_scraps(np.flatnonzero(begins), metres, manner)
        seconds = metric.costs.tenths[arcs] * share / 10
        slope, up, down = self.slope[arcs], self.up[arcs], self.down[arcs]
        unverified = np.where(metric.costs.unverified[edges], metres, 0.0)
        add, top, low = np.add.reduceat, np.maximum.reduceat, np.minimum.reduceat
        turn = (self.leave[arcs[towards]] - self.arrive[arcs[at - 1]] + 180) % 360 - 180
        # the longest arc of a step stands for its surface, kind and name
        longest = _argmax_by_group(metres, at)
        kind, chosen = edge["kind"][edges], edges[longest]
        points = ends[np.append(at[1:] - 1, len(arcs) - 1)]
        flat = zip(
            _turns(turn), manner[longest].tolist(), kind[longest].tolist(), edge["name"][chosen].tolist(),
            edge["side"][chosen].tolist(), add(metres, at).tolist(), add(seconds, at).tolist(), points.tolist(),
            self.leave[arcs[at]].tolist(), top(slope, at).tolist(), low(slope, at).tolist(), top(up, at).tolist(),
            top(down, at).tolist(), add(((up < 0) | (down < 0)).astype("i4"), at).tolist(),
            edge["surface"][chosen].tolist(), add(unverified, at).tolist(),
            top(self.bench[edges].astype("i1"), at).tolist(), top(edge["barrier"][edges], at).tolist(),
            (edges[longest]).tolist(), (arcs[longest] & 1).tolist(), strict=True,
        )  # fmt: skip
        found: list[Step] = []
        for (turned, how, what, name, side, m, s, last, heading, steep, fall, kerb_up, kerb_down, kerbs_unknown,
             surface, unsure, bench, barrier, number, back) in flat:  # fmt: skip
            step = Step(
                turned if found else Turn.DEPART, _MANNERS[how], _KINDS[what], self.names[name],
                side if not back or not side else 3 - side, m, s, first, last, heading, max(steep, 0), max(-fall, 0),
                max(kerb_up, 0), max(kerb_down, 0), kerbs_unknown, _SURFACES[surface], unsure, bench=bool(bench),
                barrier=barrier,
            )  # fmt: skip
            if how in _EVENTS:
                self._event(step, edge, number, back)
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


def leg_line(graph: Graph, leg: Leg) -> tuple[Ints, Ints]:
    """(longitude/latitude rows of the leg, index of the point at which each arc ends)."""
    edges, back = leg.arcs >> 1, (leg.arcs & 1).astype(bool)
    low, high = graph.point_start[edges].astype("i8"), graph.point_start[edges + 1].astype("i8") - 1
    first, last = np.where(back, high, low), np.where(back, low, high)
    sign = np.where(back, -1, 1)
    # points strictly after the beginning of each arc, up to its end; the two cut arcs use the snapped pieces
    first[0], last[-1] = _cut_begin(leg, first[0], sign[0]), _cut_end(leg, last[-1], sign[-1])
    count = np.maximum((last - first) * sign, 0)
    total = int(count.sum())
    ends = np.cumsum(count)
    offset = np.arange(total) - np.repeat(ends - count, count) + 1
    index = np.repeat(first, count) + np.repeat(sign, count) * offset
    line = np.empty((total + 2, 2))
    line[0], line[-1] = (leg.start.x, leg.start.y), (leg.end.x, leg.end.y)
    line[1:-1] = graph.points[index]
    ends[-1] += 1
    return line, ends


def _cut_begin(leg: Leg, first: int, sign: int) -> int:
    """The point index before the first whole point that is walked to."""
    if leg.begin[0] == 0 and leg.arcs[0] >> 1 != leg.start.edge:
        return first
    return leg.start.piece if sign > 0 else leg.start.piece + 1


def _cut_end(leg: Leg, last: int, sign: int) -> int:
    """The last whole point before the end."""
    if leg.stop[-1] == 1 and leg.arcs[-1] >> 1 != leg.end.edge:
        return last
    return leg.end.piece if sign > 0 else leg.end.piece + 1


def _join_brief(begins: Ints, metres: Ints, manner: Ints, straight: Ints) -> Ints:
    """A few metres of walking straight on belong to the step before, unless something happens on them."""
    at = np.flatnonzero(begins)
    if len(at) < 2:
        return begins
    length = np.add.reduceat(metres, at)
    walking = manner[at] < Manner.CROSSING
    before = np.append(False, walking[:-1])
    joined = (length < _BRIEF_M) & walking & before & straight[at]
    begins[at[joined]] = False
    return begins


def _pass_over_scraps(at: Ints, metres: Ints, manner: Ints) -> tuple[Ints, Ints]:
    """Joins scraps of a way to the step after them. Returns the beginnings of the steps, and the arcs whose headings
    say where each one really goes."""
    length = np.add.reduceat(metres, at).tolist()
    walking = (manner[at] < Manner.CROSSING).tolist()
    begins: list[int] = []
    towards: list[int] = []
    joins = False
    for number, index in enumerate(at.tolist()):
        if joins:
            towards[-1] = index
        else:
            begins.append(index)
            towards.append(index)
        last = number + 1 == len(length)
        joins = not last and length[number] < _SCRAP_M and walking[number] and walking[number + 1]
    return np.array(begins), np.array(towards)


def _argmax_by_group(values: Ints, at: Ints) -> Ints:
    group = np.zeros(len(values), dtype="i8")
    group[at[1:]] = 1
    order = np.lexsort((-values, np.cumsum(group)))
    chosen: Ints = order[at]
    return chosen


def _turns(angles: Ints) -> list[Turn]:
    return [turn_of(angle) for angle in angles.tolist()]


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


def _longest_gap(metres: Ints, rest: Ints) -> float:
    """The longest way between two places to rest (start and end count as such)."""
    walked = np.cumsum(metres)
    stops = np.concatenate(([0.0], walked[rest] - metres[rest] / 2, walked[-1:]))
    return float(np.diff(stops).max(initial=0.0))
