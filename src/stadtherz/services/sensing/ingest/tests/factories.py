# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the tests of the ways in are made of."""

from __future__ import annotations

from typing import Any

from stadtherz.services.sensing.actions.sources import create_source
from stadtherz.services.sensing.models import Source, SourceKind

DEEP: dict[str, Any] = {  # an observation with all that it belongs to
    "phenomenonTime": "2026-03-01T00:00:00Z", "result": 21.5,
    "FeatureOfInterest": {
        "name": "Roof", "description": "", "encodingType": "application/geo+json",
        "feature": {"type": "Point", "coordinates": [7.77, 49.44]},
    },
    "Datastream": {
        "name": "Air", "description": "", "unitOfMeasurement": {"name": "degree", "symbol": "°C", "definition": ""},
        "observationType": "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement",
        "Thing": {"name": "Roof of the town hall", "description": ""},
        "ObservedProperty": {"name": "Temperature", "definition": "http://example.org/t", "description": ""},
        "Sensor": {"name": "Any", "description": "", "encodingType": "text/plain", "metadata": ""},
    },
}  # fmt: skip


def source_for(broker: str, form: str, *topics: str) -> Source:
    return create_source(
        name="Broker",
        kind=SourceKind.MQTT,
        by=None,
        settings={"broker": broker, "topics": list(topics), "format": form},
    )[0]
