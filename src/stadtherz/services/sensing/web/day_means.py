# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How many a day: the figure by which counts are quoted, only over days that were measured whole."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from stadtherz.services.sensing.models import Datastream
from stadtherz.services.sensing.queries import reading
from stadtherz.services.sensing.queries.figures import Bucket, buckets, is_counted
from stadtherz.services.sensing.queries.spans import Grain, Span
from stadtherz.services.sensing.web.charting import decimals_of, symbol_of
from stadtherz.services.sensing.web.words import figure, with_unit

FEWEST, MOST = 2, 1100
SATURDAY = 5


def day_means(datastream: Datastream, span: Span, now: datetime, read: reading.Values) -> str:
    """The mean of whole days, and of workdays and weekends where there are both. Empty for what is not counted and for a single day."""
    if not is_counted(datastream) or not FEWEST <= span.days <= MOST:
        return ""
    whole = [each for each in buckets(datastream, span, Grain.DAY, now, read) if each.is_whole(now)]
    if not whole:
        return _("No day was measured whole: there is no mean of a day.")
    weekend = [each for each in whole if each.start.astimezone(span.zone).weekday() >= SATURDAY]
    working = [each for each in whole if each.start.astimezone(span.zone).weekday() < SATURDAY]
    said = {
        "n": figure(len(whole), 0), "mean": _mean(datastream, whole), "working": _mean(datastream, working),
        "weekend": _mean(datastream, weekend), "days": figure(len(working), 0), "free": figure(len(weekend), 0),
    }  # fmt: skip
    told = _("%(mean)s a day on average, over the %(n)s days that were measured whole.") % said
    if not weekend or not working:
        return told
    apart = _("Mondays to Fridays %(working)s (%(days)s days), Saturdays and Sundays %(weekend)s (%(free)s days).")
    return f"{told} {apart % said}"


def _mean(datastream: Datastream, days: Sequence[Bucket]) -> str:
    values = [each.value for each in days if each.value is not None]
    return with_unit(sum(values) / len(values), decimals_of(datastream), symbol_of(datastream)) if values else ""
