# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The page of one idea."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from stadtherz.kernel.people.web.guards import public
from stadtherz.services.participation.models import Idea
from stadtherz.services.participation.rules import may_see


@public
def show(request: HttpRequest, idea_id: int) -> HttpResponse:
    """Text, place, answers, comments; what is not released, its author sees."""
    idea = get_object_or_404(Idea.objects.select_related("process", "category", "author"), pk=idea_id)
    if not may_see(request.user, idea):
        raise Http404
    return render(request, "participation/idea.html", {"idea": idea})
