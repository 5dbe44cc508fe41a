# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Columns of a graph that follow from the lines of its edges."""

import numpy as np

from .. import geodesy
from ..graph import Ints


def headings(points: Ints, point_start: Ints) -> dict[str, Ints]:
    """The headings at both ends of each line, in tenths of a degree."""
    found = {}
    for name, at in (("leaving", point_start[:-1]), ("arriving", point_start[1:] - 2)):
        degrees = geodesy.bearing(points[at, 0], points[at, 1], points[at + 1, 0], points[at + 1, 1])
        found[name] = (np.round(degrees * 10) % 3600).astype("u2")
    return found
