# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Addresses of the handbook."""

from django.urls import path

from stadtherz.kernel.handbook.web import pages

urlpatterns = [
    path("handbook/", pages.shelves, name="handbook"),
    path("handbook/<slug:name>/", pages.page, name="handbook-page"),
]
