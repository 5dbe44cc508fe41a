# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a clerk may write about a broker: its address, and the topics that are subscribed to."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Address:
    """Where a broker listens."""

    host: str
    port: int
    tls: bool


def address_of(text: str) -> Address | None:
    """``mqtt://host``, ``mqtts://host:8883``; None if it leads nowhere."""
    try:
        where = urlsplit(text)
        host, port = where.hostname, where.port
    except ValueError:  # a port beyond 65535, brackets that do not close
        return None
    tls = where.scheme == "mqtts"
    if where.scheme not in {"mqtt", "mqtts"} or not host:
        return None
    return Address(host, port or (8883 if tls else 1883), tls)


def is_subscription(topic: str) -> bool:
    """Whether a broker takes it (MQTT 3.1.1, section 4.7): wildcards fill a level, the one for many the last."""
    levels = topic.split("/")
    wild = all(("+" not in level and "#" not in level) or level in {"+", "#"} for level in levels)
    return 0 < len(topic.encode()) <= 65_535 and "\0" not in topic and wild and "#" not in levels[:-1]
