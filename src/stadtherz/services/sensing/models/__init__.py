# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tables of sensing: what measures where (entities of OGC SensorThings), and what was measured (observations)."""

from stadtherz.services.sensing.models.entities import (
    Datastream,
    FeatureOfInterest,
    HistoricalLocation,
    HistoricalLocationPlace,
    Location,
    ObservedProperty,
    ResultKind,
    Sensor,
    Thing,
    ThingLocation,
)

__all__ = [
    "Datastream",
    "FeatureOfInterest",
    "HistoricalLocation",
    "HistoricalLocationPlace",
    "Location",
    "ObservedProperty",
    "ResultKind",
    "Sensor",
    "Thing",
    "ThingLocation",
]
