# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Shortest paths over a weighted graph, behind one interface with two workers.

`CchRouter`: customizable contraction hierarchies (Dibbelt, Strasser & Wagner 2016, J. Exp. Algorithmics 21) through
routingkit-cch, nested dissection order by METIS (Karypis & Kumar 1998). The order depends on the graph alone and is
saved; a new weighting costs milliseconds, a changed arc microseconds. `DijkstraRouter`: SciPy's Dijkstra, the
fallback where the libraries are missing and the oracle of the tests.
"""

import hashlib
import math
import os
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol

import numpy as np

from .costs import FORBIDDEN
from .graph import Graph, Ints
from .kept_query import Holders, give_up, query_of

Ends = Sequence[tuple[int, int]]
_FORMAT: Final = b"stadtherz-order-1"


class Found(NamedTuple):
    """A shortest path: total weight including what was given for its ends, and its arcs in order."""

    total: int
    arcs: list[int]


class Weighting(Protocol):
    """One set of weights, ready for questions. Safe for several threads."""

    @property
    def nbytes(self) -> int:
        """Memory that it takes, or a bound of it."""
        ...

    def path(self, sources: Ends, targets: Ends) -> Found | None:
        """The cheapest path from one of (node, weight before) to one of (node, weight after)."""
        ...

    def table(self, sources: Sequence[Ends], targets: Sequence[Ends]) -> list[list[int | None]]:
        """Totals between all sources and all targets."""
        ...

    def reach(self, sources: Ends) -> Ints:
        """By node the total from the cheapest of the sources, `FORBIDDEN` where there is no path."""
        ...

    def update(self, changes: Mapping[int, int]) -> None:
        """Changes single arcs."""
        ...


class Router(Protocol):
    name: str

    def weighting(self, weights: Ints) -> Weighting: ...


class CchRouter:
    name = "cch"

    def __init__(self, graph: Graph, order: Ints | None = None) -> None:
        """`order` as given by `compute_order`; computed when absent."""
        import routingkit_cch

        tails, heads = graph.tails(), graph.heads()
        self.order = compute_order(graph) if order is None else order
        self._cch = routingkit_cch.CCH(_passed(self.order), _passed(tails), _passed(heads), False)
        self._arcs_at_most = most_arcs(graph.node_count)

    def weighting(self, weights: Ints) -> "CchWeighting":
        # two weights of four bytes for each arc of the hierarchy, one for each of the graph
        nbytes = 8 * self._arcs_at_most + 4 * len(weights)
        return CchWeighting(self._cch, weights, nbytes, len(self.order))


#: where a change may mean to prepare a profile anew, that must not take seconds
MOST_NODES_KEPT: Final = 200_000


def _passed(numbers: Ints) -> Any:
    """As the library reads them without a Python number for each in memory at once; it asks for a sequence, not a list."""
    return np.ascontiguousarray(numbers, dtype="u4").data


def most_arcs(nodes: int) -> int:
    """How many arcs a hierarchy over a street network has at most, as the library does not tell: n log2 n on a grid of
    streets (measured from 100,000 to a million nodes), a third of it in towns."""
    return round(nodes * math.log2(max(2, nodes)))


class CchWeighting:
    def __init__(self, cch: Any, weights: Ints, nbytes: int, node_count: int) -> None:
        """`weights` is kept, not copied, and not written to."""
        import routingkit_cch

        self.nbytes, self._node_count = nbytes, node_count

        self._query, self._one_to_many = routingkit_cch.CCHQuery, routingkit_cch.CCHOneToMany
        self._make, self._updater = routingkit_cch.CCHMetric, routingkit_cch.CCHMetricPartialUpdater
        self._cch, self._weights, self._keeps_queries = cch, weights, node_count <= MOST_NODES_KEPT  # see kept_query.py
        self._changes: dict[int, int] = {}
        self._holders = Holders(self._make(cch, _passed(weights)))
        # the library forbids changing weights while a query object lives: all of them are used inside this lock
        self._lock = threading.Lock()

    def path(self, sources: Ends, targets: Ends) -> Found | None:
        if not sources or not targets:
            return None
        with self._lock:
            query = query_of(self._holders, self._query)
            result = query.run_multi(list(sources), list(targets))
            total = result.distance
            found = None if total is None or total >= FORBIDDEN else Found(total, result.arc_path)
            del result, query
            if not self._keeps_queries:
                give_up()
        return found

    def table(self, sources: Sequence[Ends], targets: Sequence[Ends]) -> list[list[int | None]]:
        pins = sorted({node for ends in targets for node, _ in ends})
        where = {node: index for index, node in enumerate(pins)}
        rows: list[list[int | None]] = []
        with self._lock:
            query = self._one_to_many(self._holders.metric, pins) if pins else None
            for ends in sources:
                reach = query.distances_from_multi(list(ends)) if ends and query else [None] * len(pins)
                rows.append([_least(reach, where, ends_there) for ends_there in targets])
            del query
        return rows

    def reach(self, sources: Ends) -> Ints:
        with self._lock:
            query = self._one_to_many(self._holders.metric, list(range(self._node_count)))
            found = query.distances_from_multi(list(sources))
            del query
        # (as fractions None is no number, and NumPy reads the list by itself)
        totals: Ints = np.nan_to_num(np.array(found, dtype="f8"), nan=FORBIDDEN).astype("i8")
        return totals

    def update(self, changes: Mapping[int, int]) -> None:
        with self._lock:
            self._changes.update(changes)
            give_up(self._holders)
            if self._holders.threads:
                # another thread keeps a query object, which it gives up when it is asked next: leave it the old metric
                weights = self._weights.copy()
                weights[list(self._changes)] = list(self._changes.values())
                self._holders = Holders(self._make(self._cch, _passed(weights)))
            else:
                # the library's updater belongs to the thread that made it
                self._updater(self._cch).apply(self._holders.metric, dict(changes))


def _least(reach: Sequence[int | None], where: Mapping[int, int], ends: Ends) -> int | None:
    totals = [value + after for node, after in ends if (value := reach[where[node]]) is not None]
    best = min(totals, default=FORBIDDEN)
    return best if best < FORBIDDEN else None


class DijkstraRouter:
    name = "dijkstra"

    def __init__(self, graph: Graph) -> None:
        self.node_count = graph.node_count
        self.tails, self.heads = graph.tails(), graph.heads()

    def weighting(self, weights: Ints) -> "DijkstraWeighting":
        return DijkstraWeighting(self, weights)


class DijkstraWeighting:
    def __init__(self, router: DijkstraRouter, weights: Ints) -> None:
        self._router, self._weights, self._lock = router, weights.astype("i8"), threading.Lock()
        self._build()

    def _build(self) -> None:
        """A matrix with the cheapest of parallel arcs; `_arc` remembers which one that was."""
        import scipy.sparse

        router, count = self._router, self._router.node_count
        arcs = np.flatnonzero(self._weights < FORBIDDEN)
        order = arcs[np.lexsort((self._weights[arcs], router.heads[arcs], router.tails[arcs]))]
        pair = router.tails[order].astype("i8") * count + router.heads[order]
        first = np.ones(len(pair), dtype=bool)
        first[1:] = pair[1:] != pair[:-1]
        self._pair, self._arc = pair[first], order[first]
        self._matrix = scipy.sparse.csr_matrix(
            (self._weights[self._arc].astype("f8"), (router.tails[self._arc], router.heads[self._arc])), (count, count)
        )

    @property
    def nbytes(self) -> int:
        matrix = self._matrix
        parts = (self._weights, self._pair, self._arc, matrix.data, matrix.indices, matrix.indptr)
        return sum(int(part.nbytes) for part in parts)

    def distances(self, sources: Ends) -> Ints:
        """Totals from the sources to every node (infinite where unreachable)."""
        return distances(self._matrix, sources)

    def reach(self, sources: Ends) -> Ints:
        found = self.distances(sources)
        return np.where(np.isfinite(found), found, FORBIDDEN).astype("i8")

    def path(self, sources: Ends, targets: Ends) -> Found | None:
        from scipy.sparse.csgraph import dijkstra

        best: Found | None = None
        if not sources or not targets:
            return None
        with self._lock:
            reach, before = dijkstra(self._matrix, indices=[node for node, _ in sources], return_predecessors=True)
            for row, (start, cost) in enumerate(sources):
                for node, after in targets:
                    total = reach[row, node] + cost + after
                    if np.isfinite(total) and (best is None or total < best.total):
                        best = Found(int(total), self._arcs(before[row], start, node))
        return best

    def _arcs(self, before: Ints, start: int, node: int) -> list[int]:
        arcs: list[int] = []
        while node != start:
            previous = int(before[node])
            index = np.searchsorted(self._pair, previous * self._router.node_count + node)
            arcs.append(int(self._arc[index]))
            node = previous
        return arcs[::-1]

    def table(self, sources: Sequence[Ends], targets: Sequence[Ends]) -> list[list[int | None]]:
        rows: list[list[int | None]] = []
        for ends in sources:
            reach = self.distances(ends)
            row: list[int | None] = []
            for there in targets:
                total = min((float(reach[node]) + after for node, after in there), default=np.inf)
                row.append(int(total) if np.isfinite(total) else None)
            rows.append(row)
        return rows

    def update(self, changes: Mapping[int, int]) -> None:
        with self._lock:
            for arc, weight in changes.items():
                self._weights[arc] = weight
            self._build()


def distances(matrix: Any, sources: Ends, limit: float = np.inf) -> Ints:
    """Totals from the sources to every node of a sparse matrix of weights, infinite where they are more than the limit."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import dijkstra

    count = matrix.shape[0]
    if not sources:
        return np.full(count, np.inf)
    # one search from a node more, whose arcs lead to all sources; they cost one more than asked, as none may cost nothing
    least: dict[int, int] = {}
    for node, before in sources:
        least[node] = min(before, least.get(node, before))
    data = np.concatenate((matrix.data, np.fromiter(least.values(), dtype="f8", count=len(least)) + 1))
    heads = np.concatenate((matrix.indices, np.fromiter(least, dtype="i4", count=len(least))))
    whole = csr_matrix((data, heads, np.append(matrix.indptr, len(data))), (count + 1, count + 1))
    found: Ints = dijkstra(whole, indices=count, limit=limit + 1)[:-1] - 1
    return found


def compute_order(graph: Graph) -> Ints:
    """A contraction order by nested dissection; Heidelberg takes a third of a second."""
    import pymetis
    import scipy.sparse

    tails, heads, count = graph.tails(), graph.heads(), graph.node_count
    loop = tails == heads
    ones = np.ones(int((~loop).sum()), dtype="i1")
    matrix = scipy.sparse.coo_matrix((ones, (tails[~loop], heads[~loop])), (count, count)).tocsr()
    adjacency = pymetis.CSRAdjacency(matrix.indptr.astype("i8"), matrix.indices.astype("i8"))
    order, _ = pymetis.nested_dissection(adjacency)
    return np.array(order, dtype="i4")


def _fingerprint(graph: Graph) -> bytes:
    return hashlib.sha256(_FORMAT + graph.tails().tobytes() + graph.heads().tobytes()).digest()


def save_order(order: Ints, graph: Graph, path: Path) -> None:
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        partial.write_bytes(_fingerprint(graph) + order.astype("<i4").tobytes())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def load_order(graph: Graph, path: Path) -> Ints | None:
    """The saved order if it belongs to this very graph, else None."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    if content[:32] != _fingerprint(graph) or len(content) != 32 + 4 * graph.node_count:
        return None
    return np.frombuffer(content[32:], dtype="<i4").astype("i4")
