# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Recognises what is delivered a second time over MQTT, also when the message brings no time of its own.

A broker, or a client of our listener, delivers again what was not acknowledged when the connection broke, marked as a duplicate and
under the same packet identifier (MQTT 3.1.1, sections 3.3.1.1 and 4.4). A message without time was measured when it arrived. So that its
second delivery is the same observation, or the same message in quarantine, its first arrival is kept until the identifier is used
again, at most a month. It is kept in the transaction that stores the message: what was stored and not acknowledged is known.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils import timezone

from stadtherz.kernel.api.models import ApiKey
from stadtherz.services.sensing.models import LastDelivery, Source

KEPT = timedelta(days=30)
Sender = Source | ApiKey  # a key of the town publishes without a source


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message as the broker delivered it. ``packet`` 0: of quality of service 0, never delivered again.

    ``again``: the sender says that it may have delivered it before. ``kept``: it is what the broker keeps for new subscribers, of unknown age.
    ``client``: whose identifiers these are, empty for a broker's.
    """

    topic: str
    payload: bytes
    at: datetime
    packet: int = 0
    again: bool = False
    kept: bool = False
    known: bool = False  # it came before, ``at`` is when
    client: str = ""

    @property
    def digest(self) -> str:
        """Of topic and payload."""
        return digest(self.topic.encode() + b"\0" + self.payload)


def digest(content: bytes) -> str:
    """16 characters that stand for ``content``."""
    return hashlib.blake2b(content, digest_size=8).hexdigest()


def with_first_arrival(sender: Sender, deliveries: Sequence[Delivery]) -> list[Delivery]:
    """The deliveries, each at the time at which it came first. A query only if one of them came again."""
    asked = [each for each in deliveries if each.again]
    rows = (
        LastDelivery.objects.filter(
            **_of(sender), client__in={each.client for each in asked}, packet__in={each.packet for each in asked}
        )
        if asked
        else ()
    )
    known = {(row.client, row.packet): (row.digest, row.arrived_at) for row in rows}
    found = []
    for each in deliveries:
        name = (each.client, each.packet)
        content, first = known.get(name, ("", each.at))
        dated = replace(each, at=first, known=True) if each.again and content == each.digest else each
        if each.packet:
            known[name] = (each.digest, dated.at)
        found.append(dated)
    return found


def remember(sender: Sender, deliveries: Iterable[Delivery]) -> None:
    """Keep when these arrived, in the transaction that stores them. At most one row for each identifier of a client, of which there are 65,535."""
    newest = {(each.client, each.packet): each for each in deliveries if each.packet}
    rows = [
        LastDelivery(**_of(sender), client=client, packet=packet, digest=each.digest, arrived_at=each.at)
        for (client, packet), each in sorted(newest.items())
    ]
    if rows:
        LastDelivery.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["source", "key", "client", "packet"],
            update_fields=["digest", "arrived_at"],
        )


def forget_deliveries(now: datetime | None = None) -> None:
    """A client that comes under another name each time would leave rows for ever."""
    LastDelivery.objects.filter(arrived_at__lt=(now or timezone.now()) - KEPT).delete()


def _of(sender: Sender) -> dict[str, Source | ApiKey | None]:
    return {"source": sender, "key": None} if isinstance(sender, Source) else {"source": None, "key": sender}
