# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Words and picture of a report as moderators read them (``kernel/moderation``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from stadtherz.kernel.moderation.content import Content, Field, Place
from stadtherz.services.wayfinding.models import Obstacle

if TYPE_CHECKING:
    from stadtherz.kernel.files.models import Picture

KIND = "wayfinding.obstacle"


def content_of_report(obstacle: Obstacle, text: str, picture: Picture | None) -> Content:
    """The kind for the heading, the words, the place, the picture."""
    middle = obstacle.geometry.point_on_surface
    fields = (Field("kind", _("Obstacle"), str(obstacle.get_kind_display())), Field("text", _("Text"), text))
    spot = Place(middle.x, middle.y, obstacle.place_label)
    return Content(fields, spot, (picture.pk,) if picture else ())
