# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Figures by local day and month, gaps, completeness; lines thinned without losing their peaks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadtherz.services.sensing.models import Datastream
from stadtherz.services.sensing.sta.tests.conftest import whole
from stadtherz.services.sensing.sta.thinning import thinned
from stadtherz.services.sensing.store import write_now
from stadtherz.services.sensing.store.readings import Reading


@pytest.fixture
def counter(sta):
    """One each quarter of an hour over the night of 29 March 2026 in Berlin, with a gap of a day."""
    sta.post("Things", whole())
    stream = Datastream.objects.get()
    Datastream.objects.update(expected_seconds=900)
    start = datetime(2026, 3, 27, 23, 0, tzinfo=UTC)
    moments = [start + timedelta(minutes=15 * step) for step in range(96 * 4)]
    write_now(
        [
            Reading(stream.pk, at, 1.0)
            for at in moments
            if not datetime(2026, 3, 29, 22, tzinfo=UTC) <= at < datetime(2026, 3, 30, 22, tzinfo=UTC)
        ]
    )
    return stream.pk


def _days(anyone, counter, **more):
    query = "&".join(f"{name.strip('_')}={value}" for name, value in more.items())
    return anyone.get(f"Datastreams({counter})/aggregate?{query}")


def test_local_days_have_their_own_length_and_gaps_are_shown(anyone, counter):
    found = _days(
        anyone, counter, interval="P1D", fn="sum,count,avg", tz="Europe/Berlin", from_="2026-03-28", to="2026-03-31"
    )["value"]
    assert [each["start"] for each in found] == [
        "2026-03-28T00:00:00+01:00",
        "2026-03-29T00:00:00+01:00",
        "2026-03-30T00:00:00+02:00",
    ]
    assert [each["hours"] for each in found] == [24, 23, 24]
    assert [each["sum"] for each in found] == [96, 92, None]
    assert [each["count"] for each in found] == [96, 92, 0]
    assert [each["completeness"] for each in found] == [100, 100, 0]
    assert set(found[0]) == {"start", "end", "hours", "sum", "count", "avg", "completeness"}


def test_hours_months_and_zones_with_half_hours(anyone, counter):
    hours = _days(anyone, counter, interval="PT1H", from_="2026-03-28T00:20:00Z", to="2026-03-28T03:00:00Z")["value"]
    assert [each["count"] for each in hours] == [4, 4, 4]
    (month,) = _days(anyone, counter, interval="P1M", fn="count", from_="2026-03-02", to="2026-03-30")["value"]
    assert month["start"] == "2026-03-01T00:00:00+01:00"
    assert month["hours"] == 743
    days = _days(anyone, counter, interval="P1D", tz="Asia/Kolkata", fn="count", from_="2026-03-28", to="2026-03-29")[
        "value"
    ]
    assert [(each["count"], each["hours"]) for each in days] == [(78, 24)]


def test_a_line_is_thinned(anyone, counter):
    line = _days(anyone, counter, points=50, from_="2026-03-27", to="2026-04-01")
    assert 2 < len(line["dataArray"]) <= 50
    assert line["dataArray"][0] == ["2026-03-27T23:00:00Z", 1.0]


@pytest.mark.parametrize(
    "query", ["interval=P2D", "fn=median", "tz=Mars/Olympus", "from=gestern", "from=2026-01-02&to=2026-01-01", "points=1", "points=x",
              "interval=PT1H&from=1900-01-01", "tz=../../etc/passwd", "from=0001-01-01", "points=10&to=9999-12-31T23:59:59Z", "interval=P1Y&to=0031-01-01",
              "interval=P1Y&to=9999-12-31", "from=٢٠٢٦-01-01T00:00:00Z"],
)  # fmt: skip
def test_wrong_questions_are_400(anyone, counter, query):
    assert anyone.raw(f"Datastreams({counter})/aggregate?{query}").status_code == 400


def test_unknown_streams_are_404(anyone, counter):
    assert anyone.raw("Datastreams(99999)/aggregate").status_code == 404
    assert anyone.raw(f"Datastreams({counter})/aggregate?colour=red").status_code == 501


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=400), st.integers(2, 60))
def test_thinning_keeps_ends_and_peaks(values, points):
    numbers = np.array(values)
    kept = thinned(np.arange(len(values), dtype=np.int64) * 1000, numbers, points)
    assert len(kept) <= max(points, 2) or len(values) <= points
    assert list(kept) == sorted(set(kept))
    assert kept[0] == 0
    if points >= 4 or len(values) <= points:
        assert kept[-1] == len(values) - 1
        assert {numbers[kept].min(), numbers[kept].max()} == {numbers.min(), numbers.max()}


def test_a_sum_beyond_all_numbers_is_null_and_not_infinity(sta):
    """JSON knows no infinity; clients would stumble over the whole answer."""
    sta.post("Things", whole())
    stream = Datastream.objects.get().pk
    start = datetime(2026, 3, 1, tzinfo=UTC)
    write_now([Reading(stream, start + timedelta(hours=hour), 1.7e308) for hour in range(2)])
    answer = sta.raw(f"Datastreams({stream})/aggregate?interval=P1D&fn=sum,avg,max&from=2026-03-01&to=2026-03-02")
    assert "Infinity" not in answer.content.decode()
    assert {name: answer.json()["value"][0][name] for name in ("sum", "avg", "max")} == {
        "sum": None, "avg": None, "max": 1.7e308,
    }  # fmt: skip
