# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Alerts on the page of their sensor: what lasts, what was in the last year, and for clerks who minds it and by which rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from stadtherz.kernel.ui.charts import Mark
from stadtherz.services.sensing.engine.watching import Kind
from stadtherz.services.sensing.models import Alert, AlertRule, Datastream
from stadtherz.services.sensing.queries.one_unit import era_at
from stadtherz.services.sensing.queries.spans import Grain, Span
from stadtherz.services.sensing.queries.watching import alerts_of_sensor, rules_of_sensor
from stadtherz.services.sensing.web.alert_trial import length_words
from stadtherz.services.sensing.web.alert_words import bound_words
from stadtherz.services.sensing.web.charting import decimals_of, moment_words, symbol_of
from stadtherz.services.sensing.web.unit_changes import symbol_in
from stadtherz.services.sensing.web.words import with_unit

MOST = 30


@dataclass(frozen=True, slots=True)
class PastAlerts:
    """Alerts of a sensor, newest first. ``rules`` with their words are known for clerks only."""

    alerts: Sequence[Alert]
    rows: Sequence[dict[str, Any]]
    is_cut: bool
    rules: Sequence[tuple[AlertRule, str]]

    @property
    def lasting(self) -> list[tuple[Alert, str]]:
        """What lasts and may be seen by everybody, with the rule in words."""
        return [
            (alert, bound_words(alert.rule))
            for alert in self.alerts
            if alert.ended_at is None and alert.rule.is_public and alert.rule.is_on
        ]

    @property
    def has_peaks(self) -> bool:
        return any(row["peak"] for row in self.rows)

    def marks(self, span: Span, now: datetime) -> tuple[Mark, ...]:
        """Those in a picture of that time."""
        return tuple(
            Mark(alert.began_at.timestamp(), _("alert"), end=(alert.ended_at or now).timestamp())
            for alert in self.alerts
            if alert.began_at < span.until and (alert.ended_at or now) > span.since
        )


def past_alerts(datastream: Datastream, zone: ZoneInfo, now: datetime, *, is_clerk: bool) -> PastAlerts:
    """What the page of a sensor says of its alerts. One query, for clerks two."""
    found = alerts_of_sensor(datastream.pk, now, all_rules=is_clerk, most=MOST + 1)
    rules = [(rule, bound_words(rule)) for rule in rules_of_sensor(datastream)] if is_clerk else []
    return PastAlerts(found, [_row(alert, datastream, zone, now) for alert in found[:MOST]], len(found) > MOST, rules)


def _row(alert: Alert, datastream: Datastream, zone: ZoneInfo, now: datetime) -> dict[str, Any]:
    has_peak = alert.peak is not None and alert.rule.kind != Kind.SILENCE
    symbol = symbol_of_alert(alert, datastream)
    return {
        "rule": alert.rule, "begin": moment_words(alert.began_at, zone, Grain.RAW),
        "end": moment_words(alert.ended_at, zone, Grain.RAW) if alert.ended_at else "",
        "length": length_words(((alert.ended_at or now) - alert.began_at).total_seconds()),
        "peak": with_unit(alert.peak, decimals_of(datastream), symbol) if has_peak else "",
        "taken_over": alert.acknowledged_at, "note": alert.note,
    }  # fmt: skip


def symbol_of_alert(alert: Alert, stream: Datastream) -> str:
    """The unit of its furthest value: that of its end, because what lasts is converted with the sensor's unit."""
    if alert.ended_at is None or not stream.earlier_units:
        return symbol_of(stream)
    return symbol_in(stream, era_at(stream, alert.ended_at.timestamp() - 1e-6))
