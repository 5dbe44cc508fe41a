# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Ways that a signed-in person keeps: the list, keeping one, letting one go."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from stadtherz.kernel.people.web.guards import signed_in, signed_in_person
from stadtherz.services.wayfinding import graphs
from stadtherz.services.wayfinding.engine.presets import PRESETS
from stadtherz.services.wayfinding.models import SavedWay
from stadtherz.services.wayfinding.obstacles.errors import Refused
from stadtherz.services.wayfinding.saved_ways.actions import because_of, keep_way, let_go, metres_more
from stadtherz.services.wayfinding.web.asking import WayForm, in_language, language_of
from stadtherz.services.wayfinding.web.way import question_of


@signed_in
@require_safe
@cache_control(no_store=True, private=True)
def listing(request: HttpRequest) -> HttpResponse:
    """The ways, and how each is today."""
    ways = SavedWay.objects.filter(person=signed_in_person(request))
    language = language_of(request)
    rows = [
        {"it": way, "aid": _aid(way, language), "more": metres_more(way), "because": because_of(way)} for way in ways
    ]
    return render(request, "wayfinding/saved/list.html", {"rows": rows, "forgotten": request.GET.get("weg", "")[:4000]})


def _aid(way: SavedWay, language: str) -> str:
    """How one gets about on it; the same two places may be kept for two people."""
    preset = PRESETS.get(str(way.question.get("aid")))
    return in_language(preset.title, language) if preset else ""


@signed_in
@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Keep the way whose question stands in the parameters."""
    form = WayForm(QueryDict(request.POST.get("question", "")[:4000]), language=language_of(request))
    if not form.is_valid():
        messages.error(request, _("This way cannot be kept. Please look for it once more."))
        return redirect("wayfinding:plan")
    name = _("%(start)s – %(goal)s") % {name: place.label for name, place in form.places.items()}
    try:
        keep_way(
            person=signed_in_person(request), name=name, link=form.address(), question=question_of(form),
            aid=form.cleaned_data["aid"],
        )  # fmt: skip
        messages.success(request, _("The way is kept. We write to you when an obstacle is on it."))
    except Refused as refused:
        messages.error(request, str(refused))
    except graphs.NoGraph:
        messages.error(request, _("The map of ways is still being prepared"))
    return redirect("wayfinding:saved")


@signed_in
@require_POST
def drop(request: HttpRequest, way_id: int) -> HttpResponse:
    """Keep a way no longer; the page that follows offers to keep it again."""
    person = signed_in_person(request)
    way = get_object_or_404(SavedWay.objects.filter(person=person), pk=way_id)
    let_go(way=way, person=person)
    return redirect(reverse("wayfinding:saved", query={"weg": urlsplit(way.question["link"]).query}))
