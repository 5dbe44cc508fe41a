# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the tests of the ways in are made of."""

from __future__ import annotations

from stadtherz.services.sensing.actions.sources import create_source
from stadtherz.services.sensing.models import Source, SourceKind


def source_for(broker: str, form: str, *topics: str) -> Source:
    return create_source(
        name="Broker",
        kind=SourceKind.MQTT,
        by=None,
        settings={"broker": broker, "topics": list(topics), "format": form},
    )[0]
