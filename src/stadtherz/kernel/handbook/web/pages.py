# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The handbook's list and its pages: documentation of free software, so everybody may read it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from stadtherz.kernel.handbook import shelf
from stadtherz.kernel.people.web.guards import public


@public
@require_safe
def shelves(request: HttpRequest) -> HttpResponse:
    """Which pages there are, and for whom."""
    return render(request, "handbook/shelves.html", {"shelves": shelf.shelves()})


@public
@require_safe
def page(request: HttpRequest, name: str) -> HttpResponse:
    """One page."""
    found = shelf.page(name)
    if found is None:
        raise Http404
    here = request.build_absolute_uri("/").rstrip("/")
    return render(request, "handbook/page.html", {"page": found, "body": shelf.at_town(found.body, here)})
