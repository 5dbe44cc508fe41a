# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The home page of a municipality, and the page behind each of its three doors: what the services contribute."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from stadtherz.kernel.municipalities.active import active
from stadtherz.kernel.people.web.guards import public
from stadtherz.kernel.registry.declaration import Door, HomeBlock, Place, resolve
from stadtherz.kernel.registry.services import home_blocks, services
from stadtherz.kernel.ui.context import DOORS, menu


def _blocks(request: HttpRequest) -> list[tuple[HomeBlock, dict[str, Any]]]:
    """Blocks of the services that this municipality has switched on, with their data."""
    municipality = active()
    return [
        (block, {"template": block.template, "data": resolve(block.context)(request)})
        for service, block in home_blocks()
        if municipality.offers(service.key)
    ]


@public
def home(request: HttpRequest) -> HttpResponse:
    """Greeting with the one search field and the one line of news, three doors, further blocks, the one map."""
    blocks = _blocks(request)
    inside: dict[str, list[dict[str, Any]]] = {door.value: [] for door in DOORS}
    for block, shown in blocks:
        if block.place is Place.DOOR and block.door.value in inside:
            inside[block.door.value].append(shown)

    def first(place: Place) -> dict[str, Any] | None:
        return next((shown for block, shown in blocks if block.place is place), None)

    return render(
        request,
        "ui/home.html",
        {
            "inside": inside,
            "news": first(Place.NEWS),
            "bands": [shown for block, shown in blocks if block.place is Place.BAND],
            "map_block": first(Place.MAP),
            "hide_search": True,
        },
    )


@public
def door(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything behind one door: the services with a sentence each, and their blocks."""
    chosen: Door | None = next((door for door, (_t, _q, _i, own) in DOORS.items() if own == slug), None)
    if chosen is None:
        raise Http404
    municipality = active()
    offered = [
        service
        for service in services()
        if municipality.offers(service.key) and any(entry.door is chosen for entry in service.menu)
    ]
    title, question, icon, _slug = DOORS[chosen]
    return render(
        request,
        "ui/door.html",
        {
            "door": {"title": title, "question": question, "icon": icon, "key": chosen.value},
            "services": offered,
            "blocks": _further(
                [shown for block, shown in _blocks(request) if block.door is chosen and block.place is Place.DOOR],
                {link.url for link in menu(request, municipality) if link.door is chosen},
            ),
        },
    )


def _further(blocks: list[dict[str, Any]], already: set[str]) -> list[dict[str, Any]]:
    """Blocks without the entries whose page stands among the cards, and without those that are empty then."""
    kept = []
    for block in blocks:
        entries = block["data"].get("entries")
        if entries is None:
            kept.append(block)
        elif further := [entry for entry in entries if entry["url"] not in already]:
            kept.append({**block, "data": {**block["data"], "entries": further}})
    return kept
