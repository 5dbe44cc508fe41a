# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The one search field: asks each service that declares a search, and shows what it found under the service's name; the handbook last."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from stadtherz.kernel.handbook import shelf
from stadtherz.kernel.municipalities.active import active
from stadtherz.kernel.people.web.guards import public
from stadtherz.kernel.registry.declaration import resolve
from stadtherz.kernel.registry.services import services

MOST = 10
"""Hits shown per service."""


@public
def search(request: HttpRequest) -> HttpResponse:
    """Hits of all services that this municipality offers; an empty query explains what can be found."""
    query = " ".join(request.GET.get("q", "").split())[:200]
    municipality = active()
    groups: list[dict[str, Any]] = []
    if query:
        for service in services():
            if service.search and municipality.offers(service.key):
                hits = list(resolve(service.search)(query, limit=MOST))
                if hits:
                    groups.append({"title": service.title, "hits": hits})
        if hits := shelf.search(query, limit=MOST):
            groups.append({"title": shelf.TITLE, "hits": hits})
    return render(
        request,
        "ui/search_results.html",
        {
            "search_query": query,
            "groups": groups,
            "count": sum(len(group["hits"]) for group in groups),
            "hide_search": True,
        },
    )
