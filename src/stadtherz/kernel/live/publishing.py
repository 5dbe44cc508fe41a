# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Publishing an event. PostgreSQL carries it (NOTIFY) to every web process when the transaction commits."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from django.db import connection

from stadtherz.kernel.municipalities.active import active_id

CHANNEL = "stadtherz_live"
MOST_BYTES = 7900  # PostgreSQL 15, NOTIFY: a payload is shorter than 8000 bytes
TOPIC = re.compile(r"[a-z0-9][a-z0-9._:-]{0,99}\Z")
EVENT = re.compile(r"[a-z][a-z0-9_-]{0,49}\Z")


class TooMuchToPublish(ValueError):
    """The data is too long for a notification: send numbers, and let the page ask for the rest."""


def publish(topic: str, event: str, data: dict[str, Any]) -> None:
    """Send ``event`` with ``data`` to everybody who listens to ``topic`` of the active municipality, after the commit.

    A listener may miss events (a broken connection, a restart), so ``data`` says what to ask for and nothing that only
    stands there. Commits that notify wait for each other in PostgreSQL; a path with hundreds of writes a second should
    not publish in each of them.
    """
    publish_texts([(topic, event, json.dumps(data, separators=(",", ":"), ensure_ascii=False))])


def publish_texts(events: Iterable[tuple[str, str, str]]) -> None:
    """Like ``publish``, for many events in one statement: topic, event, and data that is JSON text already."""
    payloads = [_payload(topic, event, text) for topic, event, text in events]
    if payloads:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, payload) FROM unnest(%s::text[]) AS payload", [CHANNEL, payloads])


def _payload(topic: str, event: str, text: str) -> str:
    if not TOPIC.match(topic) or not EVENT.match(event):
        raise ValueError(f"{topic!r} or {event!r} is not a name for a topic and an event.")
    payload = f'[{active_id()},"{topic}","{event}",{text}]'
    if len(payload.encode()) > MOST_BYTES:
        raise TooMuchToPublish(f"The data of {topic}/{event} is longer than {MOST_BYTES} bytes.")
    return payload
