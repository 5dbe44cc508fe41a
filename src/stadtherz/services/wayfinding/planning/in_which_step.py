# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""In which step of a way something is met: who has no map before them, on paper or by ear, finds it by the step's number."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import shapely


def step_at(lines: Sequence[Sequence[Sequence[float]]], lon: float, lat: float) -> int:
    """The number of the line (longitude, latitude) that passes nearest to a place, counted from one; 0 where there is none."""
    scale = np.array((math.cos(math.radians(lat)), 1.0))
    drawn = [number for number, line in enumerate(lines, 1) if len(line) > 1]
    if not drawn:
        return 0
    far = shapely.distance(
        [shapely.LineString(np.array(lines[number - 1]) * scale) for number in drawn], shapely.Point((lon, lat) * scale)
    )
    return drawn[int(np.argmin(far))]
