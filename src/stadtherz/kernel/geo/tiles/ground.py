# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The map's ground: land use, green, water, buildings. Drawn in this order, from the widest to the smallest."""

from typing import Any

from stadtherz.kernel.geo.tiles.expressions import among, layer, linear, zoomed
from stadtherz.kernel.geo.tiles.palette import Palette


def ground_layers(p: Palette) -> list[dict[str, Any]]:
    """All areas, and waterways that are lines."""
    return [
        layer("field", "fill", "landcover", where=among("class", "farmland", "orchard"), paint={"fill-color": p.field}),
        layer("residential", "fill", "landuse", where=among("class", "residential"), paint={"fill-color": p.residential}),
        layer("works", "fill", "landuse", where=among("class", "industrial", "commercial", "retail", "railway", "military",
              "construction", "quarry", "brownfield", "parking"), paint={"fill-color": p.works}),
        layer("institution", "fill", "landuse", where=among("class", "school", "university", "college", "kindergarten",
              "hospital", "zoo", "theme_park"), paint={"fill-color": p.institution}),
        layer("grass", "fill", "landcover", where=among("class", "grass", "allotments", "scrub", "wetland"),
              paint={"fill-color": p.grass}),
        layer("cemetery", "fill", "landuse", where=among("class", "cemetery", "grave_yard"), paint={"fill-color": p.grass}),
        layer("park", "fill", "park", paint={"fill-color": p.park}),
        layer("wood", "fill", "landcover", where=among("class", "wood"), paint={"fill-color": p.wood}),
        layer("sand", "fill", "landcover", where=among("class", "sand", "rock"), paint={"fill-color": p.sand}),
        layer("sports", "fill", "landuse", where=among("class", "sports_centre", "stadium", "playground"), since=13,
              paint={"fill-color": p.grass}),
        layer("pitch", "fill", "landuse", where=among("class", "pitch", "track"), since=13,
              paint={"fill-color": p.pitch, "fill-outline-color": p.park}),
        layer("waterway", "line", "waterway", where=["!=", ["get", "brunnel"], "tunnel"],
              layout={"line-cap": "round", "line-join": "round"}, paint={
                  "line-color": p.water,
                  "line-width": ["interpolate", ["exponential", 1.4], ["zoom"],
                                 9, ["match", ["get", "class"], "river", 0.9, 0.2],
                                 14, ["match", ["get", "class"], "river", 4, "canal", 3, 1.2],
                                 18, ["match", ["get", "class"], "river", 14, "canal", 10, 4]],
              }),
        layer("water", "fill", "water", paint={"fill-color": p.water}),
        layer("water-edge", "line", "water", since=14, paint={"line-color": p.water_line, "line-width": zoomed((14, 0.4), (18, 1.2))}),
        layer("square", "fill", "square", paint={"fill-color": p.square}),
        layer("square-edge", "line", "square", since=15, paint={"line-color": p.road_edge, "line-width": 0.6}),
        layer("building", "fill", "building", since=13, paint={
            "fill-color": ["match", ["get", "class"], "public", p.public_building, p.building],
            "fill-opacity": linear((13, 0.55), (15, 1)),
        }),
        layer("building-edge", "line", "building", since=15, paint={
            "line-color": p.building_edge, "line-width": linear((15, 0.3), (18, 0.9)),
        }),
    ]  # fmt: skip
