# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Polygons that cross or overlap themselves become the areas that they enclose, as long as that can be worked out soon.

The work grows faster than the square of the crossings: a ring of 2,000 positions drawn at random would keep a processor busy for
minutes. So the crossings are counted first, and the count stops where it is too much.
"""

from typing import Any, Final

import numpy as np
import shapely

#: crossings of a drawing that is mended in about a second, beside one for each of its segments: areas that overlap their neighbours
#: have as many as that
MOST_CROSSINGS: Final = 5_000
#: pairs of segments that are compared before the count is looked at again
_PAIRS_AT_ONCE: Final = 500_000


class TooTangled(ValueError):
    """A drawing crosses itself more often than can be worked out soon."""


def mended(shape: Any) -> Any:
    """A valid geometry. Raises `TooTangled`, and `shapely.errors.GEOSException` for numbers that cannot be reckoned with."""
    if shapely.is_valid(shape):
        return shape
    if _is_tangled(shape):
        raise TooTangled
    return shapely.make_valid(shape, method="structure")


def _is_tangled(shape: Any) -> bool:
    rings = shapely.get_rings(shapely.get_parts(shape))
    points, ring = shapely.get_coordinates(rings, return_index=True)
    follows = (ring[1:] == ring[:-1]) & (points[1:] != points[:-1]).any(axis=1)
    pairs = np.stack((points[:-1][follows], points[1:][follows]), axis=1)
    if not len(pairs):
        return False
    segments = shapely.linestrings(pairs)
    tree = shapely.STRtree(segments)
    batch = max(1, _PAIRS_AT_ONCE // len(segments))
    crossings = 0.0
    for first in range(0, len(segments), batch):
        asked = segments[first : first + batch]
        # each meets itself and its two neighbours, and each crossing is met from both sides
        crossings += (tree.query(asked, predicate="intersects").shape[1] - 3 * len(asked)) / 2
        if crossings > MOST_CROSSINGS + len(segments):
            return True
    return False
