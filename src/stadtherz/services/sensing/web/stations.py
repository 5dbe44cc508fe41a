# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Map and list of what measures in town, with live values; the same as GeoJSON; the block behind the door "Know"."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from stadtherz.kernel.geo.models import District
from stadtherz.kernel.people.rules import may
from stadtherz.kernel.people.web.guards import public
from stadtherz.kernel.ui.asked import whole_number
from stadtherz.services.sensing import limits
from stadtherz.services.sensing.limits import Level
from stadtherz.services.sensing.quantities import QUANTITIES
from stadtherz.services.sensing.queries import stations
from stadtherz.services.sensing.queries.stations import LONGEST_QUESTION, Station, Value, Wanted
from stadtherz.services.sensing.web import board
from stadtherz.services.sensing.web.words import counted_words, mark_words, state_words, value_words

PAGE = 40
MOST_MARKS = 2000


def sees_closed(request: HttpRequest) -> bool:
    """Whether the visitor may see measurements that are not open to all."""
    return bool(may(request.user, "sensing.plan"))


def wanted_of(request: HttpRequest) -> Wanted:
    """What the address asks for; what cannot be read does not narrow the list."""
    asked = request.GET
    return Wanted(
        text=asked.get("q", "").replace("\x00", "").strip()[:LONGEST_QUESTION],
        quantity=asked.get("quantity", "") if asked.get("quantity", "") in QUANTITIES else "",
        district=whole_number(asked.get("district"), digits=9),
        closed=sees_closed(request),
    )


def value_row(value: Value, now: Any) -> dict[str, Any]:
    """One value as the list shows it."""
    edges = limits.bounds(value.judged_as, value.time is not None and limits.is_night(value.time))
    return {
        "stream": value.datastream, "title": value.title, "value": value_words(value),
        "state": state_words(value, now), "level": value.level(now).value, "time": value.time,
        "iso": value.time.isoformat() if value.time else "", "counted": counted_words(value),
        "symbol": value.symbol, "decimals": value.decimals, "is_number": value.number is not None or value.before is not None,
        "number": "" if value.number is None else value.number,
        "edges": f"{edges[0]} {edges[1]}" if edges else "", "is_open": value.is_open,
        "url": reverse("sensing:sensor", args=[value.datastream]), "doubtful": value.flag == "suspect",
    }  # fmt: skip


def station_row(station: Station, quantity: str, now: Any) -> dict[str, Any]:
    """One station as the list shows it: the wanted quantity first."""
    main = station.main(quantity)
    ordered = sorted(station.values, key=lambda value: value is not main)
    if quantity:
        ordered = [value for value in ordered if value.quantity == quantity]
    return {
        "id": station.pk, "name": station.name, "district": station.district_name,
        "url": reverse("sensing:sensor", args=[main.datastream]) if main else "",
        "values": [value_row(value, now) for value in ordered[:6]], "more": max(0, len(ordered) - 6),
    }  # fmt: skip


def _page_number(request: HttpRequest) -> int:
    return whole_number(request.GET.get("page"), digits=5) or 1


@public
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """All stations with their latest values, narrowed by words, quantity and district; the map beside them."""
    wanted, number, now = wanted_of(request), _page_number(request), timezone.now()
    found = stations.find(wanted, limit=PAGE, offset=(number - 1) * PAGE)
    pages = Paginator(range(found.total), PAGE)
    query = request.GET.copy()
    query.pop("page", None)
    tail = f"?{query.urlencode()}" if query else ""
    used = stations.quantities_in_use(closed=wanted.closed)
    shown = [wanted.quantity] if wanted.quantity else used
    topics = [] if wanted.is_narrowed or number > 1 else board.topics(now)
    return render(request, "sensing/overview.html", {
        "topics": topics, "rows": [station_row(station, wanted.quantity, now) for station in found.stations],
        "total": found.total, "wanted": wanted, "page": pages.get_page(number) if found.total else None,
        "quantities": [(key, QUANTITIES[key].title) for key in used],
        "districts": list(District.objects.values_list("pk", "name")),
        "marks_url": reverse("sensing:marks") + tail, "export_url": reverse("sensing:sites") + tail,
        "levels": levels() if any(limits.guideline(key) for key in shown) else levels()[-1:],
        "judged": limits.guideline(wanted.quantity) if wanted.quantity else None,
        "chosen_district": wanted.district, "may_manage": may(request.user, "sensing.manage"),
    })  # fmt: skip


def levels() -> list[dict[str, str]]:
    """The key of the map: shapes and words."""
    words = {
        Level.LOW: _("low: less than half the guideline"), Level.MIDDLE: _("raised: more than half the guideline"),
        Level.HIGH: _("high: above the guideline"), Level.SILENT: _("silent: no value for longer than usual"),
    }  # fmt: skip
    return [{"level": level.value, "words": text} for level, text in words.items()]


@public
@require_safe
def marks(request: HttpRequest) -> JsonResponse:
    """The stations of the list as GeoJSON (RFC 7946), each with its figure and level."""
    wanted, one = wanted_of(request), whole_number(request.GET.get("station"))
    things = [one] if one is not None else None
    found = stations.find(wanted, limit=MOST_MARKS, things=things)
    written = stations.features(
        found.stations, wanted.quantity, lambda stream: reverse("sensing:sensor", args=[stream]), mark_words
    )
    return JsonResponse({"type": "FeatureCollection", "features": written}, content_type="application/geo+json")


def know(request: HttpRequest) -> dict[str, Any]:
    """For the home page: how it is right now, a word for each topic. Two queries, one where nothing is measured."""
    total = stations.how_many()
    topics = board.topics(timezone.now())[:3] if total else []
    entries = [
        {"title": f"{topic.title}: {topic.word}", "url": topic.url, "meta": ", ".join(filter(None, (topic.figure, topic.measured)))}
        for topic in topics
    ]  # fmt: skip
    if total:
        told = ngettext("%(n)d place measures", "%(n)d places measure", total) % {"n": total}
        entries.append({"title": _("All measurements"), "url": reverse("sensing:overview"), "meta": told})
    return {"entries": entries, "empty": _("Nothing is measured yet.")}


def search(query: str, *, limit: int) -> list[dict[str, str]]:
    """Stations for the search over the whole site."""
    found = stations.find(Wanted(text=query[:LONGEST_QUESTION]), limit=limit)
    now = timezone.now()
    rows = []
    for station in found.stations:
        value = station.main()
        if value is not None:
            told = f"{value.title}: {value_words(value)}, {state_words(value, now)}"
            rows.append(
                {"title": station.name, "url": reverse("sensing:sensor", args=[value.datastream]), "text": told}
            )
    return rows
