# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The connection to the broker of one source: with a session that the broker keeps (``clean_session`` false) and quality of
service 1, so that what arrives while we are away, or was not acknowledged when we were killed, is delivered again.

paho calls back in a thread of its own; what arrives is handed on through a bounded queue, and what does not fit stays
unacknowledged at the broker.
"""

from __future__ import annotations

import json
import logging
import queue
import ssl
import sys
from dataclasses import dataclass, field
from typing import Any

import paho.mqtt.client as paho
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from paho.mqtt.enums import CallbackAPIVersion

from stadtherz.services.sensing.ingest.sealing import Unsealable, unseal
from stadtherz.services.sensing.models import Source
from stadtherz.services.sensing.mqtt.brokers import address_of, is_subscription
from stadtherz.services.sensing.mqtt.deliveries import Delivery
from stadtherz.services.sensing.mqtt.publishing import Newest
from stadtherz.services.sensing.reasons import Reason, reason_of

logger = logging.getLogger(__name__)

WAITING = 5000  # messages in the queue
SHORTEST_PAUSE, LONGEST_PAUSE = 1, 60  # seconds before it connects again
KEEPALIVE = 30
IN_FLIGHT = 500  # told messages that a broker has not acknowledged yet


@dataclass(frozen=True, slots=True)
class Wanted:
    """A source as it is to be listened to; a difference means that the connection is made anew."""

    source: int
    municipality: int
    host: str
    port: int
    tls: bool
    username: str
    sealed_password: str
    authority: str  # certificates (PEM) that may have signed the broker's; empty: those that this machine trusts
    topics: tuple[str, ...]
    form: str
    publishes: bool
    selections: tuple[str, ...] = ()
    subscribed: tuple[str, ...] = field(default=(), compare=False)  # what the broker remembers of earlier topics

    @classmethod
    def of(cls, source: Source) -> Wanted | None:
        """None if the settings lead nowhere."""
        where = address_of(str(source.settings.get("broker", "")))
        topics = tuple(topic for topic in source.settings.get("topics") or () if is_subscription(topic))
        if where is None or not (topics or source.settings.get("publish")):
            return None
        return cls(
            source.pk, int(source.municipality_id or 0), where.host, where.port, where.tls,
            source.settings.get("username", ""), source.sealed_password, source.settings.get("authority", ""), topics,
            source.settings.get("format", "json"), bool(source.settings.get("publish")),
            tuple(source.settings.get("selections") or ()), tuple(source.settings.get("subscribed") or ()),
        )  # fmt: skip


@dataclass(slots=True)
class Arrived:
    """A delivery with what is needed to acknowledge it: it belongs to one connection of its link."""

    link: Link
    connection: int
    quality: int
    delivery: Delivery


class Link:
    """The connection of one source. It connects, and connects again with growing pauses, by itself."""

    def __init__(self, wanted: Wanted, arrivals: queue.Queue[Arrived]) -> None:
        self.wanted, self.arrivals = wanted, arrivals
        self.client = client = paho.Client(
            CallbackAPIVersion.VERSION2, client_id=f"stadtherz-{wanted.municipality}-{wanted.source}", clean_session=False,
            manual_ack=True,
        )  # fmt: skip
        client.enable_logger(logger)
        client.reconnect_delay_set(SHORTEST_PAUSE, LONGEST_PAUSE)
        client.max_queued_incoming_messages = WAITING  # type: ignore[attr-defined]
        client.on_connect = self._connected
        client.on_message = self._arrived
        client.on_connect_fail = self._unreachable
        client.on_disconnect = self._disconnected
        client.on_publish = self._heard
        client.max_inflight_messages_set(IN_FLIGHT)
        self.connection = 0
        self.problem: Reason | None = None
        self.told: Reason | None = None
        self.newest: Newest | None = None
        self.told_to_broker = self.heard_by_broker = 0  # messages
        self.subscribed = wanted.subscribed

    def start(self) -> None:
        """Begin; returns at once."""
        if self.wanted.tls:
            try:
                self.client.tls_set_context(ssl.create_default_context(cadata=self.wanted.authority or None))
            except (ssl.SSLError, ValueError):
                self._failed(Reason.of(_("The certificate of the broker's authority cannot be read.")))
                return
        if self.wanted.username:
            try:
                self.client.username_pw_set(self.wanted.username, unseal(self.wanted.sealed_password))
            except Unsealable as error:
                self._failed(reason_of(error))
                return
        self.client.connect_async(self.wanted.host, self.wanted.port, keepalive=KEEPALIVE)
        self.client.loop_start()

    def stop(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()

    def acknowledge(self, arrived: Arrived) -> None:
        """After the commit. If the connection broke meanwhile, the broker delivers once more, which changes nothing; a broker
        without memory would take the identifier for that of another message."""
        if arrived.connection == self.connection:
            self.client.ack(arrived.delivery.packet, arrived.quality)

    def publish_news(self) -> bool:
        """Tell the broker what was measured since the last time; whether there is more. While it is away, or has not acknowledged what it
        was told before, nothing is told and nothing forgotten."""
        if not self.wanted.publishes:
            return False
        if self.newest is None:
            self.newest = Newest(self.wanted.municipality, f"source {self.wanted.source}", self.wanted.selections)
        if self.client.is_connected() and self.heard_by_broker != self.told_to_broker:
            return True
        self.newest.stay()
        if not self.client.is_connected():
            return False
        more = self.newest.heard()
        for each in self.newest.news():
            self.client.publish(each.topic, json.dumps(each.document, ensure_ascii=False), qos=1)
            self.told_to_broker += 1
        return more

    def leave(self) -> None:
        """Nobody is to be told any more."""
        self.stop()
        if self.newest is not None:
            self.newest.leave()

    def _connected(self, client: Any, _userdata: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        self.connection += 1
        if reason.is_failure:
            self._failed(Reason.of(_("The broker refuses: %(reason)s."), reason=reason))
            return
        self.problem = None
        gone = [topic for topic in self.wanted.subscribed if topic not in self.wanted.topics]
        if gone:  # the broker remembers them with our session
            client.unsubscribe(gone)
        if self.wanted.topics:
            client.subscribe([(topic, 1) for topic in self.wanted.topics])
        self.subscribed = self.wanted.topics

    def _disconnected(self, _client: Any, _userdata: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        if reason.is_failure and not self.problem:  # a refusal says more than the end that follows it
            self._failed(Reason.of(_("The connection to the broker broke: %(reason)s."), reason=reason))

    def _unreachable(self, _client: Any, _userdata: Any) -> None:
        """Called while the reason is being handled."""
        error = sys.exc_info()[1]
        if isinstance(error, ssl.SSLCertVerificationError):
            self._failed(
                Reason.of(_("The broker's certificate is not trusted: %(reason)s."), reason=error.verify_message)
            )
        else:
            self._failed(Reason.of(_("The broker cannot be reached.")))

    def _arrived(self, _client: Any, _userdata: Any, message: Any) -> None:
        delivery = Delivery(
            message.topic,
            message.payload,
            timezone.now(),
            message.mid if message.qos else 0,
            message.dup,
            message.retain,
        )
        # When the queue is full, paho's thread waits, and so does the broker.
        self.arrivals.put(Arrived(self, self.connection, message.qos, delivery))

    def _heard(self, *_said: Any) -> None:
        self.heard_by_broker += 1

    def _failed(self, problem: Reason) -> None:
        self.problem = problem
