# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Background work of sensing: asking sources that are due, clearing the quarantine."""

from __future__ import annotations

from stadtherz.kernel.jobs import enqueue, job, periodic
from stadtherz.services.sensing.connectors.fetching import ask, due_sources
from stadtherz.services.sensing.ingest import quarantine
from stadtherz.services.sensing.models import Source


@job("sensing.ask_source", attempts=2)
def ask_source(*, source: int) -> None:
    """Ask one source, unless it was removed or paused meanwhile."""
    found = Source.objects.filter(pk=source, is_paused=False).first()
    if found is not None:
        ask(found)


@periodic("* * * * *")
@job("sensing.ask_due_sources")
def ask_due_sources() -> None:
    """Queue each source whose time has come; one that is still being asked is not queued twice."""
    for source in due_sources():
        enqueue(ask_source, once=str(source.pk), source=source.pk)


@periodic("17 3 * * *")
@job("sensing.clear_quarantine")
def clear_quarantine() -> None:
    """Throw away messages of devices that nobody adopted for a month."""
    quarantine.expire()
