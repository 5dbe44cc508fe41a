# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The nightly sweep of the file store."""

from __future__ import annotations

import logging

from stadtherz.kernel.files import actions
from stadtherz.kernel.jobs.queue import job, periodic

logger = logging.getLogger(__name__)


@periodic("41 2 * * *")
@job("files.sweep")
def sweep() -> None:
    """Remove files that no row needs."""
    removed = actions.sweep()
    if removed:
        logger.info("removed %s files that no picture needs", removed)
