# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""One day of one datastream as few bytes, exact to the bit; imports no Django.

A payload is a byte that says whether the rest is compressed (zstd, RFC 8878, without magic number), its plain length if so, and
the body: times, numbers, special rows. Times are offsets from midnight (UTC) divided by their greatest common divisor; equal
steps take three numbers for the whole day. Numbers are scaled to integers by a power of ten if every one of them comes back
bit by bit, else they stay as they are; integers or their differences, whichever compresses better, are written in the
least width, the low bytes of all before the next bytes of all. Special rows (text, details, a second value of one time) are JSON.
"""

from __future__ import annotations

import json
import struct
import threading
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import zstandard

from stadtherz.services.sensing.store.moments import DAY
from stadtherz.services.sensing.store.readings import Content

Array = np.ndarray[Any, Any]
NEVER_PACKED = 2 * DAY  # the least age of a packed day
PLAIN, COMPRESSED = 1, 2  # also the version of the form: a later one counts on from here
WIDTHS = ("i1", "u1", "<i2", "<u2", "<i4", "<u4", "<i8")
RAW = 255  # in place of a power of ten: doubles as they are
MOST_DIGITS = 9
EXACT = 2.0**53
LEVEL = 19
_own = threading.local()  # contexts of zstd are large and belong to one thread


class Unreadable(ValueError):
    """These bytes are no packed day."""


@dataclass(frozen=True, slots=True)
class Special:
    """A row that is more than one number at a time of its own."""

    micros: int
    sequence: int
    content: Content


@dataclass(slots=True)
class Day:
    """Observations of a day: plain numbers with ascending times (microseconds since 1970), and special rows."""

    micros: Array
    numbers: Array
    special: list[Special] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.micros) + len(self.special)


def pack(day: Day, start: int) -> bytes:
    """The payload of ``day``, which begins ``start`` microseconds after 1970."""
    times = _times(day.micros - start)
    special = _special(day.special, start)
    bodies = [_varint(len(day.micros)) + times + numbers + special for numbers in _numbers(day.numbers)]
    payloads = []
    for body in bodies:
        payloads.append(bytes([PLAIN]) + body)
        payloads.append(bytes([COMPRESSED]) + _varint(len(body)) + _compressor().compress(body))
    return min(payloads, key=len)


def unpack(payload: bytes, start: int) -> Day:
    """What ``pack`` was given. Raises ``Unreadable``."""
    try:
        return _unpacked(payload, start)
    except (IndexError, struct.error, zstandard.ZstdError, ValueError) as error:
        raise Unreadable("A packed day cannot be read.") from error


def _unpacked(payload: bytes, start: int) -> Day:
    if payload[0] == COMPRESSED:
        size, place = _read_varint(payload, 1)
        body = _decompressor().decompress(payload[place:], max_output_size=size)
    elif payload[0] == PLAIN:
        body = payload[1:]
    else:
        raise Unreadable(f"A packed day of an unknown form ({payload[0]}).")
    count, place = _read_varint(body, 0)
    micros, place = _read_times(body, place, count)
    numbers, place = _read_numbers(body, place, count)
    return Day(micros + start, numbers, _read_special(body[place:], start))


def _compressor() -> zstandard.ZstdCompressor:
    known: zstandard.ZstdCompressor | None = getattr(_own, "compressor", None)
    if known is None:
        lean = zstandard.ZstdCompressionParameters.from_level(
            LEVEL, write_content_size=False, write_dict_id=False, format=zstandard.FORMAT_ZSTD1_MAGICLESS
        )
        known = _own.compressor = zstandard.ZstdCompressor(compression_params=lean)
    return known


def _decompressor() -> zstandard.ZstdDecompressor:
    known: zstandard.ZstdDecompressor | None = getattr(_own, "decompressor", None)
    if known is None:
        known = _own.decompressor = zstandard.ZstdDecompressor(format=zstandard.FORMAT_ZSTD1_MAGICLESS)
    return known


def _varint(number: int) -> bytes:
    """A number of at least 0, seven bits a byte, the low ones first."""
    made = bytearray()
    while number > 127:
        made.append(number & 127 | 128)
        number >>= 7
    made.append(number)
    return bytes(made)


def _read_varint(body: bytes, place: int) -> tuple[int, int]:
    number, shift = 0, 0
    while True:
        byte = body[place]
        place += 1
        number |= (byte & 127) << shift
        if byte < 128:
            return number, place
        shift += 7


def _times(offsets: Array) -> bytes:
    if not len(offsets):
        return b""
    steps = np.diff(offsets)
    divisor = int(np.gcd.reduce(np.append(steps, offsets[0]))) or 1
    head = _varint(divisor) + _varint(int(offsets[0]) // divisor)
    if len(steps) and (steps == steps[0]).all():
        return head + b"\1" + _varint(int(steps[0]) // divisor)
    return head + b"\0" + _integers(steps // divisor)


def _read_times(body: bytes, place: int, count: int) -> tuple[Array, int]:
    if not count:
        return np.empty(0, np.int64), place
    divisor, place = _read_varint(body, place)
    first, place = _read_varint(body, place)
    place += 1
    if body[place - 1]:
        step, place = _read_varint(body, place)
        return (np.arange(count, dtype=np.int64) * step + first) * divisor, place
    steps, place = _read_integers(body, place, count - 1)
    return np.cumsum(np.concatenate([[first], steps])) * divisor, place


def _integers(values: Array) -> bytes:
    """Which width, then the bytes of all values, low ones first."""
    if not len(values):
        return b""
    least, most = int(values.min()), int(values.max())
    code = next(
        code for code, width in enumerate(WIDTHS) if np.iinfo(width).min <= least and most <= np.iinfo(width).max
    )
    planes = values.astype(WIDTHS[code]).view("u1").reshape(len(values), -1).T
    return bytes([code]) + np.ascontiguousarray(planes).tobytes()


def _read_integers(body: bytes, place: int, count: int) -> tuple[Array, int]:
    if not count:
        return np.empty(0, np.int64), place
    width = np.dtype(WIDTHS[body[place]])
    end = place + 1 + count * width.itemsize
    planes = np.frombuffer(body[place + 1 : end], "u1").reshape(width.itemsize, count).T
    return np.ascontiguousarray(planes).view(width).ravel().astype(np.int64), end


def _numbers(numbers: Array) -> list[bytes]:
    """The ways to write the numbers; each is right."""
    if not len(numbers):
        return [b""]
    scaled = _scaled(numbers)
    if scaled is None:
        planes = np.ascontiguousarray(numbers.astype("<f8").view("u1").reshape(len(numbers), 8).T)
        return [bytes([RAW]) + planes.tobytes()]
    digits, integers = scaled
    differences = np.diff(integers, prepend=0)
    return [bytes([digits, 0]) + _integers(integers), bytes([digits, 1]) + _integers(differences)]


def _scaled(numbers: Array) -> tuple[int, Array] | None:
    """Digits behind the point and the integers that give back the same bits; None if there are none."""
    bits = numbers.view(np.int64)
    for digits in range(MOST_DIGITS + 1):
        scale = 10.0**digits
        with np.errstate(over="ignore"):
            whole = np.rint(numbers * scale)
        if not (np.abs(whole) < EXACT).all():
            return None
        if ((whole / scale + 0.0).view(np.int64) == bits).all():
            return digits, whole.astype(np.int64)
    return None


def _read_numbers(body: bytes, place: int, count: int) -> tuple[Array, int]:
    if not count:
        return np.empty(0), place
    if body[place] == RAW:
        end = place + 1 + 8 * count
        planes = np.frombuffer(body[place + 1 : end], "u1").reshape(8, count).T
        return np.ascontiguousarray(planes).view("<f8").ravel().astype(np.float64), end
    digits, differences = body[place], body[place + 1]
    integers, place = _read_integers(body, place + 2, count)
    if differences:
        integers = np.cumsum(integers)
    return integers / 10.0**digits, place


def _special(rows: list[Special], start: int) -> bytes:
    if not rows:
        return b""
    made = [[row.micros - start, row.sequence, *row.content] for row in rows]
    return json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode()


def _read_special(body: bytes, start: int) -> list[Special]:
    if not body:
        return []
    return [Special(offset + start, sequence, tuple(content)) for offset, sequence, *content in json.loads(body)]
