# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a decoder is made of: a frame that is read byte by byte, the fields that come out, and the one way to fail."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from django.utils.translation import gettext as _

Value = float | int | bool | str
Order = Literal["big", "little"]


class Undecodable(ValueError):
    """These bytes are no measurement of this device; the message says why."""


@dataclass(frozen=True, slots=True)
class Field:
    """A value that a device sends. ``quantity`` is a key of the catalogue of quantities, empty for what is none.

    ``absent`` are values that mean "nothing is connected": they are decoded, as the manufacturer writes, and never stored.
    """

    key: str
    title: str
    unit: str = ""
    quantity: str = ""
    absent: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class Decoded:
    """The values of one frame by field, and those that the device kept from earlier and sends with their own time."""

    values: Mapping[str, Value]
    earlier: tuple[tuple[datetime, Mapping[str, Value]], ...] = ()


@dataclass(frozen=True, slots=True)
class Decoder:
    """How to read the frames of a device, or of a family that shares one format."""

    key: str
    vendor: str
    title: str
    fields: tuple[Field, ...]
    read: Callable[[Frame], Decoded]
    ports: frozenset[int] = field(default_factory=frozenset)  # empty: any

    def field(self, key: str) -> Field | None:
        """The declared field, also for one that has a channel behind its name (``temperature_3``)."""
        stem, _line, number = key.rpartition("_")
        for name in (key, stem if number.isdigit() else key):
            for each in self.fields:
                if each.key == name:
                    return each
        return None


class Frame:
    """The bytes of an uplink, read from the front. Reading past the end raises ``Undecodable``."""

    def __init__(self, payload: bytes, port: int | None = None, *, order: Order = "big") -> None:
        self.payload, self.port, self.order = payload, port, order
        self.at = 0

    @property
    def left(self) -> int:
        """How many bytes have not been read."""
        return len(self.payload) - self.at

    def take(self, count: int) -> bytes:
        if count > self.left:
            raise Undecodable(
                _("The message ends after %(payload)s bytes, in the middle of a value.")
                % {"payload": len(self.payload)}
            )
        self.at += count
        return self.payload[self.at - count : self.at]

    def unsigned(self, count: int) -> int:
        """A number of ``count`` bytes."""
        return int.from_bytes(self.take(count), self.order)

    def signed(self, count: int) -> int:
        """A number of ``count`` bytes in two's complement."""
        return int.from_bytes(self.take(count), self.order, signed=True)

    def require(self, *lengths: int) -> None:
        """Raises ``Undecodable`` unless the whole frame has one of these lengths."""
        if len(self.payload) not in lengths:
            expected = " or ".join(str(length) for length in lengths)
            raise Undecodable(
                _("The message has %(payload)s bytes, expected are %(expected)s.")
                % {"payload": len(self.payload), "expected": expected}
            )


def moment(seconds: int) -> datetime:
    """Seconds since 1970 as time."""
    return datetime.fromtimestamp(seconds, tz=UTC)


def scaled(number: int, divisor: int) -> float:
    """``number / divisor`` rounded to the decimals that the divisor stands for, so that 4.4 stays 4.4."""
    return round(number / divisor, len(str(divisor)) - 1 if divisor > 1 else 0)
