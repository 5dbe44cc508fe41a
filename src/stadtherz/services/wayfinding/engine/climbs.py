# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How long it really goes uphill on one way, and whether that is more than somebody manages at a stretch.

An arc's weight knows only the longest climb that can lead through it (steepness.py). Whoever joins that climb halfway, or
leaves it, climbs less of it. So an arc that is part of a climb that is too long, without being too long itself, stays
open and is *watched*: a way that uses one is measured as a whole, and where it climbs too long, climb_search.py finds the
best one that does not (see docs/adr/0064).
"""

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from .graph import Ints
from .profiles import Limit
from .steepness import Run, Runs, Steepness

if TYPE_CHECKING:
    from .costs import Costs
    from .legs import Leg

#: by arc in the direction of a search: decimetres of steepness as one enters it, as one leaves it, and whether it is steep
#: from end to end
Steps = dict[int, tuple[float, float, bool]]
#: of one of them in memory
_A_STEP_BYTES: Final = 200
#: decimetres climbed without a break in walking direction, and on the way back
Climbed = tuple[float, float]
_LEVEL: Final = Run(0.0, 0.0, 0.0, whole=False)


class Stretch(NamedTuple):
    """A climb without a break on a way: from which to which of its arcs, and how long (decimetres)."""

    first: int
    last: int
    length: float


class Climbs:
    """All climbs steeper than so many per mille."""

    def __init__(self, steepness: Steepness, permille: int, level: frozenset[int] = frozenset()) -> None:
        """`level`: edges on which nobody climbs, whatever the map says."""
        self._steepness, self.permille, self._level = steepness, permille, level
        self.runs = steepness.runs(permille)
        if level:
            stays = ~np.isin(self.runs.arc >> 1, list(level))
            self.runs = Runs(*(part[stays] for part in self.runs))

    def stretches(self, leg: "Leg") -> list[Stretch]:
        """The climbs of a way in walking order."""
        found: list[Stretch] = []
        going: Stretch | None = None
        for index, run in self._met(leg):
            if going is not None and (going.last != index - 1 or not run.first):
                found.append(going)
                going = None
            begun, before = (index, 0.0) if going is None else (going.first, going.length)
            if run.whole:
                going = Stretch(begun, index, before + run.longest)
                continue
            found += [Stretch(begun, index, before + run.first), Stretch(index, index, run.longest)]
            going = Stretch(index, index, run.last) if run.last else None
        return [one for one in (*found, going) if one and one.length]

    def ends(self, leg: "Leg") -> tuple[float, float]:
        """Decimetres of the climbs with which a way begins and ends."""
        met, last = list(self._met(leg)), len(leg.arcs) - 1
        begins = ends = 0.0
        for place, (index, run) in enumerate(met):
            if index != place:
                break
            begins += run.first
            if not run.whole:
                break
        for place, (index, run) in enumerate(reversed(met)):
            if index != last - place:
                break
            ends += run.last
            if not run.whole:
                break
        return begins, ends

    def _met(self, leg: "Leg") -> Iterator[tuple[int, Run]]:
        """The arcs of a way on which something is steep, those that are walked in part as that part."""
        runs = self.runs
        if not len(runs.arc):
            return
        place = np.minimum(np.searchsorted(runs.arc, leg.arcs), len(runs.arc) - 1)
        for index in np.flatnonzero(runs.arc[place] == leg.arcs).tolist():
            begin = leg.sets_off if index == 0 else 0.0
            stop = leg.goes_to if index == len(leg.arcs) - 1 else 1.0
            if (begin, stop) == (0.0, 1.0):
                at = place[index]
                run = Run(*(part.item(at) for part in (runs.longest, runs.first, runs.last, runs.whole)))
            else:
                run = self.part(leg.arcs.item(index), begin, stop)
            if run.longest:
                yield index, run

    def pieces(self, arc: int) -> tuple[list[bool], float]:
        """Which of the pieces of an arc are steep, in walking order, and its decimetres."""
        return self._steepness.steep_pieces(arc, self.permille)

    def part(self, arc: int, begin: float, stop: float) -> Run:
        """What is steep between two shares of an arc."""
        if stop <= begin or arc >> 1 in self._level:
            return _LEVEL
        return self._steepness.part(arc, begin, stop, self.permille)


class ClimbLimit:
    """The longest climb that somebody manages, on arcs that keep all other limits."""

    def __init__(self, climbs: Climbs, metres: int, costs: "Costs", *, both_ways: bool) -> None:
        """`both_ways`: whoever goes back climbs what the way goes down."""
        self.climbs, self.both_ways = climbs, both_ways
        #: decimetres
        self.most = metres * 10 + 1e-6
        runs = climbs.runs
        own = np.zeros(len(costs.broken))
        own[runs.arc] = runs.longest
        if both_ways:
            own = np.repeat(own.reshape(-1, 2).max(axis=1), 2)
        only = (costs.broken == Limit.STEEP_LENGTH) & ~costs.closed
        #: by arc: part of a climb that is too long; too long by itself, so that at most a part of it can be walked
        self.watched: Ints = only & (own <= self.most)
        self.alone: Ints = only & (own > self.most)
        self._either: Ints = only
        self._steps_bytes = 2 * _A_STEP_BYTES * int(self.watched.sum())

    def fits(self, leg: "Leg") -> bool:
        """Whether a way that keeps all other limits keeps this one."""
        if not self._either.take(leg.arcs).any():
            return True
        ways = (leg, leg.turned()) if self.both_ways else (leg,)
        return all(one.length <= self.most for way in ways for one in self.climbs.stretches(way))

    def part_fits(self, arc: int, begin: float, stop: float) -> bool:
        """Whether somebody manages this part of an arc by itself."""
        parts = [self.climbs.part(arc, begin, stop)]
        if self.both_ways:
            parts.append(self.climbs.part(arc ^ 1, 1 - stop, 1 - begin))
        return all(part.longest <= self.most for part in parts)

    def part_climbs(self, arc: int, begin: float, stop: float, *, at_end: bool) -> Climbed:
        """What somebody climbs on a part of an arc who goes on from its end (else: who comes to its beginning), and who comes
        back that way; nobody comes back where only one way is asked for."""
        there, back = self.climbs.part(arc, begin, stop), _LEVEL
        if self.both_ways:
            back = self.climbs.part(arc ^ 1, 1 - stop, 1 - begin)
        return (there.last, back.first) if at_end else (there.first, back.last)

    def managed(self, arc: int, begin: float, climbed: Climbed, *, towards: bool) -> float:
        """The share of an arc that somebody walks of it from a share of it on, in the direction of a search, after so much
        climbed there."""
        both = ((arc, climbed[0]), (arc ^ 1, climbed[1])) if self.both_ways else ((arc, climbed[0]),)
        return min(self._managed(arc, one ^ towards, begin, before) for one, before in both) - begin

    def _managed(self, arc: int, walked: int, begin: float, climbed: float) -> float:
        """Up to which share, as far as it goes uphill on an arc or on its way back."""
        steep, metres = self.climbs.pieces(walked)
        if walked != arc:
            steep = steep[::-1]
        here, size = climbed, len(steep)
        for number in range(min(int(begin * size), size - 1), size):
            first = max(begin, number / size)
            if not steep[number]:
                here = 0.0
                continue
            here += ((number + 1) / size - first) * metres
            if here > self.most:
                return max(first, (number + 1) / size - (here - self.most) / metres)
        return 1.0

    def enter(self, steps: Steps, arc: int, climbed: float) -> float | None:
        """What one has climbed at the end of an arc, after so much at its beginning; None: too much on the way. (Of arcs that
        are not watched no climb leads on to one that is too long.)"""
        step = steps.get(arc)
        if step is None:
            return 0.0
        first, last, whole = step
        if climbed + first > self.most:
            return None
        return climbed + first if whole else last

    @cached_property
    def ahead(self) -> Steps:
        """For a search in walking direction."""
        return {arc: (first, last, whole) for arc, first, last, whole in self._watched_runs()}

    @cached_property
    def behind(self) -> Steps:
        """For a search from the goal: by the arc that leads back."""
        return {arc ^ 1: (last, first, whole) for arc, first, last, whole in self._watched_runs()}

    def _watched_runs(self) -> Iterator[tuple[int, float, float, bool]]:
        runs = self.climbs.runs
        mine = self.watched[runs.arc]
        return zip(*(part[mine].tolist() for part in (runs.arc, runs.first, runs.last, runs.whole)), strict=True)

    @property
    def nbytes(self) -> int:
        """Of its arrays, and of what searches make of the watched arcs."""
        return self.watched.nbytes + self.alone.nbytes + self._either.nbytes + self._steps_bytes
