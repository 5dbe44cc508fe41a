# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""From values to charts: which line, which gaps, which limits, and the sentence that says what is to be seen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

import numpy as np
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from stadtherz.kernel.ui import dates
from stadtherz.kernel.ui.charts import Chart, Form, Gap, Limit, Line, Mark, Part, scales
from stadtherz.services.sensing import limits, units
from stadtherz.services.sensing.limits import Over
from stadtherz.services.sensing.models import Datastream
from stadtherz.services.sensing.quantities import Aggregation
from stadtherz.services.sensing.queries import exceedances, reading
from stadtherz.services.sensing.queries.figures import (
    Bucket,
    Summary,
    aggregation_of,
    buckets,
    is_counted,
    is_of_values,
    judged_as,
    quantity_of,
    quantity_title,
    summary,
    title_of,
)
from stadtherz.services.sensing.queries.spans import Grain, Span, grain_of
from stadtherz.services.sensing.web import eight_hours, figure_table, unit_changes
from stadtherz.services.sensing.web import gaps as gaps_in
from stadtherz.services.sensing.web.thinning import thinned
from stadtherz.services.sensing.web.words import NO_BREAK, with_unit

MOST_POINTS = 700
MOST_ROWS = 1200


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a chart needs of one datastream over one span."""

    line: Line
    gaps: tuple[Gap, ...]
    summary: Summary
    buckets: tuple[Bucket, ...]
    rows: tuple[list[object], ...]
    times: tuple[float, ...] = ()
    """When each row begins in the picture, seconds since 1970."""
    due_since: datetime | None = None
    """When values were first due, if that lies within the span."""


def symbol_of(datastream: Datastream) -> str:
    """The unit as people read it."""
    unit = datastream.unit_of_measurement or {}
    return units.symbol(units.code_of(unit), str(unit.get("symbol") or ""), quantity_of(datastream))


def decimals_of(datastream: Datastream) -> int:
    """Digits after the comma that mean something."""
    return units.decimals(units.code_of(datastream.unit_of_measurement), quantity_of(datastream))


def span_words(span: Span) -> str:
    """ "Friday, 4 June" or "29 May to 4 June"."""
    if span.days == 1:
        return dates.day(span.first)
    return _("%(first)s to %(last)s") % {
        "first": dates.day(span.first, weekday=False), "last": dates.day(span.last, weekday=False),
    }  # fmt: skip


def moment_words(moment: datetime, zone: Any, grain: Grain) -> str:
    """The one name of a moment, hour, day or month: in picture, table and sentence. An hour that a night has twice bears that of its time."""
    local = moment.astimezone(zone)
    if grain is Grain.MONTH:
        return date_format(local, "F Y")
    if grain is Grain.DAY:
        return _day(local.date(), "D j. M Y", get_language())
    if grain is Grain.RAW:
        day, time = scales.moment_words(local).replace(" ", NO_BREAK).split(f",{NO_BREAK}")
        return f"{day}, {time}"  # where there is little room the time stands below the day
    hour = f"{local:%H:%M}–{local.hour + 1:02}:{local:%M}{scales.twice(local)}".replace(" ", NO_BREAK)
    return f"{_day(local.date(), 'D j. M', get_language())}, {hour}"


@lru_cache(maxsize=2048)  # each day is named for its hours, for the table, and for who reads the picture by keyboard
def _day(day: date, pattern: str, _language: str | None) -> str:
    return scales.day_words(day, pattern).replace(" ", NO_BREAK)


def drawn(
    datastream: Datastream, span: Span, grain: Grain, *, now: datetime, onto: Span | None = None, name: str = "",
    read: reading.Values | None = None,
) -> Drawn:  # fmt: skip
    """Line, gaps and figures of a datastream; ``onto`` moves it onto another span to be held against. ``read``: see there."""
    name, read = name or title_of(datastream), read or read_of(datastream, span)
    found = buckets(datastream, span, grain, now, read)
    began = _began(datastream, found, span) if onto is None else None
    due_since = unit_changes.due_since(datastream, span, began)
    told = summary(found, datastream, span, now, since=due_since)
    move = (
        (lambda moment: moment.timestamp())
        if onto is None
        else (lambda moment: span.moved_onto(moment, onto).timestamp())
    )
    if grain is Grain.RAW:
        line, gaps, rows, times = _raw(datastream, span, read, now=now, move=move, name=name)
    else:
        line, gaps, rows, times = _bucketed(datastream, found, grain, span=span, now=now, move=move, name=name)
    if began is not None:
        early = _("not measured yet")
        gaps = [replace(gap, name=early) if gap.end <= began.timestamp() + 3600 else gap for gap in gaps]
        line = replace(line, parts=[part for part in line.parts if part.end > began.timestamp()])
    if onto is None and datastream.earlier_units:
        line, gaps = unit_changes.with_gaps(
            datastream, line, gaps, (span.since.timestamp(), min(span.until, now).timestamp())
        )
    return Drawn(line, tuple(gaps), told, tuple(found), tuple(rows), tuple(times), due_since)


def _began(datastream: Datastream, found: list[Bucket], span: Span) -> datetime | None:
    """When the first value of all came, if that was within the span: what lies before is not missing."""
    if not found or found[0].count or found[0].left_out:
        return None
    earliest = getattr(
        datastream, "first_hour", span.since - timedelta(1)
    )  # without it nobody knows, and it counts as missing
    if earliest is not None and earliest < span.since:
        return None
    return next((each.start for each in found if each.count or each.left_out), None)


def _bucketed(
    datastream: Datastream, found: list[Bucket], grain: Grain, *, span: Span, now: datetime, move: Any, name: str
) -> tuple[Line, list[Gap], list[list[object]], list[float]]:
    counted, decimals = is_counted(datastream), decimals_of(datastream)
    found = [each for each in found if move(each.start) < move(each.end)]  # 29 February among days of another year
    starts, ends = [move(each.start) for each in found], [move(each.end) for each in found]
    shows_band = not counted and grain is not Grain.HOUR
    patience = gaps_in.LATE * (datastream.expected_seconds or 3600)
    gaps = [
        Gap(
            starts[n], starts[n] + (min(each.end, now) - each.start).total_seconds(),
            _("only values that do not count") if each.left_out else _("no values"), is_left_out=bool(each.left_out),
        )
        for n, each in enumerate(found)
        if each.value is None and (each.end <= now or (now - each.start).total_seconds() > patience)
    ]  # fmt: skip
    there = [n for n, each in enumerate(found) if each.value is not None]
    line = Line(
        name, starts, [each.value for each in found],
        [each.low for each in found] if shows_band else (), [each.high for each in found] if shows_band else (),
        ends=ends, filled=[n for n in there if found[n].filled],
        reduced=[n for n in there if found[n].left_out],
        partial=[n for n in there if not found[n].is_whole(now)] if counted else (),
        parts=_parts(found, starts, now), until=next((starts[n] for n, each in enumerate(found) if each.start >= now), None),
    )  # fmt: skip
    rows: list[list[object]] = []
    for each in found:
        if each.start < now:
            rounded = [
                None if v is None else figure_table.rounded(v, decimals) for v in (each.value, each.low, each.high)
            ]
            percent = _("not known") if each.complete is None else scales.whole_percent(each.complete)
            remarks = (
                quality_words(each),
                unit_changes.remark(datastream, each.start.timestamp(), each.end.timestamp()),
            )
            rows.append(
                [moment_words(each.start, span.zone, grain), *rounded, percent, ", ".join(filter(None, remarks))]
            )
    return line, gaps, rows, [starts[n] for n, each in enumerate(found) if each.start < now]


def _parts(found: list[Bucket], starts: list[float], now: datetime) -> list[Part]:
    """How whole each hour, day or month is, up to now; nothing where nobody knows how many values are due."""
    return [
        Part(starts[n], starts[n] + (min(each.end, now) - each.start).total_seconds(), each.complete)
        for n, each in enumerate(found)
        if each.complete is not None and each.start < now
    ]


def quality_words(bucket: Bucket) -> str:
    """What was filled in and what was left out in one row of the figures."""
    said = [_("%(n)d filled in") % {"n": bucket.filled}] if bucket.filled else []
    if bucket.left_out:
        said.append(_("%(n)d left out") % {"n": bucket.left_out})
    return ", ".join(said)


def _raw(
    datastream: Datastream, span: Span, read: reading.Values, *, now: datetime, move: Any, name: str
) -> tuple[Line, list[Gap], list[list[object]], list[float]]:
    series = read.series(span.since, span.until)
    decimals = decimals_of(datastream)
    kept = ~np.isin(series.flags, (reading.WITHDRAWN, reading.MAINTENANCE))
    gaps = gaps_in.missing(series.times[series.flags != reading.WITHDRAWN], datastream.expected_seconds, span, now)
    gaps += gaps_in.maintenance(series)
    times, values, flags = thinned(series.times[kept], series.values[kept], series.flags[kept], MOST_POINTS)
    told_times: list[float] = []
    told_values: list[float | None] = []
    doubtful: list[int] = []
    filled: list[int] = []
    edge, borders = (datastream.expected_seconds or 0) * gaps_in.LATE, unit_changes.borders(datastream)
    for n, (time, value, flag) in enumerate(zip(times, values, flags, strict=True)):
        is_late = edge and n and time - times[n - 1] > edge and any(gap.start < time <= gap.end + 1 for gap in gaps)
        if is_late or (n and any(times[n - 1] < border <= time for border in borders)):
            told_times.append(move(datetime.fromtimestamp((time + times[n - 1]) / 2, UTC)))
            told_values.append(None)
        if flag == reading.SUSPECT:
            doubtful.append(len(told_times))
        elif flag == reading.FILLED:
            filled.append(len(told_times))
        told_times.append(move(datetime.fromtimestamp(time, UTC)))
        told_values.append(float(value))
    words = {reading.SUSPECT: _("under doubt"), reading.FILLED: _("filled in"), reading.MAINTENANCE: _("maintenance")}
    shown = np.flatnonzero(series.flags != reading.WITHDRAWN)[:MOST_ROWS]
    told = (series.times[shown], series.values[shown], series.flags[shown])
    rows: list[list[object]] = [
        [
            moment_words(datetime.fromtimestamp(time, UTC), span.zone, Grain.RAW), figure_table.rounded(float(value), decimals),
            ", ".join(filter(None, (words.get(flag, ""), unit_changes.remark(datastream, time, time + 1e-6)))),
        ]
        for time, value, flag in zip(*told, strict=True)
    ]  # fmt: skip
    moved = [
        replace(g, start=move(datetime.fromtimestamp(g.start, UTC)), end=move(datetime.fromtimestamp(g.end, UTC)))
        for g in gaps
    ]
    times_of_rows = [move(datetime.fromtimestamp(time, UTC)) for time in told[0]]
    until = move(now) if now < span.until else None
    return (
        Line(name, told_times, told_values, doubtful=doubtful, filled=filled, until=until), moved, rows, times_of_rows,
    )  # fmt: skip


_OWN = {Grain.HOUR: gettext_lazy("hourly mean"), Grain.DAY: gettext_lazy("daily mean")}
_OVER = {Grain.RAW: Over.HOUR, Grain.HOUR: Over.HOUR, Grain.DAY: Over.DAY, Grain.MONTH: Over.YEAR}


def read_of(datastream: Datastream, *spans: Span) -> reading.Values:
    """What a page with these spans reads of a datastream, once; the first span is the one that is drawn."""

    def whole(of: tuple[Span, ...]) -> tuple[datetime, datetime] | None:
        return (min(each.since for each in of) - exceedances.BEFORE, max(each.until for each in of)) if of else None

    if is_of_values(datastream):
        return reading.Values(datastream, series=whole(spans))
    if grain_for(datastream, spans[0]) is not Grain.RAW:
        return reading.Values(datastream, hours=whole(spans))
    by_hours = spans if limits.has_eight_hours(judged_as(datastream)) else spans[1:]
    return reading.Values(datastream, hours=whole(by_hours), series=whole(spans[:1]))


def limit_lines(datastream: Datastream, grain: Grain) -> list[Limit]:
    """Limits that fit the values, as lines with their names."""
    made = []
    for each in limits.for_chart(judged_as(datastream), _OVER[grain]):
        over = limits.OVER_WORDS[each.over]
        value = with_unit(each.value, 0, symbol_of(datastream))
        name = _("%(source)s: %(value)s, %(over)s") % {"source": each.source.short, "value": value, "over": over}
        made.append(Limit(each.value, f"{name}, {each.where}" if each.where else name, ""))
    return made


def sentence(datastream: Datastream, found: Drawn, span: Span, grain: Grain) -> str:
    """What is to be seen, with the greatest value and its time."""
    told = found.summary
    symbol, decimals = symbol_of(datastream), decimals_of(datastream)
    when = span_words(span)
    if told.value is None:
        return _("%(when)s: no values.") % {"when": when}
    known = [bucket for bucket in found.buckets if bucket.value is not None]
    if is_counted(datastream):
        most = max(known, key=lambda bucket: bucket.value or 0.0)
        return _("%(when)s: %(sum)s in all, most of them %(most)s (%(time)s).") % {
            "when": when, "sum": with_unit(told.value, decimals, symbol), "most": with_unit(most.value, decimals, symbol),
            "time": moment_words(most.start, span.zone, grain),
        }  # fmt: skip
    peak = max(known, key=lambda bucket: bucket.high or 0.0)
    if told.low == told.high and told.count == 1:
        return _("%(when)s: a single value, %(value)s (%(time)s).") % {
            "when": when, "value": with_unit(told.value, decimals, symbol),
            "time": moment_words(peak.start, span.zone, Grain.HOUR if grain is Grain.RAW else grain),
        }  # fmt: skip
    if told.low == told.high:
        return _("%(when)s: always %(value)s.") % {"when": when, "value": with_unit(told.value, decimals, symbol)}
    if aggregation_of(datastream) is Aggregation.CIRCULAR:
        return _("%(when)s: mostly from %(mean)s.") % {"when": when, "mean": with_unit(told.value, decimals, symbol)}
    return _("%(when)s: %(mean)s on average, between %(low)s and %(high)s; highest %(time)s.") % {
        "when": when, "mean": with_unit(told.value, decimals, symbol), "low": with_unit(told.low, decimals, symbol),
        "high": with_unit(told.high, decimals, symbol),
        "time": moment_words(peak.start, span.zone, Grain.HOUR if grain is Grain.RAW else grain),
    }  # fmt: skip


def columns(datastream: Datastream, grain: Grain) -> list[dict[str, object]]:
    """The heads of the table of figures."""
    symbol = symbol_of(datastream)
    value = {"title": title_of(datastream), "unit": symbol, "numeric": True}
    if grain is Grain.RAW:
        return [{"title": _("Time")}, value, {"title": _("Quality")}]
    part = {Grain.HOUR: _("Hour"), Grain.DAY: _("Day"), Grain.MONTH: _("Month")}[grain]
    return [
        {"title": part}, value, {"title": _("Lowest"), "unit": symbol, "numeric": True},
        {"title": _("Highest"), "unit": symbol, "numeric": True}, {"title": _("Complete"), "unit": "%", "numeric": True},
        {"title": _("Quality")},
    ]  # fmt: skip


def chart_of(
    datastream: Datastream, span: Span, now: datetime, *, key: str, title: str, source: str = "",
    beside: tuple[Drawn, ...] = (), name: str = "", marks: tuple[Mark, ...] = (), extra: tuple[Limit, ...] = (),
    read: reading.Values | None = None,
) -> tuple[Chart, Drawn]:  # fmt: skip
    """The chart of a datastream over a span, with other lines beside it, and what was drawn."""
    counted = is_counted(datastream)
    grain = grain_of(span.days, counted=counted)
    read = read or read_of(datastream, span)
    main = drawn(datastream, span, grain, now=now, name=name, read=read)
    eight = eight_hours.lines(datastream, span, grain, now, read) if not beside else []
    if eight:
        main = replace(
            main, line=replace(main.line, name=_("single values") if grain is Grain.RAW else str(_OWN[grain]))
        )
    from_zero = counted or (judged_as(datastream) in limits.LIMITS and datastream.quantity != "noise")
    told = " ".join(filter(None, (sentence(datastream, main, span, grain), unit_changes.sentence(datastream, span))))

    def said(seconds: float) -> str:
        return moment_words(datetime.fromtimestamp(seconds, UTC), span.zone, grain)

    heads, rows = figure_table.joined(
        columns(datastream, grain), main.rows, main.times, name=str(main.line.name),
        others=[*eight_hours.rows(eight, decimals_of(datastream)), *((str(d.line.name), dict(zip(d.times, (row[1] for row in d.rows), strict=True))) for d in beside)],
        said=said, until=main.line.until,
    )  # fmt: skip
    chart = Chart(
        key=key, title=title, sentence=told,
        lines=[main.line, *eight, *(d.line for d in beside)],
        start=span.since.timestamp(), end=span.until.timestamp(), zone=span.zone,
        unit=unit_words(datastream, grain), form=Form.BARS if counted else Form.LINE, decimals=decimals_of(datastream),
        from_zero=from_zero, gaps=main.gaps, limits=[*limit_lines(datastream, grain), *extra], marks=(*marks, *unit_changes.marks(datastream, span)), source=source,
        columns=heads, rows=rows, said=said,
        doubtful_name=_("value under doubt; it counts nowhere"),
        filled_name=_("filled in") if grain is Grain.RAW else _("some of the values were filled in"),
    )  # fmt: skip
    return chart, main


def unit_words(datastream: Datastream, grain: Grain) -> str:
    """The unit above the axis; for counts what is counted in which time."""
    symbol = symbol_of(datastream)
    if not is_counted(datastream):
        return symbol
    per = {Grain.RAW: _("per hour"), Grain.HOUR: _("per hour"), Grain.DAY: _("per day"), Grain.MONTH: _("per month")}
    return f"{symbol or quantity_title(datastream)} {per[grain]}"


def grain_for(datastream: Datastream, span: Span) -> Grain:
    """How finely this datastream is shown over this span."""
    return grain_of(span.days, counted=is_counted(datastream))
