# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What becomes of ideas: all answers of the town, the newest first, by status."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from stadtherz.kernel.language.reading import in_words
from stadtherz.kernel.people.web.guards import public
from stadtherz.kernel.ui.paginator import CountedPaginator
from stadtherz.services.participation.queries import outcomes as queries
from stadtherz.services.participation.states import Status
from stadtherz.services.participation.web.cards import status_words

A_PAGE = 20


@public
@require_safe
def outcomes(request: HttpRequest) -> HttpResponse:
    """Each answered idea once, by the day of its latest answer; ``status`` shows one status alone."""
    counts, words = queries.counts(), status_words()
    wanted = request.GET.get("status", "")
    wanted = wanted if wanted in Status else ""
    count = counts.get(wanted, 0) if wanted else sum(counts.values())
    page = CountedPaginator(queries.outcomes(wanted), A_PAGE, count=count).get_page(request.GET.get("page"))
    answers = [
        {
            "id": answer.idea_id,
            "title": answer.idea.title,
            "place": answer.idea.place_label,
            "supports": answer.idea.support_count,
            "status": words[answer.status],
            "at": answer.at,
            "office": answer.office,
            "text": in_words(answer.answer, request),
        }
        for answer in page
    ]
    context = {"answers": answers, "page": page, "tabs": _tabs(counts, wanted), "status": wanted}
    return render(request, "participation/outcomes.html", context)


def _tabs(counts: dict[str, int], wanted: str) -> list[dict[str, Any]]:
    address = reverse("participation:outcomes")
    every = {"title": _("All"), "url": address, "current": not wanted, "count": sum(counts.values())}
    return [every] + [
        {
            "title": status.label,
            "url": f"{address}?status={status}",
            "current": status == wanted,
            "count": counts.get(status, 0),
        }
        for status in (Status.DONE, Status.PLANNED, Status.IN_REVIEW, Status.DECLINED, Status.RECEIVED)
        if counts.get(status) or status == wanted
    ]
