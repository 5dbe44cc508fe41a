# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Writes a model town as an OpenStreetMap extract (`.osm.pbf`), in the order nodes, ways that the format asks for."""

from pathlib import Path

import osmium
from osmium.osm.mutable import Node, Way

from stadtherz.kernel.geo.modeltown.curves import XY
from stadtherz.kernel.geo.modeltown.town import ModelTown

GENERATOR = "Stadtherz model town"
TIMESTAMP = "2024-01-01T00:00:00Z"


def write_pbf(town: ModelTown, path: Path) -> int:
    """Write the town to `path` (replaced if there) and return the number of nodes."""
    numbers: dict[XY, int] = {}
    for way in town.draft.ways:
        for point in way.points:
            numbers.setdefault(point, len(numbers) + 1)
    for point in town.draft.marks:
        numbers.setdefault(point, len(numbers) + 1)
    places = {point: town.degrees(point) for point in numbers}
    path.unlink(missing_ok=True)
    header = osmium.io.Header()
    header.set("generator", GENERATOR)
    header.add_box(_box(list(places.values())))
    with osmium.SimpleWriter(str(path), header=header) as writer:
        for point, number in numbers.items():
            tags = town.draft.marks.get(point, {})
            writer.add_node(Node(id=number, location=places[point], tags=tags, version=1, timestamp=TIMESTAMP))
        for number, way in enumerate(town.draft.ways, start=1):
            nodes = [numbers[point] for point in way.points]
            if town.mirrored and way.tags.get("oneway") == "yes":
                nodes.reverse()
            writer.add_way(Way(id=number, nodes=nodes, tags=way.tags, version=1, timestamp=TIMESTAMP))
    return len(numbers)


def _box(places: list[tuple[float, float]]) -> "osmium.osm.Box":
    lons, lats = [p[0] for p in places], [p[1] for p in places]
    return osmium.osm.Box(min(lons), min(lats), max(lons), max(lats))
