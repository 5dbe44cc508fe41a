# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which arcs lead from where to where."""

from functools import cached_property
from typing import Any

import numpy as np

from .costs import FORBIDDEN
from .graph import Graph, Ints


def turned(by_arc: Ints) -> Ints:
    """Of each arc the value of the one that leads back."""
    found: Ints = by_arc.reshape(-1, 2)[:, ::-1].reshape(-1)
    return found


class Network:
    """By arc the node where it begins and the one where it ends; arc 2e walks edge e as it is drawn, arc 2e + 1 back."""

    def __init__(self, graph: Graph) -> None:
        self.node_count = graph.node_count
        self.tails, self.heads = graph.tails(), graph.heads()

    def out_of(self, node: int) -> list[int]:
        """The arcs that lead away from a node."""
        order, first = self._out
        return order[first.item(node) : first.item(node + 1)].tolist()

    def matrix(self, cost: Ints) -> Any:
        """By arc what it costs, as a sparse matrix from node to node for a search that knows where to end; arcs that are forbidden
        are infinitely long in it, and parallel ones are all there."""
        from scipy.sparse import csr_matrix

        order, first = self._out
        data = cost[order].astype("f8")
        data[data >= FORBIDDEN] = np.inf
        return csr_matrix((data, self._heads_out, first), (self.node_count, self.node_count))

    @cached_property
    def _heads_out(self) -> Ints:
        return self.heads[self._out[0]].astype("i4")

    @cached_property
    def _out(self) -> tuple[Ints, Ints]:
        count = np.bincount(self.tails, minlength=self.node_count)
        return np.argsort(self.tails, kind="stable"), np.concatenate(([0], np.cumsum(count)))
