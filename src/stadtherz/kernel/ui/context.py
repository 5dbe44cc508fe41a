# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What every page knows: the municipality, its menu, and what the visitor may."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from stadtherz.kernel.people.rules import is_staff, may
from stadtherz.kernel.registry.services import menu_entries


def page(request: HttpRequest) -> dict[str, Any]:
    """Context of every template. Pages outside a municipality get none of it."""
    municipality = getattr(request, "municipality", None)
    if municipality is None or not hasattr(request, "user"):
        return {}
    user = request.user
    menu = [
        entry
        for service, entry in menu_entries()
        if municipality.offers(service.key) and (entry.permission is None or may(user, entry.permission))
    ]
    return {"municipality": municipality, "menu": menu, "is_staff": is_staff(user)}
