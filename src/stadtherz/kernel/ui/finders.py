# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The few files of npm packages that pages need, served under our own address: never committed, never from a CDN.

Only what is named here is found, so that no source map, example or unused typeface is copied, compressed or reachable.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage, Warning
from django.core.files.storage import FileSystemStorage, Storage

PACKAGES = settings.BASE_DIR / "node_modules"

FILES: dict[str, str] = {
    "kern/kern.min.css": "@kern-ux/native/dist/kern.min.css",
    "kern/fonts/fira-sans/FiraSans-Regular.woff2": "@kern-ux/native/dist/fonts/fira-sans/FiraSans-Regular.woff2",
    "kern/fonts/fira-sans/FiraSans-Italic.woff2": "@kern-ux/native/dist/fonts/fira-sans/FiraSans-Italic.woff2",
    "kern/fonts/fira-sans/FiraSans-SemiBold.woff2": "@kern-ux/native/dist/fonts/fira-sans/FiraSans-SemiBold.woff2",
    "htmx/htmx.min.js": "htmx.org/dist/htmx.min.js",
    "maplibre/maplibre-gl.css": "maplibre-gl/dist/maplibre-gl.css",
    "maplibre/maplibre-gl.mjs": "maplibre-gl/dist/maplibre-gl.mjs",
    "maplibre/maplibre-gl-worker.mjs": "maplibre-gl/dist/maplibre-gl-worker.mjs",
}
"""Static path → file below node_modules."""


class _PackageStorage(FileSystemStorage):
    """Opens a static path at its place below node_modules."""

    def path(self, name: str) -> str:
        return str(PACKAGES / FILES[Path(name).as_posix()])


class PackageFinder(BaseFinder):
    """Finds ``FILES``, for the development server and for collectstatic."""

    storage = _PackageStorage(location=str(PACKAGES))

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        missing = [source for source in FILES.values() if not (PACKAGES / source).exists()]
        if not missing:
            return []
        return [
            Warning(
                f"{len(missing)} files of npm packages are missing, the first is {missing[0]}.",
                hint="Run ./stadtherz setup, or npm ci --ignore-scripts.",
                id="ui.W001",
            )
        ]

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        source = FILES.get(path)
        found = PACKAGES / source if source else None
        if found is None or not found.exists():
            return []
        return [str(found)] if find_all else str(found)

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        for path, source in FILES.items():
            if (PACKAGES / source).exists():
                yield path, self.storage
