# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Type and size of a picture from its first bytes, before any decoder sees it.

So a picture of 10,000 x 10,000 pixels is refused without memory for it. Formats: JPEG (ITU-T T.81, annex B), PNG (W3C
PNG 3rd edition, section 11.2.1), WebP (RFC 9649, section 2).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import BinaryIO

# Start-of-frame markers of T.81 table B.1: all of C0…CF but DHT (C4), JPG (C8), DAC (CC).
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_MAX_SEGMENTS = 2000


@dataclass(frozen=True, slots=True)
class Header:
    """What a file says that it is: ``format`` as Pillow names it, width and height in pixels."""

    format: str
    width: int
    height: int


def read_header(file: BinaryIO) -> Header | None:
    """The header, or None for anything that is not one of the three formats. Leaves the file at its beginning."""
    file.seek(0)
    start = file.read(32)
    file.seek(0)
    if start.startswith(b"\xff\xd8\xff"):
        found = _jpeg(file)
    elif start.startswith(b"\x89PNG\r\n\x1a\n") and start[12:16] == b"IHDR" and len(start) >= 24:
        found = Header("PNG", *struct.unpack(">II", start[16:24]))
    elif start[:4] == b"RIFF" and start[8:12] == b"WEBP" and len(start) >= 30:
        found = _webp(start)
    else:
        found = None
    file.seek(0)
    return found if found and found.width and found.height else None


def _jpeg(file: BinaryIO) -> Header | None:
    """Walk the segments up to the first frame header (B.2.2: length, precision, lines, samples per line)."""
    file.seek(2)
    for _ in range(_MAX_SEGMENTS):
        byte = file.read(1)
        if byte != b"\xff":
            return None
        while byte == b"\xff":  # fill bytes (B.1.1.2)
            byte = file.read(1)
        if not byte or byte[0] in (0xD8, 0xD9, 0xDA):
            return None
        length = file.read(2)
        if len(length) < 2:
            return None
        if byte[0] in _FRAMES:
            rest = file.read(5)
            if len(rest) < 5:
                return None
            height, width = struct.unpack(">HH", rest[1:5])
            return Header("JPEG", width, height)
        file.seek(max(struct.unpack(">H", length)[0] - 2, 0), 1)
    return None


def _webp(start: bytes) -> Header | None:
    kind = start[12:16]
    if kind == b"VP8X":  # extended: canvas, 24 bits each, minus one
        return Header("WEBP", 1 + int.from_bytes(start[24:27], "little"), 1 + int.from_bytes(start[27:30], "little"))
    if kind == b"VP8L" and start[20] == 0x2F:  # lossless: 14 bits each, minus one
        bits = int.from_bytes(start[21:25], "little")
        return Header("WEBP", 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF))
    if kind == b"VP8 " and start[23:26] == b"\x9d\x01\x2a":  # lossy: 14 bits each
        width, height = struct.unpack("<HH", start[26:30])
        return Header("WEBP", width & 0x3FFF, height & 0x3FFF)
    return None
