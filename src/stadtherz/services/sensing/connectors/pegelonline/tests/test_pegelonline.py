# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Gauges: stations, measurements since the last time, units that are not known."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from stadtherz.kernel.outside.client import use
from stadtherz.services.sensing.connectors.base import BadAnswer
from stadtherz.services.sensing.connectors.pegelonline import fake
from stadtherz.services.sensing.connectors.pegelonline.connector import PegelOnline, parse_measurements, parse_stations
from stadtherz.services.sensing.connectors.tests.recorded import Recorded


def test_measurements_since_the_last_time() -> None:
    outside = Recorded({"stations.json": fake.STATIONS, "/W/measurements": fake.MEASUREMENTS})
    memory: dict[str, Any] = {}
    with use(outside):
        batch = PegelOnline().fetch({"stations": ["99000001"]}, memory)
        PegelOnline().fetch({"stations": ["99000001"]}, memory)
    (site,) = batch.sites
    assert (site.name, site.place, list(site.fields)) == ("Pegel Beispielbrücke (Lauter)", (7.77, 49.45), ["W"])
    assert [(m.time, m.values) for m in batch.messages] == [
        (datetime(2025, 10, 26, 0, 30, tzinfo=UTC), {"W": 86.0}),
        (datetime(2025, 10, 26, 0, 45, tzinfo=UTC), {"W": 85.5}),
        (datetime(2025, 10, 26, 1, 0, tzinfo=UTC), {"W": 85.0}),
    ]
    assert batch.notes == ("BEISPIELBRÜCKE: the time series LF is not read.",)
    assert "start=P7D" in outside.asked[1]
    assert "start=2025-10-26T02%3A00%3A00%2B01%3A00" in outside.asked[3]


def test_a_unit_that_is_not_known_is_no_guess() -> None:
    with pytest.raises(BadAnswer, match="the unit “ft”"):
        parse_stations(fake.STATIONS.replace(b'"cm"', b'"ft"'))
    with pytest.raises(BadAnswer, match="no zone"):
        parse_measurements(b'[{"timestamp": "2025-01-01T00:00:00", "value": 1}]', "x", "W")
    with pytest.raises(BadAnswer, match="NaN is not a number"):
        parse_measurements(b'[{"timestamp": "2025-01-01T00:00:00Z", "value": NaN}]', "x", "W")
