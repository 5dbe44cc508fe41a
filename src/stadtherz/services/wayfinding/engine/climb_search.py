# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The best way on which nobody climbs too long at a stretch: a search with labels (cost, climbed so far).

Of two labels at a node the one that costs more and has climbed more is dropped (Martins 1984, Eur. J. Oper. Res. 16);
between two places the search goes from the goal to the start, as A* with the exact distances from the start where climbs
do not count, which one sweep through the hierarchy tells (the idea of Strasser & Zeitz 2021, SEA: CH-Potentials).
"""

import heapq
import math
from collections.abc import Sequence
from itertools import count
from typing import Final, NamedTuple

import numpy as np

from .climbs import Climbed, ClimbLimit
from .costs import FORBIDDEN
from .graph import Ints
from .network import Network
from .routing import Weighting


class ClimbEnd(NamedTuple):
    """A way on or off the graph: the node, the weight until there, the climb that touches the node (the way's own, and that
    of the way back), and the edge on which one stands (-1: on none)."""

    node: int
    weight: int
    climbed: Climbed
    edge: int


Ends = Sequence[ClimbEnd]


class FoundBelow(NamedTuple):
    """A way that climbs nowhere too long: total weight, its arcs in order, and by which of the ends."""

    total: int
    arcs: list[int]
    source: int
    target: int


#: no numbers of edges; -1 is where one stands on none
NONE: Final = -2
EVERY: Final = -3


class _Labels:
    """What has been found at the nodes. A label that another beats in all respects is none; but nobody turns round on the
    spot to have rested, so that two are needed that came over different edges."""

    def __init__(self) -> None:
        self._at: dict[int, list[tuple[Climbed, int]]] = {}

    def take(self, node: int, climbed: Climbed, edge: int) -> int:
        """Over which edge a label is worth going on with: over `EVERY` one, over `NONE`, or only over that by which a better label
        came, which may not turn round there. They come by their cost."""
        known = self._at.get(node)
        if known is None:
            self._at[node] = [(climbed, edge)]
            return EVERY
        there, back = climbed
        only = EVERY
        for (by_there, by_back), by in known:
            if by_there <= there and by_back <= back:
                if by == edge or only not in {EVERY, by}:
                    return NONE
                only = by
        known.append((climbed, edge))
        return only


class FromStart:
    """What it costs to all nodes from where one sets off, where climbs do not count: worked out once, and only where somebody
    asks, however many goals there are."""

    def __init__(self, weighting: Weighting) -> None:
        self.weighting = weighting
        self._sources: list[tuple[int, int]] = []
        self._found: Ints | None = None

    def to_all(self, sources: list[tuple[int, int]]) -> Ints:
        if self._found is None or sources != self._sources:
            self._sources, self._found = sources, self.weighting.reach(sources)
        return self._found


def way_below(
    network: Network, away: "FromStart", weights: Ints, limit: ClimbLimit, ends: tuple[Ends, Ends],
    *, most: float = math.inf,
) -> FoundBelow | None:  # fmt: skip
    """The cheapest way from one of the first ends to one of the second, in arcs of `weights`; None as well where it costs
    more than `most`. `away`: from the first ends."""
    sources, targets = ends
    still = away.to_all([end[:2] for end in sources])
    homes: dict[int, list[tuple[int, ClimbEnd]]] = {}
    for number, end in enumerate(sources):
        homes.setdefault(end.node, []).append((number, end))
    labels, ticket = _Labels(), count()
    #: by label: the arc by which it was reached, and the label behind it; of the first ones the number of the target
    steps: list[tuple[int, int]] = []
    waiting: list[tuple[int, int, int, int, Climbed, int, int]] = []

    def push(cost: int, node: int, climbed: Climbed, edge: int, step: tuple[int, int]) -> None:
        ahead = still.item(node)
        if ahead < FORBIDDEN:
            steps.append(step)
            heapq.heappush(waiting, (cost + ahead, next(ticket), cost, node, climbed, edge, len(steps) - 1))

    for number, end in enumerate(targets):
        push(end.weight, end.node, end.climbed, end.edge, (-1, number))
    while waiting:
        total, _, cost, node, climbed, edge, label = heapq.heappop(waiting)
        if total > most:
            return None
        if node < 0:
            return _told(steps, label, total, source=-1 - node)
        only = labels.take(node, climbed, edge)
        if only == NONE:
            continue
        for number, home in homes.get(node, ()):
            fits = all(a + b <= limit.most for a, b in zip(home.climbed, climbed, strict=True))
            if fits and home.edge != edge:
                whole = cost + home.weight
                heapq.heappush(waiting, (whole, next(ticket), whole, -1 - number, climbed, edge, label))
        for back in network.out_of(node):
            arc = back ^ 1
            weight = weights.item(arc)
            if weight >= FORBIDDEN or arc >> 1 == edge or (only != EVERY and arc >> 1 != only):
                continue
            there = limit.enter(limit.behind, back, climbed[0])
            home_again = limit.enter(limit.ahead, back, climbed[1]) if limit.both_ways else 0.0
            if there is not None and home_again is not None:
                push(cost + weight, network.heads.item(back), (there, home_again), arc >> 1, (arc, label))
    return None


def _told(steps: list[tuple[int, int]], label: int, total: int, *, source: int) -> FoundBelow:
    arcs = []
    while steps[label][0] >= 0:
        arc, label = steps[label]
        arcs.append(arc)
    return FoundBelow(total, arcs, source, steps[label][1])


class Reach(NamedTuple):
    """How far one gets: by node the least cost and what was climbed with it (there and back), by arc the least cost at which
    one may set off on it; infinite where one never comes."""

    at_node: Ints
    climbed: Ints
    at_arc: Ints


def reach_below(network: Network, cost: Ints, limit: ClimbLimit, starts: Ends, most: float, *, towards: bool) -> Reach:
    """`cost`: by arc in the direction of the search. `towards`: from where one gets to the starts."""
    nodes, arcs = network.node_count, len(cost)
    found = Reach(np.full(nodes, np.inf), np.zeros((nodes, 2)), np.full(arcs, np.inf))
    there, again = (limit.behind, limit.ahead) if towards else (limit.ahead, limit.behind)
    labels, ticket = _Labels(), count()
    waiting = [(end.weight, next(ticket), end.node, end.climbed, end.edge) for end in starts]
    heapq.heapify(waiting)
    while waiting:
        spent, _, node, climbed, edge = heapq.heappop(waiting)
        if spent > most:
            break
        only = labels.take(node, climbed, edge)
        if only == NONE:
            continue
        if not np.isfinite(found.at_node.item(node)):
            found.at_node[node], found.climbed[node] = spent, climbed
        for arc in network.out_of(node):
            each = cost.item(arc)
            if each >= FORBIDDEN or arc >> 1 == edge or (only != EVERY and arc >> 1 != only):
                continue
            one = limit.enter(there, arc, climbed[0])
            other = limit.enter(again, arc, climbed[1]) if limit.both_ways else 0.0
            if one is None or other is None:
                continue
            found.at_arc[arc] = min(found.at_arc.item(arc), spent)
            heapq.heappush(waiting, (spent + each, next(ticket), network.heads.item(arc), (one, other), arc >> 1))
    return found
