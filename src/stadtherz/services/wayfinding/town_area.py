# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which part of a map is the town: an extract may hold a county, whose other streets are no business of its planners.

The municipality's area decides, else its districts; where it has neither, all of the map is the town.
"""

from __future__ import annotations

import numpy as np
import shapely

from stadtherz.kernel.geo.models import District
from stadtherz.kernel.municipalities.active import active
from stadtherz.services.wayfinding.engine.graph import Graph, Ints


def town_area() -> shapely.Geometry | None:
    """The area of the active municipality in degrees; None where nobody has said it. At most one query."""
    bounds = active().bounds
    if bounds is not None:
        return shapely.from_wkb(bytes(bounds.wkb))
    found = [shapely.from_wkb(bytes(one.wkb)) for one in District.objects.values_list("geometry", flat=True)]
    return shapely.union_all(found) if found else None


def in_town(graph: Graph, area: shapely.Geometry | None) -> Ints:
    """By edge: whether its middle lies in the town."""
    if area is None:
        return np.ones(graph.edge_count, dtype=bool)
    shapely.prepare(area)
    middle = (graph.point_start[:-1] + graph.point_start[1:] - 1) // 2
    found: Ints = shapely.intersects_xy(area, graph.points[middle, 0], graph.points[middle, 1])
    return found
