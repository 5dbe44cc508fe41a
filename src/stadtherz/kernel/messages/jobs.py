# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The regular jobs of the outbox. What they do stands in ``delivery``, with the job that sends one message."""

from __future__ import annotations

from stadtherz.kernel.jobs import job, periodic
from stadtherz.kernel.messages import delivery


@periodic("* * * * *")
@job("messages.deliver_due")
def deliver_due() -> None:
    """Queue what is due now: delayed messages and those that the server could not take before."""
    delivery.queue_due()


@periodic("0 15 * * *")
@job("messages.summarise")
def summarise() -> None:
    """The daily summaries, in the late afternoon."""
    delivery.summarise()
