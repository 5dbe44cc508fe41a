# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Means of eight hours beside the values that are held against a limit for them: as a line, and as a column of the table."""

from __future__ import annotations

import itertools
from datetime import datetime

import numpy as np
from django.utils.translation import gettext as _

from stadtherz.kernel.ui.charts import Line
from stadtherz.services.sensing import limits
from stadtherz.services.sensing.models import Datastream
from stadtherz.services.sensing.queries import exceedances, reading
from stadtherz.services.sensing.queries.figures import judged_as
from stadtherz.services.sensing.queries.spans import Grain, Span
from stadtherz.services.sensing.web.figure_table import rounded


def lines(datastream: Datastream, span: Span, grain: Grain, now: datetime, read: reading.Values) -> list[Line]:
    """The line that a limit for eight hours is held against: running means, or the highest of each day."""
    if not limits.has_eight_hours(judged_as(datastream)) or grain is Grain.MONTH:
        return []
    if grain is Grain.DAY:
        borders = [border.timestamp() for border in span.borders(Grain.DAY)]
        middles = [(start + end) / 2 for start, end in itertools.pairwise(borders)]
        return [Line(_("highest mean of eight hours"), middles, exceedances.highest_of_days(datastream, span, read))]
    ends, means = exceedances.eight_hours(datastream, span, read)
    there = [
        None if np.isnan(mean) or end > now.timestamp() else float(mean) for end, mean in zip(ends, means, strict=True)
    ]
    return [Line(_("mean of the eight hours before"), ends.tolist(), there)]


def rows(drawn: list[Line], span: Span, grain: Grain, decimals: int) -> list[tuple[str, dict[float, object]]]:
    """The same for the table: a mean stands at the end of its eight hours, the highest of a day at the day."""
    found: list[tuple[str, dict[float, object]]] = []
    for line in drawn:
        days = [border.timestamp() for border in span.borders(Grain.DAY)[:-1]] if grain is Grain.DAY else line.times
        told = zip(days, line.values, strict=True)
        found.append((str(line.name), {time: rounded(v, decimals) for time, v in told if v is not None}))
    return found
