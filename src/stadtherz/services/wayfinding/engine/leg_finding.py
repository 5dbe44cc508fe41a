# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Finds the best leg between two places, by whichever ends of their two edges are cheapest."""

import math
from typing import TYPE_CHECKING

import numpy as np

from .climb_search import ClimbEnd, FromStart, way_below
from .costs import FORBIDDEN
from .graph import Ints
from .legs import Leg
from .network import Network
from .routing import Found, Weighting
from .snapping import Snap

if TYPE_CHECKING:
    from .climbs import ClimbLimit
    from .metric import Metric


def find_leg(
    network: Network, weighting: Weighting, weights: Ints, *, start: Snap, end: Snap, within: "Metric | None" = None,
    most: float = math.inf, away: FromStart | None = None,
) -> Leg | None:  # fmt: skip
    """The cheapest way between two places on edges; the ends of both edges are tried, and the direct piece when both
    places lie on the same edge. `within`: whose limit on climbs it keeps; without it climbs do not count. `most`: what a
    way may weigh for which a long search is worth while. `away`: what several questions from the same start have in common."""
    sources = ends_of(network, weights, start, leaving=True, within=within)
    targets = ends_of(network, weights, end, leaving=False, within=within)
    along = direct(weights, start, end, within) if start.edge == end.edge else None
    limit = within.climb if within else None
    found = weighting.path([s[:2] for s in sources], [t[:2] for t in targets])
    if along and (found is None or along.weight <= found.total):
        return along
    if found is None:
        return None
    leg = _joined(network, weights, sources, targets, found, start=start, end=end)
    if limit is None or leg is None or limit.fits(leg):
        return leg
    ends = climb_ends(limit, sources, leaving=True), climb_ends(limit, targets, leaving=False)
    away = away or FromStart(weighting)
    below = None if found.total > most else way_below(network, away, weights, limit, ends, most=most)
    if below is None or (along and along.weight <= below.total):
        return along
    return _joined(
        network, weights, [sources[below.source]], [targets[below.target]], Found(below.total, below.arcs), start=start,
        end=end,
    )  # fmt: skip


def climb_ends(limit: "ClimbLimit", ends: list["End"], *, leaving: bool) -> list[ClimbEnd]:
    """The climbs of the pieces of edges with which a way begins or ends."""
    found = []
    for node, weight, arc, share in ends:
        part = (share, 1.0) if leaving else (0.0, share)
        climbed = limit.part_climbs(arc, *part, at_end=leaving)
        stays = share == (1.0 if leaving else 0.0)
        found.append(ClimbEnd(node, weight, climbed, -1 if stays else arc >> 1))
    return found


def _joined(
    network: Network, weights: Ints, sources: list["End"], targets: list["End"], found: Found, *, start: Snap, end: Snap
) -> Leg | None:
    """The arcs of a way with the pieces of edges at its ends."""
    arcs = found.arcs
    if arcs:
        first = _matching(sources, network.tails.item(arcs[0]))
        last = _matching(targets, network.heads.item(arcs[-1]))
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


def ends_of(
    network: Network, weights: Ints, snap: Snap, *, leaving: bool, within: "Metric | None" = None
) -> list[End]:  # fmt: skip
    """(node, weight, arc, share) by which one leaves or reaches a place on an edge."""
    found = []
    for back in (0, 1):
        arc = 2 * snap.edge + back
        weight = weights.item(arc)
        share = 1 - snap.share if back else snap.share
        if weight >= FORBIDDEN:
            part = (share, 1.0) if leaving else (0.0, share)
            if part[0] == part[1]:
                # a place at the very end of its edge: nothing of that edge is walked, so it may be too steep in this direction
                weight = 0
            elif (climbed := _part_weight(within, arc, *part)) is not None:
                weight = climbed
            else:
                continue
        if leaving:
            found.append((network.heads.item(arc), round(weight * (1 - share)), arc, share))
        else:
            found.append((network.tails.item(arc), round(weight * share), arc, share))
    return found


def _part_weight(within: "Metric | None", arc: int, begin: float, stop: float) -> int | None:
    """What a forbidden arc weighs that only climbs too long, where the part of it that is walked does not."""
    if within is None or within.climb is None or not within.climb.part_fits(arc, begin, stop):
        return None
    return within.weight_of_climb(arc)


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


def direct(weights: Ints, start: Snap, end: Snap, within: "Metric | None") -> Leg | None:
    """The piece of the one edge on which both places lie, if one may walk it."""
    back = int(end.share < start.share)
    arc = 2 * start.edge + back
    weight = weights.item(arc)
    begin, stop = (1 - start.share, 1 - end.share) if back else (start.share, end.share)
    if weight >= FORBIDDEN:
        climbed = _part_weight(within, arc, begin, stop)
        if climbed is None:
            return None
        weight = climbed
    return Leg(start, end, np.array([arc]), begin, stop, round(weight * (stop - begin)))
