# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""One client of the listener, from its CONNECT to its end. What it publishes is handed on; the acknowledgement comes after the commit."""

from __future__ import annotations

import asyncio
import logging
from typing import Protocol

from django.utils import timezone

from stadtherz.services.sensing.mqtt.brokers import is_subscription
from stadtherz.services.sensing.mqtt.deliveries import Delivery, digest
from stadtherz.services.sensing.mqtt.listener import packets
from stadtherz.services.sensing.mqtt.listener.guests import Guest
from stadtherz.services.sensing.mqtt.listener.packets import (
    Answer,
    Connect,
    Kind,
    Malformed,
    Plain,
    Publish,
    Subscribe,
)
from stadtherz.services.sensing.mqtt.topics import LARGEST

logger = logging.getLogger(__name__)

INTRODUCTION = 10.0  # seconds until a client must have said who it is
ON_THE_WAY = 200  # messages of a client that wait for their commit; then we read no further
READS_WITHIN = 5.0  # seconds until a client must have read what it was told, or it is sent away
MOST_TOPICS = 200
REFUSED, GRANTED = 0x80, 0  # a subscription gets quality of service 0 (section 3.9.3 lets a server grant less)


class House(Protocol):
    """Where a visit happens."""

    async def guest(self, username: str, password: str) -> Guest | None:
        """Who this is."""

    async def listens(self, guest: Guest) -> None:
        """Somebody subscribes: from here on news are told."""

    async def hand_in(self, visit: Visit, message: Publish, delivery: Delivery) -> None:
        """Store a message; ``visit.acknowledge`` follows."""


class Visit:
    """The connection of one client."""

    def __init__(self, house: House, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.house, self.reader, self.writer = house, reader, writer
        self.guest: Guest | None = None
        self.client = ""  # whose packet identifiers these are
        self.topics: set[str] = set()
        self.place = asyncio.Semaphore(ON_THE_WAY)
        self.unreleased: set[int] = set()  # messages of quality 2 that are stored and not released by the client

    async def run(self) -> None:
        """Until one of both ends it."""
        try:
            pause = await self._introduced()
            while pause is not None:
                packet = await self._next(pause)
                if packet is None or not await self._understood(packet):
                    break
        except Malformed as problem:
            logger.warning("MQTT: a client was sent away: %s", problem)
        except (TimeoutError, ConnectionError):
            pass
        finally:
            self.leave()

    async def _introduced(self) -> float | None:
        """How long the client may be silent (section 3.1.2.10); None if it may not come in."""
        first = await self._next(INTRODUCTION)
        if not isinstance(first, Connect):
            return None
        if first.version != 4:
            self._say(packets.connack(Answer.OTHER_VERSION))
            logger.warning("MQTT: a client speaks another version; we speak 3.1.1")
            return None
        if not first.client and not first.clean:
            self._say(packets.connack(Answer.NO_IDENTIFIER))
            return None
        self.client = digest(first.client.encode()) if first.client else ""
        self.guest = await self.house.guest(first.username, first.password)
        if self.guest is None:
            self._say(packets.connack(Answer.WRONG_KEY))
            logger.warning("MQTT: a client was refused: this key is not known here, or it was revoked")
            return None
        self._say(packets.connack(Answer.ACCEPTED))
        return first.keepalive * 1.5 or float("inf")

    async def _next(self, seconds: float) -> packets.Packet | None:
        limit = None if seconds == float("inf") else seconds
        return await asyncio.wait_for(packets.read_packet(self.reader, longest=LARGEST + 70_000), limit)

    async def _understood(self, packet: packets.Packet) -> bool:
        """Whether the visit goes on."""
        if isinstance(packet, Publish):
            return await self._published(packet)
        if isinstance(packet, Subscribe):
            await self._subscribed(packet)
        elif isinstance(packet, Plain) and packet.kind is Kind.PINGREQ:
            self._say(packets.written(Kind.PINGRESP))
        elif isinstance(packet, Plain) and packet.kind is Kind.PUBREL:
            self.unreleased.discard(packet.packet)
            self._say(packets.about(Kind.PUBCOMP, packet.packet))
        else:  # DISCONNECT, a second CONNECT, an answer to what was never asked
            return False
        return True

    async def _published(self, message: Publish) -> bool:
        """MQTT 3.1.1 has no answer that says no: who may not publish is sent away (section 3.3.5)."""
        if self.guest is None or self.guest.key is None:
            logger.warning("MQTT: publishing takes a key as password; the message to %s was refused", message.topic)
            return False
        if message.packet in self.unreleased and message.quality == 2:
            self._say(packets.about(Kind.PUBREC, message.packet))
            return True
        await self.place.acquire()
        delivery = Delivery(
            message.topic, message.payload, timezone.now(), message.packet, message.again, client=self.client
        )
        await self.house.hand_in(self, message, delivery)
        return True

    def acknowledge(self, message: Publish) -> None:
        """After the commit."""
        self.place.release()
        if message.quality == 1:
            self._say(packets.about(Kind.PUBACK, message.packet))
        elif message.quality == 2:
            self.unreleased.add(message.packet)
            self._say(packets.about(Kind.PUBREC, message.packet))

    async def _subscribed(self, asked: Subscribe) -> None:
        if asked.kind is Kind.UNSUBSCRIBE:
            self.topics.difference_update(asked.filters)
            self._say(packets.about(Kind.UNSUBACK, asked.packet))
            return
        answers = bytearray()
        for topic in asked.filters:
            if is_subscription(topic) and len(self.topics) < MOST_TOPICS:
                self.topics.add(topic)
                answers.append(GRANTED)
            else:
                answers.append(REFUSED)
        if self.guest is not None:  # after the topics, so that a house that looks who listens finds somebody
            await self.house.listens(self.guest)
        self._say(packets.about(Kind.SUBACK, asked.packet, bytes(answers)))

    def tell(self, topic: str, payload: bytes) -> None:
        """Send a message."""
        self._say(packets.publish(topic, payload))

    async def keeps_up(self) -> None:
        """Wait until the client has read most of what it was told; one that does not read is sent away."""
        try:
            await asyncio.wait_for(self.writer.drain(), READS_WITHIN)
        except TimeoutError:
            logger.warning("MQTT: a client that does not read was sent away")
            self.writer.transport.abort()
        except ConnectionError:
            pass

    def leave(self) -> None:
        """End the connection; what is not acknowledged will come again."""
        self.writer.close()

    def _say(self, content: bytes) -> None:
        if not self.writer.is_closing():
            self.writer.write(content)
