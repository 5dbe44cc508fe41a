# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Hourly means in Central European Time without summer time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from stadtherz.kernel.outside.client import use
from stadtherz.services.sensing.connectors.base import BadAnswer
from stadtherz.services.sensing.connectors.tests.recorded import Recorded
from stadtherz.services.sensing.connectors.uba import fake
from stadtherz.services.sensing.connectors.uba.connector import COMPONENTS, UbaAir, parse_measures


def test_hours_are_hours_all_year() -> None:
    batch = parse_measures(fake.MEASURES)
    assert [(m.time, m.end, m.values) for m in batch.messages] == [
        (datetime(2025, 3, 29, 22, tzinfo=UTC), datetime(2025, 3, 29, 23, tzinfo=UTC), {"NO2": 18.0}),
        (datetime(2025, 3, 30, 1, tzinfo=UTC), datetime(2025, 3, 30, 2, tzinfo=UTC), {"NO2": 17.0}),
    ]  # the hour without a value is a gap, no zero


def test_stations_are_asked_once_and_each_component_each_time() -> None:
    outside = Recorded({"meta/json": fake.STATIONS, "component=5": fake.MEASURES, "measures/json": b'{"data": {}}'})
    memory: dict[str, Any] = {}
    with use(outside):
        batch = UbaAir().fetch({"stations": ["99901"]}, memory)
        UbaAir().fetch({"stations": ["99901"]}, memory)
    (site,) = batch.sites
    assert (site.name, site.place) == ("Luftmessstation Beispielstadt-Mitte", (7.768, 49.445))
    assert len(outside.asked) == 1 + 2 * len(COMPONENTS)


@pytest.mark.parametrize(
    "content", [b"[]", b'{"data": {"1": {"gestern": [5, 2, 1, "heute"]}}}', b'{"data": {"1": {"x": [5]}}}']
)
def test_what_cannot_be_believed_is_refused(content: bytes) -> None:
    with pytest.raises(BadAnswer):
        parse_measures(content)
