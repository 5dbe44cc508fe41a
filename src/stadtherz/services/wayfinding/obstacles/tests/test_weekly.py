# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The times of a weekly rule: worked-out cases, and hypothesis against looking at the town's clocks minute by minute."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stadtherz.services.wayfinding.obstacles.weekly import Weekly, as_mapping, as_recurrence, from_mapping

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = ("Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu")
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
#: around both changes of the clocks in Berlin, St. John's and on Lord Howe Island
WEEKS = (
    date(2027, 3, 10),
    date(2027, 3, 24),
    date(2027, 10, 27),
    date(2027, 11, 4),
    date(2027, 4, 1),
    date(2027, 9, 30),
)


def rule(days: str, begins: str, ends: str, first: str, last: str, *without: str) -> Weekly:
    return Weekly(
        frozenset(int(day) for day in days), time.fromisoformat(begins), time.fromisoformat(ends),
        date.fromisoformat(first), date.fromisoformat(last), frozenset(date.fromisoformat(day) for day in without),
    )  # fmt: skip


def told(found: Weekly, zone: ZoneInfo = BERLIN) -> list[str]:
    """Local times with their offset: "03-28 06:00+2 14:00+2"."""
    local = [(begins.astimezone(zone), ends.astimezone(zone)) for begins, ends in found.times(zone)]
    return [f"{b:%m-%d %H:%M}{_offset(b)} {e:%H:%M}{_offset(e)}" for b, e in local]


def _offset(moment: datetime) -> str:
    offset = moment.utcoffset()
    return f"+{int(offset.total_seconds()) // 3600}" if offset else ""


def test_a_market_twice_a_week_but_not_on_a_holiday() -> None:
    market = rule("25", "06:00", "14:00", "2026-12-19", "2027-01-02", "2026-12-26", "2026-12-25")
    assert told(market) == [
        "12-19 06:00+1 14:00+1", "12-23 06:00+1 14:00+1", "12-30 06:00+1 14:00+1", "01-02 06:00+1 14:00+1",
    ]  # fmt: skip
    assert market.left_out() == [date(2026, 12, 26)]
    assert as_recurrence(market) == "FREQ=WEEKLY;BYDAY=WE,SA;UNTIL=20270102"


def test_hours_are_those_of_the_towns_clocks_on_both_sides_of_a_change() -> None:
    assert told(rule("6", "06:00", "14:00", "2027-03-21", "2027-03-28")) == [
        "03-21 06:00+1 14:00+1", "03-28 06:00+2 14:00+2",
    ]  # fmt: skip


@pytest.mark.parametrize(("begins", "ends", "expected"), [
    ("02:30", "05:00", "03-28 03:00+2 05:00+2"), ("00:00", "02:30", "03-28 00:00+1 03:00+2"),
    ("02:15", "02:45", ""), ("01:00", "02:00", "03-28 01:00+1 03:00+2"), ("03:00", "04:00", "03-28 03:00+2 04:00+2"),
])  # fmt: skip
def test_an_hour_that_is_skipped_in_spring_is_left_out(begins: str, ends: str, expected: str) -> None:
    assert told(rule("6", begins, ends, "2027-03-28", "2027-03-28")) == ([expected] if expected else [])


@pytest.mark.parametrize(("begins", "ends", "expected"), [
    ("02:30", "05:00", "10-31 02:30+2 05:00+1"), ("00:00", "02:30", "10-31 00:00+2 02:30+1"),
    ("00:00", "02:00", "10-31 00:00+2 02:00+2"), ("02:00", "03:00", "10-31 02:00+2 03:00+1"),
    ("03:00", "04:00", "10-31 03:00+1 04:00+1"),
])  # fmt: skip
def test_an_hour_that_is_there_twice_in_autumn_counts_twice(begins: str, ends: str, expected: str) -> None:
    assert told(rule("6", begins, ends, "2027-10-31", "2027-10-31")) == [expected]


def test_a_night_belongs_to_the_day_on_which_it_begins() -> None:
    assert told(rule("4", "22:00", "06:00", "2026-12-04", "2026-12-11")) == [
        "12-04 22:00+1 06:00+1", "12-11 22:00+1 06:00+1",
    ]  # fmt: skip


def test_times_that_meet_are_one() -> None:
    whole = rule("0123456", "00:00", "00:00", "2026-12-01", "2026-12-31", "2026-12-24")
    assert [(ends - begins).days for begins, ends in whole.times(BERLIN)] == [23, 7]
    round_the_clock = rule("56", "02:30", "02:30", "2027-10-30", "2027-10-31")
    assert len(round_the_clock.times(BERLIN)) == 1


def by_the_clock(found: Weekly, zone: ZoneInfo) -> set[datetime]:
    """The minutes at which it counts: of each of its days those between the first and the last that show its hours."""
    minutes: set[datetime] = set()
    for number in range((found.last - found.first).days + 1):
        day = found.first + number * DAY
        if day.weekday() not in found.days or day in found.without:
            continue
        low = datetime.combine(day, found.begins)
        high = datetime.combine(day + (DAY if found.ends <= found.begins else 0 * DAY), found.ends)
        at, showing = datetime.combine(day - DAY, time(), UTC), []
        while at.date() < day + 4 * DAY:
            if low <= at.astimezone(zone).replace(tzinfo=None) < high:
                showing.append(at)
            at += MINUTE
        if showing:
            minutes.update(showing[0] + n * MINUTE for n in range((showing[-1] - showing[0]) // MINUTE + 1))
    return minutes


hours = st.one_of(
    st.times().map(lambda at: at.replace(second=0, microsecond=0, tzinfo=None)),
    st.builds(time, st.integers(0, 3), st.sampled_from((0, 15, 30, 45))),  # where clocks change
)


@st.composite
def rules(draw: st.DrawFn) -> Weekly:
    first = draw(st.sampled_from(WEEKS)) + draw(st.integers(0, 3)) * DAY
    last = first + draw(st.integers(0, 4)) * DAY
    without = draw(st.frozensets(st.integers(0, 4).map(lambda n: first + n * DAY), max_size=2))
    days = draw(st.frozensets(st.integers(0, 6), min_size=1))
    return Weekly(days, draw(hours), draw(hours), first, last, without)


@settings(max_examples=40, deadline=None)
@given(found=rules(), zone=st.sampled_from(ZONES).map(ZoneInfo))
def test_times_are_those_of_the_clock_minute_by_minute(found: Weekly, zone: ZoneInfo) -> None:
    times = found.times(zone)
    assert all(begins < ends for begins, ends in times)
    assert all(one[1] < other[0] for one, other in pairwise(times))
    minutes = {begins + n * MINUTE for begins, ends in times for n in range((ends - begins) // MINUTE)}
    assert minutes == by_the_clock(found, zone)


@given(found=rules())
def test_a_rule_is_read_as_it_was_written(found: Weekly) -> None:
    assert from_mapping(json.loads(json.dumps(as_mapping(found)))) == found
