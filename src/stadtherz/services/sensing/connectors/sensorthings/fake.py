# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Recorded answers of a SensorThings server, with an invented gauge."""

DATASTREAM = b"""{"@iot.id": 7, "name": "Wasserstand", "unitOfMeasurement": {"name": "metre", "symbol": "m", "definition": "ucum:m"},
 "Thing": {"@iot.id": 1, "name": "Pegel Beispiel", "Locations": [{"encodingType": "application/geo+json",
  "location": {"type": "Point", "coordinates": [7.77, 49.45]}}]}}"""

FIRST = b"""{"value": [{"phenomenonTime": "2025-03-01T10:00:00Z", "result": 0.86}, {"phenomenonTime": "2025-03-01T10:15:00Z/2025-03-01T10:30:00Z", "result": 0.87}],
 "@iot.nextLink": "https://sta.example/v1.1/Datastreams(7)/Observations?$skip=2"}"""

SECOND = b"""{"value": [{"phenomenonTime": "2025-03-01T10:30:00Z", "result": 0.88}]}"""
