# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pages made for paper: the list for a stand, and the sheet on which people support an idea by hand."""

from __future__ import annotations

import segno
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from stadtherz.kernel.people.web.guards import public
from stadtherz.services.participation.models import Idea
from stadtherz.services.participation.queries.finding import Order, find
from stadtherz.services.participation.queries.processes import standings
from stadtherz.services.participation.queries.reading import kept_instead
from stadtherz.services.participation.web.cards import author_of, cards
from stadtherz.services.participation.web.fair_order import seed_of
from stadtherz.services.participation.web.lists import wanted_of

ON_PAPER = 200
SIGNING_LINES = 14


def qr_code(address: str) -> SafeString:
    """The address as a QR code (ISO/IEC 18004), drawn as SVG without inline style."""
    drawn = segno.make(address, error="m").svg_inline(scale=3, border=2, svgclass="pt-code", lineclass=None)
    return mark_safe(drawn)  # noqa: S308  drawn from modules, holds no text of ours


@public
@require_safe
def stand_list(request: HttpRequest) -> HttpResponse:
    """All ideas that the list shows, numbered, for a stand or a notice board."""
    processes = standings()
    wanted = wanted_of(request, processes)
    found = find(wanted, order=Order.FAIR, seed=seed_of(request), limit=ON_PAPER)
    address = request.build_absolute_uri(reverse("participation:ideas"))
    return render(
        request,
        "participation/print/stand_list.html",
        {"cards": cards(found.ideas, request), "total": found.total, "address": address, "code": qr_code(address)},
    )


@public
@require_safe
def support_sheet(request: HttpRequest, idea_id: int) -> HttpResponse:
    """One idea with lines to sign. What is filled in, a clerk enters."""
    number = kept_instead(idea_id) or idea_id
    idea = Idea.objects.released().select_related("author", "process").filter(pk=number).first()
    if idea is None:
        raise Http404
    address = request.build_absolute_uri(reverse("participation:idea", args=[idea.pk]))
    return render(
        request,
        "participation/print/support_sheet.html",
        {
            "idea": idea,
            "author": author_of(idea),
            "address": address,
            "code": qr_code(address),
            "lines": range(1, SIGNING_LINES + 1),
        },
    )
