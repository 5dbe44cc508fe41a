# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Columns of a graph that follow from the lines of its edges."""

import numpy as np

from . import geodesy
from .graph import Ints
from .vocabulary import Flag


def headings(points: Ints, point_start: Ints) -> dict[str, Ints]:
    """The headings at both ends of each line, in tenths of a degree."""
    found = {}
    for name, at in (("leaving", point_start[:-1]), ("arriving", point_start[1:] - 2)):
        degrees = geodesy.bearing(points[at, 0], points[at, 1], points[at + 1, 0], points[at + 1, 1])
        found[name] = (np.round(degrees * 10) % 3600).astype("u2")
    return found


def add_stretches(columns: dict[str, Ints]) -> None:
    """The length of all edges of one way and side together, because an incline is mapped for the whole way."""
    key = columns["way"] * 4 + columns["side"]
    # lines across an area do not follow each other
    across = np.flatnonzero(columns["flags"] & np.uint32(Flag.ACROSS))
    key[across] = np.iinfo("i8").min + across
    _, inverse = np.unique(key, return_inverse=True)
    total = np.bincount(inverse, weights=columns["length"])
    columns["stretch"] = total[inverse].astype("u4")
