# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Fewer points for the same drawing: of each span the least and the greatest value stay, in their order.

A line drawn from them covers the same pixels as one from all values (M4 aggregation: Jugel, Jerzak, Hackenbroich, Markl,
"M4: A Visualization-Oriented Time Series Data Aggregation", PVLDB 7(10), 2014), so no peak is lost.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def thinned(times: Array, values: Array, points: int) -> Array:
    """Places of at most ``points`` values (sorted times, no NaN): first and last, and extremes of equal spans between."""
    count = len(times)
    if count <= points:
        return np.arange(count)
    if points < 4:
        return np.unique([0, int(np.argmin(values)), int(np.argmax(values)), count - 1])[:points]
    spans = (points - 2) // 2
    width = max((int(times[-1]) - int(times[0])) / spans, 1)
    bucket = np.minimum(((times - times[0]) / width).astype(np.int64), spans - 1)
    starts = np.flatnonzero(np.concatenate([[True], bucket[1:] != bucket[:-1]]))
    ends = np.append(starts[1:], count)
    kept = {0, count - 1}
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        kept.add(start + int(np.argmin(values[start:end])))
        kept.add(start + int(np.argmax(values[start:end])))
    return np.array(sorted(kept), np.int64)
