# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What wayfinding puts on the home page: the planner, and the ways of getting about that are asked for most."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from stadtherz.services.wayfinding.engine.presets import PRESETS
from stadtherz.services.wayfinding.web.asking import in_language, language_of

OFFERED = ("wheelchair-manual", "walker")


def arrive(request: HttpRequest) -> dict[str, Any]:
    """The planner and some presets, each with its own address."""
    address, language = reverse("wayfinding:plan"), language_of(request)
    entries = [
        {
            "title": _("Plan your way"), "url": address,
            "meta": _("As you get about: with kerbs, slopes and steps in view"),
        }
    ]  # fmt: skip
    entries += [
        {"title": in_language(PRESETS[key].title, language), "url": f"{address}?aid={key}", "meta": ""}
        for key in OFFERED
    ]
    return {"entries": entries, "empty": ""}
