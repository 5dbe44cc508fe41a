# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Addresses of wayfinding: the page to plan a way, and the routing interface, each of whose operations passes the
interface's door (service on, limits, keys)."""

from __future__ import annotations

from django.urls import path, re_path

from stadtherz.kernel.api.door import door
from stadtherz.services.wayfinding.web import obstacles, obstacles_staff, routing, way

KEY = "wayfinding"
PROFILE = r"(?P<profile>[a-z-]{1,40})"

urlpatterns = [
    path("ankommen/weg/", way.plan, name="plan"),
    path("ankommen/weg/linie.geojson", way.line, name="line"),
    path("ankommen/hindernisse/", obstacles.listing, name="obstacles"),
    path("ankommen/hindernisse/orte.geojson", obstacles.places, name="obstacle_places"),
    path("ankommen/hindernisse/liste/", obstacles.printed, name="obstacles_print"),
    path("ankommen/hindernisse/melden/", obstacles.report, name="obstacle_report"),
    path("ankommen/hindernisse/<int:obstacle_id>/", obstacles.show, name="obstacle"),
    path("ankommen/hindernisse/<int:obstacle_id>/ort.geojson", obstacles.place, name="obstacle_place"),
    path("ankommen/hindernisse/<int:obstacle_id>/stimme/", obstacles.say, name="obstacle_say"),
    path("ankommen/hindernisse/<int:obstacle_id>/aendern/", obstacles_staff.edit, name="obstacle_edit"),
    path("ankommen/hindernisse/<int:obstacle_id>/entscheiden/", obstacles_staff.decide, name="obstacle_decide"),
    path("ankommen/amt/hindernisse/", obstacles_staff.work_list, name="obstacles_staff"),
    path("ankommen/amt/hindernisse/neu/", obstacles_staff.new, name="obstacle_new"),
    path("ankommen/amt/hindernisse/quellen/", obstacles_staff.feeds, name="obstacle_feeds"),
    path("ankommen/amt/hindernisse/quellen/<int:feed_id>/", obstacles_staff.feed, name="obstacle_feed"),
    path("api/routing/v2/directions/<slug:profile>", door(routing.directions, KEY), name="directions"),
    path("api/routing/v2/directions/<slug:profile>/<slug:form>", door(routing.directions, KEY), name="directions_form"),
    re_path(rf"^api/routing/v2/isochrones/{PROFILE}(?:/geojson)?\Z", door(routing.isochrones, KEY), name="isochrones"),
    re_path(rf"^api/routing/v2/matrix/{PROFILE}(?:/json)?\Z", door(routing.matrix, KEY), name="matrix"),
    path("api/routing/v2/reasons/<slug:profile>", door(routing.reasons, KEY), name="reasons"),
]
