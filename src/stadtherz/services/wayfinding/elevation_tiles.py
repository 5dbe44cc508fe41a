# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where the tiles of an operator's elevation model lie, and its slopes on a graph.

The files lie beside the graphs and count for every map that is loaded later too. They are public data of the whole
installation, as extracts are.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from stadtherz.kernel.geo.models import Extract
from stadtherz.services.wayfinding.engine.graph import Graph
from stadtherz.services.wayfinding.engine.importing.elevation import apply_elevation, read_model
from stadtherz.services.wayfinding.engine.importing.mapfile import Progress, silent

ENDINGS = frozenset({".tif", ".tiff"})


class NoTiles(Exception):
    """No GeoTIFF was named."""


def folder() -> Path:
    """Where the tiles are kept; made if it is missing."""
    path = Path(settings.DATA_DIR) / "wayfinding" / "elevation"
    path.mkdir(parents=True, exist_ok=True)
    return path


def tiles() -> list[Path]:
    """The kept tiles."""
    return sorted(path for path in folder().iterdir() if path.suffix in ENDINGS)


def tiles_in(sources: Sequence[Path]) -> list[Path]:
    """The tiles that somebody means by files and folders. Raises ``NoTiles``."""
    found: list[Path] = []
    for source in sources:
        if source.is_dir():
            found += sorted(path for path in source.iterdir() if path.suffix.lower() in ENDINGS)
        elif source.is_file():
            found.append(source)
        else:
            raise NoTiles(f"There is no file or folder {source}.")
    if not found:
        raise NoTiles("There is no GeoTIFF (.tif) in it.")
    return found


def maps_above(paths: Sequence[Path]) -> list[str]:
    """The keys of the loaded maps that lie, at least in part, on these tiles. Raises ``ElevationError``."""
    looked_at = read_model(paths)
    return [
        extract.key for extract in Extract.objects.order_by("key")
        if any(tile.meets(extract.bounds.extent) for tile in looked_at)
    ]  # fmt: skip


def with_elevation(graph: Graph, progress: Progress = silent) -> int:
    """Write the slopes of the kept model onto a graph; returns on how many edges."""
    kept = tiles()
    if not kept:
        return 0
    progress("reading slopes from the elevation model", 0.95)
    newest = max(path.stat().st_mtime for path in kept)
    return apply_elevation(graph, read_model(kept), on=datetime.fromtimestamp(newest, UTC).date())
