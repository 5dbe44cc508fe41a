# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The packets of MQTT 3.1.1 (OASIS Standard, 29 October 2014), read from a stream and written as bytes. Knows no meaning."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from enum import IntEnum

LONGEST_LENGTH = 4  # bytes of the remaining length (section 2.2.3)


class Kind(IntEnum):
    """The control packets (section 2.2.1)."""

    CONNECT = 1
    CONNACK = 2
    PUBLISH = 3
    PUBACK = 4
    PUBREC = 5
    PUBREL = 6
    PUBCOMP = 7
    SUBSCRIBE = 8
    SUBACK = 9
    UNSUBSCRIBE = 10
    UNSUBACK = 11
    PINGREQ = 12
    PINGRESP = 13
    DISCONNECT = 14


class Answer(IntEnum):
    """What a CONNACK says (section 3.2.2.3)."""

    ACCEPTED = 0
    OTHER_VERSION = 1
    NO_IDENTIFIER = 2
    UNAVAILABLE = 3
    WRONG_KEY = 4
    NOT_ALLOWED = 5


class Malformed(ValueError):
    """What arrived is no MQTT 3.1.1; the connection has to end."""


@dataclass(frozen=True, slots=True)
class Connect:
    """Section 3.1. ``password`` is empty without one."""

    version: int
    client: str = ""
    username: str = ""
    password: str = ""
    keepalive: int = 0
    clean: bool = True


@dataclass(frozen=True, slots=True)
class Publish:
    """Section 3.3."""

    topic: str
    payload: bytes
    quality: int = 0
    packet: int = 0
    again: bool = False
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Subscribe:
    """Section 3.8, and 3.10 for the end of subscriptions."""

    kind: Kind
    packet: int
    filters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plain:
    """A packet that says at most which other one it belongs to."""

    kind: Kind
    packet: int = 0


Packet = Connect | Publish | Subscribe | Plain


class _Body:
    """The bytes of a packet, taken one after the other."""

    def __init__(self, content: bytes) -> None:
        self.content, self.at = content, 0

    def take(self, length: int) -> bytes:
        part = self.content[self.at : self.at + length]
        if len(part) < length:
            raise Malformed("the packet is too short")
        self.at += length
        return part

    def number(self) -> int:
        return int.from_bytes(self.take(2), "big")

    def identifier(self) -> int:
        """Never 0 (section 2.3.1)."""
        found = self.number()
        if not found:
            raise Malformed("a packet identifier of 0")
        return found

    def text(self) -> str:
        """Section 1.5.3: well-formed UTF-8 without the character zero."""
        try:
            found = self.take(self.number()).decode()
        except UnicodeDecodeError:
            raise Malformed("a text that is not UTF-8") from None
        if "\0" in found:
            raise Malformed("a text with the character 0")
        return found

    def rest(self) -> bytes:
        return self.take(len(self.content) - self.at)

    @property
    def is_over(self) -> bool:
        return self.at >= len(self.content)


async def read_packet(stream: asyncio.StreamReader, *, longest: int) -> Packet | None:
    """The next packet; None when the client has gone. Raises ``Malformed``."""
    try:
        first = (await stream.readexactly(1))[0]
        content = await stream.readexactly(await _length(stream, longest))
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    try:
        kind = Kind(first >> 4)
    except ValueError:
        raise Malformed("an unknown kind of packet") from None
    return understood(kind, first & 0b1111, content)


async def _length(stream: asyncio.StreamReader, longest: int) -> int:
    """Section 2.2.3."""
    found = 0
    for place in range(LONGEST_LENGTH):
        each = (await stream.readexactly(1))[0]
        found |= (each & 127) << (7 * place)
        if each < 128:
            if found > longest:
                raise Malformed(f"a packet of {found} bytes, more than {longest}")
            return found
    raise Malformed("a length of more than four bytes")


def understood(kind: Kind, flags: int, content: bytes) -> Packet:
    """The packet. Raises ``Malformed``."""
    body = _Body(content)
    if kind is Kind.PUBLISH:
        return _publish(flags, body)
    if flags != (0b0010 if kind in {Kind.PUBREL, Kind.SUBSCRIBE, Kind.UNSUBSCRIBE} else 0):
        raise Malformed("flags that are reserved")  # section 2.2.2
    if kind is Kind.CONNECT:
        return _connect(body)
    if kind in {Kind.SUBSCRIBE, Kind.UNSUBSCRIBE}:
        return _subscribe(kind, body)
    if kind in {Kind.PUBACK, Kind.PUBREC, Kind.PUBREL, Kind.PUBCOMP}:
        return Plain(kind, body.identifier())
    if kind in {Kind.PINGREQ, Kind.DISCONNECT}:
        return Plain(kind)
    raise Malformed(f"{kind.name} comes from a server")


def _connect(body: _Body) -> Connect:
    name, version = body.text(), body.take(1)[0]
    if (name, version) != ("MQTT", 4):  # 3.1 and 5 are told so, with an answer that they understand
        return Connect(version)
    flags = body.take(1)[0]
    if flags & 1:
        raise Malformed("flags that are reserved")
    keepalive, client = body.number(), body.text()
    if flags & 0b100:  # a last will: nobody would hear it
        body.text()
        body.take(body.number())
    username = body.text() if flags & 0b1000_0000 else ""
    password = body.take(body.number()) if flags & 0b0100_0000 else b""
    return Connect(version, client, username, password.decode("utf-8", "replace"), keepalive, bool(flags & 0b10))


def _publish(flags: int, body: _Body) -> Publish:
    quality = flags >> 1 & 0b11
    topic = body.text()
    if quality == 3 or not topic or "+" in topic or "#" in topic:
        raise Malformed("a topic or quality of service that nobody can publish with")
    packet = body.identifier() if quality else 0
    return Publish(topic, body.rest(), quality, packet, bool(flags & 0b1000), bool(flags & 1))


def _subscribe(kind: Kind, body: _Body) -> Subscribe:
    packet, filters = body.identifier(), []
    while not body.is_over:
        filters.append(body.text())
        if kind is Kind.SUBSCRIBE and body.take(1)[0] > 2:
            raise Malformed("a quality of service of more than 2")
    if not filters:
        raise Malformed("a subscription to nothing")
    return Subscribe(kind, packet, tuple(filters))


def written(kind: Kind, content: bytes = b"", flags: int = 0) -> bytes:
    """A packet as bytes."""
    length, left = bytearray(), len(content)
    while True:
        left, part = left >> 7, left & 127
        length.append(part | (128 if left else 0))
        if not left:
            return bytes([kind << 4 | flags]) + bytes(length) + content


def connack(answer: Answer) -> bytes:
    """No session is ever present: none is kept."""
    return written(Kind.CONNACK, bytes([0, answer]))


def about(kind: Kind, packet: int, content: bytes = b"") -> bytes:
    """An answer to the packet of that identifier."""
    return written(kind, packet.to_bytes(2, "big") + content, 0b0010 if kind is Kind.PUBREL else 0)


def publish(topic: str, payload: bytes) -> bytes:
    """A message of quality of service 0."""
    name = topic.encode()
    return written(Kind.PUBLISH, len(name).to_bytes(2, "big") + name + payload)
