# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A recorded answer in the format of sensor.community, with invented sensors."""

REPORTS = b"""[
 {"id": 1, "sampling_rate": null, "timestamp": "2025-03-01 10:00:00",
  "location": {"id": 7, "latitude": "49.440", "longitude": "7.760", "altitude": "240.0", "country": "DE", "exact_location": 0},
  "sensor": {"id": 11, "pin": "1", "sensor_type": {"id": 14, "name": "SDS011", "manufacturer": "Nova Fitness"}},
  "sensordatavalues": [{"id": 21, "value": "8.50", "value_type": "P1"}, {"id": 22, "value": "3.20", "value_type": "P2"}]},
 {"id": 2, "sampling_rate": null, "timestamp": "2025-03-01 10:00:01",
  "location": {"id": 7, "latitude": "49.440", "longitude": "7.760", "altitude": "240.0", "country": "DE", "exact_location": 0},
  "sensor": {"id": 12, "pin": "11", "sensor_type": {"id": 17, "name": "BME280", "manufacturer": "Bosch"}},
  "sensordatavalues": [{"id": 23, "value": "9.10", "value_type": "temperature"}, {"id": 24, "value": "71.00", "value_type": "humidity"},
   {"id": 25, "value": "98790.50", "value_type": "pressure"}, {"id": 26, "value": "101800.10", "value_type": "pressure_at_sealevel"}]}
]"""
