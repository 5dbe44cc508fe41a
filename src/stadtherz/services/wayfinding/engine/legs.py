# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""One leg of a way: from a place on an edge to another, by whichever ends of the two edges are cheapest."""

from typing import TYPE_CHECKING

import msgspec
import numpy as np

from .costs import FORBIDDEN
from .graph import Ints
from .routing import Weighting
from .snapping import Snap

if TYPE_CHECKING:
    from .engine import Engine


class Leg(msgspec.Struct, frozen=True):
    """A way between two places. One sets off at this share of the first arc and goes up to that of the last one (0 to 1 in
    walking direction); the arcs between are walked as a whole."""

    start: Snap
    end: Snap
    arcs: Ints
    sets_off: float
    goes_to: float
    weight: int

    @property
    def shares(self) -> Ints:
        """How much of each arc is walked."""
        shares = np.ones(len(self.arcs))
        for which, share in self.cut:
            shares[which] = share
        return shares

    @property
    def cut(self) -> tuple[tuple[int, float], ...]:
        """Positions of the arcs of which only a share is walked, and that share."""
        if len(self.arcs) == 1:
            return ((0, self.goes_to - self.sets_off),)
        return (0, 1.0 - self.sets_off), (-1, self.goes_to)


def find_leg(engine: "Engine", weighting: Weighting, weights: Ints, *, start: Snap, end: Snap) -> Leg | None:
    """The cheapest way between two places on edges; the ends of both edges are tried, and the direct piece when both
    places lie on the same edge."""
    sources = ends_of(engine, weights, start, leaving=True)
    targets = ends_of(engine, weights, end, leaving=False)
    direct = _direct(weights, start, end) if start.edge == end.edge else None
    found = weighting.path([s[:2] for s in sources], [t[:2] for t in targets])
    if direct and (found is None or direct.weight <= found.total):
        return direct
    if found is None:
        return None
    arcs = found.arcs
    if arcs:
        first = _matching(sources, engine.tails.item(arcs[0]))
        last = _matching(targets, engine.heads.item(arcs[-1]))
    else:
        _, first, last = min((s[1] + t[1], s, t) for s in sources for t in targets if s[0] == t[0])
    # a place at the very end of its edge: nothing of that edge is walked
    sets_off, goes_in = first[3] < 1.0, last[3] > 0.0
    if not (arcs or sets_off or goes_in):
        # both places are one junction: nothing is walked of an edge that one may walk
        return _standing(weights, start, end)
    whole = [*([first[2]] if sets_off else ()), *arcs, *([last[2]] if goes_in else ())]
    return Leg(
        start, end, np.fromiter(whole, dtype="i8", count=len(whole)), first[3] if sets_off else 0.0,
        last[3] if goes_in else 1.0, found.total,
    )  # fmt: skip


End = tuple[int, int, int, float]


def ends_of(engine: "Engine", weights: Ints, snap: Snap, *, leaving: bool) -> list[End]:
    """(node, weight, arc, share) by which one leaves or reaches a place on an edge."""
    found = []
    for back in (0, 1):
        arc = 2 * snap.edge + back
        weight = weights.item(arc)
        share = 1 - snap.share if back else snap.share
        if weight >= FORBIDDEN:
            if share != (1.0 if leaving else 0.0):
                continue
            # a place at the very end of its edge: nothing of that edge is walked, so it may be too steep in this direction
            weight = 0
        if leaving:
            found.append((engine.heads.item(arc), round(weight * (1 - share)), arc, share))
        else:
            found.append((engine.tails.item(arc), round(weight * share), arc, share))
    return found


def _matching(ends: list[End], node: int) -> End:
    return min((end for end in ends if end[0] == node), key=lambda end: end[1])


def _standing(weights: Ints, start: Snap, end: Snap) -> Leg | None:
    """A way of no length, on an arc of either edge that may be used."""
    for snap in (start, end):
        for back in (0, 1):
            arc = 2 * snap.edge + back
            if weights.item(arc) < FORBIDDEN:
                share = 1 - snap.share if back else snap.share
                return Leg(start, end, np.array([arc]), share, share, 0)
    return None


def _direct(weights: Ints, start: Snap, end: Snap) -> Leg | None:
    back = int(end.share < start.share)
    arc = 2 * start.edge + back
    weight = int(weights[arc])
    if weight >= FORBIDDEN:
        return None
    begin, stop = (1 - start.share, 1 - end.share) if back else (start.share, end.share)
    return Leg(start, end, np.array([arc]), begin, stop, round(weight * (stop - begin)))
