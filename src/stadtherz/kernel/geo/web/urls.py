# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Addresses of the base map."""

from django.urls import path, re_path

from stadtherz.kernel.geo.web.views import map_style, tile

urlpatterns = [
    path("map/style.json", map_style, name="map_style"),
    re_path(
        r"^tiles/(?P<slug>[a-z0-9_-]{1,60}-[0-9a-f]{12})/(?P<z>\d{1,2})/(?P<x>\d{1,8})/(?P<y>\d{1,8})\.mvt\Z",
        tile,
        name="map_tile",
    ),
]
