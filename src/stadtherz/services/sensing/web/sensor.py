# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The page of one sensor: now, a time of one's choice, what is usual, what the value means and where it comes from."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Case, OuterRef, Q, Subquery, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_safe

from stadtherz.kernel.municipalities.active import active
from stadtherz.kernel.people.rules import may
from stadtherz.kernel.people.web.guards import public
from stadtherz.kernel.ui import dates
from stadtherz.services.sensing import limits
from stadtherz.services.sensing.limits import Over, TownLimit
from stadtherz.services.sensing.meanings import MEANINGS
from stadtherz.services.sensing.models import Datastream, Hour, ResultKind, SourceDevice
from stadtherz.services.sensing.queries import exceedances, reading, stations
from stadtherz.services.sensing.queries.figures import (
    is_counted,
    judged_as,
    title_of,
)
from stadtherz.services.sensing.queries.sources import fed_by
from stadtherz.services.sensing.queries.spans import Grain, Span
from stadtherz.services.sensing.queries.stations import Station, Value
from stadtherz.services.sensing.queries.usual import Profile, typical_week, usual_range
from stadtherz.services.sensing.web import comparing
from stadtherz.services.sensing.web.asked import Asked, asked
from stadtherz.services.sensing.web.charting import (
    Drawn,
    chart_of,
    decimals_of,
    grain_for,
    read_of,
    span_words,
    symbol_of,
    unit_words,
)
from stadtherz.services.sensing.web.day_means import day_means
from stadtherz.services.sensing.web.month_table import month_table
from stadtherz.services.sensing.web.past_alerts import PastAlerts, past_alerts
from stadtherz.services.sensing.web.present import hour_of, quality, scale_of, usual_now
from stadtherz.services.sensing.web.source_words import source_line, source_of
from stadtherz.services.sensing.web.stations import sees_closed, value_row
from stadtherz.services.sensing.web.unit_changes import said_of_earlier_units
from stadtherz.services.sensing.web.words import figure, with_unit

USUAL_WEEKS, YEAR_DAYS = 26, 350
MOST_OTHERS = 60


def datastream_or_404(request: HttpRequest, number: int) -> Datastream:
    """The datastream if the visitor may see it."""
    if number > 2**31 - 1:
        raise Http404
    hours = Hour.objects.filter(datastream=OuterRef("pk")).order_by("hour").values("hour")[:1]
    known = Datastream.objects.select_related("thing", "sensor").annotate(first_hour=Subquery(hours))
    found = known.filter(pk=number).first()
    if found is None or not (found.is_open or sees_closed(request)):
        raise Http404
    return found


def zone_of_town() -> ZoneInfo:
    """The time zone in which the town's days begin."""
    return ZoneInfo(active().timezone)


@public
@require_safe
def sensor(request: HttpRequest, stream: int) -> HttpResponse:
    """One datastream; with it the other quantities of its station."""
    datastream = datastream_or_404(request, stream)
    station = stations.station(datastream.thing_id, closed=sees_closed(request))
    value = next((v for v in station.values if v.datastream == stream), None) if station else None
    if station is None or value is None:
        raise Http404
    now, may_manage = timezone.now(), may(request.user, "sensing.manage")
    alerts = past_alerts(datastream, zone_of_town(), now, is_clerk=may_manage)
    context: dict[str, Any] = {
        "datastream": datastream, "station": station, "title": value.title, "now": now,
        "value": value_row(value, now), "sisters": _sisters(station, stream), "meaning": MEANINGS.get(datastream.quantity, ""),
        "facts": _facts(datastream, value), "source": source_of(datastream), "earlier_units": said_of_earlier_units(datastream),
        "place_url": f"{reverse('sensing:marks')}?station={station.pk}" if station.longitude is not None else "",
        "may_manage": may_manage, "fed": _fed(datastream) if may_manage else None, "scale": scale_of(value), "alerts": alerts,
    }  # fmt: skip
    if datastream.kind in {ResultKind.NUMBER, ResultKind.ANY}:
        context |= _over_time(request, datastream, station, value, now, alerts=alerts)
        if not context["has_values"]:
            context |= _last_week(context["question"], value)
    return render(request, "sensing/sensor.html", context)


def _fed(datastream: Datastream) -> dict[str, str] | None:
    """For clerks: where its values come from, and who to ask when they do not."""
    by = fed_by(datastream)
    if by is None:
        return None
    if isinstance(by, SourceDevice):
        return {"name": f"{by.external_id}, {by.source.name}", "url": reverse("sensing:device", args=[by.pk])}
    return {"name": by.name, "url": reverse("sensing:source", args=[by.pk])}


def _sisters(station: Station, stream: int) -> list[dict[str, Any]]:
    if len(station.values) < 2:
        return []
    return [
        {"title": v.title, "url": reverse("sensing:sensor", args=[v.datastream]), "current": v.datastream == stream}
        for v in station.values
    ]


def _facts(datastream: Datastream, value: Value) -> list[tuple[str, Any]]:
    every = datastream.expected_seconds
    return [
        (_("Name of the series"), datastream.name if datastream.name != title_of(datastream) else ""),
        (_("Device"), datastream.sensor.name),
        (_("Reports"), _("every %(n)s minutes") % {"n": f"{every / 60:g}"} if every else ""),
        (_("Last value"), dates.spoken(value.time) if value.time else _("none yet")),
        (_("Number for interfaces"), f"Datastreams({datastream.pk})"),
    ]


def _others(datastream: Datastream, request: HttpRequest) -> list[Datastream]:
    """What the sensor can be compared with: first the same quantity elsewhere, then its own station."""
    fitting = Datastream.objects.select_related("thing").exclude(pk=datastream.pk).exclude(kind=ResultKind.TEXT)
    if not sees_closed(request):
        fitting = fitting.filter(is_open=True)
    here = Q(thing_id=datastream.thing_id)
    wanted = here | Q(quantity=datastream.quantity) if datastream.quantity else here
    order = Case(When(here, then=0), default=1)  # its own station first, so that the cut does not take it
    found = list(fitting.filter(wanted).order_by(order, "thing__name", "pk")[: 2 * MOST_OTHERS])
    same: list[Datastream] = []
    own: list[Datastream] = []
    for each in found:
        (same if datastream.quantity and each.quantity == datastream.quantity else own).append(each)
    same.sort(key=lambda each: each.thing_id == datastream.thing_id)
    return same[:MOST_OTHERS] + own[:MOST_OTHERS]


def _over_time(
    request: HttpRequest, datastream: Datastream, station: Station, value: Value, now: datetime, *, alerts: PastAlerts
) -> dict[str, Any]:
    zone = zone_of_town()
    others = _others(datastream, request)
    question = asked(request, others=others, zone=zone)
    grain = grain_for(datastream, question.span)
    beside, apart = comparing.beside(datastream, question, grain, now)
    usual_span = _usual_span(question, _last_day(value, now).astimezone(zone).date(), zone)
    read = _read(datastream, question.span, usual_span)
    chart, main = chart_of(
        datastream, question.span, now, key="time", title=_("%(what)s, %(where)s") % {
            "what": value.title, "where": station.name,
        }, source=source_line(datastream), beside=tuple(beside), name=comparing.line_name(datastream, question),
        marks=alerts.marks(question.span, now), read=read,
    )  # fmt: skip
    at = hour_of(value, zone)
    is_of_now = usual_span != question.span  # what was usual in a time of one's choice says nothing of now
    spread = usual_range(datastream, usual_span, at, read) if at and is_of_now else None
    address = _file_address(datastream, question)
    counted, profile = is_counted(datastream), typical_week(datastream, usual_span, read)
    return {
        "question": question, "chart": chart, "apart": apart, "quality": quality(main.summary),
        "compared": comparing.compared(datastream, main, beside, question, now), "days": day_means(datastream, question.span, now, read), "tabs": _tabs(question),
        "months": month_table(datastream, main, question, beside, now),
        "others": [(each.pk, comparing.other_name(each, datastream)) for each in others],
        "usual": usual(profile, decimals_of(datastream), hour_of(value, zone)), "usual_now": usual_now(profile, spread, value, zone, now), "usual_when": span_words(_measured_part(datastream, usual_span)),
        "usual_hours": _hours_words(profile),
        "usual_unit": unit_words(datastream, Grain.HOUR) if counted else symbol_of(datastream),
        "limits": limit_rows(datastream, question.span, now, main, read), "exports": _exports(address), "choose_url": f"{address}&grain={grain.value}",
        "has_values": main.summary.value is not None,
        "embed_url": reverse("sensing:embedding", args=[datastream.pk]),
    }  # fmt: skip


def _last_week(question: Asked, value: Value) -> dict[str, Any]:
    """Where to look if the shown time is empty: the seven days up to the last value."""
    if value.time is None:
        return {}
    last = value.time.astimezone(question.span.zone).date()
    week = Span(last - timedelta(days=6), last, question.span.zone)
    if week.last >= question.span.first and week.first <= question.span.last:
        return {}
    address = question.query(
        **{"period": "own", "from": week.first.isoformat(), "to": week.last.isoformat(), "against": ""}
    )
    return {"last_url": address, "last_words": span_words(week)}


def _last_day(value: Value, now: datetime) -> datetime:
    """Now; of a series that fell silent long ago, the day after its last value."""
    if value.time is None or value.time > now - timedelta(weeks=USUAL_WEEKS):
        return now
    return value.time + timedelta(days=1)


def _usual_span(question: Asked, today: date, zone: ZoneInfo) -> Span:
    """The half-year before that day, or the chosen time if that is long enough to know a typical week."""
    if question.period == "own" and question.span.days >= 28:
        return question.span
    yesterday = today - timedelta(days=1)
    return Span(today - timedelta(weeks=USUAL_WEEKS), yesterday, zone)


def _measured_part(datastream: Datastream, span: Span) -> Span:
    """What of a span lies behind the first value of all: four weeks of values are not told as half a year."""
    earliest: datetime | None = getattr(datastream, "first_hour", None)
    first = span.first if earliest is None else max(span.first, earliest.astimezone(span.zone).date())
    return Span(min(first, span.last), span.last, span.zone)


def _read(datastream: Datastream, shown: Span, usual_span: Span) -> reading.Values:
    """What the page reads: both spans at once, unless they lie so far apart that much would be read for nothing."""
    if shown.last < usual_span.first - timedelta(days=1) or usual_span.last < shown.first - timedelta(days=1):
        return read_of(datastream, shown)
    return read_of(datastream, shown, usual_span)


def _hours_words(profile: Profile) -> str:
    """Over how many hours the cells of the typical week are means."""
    fewest, most = profile.fewest_and_most
    if fewest == most:
        return ngettext("Each cell is one hour.", "Each cell is the mean of %(n)d hours.", most) % {"n": most}
    return _("Each cell is the mean of %(fewest)d to %(most)d hours.") % {"fewest": fewest, "most": most}


def _tabs(question: Asked) -> list[dict[str, Any]]:
    words = {
        "today": _("Today"), "week": pgettext("period", "Week"), "year": pgettext("period", "Year"),
        "own": _("Own period"),
    }  # fmt: skip
    return [
        {
            "title": word, "current": key == question.period,
            "url": question.query(period=key, **({} if key == "own" else {"from": "", "to": ""})),
        }
        for key, word in words.items()
    ]  # fmt: skip


def usual(profile: Profile, decimals: int, now: tuple[int, int] | None = None) -> dict[str, Any]:
    """A typical week as a table of shades: rows are weekdays, columns hours; the hour of ``now`` is marked."""
    names = [date_format(date(2024, 1, 1 + n), "D") for n in range(7)]  # 1 January 2024 was a Monday
    rows = [*zip(names, profile.cells, strict=True), (_("Mon–Fri"), profile.workdays), (_("Sat, Sun"), profile.weekend)]
    known = [value for _name, cells in rows for value in cells if value is not None and math.isfinite(value)]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    low = 0.0 if 0 <= low < high / 2 else low
    span = (high - low) or 1.0

    def cell(value: float | None) -> dict[str, Any]:
        if value is None or not math.isfinite(value):  # a sum beyond all numbers
            return {"shade": "none", "value": None}
        return {
            "shade": min(8, int((value - low) / span * 9)),
            "value": round(value, decimals) if decimals else round(value),
        }

    return {
        "hours": range(24), "rows": [
            {"name": name, "cells": [cell(v) | {"is_now": (day, hour) == now} for hour, v in enumerate(cells)]}
            for day, (name, cells) in enumerate(rows[:7])
        ],
        "means": [{"name": name, "cells": [cell(v) for v in cells]} for name, cells in rows[7:]],
        "is_known": bool(known),
    }  # fmt: skip


def limit_rows(
    datastream: Datastream, span: Span, now: datetime, main: Drawn, read: reading.Values
) -> list[dict[str, Any]]:
    """All limits of the quantity with their source, and how often the shown time passed them."""
    known = limits.LIMITS.get(judged_as(datastream), ())
    if not known:
        return []
    held = exceedances.held_against(datastream, span, now, {each.over for each in known}, read)
    mean = main.summary.value if span.days >= YEAR_DAYS and (main.summary.complete or 0) >= exceedances.ENOUGH else None
    rows = []
    for each in known:
        rows.append({
            "value": with_unit(each.value, 0, symbol_of(datastream)), "over": limits.OVER_WORDS[each.over],
            "where": each.where, "source": each.source, "allowed": each.allowed,
            "passed": _passed(each, held, mean, datastream),
        })  # fmt: skip
    return rows


def _passed(limit: TownLimit, held: dict[Over, list[float]], mean: float | None, datastream: Datastream) -> str:
    """How often the limit was passed, of how many; for a year its mean. Empty where the picture cannot tell."""
    if limit.over is Over.YEAR:
        return "" if mean is None else _("mean %(value)s") % {"value": with_unit(mean, 1, symbol_of(datastream))}
    values = held.get(limit.over, [])
    passed = sum(1 for value in values if value > limit.value)
    return _("%(n)s of %(all)s") % {"n": figure(passed, 0), "all": figure(len(values), 0)} if values else ""


def _file_address(datastream: Datastream, question: Asked) -> str:
    """Where what is shown can be had as a file."""
    ids = str(datastream.pk) if question.other is None else f"{datastream.pk},{question.other.pk}"
    return f"{reverse('sensing:export')}?ids={ids}&from={question.span.first}&to={question.span.last}"


def _exports(address: str) -> list[dict[str, str]]:
    forms = {
        "csv-de": _("CSV for German spreadsheets"), "csv": _("CSV, international"), "xlsx": "Excel (XLSX)",
        "parquet": "Parquet",
    }  # fmt: skip
    return [{"title": title, "url": f"{address}&format={form}"} for form, title in forms.items()]
