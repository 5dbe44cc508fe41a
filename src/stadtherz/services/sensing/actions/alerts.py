# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The verbs of alerts: set up, try, switch on and off, take over; and what happens when a rule finds something.

Watching is idempotent: a rule remembers until when it has looked, an alert is known by its rule and its beginning, and only one
lasts. So a job that runs twice tells once; a flood of values is one alert; of a value that flutters around a bound is told once in
``pause_minutes``, and of what still lasts when the pause is over.
"""

from __future__ import annotations

import logging
import math
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from django.db import transaction
from django.utils import timezone

from stadtherz.kernel.audit.actions import record
from stadtherz.kernel.municipalities.active import active
from stadtherz.kernel.people.models import Person
from stadtherz.kernel.ui.meanwhile import ChangedMeanwhile, changed_since
from stadtherz.services.sensing import units
from stadtherz.services.sensing.actions import alert_news
from stadtherz.services.sensing.engine.watching import Episode, Kind, episodes
from stadtherz.services.sensing.ingest.sealing import seal
from stadtherz.services.sensing.models import Alert, AlertRule, Latest
from stadtherz.services.sensing.queries import reading
from stadtherz.services.sensing.queries.stations import silent_after
from stadtherz.services.sensing.queries.watching import counted, usual_of, watch_of
from stadtherz.services.sensing.units import Linear

logger = logging.getLogger(__name__)
FIRST_LOOK = timedelta(hours=2)


@transaction.atomic
def create_rule(*, clerk: Person | None, **fields: Any) -> AlertRule:
    """A new rule, switched off. Side effect: an entry in the record."""
    rule = AlertRule.objects.create(created_by=clerk, webhook_secret=seal(secrets.token_urlsafe(32)), **fields)
    _record("create", clerk, rule)
    return rule


DECIDED = (
    "name", "datastream", "kind", "bound", "release", "below", "minutes", "hold", "weekdays", "from_hour", "to_hour",
    "mail_to", "webhook", "pause_minutes", "is_public",
)  # fmt: skip
"""What a clerk decides about a rule."""


def decided(rule: AlertRule) -> dict[str, Any]:
    """All that a clerk decides, by field, and the unit in which a bound is meant."""
    return {name: getattr(rule, name) for name in DECIDED} | {
        "unit": units.code_of(rule.datastream.unit_of_measurement)
    }


@transaction.atomic
def change_rule(*, rule: AlertRule, clerk: Person, seen: str = "", **fields: Any) -> None:
    """Change a rule; it looks at the latest value anew and at all that come. What lasts ends where another sensor, or another kind, is
    looked at from now on.
    ``seen``: the ``signs`` of what the clerk saw (``decided``); what somebody else has saved since then is not overwritten unseen.
    Side effect: an entry in the record. Raises ``ChangedMeanwhile``."""
    before = AlertRule.objects.select_for_update(of=("self",)).select_related("datastream").get(pk=rule.pk)
    if changed_since(seen, decided(before)):
        raise ChangedMeanwhile
    if any(fields.get(name, getattr(before, name)) != getattr(before, name) for name in ("datastream", "kind")):
        _end_what_lasts(before, timezone.now(), by_hand=True)
    for name, value in fields.items():
        setattr(rule, name, value)
    rule.checked_until = before.checked_until
    if before.is_on and not Alert.objects.filter(rule=rule, ended_at=None).exists():
        rule.checked_until = _before_latest(rule, timezone.now()) or before.checked_until
    rule.save(update_fields=[*fields, "checked_until"])
    _record("change", clerk, rule)


def _before_latest(rule: AlertRule, now: datetime) -> datetime | None:
    """Just before the latest value of its sensor, which still tells how it is unless the sensor has fallen silent."""
    newest = Latest.objects.filter(pk=rule.datastream_id).values_list("phenomenon_time", flat=True).first()
    if newest is None or now - newest > silent_after(rule.datastream.expected_seconds):
        return None
    return newest - timedelta(microseconds=1)


@transaction.atomic
def switch(*, rule: AlertRule, on: bool, clerk: Person | None) -> None:
    """Switch a rule on or off; what lasts ends when it is switched off. Side effect: an entry in the record."""
    rule.is_on = on
    now = timezone.now()
    rule.checked_until = min(now - FIRST_LOOK, _before_latest(rule, now) or now) if on else None
    rule.save(update_fields=["is_on", "checked_until"])
    if not on:
        _end_what_lasts(rule, timezone.now(), by_hand=True)
    _record("switch_on" if on else "switch_off", clerk, rule)


@transaction.atomic
def follow_unit(*, rule: AlertRule, change: Linear | None, before: str, clerk: Person | None) -> None:
    """The unit of the sensor has changed from ``before``: bounds and what lasts become values in the new one.

    A rule whose bound cannot be converted is switched off, and those whom it tells are told. Side effect: an entry in the record.
    """
    if change is None:
        if rule.kind == Kind.OUTLIER:  # goes on once it knows again what is usual
            _end_what_lasts(rule, timezone.now(), by_hand=True)
        elif rule.is_on:
            switch(rule=rule, on=False, clerk=clerk)
            alert_news.tell_unit(rule, before)
        return
    for alert in Alert.objects.filter(rule=rule, ended_at=None).exclude(peak=None):
        Alert.objects.filter(pk=alert.pk).update(peak=change.of(alert.peak or 0.0))
    if rule.kind == Kind.OUTLIER:  # its bound has no unit
        return
    told = (
        change if rule.kind == Kind.THRESHOLD else Linear(change.factor, 0.0)
    )  # of a difference only the factor counts
    rule.bound, rule.release = told.of(rule.bound), None if rule.release is None else told.of(rule.release)
    rule.save(update_fields=["bound", "release"])
    _record("change", clerk, rule)


@transaction.atomic
def remove_rule(*, rule: AlertRule, clerk: Person) -> None:
    """Put a rule away; ``restore_rule`` undoes it. Side effect: an entry in the record."""
    AlertRule.objects.filter(pk=rule.pk).update(removed_at=timezone.now(), is_on=False)
    _end_what_lasts(rule, timezone.now(), by_hand=True)
    _record("remove", clerk, rule)


@transaction.atomic
def restore_rule(*, rule: AlertRule, clerk: Person) -> None:
    """Take a removed rule back, switched off. Side effect: an entry in the record."""
    AlertRule.objects.filter(pk=rule.pk).update(removed_at=None)
    _record("restore", clerk, rule)


@transaction.atomic
def try_messages(*, rule: AlertRule, clerk: Person) -> None:
    """Send the mails and the call of a rule as a trial, so that it is known that they arrive. Side effect: an entry in the record."""
    alert_news.tell_trial(rule)
    _record("try_messages", clerk, rule)


@transaction.atomic
def acknowledge(*, alert: Alert, clerk: Person, note: str = "") -> None:
    """Say that somebody minds the alert. Side effect: an entry in the record. A second one changes nothing."""
    changed = Alert.objects.filter(pk=alert.pk, acknowledged_at=None).update(
        acknowledged_at=timezone.now(), acknowledged_by=clerk, note=note[:300]
    )
    if changed:
        record(
            action="sensing.alert.acknowledge",
            actor=clerk,
            subject=f"sensing.alert:{alert.pk}",
            detail={"note": note[:300]},
        )


@transaction.atomic
def acknowledge_all(*, rule: AlertRule, clerk: Person, note: str = "") -> int:
    """The same for all alerts of a rule that wait, in one moment, by which they are known as taken over together. Returns how many.
    Side effect: an entry in the record."""
    waiting = Alert.objects.filter(rule=rule, acknowledged_at=None)
    count = waiting.update(acknowledged_at=timezone.now(), acknowledged_by=clerk, note=note[:300])
    if count:
        detail = {"note": note[:300], "alerts": count}
        record(action="sensing.rule.acknowledge", actor=clerk, subject=f"sensing.rule:{rule.pk}", detail=detail)
    return count


@transaction.atomic
def take_back_acknowledgement(*, alert: Alert, clerk: Person) -> int:
    """Undo ``acknowledge``, or ``acknowledge_all`` for all that were taken over together. Returns how many. Side effect: an entry in
    the record."""
    stored = Alert.objects.filter(pk=alert.pk).exclude(acknowledged_at=None).first()
    if stored is None:
        return 0
    together = Alert.objects.filter(rule=stored.rule_id, acknowledged_at=stored.acknowledged_at)
    count = together.update(acknowledged_at=None, acknowledged_by=None, note="")
    record(action="sensing.alert.take_back", actor=clerk, subject=f"sensing.alert:{alert.pk}", detail={"alerts": count})
    return count


def _record(verb: str, clerk: Person | None, rule: AlertRule) -> None:
    detail = {"name": rule.name, "datastream": rule.datastream_id, "kind": rule.kind, "bound": f"{rule.bound:g}"}
    record(action=f"sensing.rule.{verb}", actor=clerk, subject=f"sensing.rule:{rule.pk}", detail=detail)


def watch_all(*, now: datetime) -> int:
    """Let each rule look that has something to look at; returns how many looked. One datastream's rules share nothing but time."""
    due = []
    latest = dict(Latest.objects.filter(datastream__rules__is_on=True).values_list("pk", "phenomenon_time"))
    for pk, datastream, until, kind in AlertRule.objects.filter(is_on=True, removed_at=None).values_list(
        "pk", "datastream_id", "checked_until", "kind"
    ):
        newest = latest.get(datastream)
        if kind == "silence" or (newest is not None and (until is None or newest > min(until, now))):
            due.append(pk)
    for pk in due:
        try:
            watch(rule=pk, now=now)
        except Exception:  # one rule that cannot look keeps no other one from looking
            logger.exception("Rule %s of alerts could not look at its sensor", pk)
    return len(due)


@transaction.atomic
def watch(*, rule: int, now: datetime) -> None:
    """Look at the values that came since the last look; begin and end alerts; tell those who want to know."""
    found = (
        AlertRule.objects.select_for_update(of=("self",)).select_related("datastream")
        .filter(pk=rule, is_on=True, removed_at=None).first()
    )  # fmt: skip
    if found is None:
        return
    zone = ZoneInfo(active().timezone)
    look = watch_of(found)
    until = min(found.checked_until or now - FIRST_LOOK, now)  # a clock that was set back has looked into the future
    lasting = Alert.objects.filter(rule=found, ended_at=None).first()
    back = (
        timedelta(minutes=look.minutes + look.hold)
        if look.kind != "silence"
        else timedelta(minutes=look.minutes, days=7)
    )
    since = until - back
    if look.kind == "silence":  # it may have begun long before anybody looked
        newest = Latest.objects.filter(pk=found.datastream_id).values_list("phenomenon_time", flat=True).first()
        since = min(since, newest or since)
    times, values = counted(reading.series(found.datastream, since, now))
    goes_on = lasting is not None and look.kind != "silence"
    looked_at = times if lasting is None else np.append(times, lasting.began_at.timestamp())
    seen = episodes(
        look, times, values, zone=zone, now=now.timestamp(), known=usual_of(found, until, zone, looked_at),
        open_since=lasting.began_at.timestamp() if lasting is not None and goes_on else None,
        open_peak=math.nan if lasting is None or lasting.peak is None else lasting.peak,
        after=until.timestamp() if goes_on else -math.inf,
    )  # fmt: skip
    _keep(found, lasting, seen, until, now)
    if len(times):
        last = datetime.fromtimestamp(float(times[-1]), UTC)
        found.checked_until = last if look.kind == "silence" else max(until, last)
        found.save(update_fields=["checked_until"])
    for untold in Alert.objects.filter(rule=found, ended_at=None, told_at=None, acknowledged_at=None):
        alert_news.tell(found, untold, now)


def _keep(rule: AlertRule, lasting: Alert | None, seen: list[Episode], until: datetime, now: datetime) -> None:
    """Write what was seen, once: the lasting alert goes on or ends, new ones begin."""
    last = Alert.objects.filter(rule=rule).order_by("-began_at").first()
    for each in seen:
        began = datetime.fromtimestamp(each.start, UTC)
        ended = None if each.end is None else datetime.fromtimestamp(each.end, UTC)
        peak = None if each.peak != each.peak else each.peak
        if lasting is not None and abs((lasting.began_at - began).total_seconds()) < 1:
            if ended is not None or peak is not None:
                Alert.objects.filter(pk=lasting.pk).update(ended_at=ended, **({} if peak is None else {"peak": peak}))
            if ended is not None:
                alert_news.tell_end(rule, lasting, ended)
                lasting = None
            continue
        if (ended is not None and ended <= until) or (last is not None and began <= last.began_at):
            continue
        if lasting is not None:
            _end_what_lasts(rule, began)
        made = Alert.objects.create(rule=rule, began_at=began, ended_at=ended, peak=peak)
        lasting, last = (made if ended is None else None), made
        alert_news.tell(rule, made, now)


def _end_what_lasts(rule: AlertRule, at: datetime, *, by_hand: bool = False) -> None:
    """End the alert that lasts, if one does."""
    for alert in Alert.objects.filter(rule=rule, ended_at=None):
        Alert.objects.filter(pk=alert.pk).update(ended_at=at)
        alert_news.tell_end(rule, alert, at, by_hand=by_hand)
