# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Addresses of the municipality's own page."""

from django.urls import path

from stadtherz.kernel.municipalities.web import settings

urlpatterns = [
    path("municipality/", settings.change, name="municipality-settings"),
    path("municipality/hosts/add/", settings.add, name="municipality-host-add"),
    path("municipality/hosts/remove/", settings.remove, name="municipality-host-remove"),
]
