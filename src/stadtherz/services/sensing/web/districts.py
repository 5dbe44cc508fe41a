# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is measured in one district, on one page."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from stadtherz.kernel.geo.models import District
from stadtherz.kernel.people.web.guards import public
from stadtherz.services.sensing import limits
from stadtherz.services.sensing.models import Datastream
from stadtherz.services.sensing.queries import stations
from stadtherz.services.sensing.queries.figures import title_of
from stadtherz.services.sensing.queries.stations import Found, Wanted
from stadtherz.services.sensing.web.asked import span_of
from stadtherz.services.sensing.web.charting import chart_of
from stadtherz.services.sensing.web.sensor import zone_of_town
from stadtherz.services.sensing.web.source_words import source_line
from stadtherz.services.sensing.web.stations import levels, sees_closed, station_row

MOST = 100
PICTURES = 2


@public
@require_safe
def district(request: HttpRequest, number: int) -> HttpResponse:
    """Stations of the district with their values, a week of the quantities that matter most, the map."""
    found_district = District.objects.only("pk", "name").filter(pk=number).first() if number < 2**62 else None
    if found_district is None:
        raise Http404
    now, closed = timezone.now(), sees_closed(request)
    found = stations.find(Wanted(district=number, closed=closed), limit=MOST)
    return render(request, "sensing/district.html", {
        "district": found_district, "rows": [station_row(each, "", now) for each in found.stations], "total": found.total,
        "wanted": Wanted(), "marks_url": f"{reverse('sensing:marks')}?district={number}", "levels": levels(),
        "charts": _week(found, now), "others": District.objects.exclude(pk=number).values_list("pk", "name"),
    })  # fmt: skip


def _week(found: Found, now: Any) -> list[Any]:
    """The last seven days of at most two quantities: those with a guideline first, then counts. What said nothing in this time has no picture."""
    span = span_of("week", now.astimezone(zone_of_town()).date(), zone_of_town())
    chosen: dict[str, int] = {}
    ranked = sorted(
        (
            value
            for station in found.stations
            for value in station.values
            if value.known and value.number is not None and value.time is not None and value.time >= span.since
        ),
        key=lambda value: (limits.guideline(value.judged_as) is None, value.quantity not in {"bicycles", "cars"}),
    )
    for value in ranked:
        if value.quantity not in chosen and len(chosen) < PICTURES:
            chosen[value.quantity] = value.datastream
    streams = Datastream.objects.select_related("thing", "sensor").in_bulk(list(chosen.values()))
    charts = []
    for number in chosen.values():
        stream = streams[number]
        title = f"{title_of(stream)}, {stream.thing.name}"
        charts.append(chart_of(stream, span, now, key=f"week-{number}", title=title, source=source_line(stream))[0])
    return charts
