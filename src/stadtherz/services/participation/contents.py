# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Ideas and comments as moderators read them (``kernel/moderation``): a copy of the words, the place, the pictures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.contrib.gis.geos import Point
from django.utils.translation import gettext_lazy as _

from stadtherz.kernel.moderation.content import Content, Field, Place
from stadtherz.services.participation.models import Category, Comment, Idea

if TYPE_CHECKING:
    from stadtherz.kernel.files.models import Picture

IDEA = "participation.idea"
COMMENT = "participation.comment"


def idea_content(
    *, title: str, text: str, category: Category | None, place: Point | None, place_label: str,
    pictures: Sequence[Picture],
) -> Content:  # fmt: skip
    """An idea, as it is or as its author wants it to be."""
    fields = [Field("title", _("Title"), title), Field("text", _("Text"), text)]
    if category is not None:
        fields.append(Field("category", _("Category"), str(category), category.pk))
    spot = Place(place.x, place.y, place_label) if place else None
    if spot is None and place_label:
        fields.append(Field("place_label", _("Place in words"), place_label))
    return Content(tuple(fields), spot, tuple(picture.pk for picture in pictures))


def content_as_it_is(idea: Idea) -> Content:
    """What the table holds now."""
    return idea_content(
        title=idea.title, text=idea.text, category=idea.category, place=idea.place, place_label=idea.place_label,
        pictures=[shown.picture for shown in idea.pictures.select_related("picture")],
    )  # fmt: skip


def comment_content(comment: Comment, text: str) -> Content:
    """A comment with the words that its author wants, and what it is about."""
    return Content((Field("text", _("Comment"), text), Field("idea", _("About the idea"), comment.idea.title)))
