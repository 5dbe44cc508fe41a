# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Beyond the standard: ``Datastreams(7)/aggregate``, figures by hour, local day, week, month or year, and lines thinned for drawing.

A local day has 23, 24 or 25 hours. A span without values is there with nulls: a gap is shown as a gap. Suspect, withdrawn
and maintenance values do not count. All figures are in the present unit: what was measured in another one is converted where that is exact,
and else counts as not there; ``earlierUnits`` says which.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from stadtherz.kernel.municipalities.active import active
from stadtherz.services.sensing.models import Datastream
from stadtherz.services.sensing.queries.one_unit import hours, others, series
from stadtherz.services.sensing.sta import times
from stadtherz.services.sensing.sta.errors import StaError, bad
from stadtherz.services.sensing.sta.path import nothing
from stadtherz.services.sensing.sta.thinning import thinned
from stadtherz.services.sensing.sta.walking import Reader
from stadtherz.services.sensing.store import Series
from stadtherz.services.sensing.store.moments import HOUR, microseconds, moment
from stadtherz.services.sensing.store.validity import COUNTED

PATH = re.compile(r"Datastreams\('?(\d{1,10})'?\)/aggregate")
INTERVALS = {
    "PT1H": timedelta(hours=1),
    "P1D": timedelta(days=1),
    "P1W": timedelta(days=7),
    "P1M": timedelta(days=31),
    "P1Y": timedelta(days=366),
}
FUNCTIONS = ("avg", "min", "max", "sum", "count")
MOST_SPANS = 20_000
MOST_POINTS = 20_000
#: so that thirty years before, and spans around them in any zone, are still days of a calendar
EARLIEST, LATEST = datetime(50, 1, 1, tzinfo=UTC), datetime(9990, 1, 1, tzinfo=UTC)
KNOWN = frozenset({"interval", "fn", "tz", "from", "to", "points"})


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a datastream."""

    interval: str
    functions: tuple[str, ...]
    zone: ZoneInfo
    since: datetime
    until: datetime
    points: int


def answer(reader: Reader, path: str, pairs: list[tuple[str, str]]) -> HttpResponse:
    """GET …/aggregate."""
    match = PATH.fullmatch(path)
    number = int(match[1]) if match else 0
    stream = Datastream.objects.filter(pk=number).first() if 0 < number < 2**31 else None
    if stream is None or stream.pk in reader.hidden:
        raise nothing(path)
    asked = _question(dict(pairs))
    document: dict[str, Any] = {
        "Datastream@iot.navigationLink": f"{reader.base}/Datastreams({stream.pk})",
        "unitOfMeasurement": stream.unit_of_measurement, "tz": asked.zone.key,
        "from": _local(asked.since, asked.zone), "to": _local(asked.until, asked.zone),
    }  # fmt: skip
    if stream.earlier_units:
        document["earlierUnits"] = _earlier(stream, asked)
    if asked.interval:
        document |= {"interval": asked.interval, "fn": asked.functions, "value": _figures(stream, asked)}
    else:
        document |= {"components": ["phenomenonTime", "result"], "dataArray": _line(stream, asked)}
    return HttpResponse(json.dumps(document, ensure_ascii=False), content_type="application/json; charset=utf-8")


def _earlier(stream: Datastream, asked: Question) -> list[dict[str, Any]]:
    """The other units of the time that was asked for, each with the time until which it held, and whether its values are in."""
    return [
        {
            "unitOfMeasurement": each.era.unit, "until": _local(datetime.fromtimestamp(each.era.until, UTC), asked.zone),
            "converted": each.change is not None,
        }
        for each in others(stream)
        if each.era.since < asked.until.timestamp() and each.era.until > asked.since.timestamp()
    ]  # fmt: skip


def _question(given: dict[str, str]) -> Question:
    for name in given:
        if name not in KNOWN:
            raise StaError(501, _("The option %(name)s is not known here.") % {"name": name[:40]})
    interval = given.get("interval", "")
    if interval not in INTERVALS and interval:
        raise bad(_("interval is one of %(all)s.") % {"all": ", ".join(INTERVALS)}, option="interval")
    functions = tuple(dict.fromkeys(part.strip() for part in given.get("fn", "avg,min,max,count").split(",")))
    if not set(functions) <= set(FUNCTIONS):
        raise bad(_("fn is a list of %(all)s.") % {"all": ", ".join(FUNCTIONS)}, option="fn")
    try:
        zone = ZoneInfo(given.get("tz") or active().timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise bad(_("This time zone is not known; one such as Europe/Berlin is."), option="tz") from None
    until = _time(given, "to", zone) or timezone.now()
    since = _time(given, "from", zone) or until - INTERVALS.get(interval, timedelta(hours=1)) * 30
    if since >= until:
        raise bad(_("from lies before to."), option="from")
    points = given.get("points", "2000")
    if not re.fullmatch(r"\d{1,6}", points, re.ASCII) or not 2 <= int(points) <= MOST_POINTS:
        raise bad(_("points is a whole number from 2 to %(most)s.") % {"most": MOST_POINTS}, option="points")
    return Question(interval, functions, zone, since, until, int(points))


def _time(given: dict[str, str], name: str, zone: ZoneInfo) -> datetime | None:
    text = given.get(name)
    if not text:
        return None
    try:
        is_day = re.fullmatch(r"\d{4}-\d\d-\d\d", text)
        found = _midnight(times.day(text, option=name), zone) if is_day else times.instant(text, option=name)
    except OverflowError:
        found = EARLIEST - timedelta(days=1)
    if not EARLIEST <= found <= LATEST:
        raise bad(_("%(name)s lies beyond what a calendar knows.") % {"name": name}, option=name)
    return found


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _local(instant: datetime, zone: ZoneInfo) -> str:
    return instant.astimezone(zone).isoformat()


def _edges(asked: Question) -> list[datetime]:
    """Where spans begin, and where the last one ends; whole spans around what was asked."""
    if asked.interval == "PT1H":
        edge = asked.since.replace(minute=0, second=0, microsecond=0)
        step = lambda before: before + timedelta(hours=1)  # noqa: E731
    else:
        day = _first_day(asked.since.astimezone(asked.zone).date(), asked.interval)
        edge = _midnight(day, asked.zone)
        step = lambda before: _midnight(_next_day(before.astimezone(asked.zone).date(), asked.interval), asked.zone)  # noqa: E731
    found = [edge]
    while found[-1] < asked.until:
        if len(found) > MOST_SPANS:
            raise bad(
                _("These are more than %(most)s spans; ask for a longer interval.") % {"most": MOST_SPANS},
                option="interval",
            )
        found.append(step(found[-1]))
    return found


def _first_day(day: date, interval: str) -> date:
    if interval == "P1W":
        return day - timedelta(days=day.weekday())
    if interval == "P1M":
        return day.replace(day=1)
    return day.replace(month=1, day=1) if interval == "P1Y" else day


def _next_day(day: date, interval: str) -> date:
    if interval == "P1M":
        return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    if interval == "P1Y":
        return day.replace(year=day.year + 1)
    return day + timedelta(days=7 if interval == "P1W" else 1)


def _figures(stream: Datastream, asked: Question) -> list[dict[str, Any]]:
    edges = _edges(asked)
    micros = np.array([microseconds(edge) for edge in edges], np.int64)
    if (micros % HOUR == 0).all():
        found = hours(stream, edges[0], edges[-1])
        moments, counts, sums, least, most = found.hours, found.count, found.sum, found.min, found.max
    else:  # a zone with half hours: hours of UTC do not fit
        values = series(stream, edges[0], edges[-1])
        good = _counted(values)
        moments, sums = values.times[good], values.values[good]
        counts, least, most = np.ones(len(sums), np.int64), sums, sums
    cuts = np.searchsorted(moments, micros)
    return [
        _span(stream, asked, (edges[place], edges[place + 1]), _together(counts[a:b], sums[a:b], least[a:b], most[a:b]))
        for place, (a, b) in enumerate(zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True))
    ]


def _counted(values: Series) -> Any:
    return ~np.isnan(values.values) & np.isin(values.flags, COUNTED)


def _together(counts: Any, sums: Any, least: Any, most: Any) -> dict[str, Any]:
    count = int(counts.sum()) if len(counts) else 0
    if not count:
        return {"avg": None, "min": None, "max": None, "sum": None, "count": 0}
    there = counts > 0
    with np.errstate(over="ignore"):
        summed = float(sums[there].sum())
    total = summed if np.isfinite(summed) else None  # JSON knows no infinity
    return {
        "avg": None if total is None else total / count,
        "min": float(least[there].min()),
        "max": float(most[there].max()),
        "sum": total,
        "count": count,
    }


def _span(
    stream: Datastream, asked: Question, span: tuple[datetime, datetime], figures: dict[str, Any]
) -> dict[str, Any]:
    start, end = span
    completeness = None
    if stream.expected_seconds:
        passed = (min(end, timezone.now()) - start).total_seconds()
        expected = passed / stream.expected_seconds
        completeness = round(min(100.0, 100.0 * figures["count"] / expected), 1) if expected >= 1 else None
    return {
        "start": _local(start, asked.zone), "end": _local(end, asked.zone), "hours": (end - start).total_seconds() / 3600,
        **{name: figures[name] for name in asked.functions}, "completeness": completeness,
    }  # fmt: skip


def _line(stream: Datastream, asked: Question) -> list[list[Any]]:
    found = series(stream, asked.since, asked.until)
    good = _counted(found)
    moments, values = found.times[good], found.values[good]
    places = thinned(moments, values, asked.points)
    return [[times.written(moment(int(moments[place]))), float(values[place])] for place in places.tolist()]
