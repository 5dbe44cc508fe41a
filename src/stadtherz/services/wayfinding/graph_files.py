# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where prepared graphs lie: files that are named by the extract's key and version, so that a new extract is a new file and
nothing goes stale."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from stadtherz.services.wayfinding.engine.graph import FORMAT


def folder() -> Path:
    """The directory of the prepared graphs; made if it is missing."""
    path = Path(settings.DATA_DIR) / "wayfinding"
    path.mkdir(parents=True, exist_ok=True)
    return path


def graph_path(slug: str) -> Path:
    """The prepared graph of an extract, in the form that this version writes: an older one is made anew."""
    return folder() / f"{slug}.{FORMAT}.npz"


def order_path(slug: str) -> Path:
    """Its contraction order."""
    return folder() / f"{slug}.{FORMAT}.order"


def remove_older_forms() -> None:
    """After an update the files of an older form serve nobody."""
    for file in folder().glob("*.*.*"):
        form = file.stem.rpartition(".")[2]
        if file.suffix in {".npz", ".order"} and form.isdigit() and int(form) < FORMAT:
            file.unlink(missing_ok=True)
