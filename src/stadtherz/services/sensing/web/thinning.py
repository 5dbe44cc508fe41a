# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Fewer values for the same picture."""

from __future__ import annotations

import numpy as np

from stadtherz.services.sensing.queries import reading


def thinned(
    times: np.ndarray, values: np.ndarray, flags: np.ndarray, points: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """At most ``points`` values that look the same: of each slice the least and the greatest, and what is under doubt.

    Jugel, Jerzak, Hackenbroich, Markl: M4, a visualization-oriented time series data aggregation (VLDB 2014), without first
    and last, which at this width cannot be told apart.
    """
    if len(times) <= points:
        return times, values, flags
    kept: set[int] = {0, len(times) - 1, *np.flatnonzero(flags == reading.SUSPECT)[: points // 4].tolist()}
    for part in np.array_split(np.arange(len(times)), points // 2):
        kept.add(int(part[np.argmin(values[part])]))
        kept.add(int(part[np.argmax(values[part])]))
    places = np.array(sorted(kept))
    return times[places], values[places], flags[places]
