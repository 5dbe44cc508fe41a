# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What do we know about this place? The nearest value of each quantity, as a page and as a part of other services' pages."""

from __future__ import annotations

import math
from typing import Any

from django.contrib.gis.geos import Point
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from stadtherz.kernel.people.web.guards import public
from stadtherz.services.sensing import limits
from stadtherz.services.sensing.public import Measurement, nearest_measurements
from stadtherz.services.sensing.web.words import ago, with_unit

MOST = 6


def _degree(written: str, most: float) -> float:
    try:
        found = float(written)
    except ValueError:
        raise Http404 from None
    if not math.isfinite(found) or abs(found) > most:
        raise Http404
    return found


def _row(found: Measurement) -> dict[str, Any]:
    level = limits.level(found.judged_as, found.number, limits.is_night(found.time))
    return {
        "title": found.title, "value": with_unit(found.number, found.decimals, found.symbol), "url": found.url,
        "station": found.station, "metres": max(10, round(found.metres, -1)), "ago": ago(found.time, timezone.now()),
        "level": level.value, "word": limits.LEVEL_WORDS[level],
    }  # fmt: skip


@public
@require_safe
def here(request: HttpRequest) -> HttpResponse:
    """The page; other services fetch only the part with the id ``here`` from it."""
    point = Point(_degree(request.GET.get("lon", ""), 180), _degree(request.GET.get("lat", ""), 90), srid=4326)
    rows = [_row(found) for found in nearest_measurements(point, limit=MOST)]
    return render(request, "sensing/here.html", {"rows": rows})
