# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Rules on made-up values whose alerts are known beforehand."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stadtherz.services.sensing.engine.watching import (
    Episode,
    Kind,
    Watch,
    episodes,
    from_usual,
    local_hours,
    measures,
    usual,
)

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = 1_748_815_200.0  # Monday, 2 June 2025, midnight in Berlin
MINUTE, HOUR, WEEK = 60.0, 3600.0, 604800.0


def _seen(watch: Watch, values: list[float], *, step: float = MINUTE, **more: object) -> list[Episode]:
    times = MONDAY + step * np.arange(len(values))
    return episodes(watch, times, np.array(values, float), zone=BERLIN, now=float(times[-1] + step), **more)  # type: ignore[arg-type]


def test_hysteresis_makes_one_alert_of_a_fluttering_value() -> None:
    watch = Watch(Kind.THRESHOLD, bound=50, release=45)
    assert _seen(watch, [40, 51, 48, 52, 49, 44, 40]) == [Episode(MONDAY + 60, MONDAY + 300, 52)]
    assert len(_seen(Watch(Kind.THRESHOLD, bound=50, release=50), [40, 51, 48, 52, 49, 44, 40])) == 2


def test_below_a_bound_and_still_lasting() -> None:
    watch = Watch(Kind.THRESHOLD, bound=2, release=3, below=True)
    assert _seen(watch, [5, 1, 0, 2.5]) == [Episode(MONDAY + 60, None, 0)]


def test_a_single_spike_is_no_alert_where_it_must_last() -> None:
    watch = Watch(Kind.THRESHOLD, bound=50, release=50, hold=3)
    assert _seen(watch, [40, 60, 40, 60, 60, 60, 70, 40]) == [Episode(MONDAY + 360, MONDAY + 420, 70)]


def test_over_a_gap_nobody_knows_whether_it_lasted() -> None:
    times = MONDAY + MINUTE * np.array([0, 10, 20, 300, 310, 320, 330])
    high = np.array([20, 60, 60, 60, 60, 60, 60.0])
    found = episodes(Watch(Kind.THRESHOLD, 50, 50, hold=30, every=600), times, high, zone=BERLIN, now=float(times[-1]))
    assert [(each.start - MONDAY) / MINUTE for each in found] == [330]
    found = episodes(Watch(Kind.THRESHOLD, 50, 50, hold=30), times, high, zone=BERLIN, now=float(times[-1]))
    assert [(each.start - MONDAY) / MINUTE for each in found] == [300], (
        "where nobody knows when a value is due there is no gap"
    )


def test_a_change_is_seen_over_its_minutes() -> None:
    watch = Watch(Kind.CHANGE, bound=10, release=10, minutes=2)
    assert _seen(watch, [0, 3, 6, 9, 12, 15]) == []
    assert _seen(watch, [0, 6, 12, 12, 12, 12]) == [Episode(MONDAY + 120, MONDAY + 180, 12)]


def test_a_fall_is_told_by_how_much_it_falls() -> None:
    watch = Watch(Kind.CHANGE, bound=10, release=10, minutes=2, below=True)
    assert _seen(watch, [20, 20, 30, 42, 40, 40, 40, 36, 29, 29, 29]) == [Episode(MONDAY + 480, MONDAY + 540, 29)]


def test_over_a_gap_nobody_knows_how_quickly_it_changed() -> None:
    watch = Watch(Kind.CHANGE, bound=10, release=10, minutes=2)
    times = MONDAY + MINUTE * np.array([0, 1, 2, 3, 600, 601, 602])
    values = np.array([0, 0, 0, 0, 50, 50, 70.0])
    found = episodes(watch, times, values, zone=BERLIN, now=float(times[-1]))
    assert found == [Episode(MONDAY + 602 * MINUTE, None, 70)]


def test_a_change_is_seen_where_values_come_more_seldom_than_it_looks_back() -> None:
    watch = Watch(Kind.CHANGE, bound=10, release=10, minutes=10)
    assert _seen(watch, [0, 0, 20, 20], step=HOUR) == [Episode(MONDAY + 2 * HOUR, MONDAY + 3 * HOUR, 20)]


def test_the_furthest_value_of_an_outlier_may_lie_below_what_is_usual() -> None:
    weeks = MONDAY - WEEK * np.arange(1, 11)
    known = usual(np.sort(weeks), np.linspace(99, 101, 10), BERLIN)
    watch = Watch(Kind.OUTLIER, bound=3.5, release=3.5)
    assert _seen(watch, [60.0, 20.0, 70.0], known=known) == [Episode(MONDAY, None, 20)]
    goes_on = _seen(watch, [60.0, 70.0], known=known, open_since=MONDAY - WEEK, open_peak=20.0)
    assert goes_on == [Episode(MONDAY - WEEK, None, 20)]


def test_an_alert_that_goes_on_keeps_its_furthest_value() -> None:
    watch = Watch(Kind.THRESHOLD, bound=50, release=45)
    found = _seen(watch, [60, 52], open_since=MONDAY - HOUR, open_peak=90.0)
    assert found == [Episode(MONDAY - HOUR, None, 90)]


def test_silence_that_began_while_nobody_looked_is_found_when_somebody_looks() -> None:
    watch = Watch(Kind.SILENCE, bound=0, release=0, minutes=30, from_hour=8, to_hour=18)
    times = MONDAY + HOUR * np.array([2, 5, 14])  # silent from two to five at night, and from five to the afternoon
    found = episodes(watch, times, np.zeros(3), zone=BERLIN, now=MONDAY + 14.2 * HOUR)
    assert found == [Episode(MONDAY + 8 * HOUR, MONDAY + 14 * HOUR, 540)]


def test_silence_begins_when_the_allowed_time_is_over() -> None:
    watch = Watch(Kind.SILENCE, bound=0, release=0, minutes=30)
    times = MONDAY + MINUTE * np.array([0, 10, 70, 80])
    found = episodes(watch, times, np.zeros(4), zone=BERLIN, now=MONDAY + MINUTE * 200)
    assert found == [
        Episode(MONDAY + 40 * MINUTE, MONDAY + 70 * MINUTE, 60), Episode(MONDAY + 110 * MINUTE, None, 120),
    ]  # fmt: skip


def test_only_at_night_over_midnight() -> None:
    watch = Watch(Kind.THRESHOLD, bound=50, release=50, from_hour=22, to_hour=6)
    found = _seen(watch, [60] * 24, step=HOUR)
    assert [(e.start - MONDAY) / HOUR for e in found] == [0, 22]


def test_an_outlier_is_far_from_the_same_hour_of_other_weeks() -> None:
    rng = np.random.default_rng(3)
    times = MONDAY - WEEK * 20 + HOUR * np.arange(168 * 20)
    _weekdays, hours = local_hours(times, BERLIN)
    values = np.where(hours == 8, 100.0, 10.0) + rng.normal(0, 1, len(times))
    known = usual(times, values, BERLIN)
    watch = Watch(Kind.OUTLIER, bound=6, release=5)
    day = [10.0] * 8 + [100.0] + [10.0] * 6 + [100.0] + [10.0] * 8
    found = _seen(watch, day, step=HOUR, known=known)
    assert [(e.start - MONDAY) / HOUR for e in found] == [15], "100 is usual at eight and not at fifteen"


def test_a_median_is_not_moved_by_the_outliers_that_are_looked_for() -> None:
    times = MONDAY + WEEK * np.arange(11)
    known = usual(times, np.array([10.0] * 8 + [900.0] * 3), BERLIN)
    assert known.median[0] == 10


def test_four_values_of_one_hour_are_no_history() -> None:
    times = np.sort(np.concatenate([MONDAY + WEEK * n + 900 * np.arange(4) for n in range(3)]))
    assert np.isnan(usual(times, np.ones(12), BERLIN).median[0]), (
        "three Mondays tell too little, however many values they have"
    )
    times = np.sort(np.concatenate([MONDAY + WEEK * n + 900 * np.arange(4) for n in range(4)]))
    assert usual(times, np.ones(16), BERLIN).median[0] == 1


def test_a_count_scatters_by_chance() -> None:
    times = MONDAY + WEEK * np.arange(10)
    few, many = (usual(times, np.full(10, each), BERLIN, is_count=True) for each in (0.0, 100.0))
    assert (few.deviation[0], many.deviation[0]) == (1, 10)
    assert usual(times, np.full(10, 100.0), BERLIN).deviation[0] == 1


def test_a_trial_knows_no_more_than_who_looked_then() -> None:
    """A level that rises for good is far from usual at first, and is what is usual half a year later."""
    first = datetime(2025, 6, 2, tzinfo=BERLIN)
    times = np.array([(first + timedelta(weeks=n)).timestamp() for n in range(60)])  # midnight on the wall
    values = np.where(np.arange(60) < 20, 10.0, 30.0) + 0.1 * (np.arange(60) % 3)
    away = from_usual(times, values, BERLIN, MONDAY)
    assert np.isnan(away[:4]).all()
    assert (away[20:30] > 3.5).all()
    assert (away[48:] < 3.5).all()
    watch = Watch(Kind.OUTLIER, 3.5, 3.5)
    (found,) = episodes(watch, times, values, zone=BERLIN, now=float(times[-1]), away=away)
    assert (found.start, found.peak) == (times[20], 30.2)


def test_a_rule_that_knows_nothing_of_what_is_usual_finds_nothing() -> None:
    assert _seen(Watch(Kind.OUTLIER, 3.5, 3.5), [10.0, 900.0]) == []


@pytest.mark.parametrize("stamp", [1743292800.0, 1761436800.0])  # 30 March, 26 October 2025
def test_the_wall_clock_in_nights_that_change(stamp: float) -> None:
    from datetime import UTC, datetime

    times = stamp + 900.0 * np.arange(96)
    weekdays, hours = local_hours(times, BERLIN)
    told = [datetime.fromtimestamp(t, UTC).astimezone(BERLIN) for t in times]
    assert weekdays.tolist() == [t.weekday() for t in told]
    assert hours.tolist() == [t.hour for t in told]


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.integers(0, 100), min_size=2, max_size=60), st.integers(0, 59))
def test_looking_in_two_parts_finds_what_one_look_finds(values: list[int], cut: int) -> None:
    """The job looks at new values only; the trial looks at all at once."""
    watch = Watch(Kind.THRESHOLD, bound=60, release=40)
    cut = min(max(cut, 1), len(values) - 1)
    times = MONDAY + MINUTE * np.arange(len(values))
    known = np.array(values, float)
    whole = episodes(watch, times, known, zone=BERLIN, now=float(times[-1]))
    first = episodes(watch, times[:cut], known[:cut], zone=BERLIN, now=float(times[cut - 1]))
    since = first[-1].start if first and first[-1].end is None else None
    second = episodes(watch, times[cut:], known[cut:], zone=BERLIN, now=float(times[-1]), open_since=since)
    told = [(e.start, e.end) for e in (first[:-1] if since is not None else first) + second]
    assert told == [(e.start, e.end) for e in whole]


def test_a_trial_measures_as_who_looks_now_does() -> None:
    """The last week of a trial against what is usual in the half-year before it."""
    rng = np.random.default_rng(7)
    times = MONDAY + 1800.0 * np.arange(48 * 7 * 40)
    values = np.where(rng.random(len(times)) < 0.9, rng.poisson(20, len(times)), np.nan)
    times, values = times[np.isfinite(values)], values[np.isfinite(values)]
    week = MONDAY + WEEK * 39
    for is_count in (False, True):
        away = from_usual(times, values, BERLIN, MONDAY + WEEK * 10, is_count=is_count)
        before = (times >= week - 26 * WEEK) & (times < week)
        known = usual(times[before], values[before], BERLIN, is_count=is_count)
        last = times >= week
        watch = Watch(Kind.OUTLIER, 3.5, 3.5)
        assert np.allclose(away[last], measures(watch, times[last], values[last], BERLIN, known), equal_nan=True)
        assert np.isnan(away[times < MONDAY + WEEK * 10]).all()
