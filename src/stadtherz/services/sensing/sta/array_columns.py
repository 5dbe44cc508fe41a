# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Times of a DataArray as one column, and identifiers as one text: what costs most of an array, without a Python object for each row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec
import numpy as np

from stadtherz.services.sensing.store.identifiers import DIGITS, SIX, THREE, written
from stadtherz.services.sensing.store.moments import microseconds

Array = np.ndarray[Any, Any]
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-](?:0\d|1[0-7]):\d\d)")
SHAPE = b"0000-00-00T00:00:00Z"  # what nearly every device sends
LENGTH = len(SHAPE)
SIGNS = [(place, bytes([sign])) for place, sign in enumerate(SHAPE) if sign != ord("0")]
YEAR_ONE = -62_135_596_800_000_000
ONE_DIGIT, THREE_DIGITS = np.array(list(DIGITS), "S1"), np.array(THREE, "S3")
TEN_DIGITS = (36**9, 36**10)  # microseconds whose identifier has ten digits: from 1973 to 2085


@lru_cache(maxsize=1000)
def instant(text: str) -> int | None:
    """Microseconds since 1970 of a time in the usual words, None if it is said otherwise. Raises ``ValueError``, ``OverflowError``.

    Remembered, because many devices report at the same second.
    """
    return microseconds(datetime.fromisoformat(text)) if INSTANT.fullmatch(text) else None


def instants(texts: Sequence[str]) -> Array | None:
    """Like ``instant`` for many: None if one of them is said otherwise."""
    joined = "".join(texts).encode("ascii")
    if set(map(len, texts)) == {LENGTH} and _are_usual(joined, len(texts)):
        without_zone = np.frombuffer(joined, [("moment", f"S{LENGTH - 1}"), ("zone", "S1")])["moment"]
        micros = without_zone.astype("datetime64[us]").astype(
            np.int64
        )  # a day or an hour that does not exist: ValueError
        return micros if (micros >= YEAR_ONE).all() else None
    found = [instant(text) for text in texts]
    return None if None in found else np.array(found, np.int64)


def _are_usual(joined: bytes, count: int) -> bool:
    """Whether each text has the shape that nearly every device sends: signs at their places, digits everywhere else."""
    signs = all(joined[place::LENGTH] == sign * count for place, sign in SIGNS)
    return signs and len(joined.translate(None, b"0123456789")) == len(SIGNS) * count


def links(start: str, datastream: int, micros: Array, sequences: Array) -> bytes:
    """The links ``start…')`` of observations, as members of a JSON array."""
    if not len(micros) or sequences.any() or micros.min() < TEN_DIGITS[0] or micros.max() >= TEN_DIGITS[1]:
        texts = map(written, [datastream] * len(micros), micros.tolist(), sequences.tolist())
        return msgspec.json.encode([f"{start}{text}')" for text in texts])[1:-1]
    before = msgspec.json.encode(f"{start}{datastream}-")[:-1]
    high, low = np.divmod(micros, SIX)
    rows = np.empty(
        len(micros), [("before", f"S{len(before)}"), ("a", "S1"), ("b", "S3"), ("c", "S3"), ("d", "S3"), ("end", "S4")]
    )
    rows["before"], rows["end"] = before, b"')\","
    rows["a"], rows["b"] = ONE_DIGIT[high // 46656], THREE_DIGITS[high % 46656]
    rows["c"], rows["d"] = THREE_DIGITS[low // 46656], THREE_DIGITS[low % 46656]
    return rows.tobytes()[:-1]
