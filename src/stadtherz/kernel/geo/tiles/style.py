# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Our own map style, as MapLibre style JSON (style specification version 8), without glyph or sprite servers.

Labels are drawn in the browser from the font files that the design system brings along (`font-faces`), so that no third
party is asked and no glyph archive is kept.
"""

from dataclasses import dataclass
from typing import Any

from stadtherz.kernel.geo.tiles.ground import ground_layers
from stadtherz.kernel.geo.tiles.labels import label_layers
from stadtherz.kernel.geo.tiles.palette import PALETTES, Theme
from stadtherz.kernel.geo.tiles.roads import road_layers

SOURCE = "town"
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class MapSource:
    """What a style needs to know of the extract that it draws: where tiles and fonts are, and whose data they are."""

    tiles: str
    bounds: tuple[float, float, float, float]
    centre: tuple[float, float]
    zoom: float
    min_zoom: int
    max_zoom: int
    attribution: str
    fonts: dict[str, str]


def style(source: MapSource | None, theme: Theme, *, name: str = "Stadtherz") -> Json:
    """The whole style. Without a source it is bare ground: a map must not fail where no extract is loaded yet."""
    palette = PALETTES[theme]
    ground: Json = {"id": "land", "type": "background", "paint": {"background-color": palette.land}}
    if source is None:
        return {"version": 8, "name": name, "sources": {}, "layers": [ground]}
    layers = [ground, *ground_layers(palette), *road_layers(palette), *label_layers(palette)]
    for layer in layers[1:]:
        layer["source"] = SOURCE
    return {
        "version": 8,
        "name": name,
        "center": list(source.centre),
        "zoom": source.zoom,
        "font-faces": source.fonts,
        "sources": {
            SOURCE: {
                "type": "vector",
                "tiles": [source.tiles],
                "bounds": list(source.bounds),
                "minzoom": source.min_zoom,
                "maxzoom": source.max_zoom,
                "attribution": source.attribution,
            }
        },
        "layers": layers,
    }
