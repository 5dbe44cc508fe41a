# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Streets that have their pavements beside them as ways of their own, but do not say so (sidewalk=separate): who walks there
walks on the pavement, not down the carriageway from one crossing to the next."""

from typing import Final

import numpy as np

from ..geodesy import METRES_PER_DEGREE
from ..graph import Graph, Ints
from ..vocabulary import Flag, Kind
from .naming import AGREE, BESIDE_M, NEAREST, PARALLEL_DEGREES, along

_CARRIAGEWAYS: Final = (Kind.QUIET_STREET, Kind.BUSY_STREET, Kind.MAIN_STREET)


def mark_drawn_pavements(graph: Graph) -> int:
    """Marks the streets that have a drawn pavement along most of their length; returns how many edges."""
    from scipy.spatial import cKDTree

    edge, drawn = graph.edges, np.uint32(Flag.DRAWN)
    streets = np.flatnonzero(np.isin(edge["kind"], _CARRIAGEWAYS) & (edge["flags"] & np.uint32(Flag.NO_PAVEMENT) == 0))
    pavements = np.flatnonzero((edge["kind"] == Kind.PAVEMENT) & (edge["flags"] & drawn == 0))
    if not len(streets) or not len(pavements):
        return 0
    scale = np.array([np.cos(np.radians(float(graph.node_y.mean()))), 1.0]) * METRES_PER_DEGREE
    points, bearings, _, _ = along(graph, pavements, scale)
    here, mine, metres, of = along(graph, streets, scale)
    far, near = cKDTree(points).query(here, k=NEAREST, distance_upper_bound=BESIDE_M)
    apart = np.abs((bearings[np.minimum(near, len(points) - 1)] - mine[:, None] + 90) % 180 - 90)
    beside = (np.isfinite(far) & (apart <= PARALLEL_DEGREES)).any(axis=1)
    looked, seen = (np.bincount(of, weights=metres * which, minlength=graph.edge_count) for which in (1.0, beside))
    found = streets[seen[streets] >= AGREE * looked[streets]]
    edge["flags"][found] |= np.uint32(Flag.SEPARATE_PAVEMENT)
    return len(found)


def keep_on_crossings(graph: Graph) -> int:
    """Lets nobody turn from a crossing onto the carriageway in the middle of a street that has pavements beside it: crossing and
    street get nodes of their own there, as far as they stay joined elsewhere. Returns at how many places."""
    edge = graph.edges
    crossing = (edge["kind"] == Kind.CROSSING) & (edge["flags"] & np.uint32(Flag.DRAWN) == 0)
    street = np.isin(edge["kind"], _CARRIAGEWAYS) & (edge["flags"] & np.uint32(Flag.SEPARATE_PAVEMENT) > 0)
    ends = np.stack((edge["start"], edge["end"]), axis=1)
    crossings, streets, others = (
        np.bincount(ends[which].reshape(-1), minlength=graph.node_count)
        for which in (crossing, street, ~crossing & ~street)
    )
    parted = np.flatnonzero((crossings > 1) & (streets > 0) & (others == 0))
    if not len(parted):
        return 0
    joined = _whole(_moved(graph, ends, crossing, parted), graph.node_count + len(parted))
    parted = parted[joined[parted] == joined[graph.node_count :]]
    moved = _moved(graph, ends, crossing, parted)
    edge["start"], edge["end"] = (moved[:, column].astype(edge["start"].dtype) for column in (0, 1))
    graph.node_x, graph.node_y, graph.node_id = (
        np.concatenate((values, values[parted])) for values in (graph.node_x, graph.node_y, graph.node_id)
    )
    return len(parted)


def _moved(graph: Graph, ends: Ints, crossing: Ints, parted: Ints) -> Ints:
    """The ends of all edges, with new nodes for the crossings that meet at the `parted` ones."""
    number = np.full(graph.node_count, -1, dtype="i8")
    number[parted] = graph.node_count + np.arange(len(parted))
    found: Ints = np.where(crossing[:, None] & (number[ends] >= 0), number[ends], ends)
    return found


def _whole(ends: Ints, nodes: int) -> Ints:
    """By node the part of the map that hangs together."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    links = coo_array((np.ones(len(ends), dtype="i1"), (ends[:, 0], ends[:, 1])), shape=(nodes, nodes))
    found: Ints = connected_components(links, directed=False)[1]
    return found
