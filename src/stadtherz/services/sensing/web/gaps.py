# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Gaps among single values: nothing came although it was due, or what came does not count because somebody worked on the device."""

from __future__ import annotations

from datetime import datetime

import numpy as np
from django.utils.translation import gettext as _

from stadtherz.kernel.ui.charts import Gap
from stadtherz.services.sensing.queries import reading
from stadtherz.services.sensing.queries.spans import Span

LATE = 2.5
"""A value is missing when it is this many times later than usual."""


def missing(times: np.ndarray, expected: int | None, span: Span, now: datetime) -> list[Gap]:
    """Times in which a value was due and none came; none where nobody knows when one is due."""
    if not expected:
        return []
    start, end = span.since.timestamp(), min(span.until, now).timestamp()
    if end <= start:
        return []
    points = np.concatenate(([start - expected], times, [end + expected]))
    late = np.flatnonzero(np.diff(points) > LATE * expected)
    return [Gap(max(float(points[n]) + expected, start), min(float(points[n + 1]), end), _("no values")) for n in late]


def maintenance(series: reading.Series) -> list[Gap]:
    """Times in which somebody worked on the device."""
    marked = np.flatnonzero(series.flags == reading.MAINTENANCE)
    if not len(marked):
        return []
    runs = np.split(marked, np.flatnonzero(np.diff(marked) > 1) + 1)
    last = len(series.times) - 1
    return [
        Gap(
            float(series.times[run[0]]), float(series.times[min(run[-1] + 1, last)]), _("maintenance"), is_left_out=True
        )
        for run in runs
    ]  # fmt: skip
