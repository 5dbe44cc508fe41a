# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Streets that have their pavements beside them as ways of their own, but do not say so (sidewalk=separate): who walks there
walks on the pavement, not down the carriageway from one crossing to the next."""

from typing import Final

import numpy as np

from ..geodesy import METRES_PER_DEGREE
from ..graph import Graph
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
