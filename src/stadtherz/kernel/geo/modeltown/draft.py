# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The sheet on which the model town is drawn: ways and tagged points, in metres around the market fountain."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from shapely.geometry import LineString, Polygon

from stadtherz.kernel.geo.modeltown.curves import XY, rounded

Tags = dict[str, str]


@dataclass(slots=True)
class Way:
    """One OpenStreetMap way to be: corner points on the centimetre grid, and tags."""

    points: list[XY]
    tags: Tags

    @property
    def line(self) -> LineString:
        return LineString(self.points)


@dataclass(slots=True)
class Draft:
    """What is drawn so far. Equal points are one node, so ways that share a point are connected there."""

    ways: list[Way] = field(default_factory=list)
    marks: dict[XY, Tags] = field(default_factory=dict)

    def way(self, points: Iterable[Sequence[float]], tags: Tags) -> Way:
        corners: list[XY] = []
        for point in points:
            corner = rounded(point)
            if not corners or corners[-1] != corner:
                corners.append(corner)
        drawn = Way(corners, dict(tags))
        if len(corners) > 1:
            self.ways.append(drawn)
        return drawn

    def area(self, polygon: Polygon, tags: Tags) -> Way:
        """The outer ring of a polygon; holes are not drawn."""
        return self.way(polygon.exterior.coords, tags)

    def mark(self, point: Sequence[float], tags: Tags) -> XY:
        """Tags on the node at this point; it may lie on a way."""
        place = rounded(point)
        self.marks.setdefault(place, {}).update(tags)
        return place
