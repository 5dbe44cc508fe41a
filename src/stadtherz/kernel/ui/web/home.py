# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The home page of a municipality: what the services contribute, behind three doors."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from stadtherz.kernel.people.web.guards import public
from stadtherz.kernel.registry.declaration import Door, resolve
from stadtherz.kernel.registry.services import home_blocks


@public
def home(request: HttpRequest) -> HttpResponse:
    """Blocks of the services that this municipality has switched on, by door."""
    doors: dict[str, list[dict[str, object]]] = {door.value: [] for door in Door if door is not Door.STAFF}
    for service, block in home_blocks():
        if request.municipality.offers(service.key):  # type: ignore[attr-defined]
            doors[block.door.value].append({"template": block.template, "data": resolve(block.context)(request)})
    return render(request, "ui/home.html", {"doors": doors})
