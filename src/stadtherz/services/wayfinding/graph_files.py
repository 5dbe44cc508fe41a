# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where prepared graphs lie: files that are named by the extract's key and version, so that a new extract is a new file and
nothing goes stale."""

from __future__ import annotations

import re
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


def report_path(slug: str) -> Path:
    """What was not understood in the map."""
    return folder() / f"{slug}.report.json"


def prepared_versions(key: str) -> list[str]:
    """The versions of a map whose graphs are there, as slugs, the one that was prepared last first."""
    ours = re.compile(rf"({re.escape(key)}-[0-9a-f]{{12}})\.{FORMAT}\.npz")
    found = [(file.stat().st_mtime_ns, match[1]) for file in folder().iterdir() if (match := ours.fullmatch(file.name))]
    return [slug for _, slug in sorted(found, reverse=True)]


def remove_superseded(slug: str) -> None:
    """Remove the graphs of this map's versions before the last one: a process may still be about to read that. What a killed
    worker left half written goes as well; the caller knows that nobody writes now."""
    versions = [version for version in prepared_versions(slug.rpartition("-")[0]) if version != slug]
    for old in versions[1:]:
        for file in (graph_path(old), order_path(old), report_path(old), folder() / f"{old}.state.json"):
            file.unlink(missing_ok=True)
    for half in folder().glob(f".{slug}.*"):
        half.unlink(missing_ok=True)


def remove_older_forms() -> None:
    """After an update the files of an older form serve nobody."""
    for file in folder().glob("*.*.*"):
        form = file.stem.rpartition(".")[2]
        if file.suffix in {".npz", ".order"} and form.isdigit() and int(form) < FORMAT:
            file.unlink(missing_ok=True)
