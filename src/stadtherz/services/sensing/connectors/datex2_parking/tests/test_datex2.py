# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Both ways of DATEX II, invented and real, without a lost or invented value."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from stadtherz.kernel.outside.client import use
from stadtherz.services.sensing.connectors.base import BadAnswer
from stadtherz.services.sensing.connectors.datex2_parking import fake
from stadtherz.services.sensing.connectors.datex2_parking.connector import Datex2Parking, parse
from stadtherz.services.sensing.connectors.tests.recorded import Recorded, test_data


def test_both_ways_say_the_same() -> None:
    (record,) = parse(fake.RECORDS).messages
    assert (record.device, record.time) == ("P9", datetime(2025, 3, 1, 9, 58, tzinfo=UTC))
    assert record.values == {
        "free": 40, "taken": 60, "capacity": 100, "occupancy": 60.0, "state": "spacesAvailable", "opening": "open",
    }  # fmt: skip
    (facility,) = parse(fake.FACILITIES).messages
    assert (facility.device, facility.time) == ("77", datetime(2025, 3, 1, 9, tzinfo=UTC))
    assert facility.values == {"free": 5, "taken": 3, "state": "spacesAvailable open"}


def test_table_and_state_are_asked() -> None:
    outside = Recorded({"table.xml": fake.TABLE, "state.xml": fake.RECORDS})
    with use(outside):
        batch = Datex2Parking().fetch(
            {"status": "https://parking.example/state.xml", "table": "https://parking.example/table.xml"}, {}
        )
    assert outside.asked == ["https://parking.example/table.xml", "https://parking.example/state.xml"]
    assert [(site.name, site.place) for site in batch.sites] == [("P9 Beispielplatz", (7.77, 49.44))]
    assert [message.device for message in batch.messages] == ["P9"]


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (b"<a/>", "expected is a DATEX II"),
        (fake.RECORDS.replace(b'id="P9"', b""), "which car park"),
        (fake.RECORDS.replace(b"40<", b"many<"), "not a number"),
        (fake.RECORDS.replace(b"09:58:00Z", b"09:58:00"), "no zone"),
    ],
)
def test_what_cannot_be_believed_is_refused(document: bytes, reason: str) -> None:
    with pytest.raises(BadAnswer, match=reason):
        parse(document)


@pytest.mark.parametrize(
    ("file", "free", "taken", "time"),
    [
        (
            "aachen-realtime.xml",
            "parkingNumberOfVacantSpaces",
            "parkingNumberOfOccupiedSpaces",
            "parkingStatusOriginTime",
        ),
        (
            "stuttgart-realtime.xml",
            "totalNumberOfVacantParkingSpaces",
            "totalNumberOfOccupiedParkingSpaces",
            "parkingFacilityStatusTime",
        ),
    ],
)
def test_recorded_feeds_come_in_whole(file: str, free: str, taken: str, time: str) -> None:
    """Against the figures as they stand in the text of the file."""
    content = test_data("parking", file).read_bytes()
    text = content.decode()
    batch = parse(content)

    def stated(name: str) -> list[str]:
        return re.findall(rf"<(?:\w+:)?{name}>([^<]*)<", text)

    assert [m.values["free"] for m in batch.messages if m.values and "free" in m.values] == [
        int(n) for n in stated(free)
    ]
    assert [m.values["taken"] for m in batch.messages if m.values and "taken" in m.values] == [
        int(n) for n in stated(taken)
    ]
    assert [m.time for m in batch.messages] == [datetime.fromisoformat(t) for t in stated(time)]


def test_recorded_tables_come_in_whole() -> None:
    aachen = parse(test_data("parking", "aachen-static.xml").read_bytes())
    assert aachen.sites[0].name == "P01-Eurogress"
    assert aachen.sites[0].place == (6.0927987, 50.780552)
    stuttgart = parse(test_data("parking", "stuttgart-static.xml").read_bytes())
    text = test_data("parking", "stuttgart-static.xml").read_text()
    assert len(stuttgart.sites) == text.count("<parkingFacility ")
    metres = [site for site in stuttgart.sites if site.place is None]
    assert len(stuttgart.notes) == len(metres) > 0  # metres of the national grid are no degrees, and are not guessed at
