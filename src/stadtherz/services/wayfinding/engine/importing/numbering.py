# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Numbers the edges of a graph so that neighbours on the ground are neighbours in memory: whoever describes a way or looks
around a place then reads few stretches of memory instead of hundreds of single lines.

The order is that of Morton 1966, "A computer oriented geodetic data base": the bits of column and row take turns.
"""

from dataclasses import replace
from typing import Final

import numpy as np

from ..graph import Graph, Ints

#: columns and rows into which the map is divided: a few metres each for a town
_DIVISIONS: Final = 2**16 - 1
#: how far the bits of a number are moved apart, and which of them are kept then
_APART: Final = (
    (16, 0x0000FFFF0000FFFF), (8, 0x00FF00FF00FF00FF), (4, 0x0F0F0F0F0F0F0F0F), (2, 0x3333333333333333),
    (1, 0x5555555555555555),
)  # fmt: skip


def numbered_by_place(graph: Graph) -> Graph:
    """The same graph with its edges in the order of their places; the given one is not changed. Nothing may have kept the
    number of an edge yet."""
    start, end = graph.edges["start"], graph.edges["end"]
    column, row = (_divided((values[start] + values[end]) / 2) for values in (graph.node_x, graph.node_y))
    order = np.argsort(_with_gaps(column) | _with_gaps(row) << np.uint64(1), kind="stable")
    sizes = np.diff(graph.point_start)[order]
    point_start = np.concatenate(([0], np.cumsum(sizes))).astype(graph.point_start.dtype)
    points = np.repeat(graph.point_start[:-1][order] - point_start[:-1], sizes) + np.arange(point_start[-1])
    return replace(
        graph, edges={name: values[order] for name, values in graph.edges.items()}, point_start=point_start,
        points=graph.points[points], provenance=graph.provenance[:, order], observed=graph.observed[:, order],
    )  # fmt: skip


def _divided(values: Ints) -> Ints:
    extent = float(values.max() - values.min()) or 1.0
    return ((values - values.min()) / extent * _DIVISIONS).astype("u8")


def _with_gaps(numbers: Ints) -> Ints:
    """The lower 32 bits of each number, with a free bit before each."""
    for bits, kept in _APART:
        numbers = (numbers | numbers << np.uint64(bits)) & np.uint64(kept)
    return numbers
