# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Another server of the standard: pages, intervals, and no way to a third server."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from stadtherz.kernel.outside.client import use
from stadtherz.services.sensing.connectors.base import BadAnswer
from stadtherz.services.sensing.connectors.sensorthings import fake
from stadtherz.services.sensing.connectors.sensorthings.connector import SensorThingsServer, reference
from stadtherz.services.sensing.connectors.tests.recorded import Recorded

SETTINGS = {"base": "https://sta.example/v1.1", "datastreams": ["7=water_level"]}


def test_all_pages_are_read() -> None:
    outside = Recorded({"$skip=2": fake.SECOND, "Observations": fake.FIRST, "Datastreams(7)?": fake.DATASTREAM})
    memory: dict[str, Any] = {}
    with use(outside):
        batch = SensorThingsServer().fetch(SETTINGS, memory)
    (site,) = batch.sites
    assert (site.name, site.place, site.fields["result"].unit) == ("Pegel Beispiel Wasserstand", (7.77, 49.45), "m")
    assert [m.values for m in batch.messages] == [{"result": 0.86}, {"result": 0.87}, {"result": 0.88}]
    assert batch.messages[1].end == datetime(2025, 3, 1, 10, 30, tzinfo=UTC)
    assert memory["newest"] == {"7": "2025-03-01T10:30:00Z"}


def test_the_next_page_lies_on_the_same_server() -> None:
    stray = fake.FIRST.replace(b"https://sta.example", b"https://elsewhere.example")
    with (
        use(Recorded({"Observations": stray, "Datastreams(7)?": fake.DATASTREAM})),
        pytest.raises(BadAnswer, match="another server"),
    ):
        SensorThingsServer().fetch(SETTINGS, {})


def test_identifiers_that_are_texts_are_quoted() -> None:
    assert (reference("7"), reference("o'brien")) == ("7", "'o''brien'")
