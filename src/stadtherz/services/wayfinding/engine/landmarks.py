# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Things with a name at which one turns: "at the corner: Rathaus". Which the map has, and which of them a turn is told with.

Salience by kind follows Duckham, Winter, Robinson 2010 ("Including landmarks in routing instructions"): what everybody
knows and recognises comes first.
"""

from typing import Final

import numpy as np

from .geodesy import METRES_PER_DEGREE
from .graph import Graph, Ints
from .vocabulary import Place

#: metres between a corner and what stands at it
NEAR_M: Final = 28.0
#: key, value ("*": any) and rank, 1 is recognised best
_KINDS: Final = (
    ("amenity", "townhall", 1), ("amenity", "place_of_worship", 1), ("railway", "station", 1), ("historic", "castle", 1),
    ("historic", "city_gate", 1), ("amenity", "theatre", 2), ("tourism", "museum", 2), ("amenity", "fountain", 2),
    ("amenity", "library", 2), ("amenity", "university", 2), ("historic", "monument", 2), ("man_made", "tower", 2),
    ("amenity", "school", 3), ("amenity", "hospital", 3), ("amenity", "cinema", 3), ("shop", "department_store", 3),
    ("amenity", "pharmacy", 4), ("amenity", "post_office", 4), ("amenity", "bank", 4), ("shop", "supermarket", 4),
    ("tourism", "hotel", 5), ("shop", "bakery", 5), ("amenity", "restaurant", 6), ("amenity", "cafe", 6),
)  # fmt: skip
_RANK: Final = {(key, value): rank for key, value, rank in _KINDS}
_KEYS: Final = tuple(dict.fromkeys(key for key, _, _ in _KINDS))


def rank_of(tags: dict[str, str]) -> int:
    """How well something is recognised from the street: 1 best, 0 not at all."""
    if not tags.get("name"):
        return 0
    ranks = [_RANK.get((key, tags[key]), 0) for key in _KEYS if key in tags]
    return min((rank for rank in ranks if rank), default=0)


def at_corners(graph: Graph) -> Ints:
    """For each node the index into `Graph.place_names` of what stands at it; 0 for nothing."""
    from scipy.spatial import cKDTree

    found = np.zeros(graph.node_count, dtype="i4")
    chosen = np.flatnonzero(graph.places["kind"] == Place.LANDMARK)
    if not len(chosen):
        return found
    scale = np.array([METRES_PER_DEGREE * np.cos(np.radians(graph.node_y.mean())), METRES_PER_DEGREE])
    corners = cKDTree(np.stack((graph.node_x, graph.node_y), axis=1) * scale)
    # the best known last, so that it overwrites the others; among equals the nearer one would be a finer choice, but both
    # stand at the corner
    for index in chosen[np.argsort(-graph.places["rank"][chosen].astype("i4"), kind="stable")].tolist():
        place = np.array((graph.places["x"][index], graph.places["y"][index])) * scale
        found[corners.query_ball_point(place, NEAR_M)] = graph.places["name"][index]
    return found
