# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The jobs of the outbox. What they do stands in ``delivery``."""

from __future__ import annotations

from stadtherz.kernel.jobs import job, periodic
from stadtherz.kernel.messages import delivery


@job("messages.deliver")
def deliver_message(*, message: int) -> None:
    """Send one message."""
    delivery.deliver(message)


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
