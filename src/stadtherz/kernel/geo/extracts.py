# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which extract is shown where, and where its files lie."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from stadtherz.kernel.geo.models import Extract, ExtractKind
from stadtherz.kernel.municipalities.active import active
from stadtherz.kernel.municipalities.models import Municipality


def folder() -> Path:
    """The directory that keeps extracts and base maps; made if it is missing."""
    path = Path(settings.DATA_DIR) / "osm"
    path.mkdir(parents=True, exist_ok=True)
    return path


def extract_path(slug: str) -> Path:
    """The kept ``.osm.pbf`` of an extract, for services that read more from it (routing)."""
    return folder() / f"{slug}.osm.pbf"


def tiles_path(slug: str) -> Path:
    """The base map's archive."""
    return folder() / f"{slug}.pmtiles"


def covering_extracts(town: Municipality) -> list[Extract]:
    """The extracts that contain the town's centre: real ones before model towns, the latest first."""
    found = list(Extract.objects.filter(bounds__covers=town.map_centre).defer("bounds").order_by("-loaded_at"))
    return sorted(found, key=lambda extract: extract.kind == ExtractKind.MODEL)


def current_extract(municipality: Municipality | None = None) -> Extract | None:
    """The extract that shows the municipality (default: the active one); None when none is loaded yet."""
    return next(iter(covering_extracts(municipality or active())), None)
