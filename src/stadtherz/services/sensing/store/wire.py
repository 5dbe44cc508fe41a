# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""NumPy columns as PostgreSQL's binary arrays, there and back: thousands of rows pass without a Python object for each.

The form is that of ``array_recv`` and ``array_send`` in PostgreSQL 15: dimensions, null flag, type, length, lower bound, then
each element behind its length. A NaN stands for null, because no measurement is NaN.
"""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
from psycopg import pq
from psycopg.adapt import Dumper

EPOCH_2000 = 946_684_800_000_000  # microseconds from 1970 to 2000, where PostgreSQL's times begin
TIME, NUMBER, INTEGER, SMALL = 1184, 701, 23, 21
ARRAY_OF = {TIME: 1185, NUMBER: 1022, INTEGER: 1007, SMALL: 1005}
FORM = {TIME: ">i8", NUMBER: ">f8", INTEGER: ">i4", SMALL: ">i2"}
EMPTY = struct.Struct(">iii")
HEAD = struct.Struct(">iiiii")


class Column:
    """An array that is sent in binary form."""

    __slots__ = ("data", "oid")

    def __init__(self, kind: int, values: Any) -> None:
        if kind == TIME:
            values = np.asarray(values, dtype=np.int64) - EPOCH_2000
        size = np.dtype(FORM[kind]).itemsize
        rows = np.empty(len(values), dtype=[("length", ">i4"), ("value", FORM[kind])])
        rows["length"] = size
        rows["value"] = values
        head = HEAD.pack(1, 0, kind, len(values), 1) if len(values) else EMPTY.pack(0, 0, kind)
        self.oid = ARRAY_OF[kind]
        self.data = head + rows.tobytes()


class ColumnDumper(Dumper):
    """Sends ``Column.data`` as it is."""

    format = pq.Format.BINARY

    def dump(self, obj: Column) -> bytes:
        return obj.data

    def get_key(self, obj: Column, format: Any) -> Any:
        return (Column, obj.oid)

    def upgrade(self, obj: Column, format: Any) -> Dumper:
        dumper = ColumnDumper(Column)
        dumper.oid = obj.oid
        return dumper


def times(values: Any) -> Column:
    """``timestamptz[]`` from microseconds since 1970."""
    return Column(TIME, values)


def numbers(values: Any) -> Column:
    """``float8[]``; NaN means null and must be read with ``NULLIF(x, 'NaN')``."""
    return Column(NUMBER, values)


def integers(values: Any) -> Column:
    """``int4[]``."""
    return Column(INTEGER, values)


def smalls(values: Any) -> Column:
    """``int2[]``."""
    return Column(SMALL, values)


def read(raw: bytes | memoryview | None) -> np.ndarray[Any, Any]:
    """A binary array without nulls as NumPy array; times as microseconds since 1970. None is an empty array."""
    if raw is None:
        return np.empty(0)
    dimensions, _nulls, kind = EMPTY.unpack_from(raw)
    if not dimensions:
        return np.empty(0, dtype=FORM[kind].replace(">", "="))
    rows = np.frombuffer(raw, dtype=[("length", ">i4"), ("value", FORM[kind])], offset=HEAD.size)
    values = rows["value"].astype(FORM[kind].replace(">", "="))
    return values + EPOCH_2000 if kind == TIME else values
