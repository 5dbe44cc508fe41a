# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who is told of an alert, when and how: by mail and by a call to another system, at its beginning and at its end."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from stadtherz.kernel.jobs import enqueue
from stadtherz.kernel.messages.actions import send
from stadtherz.kernel.messages.gathering import gather, pause_for
from stadtherz.kernel.messages.links import absolute
from stadtherz.services.sensing import units
from stadtherz.services.sensing.alert_calls import call_webhook, try_webhook
from stadtherz.services.sensing.models import Alert, AlertKind, AlertRule, Latest
from stadtherz.services.sensing.queries.figures import quantity_of, title_of

KIND = "sensing/alert"
"""How the templates of all mails about alerts begin."""
ALL = "/wissen/messwerte/amt/alarme/"
OLDEST_NEWS = timedelta(hours=24)
"""What is older is noted and no longer told: values that come late raise no alarm at night."""
END_AFTER_BEGINNING = timedelta(seconds=5)


def tell(rule: AlertRule, alert: Alert, now: datetime) -> None:
    """Tell that an alert began, unless it is old news or somebody was told a moment ago; then what lasts is told later."""
    pause = now - timedelta(minutes=rule.pause_minutes)
    told = Alert.objects.filter(rule=rule, told_at__gt=pause).exclude(pk=alert.pk).exists()
    if told or _is_old(rule, alert, now):
        return
    Alert.objects.filter(pk=alert.pk).update(told_at=now)
    _mail(rule, "sensing/alert", alert)
    if rule.webhook:
        enqueue(call_webhook, alert=alert.pk)
        if alert.ended_at is not None:  # it was over before anybody looked
            enqueue(call_webhook, alert=alert.pk, event="ended", run_at=timezone.now() + END_AFTER_BEGINNING)


def tell_end(rule: AlertRule, alert: Alert, at: datetime, *, by_hand: bool = False) -> None:
    """Tell those who were told of the beginning: a system may have closed a gate or lit a sign. ``by_hand``: the rule was changed."""
    if alert.told_at is None:
        return
    alert.ended_at = at
    _mail(rule, "sensing/alert_over", alert, by_hand=by_hand)
    if rule.webhook:
        enqueue(call_webhook, alert=alert.pk, event="ended")


def tell_trial(rule: AlertRule) -> None:
    """A mail and a call that say that they are a trial."""
    _mail(rule, "sensing/alert_trial", None)
    if rule.webhook:
        enqueue(try_webhook, rule=rule.pk)


def tell_unit(rule: AlertRule, before: str) -> None:
    """That a rule was switched off, because nobody can tell its bound in the new unit."""
    _mail(rule, "sensing/alert_unit", None, before=before)


def _is_old(rule: AlertRule, alert: Alert, now: datetime) -> bool:
    """Whether the alert is no news: it is over since long, or rests on values that came late. Silence that lasts is never old."""
    if now - alert.began_at <= OLDEST_NEWS:
        return False
    if alert.ended_at is not None or rule.kind == AlertKind.SILENCE:
        return alert.ended_at is not None
    return not Latest.objects.filter(pk=rule.datastream_id, phenomenon_time__gt=now - OLDEST_NEWS).exists()


def _mail(rule: AlertRule, template: str, alert: Alert | None, **more: Any) -> None:
    stream = rule.datastream
    known, code = quantity_of(stream), units.code_of(stream.unit_of_measurement)
    context = {
        "rule": rule, "alert": alert, "station": stream.thing.name, "measured": title_of(stream),
        "unit": units.symbol(code, units.shown(stream.unit_of_measurement), known), "decimals": units.decimals(code, known),
        "link": absolute(f"{ALL}{rule.pk}/"), "bound": _exact(rule.bound), **more,
    }  # fmt: skip
    for address in addresses(rule.mail_to):
        pause = pause_for(address=address, kind=KIND) if alert else None
        send(
            to=address,
            template=template,
            context=context,
            about=f"sensing.alert:{alert.pk}" if alert else "",
            delay=pause,
        )


def gather_mails() -> int:
    """What waits because very many alerts began or ended at once leaves as one mail for each address. Returns how many mails."""
    return gather(kind=KIND, link=absolute(ALL))


def _exact(bound: float) -> int | Decimal:
    """A bound as it is written: never rounded, because it decides, and without the dust of binary fractions."""
    return int(bound) if bound == int(bound) else Decimal(f"{bound:.6f}".rstrip("0"))


def addresses(written: str) -> list[str]:
    """The addresses in a field of a form: separated by commas, semicolons or spaces."""
    return list(dict.fromkeys(part for part in written.replace(",", " ").replace(";", " ").split() if "@" in part))
