# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""All ideas as a table for staff: CSV (RFC 4180) that spreadsheets open, and in which no cell is a formula."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from stadtherz.kernel.audit.spreadsheet import spreadsheet
from stadtherz.kernel.language.reading import in_words
from stadtherz.kernel.people.web.guards import require
from stadtherz.services.participation.models import Idea
from stadtherz.services.participation.states import Origin, Status, Visibility


@require("participation.export")
@require_safe
def ideas_csv(request: HttpRequest) -> HttpResponse:
    """Every idea with its state, place and counts; authors by pseudonym only."""
    ideas = Idea.objects.select_related("process", "category", "district", "author").order_by("pk")
    head = [
        _("Number"), _("Process"), _("Category"), _("Title"), _("Text"), _("Status"), _("Visibility"), _("Came in"),
        _("Submitted"), _("Published"), _("District"), _("Place"), _("Longitude"), _("Latitude"), _("Supports"),
        _("Comments"), _("Pseudonym"), _("Address"),
    ]  # fmt: skip
    rows = (_row(request, idea) for idea in ideas.iterator(chunk_size=500))
    return spreadsheet(f"ideen-{timezone.localdate().isoformat()}.csv", head, rows)


def _row(request: HttpRequest, idea: Idea) -> list[Any]:
    local = "%Y-%m-%d %H:%M"
    return [
        idea.pk, in_words(idea.process.title, request), in_words(idea.category.title, request) if idea.category else "",
        idea.title, idea.text, Status(idea.status).label, Visibility(idea.visibility).label, Origin(idea.origin).label,
        timezone.localtime(idea.created_at).strftime(local),
        timezone.localtime(idea.released_at).strftime(local) if idea.released_at else "",
        idea.district.name if idea.district else "", idea.place_label,
        round(idea.place.x, 6) if idea.place else "", round(idea.place.y, 6) if idea.place else "",
        idea.support_count, idea.comment_count, idea.author.pseudonym if idea.author else "",
        request.build_absolute_uri(reverse("participation:idea", args=[idea.pk])),
    ]  # fmt: skip
