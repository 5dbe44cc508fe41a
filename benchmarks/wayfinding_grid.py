# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A generated town of any size: a grid of streets 80 m apart with random gaps, slopes, surfaces and kerbs."""

from __future__ import annotations

import math

import numpy as np

from stadtherz.services.wayfinding.engine.graph import ATTRIBUTES, COLUMNS, KERB_UNKNOWN, Graph
from stadtherz.services.wayfinding.engine.importing.drawing import headings
from stadtherz.services.wayfinding.engine.vocabulary import Kind, Provenance, Surface

WEST, SOUTH, STEP = 7.0, 49.0, 80.0


def _no_places() -> dict[str, np.ndarray]:
    """Benches, toilets and landmarks: none."""
    types = {
        "kind": "u1",
        "x": "f8",
        "y": "f8",
        "wheelchair": "u1",
        "rank": "u1",
        "name": "i4",
        "id": "i8",
        "edge": "i4",
    }
    return {name: np.zeros(0, dtype=kind) for name, kind in types.items()}


def grid(nodes: int, seed: int = 1) -> Graph:
    """About `nodes` nodes; one edge in ten is missing."""
    rng = np.random.default_rng(seed)
    side = max(2, math.isqrt(nodes))
    number = np.arange(side * side).reshape(side, side)
    start = np.concatenate((number[:, :-1].ravel(), number[:-1].ravel()))
    end = np.concatenate((number[:, 1:].ravel(), number[1:].ravel()))
    kept = rng.random(len(start)) > 0.1
    start, end = start[kept].astype("i4"), end[kept].astype("i4")
    row, column = np.divmod(np.arange(side * side), side)
    x = WEST + column * STEP / (111_195 * math.cos(math.radians(SOUTH)))
    y = SOUTH + row * STEP / 111_195
    count = len(start)
    edges = {c.name: np.full(count, c.empty, dtype=c.dtype) for c in COLUMNS}
    edges |= {"start": start, "end": end}
    edges["length"] = rng.integers(700, 1200, count).astype("u4")
    edges["kind"] = rng.choice([Kind.FOOTWAY, Kind.QUIET_STREET, Kind.CROSSING, Kind.STEPS], count,
                               p=[0.6, 0.28, 0.1, 0.02]).astype("u1")  # fmt: skip
    edges["incline"] = np.clip(rng.normal(0, 30, count), -150, 150).astype("i2")
    edges["surface"] = rng.choice([0, Surface.ASPHALT, Surface.SETT, Surface.GRAVEL], count,
                                  p=[0.3, 0.5, 0.15, 0.05]).astype("u1")  # fmt: skip
    crossing = edges["kind"] == Kind.CROSSING
    for name in ("kerb_up", "kerb_down"):
        edges[name][crossing] = rng.choice([KERB_UNKNOWN, 0, 30, 120], int(crossing.sum()))
    edges["name"] = (start // side % 400 + 1).astype("i4")
    edges["way"] = np.arange(1, count + 1)
    point_start = (np.arange(count + 1) * 2).astype("i4")
    points = np.stack((x[np.stack((start, end), 1)].ravel(), y[np.stack((start, end), 1)].ravel()), axis=1)
    edges.update(headings(points, point_start))
    provenance = np.full((len(ATTRIBUTES), count), Provenance.OSM, dtype="u1")
    return Graph(
        node_x=x, node_y=y, node_id=np.arange(side * side), edges=edges, point_start=point_start, points=points,
        provenance=provenance, observed=np.zeros((len(ATTRIBUTES), count), dtype="u2"),
        names=["", *(f"Straße {n}" for n in range(1, 401))], conditions=[""], places=_no_places(), place_names=[""],
    )  # fmt: skip
