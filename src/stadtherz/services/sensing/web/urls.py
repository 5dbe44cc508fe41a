# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Addresses of sensing: pages for everybody below /wissen/messwerte/, work of clerks below /wissen/messwerte/amt/."""

from __future__ import annotations

from django.urls import include, path

from stadtherz.services.sensing.sta.urls import urlpatterns as standard
from stadtherz.services.sensing.web import (
    alerts,
    board,
    districts,
    embedding,
    export,
    places,
    sensor,
    staff_urls,
    stations,
)

PAGES = "wissen/messwerte/"

urlpatterns = [
    *standard,
    path(f"{PAGES}amt/", include(staff_urls.urlpatterns)),
    path(PAGES, stations.overview, name="overview"),
    path(f"{PAGES}jetzt/", board.board, name="board"),
    path(f"{PAGES}orte.geojson", stations.marks, name="marks"),
    path(f"{PAGES}messstellen.gpkg", export.sites, name="sites"),
    path(f"{PAGES}hier/", places.here, name="here"),
    path(f"{PAGES}mitnehmen/", export.export, name="export"),
    path(f"{PAGES}ortsbezirk/<int:number>/", districts.district, name="district"),
    path(f"{PAGES}amt/alarme/", alerts.overview, name="alerts"),
    path(f"{PAGES}amt/alarme/neu/", alerts.write, name="alert_new"),
    path(f"{PAGES}amt/alarme/<int:number>/", alerts.rule_page, name="alert_rule"),
    path(f"{PAGES}amt/alarme/<int:number>/aendern/", alerts.write, name="alert_change"),
    path(f"{PAGES}<int:stream>/", sensor.sensor, name="sensor"),
    path(f"{PAGES}<int:stream>/einbetten/", embedding.embedding, name="embedding"),
    path(f"{PAGES}<int:stream>/einbetten/rahmen/", embedding.frame, name="frame"),
]
