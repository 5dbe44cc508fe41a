# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Calls to other systems when an alert begins or ends.

A call is a POST of JSON, signed so that the other side can tell that it is ours: the header ``Stadtherz-Signature`` holds
``t=<seconds since 1970>,v1=<hex>``, the HMAC-SHA256 (RFC 2104) of ``<t>.<body>`` with the secret of the rule. It goes out through
``kernel.outside``, which refuses addresses inside the house.
"""

from __future__ import annotations

import hashlib
import hmac
import json

from django.utils import timezone

from stadtherz.kernel.jobs import job
from stadtherz.kernel.messages.links import absolute
from stadtherz.kernel.outside import fetch
from stadtherz.services.sensing.ingest.sealing import unseal
from stadtherz.services.sensing.models import Alert


def signature(secret: str, body: bytes, seconds: int) -> str:
    """What stands in the header."""
    told = hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={seconds},v1={told}"


def message(alert: Alert, event: str = "began") -> bytes:
    """What the other system gets. ``event``: ``began`` or ``ended``; both bear the number of the alert."""
    rule = alert.rule
    return json.dumps({
        "type": "sensing.alert", "event": event, "alert": alert.pk, "rule": rule.pk, "name": rule.name, "kind": rule.kind,
        "datastream": rule.datastream_id, "began_at": alert.began_at.isoformat(),
        "ended_at": alert.ended_at.isoformat() if alert.ended_at else None, "peak": alert.peak, "bound": rule.bound,
        "link": absolute(f"/wissen/messwerte/{rule.datastream_id}/"),
    }).encode()  # fmt: skip


@job("sensing.call_webhook", attempts=6)
def call_webhook(*, alert: int, event: str = "began") -> None:
    """Tell another system that an alert began or ended; tried again with growing pauses when it does not answer."""
    found = Alert.objects.select_related("rule").filter(pk=alert).first()
    if found is None or not found.rule.webhook:
        return
    body = message(found, event)
    signed = signature(unseal(found.rule.webhook_secret), body, int(timezone.now().timestamp()))
    headers = {"Content-Type": "application/json", "Stadtherz-Signature": signed}
    fetch(found.rule.webhook, method="POST", headers=headers, body=body, attempts=1, seconds=15.0, max_bytes=100_000)
