# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Figures are right against numbers computed by hand, in ordinary weeks and in the nights in which the clock changes."""

from __future__ import annotations

import csv
import os
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from stadtherz.services.sensing.ingest.local_times import localized
from stadtherz.services.sensing.queries.figures import buckets, summary, typical_week
from stadtherz.services.sensing.queries.spans import Grain, Span
from stadtherz.services.sensing.tests.measuring import fill, stream

BERLIN = ZoneInfo("Europe/Berlin")
LATER = datetime(2027, 1, 1, tzinfo=UTC)
COUNTER = Path(os.environ.get("STADTHERZ_TESTDATA", "../shared/data")) / "sensors" / "muenster-counters" / "100034978"


@pytest.mark.parametrize(("day", "hours"), [(date(2025, 3, 30), 23), (date(2025, 10, 26), 25), (date(2025, 6, 1), 24)])
def test_a_day_is_the_sum_of_the_hours_that_it_has(town: object, day: date, hours: int) -> None:
    counter = stream("bicycles", every=3600)
    span = Span(day - timedelta(days=1), day + timedelta(days=1), BERLIN)
    start = span.since.astimezone(UTC)
    count = int((span.until - start).total_seconds() // 3600)
    fill(counter, [(start + timedelta(hours=n), 1.0) for n in range(count)])
    found = buckets(counter, span, Grain.DAY, LATER)
    assert [bucket.value for bucket in found] == [24, hours, 24]
    assert [bucket.complete for bucket in found] == [1.0, 1.0, 1.0]


def test_gaps_stay_gaps_and_completeness_says_how_much_is_there(town: object) -> None:
    sensor = stream("pm10", every=600)
    day = datetime(2025, 6, 2, tzinfo=BERLIN)
    fill(sensor, [(day + timedelta(minutes=10 * n), 20.0) for n in range(36)])  # six hours of a day
    span = Span(date(2025, 6, 2), date(2025, 6, 3), BERLIN)
    first, second = buckets(sensor, span, Grain.DAY, LATER)
    assert (first.value, first.complete) == (20.0, 0.25)
    assert (second.value, second.complete) == (None, 0.0)
    told = summary([first, second], sensor, span, LATER)
    assert (told.value, told.complete) == (20.0, 0.125)


def test_levels_are_averaged_by_their_energy(town: object) -> None:
    """60 and 70 decibels, equally long: 10 lg((10^6 + 10^7) / 2) = 67.4, not 65."""
    sensor = stream("noise", every=1800)
    day = datetime(2025, 6, 2, tzinfo=BERLIN)
    fill(sensor, [(day, 60.0), (day + timedelta(minutes=30), 70.0)])
    found = buckets(sensor, Span(date(2025, 6, 2), date(2025, 6, 2), BERLIN), Grain.HOUR, LATER)
    assert found[0].value == pytest.approx(67.4036, abs=1e-4)


def test_half_hours_do_not_make_a_typical_hour_smaller(town: object) -> None:
    counter = stream("bicycles", every=900)
    monday = datetime(2025, 6, 2, 8, tzinfo=BERLIN)
    values = [(monday + timedelta(minutes=15 * n), 10.0) for n in range(4)]
    values += [(monday + timedelta(days=7, minutes=15 * n), 10.0) for n in range(2)]  # half an hour is missing
    fill(counter, values)
    profile = typical_week(counter, Span(date(2025, 6, 1), date(2025, 6, 30), BERLIN))
    assert (profile.cells[0][8], profile.hours[0][8]) == (40, 1)


def test_a_comparison_stands_on_the_same_wall_clock() -> None:
    """The week of the change in March against the week before: noon lies on noon."""
    before, after = (
        Span(date(2025, 3, 24), date(2025, 3, 30), BERLIN),
        Span(date(2025, 3, 31), date(2025, 4, 6), BERLIN),
    )
    noon = datetime(2025, 3, 28, 12, tzinfo=BERLIN)
    assert before.moved_onto(noon, after) == datetime(2025, 4, 4, 12, tzinfo=BERLIN)
    assert after.before() == before
    assert Span(date(2024, 2, 29), date(2024, 12, 31), BERLIN).year_before().first == date(2023, 2, 28)


@pytest.mark.skipif(not COUNTER.exists(), reason="the Münster counts are not there (STADTHERZ_TESTDATA)")
def test_the_typical_week_of_a_real_counter(town: object) -> None:
    """March 2025 of Gartenstraße: every cell of the week is recomputed from the file, the night of the 30th included."""
    counter = stream("bicycles", every=900)
    values, seen = [], set()
    with (COUNTER / "2025-03.csv").open(encoding="utf-8") as lines:
        for row in list(csv.reader(lines))[1:]:
            if not row[1]:
                continue
            naive = datetime.fromisoformat(row[0])
            moment = localized(naive, BERLIN, second_pass=naive in seen)
            seen.add(naive)
            values.append((moment, float(row[1])))
    fill(counter, values)
    by_hour: dict[datetime, list[float]] = defaultdict(list)
    for moment, value in values:
        by_hour[moment.astimezone(UTC).replace(minute=0)].append(value)
    cells: dict[tuple[int, int], list[float]] = defaultdict(list)
    for hour, parts in by_hour.items():
        if len(parts) >= 4:
            local = hour.astimezone(BERLIN)
            cells[local.weekday(), local.hour].append(sum(parts))
    profile = typical_week(counter, Span(date(2025, 3, 1), date(2025, 3, 31), BERLIN))
    for (weekday, hour), sums in cells.items():
        assert profile.cells[weekday][hour] == pytest.approx(sum(sums) / len(sums))
    assert profile.hours[6][2] == 4, "Sunday the 30th has no hour from two to three; the other four Sundays have"
    assert max(cells, key=lambda key: sum(cells[key]) / len(cells[key]))[0] < 5, "the busiest hour is on a working day"
