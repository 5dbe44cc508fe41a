# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Keep an operator's elevation model, and have the walking graphs prepared again with it."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from django.db import transaction

from stadtherz.kernel.geo.models import Extract
from stadtherz.kernel.jobs import enqueue
from stadtherz.services.wayfinding.actions.graph import prepare_again
from stadtherz.services.wayfinding.elevation_tiles import folder, tiles, tiles_in
from stadtherz.services.wayfinding.engine.importing.elevation import read_model
from stadtherz.services.wayfinding.engine.importing.mapfile import Progress, silent


def keep_model(*, sources: Sequence[Path], progress: Progress = silent) -> int:
    """Look at each tile, keep them all or none, and queue that all graphs are prepared again; returns how many tiles.

    A tile of the same name is replaced. Side effects: files, a job for each map. Raises ``NoTiles``, ``ElevationError``.
    """
    found = tiles_in(sources)
    for number, path in enumerate(found):
        progress(f"looking at {path.name}", number / len(found))
        read_model([path])
    for number, path in enumerate(found):
        progress(f"keeping {path.name}", number / len(found))
        kept = folder() / (path.stem + ".tif")
        partial = kept.with_suffix(".partial")
        shutil.copyfile(path, partial)
        partial.replace(kept)
    _prepare_again()
    return len(found)


def forget_model() -> int:
    """Remove all tiles, and queue that all graphs are prepared again without; returns how many there were."""
    found = tiles()
    for path in found:
        path.unlink()
    if found:
        _prepare_again()
    return len(found)


@transaction.atomic
def _prepare_again() -> None:
    for key in Extract.objects.values_list("key", flat=True):
        enqueue(prepare_again, once=key, extract=key)
