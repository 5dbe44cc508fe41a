# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reports of residents' sensors, invented and real."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from stadtherz.kernel.outside.client import use
from stadtherz.services.sensing.connectors.base import BadAnswer
from stadtherz.services.sensing.connectors.sensor_community import fake
from stadtherz.services.sensing.connectors.sensor_community.connector import SensorCommunity, parse
from stadtherz.services.sensing.connectors.tests.recorded import Recorded, test_data


def test_reports_within_an_area() -> None:
    outside = Recorded({"filter/area=49.444,7.769,10": fake.REPORTS})
    with use(outside):
        batch = SensorCommunity().fetch({"area": "49.444,7.769,10"}, {})
    dust, climate = batch.messages
    assert (dust.device, dust.time, dust.values) == ("11", datetime(2025, 3, 1, 10, tzinfo=UTC), {"P1": 8.5, "P2": 3.2})
    assert climate.values == {
        "temperature": 9.1,
        "humidity": 71.0,
        "pressure": 98790.5,
        "pressure_at_sealevel": 101800.1,
    }
    assert [sorted(site.fields) for site in batch.sites] == [["P1", "P2"], ["humidity", "pressure", "temperature"]]
    with pytest.raises(BadAnswer, match="Neither"):
        SensorCommunity().fetch({}, {})


@pytest.mark.parametrize("content", [b"{}", b'[{"id": 1}]', b"[1]", b"[", fake.REPORTS.replace(b'"8.50"', b'"nan"')])
def test_what_cannot_be_believed_is_refused(content: bytes) -> None:
    with pytest.raises(BadAnswer):
        parse(content)


def test_the_recorded_answer_comes_in_whole() -> None:
    content = test_data("sensors", "luftdaten", "upstream.json").read_bytes()
    stated = [
        (str(r["sensor"]["id"]), r["timestamp"], {v["value_type"]: float(v["value"]) for v in r["sensordatavalues"]})
        for r in json.loads(content)
    ]
    assert [(m.device, f"{m.time:%Y-%m-%d %H:%M:%S}", m.values) for m in parse(content).messages] == stated
