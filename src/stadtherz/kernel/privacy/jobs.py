# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Every night: what has been kept long enough is removed."""

from __future__ import annotations

from stadtherz.kernel.jobs import job, periodic
from stadtherz.kernel.privacy.actions import expire_installation, expire_town


@periodic("41 2 * * *")
@job("privacy.expire")
def expire() -> None:
    """Remove what is older than its retention, in each municipality."""
    expire_town()


@periodic("51 2 * * *")
@job("privacy.expire_installation", of_installation=True)
def expire_shared() -> None:
    """The same for the tables that belong to no municipality."""
    expire_installation()
