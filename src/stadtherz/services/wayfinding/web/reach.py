# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The page "how far do I get?": what lies within five, ten and fifteen minutes, as a list and on the map."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from stadtherz.kernel.people.web.guards import public
from stadtherz.kernel.registry.declaration import Text
from stadtherz.services.wayfinding import graphs, planning
from stadtherz.services.wayfinding.surroundings import Ring, Surroundings, as_features, surroundings
from stadtherz.services.wayfinding.web.asking import ReachForm, WayForm, ask
from stadtherz.services.wayfinding.web.limits import in_words
from stadtherz.services.wayfinding.web.pace import paced
from stadtherz.services.wayfinding.web.way import refusal

#: that are named; more would not be read
STREETS: Final = 6
SIDES: Final[dict[str, Text]] = {
    "north": gettext_lazy("in the north"), "east": gettext_lazy("in the east"), "south": gettext_lazy("in the south"),
    "west": gettext_lazy("in the west"),
}  # fmt: skip


@public
@require_safe
@cache_control(no_store=True, private=True)
@paced
def reach(request: HttpRequest) -> HttpResponse:
    """The question, and below it, once it is filled, the answer."""
    form = ask(request, ReachForm)
    context: dict[str, Any] = {"form": form}
    if form.is_bound and form.is_valid():
        asked = {
            "start": form.places["start"].label,
            "towards": form.cleaned_data["towards"],
            "aid": dict(form.fields["aid"].choices)[form.cleaned_data["aid"]],  # type: ignore[attr-defined]
            "limits": [*in_words(form.differs), *([_("also on the way back")] if form.cleaned_data["both"] else [])],
        }
        context["asked"] = asked
        try:
            found = _found(form)
            context |= {
                "rings": [{"ring": ring, "helping": _helping(ring)} for ring in found.rings], "closed": found.closed, "beyond": found.beyond, "cut": [str(SIDES[side]) for side in found.cut],
                "too_steep": found.too_steep[:STREETS], "steep_more": len(found.too_steep[STREETS:]),
                "areas_url": form.address(page="reach_areas"),
            }  # fmt: skip
        except (planning.NoPlan, graphs.NoGraph) as reason:
            context["refused"] = refusal(reason, asked)
    return render(request, "wayfinding/reach.html", context)


@public
@require_safe
@cache_control(no_store=True, private=True)
@paced
def areas(request: HttpRequest) -> HttpResponse:
    """The same for the map, as GeoJSON."""
    form = ask(request, ReachForm)
    nothing: dict[str, Any] = {"type": "FeatureCollection", "features": []}
    if not (form.is_bound and form.is_valid()):
        return JsonResponse(nothing, status=404, content_type="application/geo+json")
    start = form.places["start"]
    try:
        found = as_features(_found(form).rings, (start.lon, start.lat), start.label)
    except (planning.NoPlan, graphs.NoGraph):
        return JsonResponse(nothing, status=404, content_type="application/geo+json")
    return JsonResponse(found, content_type="application/geo+json")


def _helping(ring: Ring) -> list[str]:
    """The toilets and benches of a ring in words."""
    toilets, usable = ring.toilets
    words = []
    if toilets:
        said = ngettext("{n} toilet", "{n} toilets", toilets).format(n=toilets)
        words.append(said + (" " + _("({n} usable with a wheelchair)").format(n=usable) if usable else ""))
    if ring.benches:
        words.append(ngettext("{n} bench", "{n} benches", ring.benches).format(n=ring.benches))
    return words


def _found(form: WayForm) -> Surroundings:
    start = form.places["start"]
    assert form.profile is not None  # the form is valid
    return surroundings(
        graphs.town(),
        (start.lon, start.lat),
        form.profile,
        both_ways=form.cleaned_data["both"],
        towards=form.cleaned_data["towards"],
        language=form.language,
    )
