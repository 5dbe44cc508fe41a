# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tables of sensing: what measures where (entities of OGC SensorThings), and what was measured (observations)."""

from stadtherz.services.sensing.models.alerts import Alert, AlertKind, AlertRule
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
from stadtherz.services.sensing.models.moved import MovedObservation
from stadtherz.services.sensing.models.news import Audience, News
from stadtherz.services.sensing.models.observations import (
    ChangedHour,
    Hour,
    KeepingRule,
    Latest,
    Observation,
    PackedDay,
)
from stadtherz.services.sensing.models.sources import (
    PUSHED,
    FieldMapping,
    LastDelivery,
    QuarantinedMessage,
    Source,
    SourceDatastream,
    SourceDevice,
    SourceKind,
)

__all__ = [
    "PUSHED",
    "Alert",
    "AlertKind",
    "AlertRule",
    "Audience",
    "ChangedHour",
    "Datastream",
    "FeatureOfInterest",
    "FieldMapping",
    "HistoricalLocation",
    "HistoricalLocationPlace",
    "Hour",
    "KeepingRule",
    "LastDelivery",
    "Latest",
    "Location",
    "MovedObservation",
    "News",
    "Observation",
    "ObservedProperty",
    "PackedDay",
    "QuarantinedMessage",
    "ResultKind",
    "Sensor",
    "Source",
    "SourceDatastream",
    "SourceDevice",
    "SourceKind",
    "Thing",
    "ThingLocation",
]
