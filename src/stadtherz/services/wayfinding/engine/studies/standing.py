# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where one gets to from every door of a town at once, with one profile, also where climbs must not be too long.

Whether somebody gets on from a junction on a hill depends on how far they have climbed already. So what is joined are
not junctions, but *standpoints*:

- a part of the town whose junctions are all joined there and back by *calm* arcs (open, and not watched: climbs.py), and
  in which one can go round in a circle. Who comes into it has rested, can go anywhere in it, and may leave it by any arc,
  although nobody turns round on the spot to have rested;
- elsewhere (on a hill, in a dead end): a junction, the edge by which one came, and what one has climbed until there;
- a door: once for who leaves, once for who comes home. Doors on the streets of a part are at the part itself.

For somebody whose climbs have no limit all parts are of the first kind.

What one gets to is then plain reachability, and agrees with the search of the answers (climb_search.py). Mending only
adds standpoints, so all that a mended barrier opens leads through what it adds.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from ..costs import FORBIDDEN
from ..engine import Engine
from ..graph import Ints
from ..leg_finding import climb_ends, ends_of
from ..metric import Metric
from ..snapping import Snap

#: a junction, the edge by which one came (-1: by none), and the decimetres climbed without a break until there
_Point = tuple[int, int, float]
_NONE: Final = -1


class _Way(NamedTuple):
    """The end of a door's edge: the junction, the decimetres of climb that touch it, and the edge (-1: none of it is walked)."""

    node: int
    climbed: float
    edge: int


class Passage(NamedTuple):
    """By group of standpoints: whether one gets from there to a mended place, and from the mended place to there."""

    to_it: Ints
    from_it: Ints


def parts_of(count: int, tails: Ints, heads: Ints) -> Ints:
    """By node the number of its strongly connected part."""
    from scipy.sparse.csgraph import connected_components

    found: Ints = connected_components(_matrix(count, tails, heads), directed=True, connection="strong")[1]
    return found


def _matrix(count: int, tails: Ints, heads: Ints) -> Any:
    from scipy.sparse import csr_matrix

    return csr_matrix((np.ones(len(tails), dtype="i1"), (tails, heads)), (count, count))


def _spread(matrix: Any, start: int) -> Ints:
    """By node whether one gets there."""
    from scipy.sparse.csgraph import breadth_first_order

    found = np.zeros(matrix.shape[0], dtype=bool)
    found[breadth_first_order(matrix, start, return_predecessors=False)] = True
    return found


class Standing:
    """Standpoints of one profile, and `leaving` and `coming` by door: the groups of its standpoints (-1: no door there).
    Between standpoints of one group one gets there and back."""

    def __init__(self, engine: Engine, metric: Metric, doors: Sequence[tuple[int, float]]) -> None:
        """`doors`: edge (-1: none) and share of its line."""
        self._metric, self._network, self._limit = metric, engine.network, metric.climb
        network, limit = self._network, metric.climb
        open_arcs: Ints = metric.weights < FORBIDDEN
        calm: Ints = open_arcs if limit is None else open_arcs & ~limit.watched
        labels = parts_of(network.node_count, network.tails[calm], network.heads[calm])
        #: by junction its part; -1 where it matters how one came
        self._part: Ints = labels if limit is None else np.where(self._without_circle(labels, calm), _NONE, labels)
        self._count = int(labels.max()) + 1
        self._numbers: dict[_Point, int] = {}
        self._at: dict[int, list[tuple[int, int]]] = {}
        self._links: list[tuple[int, int]] = []
        self._homes_at: dict[int, list[tuple[_Way, int]]] = {}
        self._doors_on: dict[int, list[tuple[float, int, int]]] = {}
        self._place(doors, calm)
        tails, heads = (self._part[ends[open_arcs]] for ends in (network.tails, network.heads))
        joins = (tails != heads) & (tails >= 0) & (heads >= 0)
        self._leave_parts(np.flatnonzero(open_arcs)[(tails >= 0) & (heads < 0)])
        found = np.array(self._links, dtype="i8").reshape(-1, 2)
        tails, heads = np.concatenate((tails[joins], found[:, 0])), np.concatenate((heads[joins], found[:, 1]))
        self._group = parts_of(self._count, tails, heads)
        self.groups = int(self._group.max()) + 1
        tails, heads = self._group[tails], self._group[heads]
        pairs = np.unique(np.stack((tails, heads), axis=1)[tails != heads], axis=0)
        self._tails, self._heads = pairs[:, 0], pairs[:, 1]
        self._ahead = _matrix(self.groups, self._tails, self._heads)
        self._behind = _matrix(self.groups, self._heads, self._tails)
        self.leaving, self.coming = (
            np.where(numbers < 0, _NONE, self._group[numbers]) for numbers in (self._leaving, self._coming)
        )

    def _without_circle(self, labels: Ints, calm: Ints) -> Ints:
        """Junctions in parts in which nobody could turn round but on the spot."""
        begin, end = (labels[ends[::2]] for ends in (self._network.tails, self._network.heads))
        inside = calm.reshape(-1, 2).any(axis=1) & (begin == end)
        edges, nodes = (np.bincount(each, minlength=int(labels.max()) + 1) for each in (begin[inside], labels))
        found: Ints = (edges < nodes)[labels]
        return found

    # what leads from where to where

    def _place(self, doors: Sequence[tuple[int, float]], calm: Ints) -> None:
        self._leaving, self._coming = np.full(len(doors), _NONE), np.full(len(doors), _NONE)
        leave: list[tuple[int, list[_Way]]] = []
        for index, (edge, share) in enumerate(doors):
            if edge < 0:
                continue
            part = int(self._part[self._network.tails[2 * edge]])
            if calm[2 * edge] and calm[2 * edge + 1] and part >= 0:
                self._leaving[index] = self._coming[index] = part
                continue
            out, home = self._count, self._count + 1
            self._count += 2
            self._leaving[index], self._coming[index] = out, home
            self._doors_on.setdefault(edge, []).append((share, out, home))
            snap = Snap(edge, share, 0.0, 0.0, 0.0, 0)
            leave.append((out, self._ends(snap, leaving=True)))
            for end in self._ends(snap, leaving=False):
                if (part := int(self._part[end.node])) >= 0:
                    self._links.append((part, home))
                self._homes_at.setdefault(end.node, []).append((end, home))
        waiting: list[tuple[int, _Point]] = []
        for out, ends in leave:
            for end in ends:
                self._links.append((out, self._stand(end.node, end.edge, end.climbed, waiting)))
        self._explore(waiting)

    def _ends(self, snap: Snap, *, leaving: bool) -> list[_Way]:
        ends = ends_of(self._network, self._metric.weights, snap, leaving=leaving, within=self._metric)
        if self._limit is None:
            return [_Way(end[0], 0.0, _NONE) for end in ends]
        return [_Way(end.node, end.climbed[0], end.edge) for end in climb_ends(self._limit, ends, leaving=leaving)]

    def _leave_parts(self, arcs: Ints) -> None:
        """To where it matters how one came; whoever comes from a part has rested."""
        waiting: list[tuple[int, _Point]] = []
        for arc in arcs.tolist():
            climbed = self._climbed(arc, 0.0)
            if climbed is not None:
                part = int(self._part[self._network.tails[arc]])
                self._links.append((part, self._stand(self._network.heads.item(arc), arc >> 1, climbed, waiting)))
        self._explore(waiting)

    def _climbed(self, arc: int, before: float) -> float | None:
        return 0.0 if self._limit is None else self._limit.enter(self._limit.ahead, arc, before)

    def _stand(self, node: int, edge: int, climbed: float, waiting: list[tuple[int, _Point]]) -> int:
        """The number of a standpoint; a new one has to be explored."""
        part = self._part.item(node)
        if part >= 0:
            return int(part)
        point = (node, edge, climbed)
        number = self._numbers.get(point)
        if number is None:
            number = self._numbers[point] = self._count
            self._count += 1
            self._at.setdefault(node, []).append((edge, number))
            waiting.append((number, point))
        return number

    def _explore(self, waiting: list[tuple[int, _Point]]) -> None:
        while waiting:
            number, point = waiting.pop()
            self._links += ((number, home) for home in self._homes_from(point))
            for arc, climbed in self._out_of(point):
                self._links.append((number, self._stand(self._network.heads.item(arc), arc >> 1, climbed, waiting)))

    def _homes_from(self, point: _Point) -> Iterator[int]:
        node, edge, climbed = point
        for end, home in self._homes_at.get(node, ()):
            if (end.edge != edge or edge < 0) and (self._limit is None or climbed + end.climbed <= self._limit.most):
                yield home

    def _out_of(self, point: _Point) -> Iterator[tuple[int, float]]:
        """The arcs by which one gets on, and what one has climbed at their ends."""
        node, edge, climbed = point
        for arc in self._network.out_of(node):
            if arc >> 1 != edge and self._metric.weights.item(arc) < FORBIDDEN:
                after = self._climbed(arc, climbed)
                if after is not None:
                    yield arc, after

    # questions

    def reaches(self, begin: Ints, end: Ints) -> Ints:
        """Whether one gets from the groups of `begin` to those of `end`, one by one."""
        found: Ints = begin == end
        if not len(begin):
            return found
        # nearly all trips lead through the largest part
        most = int(np.bincount(np.concatenate((begin, end))).argmax())
        found |= _spread(self._behind, most)[begin] & _spread(self._ahead, most)[end]
        left = np.flatnonzero(~found)
        sides = [(begin, end, self._ahead), (end, begin, self._behind)]
        by, other, matrix = min(sides, key=lambda side: len(np.unique(side[0][left])))
        for start in np.unique(by[left]).tolist():
            mine = left[by[left] == start]
            found[mine] = _spread(matrix, start)[other[mine]]
        return found

    def through(self, edges: Ints) -> list[Passage]:
        """What can be reached through edges that were mended: they are open both ways, and nobody climbs there. A way through them
        leads through one of the passages that are told."""
        mended = _Mended(self, edges)
        return mended.passages()


class _Mended:
    """The standpoints that mending adds, numbered on from the groups."""

    def __init__(self, standing: Standing, edges: Ints) -> None:
        self._on, self._count = standing, standing.groups
        self._numbers: dict[_Point, int] = {}
        self._links: list[tuple[int, int]] = []
        self._waiting: list[tuple[int, _Point]] = []
        network, group = standing._network, standing._group
        #: by mended arc the standpoint of who is about to walk it
        self._before = {arc: self._count + number for number, arc in enumerate(_arcs(edges))}
        self._count += len(self._before)
        self._pivots = list(self._before.values())
        for arc, before in self._before.items():
            edge, tail = arc >> 1, network.tails.item(arc)
            part = standing._part.item(tail)
            came = standing._at.get(tail, ())
            at = [part] if part >= 0 else [number for by, number in came if by != edge]
            self._links += ((int(group[number]), before) for number in at)
            after = self._stand(network.heads.item(arc), edge, 0.0)
            self._links.append((before, after))
            doors = standing._doors_on.get(edge, ())
            if doors:
                self._pivots.append(after)
            for share, out, home in doors:
                walked = 1 - share if arc & 1 else share
                if walked > 0.0:
                    self._links.append((before, int(group[home])))
                if walked < 1.0:
                    self._links.append((int(group[out]), after))
        while self._waiting:
            number, point = self._waiting.pop()
            self._links += ((number, int(group[home])) for home in standing._homes_from(point))
            mended = [arc for arc in network.out_of(point[0]) if arc in self._before and arc >> 1 != point[1]]
            self._links += ((number, self._before[arc]) for arc in mended)
            for arc, climbed in standing._out_of(point):
                self._links.append((number, self._stand(network.heads.item(arc), arc >> 1, climbed)))

    def _stand(self, node: int, edge: int, climbed: float) -> int:
        on, point = self._on, (node, edge, climbed)
        part = on._part.item(node)
        known = part if part >= 0 else on._numbers.get(point)
        if known is not None:
            return int(on._group[known])
        number = self._numbers.get(point)
        if number is None:
            number = self._numbers[point] = self._count
            self._count += 1
            self._waiting.append((number, point))
        return number

    def passages(self) -> list[Passage]:
        on = self._on
        new = np.array(self._links, dtype="i8").reshape(-1, 2)
        tails, heads = np.concatenate((on._tails, new[:, 0])), np.concatenate((on._heads, new[:, 1]))
        ahead, behind = _matrix(self._count, tails, heads), _matrix(self._count, heads, tails)
        found: list[Passage] = []
        for pivot in self._pivots:
            # of standpoints that lead to each other one tells of all
            if not any(passage.to_it[pivot] and passage.from_it[pivot] for passage in found):
                found.append(Passage(_spread(behind, pivot), _spread(ahead, pivot)))
        return found


def _arcs(edges: Ints) -> Iterable[int]:
    return (arc for edge in np.unique(edges).tolist() for arc in (2 * edge, 2 * edge + 1))
