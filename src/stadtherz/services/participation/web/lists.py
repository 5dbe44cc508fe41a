# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The list of ideas, the map with the same list beside it, and the places for the map."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from stadtherz.kernel.geo.models import District
from stadtherz.kernel.language.reading import in_words
from stadtherz.kernel.municipalities.statements import Statement
from stadtherz.kernel.people.web.guards import public
from stadtherz.kernel.ui.asked import whole_number
from stadtherz.services.participation.models import Idea
from stadtherz.services.participation.queries.finding import (
    LONGEST_QUESTION,
    Order,
    UnreadableCursor,
    Wanted,
    find,
    places,
)
from stadtherz.services.participation.queries.processes import Standing, categories, standings
from stadtherz.services.participation.rules import may_see
from stadtherz.services.participation.states import Status
from stadtherz.services.participation.web.cards import cards, process_card
from stadtherz.services.participation.web.fair_order import remember, seed_of

MAP_PAGE = 40
DISTRICTS = Statement[District](lambda: District.objects.values_list("pk", "name"))


def wanted_of(request: HttpRequest, processes: list[Standing] | None = None) -> Wanted:
    """What the address asks for. What cannot be read does not narrow the list."""
    asked = request.GET
    process = next((s.process.pk for s in processes or () if s.process.key == asked.get("process")), None)
    return Wanted(
        text=asked.get("q", "").replace("\x00", "").strip()[:LONGEST_QUESTION],
        process=process,
        category=whole_number(asked.get("category", "")),
        district=whole_number(asked.get("district", "")),
        status=asked.get("status", "") if asked.get("status", "") in Status else "",
    )


def order_of(request: HttpRequest) -> Order:
    """The chosen order, by default the fair one."""
    asked = request.GET.get("order", "")
    return Order(asked) if asked in {order.value for order in Order} else Order.FAIR


def choices(request: HttpRequest, processes: list[Standing], wanted: Wanted) -> dict[str, Any]:
    """What the filters offer: two queries."""
    chosen = next((s.process for s in processes if s.process.pk == wanted.process), None)
    seen: dict[str, int] = {}
    offered = []
    for category in categories(chosen):
        title = in_words(category.title, request)
        label = f"{title} ({in_words(category.process.title, request)})" if title in seen else title
        seen[title] = category.pk
        offered.append((category.pk, label))
    return {
        "categories": offered,
        "districts": DISTRICTS.values(),
        "statuses": [(status.value, status.label) for status in Status],
        "orders": [(order.value, label) for order, label in _orders()],
        "processes": [(s.process.key, in_words(s.process.title, request)) for s in processes],
    }


def _orders() -> list[tuple[Order, str]]:
    return [(Order.FAIR, _("fair")), (Order.NEWEST, _("newest first")), (Order.SUPPORTED, _("most supported first"))]


def _context(request: HttpRequest, limit: int) -> dict[str, Any]:
    processes = standings()
    wanted, order, seed = wanted_of(request, processes), order_of(request), seed_of(request)
    try:
        found = find(wanted, order=order, seed=seed, after=request.GET.get("after", ""), limit=limit)
    except UnreadableCursor:
        raise Http404 from None
    following = ""
    if found.next_mark:
        query = request.GET.copy()
        query["after"], query["seed"] = found.next_mark, str(seed)
        if order is not Order.FAIR:
            del query["seed"]
        following = f"?{query.urlencode()}"
    query = request.GET.copy()
    for name in ("after", "seed"):
        query.pop(name, None)
    return {
        "cards": cards(found.ideas, request),
        "found": found,
        "wanted": wanted,
        "order": order.value,
        "seed": seed,
        "is_first_page": not request.GET.get("after"),
        "next_url": following,
        "query": query.urlencode(),
        "choices": choices(request, processes, wanted),
        "chosen_process": next((s for s in processes if s.process.pk == wanted.process), None),
        "open_processes": [process_card(s, request) for s in processes if s.takes_ideas],
    }


@public
@require_safe
def ideas(request: HttpRequest) -> HttpResponse:
    """All public ideas: search, filters, order. With htmx only the list comes anew."""
    context = _context(request, limit=20)
    context["views"] = _views("list", context["query"])
    response = render(request, "participation/ideas.html", context)
    remember(response, context["seed"])
    return response


@public
@require_safe
def map_of_ideas(request: HttpRequest) -> HttpResponse:
    """The same list beside the map."""
    context = _context(request, limit=MAP_PAGE)
    context["views"] = _views("map", context["query"])
    context["places_url"] = reverse("participation:places") + (f"?{context['query']}" if context["query"] else "")
    response = render(request, "participation/map.html", context)
    remember(response, context["seed"])
    return response


def _views(current: str, query: str) -> list[dict[str, Any]]:
    tail = f"?{query}" if query else ""
    return [
        {
            "title": _("List"),
            "url": reverse("participation:ideas") + tail,
            "current": current == "list",
            "icon": "list",
        },
        {"title": _("Map"), "url": reverse("participation:map") + tail, "current": current == "map", "icon": "map"},
    ]


@public
@require_safe
def places_geojson(request: HttpRequest) -> HttpResponse:
    """Places of the ideas that the list shows, as GeoJSON."""
    words = {status.value: str(status.label) for status in Status}
    written = places(
        wanted_of(request, standings() if "process" in request.GET else None),
        address=reverse("participation:idea", args=[0]),
        statuses=words,
    )
    return HttpResponse(written, content_type="application/geo+json")


@public
@require_safe
def place_geojson(request: HttpRequest, idea_id: int) -> HttpResponse:
    """The place of one idea, for the map on its page."""
    idea = Idea.objects.filter(pk=idea_id, place__isnull=False).first()
    if idea is None or not may_see(request.user, idea):
        raise Http404
    point = {"type": "Point", "coordinates": [round(idea.place.x, 5), round(idea.place.y, 5)]}
    feature = {
        "type": "Feature",
        "id": idea.pk,
        "geometry": point,
        "properties": {"id": idea.pk, "title": idea.title, "meta": idea.place_label},
    }
    return JsonResponse({"type": "FeatureCollection", "features": [feature]}, content_type="application/geo+json")


@public
def short_address(request: HttpRequest, idea_id: int) -> HttpResponse:
    """The short address that stands on printed lists."""
    return HttpResponsePermanentRedirect(reverse("participation:idea", args=[idea_id]))
