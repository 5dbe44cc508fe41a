# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The job that looks at kept ways after obstacles have changed."""

from __future__ import annotations

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from stadtherz.kernel.jobs.queue import enqueue, job
from stadtherz.services.wayfinding.graphs import NoGraph
from stadtherz.services.wayfinding.saved_ways.actions import AT_ONCE, look_at_ways


@job("wayfinding.kept_ways")
def look_at_kept_ways(*, since: str = "") -> None:
    """Look at the kept ways that obstacles may concern, and tell their owners; the rest in another job."""
    begun = (parse_datetime(since) if since else None) or timezone.now()
    try:
        if look_at_ways(since=begun) == AT_ONCE:
            enqueue(look_at_kept_ways, since=begun.isoformat())
    except NoGraph:
        return
