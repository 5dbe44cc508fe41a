# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Means of eight hours beside the values that are held against a limit for them: as a line, and as a column of the table."""

from __future__ import annotations

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
    """The line that a limit for eight hours is held against: the highest of each day, or running means. Among hours a mean stands at
    the last of its eight, among single values at the moment at which it ends."""
    if not limits.has_eight_hours(judged_as(datastream)) or grain is Grain.MONTH:
        return []
    if grain is Grain.DAY:
        borders = [border.timestamp() for border in span.borders(Grain.DAY)]
        highest = exceedances.highest_of_days(datastream, span, read)
        until = next((start for start in borders[:-1] if start >= now.timestamp()), None)
        return [Line(_("highest mean of eight hours"), borders[:-1], highest, ends=borders[1:], until=until)]
    found, means = exceedances.eight_hours(datastream, span, read)
    ends: list[float] = [float(end) for end in found]
    there = [
        None if np.isnan(mean) or end > now.timestamp() else float(mean) for end, mean in zip(ends, means, strict=True)
    ]
    name, until = _("mean of the last eight hours"), now.timestamp() if now < span.until else None
    if grain is Grain.RAW:
        return [Line(name, ends, there, until=until)]
    return [Line(name, [end - exceedances.HOUR for end in ends[1:]], there[1:], ends=ends[1:], until=until)]


def rows(drawn: list[Line], decimals: int) -> list[tuple[str, dict[float, object]]]:
    """The same for the table."""
    return [
        (
            str(line.name),
            {t: None if v is None else rounded(v, decimals) for t, v in zip(line.times, line.values, strict=True)},
        )
        for line in drawn
    ]
