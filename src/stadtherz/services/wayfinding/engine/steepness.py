# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How long it goes uphill without a rest: for each arc the longest run steeper than a threshold that a way through this arc
can be part of, over as many edges as it takes.

Where an elevation model was read, a place is steep if one of the 20 m around it rises by more than the threshold on the
whole; elsewhere an edge is as steep all along as it is said to be. Runs of edges that follow each other are added. What a
way can come from or lead to is not known when an arc gets its weight: the longest counts. So no way whatsoever of which no
arc has a run above x metres goes up more than x metres at a stretch (see docs/adr/0028).
"""

import threading
from collections import OrderedDict
from typing import Final, NamedTuple

import numpy as np

from .graph import NO_INCLINE, ROW, Graph, Ints
from .vocabulary import Kind, Provenance

#: pieces in the 20 m over which a slope is taken
WINDOW: Final = 4
#: thresholds of which the runs are kept: profiles differ in the length much more often than in the slope
_KEPT: Final = 4
_NEVER: Final = -(10**9)


class Runs(NamedTuple):
    """Arcs with something steep, ascending, and the decimetres of it: the longest run within the arc, those that touch its
    two ends, and the longest of any way that leads through it."""

    arc: Ints
    longest: Ints
    first: Ints
    last: Ints
    whole: Ints
    through: Ints


class Run(NamedTuple):
    """The same of one arc, or of a part of it; `longest` is 0 where nothing is steep."""

    longest: float
    first: float
    last: float
    whole: bool


class Steepness:
    """`up[way]`: by edge the steepest climb in per mille, forward and backward: an edge over a hilltop climbs both ways."""

    def __init__(self, graph: Graph, slope: Ints) -> None:
        """`slope` by edge in per mille, 0 where it is unknown or where nobody rolls."""
        self._length = graph.edges["length"].astype("f8")
        self._tails, self._heads = graph.tails(), graph.heads()
        self._kept: OrderedDict[int, Runs] = OrderedDict()
        self._lock = threading.Lock()
        self._place_pieces(graph)
        #: what an edge has where it is alike all along; pieces tell more, those of a crossing for runs alone
        plain = np.where(self._in_pieces, 0, slope)
        fine = self.edges[graph.edges["incline"][self.edges] != NO_INCLINE]
        self._climb, self._least, self.up = [], [], []
        for sign, pieces in zip((1, -1), self._pieces, strict=True):
            steepest = (sign * plain).astype("i4")
            least = steepest.copy()
            if len(self.edges):
                steepest[self.edges] = np.maximum.reduceat(pieces, self._first)
                least[self.edges] = np.minimum.reduceat(pieces, self._first)
            self._climb.append(steepest)
            self._least.append(least)
            self.up.append(sign * slope.astype("i4"))
            self.up[-1][fine] = steepest[fine]

    def _place_pieces(self, graph: Graph) -> None:
        """The pieces of the edges of which nothing better is known than the elevation model."""
        size = np.diff(graph.slope_start) if len(graph.slope_start) else np.zeros(graph.edge_count, dtype="i4")
        usable = (size > 0) & (graph.provenance[ROW["incline"]] <= Provenance.ELEVATION_MODEL)
        usable &= (graph.edges["incline"] != NO_INCLINE) | (graph.edges["kind"] == Kind.CROSSING)
        self._in_pieces = usable
        self.edges = np.flatnonzero(usable)
        self._size = size[usable].astype("i8")
        self._first = np.cumsum(self._size) - self._size
        slopes = graph.slopes[np.repeat(usable, size)].astype("i4")
        self._pieces = [_steepest_around(sign * slopes, self._first, self._size) for sign in (1, -1)]
        self._spread(slopes)

    def _spread(self, slopes: Ints) -> None:
        """What the pieces of each edge sum up to: the share that rises, and climbs per mille of the whole edge."""
        size = np.maximum(self._size, 1)
        rises = (np.add.reduceat(part, self._first) if len(slopes) else slopes for part in (
            slopes > 0, np.maximum(slopes, 0), np.maximum(-slopes, 0),
        ))  # fmt: skip
        self._rising, *self._climbs = (part / size for part in rises)

    def climbs(self, way: int, slope: Ints) -> Ints:
        """By edge what one climbs in one direction, in per mille of its length; `slope` where there are no pieces."""
        found = np.maximum(-slope if way else slope, 0).astype("f4")
        found[self.edges] = self._climbs[way]
        return found

    def slowed(self, way: int, up: float, down: float) -> Ints:
        """For `edges` by how much slower one goes than on the level, with a pace exp(-up · slope), downhill with `down`."""
        rising = self._rising if way == 0 else 1 - self._rising
        found = np.zeros(len(self.edges))
        for share, climb, slower in ((rising, self._climbs[way], up), (1 - rising, self._climbs[1 - way], down)):
            steep = climb / np.maximum(share, 1e-9) / 1000
            found += share * np.minimum(np.exp(slower * steep), 10.0)
        return found

    def run(self, permille: int) -> Ints:
        """By arc: decimetres of the longest run steeper than so many per mille that leads through it; 0 where it is not
        steep itself."""
        runs = self.runs(permille)
        found = np.zeros(len(self._tails), dtype="u4")
        found[runs.arc] = runs.through
        return found

    def runs(self, permille: int) -> Runs:
        """All that is steeper than so many per mille."""
        with self._lock:
            found = self._kept.get(permille)
            if found is not None:
                self._kept.move_to_end(permille)
                return found
        within = self._runs(permille)
        if len(within.arc):
            # (a tenth of a millimetre is no decimetre more)
            within = within._replace(through=np.ceil(self._through(within) - 1e-6))
            order = np.argsort(within.arc)
            within = Runs(*(part[order] for part in within))
        with self._lock:
            self._kept[permille] = within
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return within

    def part(self, arc: int, begin: float, stop: float, permille: int) -> Run:
        """What is steeper than so many per mille between two shares (0 to 1, in walking direction) of an arc."""
        pieces, size = self.steep_pieces(arc, permille)
        runs, here = [0.0], 0.0
        for number, steep in enumerate(pieces):
            walked = min(stop, (number + 1) / len(pieces)) - max(begin, number / len(pieces))
            if walked > 0:
                here = here + walked * size if steep else 0.0
                runs.append(here)
        last = runs[-1]
        first_run = next((runs[at] for at in range(len(runs) - 1) if runs[at + 1] == 0.0), last)
        whole = last > 0 and 0.0 not in runs[1:]
        return Run(max(runs), last if whole else first_run, last, whole)

    def steep_pieces(self, arc: int, permille: int) -> tuple[list[bool], float]:
        """Of the pieces of an arc in walking order, whether they are steeper than so many per mille; and its decimetres."""
        edge, way = arc >> 1, arc & 1
        size = self._length.item(edge)
        place = int(np.searchsorted(self.edges, edge))
        if place < len(self.edges) and self.edges[place] == edge:
            first = self._first[place]
            steep = self._pieces[way][first : first + self._size[place]] > permille
            return steep.tolist()[:: -1 if way else 1], size
        return [bool(self._climb[way][edge] > permille)], size

    def _runs(self, permille: int) -> Runs:
        """The runs within each edge; of those through it nothing is known yet."""
        found = []
        for way in (0, 1):
            steep, whole = self._climb[way] > permille, self._least[way] > permille
            plain = np.flatnonzero(whole)
            length = self._length[plain]
            found.append(Runs(2 * plain + way, length, length, length, np.ones(len(plain), dtype=bool), length))
            part = np.flatnonzero((steep & ~whole)[self.edges])
            if len(part):
                found.append(self._runs_in_pieces(way, part, permille))
        return Runs(*(np.concatenate(parts) for parts in zip(*found, strict=True)))

    def _runs_in_pieces(self, way: int, fine: Ints, permille: int) -> Runs:
        size, edges = self._size[fine], self.edges[fine]
        first = np.cumsum(size) - size
        steep = self._pieces[way][np.repeat(self._first[fine] - first, size) + np.arange(size.sum())] > permille
        length = np.repeat(self._length[edges] / size, size)
        # metres of steepness until the end of each piece; a run begins where the edge does and after each gentle piece
        total = np.cumsum(length * steep)
        before = total[first] - (length * steep)[first]
        since = np.where(steep, 0.0, total)
        since[first] = np.maximum(since[first], before)
        run = total - np.maximum.accumulate(since)
        last = first + size - 1
        begins = np.minimum.reduceat(np.where(steep, np.inf, total), first)
        begins = np.minimum(begins, total[last]) - before
        ends, whole = run[last], np.logical_and.reduceat(steep, first)
        if way:
            begins, ends = ends, begins
        longest = np.maximum.reduceat(run, first)
        return Runs(2 * edges + way, longest, begins, ends, whole, longest)

    def _through(self, runs: Runs) -> Ints:
        """The longest run through each of the arcs."""
        ends = np.concatenate((self._tails[runs.arc], self._heads[runs.arc]))
        nodes, ends = np.unique(ends, return_inverse=True)
        tails, heads = np.split(ends.reshape(-1), 2)
        part, inside = _rounds(len(nodes), tails[runs.whole], heads[runs.whole], runs.longest[runs.whole])
        tails, heads = part[tails], part[heads]
        whole = runs.whole & (tails != heads)
        # how far it has gone up on the way to a node, and how far it goes up from it
        length = runs.longest[whole]
        climbed = _farthest(_seeds(inside, heads, runs.last), tails[whole], heads[whole], length + inside[heads[whole]])
        ahead = _farthest(_seeds(inside, tails, runs.first), heads[whole], tails[whole], length + inside[tails[whole]])
        through = np.maximum(
            np.where(runs.first > 0, runs.first + climbed[tails], 0),
            np.where(runs.last > 0, runs.last + ahead[heads], 0),
        )
        through = np.where(runs.whole, climbed[tails] + runs.longest + ahead[heads], through)
        # within a circle both sums know all of it
        through = np.where(runs.whole & ~whole, climbed[tails] + ahead[heads] - inside[tails], through)
        found: Ints = np.maximum(through, runs.longest)
        return found


def _steepest_around(slopes: Ints, first: Ints, size: Ints) -> Ints:
    """For each piece the steepest climb of all windows that it is part of (per mille)."""
    count = len(slopes)
    if not count:
        return slopes
    sums = np.concatenate((np.zeros(1, dtype="i4"), np.cumsum(slopes, dtype="i4"), np.full(WINDOW, _NEVER, dtype="i4")))
    # by the piece where it begins; none goes beyond the end of its edge, so that none is seen from another edge
    window = sums[WINDOW : count + WINDOW] - sums[:count]
    for lacking in range(1, WINDOW):
        window[np.maximum(first + size - lacking, first)] = _NEVER
    found = window.copy()
    for back in range(1, WINDOW):
        np.maximum(found[back:], window[:-back], out=found[back:])
    found = np.round(found / WINDOW).astype("i4")
    # an edge shorter than a window is one
    short = size < WINDOW
    if short.any():
        means = np.round(np.add.reduceat(slopes, first)[short] / size[short]).astype("i4")
        found[np.repeat(short, size)] = np.repeat(means, size[short])
    return found


def _rounds(count: int, tails: Ints, heads: Ints, lengths: Ints) -> tuple[Ints, Ints]:
    """Where inclines that people have noted contradict each other it goes up in a circle: the nodes of one are taken as
    one. Returns the number of each node then, and the decimetres that lie inside of each number (0 for nearly all)."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    matrix = coo_matrix((np.ones(len(tails), dtype="i1"), (tails, heads)), (count, count))
    parts, part = connected_components(matrix, directed=True, connection="strong")
    same = part[tails] == part[heads]
    return part, np.bincount(part[tails[same]], weights=lengths[same], minlength=parts)


def _seeds(inside: Ints, ends: Ints, runs: Ints) -> Ints:
    """By node the longest run that an arc alone brings there."""
    found = np.zeros(len(inside))
    np.maximum.at(found, ends, runs)
    return found + inside


def _farthest(found: Ints, tails: Ints, heads: Ints, lengths: Ints) -> Ints:
    """By node the longest way that ends there, over arcs that have no circle; it begins with what is `found` at a node."""
    going = np.arange(len(tails))
    while len(going):
        reach = found[tails[going]] + lengths[going]
        farther = reach > found[heads[going]] + 1e-9
        ends = heads[going[farther]]
        np.maximum.at(found, ends, reach[farther])
        news = np.zeros(len(found), dtype=bool)
        news[ends] = True
        going = np.flatnonzero(news[tails])
    return found
