# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A recorded answer in the format of PegelOnline, with an invented gauge."""

STATIONS = """[{"uuid": "00000000-0000-4000-8000-000000000001", "number": "99000001", "shortname": "BEISPIELBRÜCKE",
 "longname": "BEISPIELBRÜCKE", "km": 12.5, "agency": "BEISPIELAMT", "longitude": 7.77, "latitude": 49.45,
 "water": {"shortname": "LAUTER", "longname": "LAUTER"},
 "timeseries": [
  {"shortname": "W", "longname": "WASSERSTAND ROHDATEN", "unit": "cm", "equidistance": 15,
   "currentMeasurement": {"timestamp": "2025-10-26T02:30:00+02:00", "value": 86.0, "stateMnwMhw": "normal", "stateNswHsw": "normal"}},
  {"shortname": "LF", "longname": "LEITFÄHIGKEIT", "unit": "µS/cm", "equidistance": 15}
 ]}]""".encode()

MEASUREMENTS = b"""[{"timestamp": "2025-10-26T02:30:00+02:00", "value": 86.0},
 {"timestamp": "2025-10-26T02:45:00+02:00", "value": 85.5}, {"timestamp": "2025-10-26T02:00:00+01:00", "value": 85.0}]"""
