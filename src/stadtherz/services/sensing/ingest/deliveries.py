# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Recognises what a broker delivers a second time, also when the message brings no time of its own.

A broker delivers again what was not acknowledged when the connection broke, marked as a duplicate and under the same packet
identifier (MQTT 3.1.1, sections 3.3.1.1 and 4.4). A message without time was measured when it arrived. So that its second delivery is
the same observation, or the same message in quarantine, its first arrival is kept until the identifier is used again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from stadtherz.services.sensing.models import LastDelivery, Source


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message as the broker delivered it. ``packet`` 0: of quality of service 0, never delivered again.

    ``again``: the broker says that it may have delivered it before. ``kept``: it is what the broker keeps for new subscribers, of unknown age.
    """

    topic: str
    payload: bytes
    at: datetime
    packet: int = 0
    again: bool = False
    kept: bool = False
    known: bool = False  # it came before, ``at`` is when

    @property
    def digest(self) -> str:
        """Of topic and payload."""
        return hashlib.blake2b(self.topic.encode() + b"\0" + self.payload, digest_size=8).hexdigest()


def with_first_arrival(source: Source, deliveries: Sequence[Delivery]) -> list[Delivery]:
    """The deliveries, each at the time at which it came first. A query only if one of them came again."""
    asked = {each.packet for each in deliveries if each.again}
    rows = LastDelivery.objects.filter(source=source, packet__in=asked) if asked else ()
    known = {row.packet: (row.digest, row.arrived_at) for row in rows}
    found = []
    for each in deliveries:
        digest, first = known.get(each.packet, ("", each.at))
        dated = replace(each, at=first, known=True) if each.again and digest == each.digest else each
        if each.packet:
            known[each.packet] = (each.digest, dated.at)
        found.append(dated)
    return found


def remember(source: Source, deliveries: Iterable[Delivery]) -> None:
    """Keep when these arrived, in the transaction that stores them. At most one row for each identifier, of which there are 65,535."""
    newest = {each.packet: each for each in deliveries if each.packet}
    rows = [
        LastDelivery(source=source, packet=packet, digest=newest[packet].digest, arrived_at=newest[packet].at)
        for packet in sorted(newest)
    ]
    if rows:
        LastDelivery.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["source", "packet"], update_fields=["digest", "arrived_at"]
        )
