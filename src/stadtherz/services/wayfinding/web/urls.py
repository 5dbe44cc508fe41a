# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Addresses of wayfinding: the page to plan a way, and the routing interface, each of whose operations passes the
interface's door (service on, limits, keys)."""

from __future__ import annotations

from django.urls import path, re_path

from stadtherz.kernel.api.door import door
from stadtherz.services.wayfinding.web import routing, way

KEY = "wayfinding"
PROFILE = r"(?P<profile>[a-z-]{1,40})"

urlpatterns = [
    path("ankommen/weg/", way.plan, name="plan"),
    path("ankommen/weg/linie.geojson", way.line, name="line"),
    path("api/routing/v2/directions/<slug:profile>", door(routing.directions, KEY), name="directions"),
    path("api/routing/v2/directions/<slug:profile>/<slug:form>", door(routing.directions, KEY), name="directions_form"),
    re_path(rf"^api/routing/v2/isochrones/{PROFILE}(?:/geojson)?\Z", door(routing.isochrones, KEY), name="isochrones"),
    re_path(rf"^api/routing/v2/matrix/{PROFILE}(?:/json)?\Z", door(routing.matrix, KEY), name="matrix"),
    path("api/routing/v2/reasons/<slug:profile>", door(routing.reasons, KEY), name="reasons"),
]
