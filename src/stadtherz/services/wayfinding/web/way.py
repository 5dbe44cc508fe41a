# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The page "your way": a question, its answer in words, as steps and on the map, or why there is no way.

Nothing is kept: the question stands in the address, the answer is computed and forgotten, and no cache may hold it,
because a link says where somebody goes.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from stadtherz.kernel.people.web.guards import public
from stadtherz.services.wayfinding import graphs, planning
from stadtherz.services.wayfinding.web.asking import WayForm, ask
from stadtherz.services.wayfinding.web.words import facts, gaps, hint, unknown


@public
@require_safe
@cache_control(no_store=True, private=True)
def plan(request: HttpRequest) -> HttpResponse:
    """The form, and below it, once it is filled, the answer."""
    form = ask(request)
    context: dict[str, Any] = {"form": form}
    if form.is_bound and form.is_valid():
        context |= _answer(form)
    return render(request, "wayfinding/plan.html", context)


@public
@require_safe
@cache_control(no_store=True, private=True)
def line(request: HttpRequest) -> HttpResponse:
    """The answer for the map, as GeoJSON; the same question, computed once more."""
    form = ask(request)
    nothing: dict[str, Any] = {"type": "FeatureCollection", "features": []}
    if not (form.is_bound and form.is_valid()):
        return JsonResponse(nothing, status=404, content_type="application/geo+json")
    try:
        way = _find(form, why=False)
    except (planning.NoPlan, graphs.NoGraph):
        return JsonResponse(nothing, status=404, content_type="application/geo+json")
    found = planning.as_features(way, start=form.places["start"].label, goal=form.places["goal"].label)
    return JsonResponse(found, content_type="application/geo+json")


def _find(form: WayForm, *, why: bool = True) -> planning.Way:
    start, goal = form.places["start"], form.places["goal"]
    return planning.find_way(
        graphs.town(), start=(start.lon, start.lat), goal=(goal.lon, goal.lat), preset=form.cleaned_data["aid"],
        language=form.language, why=why,
    )  # fmt: skip


def _answer(form: WayForm) -> dict[str, Any]:
    """What the template shows: the way, or the reason why there is none."""
    aid = dict(form.fields["aid"].choices)[form.cleaned_data["aid"]]  # type: ignore[attr-defined]
    asked = {"start": form.places["start"].label, "goal": form.places["goal"].label, "aid": aid}
    try:
        way = _find(form)
    except (planning.NoPlan, graphs.NoGraph) as reason:
        return {"asked": asked, "refused": _refusal(reason, asked)}
    return {
        "asked": asked, "way": way, "line_url": form.address(page="line"), "back_url": form.way_back(),
        "unknown": unknown(way), "facts": facts(way),
        "gaps": gaps(way),
        "broken": [{"it": broken, "hint": hint(broken)} for broken in way.broken],
    }  # fmt: skip


def _refusal(reason: Exception, asked: dict[str, str]) -> dict[str, str]:
    """What happened and what to do next."""
    named = (asked["start"], asked["goal"])
    if isinstance(reason, graphs.NoGraph):
        return {
            "title": _("The map of ways is still being prepared"),
            "text": _("That takes a few minutes. Open this link again later; it stays as it is."),
        }
    if isinstance(reason, planning.SamePlace):
        return {
            "title": _("You are already there"),
            "text": _("Start and destination are the same place. Please change one of them."),
        }
    if isinstance(reason, planning.OutsideMap):
        return {
            "title": _("%(place)s lies outside the map of this town") % {"place": named[reason.index]},
            "text": _("We only know ways inside the town and close around it. Please choose a place that lies there."),
        }
    if isinstance(reason, planning.NoWayNearby):
        return {
            "title": _("We know no way near %(place)s") % {"place": named[reason.index]},
            "text": _("Perhaps the place lies on closed ground or in the water. Please choose a place on a street."),
        }
    return {
        "title": _("No way leads there, not even without limits"),
        "text": _("Start and destination are not connected on the map. If you know the way, please tell the town."),
    }
