# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Packed days: which there are, and what they hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from stadtherz.services.sensing.store import wire
from stadtherz.services.sensing.store.contents import Content
from stadtherz.services.sensing.store.execution import execute

Array = np.ndarray[Any, Any]
DAY = 86_400_000_000
STANDING = """
SELECT k.datastream, k.day FROM unnest(%b, %b) AS k(datastream, day)
JOIN sensing_packed_day p ON p.datastream_id = k.datastream AND p.day = date '1970-01-01' + k.day
"""


def is_packed(ids: Array, micros: Array) -> Array:
    """For each place whether its day is packed."""
    places = np.stack([ids.astype(np.int64), micros // DAY], axis=1)
    days = np.unique(places, axis=0)
    packed = execute(STANDING, [wire.integers(days[:, 0]), wire.integers(days[:, 1])])
    if not packed:
        return np.zeros(len(ids), bool)
    known = set(packed)
    return np.fromiter((place in known for place in map(tuple, places.tolist())), bool, len(ids))


def contents_at(ids: Array, micros: Array) -> Iterator[tuple[int, int, int, Content]]:
    """Datastream, time, sequence and content of what packed days hold at these places."""
    yield from ()
