# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Benches, toilets, entrances, lifts and landmarks near the ways: for rest, to turn at, and as an overlay of their own."""

from typing import Final

import numpy as np

from ..graph import Graph
from ..landmarks import rank_of
from ..snapping import Grid
from ..vocabulary import Flag, Place, Wheelchair
from .in_the_way import wheelchair
from .mapfile import MapContent

#: metres from the way within which a bench or toilet counts as being on it
REACH: Final = {Place.BENCH: 15.0, Place.TOILET: 40.0}


def store_places(graph: Graph, content: MapContent) -> None:
    """Keeps the places with their nearest edge, and marks the edges on which one can rest."""
    names: dict[str, int] = {"": 0}
    rows: list[tuple[int, int, int, int, int, int]] = []
    for place, x, y, tags, _ in content.places:
        name = names.setdefault(tags.get("name", ""), len(names))
        rows.append((int(place), x, y, int(wheelchair(tags.get("wheelchair", ""))), name, rank_of(tags)))
    table = np.array(rows, dtype="i8").reshape(-1, 6)
    graph.places = {
        "kind": table[:, 0].astype("u1"), "x": table[:, 1] / 1e7, "y": table[:, 2] / 1e7,
        "wheelchair": table[:, 3].astype("u1"), "name": table[:, 4].astype("i4"),
        "rank": table[:, 5].astype("u1"),
        "id": np.array([ident for *_, ident in content.places], dtype="i8"),
        "edge": np.full(len(rows), -1, dtype="i4"),
    }  # fmt: skip
    graph.place_names = list(names)
    grid = Grid(graph)
    for index, (number, x, y, *_) in enumerate(rows):
        kind = Place(number)
        if kind is Place.LANDMARK:  # belongs to a corner (landmarks.py), not to a way
            continue
        found = grid.nearest(x / 1e7, y / 1e7, REACH.get(kind, 40.0))
        if found is None:
            continue
        graph.places["edge"][index] = found.edge
        if kind is Place.BENCH:
            graph.edges["flags"][found.edge] |= np.uint32(Flag.BENCH)
        elif kind is Place.TOILET and rows[index][3] != Wheelchair.NO:
            graph.edges["flags"][found.edge] |= np.uint32(Flag.TOILET)
