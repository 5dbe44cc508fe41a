# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The page of one sensor: now, a time of one's choice, what is usual, what the value means and where it comes from."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta
from itertools import zip_longest
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
from stadtherz.services.sensing.models import Datastream, Hour, ResultKind
from stadtherz.services.sensing.quantities import Aggregation
from stadtherz.services.sensing.queries import exceedances, reading, stations
from stadtherz.services.sensing.queries.figures import (
    Profile,
    aggregation_of,
    in_common,
    is_counted,
    judged_as,
    summary,
    typical_week,
)
from stadtherz.services.sensing.queries.spans import Grain, Span
from stadtherz.services.sensing.queries.stations import Station, Value
from stadtherz.services.sensing.queries.watching import public_alerts
from stadtherz.services.sensing.web.asked import Asked, asked
from stadtherz.services.sensing.web.charting import (
    Drawn,
    chart_of,
    decimals_of,
    drawn,
    grain_for,
    read_of,
    span_words,
    symbol_of,
    title_of,
    unit_words,
)
from stadtherz.services.sensing.web.present import hour_of, quality, scale_of, usual_now
from stadtherz.services.sensing.web.stations import sees_closed, value_row
from stadtherz.services.sensing.web.unit_changes import said_of_earlier_units
from stadtherz.services.sensing.web.words import NO_BREAK, figure, with_unit

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


def source_of(datastream: Datastream) -> dict[str, str]:
    """Where the values come from and under which licence, as datastream or thing say it."""
    known = {**(datastream.thing.properties or {}), **(datastream.properties or {})}

    def told(*names: str) -> str:
        return next((str(known[name])[:300] for name in names if isinstance(known.get(name), str) and known[name]), "")

    link = told("license_url", "licence_url", "licenseUrl")
    return {
        "source": told("source", "attribution", "operator", "origin"), "licence": told("license", "licence", "lizenz"),
        "link": link if link.startswith("https://") else "",
    }  # fmt: skip


def source_line(datastream: Datastream) -> str:
    """Source and licence in one line, below charts and in exports."""
    told = source_of(datastream)
    return ", ".join(part for part in (told["source"] or datastream.sensor.name, told["licence"]) if part)


@public
@require_safe
def sensor(request: HttpRequest, stream: int) -> HttpResponse:
    """One datastream; with it the other quantities of its station."""
    datastream = datastream_or_404(request, stream)
    station = stations.station(datastream.thing_id, closed=sees_closed(request))
    value = next((v for v in station.values if v.datastream == stream), None) if station else None
    if station is None or value is None:
        raise Http404
    now = timezone.now()
    context: dict[str, Any] = {
        "datastream": datastream, "station": station, "title": value.title, "now": now,
        "value": value_row(value, now), "sisters": _sisters(station, stream), "meaning": MEANINGS.get(datastream.quantity, ""),
        "facts": _facts(datastream, value), "source": source_of(datastream), "earlier_units": said_of_earlier_units(datastream),
        "place_url": f"{reverse('sensing:marks')}?station={station.pk}" if station.longitude is not None else "",
        "may_manage": may(request.user, "sensing.manage"), "scale": scale_of(value), "alerts": public_alerts(stream),
    }  # fmt: skip
    if datastream.kind in {ResultKind.NUMBER, ResultKind.ANY}:
        context |= _over_time(request, datastream, station, value, now)
        if not context["has_values"]:
            context |= _last_week(context["question"], value)
    return render(request, "sensing/sensor.html", context)


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
    request: HttpRequest, datastream: Datastream, station: Station, value: Value, now: datetime
) -> dict[str, Any]:
    zone = zone_of_town()
    others = _others(datastream, request)
    question = asked(request, others=others, zone=zone)
    grain = grain_for(datastream, question.span)
    beside, apart = _beside(datastream, question, grain, now)
    usual_span = _usual_span(question, now.astimezone(zone).date(), zone)
    read = _read(datastream, question.span, usual_span)
    chart, main = chart_of(
        datastream, question.span, now, key="time", title=_("%(what)s, %(where)s") % {
            "what": value.title, "where": station.name,
        }, source=source_line(datastream), beside=tuple(beside), name=_line_name(datastream, question), read=read,
    )  # fmt: skip
    counted, profile = is_counted(datastream), typical_week(datastream, usual_span, read)
    return {
        "question": question, "chart": chart, "apart": apart, "quality": quality(main.summary),
        "compared": _compared(datastream, main, beside, question, now), "tabs": _tabs(question),
        "others": [(each.pk, _other_name(each, datastream)) for each in others],
        "usual": usual(profile, decimals_of(datastream), hour_of(value, zone)), "usual_now": usual_now(profile, value, zone), "usual_when": span_words(usual_span),
        "usual_hours": _hours_words(profile),
        "usual_unit": unit_words(datastream, Grain.HOUR) if counted else symbol_of(datastream),
        "limits": limit_rows(datastream, question.span, now, main, read), "exports": _exports(datastream, question),
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


def _usual_span(question: Asked, today: date, zone: ZoneInfo) -> Span:
    """The half-year before today, or the chosen time if that is long enough to know a typical week."""
    if question.period == "own" and question.span.days >= 28:
        return question.span
    yesterday = today - timedelta(days=1)
    return Span(today - timedelta(weeks=USUAL_WEEKS), yesterday, zone)


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


def _line_name(datastream: Datastream, question: Asked) -> str:
    """The name of the own line, needed once there is a second one."""
    if question.other is not None:
        return _other_name(datastream, question.other)
    return span_words(question.span) if question.earlier else ""


def _other_name(other: Datastream, own: Datastream) -> str:
    if other.thing_id == own.thing_id:
        return stations.own_part(other.name) if other.quantity == own.quantity else title_of(other)
    return other.thing.name if other.quantity == own.quantity else f"{other.thing.name}: {title_of(other)}"


def _beside(datastream: Datastream, question: Asked, grain: Grain, now: datetime) -> tuple[list[Drawn], Any]:
    """Lines in the same picture, or a second picture below where the unit is another one: never two scales in one."""
    lines: list[Drawn] = []
    apart = None
    if question.earlier:
        lines.append(
            drawn(datastream, question.earlier, grain, now=now, onto=question.span, name=span_words(question.earlier))
        )
    other = question.other
    if other is not None:
        same = symbol_of(other) == symbol_of(datastream) and is_counted(other) == is_counted(datastream)
        if same:
            lines.append(drawn(other, question.span, grain, now=now, name=_other_name(other, datastream)))
        else:
            apart, _told = chart_of(
                other, question.span, now, key="other", title=f"{title_of(other)}, {other.thing.name}",
                source=source_line(other),
            )  # fmt: skip
    return lines, apart


def _compared(datastream: Datastream, main: Drawn, beside: list[Drawn], question: Asked, now: datetime) -> list[str]:
    """How the other lines differ from the first, a sentence each. Only what both have whole is held against each other."""
    if aggregation_of(datastream) is Aggregation.CIRCULAR:
        return []
    spans = [question.earlier] if question.earlier else []
    return [
        _difference(datastream, main, each, (question.span, span), now)
        for each, span in zip_longest(beside, spans, fillvalue=question.span)
        if isinstance(each, Drawn)
    ]


def _difference(datastream: Datastream, main: Drawn, beside: Drawn, spans: tuple[Span, Span], now: datetime) -> str:
    ours, theirs = in_common(main.buckets, beside.buckets, *spans, now)
    here, there = (summary(found, datastream, spans[0], now).value for found in (ours, theirs))
    if here is None or there is None:
        return _("Nothing can be compared: no time was measured whole in both.")
    name = beside.line.name
    difference = with_unit(abs(here - there), decimals_of(datastream), symbol_of(datastream))
    if round(here - there, decimals_of(datastream)) == 0:
        told = _("The same as %(other)s.") % {"other": name}
    else:
        kind = _("%(difference)s more than %(other)s.") if here > there else _("%(difference)s less than %(other)s.")
        percent = (
            f" ({abs(here / there - 1):.0%})".replace("%", f"{NO_BREAK}%") if is_counted(datastream) and there else ""
        )
        told = kind % {"difference": difference + percent, "other": name}
    due = sum(1 for each in main.buckets if each.start < now)
    if len(ours) == len(main.buckets) == due:
        return told
    share = _("Only what was measured whole in both is compared: %(n)d of %(all)d %(what)s.") % {
        "n": len(ours), "all": len(main.buckets), "what": _part_words(main),
    }  # fmt: skip
    return f"{told} {share}"


def _part_words(drawn: Drawn) -> str:
    """What the picture is cut into."""
    if not drawn.buckets or (drawn.buckets[0].end - drawn.buckets[0].start).total_seconds() < 7200:
        return pgettext("of so many", "hours")
    is_day = (drawn.buckets[0].end - drawn.buckets[0].start).total_seconds() < 100_000
    return pgettext("of so many", "days") if is_day else pgettext("of so many", "months")


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


def _exports(datastream: Datastream, question: Asked) -> list[dict[str, str]]:
    ids = str(datastream.pk) if question.other is None else f"{datastream.pk},{question.other.pk}"
    query = f"?ids={ids}&from={question.span.first}&to={question.span.last}"
    forms = {
        "csv-de": _("CSV for German spreadsheets"), "csv": _("CSV, international"), "xlsx": "Excel (XLSX)",
        "parquet": "Parquet",
    }  # fmt: skip
    address = reverse("sensing:export")
    return [{"title": title, "url": f"{address}{query}&format={form}"} for form, title in forms.items()]
