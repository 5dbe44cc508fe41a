# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The feed of the parking guidance system, invented and real."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from stadtherz.kernel.outside.client import use
from stadtherz.services.sensing.connectors.base import BadAnswer
from stadtherz.services.sensing.connectors.kaiserslautern_parking import fake
from stadtherz.services.sensing.connectors.kaiserslautern_parking.connector import KaiserslauternParking, parse
from stadtherz.services.sensing.connectors.tests.recorded import Recorded, test_data


def test_free_is_what_is_left_and_a_fault_is_marked() -> None:
    with use(Recorded({"pls.xml": fake.CAR_PARKS})):
        batch = KaiserslauternParking().fetch({}, {})
    first, second = batch.messages
    assert first.time == datetime(2025, 3, 1, 13, 46, tzinfo=UTC)
    assert first.values == {"taken": 80, "free": 40, "capacity": 120, "state": "open", "trend": 1}
    assert first.flags is None
    assert second.values is not None
    assert second.values["free"] == -1  # more cars than spaces: told as it is
    assert second.flags is not None
    assert second.flags["taken"] == {"flag": "suspect", "reason": "the car park reports a fault"}


def test_the_hour_that_happens_twice_is_told_apart_by_when_we_asked() -> None:
    night = fake.CAR_PARKS.replace(b"01.03.2025 14:46:00", b"26.10.2025 02:30:00")
    assert parse(night).messages[0].time == datetime(2025, 10, 26, 0, 30, tzinfo=UTC)
    later = parse(night, asked_at=datetime(2025, 10, 26, 1, 31, tzinfo=UTC))
    assert later.messages[0].time == datetime(2025, 10, 26, 1, 30, tzinfo=UTC)
    with pytest.raises(BadAnswer, match=r"30\.03\.2025 02:30"):
        parse(fake.CAR_PARKS.replace(b"01.03.2025 14:46:00", b"30.03.2025 02:30:00"))


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        (b"<Aktuell>80<", b"<Aktuell>viele<", "Aktuell"),
        (b"<Aktuell>80<", b"<Aktuell>--8<", "Aktuell"),
        (b"<Aktuell>80<", b"<Aktuell>" + b"8" * 5000 + b"<", "Aktuell"),
        (b"Offen", b"Vielleicht", "status"),
        (b"<ID>901</ID>", b"", "no ID"),
        (b"01.03.2025", b"2025-03-01", "time like"),
        (b"Daten>", b"Data>", "expected is <Daten>"),
    ],
)
def test_what_cannot_be_believed_is_refused(before: bytes, after: bytes, reason: str) -> None:
    with pytest.raises(BadAnswer, match=reason):
        parse(fake.CAR_PARKS.replace(before, after))


def test_the_recorded_feed_comes_in_whole() -> None:
    content = test_data("parking", "kaiserslautern.xml").read_bytes()
    stated = re.findall(r"<Gesamt>(\d+)</Gesamt>\s*<Aktuell>(\d+)</Aktuell>", content.decode())
    messages = parse(content).messages
    assert [(m.values["capacity"], m.values["taken"]) for m in messages if m.values] == [
        (int(a), int(b)) for a, b in stated
    ]
    assert len(messages) == 11
    assert {m.time for m in messages} == {datetime(2021, 7, 13, 12, 46, tzinfo=UTC)}
    assert [m.device for m in messages if m.flags] == ["10"]  # PH Central reported a fault
