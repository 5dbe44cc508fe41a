# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Rules and alerts as pages and the watching job need them; a rule tried against the past."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from django.db.models import QuerySet

from stadtherz.kernel.municipalities.active import active
from stadtherz.services.sensing.engine.watching import Episode, Kind, Usual, Watch, episodes, usual
from stadtherz.services.sensing.models import Alert, AlertRule
from stadtherz.services.sensing.queries import reading

HISTORY = timedelta(weeks=26)
"""How far back "usual" looks."""
TRIAL = timedelta(days=365)


def watch_of(rule: AlertRule) -> Watch:
    """The rule as the engine knows it; without a second bound it ends where it begins."""
    bound, release = rule.bound, rule.bound if rule.release is None else rule.release
    if rule.kind == Kind.CHANGE:  # "falls by -5" means the same as "falls by 5"
        bound, release = abs(bound), abs(release)
    return Watch(
        kind=Kind(rule.kind), bound=bound, release=release,
        below=rule.below and rule.kind in {Kind.THRESHOLD, Kind.CHANGE}, minutes=rule.minutes, hold=rule.hold,
        weekdays=frozenset(int(day) for day in rule.weekdays), from_hour=rule.from_hour, to_hour=rule.to_hour,
    )  # fmt: skip


def counted(series: reading.Series) -> tuple[np.ndarray, np.ndarray]:
    """Times and values that count; what is under doubt raises no alert."""
    kept = ~np.isin(series.flags, reading.LEFT_OUT)
    return series.times[kept], series.values[kept]


def usual_of(rule: AlertRule, until: datetime, zone: ZoneInfo) -> Usual | None:
    """The sensor's own history before a moment, for rules that need it."""
    if rule.kind != Kind.OUTLIER:
        return None
    times, values = counted(reading.series(rule.datastream, until - HISTORY, until))
    return usual(times, values, zone)


@dataclass(frozen=True, slots=True)
class Trial:
    """What a rule would have done, since the first value that it looked at."""

    episodes: tuple[Episode, ...]
    since: datetime


def trial(rule: AlertRule, now: datetime) -> Trial:
    """When the rule would have raised an alert in the last year."""
    zone = ZoneInfo(active().timezone)
    since = now - TRIAL
    times, values = counted(reading.series(rule.datastream, since, now))
    known = usual(times, values, zone) if rule.kind == Kind.OUTLIER else None
    found = episodes(watch_of(rule), times, values, zone=zone, now=now.timestamp(), known=known)
    first = datetime.fromtimestamp(float(times[0]), UTC) if len(times) else since
    return Trial(tuple(found), first)


def rules() -> QuerySet[AlertRule]:
    """All rules that were not removed, with their sensors."""
    return AlertRule.objects.filter(removed_at=None).select_related("datastream__thing")


def waiting_alerts() -> QuerySet[Alert]:
    """Alerts that last or that nobody has taken over yet, newest first."""
    return (
        Alert.objects.filter(rule__removed_at=None, acknowledged_at=None)
        .select_related("rule__datastream__thing")
        .order_by("-began_at")
    )


def public_alerts(datastream: int) -> list[Alert]:
    """What lasts now and may be seen by everybody."""
    lasting = Alert.objects.filter(
        rule__datastream=datastream, rule__is_public=True, rule__removed_at=None, rule__is_on=True, ended_at=None
    )
    return list(lasting.select_related("rule"))
