# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A new municipality's missing map, for the desk of its administrators."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from stadtherz.kernel.geo.extracts import current_extract
from stadtherz.kernel.registry.declaration import DeskLine


def to_load() -> list[DeskLine]:
    """Nothing once a map is there, for nobody has to think of it again; one query."""
    if current_extract() is not None:
        return []
    title = _("There is no map yet: your IT loads it at the server with ./stadtherz osm load")
    return [DeskLine(count=1, title=title, done=title, url=reverse("handbook-page", args=["maps"]))]
