# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Addresses of participation, below ``/mitreden/``."""

from django.urls import path

from stadtherz.services.participation.web import idea

urlpatterns = [
    path("ideen/<int:idea_id>/", idea.show, name="idea"),
]
