# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A rule that looks whether a value is usual reads the same hours of the week alone, and judges as if it had read all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from stadtherz.services.sensing.actions import alerts
from stadtherz.services.sensing.engine.watching import HISTORY, HOUR, hours_of_week, same_hours_before, usual
from stadtherz.services.sensing.models import Alert, AlertRule
from stadtherz.services.sensing.queries import reading
from stadtherz.services.sensing.queries.watching import counted, usual_of
from stadtherz.services.sensing.store import keeping
from stadtherz.services.sensing.tests.measuring import fill, stream

BERLIN = ZoneInfo("Europe/Berlin")
UNTIL = datetime(2026, 4, 12, 9, 40, tzinfo=UTC)
"""Behind both nights in which clocks change."""
EVERY = 1800


@pytest.fixture
def rule(town: object) -> AlertRule:
    """A counter's rule with a history of more than half a year, of which only the last days are rows."""
    counter = stream("bicycles", every=EVERY)
    times = np.arange(UNTIL.timestamp() - HISTORY - 40 * HOUR, UNTIL.timestamp(), EVERY)
    values = np.random.default_rng(8).poisson(30, len(times)).astype(float)
    kept = np.random.default_rng(9).random(len(times)) > 0.02
    fill(
        counter,
        [(datetime.fromtimestamp(t, UTC), v) for t, v in zip(times[kept].tolist(), values[kept].tolist(), strict=True)],
    )
    keeping.pack_cold_days(now=UNTIL + timedelta(days=12))
    return AlertRule.objects.create(name="Ungewöhnlich", datastream=counter, kind="outlier", bound=3.5, is_on=True)


@pytest.mark.parametrize("hours_back", [(0,), (1, 2), (0, 31, 72), (24 * 14 + 3,)])
def test_what_is_usual_is_the_same_as_from_the_whole_half_year(rule: AlertRule, hours_back: tuple[int, ...]) -> None:
    looked_at = np.array([UNTIL.timestamp() - HOUR * n for n in hours_back])
    history = timedelta(seconds=HISTORY)
    everything = counted(reading.series(rule.datastream, UNTIL - history, UNTIL))
    whole = usual(*everything, BERLIN, is_count=True)
    known = usual_of(rule, UNTIL, BERLIN, looked_at)
    assert known is not None
    places = np.unique(hours_of_week(looked_at, BERLIN))
    assert np.isfinite(whole.median[places]).all()
    np.testing.assert_array_equal(known.median[places], whole.median[places])
    np.testing.assert_array_equal(known.deviation[places], whole.deviation[places])
    read = reading.series_of_hours(rule.datastream, same_hours_before(looked_at, UNTIL.timestamp(), BERLIN))
    assert len(read.times) <= 27 * len(places) * HOUR / EVERY
    assert len(read.times) < len(everything[0]) / 50 * len(places)


def test_a_look_finds_what_is_unusual(rule: AlertRule) -> None:
    fill(rule.datastream, [(UNTIL, 300.0)])
    alerts.watch(rule=rule.pk, now=UNTIL + timedelta(minutes=1))
    assert [(alert.began_at, alert.peak) for alert in Alert.objects.all()] == [(UNTIL, 300.0)]
