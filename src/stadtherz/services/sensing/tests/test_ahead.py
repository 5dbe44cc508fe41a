# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A value whose time lies ahead of now, a forecast or of a wrong clock, does not hide what was measured."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.services.sensing.models import Datastream, Latest
from stadtherz.services.sensing.queries.now import reported
from stadtherz.services.sensing.queries.stations import latest_of
from stadtherz.services.sensing.store import announcing, write_now
from stadtherz.services.sensing.store.readings import Reading
from stadtherz.services.sensing.tests.factories import datastream

AHEAD = [
    (datetime(2100, 1, 1, tzinfo=UTC), None),
    (datetime(9999, 12, 31, 23, tzinfo=UTC), None),
    (datetime(2090, 1, 1, tzinfo=UTC), {"flag": "suspect", "reason": "time in the future"}),
]


@pytest.fixture
def stream(town: Municipality) -> Datastream:
    return datastream(
        quantity="air_temperature", unit_of_measurement={"name": "Grad", "symbol": "°C", "definition": ""}
    )


@pytest.mark.parametrize(("time", "quality"), AHEAD)
def test_pages_show_what_was_measured_and_not_what_lies_ahead(
    stream: Datastream, time: datetime, quality: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    measured, nearly = now - timedelta(minutes=5), now + timedelta(minutes=30)
    write_now([Reading(stream.pk, measured, 7.0)])
    write_now([Reading(stream.pk, time, 99.0, quality=quality)])

    def shown() -> list[tuple[datetime | None, float | None]]:
        values = latest_of([stream.thing_id], closed=False)[stream.thing_id]
        board = reported(["air_temperature"], usual=[], now=timezone.now())
        assert [(each.time, each.number) for each in board] == [(each.time, each.number) for each in values]
        return [(each.time, each.number) for each in values]

    told: list[str] = []
    monkeypatch.setattr(announcing, "publish_texts", lambda events: told.extend(text for _t, _e, text in events))
    announcing.tell([stream.pk])
    assert told == []
    assert shown() == [(measured, 7.0)]
    write_now([Reading(stream.pk, nearly, 8.0)])  # clocks differ a little
    assert shown() == [(nearly, 8.0)]
    latest = Latest.objects.get()
    assert (latest.number, latest.until) == (99.0, time)  # the standard's interface tells all that there is


def test_where_nothing_was_measured_yet_what_lies_ahead_is_shown_with_its_time(stream: Datastream) -> None:
    time = timezone.now() + timedelta(days=2)
    write_now([Reading(stream.pk, time, 99.0)])
    values = latest_of([stream.thing_id], closed=False)[stream.thing_id]
    assert [(each.time, each.number) for each in values] == [(time, 99.0)]
    assert reported(["air_temperature"], usual=[], now=timezone.now()) == []
