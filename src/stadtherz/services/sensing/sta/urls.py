# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The addresses of the standard's interface. All of them pass the door of the interface: service on, keys, limits."""

from __future__ import annotations

from django.urls import re_path

from stadtherz.kernel.api.door import door
from stadtherz.services.sensing.sta.views import in_form, service

A_MINUTE = (3_000, 60_000)  # requests without and with a key: programs page through much here

METHODS = (
    "GET",
    "HEAD",
    "POST",
    "PATCH",
    "PUT",
    "DELETE",
)  # also for pages of other sites: they read, and write with a key

entered = in_form(door(service, "sensing", limits=A_MINUTE, shared=METHODS))
urlpatterns = [re_path(r"^api/sta/v1\.1(?:/(?P<path>.*))?\Z", entered, name="sta")]
