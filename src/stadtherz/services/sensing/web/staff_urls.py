# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Addresses of the clerks' pages about sources and devices."""

from __future__ import annotations

from django.urls import path

from stadtherz.services.sensing.web import (
    adoption,
    device,
    files,
    flagging,
    series,
    sources,
    station_form,
    unit_form,
)

urlpatterns = [
    path("quellen/", sources.sources, name="sources"),
    path("quellen/neu/", sources.new_source, name="new_source"),
    path("quellen/<int:number>/", sources.source, name="source"),
    path("quellen/<int:number>/fragen/", sources.ask_for, name="ask_for"),
    path("quellen/<int:number>/bearbeiten/", sources.edit_source, name="edit_source"),
    path("quellen/<int:number>/aendern/", sources.change, name="change_source"),
    path("quellen/<int:number>/uebernehmen/", adoption.adopt, name="adopt"),
    path("quellen/<int:number>/nicht-beachten/", adoption.ignore, name="ignore"),
    path("quellen/<int:number>/messstelle/", series.set_up, name="new_station"),
    path("quellen/<int:number>/reihen/", series.grant, name="grant_series"),
    path("quellen/<int:number>/datei/", files.upload, name="upload"),
    path("quellen/<int:number>/datei/<slug:name>/", files.file, name="file"),
    path("geraete/<int:number>/", device.device, name="device"),
    path("geraete/<int:number>/loslassen/", device.let_go, name="let_go"),
    path("geraete/<int:number>/modell/", device.model, name="device_model"),
    path("stationen/<int:number>/", station_form.station, name="station"),
    path("reihen/<int:number>/pruefen/", flagging.flag, name="flag"),
    path("reihen/<int:number>/einheit/", unit_form.unit, name="unit"),
    path("felder/<int:number>/", device.sent_unit, name="sent_unit"),
    path("felder/<int:number>/streichen/", device.drop_field, name="drop_field"),
]
