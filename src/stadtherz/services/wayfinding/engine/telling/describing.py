# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""From arcs to something a person can follow: groups the arcs of a way to steps, gathers what is met on them, and sums up."""

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import Any, Final

import numpy as np
from msgspec import structs

from ..engine import Engine
from ..graph import Ints
from ..legs import Leg
from ..lines import LegLine, Lines
from ..metric import Metric
from ..profiles import Profile
from ..vocabulary import Flag, RailsAt, Surface
from .facts import AROUND, AT_THE_END, FLIGHT, HERE, RIDE, RIGHT_AT_THE_BEGINNING_M, Facts, Level, Met, met_of
from .route import KERB_MM, TURNS, Route, Step, Totals, Turn, WalkedLeg, joined_parts
from .stretches import NOTHING, stretches
from .told import CIRCLE, LEAVE, TOLD, Look, Manner, Told

# members are looked up by name on each use, which Python 3.11 does slowly
_RIDES: Final = frozenset({Manner.LIFT, Manner.ESCALATOR})
_DEPART, _STEPS, _LIFT = Turn.DEPART, Manner.STEPS, Manner.LIFT
#: rails that are nearer to each other than this are crossed at once
_ONE_CROSSING_M: Final = 15
#: what is so near to the end of a step is told to be there
_AT_THE_END_M: Final = 5.0
#: bits of `Facts.rails` that say what one walks over, and what warns
_WHAT: Final = ~(3 << 2)
#: decimetres of rough ground that are not worth a word in the summary, and metres of it on a way that is better elsewhere
_FEW: Final = 30
_FEW_M: Final = 10.0


class Describer:
    """Prepared views of a graph for describing ways on it; one per engine."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.told = Told(engine.graph, engine.model)
        self.lines = Lines(engine.graph)

    def route(self, metric: Metric, legs: Sequence[Leg]) -> Route:
        """Describes a way of one or more legs."""
        sums = _Sums(self.engine)
        parts: list[WalkedLeg] = []
        steps: list[list[Step]] = []
        leg_points: list[int] = []
        at = 0
        for leg in legs:
            told = _LegDescriber(self, metric, leg)
            sums.add(told)
            parts.append(told.part)
            steps.append(told.steps(at))
            at += told.part.line.last
            leg_points.append(at)
        return Route(
            parts, leg_points, steps, sums.totals(), sum([leg.weight for leg in legs]),
            joined_parts([leg.arcs for leg in legs]),
        )  # fmt: skip


class _LegDescriber:
    """One leg, arc by arc."""

    def __init__(self, describer: Describer, metric: Metric, leg: Leg) -> None:
        self.engine, self.told, costs = describer.engine, describer.told, metric.costs
        #: stairs with such a ramp are none for this person
        self.ramp = metric.pricing.hard.ramp if isinstance(metric.pricing, Profile) else None
        arcs = leg.arcs
        edges = arcs >> 1
        amounts = np.empty((3, len(arcs)))
        amounts[0], amounts[1] = costs.length.take(edges), costs.tenths.take(arcs)
        for which, share in leg.cut:
            amounts[0, which] = round(amounts.item(0, which) * share)
            amounts[1, which] = round(amounts.item(1, which) * share)
        np.multiply(amounts[0], costs.unverified.take(edges), out=amounts[2])
        self.arcs: list[int] = arcs.tolist()
        line = LegLine(describer.lines, leg, self.arcs, edges)
        self.part = WalkedLeg(leg, line, self.told, amounts, amounts.sum(axis=1).tolist())
        self.lengths: list[float] = amounts[0].tolist()
        self.cues = self.told.cues.take(arcs, axis=0)
        #: positions of arcs of which there is more to tell, and their facts; nobody meets what they do not enter
        self.facts: list[tuple[int, Facts]] = [
            (place, self.told.facts.of(self.arcs[place])) for place in self.cues[:, TOLD].nonzero()[0].tolist()
        ]
        for end in (0, -1):
            if self.facts and self.lengths[end] < NOTHING and self.facts[end][0] == end % len(self.arcs):
                del self.facts[end]

    def is_there_already(self) -> bool:
        """Whether start and goal are the same place, so that there is nothing to do but to arrive."""
        return len(self.arcs) <= 2 and not any(self.lengths) and all(self.told.looks[arc].walked for arc in self.arcs)

    def steps(self, at: int) -> list[Step]:
        """Groups the arcs to steps; the leg's first point has the index `at` in the whole way."""
        if self.is_there_already():
            return []
        arcs, looks = self.arcs, self.told.looks
        firsts, bends, scraps, along = stretches(self.cues, self.part.amounts[0])
        begins = np.fromiter(firsts, dtype="i8", count=len(firsts))
        lengths = self.part.amounts[0]
        if scraps:
            lengths = lengths.copy()
            for first, end in scraps:
                lengths[first:end] = -1.0
        longest = [arcs[place] for place in _longest(lengths, begins)]
        points = [at, *(self.part.line.ends.take(begins[1:] - 1) + at).tolist(), at + self.part.line.last]
        amounts = (np.add.reduceat(self.part.amounts, begins, axis=1) / 10).tolist()
        turns = list(map(TURNS.__getitem__, bends))
        turns[0] = _DEPART
        steps = list(map(Step, turns, map(looks.__getitem__, longest), *amounts, points, points[1:]))
        steps[0].heading = self._setting_off()
        for number in along:
            steps[number].look = _nameless(steps[number].look)
        self._tell(steps, firsts)
        climbs = {facts.climb for _, facts in self.facts}
        if FLIGHT in climbs:
            for number, arc in enumerate(longest):
                if steps[number].look.manner is _STEPS:
                    self._flight(steps, number, arc, firsts)
        if RIDE in climbs:
            self._tell_storeys(steps, firsts)
        return steps

    def _tell(self, steps: Sequence[Step], firsts: Sequence[int]) -> None:
        """Adds to the steps what is met on them, and what stands at the corners where they begin."""
        patches: Counter[tuple[int, int]] = Counter()
        barrier_at = (-1, 0)
        where = _Around()
        for place, facts in self.facts:
            number = bisect_right(firsts, place) - 1
            step, met = steps[number], facts.met
            if met is not None:
                if met.barrier and barrier_at == (place - 1, met.barrier) and place == firsts[number]:
                    # it stands where the way before ends, and is told there
                    met = _with(met, barrier=0)
                if facts.around and (known := where.known(facts.around, place, number, walked=step.look.walked)):
                    met = _with(met, **dict.fromkeys(known, 0))
                step.met = met if step.met is None else _both(step.met, met)
                barrier_at = (place, facts.barrier)
            if facts.rails:
                self._tell_rails(step, firsts[number], place, facts.rails)
            if facts.surface:
                if facts.surface == step.look.surface:
                    step.rough += self.lengths[place] / 10
                elif step.look.plain:
                    patches[number, facts.surface] += int(self.lengths[place])
        for (number, surface), length in patches.items():
            if length / 10 > max(_FEW_M, steps[number].rough):
                steps[number].patch, steps[number].rough = Surface(surface), length / 10
        self._tell_corners(steps, firsts)

    def _tell_corners(self, steps: Sequence[Step], firsts: Sequence[int]) -> None:
        arcs, landmarks, told = self.arcs, self.told.landmarks, set()
        for number, first in enumerate(firsts):
            name = landmarks.get(arcs[first])
            # what one turns at again and again helps once
            if name and number and name not in told and steps[number].is_corner:
                told.add(name)
                steps[number].met = _with(steps[number].met, landmark=name)

    def _tell_rails(self, step: Step, first: int, place: int, rails: int) -> None:
        """Rails are met where the arc at a place on the way begins or ends; who sets out there, or has arrived, does not
        walk over them."""
        where = rails >> 2 & 3
        if where != RailsAt.ALONG and not (place > 0 if where == RailsAt.START else place + 1 < len(self.arcs)):
            return
        after = HERE
        if step.look.walked and where != RailsAt.ALONG:
            metres = sum(self.lengths[first : place + (where == RailsAt.END)]) / 10
            is_last = metres >= max(step.metres - _AT_THE_END_M, RIGHT_AT_THE_BEGINNING_M)
            after = AT_THE_END if is_last else round(metres)
        known = step.met.rails if step.met else ()
        last, here = (m if m >= 0 else step.metres for m in (known[-1][0] if known else 0, after))
        # of several tracks side by side the first is told
        if not known or here - last > _ONE_CROSSING_M:
            step.met = _with(step.met, rails=(*known, (after, rails & _WHAT)))

    def _setting_off(self) -> float:
        """Degrees from north; from the middle of a way that bends, in the direction of the piece on which one stands."""
        leg, lines = self.part.leg, self.part.line.lines
        if len(self.arcs) > 1 and self.lengths[0] < NOTHING:
            return self._leaves(1)
        if self.arcs[0] >> 1 != leg.start.edge or lines.pieces.item(leg.start.edge) == 1:
            return self._leaves(0)
        (x, y), (to_x, to_y) = lines.points[leg.start.piece : leg.start.piece + 2].tolist()
        back = 180.0 if self.arcs[0] & 1 else 0.0
        east = (to_x - x) * math.cos(math.radians(y))
        return (math.degrees(math.atan2(east, to_y - y)) + back) % 360

    def _leaves(self, place: int) -> float:
        return float(self.cues.item(place, LEAVE) % CIRCLE * 360 / CIRCLE)

    def _rises(self, first: int, behind: int) -> int:
        """Whether stairs between two places on the way go up (1) or down (-1): by the storeys that they join, else out of an
        underpass and into it. 0 where the map does not tell; beside a bridge a stair may lead on uphill."""
        one, other = self.arcs[first - 1] >> 1, self.arcs[behind] >> 1
        storeys = self.engine.graph.edges["level"]
        climbed: int = storeys.item(other) - storeys.item(one)
        if climbed:
            return 1 if climbed > 0 else -1
        return {Level.TUNNEL_UP: 1, Level.TUNNEL_DOWN: -1}.get(self._leads_to(one, other), 0)

    def _flight(self, steps: Sequence[Step], number: int, arc: int, firsts: Sequence[int]) -> None:
        """Facts that only stairs have."""
        graph, near = self.engine.graph, ""
        count, direction = graph.edges["steps"].item(arc >> 1), graph.edges["direction"].item(arc >> 1)
        if not any(step.look.name for step in steps[max(0, number - 1) : number + 2]):
            near = self.engine.grid.street_near(*graph.line(arc >> 1).mean(axis=0).tolist())
        up = -direction if arc & 1 else direction
        if not up and 0 < number < len(steps) - 1:
            up = self._rises(firsts[number], firsts[number + 1])
        steps[number].met = _with(steps[number].met, step_count=count, steps_up=up, near=near)

    def _tell_storeys(self, steps: list[Step], firsts: Sequence[int]) -> None:
        """Where one gets off a lift or an escalator."""
        storeys = self.engine.graph.edges["level"]
        for number, step in enumerate(steps[1:-1], 1):
            if step.look.manner not in _RIDES:
                continue
            place = firsts[number + 1]
            if step.look.manner is _LIFT:
                # who leaves a lift has no direction from which to turn: one sets off anew
                steps[number + 1].turn, steps[number + 1].heading = _DEPART, self._leaves(place)
            one, other = self.arcs[firsts[number] - 1] >> 1, self.arcs[place] >> 1
            before, after = storeys.item(one), storeys.item(other)
            if before != after:
                step.met = _with(step.met, storey=after, rises=1 if after > before else -1)
            elif to := self._leads_to(one, other):
                step.met = _with(step.met, to=to)
                if name := _LED_INTO.get(to):
                    # and nobody is told twice where they have got off
                    steps[number + 1].met = _with(steps[number + 1].met, **{name: 0})

    def _leads_to(self, one: int, other: int) -> Level:
        """From an edge to another at a lift or a stair: whether one of them is an underpass or a bridge, and the other is not."""
        flags = self.engine.graph.edges["flags"]
        left, entered = flags.item(one) & ~flags.item(other), flags.item(other) & ~flags.item(one)
        for flag, entering, leaving in _STRATA:
            if (left | entered) & flag:
                return entering if entered & flag else leaving
        return Level.SAME


_STRATA: Final = (
    (int(Flag.TUNNEL), Level.TUNNEL_DOWN, Level.TUNNEL_UP), (int(Flag.BRIDGE), Level.BRIDGE_UP, Level.BRIDGE_DOWN),
)  # fmt: skip
_LED_INTO: Final = {Level.TUNNEL_DOWN: "tunnel", Level.BRIDGE_UP: "bridge"}


#: arcs of a flight of stairs with its landings, behind which one is still in the same building
_FLIGHT_ARCS: Final = 4


class _Around:
    """Bridges, tunnels and buildings are told where one comes to them, not once more at each turn that one takes there."""

    def __init__(self) -> None:
        self.at = self.number = -1
        #: bits of what is around one, and of what of that an earlier step has told
        self.here = self.told = 0

    def known(self, around: int, place: int, number: int, *, walked: bool) -> tuple[str, ...]:
        """What is not to be told of the arc at this place, which belongs to the step of this number; nor is anything on
        stairs or a lift, which may lie between two pieces of the same underpass."""
        if not walked:
            return AROUND
        before = (self.told if number == self.number else self.here) if place - self.at <= _FLIGHT_ARCS else 0
        self.at, self.number, self.here, self.told = place, number, around, before & around
        return tuple(name for bit, name in enumerate(AROUND) if self.told >> bit & 1)


@lru_cache(4096)
def _nameless(look: Look) -> Look:
    return structs.replace(look, name="", said_name="-")


#: more arcs than a leg has
_MANY: Final = 1 << 20


def _longest(lengths: Ints, begins: Ints) -> list[int]:
    """The position of the arc that stands for surface, kind and name of each stretch: the first of the longest."""
    # lengths are whole decimetres, so that one number holds the position beside the length
    ranked = lengths * _MANY
    ranked -= np.arange(len(lengths))
    places: list[int] = (-np.maximum.reduceat(ranked, begins).astype("i8") & (_MANY - 1)).tolist()
    return places


@lru_cache(16384)
def _both(one: Met, other: Met) -> Met:
    """Who meets two things meets the steeper, the higher, the rougher of each."""
    return met_of(*map(max, structs.astuple(one), structs.astuple(other)))


def _with(known: Met | None, **more: Any) -> Met:
    return met_of(**(structs.asdict(known) if known else {}) | more)


class _Sums:
    """What the summary says, leg by leg."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        #: decimetres and tenths of a second: whole numbers, so that sums are exact
        self.length = self.time = self.unverified = 0.0
        #: decimetres times per mille
        self.climbed = self.fallen = 0.0
        self.steepest_up = self.steepest_down = 0
        self.kerbs: list[int] = []
        self.kerbs_unknown = self.crossings = 0
        #: edges
        self.flights: list[int] = []
        self.rough: dict[int, float] = {}
        #: decimetres from the start
        self.benches: list[float] = []

    def add(self, told: _LegDescriber) -> None:
        lengths, climbs = told.lengths, told.told.climbs
        rests: list[int] = []
        for place, facts in told.facts:
            if facts.rise or facts.fall:
                arc = told.arcs[place]
                self.climbed += climbs.item(arc, 0) * lengths[place]
                self.fallen += climbs.item(arc, 1) * lengths[place]
                self.steepest_up = max(self.steepest_up, facts.rise)
                self.steepest_down = max(self.steepest_down, facts.fall)
            if facts.up > KERB_MM:
                self.kerbs.append(facts.up)
            if facts.down > KERB_MM:
                self.kerbs.append(facts.down)
            self.kerbs_unknown += facts.up_unknown + facts.down_unknown
            self.crossings += facts.crossed
            if facts.climb == FLIGHT:
                flight = told.arcs[place] >> 1
                if told.ramp is None or self.engine.graph.edges["ramp"].item(flight) < told.ramp:
                    self.flights.append(flight)
            if facts.surface:
                self.rough[facts.surface] = self.rough.get(facts.surface, 0.0) + lengths[place]
            if facts.bench:
                rests.append(place)
        if rests:
            walked = list(accumulate(lengths, initial=self.length))
            self.benches += [(walked[place] + walked[place + 1]) / 2 for place in rests]
        length, time, unverified = told.part.sums
        self.length += length
        self.time += time
        self.unverified += unverified

    def totals(self) -> Totals:
        steps = self.engine.model.step_count[self.flights].tolist() if self.flights else []
        counted = self.engine.graph.edges["steps"]
        return Totals(
            metres=self.length / 10, seconds=self.time / 10, ascent=self.climbed / 10000, descent=self.fallen / 10000,
            steepest_up=self.steepest_up, steepest_down=self.steepest_down, kerbs=sorted(self.kerbs),
            kerbs_unknown=self.kerbs_unknown, steps=sum(steps), flights=sum(map(bool, steps)),
            rough={Surface(s): length / 10 for s, length in sorted(self.rough.items()) if length > _FEW},
            unverified=self.unverified / 10, crossings=self.crossings,
            longest_without_rest=max(later - earlier for earlier, later in pairwise((0, *self.benches, self.length))) / 10,
            steps_guessed=any(counted.item(edge) == 0 for edge in self.flights),
        )  # fmt: skip
