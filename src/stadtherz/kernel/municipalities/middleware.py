# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Finds the municipality of a request and runs the request inside its lock, in one transaction.

One transaction a request means: an answer of success is sent after the commit, and a page that failed halfway left
nothing behind. Answers that stream or belong to no municipality (health, static files) are not wrapped.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.shortcuts import render
from django.utils import timezone

from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.municipalities.queries import by_host

WITHOUT_MUNICIPALITY = ("/health/", "/static/", "/tiles/")


class MunicipalityMiddleware:
    """Sets ``request.municipality`` and activates it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(WITHOUT_MUNICIPALITY):
            return self.get_response(request)
        municipality = by_host(split_domain_port(request._get_raw_host())[0])  # type: ignore[attr-defined]
        if municipality is None:
            return self._unknown_host(request)
        request.municipality = municipality  # type: ignore[attr-defined]
        with activate(municipality), timezone.override(municipality.timezone):
            response = self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
        return response

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> None:
        """A service that this municipality has not switched on is not there."""
        municipality: Municipality | None = getattr(request, "municipality", None)
        match = request.resolver_match
        if municipality is None or match is None or not match.namespaces:
            return
        namespace = match.namespaces[0]
        if namespace in settings.SERVICE_KEYS and not municipality.offers(namespace):
            raise Http404

    def _unknown_host(self, request: HttpRequest) -> HttpResponse:
        try:
            request.get_host()
        except DisallowedHost:
            return HttpResponse("400 Bad Request", status=400, content_type="text/plain; charset=utf-8")
        towns = Municipality.objects.prefetch_related("hosts").order_by("name")
        return render(request, "ui/unknown_host.html", {"towns": towns}, status=404)
