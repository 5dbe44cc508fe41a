# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Month by month below a picture of days: what a report quotes, how whole it is, and how it stands to another time or sensor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise, zip_longest

from django.utils.translation import gettext as _

from stadtherz.kernel.ui.charts.scales import whole_percent
from stadtherz.services.sensing.models import Datastream
from stadtherz.services.sensing.quantities import Aggregation
from stadtherz.services.sensing.queries.figures import Bucket, aggregation_of, in_common, is_counted, summary
from stadtherz.services.sensing.queries.spans import Grain, Span
from stadtherz.services.sensing.web.asked import Asked
from stadtherz.services.sensing.web.charting import Drawn, decimals_of, grain_for, moment_words, symbol_of
from stadtherz.services.sensing.web.figure_table import rounded
from stadtherz.services.sensing.web.words import figure

FEWEST_DAYS = 45
"""A shorter time is no row of months."""


@dataclass(frozen=True, slots=True)
class Beside:
    """Another line of the picture: its name, its days, each with where it stands in the own span, and the pairs of an own and another
    day that are both whole."""

    name: str
    days: Sequence[tuple[datetime, Bucket]]
    pairs: Sequence[tuple[Bucket, Bucket]]


@dataclass(frozen=True, slots=True)
class MonthTable:
    """Columns and rows as ``data_table`` reads them; no rows where months say nothing."""

    columns: Sequence[dict[str, object]] = ()
    rows: Sequence[Sequence[object]] = ()


def month_table(
    datastream: Datastream, main: Drawn, question: Asked, drawn_beside: Sequence[Drawn], now: datetime
) -> MonthTable:
    """The months of a span that is drawn in days. What lies before values were due has no row."""
    span = question.span
    is_drawn_in_days = span.days > FEWEST_DAYS and grain_for(datastream, span) is Grain.DAY
    is_empty = main.summary.value is None
    if not is_drawn_in_days or is_empty or aggregation_of(datastream) is Aggregation.CIRCULAR:
        return MonthTable()
    beside = _lines_beside(main, question, drawn_beside, now)
    since = main.due_since.astimezone(span.zone).date() if main.due_since else span.first
    months = [Span(max(month.first, since), month.last, span.zone) for month in _months(span)]
    shown = [month for month in months if month.first <= month.last and month.since <= now]
    return MonthTable(
        _columns(datastream, beside), [_row(datastream, main, (span, month), beside, now) for month in shown]
    )


def _months(span: Span) -> list[Span]:
    """The calendar's months, the first and last as far as they lie in the span."""
    borders = [border.astimezone(span.zone).date() for border in span.borders(Grain.MONTH)]
    return [Span(first, following - timedelta(days=1), span.zone) for first, following in pairwise(borders)]


def _columns(datastream: Datastream, beside: Sequence[Beside]) -> list[dict[str, object]]:
    counted, symbol = is_counted(datastream), symbol_of(datastream)
    own: list[dict[str, object]] = [
        {"title": _("Month")},
        {"title": _("Sum") if counted else _("Mean"), "unit": symbol, "numeric": True},
        {"title": _("a day, of whole days"), "unit": symbol, "numeric": True} if counted
        else {"title": _("Highest"), "unit": symbol, "numeric": True},
        {"title": _("Complete"), "unit": "%", "numeric": True},
    ]  # fmt: skip
    for each in beside:
        own.append({"title": each.name, "unit": symbol, "numeric": True})
        own.append({"title": _("Difference"), "unit": "%" if counted else symbol, "numeric": True})
    return own


def _row(
    datastream: Datastream, main: Drawn, spans: tuple[Span, Span], beside: Sequence[Beside], now: datetime
) -> list[object]:  # fmt: skip
    """One month of the whole span: ``spans`` are both."""
    counted, decimals = is_counted(datastream), decimals_of(datastream)
    span, month = spans

    def told(value: float | None) -> float | None:
        return None if value is None else rounded(value, decimals)

    days = [day for day in main.buckets if month.since <= day.start < month.until]
    own = summary(days, datastream, month, now)
    whole = [day.value for day in days if day.is_whole(now) and day.value is not None]
    mean = sum(whole) / len(whole) if whole else None
    row: list[object] = [
        moment_words(month.since, span.zone, Grain.MONTH), told(own.value), told(mean if counted else own.high),
        _("not known") if own.complete is None else whole_percent(own.complete),
    ]  # fmt: skip
    for each in beside:
        theirs = [day for at, day in each.days if month.since <= at < month.until]
        there = summary(theirs, datastream, month, now).value
        row += [told(there), _difference(datastream, each.pairs, month, now)]
    return row


def _difference(
    datastream: Datastream, pairs: Sequence[tuple[Bucket, Bucket]], month: Span, now: datetime
) -> str | None:  # fmt: skip
    """How far ours lies above theirs, over the days that both have whole: of counts in percent, else in the unit."""
    inside = [pair for pair in pairs if month.since <= pair[0].start < month.until]
    here, there = (summary([pair[n] for pair in inside], datastream, month, now).value for n in (0, 1))
    counted, decimals = is_counted(datastream), decimals_of(datastream)
    if here is None or there is None or (counted and not there):
        return None
    found = 100 * (here / there - 1) if counted else here - there
    digits = 1 if counted else decimals
    return ("+" if round(found, digits) > 0 else "") + figure(found, digits)


def _lines_beside(main: Drawn, question: Asked, beside: Sequence[Drawn], now: datetime) -> list[Beside]:
    """The lines of the picture beside the own one."""
    own, spans = question.span, [question.earlier] if question.earlier else []
    found = []
    for each, span in zip_longest(beside, spans, fillvalue=own):
        if isinstance(each, Drawn) and isinstance(span, Span):
            days = [(span.moved_onto(day.start, own), day) for day in each.buckets]
            pairs = zip(*in_common(main.buckets, each.buckets, own, span, now), strict=True)
            found.append(Beside(str(each.line.name), days, list(pairs)))
    return found
