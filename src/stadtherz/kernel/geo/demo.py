# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The demonstration's map: a model town for each municipality that has no real extract yet."""

from __future__ import annotations

from stadtherz.kernel.geo.actions import load_model_town
from stadtherz.kernel.geo.extracts import current_extract, extract_path, tiles_path
from stadtherz.kernel.municipalities.models import Municipality


def demo_map(municipality: Municipality) -> list[str]:
    """Draw and load the town's model, unless a map with its files is there. Says what the map is."""
    extract = current_extract(municipality)
    if extract is None or not (tiles_path(extract.slug).exists() and extract_path(extract.slug).exists()):
        load_model_town(municipality=municipality)
        return ["The maps show made-up model towns. A real map: ./stadtherz osm load FILE.osm.pbf"]
    return []
