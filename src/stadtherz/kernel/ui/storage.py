# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Static files with a fingerprint in the name, also where our modules import one another."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class FingerprintedStaticFiles(CompressedManifestStaticFilesStorage):
    """A browser may keep every file for ever; a change has another name."""

    support_js_module_import_aggregation = True
    manifest_strict = False  # a file that is missing shows as a missing file, not as an error page
