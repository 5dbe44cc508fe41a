# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Addresses of the settings of notices."""

from django.urls import path

from stadtherz.kernel.messages.web.views import notices, stop

urlpatterns = [
    path("notices/", notices, name="notices"),
    path("notices/stop/<str:token>/", stop, name="notice_stop"),
]
