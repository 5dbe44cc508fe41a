# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Static files with a fingerprint in the name, also where our own modules import one another."""

from __future__ import annotations

from typing import Any

from django.contrib.staticfiles.storage import HashedFilesMixin
from whitenoise.storage import CompressedManifestStaticFilesStorage

_STYLES = HashedFilesMixin.patterns[0]
_IMPORTS = HashedFilesMixin._js_module_import_aggregation_patterns[1]  # type: ignore[attr-defined]


class FingerprintedStaticFiles(CompressedManifestStaticFilesStorage):
    """A browser may keep every file for ever; a change has another name.

    Imports are rewritten in our modules only: packages ship scripts whose comments look like imports.
    """

    patterns = (_STYLES, ("ui/*.js", _IMPORTS))
    manifest_strict = False  # a file that is missing shows as a missing file, not as an error page

    def __init__(self, *args: Any, **kwargs: Any) -> None:
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
