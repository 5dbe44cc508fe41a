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
from stadtherz.services.sensing.limits import Over
from stadtherz.services.sensing.queries.exceedances import by_day_and_night, held_against, highest_of_days
from stadtherz.services.sensing.queries.figures import buckets, in_common, summary
from stadtherz.services.sensing.queries.reading import Values
from stadtherz.services.sensing.queries.spans import Grain, Span
from stadtherz.services.sensing.queries.usual import typical_week
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
    alone = Span(day, day, BERLIN)
    assert summary(found[1:2], counter, alone, LATER).complete == 1.0


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


def test_a_typical_level_is_averaged_by_its_energy_and_a_direction_over_north(town: object) -> None:
    """Mondays at eight: 60 and 70 decibels are usually 67.4; 350 and 10 degrees are north, not south."""
    monday, span = datetime(2025, 6, 2, 8, tzinfo=BERLIN), Span(date(2025, 6, 1), date(2025, 6, 30), BERLIN)
    noise, wind = stream("noise", every=3600), stream("wind_direction", every=3600)
    for each, first, second in ((noise, 60.0, 70.0), (wind, 350.0, 10.0)):
        fill(each, [(monday, first), (monday + timedelta(days=7), second)])
    assert typical_week(noise, span).cells[0][8] == pytest.approx(67.4036, abs=1e-4)
    assert typical_week(wind, span).cells[0][8] == pytest.approx(0, abs=1e-6)


def test_the_highest_mean_of_eight_hours_belongs_to_the_day_on_which_it_ends(town: object) -> None:
    """Directive 2008/50/EC, annex XI: 100 all day, 180 from 20 to 4 o'clock. Ends at 4: eight hours of 180, on the second day."""
    sensor, span = stream("ozone", every=3600), Span(date(2025, 6, 2), date(2025, 6, 4), BERLIN)
    midnight = span.since
    high = range(20, 28)
    fill(sensor, [(midnight + timedelta(hours=n), 180.0 if n in high else 100.0) for n in range(-8, 60)])
    read = Values(sensor)
    first, second, third = highest_of_days(sensor, span, read)
    assert first == pytest.approx((4 * 180 + 4 * 100) / 8), (
        "the last mean of the first day reaches from 16 to 24 o'clock"
    )
    assert (second, third) == (180, None), "on the third day fewer than eighteen means are there"
    held = held_against(sensor, span, LATER, {Over.EIGHT_HOURS, Over.HOUR}, read)
    assert held[Over.EIGHT_HOURS] == [first, second]
    assert sum(value > 180 for value in held[Over.HOUR]) == 0


def test_nights_and_days_of_noise_are_held_apart(town: object) -> None:
    sensor, span = stream("noise", every=3600), Span(date(2025, 6, 2), date(2025, 6, 3), BERLIN)
    fill(sensor, [(span.since + timedelta(hours=n), 60.0 if 6 <= n % 24 < 22 else 45.0) for n in range(60)])
    found = by_day_and_night(span, Values(sensor))
    assert found[Over.DAYTIME] == pytest.approx([60, 60])
    assert found[Over.NIGHT] == pytest.approx([45]), "the second night reaches beyond the picture"


def test_only_what_both_have_whole_is_compared(town: object) -> None:
    """A gap of ours and a day that is not over would else make the difference."""
    counter = stream("bicycles", every=3600)
    ours, theirs = (Span(date(2025, 6, day), date(2025, 6, day + 2), BERLIN) for day in (9, 2))
    fill(counter, [(theirs.since + timedelta(hours=n), 10.0) for n in range(72)])
    fill(counter, [(ours.since + timedelta(hours=n), 12.0) for n in range(60) if not 3 <= n < 9])
    now = ours.since + timedelta(hours=60)
    pair = in_common(
        buckets(counter, ours, Grain.HOUR, now), buckets(counter, theirs, Grain.HOUR, now), ours, theirs, now
    )
    here, there = (summary(each, counter, ours, now).value for each in pair)
    assert (here, there) == (54 * 12, 54 * 10)


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
    assert profile.cells[2][7] == (372 + 405 + 345 + 383) / 4, (
        "Wednesdays from seven to eight, summed by hand in the file"
    )
    assert profile.hours[6][2] == 4, "Sunday the 30th has no hour from two to three; the other four Sundays have"
    assert max(cells, key=lambda key: sum(cells[key]) / len(cells[key]))[0] < 5, "the busiest hour is on a working day"
