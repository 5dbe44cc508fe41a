# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Static files with a fingerprint in the name, also where our own modules import one another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.storage import HashedFilesMixin
from whitenoise.storage import CompressedManifestStaticFilesStorage

_STYLES = HashedFilesMixin.patterns[0]
_IMPORTS = HashedFilesMixin._js_module_import_aggregation_patterns[1]  # type: ignore[attr-defined]


class FingerprintedStaticFiles(CompressedManifestStaticFilesStorage):
    """A browser may keep every file for ever; a change has another name.

    Imports are rewritten in our modules and those of services only: packages ship scripts whose comments look like
    imports.
    """

    manifest_strict = False  # a file that is missing shows as a missing file, not as an error page

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.patterns = (_STYLES, *((f"{folder}/*.js", _IMPORTS) for folder in _folders_with_modules()))
        super().__init__(*args, **kwargs)
        self._addresses: dict[str, str] = {}

    def url(self, name: str | None, force: bool = False) -> str:
        """The address of a file; a page names fifteen, which stay the same as long as the process runs."""
        if name is None or force:
            return super().url(name, force=force)
        known = self._addresses.get(name)
        if known is None:
            known = self._addresses[name] = super().url(name)
        return known


def _folders_with_modules() -> list[str]:
    """The first parts of the static paths that the kernel's rooms and the services bring."""
    ours = [
        app for app in apps.get_app_configs() if app.name.startswith("stadtherz.") or app.label in settings.SERVICE_KEYS
    ]
    return sorted({folder.name for app in ours for folder in Path(app.path, "static").glob("*") if folder.is_dir()})
