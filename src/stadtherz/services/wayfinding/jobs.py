# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Background work: a new map gets its walking graph within five minutes; studies are carried out when they are ordered."""

from __future__ import annotations

from stadtherz.kernel.geo.extracts import current_extract
from stadtherz.kernel.jobs.queue import job, periodic
from stadtherz.services.wayfinding.actions.graph import build_graph
from stadtherz.services.wayfinding.actions.studies import count_trips

__all__ = ["count_trips", "prepare"]


@periodic("*/5 * * * *")
@job("wayfinding.prepare")
def prepare() -> None:
    """Prepare the graph of the municipality's current map if it is missing."""
    extract = current_extract()
    if extract is not None:
        build_graph(extract=extract)
