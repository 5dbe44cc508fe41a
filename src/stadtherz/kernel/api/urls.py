# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Addresses below /api/."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path

from stadtherz.kernel.api.door import door, nothing_here
from stadtherz.kernel.api.root import interface, routers
from stadtherz.kernel.api.web.description import description, openapi


def _operations() -> list[URLPattern]:
    """Ninja's patterns, each behind the door of its service."""
    keys = [key for key, _path in routers()]
    patterns = []
    for pattern in interface().urls[0]:
        address = str(pattern.pattern)
        key = next((key for key in keys if address.startswith(f"v1/{key}/") or address == f"v1/{key}"), None)
        if key is not None and isinstance(pattern, URLPattern):
            pattern.callback = door(pattern.callback, key)
            patterns.append(pattern)
    return patterns


app_name = "api"
urlpatterns = [
    path("", description, name="description"),
    path("openapi.json", openapi, name="openapi"),
    *_operations(),
    re_path(r"^.*$", door(nothing_here)),
]
