# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Rules and alerts as pages and the watching job need them; a rule tried against the past."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from django.db.models import Count, Q, QuerySet

from stadtherz.kernel.municipalities.active import active
from stadtherz.services.sensing.engine.watching import HISTORY as HISTORY_SECONDS
from stadtherz.services.sensing.engine.watching import (
    Episode,
    Kind,
    Usual,
    Watch,
    episodes,
    from_usual,
    same_hours_before,
    usual,
)
from stadtherz.services.sensing.models import Alert, AlertRule, Datastream, Hour, Latest
from stadtherz.services.sensing.queries import reading
from stadtherz.services.sensing.queries.figures import is_counted

HISTORY = timedelta(seconds=HISTORY_SECONDS)
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
        every=rule.datastream.expected_seconds or 0,
    )  # fmt: skip


def counted(series: reading.Series) -> tuple[np.ndarray, np.ndarray]:
    """Times and values that count; what is under doubt raises no alert."""
    kept = ~np.isin(series.flags, reading.LEFT_OUT)
    return series.times[kept], series.values[kept]


def usual_of(rule: AlertRule, until: datetime, zone: ZoneInfo, looked_at: np.ndarray) -> Usual | None:
    """The sensor's own history before a moment, for rules that need it, at the hours of the week in which these times (seconds since
    1970) lie. Only those hours of the half-year are read: mostly one or two of the 168."""
    if rule.kind != Kind.OUTLIER:
        return None
    since, end = (until - HISTORY).timestamp(), until.timestamp()
    hours = same_hours_before(looked_at, end, zone)
    times, values = counted(reading.series_of_hours(rule.datastream, hours))
    inside = (times >= since) & (times < end)
    return usual(times[inside], values[inside], zone, is_count=is_counted(rule.datastream))


@dataclass(frozen=True, slots=True)
class Trial:
    """What a rule would have done between ``since`` and ``until`` (a year at most), and on what that rests.

    ``first``: the first value that it looked at; ``reach``: the first of all. ``judged``: since when it could judge, later than ``first``
    where it must know first what is usual; None: never. ``complete``: the share of the values due since ``first`` that count, None
    where nobody knows how many are due. ``told``: how many beginnings somebody would have heard of.
    """

    episodes: tuple[Episode, ...]
    since: datetime
    until: datetime
    first: datetime | None
    reach: datetime | None
    judged: datetime | None
    complete: float | None
    told: int

    @property
    def lasted(self) -> float:
        """Seconds of all alerts together; what lasts counts up to the end of the trial."""
        return sum(self.length(each) for each in self.episodes)

    def length(self, episode: Episode) -> float:
        """Seconds of one alert."""
        return (self.until.timestamp() if episode.end is None else episode.end) - episode.start


def trial(rule: AlertRule, now: datetime) -> Trial:
    """When the rule would have raised an alert in the last year; of a series that says nothing since longer, in its own last year."""
    zone, stream = ZoneInfo(active().timezone), rule.datastream
    newest = Latest.objects.filter(pk=rule.datastream_id).values_list("phenomenon_time", flat=True).first()
    until = now if newest is None or newest >= now - TRIAL else newest + timedelta(seconds=1)
    if rule.kind == Kind.SILENCE:
        until = now
    since = until - TRIAL
    start = min(since, newest or since) if rule.kind == Kind.SILENCE else since  # silence may have begun long before
    times, values = counted(
        reading.series(stream, start - (HISTORY if rule.kind == Kind.OUTLIER else timedelta()), until)
    )
    away = (
        from_usual(times, values, zone, since.timestamp(), is_count=is_counted(stream))
        if rule.kind == Kind.OUTLIER
        else None
    )
    found = episodes(watch_of(rule), times, values, zone=zone, now=until.timestamp(), away=away)
    judged = times[np.isfinite(away)] if away is not None else times
    seen = times[times >= start.timestamp()]
    earliest = Hour.objects.filter(datastream=stream).order_by("hour").values_list("hour", flat=True).first()
    first = _moment(seen)
    is_reached = first is not None and (earliest is None or first - timedelta(hours=1) < earliest)
    return Trial(
        tuple(found), since, until, first, first if is_reached else earliest, _moment(judged),
        _share(seen, until, stream.expected_seconds), _told(found, rule.pause_minutes * 60.0, until.timestamp()),
    )  # fmt: skip


def _moment(times: np.ndarray) -> datetime | None:
    return datetime.fromtimestamp(float(times[0]), UTC) if len(times) else None


def _share(times: np.ndarray, until: datetime, expected: int | None) -> float | None:
    """Which part of the values that were due since the first one is there."""
    if not expected or not len(times) or until.timestamp() - times[0] < expected:
        return None
    return float(min(1.0, len(times) / math.ceil((until.timestamp() - times[0]) / expected)))


def _told(found: Sequence[Episode], pause: float, until: float) -> int:
    """How many beginnings somebody would have heard of with that pause (seconds) between them: in a pause only what outlasts it."""
    count, last = 0, -math.inf
    for each in found:
        at = max(each.start, last + pause)
        if at == each.start or at < (until if each.end is None else each.end):
            count, last = count + 1, at
    return count


def rules() -> QuerySet[AlertRule]:
    """All rules that were not removed, with their sensors."""
    return AlertRule.objects.filter(removed_at=None).select_related("datastream__thing")


def waiting_alerts() -> QuerySet[Alert]:
    """Alerts that nobody has taken over yet."""
    return Alert.objects.filter(rule__removed_at=None, acknowledged_at=None)


def newest_waiting(most: int) -> list[tuple[Alert, int]]:
    """Of each rule the newest alert that waits, and how many of it do; the newest first. Two queries."""
    waiting = waiting_alerts()
    counts = dict(waiting.order_by().values_list("rule_id").annotate(Count("pk")))
    newest = waiting.order_by("rule_id", "-began_at").distinct("rule_id").values("pk")
    found = Alert.objects.filter(pk__in=newest).select_related("rule__datastream__thing").order_by("-began_at")
    return [(alert, counts.get(alert.rule_id, 1)) for alert in found[:most]]


def alerts_of(rule: AlertRule, most: int) -> tuple[list[tuple[Alert, int]], int]:
    """The newest alerts of a rule, each with how many were taken over together with it, and how many of all wait. Three queries."""
    all_of = Alert.objects.filter(rule=rule)
    newest = list(all_of.select_related("acknowledged_by")[:most])
    moments = {alert.acknowledged_at for alert in newest if alert.acknowledged_at}
    together = dict(
        all_of.filter(acknowledged_at__in=moments).order_by().values_list("acknowledged_at").annotate(Count("pk"))
    )
    return [(alert, together.get(alert.acknowledged_at, 1)) for alert in newest], all_of.filter(
        acknowledged_at=None
    ).count()


def alerts_of_sensor(datastream: int, now: datetime, *, all_rules: bool, most: int) -> list[Alert]:
    """What lasts or ended in the last year, the newest first: of rules that everybody may see, or of all."""
    found = Alert.objects.filter(rule__datastream=datastream, rule__removed_at=None)
    if not all_rules:
        found = found.filter(rule__is_public=True)
    recent = found.filter(Q(ended_at=None) | Q(ended_at__gt=now - TRIAL))
    return list(recent.select_related("rule__datastream").order_by("-began_at")[:most])


def rules_of_sensor(datastream: Datastream) -> list[AlertRule]:
    """The rules that watch a sensor."""
    return list(rules().filter(datastream=datastream))
