# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The page "toilets, lifts, benches": a list and a map of the same, with what is known and what is out of order."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from stadtherz.kernel.people.web.guards import public
from stadtherz.kernel.registry.declaration import Text
from stadtherz.services.wayfinding import graphs
from stadtherz.services.wayfinding.engine.vocabulary import Place, Wheelchair
from stadtherz.services.wayfinding.helping_places import KINDS, HelpingPlace, helping_places
from stadtherz.services.wayfinding.places import meant
from stadtherz.services.wayfinding.planning import MARGIN_DEGREES
from stadtherz.services.wayfinding.web.pace import paced

PAGE: Final = 50
TITLES: Final[dict[Place, Text]] = {
    Place.TOILET: gettext_lazy("Toilets"), Place.LIFT: gettext_lazy("Lifts"), Place.BENCH: gettext_lazy("Benches"),
}  # fmt: skip
_ONE: Final[dict[Place, Text]] = {
    Place.TOILET: gettext_lazy("Toilet"), Place.LIFT: gettext_lazy("Lift"), Place.BENCH: gettext_lazy("Bench"),
}  # fmt: skip
_ACCESS: Final[dict[Wheelchair, Text]] = {
    Wheelchair.YES: gettext_lazy("Usable with a wheelchair"),
    Wheelchair.LIMITED: gettext_lazy("Usable with a wheelchair in part"),
    Wheelchair.NO: gettext_lazy("Not usable with a wheelchair"),
    Wheelchair.UNKNOWN: gettext_lazy("Not known whether a wheelchair can use it"),
}


class PlacesForm(forms.Form):
    """What is looked for, and near what."""

    art = forms.ChoiceField(
        label=gettext_lazy("What are you looking for?"), required=False,
        choices=[(word, TITLES[kind]) for word, kind in KINDS.items()],
    )  # fmt: skip
    bei = forms.CharField(label=gettext_lazy("Near"), required=False, max_length=200)
    rollstuhl = forms.BooleanField(label=gettext_lazy("Usable with a wheelchair"), required=False)


@public
@require_safe
@paced
def places(request: HttpRequest) -> HttpResponse:
    """List and map."""
    form = PlacesForm(request.GET or None)
    kind, found, missing = _found(form)
    context: dict[str, Any] = {"form": form, "kind": kind, "title": TITLES[kind], "place_not_found": missing}
    if found is None:
        context["no_graph"] = True
    else:
        page = Paginator(found, PAGE).get_page(request.GET.get("page"))
        query = {name: value for name, value in request.GET.items() if name != "page" and value}
        context |= {
            "page": page, "rows": [_row(place) for place in page],
            "points_url": f"{reverse('wayfinding:places_points')}?{urlencode(query)}",
        }  # fmt: skip
    return render(request, "wayfinding/places.html", context)


@public
@require_safe
@paced
def points(request: HttpRequest) -> HttpResponse:
    """All that the list has, for the map."""
    _kind, found, _missing = _found(PlacesForm(request.GET or None))
    features = [
        {
            "type": "Feature",
            "properties": {"id": place.id, "title": f"{_name(place)}. {_state(place)['word']}"},
            "geometry": {"type": "Point", "coordinates": [round(place.lon, 6), round(place.lat, 6)]},
        }
        for place in found or ()
    ]  # fmt: skip
    return JsonResponse({"type": "FeatureCollection", "features": features}, content_type="application/geo+json")


def _found(form: PlacesForm) -> tuple[Place, list[HelpingPlace] | None, str]:
    """Kind, places (None while the map is being prepared), and the words of a place that was not found."""
    asked = form.cleaned_data if form.is_bound and form.is_valid() else {}
    kind = KINDS.get(asked.get("art", ""), Place.TOILET)
    near, missing = None, ""
    if text := asked.get("bei", "").strip():
        said = meant(text)
        where = said.place or next(iter(said.choices), None)
        near, missing = ((where.lon, where.lat), "") if where else (None, text)
    try:
        if near is not None and not graphs.town().covers(near, margin=MARGIN_DEGREES):
            near, missing = None, text
        return kind, helping_places(graphs.town(), kind, wheels=bool(asked.get("rollstuhl")), near=near), missing
    except graphs.NoGraph:
        return kind, None, missing


def _name(place: HelpingPlace) -> str:
    if place.name:
        return place.name
    if place.street:
        return _("%(kind)s, %(street)s") % {"kind": _ONE[place.kind], "street": place.street}
    return str(_ONE[place.kind])


def _state(place: HelpingPlace) -> dict[str, str]:
    """A word and its kind: for lifts whether they run, for the rest whether a wheelchair can use them."""
    if place.out_of_order:
        return {"word": _("Out of order"), "kind": "warning", "icon": "warning"}
    if place.obstacle is not None:
        return {"word": _("Said to be out of order, not confirmed"), "kind": "neutral", "icon": "question"}
    if place.kind is Place.LIFT:
        return {"word": _("Nothing reported"), "kind": "success", "icon": "check"}
    if place.kind is Place.BENCH:
        return {"word": "", "kind": "neutral", "icon": ""}
    kinds = {Wheelchair.YES: ("success", "check"), Wheelchair.UNKNOWN: ("neutral", "question")}
    kind, icon = kinds.get(place.wheelchair, ("warning", "warning"))
    return {"word": str(_ACCESS[place.wheelchair]), "kind": kind, "icon": icon}


def _away(metres: float) -> str:
    if metres < 1000:
        return _("about %(metres)d m from there") % {"metres": round(metres, -1)}
    return _("about %(km)s km from there") % {"km": localize(round(metres / 1000, 1))}


def _row(place: HelpingPlace) -> dict[str, Any]:
    where = f"{place.lat:.5f}, {place.lon:.5f}"
    metres = "" if place.metres is None else _away(place.metres)
    return {
        "id": place.id, "name": _name(place), "street": place.street if place.name else "", "state": _state(place),
        "metres": metres, "way_url": f"{reverse('wayfinding:plan')}?{urlencode({'goal': where})}",
        "obstacle_url": reverse("wayfinding:obstacle", args=[place.obstacle.pk]) if place.obstacle else "",
    }  # fmt: skip
