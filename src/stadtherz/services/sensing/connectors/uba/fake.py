# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Recorded answers in the format of the agency's interface, with an invented station."""

STATIONS = b"""{"stations": {
 "99901": ["99901", "DEXX001", "Beispielstadt-Mitte", "Beispielstadt", "", "2001-01-01", null, "7.768", "49.445", "9", "1"],
 "99902": ["99902", "DEXX002", "Anderswo", "Anderswo", "", "2001-01-01", null, "8.1", "49.1", "9", "1"]}}"""

MEASURES = b"""{"request": {"station": "99901", "component": "5", "scope": "2"},
 "indices": {"data": {"station id": {"date start": ["component id", "scope id", "value", "date end", "index"]}}},
 "data": {"99901": {
  "2025-03-29 23:00:00": [5, 2, 18, "2025-03-29 24:00:00", "1"],
  "2025-03-30 02:00:00": [5, 2, 17, "2025-03-30 03:00:00", "1"],
  "2025-03-30 03:00:00": [5, 2, null, "2025-03-30 04:00:00", null]}}}"""
