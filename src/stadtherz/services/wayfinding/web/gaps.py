# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""For planners: which metres of the town's ways nobody knows, by district and street, and on the map."""

from __future__ import annotations

from math import isfinite
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from stadtherz.kernel.audit.spreadsheet import spreadsheet
from stadtherz.kernel.people.web.guards import require
from stadtherz.services.wayfinding import graphs
from stadtherz.services.wayfinding.engine.surveys.questions import Question
from stadtherz.services.wayfinding.quality import Box, Share, lines_in, quality
from stadtherz.services.wayfinding.surveys.choices import ASKED

STREETS = 25


def _question(request: HttpRequest) -> Question:
    asked = request.GET.get("frage", "")
    return Question(asked) if asked in set(Question) else Question.KERB


@require("wayfinding.plan")
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Figures, tables and map for one question."""
    question = _question(request)
    try:
        found = quality(graphs.loaded(), question)
    except graphs.NoGraph:
        found = None
    query = f"?frage={question}"
    return render(request, "wayfinding/staff/gaps.html", {
        "found": found, "question": question.value, "short": ASKED[question].short,
        "questions": [{"key": one.value, "title": ASKED[one].short} for one in Question],
        "columns": _columns(_("District")), "street_columns": _columns(_("Street"))[:-1],
        "districts": [_row(one) for one in found.districts] if found else [],
        "streets": [_row(one)[:-1] for one in found.streets[:STREETS] if one.unknown >= 1] if found else [],
        "street_count": sum(one.unknown >= 1 for one in found.streets) if found else 0,
        "lines_url": reverse("wayfinding:gap_lines") + query, "csv_url": reverse("wayfinding:gap_csv") + query,
    })  # fmt: skip


def _columns(first: Any) -> list[dict[str, Any]]:
    return [
        {"title": first}, {"title": _("Ways"), "unit": "m", "numeric": True},
        {"title": _("not known"), "unit": "m", "numeric": True}, {"title": _("known"), "unit": "%", "numeric": True},
        {"title": _("checked on the spot"), "unit": "%", "numeric": True}, {"title": _("Facts from about")},
    ]  # fmt: skip


def _row(one: Share) -> list[Any]:
    day = date_format(one.day, "F Y") if one.day else None
    return [one.name, round(one.metres), round(one.unknown), one.percent, one.checked_percent, day]


@require("wayfinding.plan")
@require_safe
def lines(request: HttpRequest) -> HttpResponse:
    """The ways in a view as GeoJSON, each known, checked or unknown: ``?frage=kerb&bbox=west,south,east,north``."""
    box = _box(request.GET.get("bbox", ""))
    if box is None:
        return JsonResponse({"error": _("Give the view as bbox=west,south,east,north in degrees.")}, status=400)
    try:
        found = lines_in(graphs.town().engine, _question(request), box)
    except graphs.NoGraph:
        found = []
    features = [
        {
            "type": "Feature", "properties": {"state": state, "street": street},
            "geometry": {"type": "LineString", "coordinates": line},
        }
        for state, line, street in found or []
    ]  # fmt: skip
    return JsonResponse({"type": "FeatureCollection", "too_wide": found is None, "features": features})


def _box(text: str) -> Box | None:
    try:
        west, south, east, north = (float(part) for part in text[:200].split(","))
    except ValueError:
        return None
    if not all(isfinite(value) for value in (west, south, east, north)) or west >= east or south >= north:
        return None
    return west, south, east, north


@require("wayfinding.plan")
@require_safe
def as_table(request: HttpRequest) -> HttpResponse:
    """All streets as CSV."""
    question = _question(request)
    try:
        found = quality(graphs.loaded(), question)
    except graphs.NoGraph as error:
        raise Http404 from error
    headings = [
        _("Street"), _("Ways in m"), _("not known in m"), _("known in %"), _("checked on the spot in %"),
    ]  # fmt: skip
    return spreadsheet(f"luecken-{question}.csv", headings, (_row(one)[:-1] for one in found.streets))
