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
from stadtherz.services.sensing.models.observations import (
    ChangedHour,
    Hour,
    KeepingRule,
    Latest,
    Observation,
    PackedDay,
)

__all__ = [
    "ChangedHour",
    "Datastream",
    "FeatureOfInterest",
    "HistoricalLocation",
    "HistoricalLocationPlace",
    "Hour",
    "KeepingRule",
    "Latest",
    "Location",
    "Observation",
    "ObservedProperty",
    "PackedDay",
    "ResultKind",
    "Sensor",
    "Thing",
    "ThingLocation",
]
