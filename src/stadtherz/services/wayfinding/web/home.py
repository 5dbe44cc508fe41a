# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What wayfinding puts on the home page: the planner, what is in the way today, and what helps on the way."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _


def arrive(request: HttpRequest) -> dict[str, Any]:
    """The planner, and the pages around it, without a query: the home page has eight for all services together."""
    entries = [
        {
            "title": _("Plan your way"), "url": reverse("wayfinding:plan"),
            "meta": _("As you get about: with kerbs, slopes and steps in view"),
        },
        {
            "title": _("Obstacles today"), "url": reverse("wayfinding:obstacles"),
            "meta": _("Works, broken lifts, ice: what is in the way now"),
        },
        {
            "title": _("How far do I get?"), "url": reverse("wayfinding:reach"),
            "meta": _("What lies within five, ten or fifteen minutes for you"),
        },
        {
            "title": _("Toilets, lifts, benches"), "url": reverse("wayfinding:places"),
            "meta": _("Where they are, and whether they work"),
        },
    ]  # fmt: skip
    return {"entries": entries, "empty": ""}
