# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The table as Apache Parquet (parquet-format 2.x), for R, Python and DuckDB. ADR 56 says why it is written here.

One row group per ``GROUP`` rows, one data page (v1, PLAIN, gzip) per column in it; missing values by definition levels in
RLE; metadata in Thrift's compact protocol. Read back by DuckDB in the tests.
"""

from __future__ import annotations

import gzip
import struct
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from typing import IO, Any

from stadtherz.services.sensing.exports.table import Row

GROUP = 50_000
INT32, INT64, DOUBLE, BYTES = 1, 2, 5, 6
PLAIN, RLE, GZIP = 0, 3, 2
UTF8, TIMESTAMP_MICROS = 0, 10
I32, I64, BINARY, LIST, STRUCT = 5, 6, 8, 9, 12
MAGIC = b"PAR1"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, physical type, whether values may be missing, what it means, how it is taken from a row."""

    name: str
    kind: int
    optional: bool
    take: Callable[[Row], Any]
    meaning: int | None = None


def _micros(row: Row) -> int:
    return round(row.time.timestamp() * 1_000_000)


COLUMNS = (
    Column("datastream", INT32, False, lambda row: row.stream),
    Column("station", BYTES, False, lambda row: row.station, UTF8),
    Column("quantity", BYTES, False, lambda row: row.quantity, UTF8),
    Column("unit", BYTES, False, lambda row: row.unit, UTF8),
    Column("time", INT64, False, _micros, TIMESTAMP_MICROS),
    Column("value", DOUBLE, True, lambda row: row.value),
    Column("lowest", DOUBLE, True, lambda row: row.low),
    Column("highest", DOUBLE, True, lambda row: row.high),
    Column("quality", BYTES, False, lambda row: row.quality, UTF8),
    Column("missing_before", INT32, True, lambda row: row.missing),
    Column("complete_percent", INT32, True, lambda row: row.complete),
)


# --- Thrift, compact protocol ---


def varint(number: int) -> bytes:
    """Seven bits a byte, the lowest first."""
    made = bytearray()
    while number > 127:
        made.append(number & 127 | 128)
        number >>= 7
    made.append(number)
    return bytes(made)


def _integer(number: int) -> bytes:
    return varint((number << 1) ^ (number >> 63))


def _text(text: str) -> bytes:
    coded = text.encode()
    return varint(len(coded)) + coded


def _list(kind: int, items: Sequence[bytes]) -> bytes:
    head = bytes([len(items) << 4 | kind]) if len(items) < 15 else bytes([0xF0 | kind]) + varint(len(items))
    return head + b"".join(items)


def _struct(*fields: tuple[int, int, bytes]) -> bytes:
    """Fields (number, type, content) in rising order; the numbers lie at most 15 apart."""
    made, last = bytearray(), 0
    for number, kind, content in fields:
        made.append((number - last) << 4 | kind)
        made += content
        last = number
    return bytes(made) + b"\x00"


# --- the file ---


def _schema() -> bytes:
    elements = [_struct((4, BINARY, _text("schema")), (5, I32, _integer(len(COLUMNS))))]
    for column in COLUMNS:
        fields = [
            (1, I32, _integer(column.kind)),
            (3, I32, _integer(int(column.optional))),
            (4, BINARY, _text(column.name)),
        ]
        if column.meaning is not None:
            fields.append((6, I32, _integer(column.meaning)))
        if column.meaning == TIMESTAMP_MICROS:  # logical type: adjusted to UTC, microseconds
            unit = _struct((2, STRUCT, b"\x00"))
            stamp = b"\x11" + bytes([1 << 4 | STRUCT]) + unit + b"\x00"
            fields.append((10, STRUCT, _struct((8, STRUCT, stamp))))
        elements.append(_struct(*fields))
    return _list(STRUCT, elements)


def _levels(values: Sequence[Any]) -> bytes:
    """Definition levels: runs of there (1) and missing (0), behind their length."""
    runs = b"".join(
        varint(sum(1 for _each in run) << 1) + bytes([there]) for there, run in groupby(v is not None for v in values)
    )
    return struct.pack("<I", len(runs)) + runs


def _plain(column: Column, values: Sequence[Any]) -> bytes:
    if column.kind == BYTES:
        coded = [str(value).encode() for value in values]
        return b"".join(struct.pack("<I", len(each)) + each for each in coded)
    form = {INT32: "i", INT64: "q", DOUBLE: "d"}[column.kind]
    return struct.pack(f"<{len(values)}{form}", *values)


def _chunk(into: IO[bytes], column: Column, rows: Sequence[Row], offset: int) -> tuple[bytes, int, int]:
    """Write one column of a row group; its metadata, its size unpacked, and the next offset."""
    values = [column.take(row) for row in rows]
    there = [value for value in values if value is not None]
    page = (_levels(values) if column.optional else b"") + _plain(column, there)
    packed = gzip.compress(page, 6, mtime=0)
    data = _struct(
        (1, I32, _integer(len(values))), (2, I32, _integer(PLAIN)), (3, I32, _integer(RLE)), (4, I32, _integer(RLE))
    )
    header = _struct(
        (1, I32, _integer(0)), (2, I32, _integer(len(page))), (3, I32, _integer(len(packed))), (5, STRUCT, data)
    )
    into.write(header + packed)
    whole = len(header) + len(page)
    meta = _struct(
        (1, I32, _integer(column.kind)), (2, LIST, _list(I32, [_integer(PLAIN), _integer(RLE)])),
        (3, LIST, _list(BINARY, [_text(column.name)])), (4, I32, _integer(GZIP)), (5, I64, _integer(len(values))),
        (6, I64, _integer(whole)), (7, I64, _integer(len(header) + len(packed))), (9, I64, _integer(offset)),
    )  # fmt: skip
    return _struct((2, I64, _integer(offset)), (3, STRUCT, meta)), whole, offset + len(header) + len(packed)


def write(into: IO[bytes], rows: Iterable[Row]) -> None:
    """Write the table; holds one row group at a time."""
    into.write(MAGIC)
    offset, count, groups = len(MAGIC), 0, []
    source = iter(rows)
    while part := list(islice(source, GROUP)):
        chunks, size = [], 0
        for column in COLUMNS:
            chunk, whole, offset = _chunk(into, column, part, offset)
            chunks.append(chunk)
            size += whole
        groups.append(
            _struct((1, LIST, _list(STRUCT, chunks)), (2, I64, _integer(size)), (3, I64, _integer(len(part))))
        )
        count += len(part)
    footer = _struct(
        (1, I32, _integer(1)), (2, LIST, _schema()), (3, I64, _integer(count)), (4, LIST, _list(STRUCT, groups)),
        (6, BINARY, _text("Stadtherz")),
    )  # fmt: skip
    into.write(footer + struct.pack("<I", len(footer)) + MAGIC)
