# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Calls to other systems when an alert begins or ends.

A call is a POST of JSON, signed so that the other side can tell that it is ours: the header ``Stadtherz-Signature`` holds
``t=<seconds since 1970>,v1=<hex>``, the HMAC-SHA256 (RFC 2104) of ``<t>.<body>`` with the secret of the rule. It goes out through
``kernel.outside``, which refuses addresses inside the house; a redirection is not followed, for what the rule names is what is
told. What was not taken is sent again after 10 seconds, 30, 90, … at most an hour, for about two hours in all; the page of the rule
says how it went. A system that did not answer a moment ago is not asked for each of a hundred other rules as well: each would hold up
all other work for fifteen seconds.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from stadtherz.kernel.jobs import enqueue, job
from stadtherz.kernel.messages.links import absolute
from stadtherz.kernel.outside import OutsideError, fetch
from stadtherz.kernel.outside.refusals import BadStatus
from stadtherz.services.sensing import units
from stadtherz.services.sensing.failures import why
from stadtherz.services.sensing.ingest.sealing import Unsealable, unseal
from stadtherz.services.sensing.models import Alert, AlertRule
from stadtherz.services.sensing.reasons import Reason

ELSEWHERE = _(
    "The other system sends to another address (%(status)s), which is not followed. Write the right one into the rule."
)
REFUSED = _("The other system did not take the call (%(status)s). If it lasts, ask whoever runs it.")
NO_SECRET = _(
    "The secret of the rule cannot be read, because the secret key of the platform was changed. Set up the rule anew."
)
ATTEMPTS = 8
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=10), timedelta(hours=1)
REST = timedelta(minutes=1)


def signature(secret: str, body: bytes, seconds: int) -> str:
    """What stands in the header."""
    told = hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={seconds},v1={told}"


def message(rule: AlertRule, alert: Alert | None, event: str) -> bytes:
    """What the other system gets. ``event``: ``began`` or ``ended``, both with the number of the alert; ``trial`` without one."""
    return json.dumps({
        "type": "sensing.alert", "event": event, "alert": alert and alert.pk, "rule": rule.pk, "name": rule.name,
        "kind": rule.kind, "datastream": rule.datastream_id, "began_at": _written(alert.began_at if alert else None),
        "ended_at": _written(alert.ended_at if alert else None), "peak": alert and alert.peak, "bound": rule.bound,
        "unit": units.shown(rule.datastream.unit_of_measurement),
        "link": absolute(f"/wissen/messwerte/{rule.datastream_id}/"),
    }).encode()  # fmt: skip


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


@job("sensing.call_webhook")
def call_webhook(*, alert: int, event: str = "began", attempt: int = 1) -> None:
    """Tell another system that an alert began or ended; again after growing pauses when it does not take it.

    That an alert began is not repeated once it is over: what comes last must be right.
    """
    found = Alert.objects.select_related("rule__datastream").filter(pk=alert).first()
    if found is None or not found.rule.webhook or (event == "began" and attempt > 1 and found.ended_at is not None):
        return
    is_taken = (attempt == ATTEMPTS or not _rests(found.rule)) and _call(found.rule, message(found.rule, found, event))
    if not is_taken and attempt < ATTEMPTS:
        pause = min(FIRST_PAUSE * 3 ** (attempt - 1), LONGEST_PAUSE)
        enqueue(call_webhook, run_at=timezone.now() + pause, alert=alert, event=event, attempt=attempt + 1)


def _rests(rule: AlertRule) -> bool:
    """Whether the system of this rule did not take the call of another rule a moment ago. The last attempt is made in any case."""
    parts = urlsplit(rule.webhook)
    return (
        AlertRule.objects.filter(webhook__startswith=f"{parts.scheme}://{parts.netloc}/", call_failed_at__gt=timezone.now() - REST)
        .exclude(called_at__gt=F("call_failed_at")).exclude(pk=rule.pk).exists()
    )  # fmt: skip


@job("sensing.try_webhook")
def try_webhook(*, rule: int) -> None:
    """A call that says that it is a trial, once."""
    found = AlertRule.objects.filter(pk=rule).first()
    if found is not None and found.webhook:
        _call(found, message(found, None, "trial"))


def _call(rule: AlertRule, body: bytes) -> bool:
    """One call; how it went is noted at the rule. True if it was taken."""
    now = timezone.now()
    try:
        signed = signature(unseal(rule.webhook_secret), body, int(now.timestamp()))
        headers = {"Content-Type": "application/json", "Stadtherz-Signature": signed}
        answer = fetch(
            rule.webhook,
            method="POST",
            headers=headers,
            body=body,
            attempts=1,
            seconds=15.0,
            max_bytes=100_000,
            follow=False,
        )
        reason = None if answer.status < 300 else Reason.of(ELSEWHERE, status=answer.status)
    except OutsideError as error:
        reason = Reason.of(REFUSED, status=error.status) if isinstance(error, BadStatus) else why(error)
    except Unsealable:
        reason = Reason.of(NO_SECRET)
    told = {"called_at": now} if reason is None else {"call_failed_at": now, "call_reason": reason.kept()}
    AlertRule.objects.filter(pk=rule.pk).update(**told)
    return reason is None
