# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Hours and days at which a rule looks, on the wall clock, also in the nights in which it changes."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stadtherz.services.sensing.engine.watching import Kind, Watch, episodes, measures

BERLIN = ZoneInfo("Europe/Berlin")
QUARTER, HOUR, DAY = 900.0, 3600.0, 86400.0
AUTUMN = datetime(
    2026, 10, 24, 12, tzinfo=BERLIN
).timestamp()  # the hour from two to three comes twice in the night that follows
SPRING = datetime(2027, 3, 27, 12, tzinfo=BERLIN).timestamp()  # it does not come at all


def _seconds(text: str) -> float:
    """A moment with its offset."""
    return datetime.fromisoformat(text).timestamp()


def _watched(watch: Watch, since: float, hours: int = 24) -> list[float]:
    """The quarters of an hour at which the rule looks."""
    times = since + QUARTER * np.arange(hours * 4)
    found = measures(watch, times, np.ones(len(times)), BERLIN, None)
    return [float(time) for time in times[np.isfinite(found)]]


@pytest.mark.parametrize(
    ("since", "window", "first", "last", "quarters"),
    [
        (AUTUMN, (22, 6), "2026-10-24T22:00+02:00", "2026-10-25T05:45+01:00", 36),  # nine hours
        (SPRING, (22, 6), "2027-03-27T22:00+01:00", "2027-03-28T05:45+02:00", 28),  # seven
        (
            AUTUMN,
            (2, 3),
            "2026-10-25T02:00+02:00",
            "2026-10-25T02:45+01:00",
            8,
        ),  # the hour that comes twice, both times
        (AUTUMN, (1, 2), "2026-10-25T01:00+02:00", "2026-10-25T01:45+02:00", 4),
        (AUTUMN, (3, 4), "2026-10-25T03:00+01:00", "2026-10-25T03:45+01:00", 4),
        (SPRING, (1, 2), "2027-03-28T01:00+01:00", "2027-03-28T01:45+01:00", 4),
        (SPRING, (3, 4), "2027-03-28T03:00+02:00", "2027-03-28T03:45+02:00", 4),
        (SPRING, (1, 4), "2027-03-28T01:00+01:00", "2027-03-28T03:45+02:00", 8),
        (AUTUMN, (23, 2), "2026-10-24T23:00+02:00", "2026-10-25T01:45+02:00", 12),
    ],
)
def test_windows_in_the_nights_that_change(
    since: float, window: tuple[int, int], first: str, last: str, quarters: int
) -> None:
    watch = Watch(Kind.THRESHOLD, 0, 0, from_hour=window[0], to_hour=window[1])
    found = _watched(watch, since, hours=20)
    assert (found[0], found[-1], len(found)) == (_seconds(first), _seconds(last), quarters)


def test_an_hour_that_does_not_come_is_not_watched() -> None:
    assert _watched(Watch(Kind.THRESHOLD, 0, 0, from_hour=2, to_hour=3), SPRING, hours=20) == []


def test_one_alert_over_the_hour_that_comes_twice() -> None:
    """Its length is what passed, not what the clock on the wall says."""
    times = _seconds("2026-10-25T01:00+02:00") + QUARTER * np.arange(24)
    loud = (times >= _seconds("2026-10-25T02:00+02:00")) & (times < _seconds("2026-10-25T03:00+01:00"))
    watch = Watch(Kind.THRESHOLD, 50, 50, from_hour=22, to_hour=6)
    (found,) = episodes(watch, times, np.where(loud, 60.0, 40.0), zone=BERLIN, now=float(times[-1]))
    assert (found.end or 0) - found.start == 2 * HOUR


def test_what_must_last_counts_minutes_that_passed() -> None:
    times = _seconds("2027-03-28T01:00+01:00") + QUARTER * np.arange(9)
    watch = Watch(Kind.THRESHOLD, 50, 50, hold=90)
    (found,) = episodes(watch, times, np.full(9, 60.0), zone=BERLIN, now=float(times[-1]))
    assert found.start == _seconds("2027-03-28T03:30+02:00"), "half past three on the wall is ninety minutes after one"


@pytest.mark.parametrize(
    ("day", "looks"),
    [
        ("2026-10-23T23:00+02:00", True),  # Friday night
        ("2026-10-24T05:00+02:00", True),  # and its end on Saturday morning
        ("2026-10-23T05:00+02:00", False),  # the end of Thursday's
        ("2026-10-25T05:00+01:00", True),  # the end of Saturday's, after the clock went back
        ("2026-10-25T23:00+01:00", False),
        ("2026-10-26T05:00+01:00", False),
    ],
)
def test_a_night_belongs_to_the_day_on_which_it_begins(day: str, looks: bool) -> None:
    watch = Watch(Kind.THRESHOLD, 0, 0, weekdays=frozenset({4, 5}), from_hour=22, to_hour=6)
    assert bool(_watched(watch, _seconds(day), hours=1)) is looks


def test_silence_is_found_at_the_next_hour_of_its_window_also_if_that_is_missing_in_march() -> None:
    """A rule for Sundays from two to three, a sensor that falls silent a week before the clock goes forward."""
    watch = Watch(Kind.SILENCE, 0, 0, minutes=30, weekdays=frozenset({6}), from_hour=2, to_hour=3)
    last = np.array([_seconds("2027-03-21T03:10+01:00")])
    (found,) = episodes(watch, last, np.zeros(1), zone=BERLIN, now=_seconds("2027-04-05T00:00+02:00"))
    assert found.start == _seconds("2027-04-04T02:00+02:00")


@settings(deadline=None, max_examples=150)
@given(
    st.sampled_from([AUTUMN, SPRING]), st.integers(0, 23), st.integers(1, 24), st.frozensets(st.integers(0, 6), min_size=1)
)  # fmt: skip
def test_the_schedule_says_what_the_wall_clock_says(since: float, begin: int, end: int, days: frozenset[int]) -> None:
    """Against one moment after the other, read from a clock."""
    watch = Watch(Kind.THRESHOLD, 0, 0, weekdays=days, from_hour=begin, to_hour=end)
    found = set(_watched(watch, since - DAY, hours=72))
    for n in range(72 * 4):
        time = since - DAY + QUARTER * n
        local = datetime.fromtimestamp(time, UTC).astimezone(BERLIN)
        if begin < end:
            looks = begin <= local.hour < end and local.weekday() in days
        elif local.hour >= begin:
            looks = local.weekday() in days
        else:
            looks = local.hour < end and (local.weekday() - 1) % 7 in days
        assert (time in found) is looks, local
