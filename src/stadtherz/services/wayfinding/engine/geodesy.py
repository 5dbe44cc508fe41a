# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Distances and directions on the ground for arrays of degrees; good to 0.1 % over a town.

Great-circle distance by the haversine formula with the radius 6,371,000 m (as GraphHopper and openrouteservice do, so
that lengths agree); locally an equirectangular plane (Snyder 1987, Map Projections, p. 90).
"""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[Any]
EARTH_RADIUS: Final = 6_371_000.0
METRES_PER_DEGREE: Final = EARTH_RADIUS * np.pi / 180


def distance(x1: Any, y1: Any, x2: Any, y2: Any) -> Any:
    """Metres between points given in degrees (arrays or numbers)."""
    half_y = np.radians(np.subtract(y2, y1)) / 2
    half_x = np.radians(np.subtract(x2, x1)) / 2
    inner = np.sin(half_y) ** 2 + np.cos(np.radians(y1)) * np.cos(np.radians(y2)) * np.sin(half_x) ** 2
    return 2 * EARTH_RADIUS * np.arcsin(np.sqrt(inner))


def line_length(line: Floats) -> float:
    """Metres along (longitude, latitude) rows."""
    return float(distance(line[:-1, 0], line[:-1, 1], line[1:, 0], line[1:, 1]).sum())


def bearing(x1: Any, y1: Any, x2: Any, y2: Any) -> Any:
    """Degrees clockwise from north, 0 to 360, on the local plane."""
    east = np.subtract(x2, x1) * np.cos(np.radians(y1))
    return np.degrees(np.arctan2(east, np.subtract(y2, y1))) % 360


def offset_line(line: Floats, metres: float) -> Floats:
    """The line shifted to its right by `metres` (negative: left); corners follow the bisector, at most twice as far."""
    scale = np.array([np.cos(np.radians(line[0, 1])), 1.0]) * METRES_PER_DEGREE
    plane = (line - line[0]) * scale
    along = np.diff(plane, axis=0)
    length = np.hypot(along[:, 0], along[:, 1])
    length[length == 0] = 1.0
    along /= length[:, None]
    right = np.stack((along[:, 1], -along[:, 0]), axis=1)
    corner = np.concatenate((right[:1], right[:-1] + right[1:], right[-1:]))
    square = (corner**2).sum(axis=1)
    corner[1:-1] *= (2 / np.maximum(square[1:-1], 1.0))[:, None]
    return line + corner * metres / scale
