# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Static files with a fingerprint in the name, also where our own modules import one another."""

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
