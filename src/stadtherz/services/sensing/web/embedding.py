# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A chart for other people's pages: the code to copy, and the frame that they may show. Nothing else may be framed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from stadtherz.kernel.people.web.guards import public
from stadtherz.kernel.ui.security_headers import POLICY
from stadtherz.services.sensing.queries import stations
from stadtherz.services.sensing.queries.figures import title_of
from stadtherz.services.sensing.web.asked import Asked, asked
from stadtherz.services.sensing.web.charting import chart_of
from stadtherz.services.sensing.web.sensor import datastream_or_404, zone_of_town
from stadtherz.services.sensing.web.source_words import source_line
from stadtherz.services.sensing.web.stations import value_row

FRAMED = POLICY.replace("frame-ancestors 'none'", "frame-ancestors *")


def _query(question: Asked) -> str:
    return question.query(against="", other="")


@public
@require_safe
def embedding(request: HttpRequest, stream: int) -> HttpResponse:
    """The line of HTML to copy, with a look at what it shows."""
    datastream = datastream_or_404(request, stream)
    question = asked(request, zone=zone_of_town())
    frame = reverse("sensing:frame", args=[stream]) + _query(question)
    title = f"{title_of(datastream)}, {datastream.thing.name}"
    address = escape(request.build_absolute_uri(frame))
    code = f'<iframe src="{address}" title="{escape(title)}" width="100%" height="640" loading="lazy"></iframe>'
    tabs = [
        {
            "title": word, "url": question.query(period=key, against="", other="", **{"from": "", "to": ""}),
            "current": key == question.period,
        }
        for key, word in (("today", _("Today")), ("week", _("Week")), ("year", _("Year")))
    ]  # fmt: skip
    return render(request, "sensing/embedding.html", {
        "datastream": datastream, "title": title, "code": code, "frame": frame, "tabs": tabs,
        "is_open": datastream.is_open,
    })  # fmt: skip


@public
@require_safe
@xframe_options_exempt
def frame(request: HttpRequest, stream: int) -> HttpResponse:
    """Chart and value alone, with the town's name and the way to the whole page; the one page that others may frame."""
    datastream = datastream_or_404(request, stream)
    question = asked(request, zone=zone_of_town())
    now = timezone.now()
    values = stations.latest_of([datastream.thing_id], closed=True).get(datastream.thing_id, [])
    value = next((value_row(v, now) for v in values if v.datastream == stream), None)
    title = f"{title_of(datastream)}, {datastream.thing.name}"
    chart, _main = chart_of(datastream, question.span, now, key="frame", title=title, source=source_line(datastream))
    answer = render(request, "sensing/frame.html", {"chart": chart, "value": value, "title": title, "stream": stream})
    answer.headers["Content-Security-Policy"] = FRAMED
    return answer
