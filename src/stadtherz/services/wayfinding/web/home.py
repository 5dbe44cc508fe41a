# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What wayfinding puts on the home page: the planner, what is in the way today, and what helps on the way."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from stadtherz.services.wayfinding.models import Obstacle


def arrive(request: HttpRequest) -> dict[str, Any]:
    """The planner, and the pages around it; the obstacles of now with their number."""
    now = Obstacle.objects.current().count()
    obstacles = ngettext("%(n)d is in the way now", "%(n)d are in the way now", now) % {"n": now}
    entries = [
        {
            "title": _("Plan your way"), "url": reverse("wayfinding:plan"),
            "meta": _("As you get about: with kerbs, slopes and steps in view"),
        },
        {
            "title": _("Obstacles today"), "url": reverse("wayfinding:obstacles"),
            "meta": obstacles if now else _("None is known now"),
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
