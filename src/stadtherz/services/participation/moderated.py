# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What moderators' decisions do to ideas and comments. Called by ``kernel/moderation`` in the deciding transaction."""

from __future__ import annotations

from typing import Any

from django.contrib.gis.geos import Point
from django.urls import reverse
from django.utils import timezone

from stadtherz.kernel.geo.queries import district_of
from stadtherz.kernel.registry.events import publish
from stadtherz.services.participation.actions.comments import hide_comment, show_comment
from stadtherz.services.participation.actions.ideas import show_pictures
from stadtherz.services.participation.actions.merging import separate_all
from stadtherz.services.participation.events import IdeaReleased
from stadtherz.services.participation.models import Category, Comment, Idea, Merge
from stadtherz.services.participation.states import Visibility


def release_idea(*, object_id: int, content: dict[str, Any], case: Any) -> None:
    """Make public exactly what the moderator read. Side effects: the event ``IdeaReleased`` the first time."""
    idea = Idea.objects.select_for_update(of=("self",)).get(pk=object_id)
    place, is_first = content.get("place"), idea.released_at is None
    idea.title, idea.text = content["title"], content["text"]
    idea.category = Category.objects.filter(pk=content.get("category") or 0, process=idea.process_id).first()
    idea.place = Point(place["longitude"], place["latitude"], srid=4326) if place else None
    idea.place_label = place["label"] if place else content.get("place_label", "")
    idea.district = district_of(idea.place) if idea.place else None
    is_merged = Merge.objects.filter(double=idea, undone_at=None).exists()
    idea.visibility, idea.changed_at = Visibility.MERGED if is_merged else Visibility.RELEASED, timezone.now()
    idea.released_at = idea.released_at or timezone.now()
    idea.save()
    show_pictures(idea, content.get("pictures", []))
    if is_first:
        publish(IdeaReleased(idea_id=idea.pk))


def _idea_becomes(object_id: int, visibility: Visibility) -> None:
    Idea.objects.filter(pk=object_id).update(visibility=visibility, changed_at=timezone.now())


def decline_idea(*, object_id: int, content: dict[str, Any], case: Any) -> None:
    """Keep the idea unpublished. (A declined change leaves what is public as it was; moderation does not call then.)"""
    _idea_becomes(object_id, Visibility.DECLINED)


def return_idea(*, object_id: int, content: dict[str, Any], case: Any) -> None:
    """Give the idea back to its author."""
    _idea_becomes(object_id, Visibility.RETURNED)


def idea_waits(*, object_id: int, content: dict[str, Any], case: Any) -> None:
    """A decision was undone: the idea waits again."""
    _idea_becomes(object_id, Visibility.WAITING)


def take_down_idea(*, object_id: int, content: dict[str, Any], case: Any) -> None:
    """Take a public idea off the pages; doubles that were merged into it stand on their own again."""
    separate_all(Idea.objects.get(pk=object_id))
    _idea_becomes(object_id, Visibility.TAKEN_DOWN)


def idea_url(object_id: int) -> str:
    """Where the idea is read."""
    return reverse("participation:idea", args=[object_id])


def _comment(object_id: int) -> Comment:
    return Comment.objects.select_for_update(of=("self",)).get(pk=object_id)


def release_comment(*, object_id: int, content: dict[str, Any], case: Any) -> None:
    """Make public exactly what the moderator read, and count it."""
    show_comment(_comment(object_id), text=content["text"])


def decline_comment(*, object_id: int, content: dict[str, Any], case: Any) -> None:
    """Keep the comment unpublished."""
    hide_comment(_comment(object_id), Visibility.DECLINED)


def return_comment(*, object_id: int, content: dict[str, Any], case: Any) -> None:
    """Give the comment back to its author."""
    hide_comment(_comment(object_id), Visibility.RETURNED)


def comment_waits(*, object_id: int, content: dict[str, Any], case: Any) -> None:
    """A decision was undone: the comment waits again."""
    hide_comment(_comment(object_id), Visibility.WAITING)


def take_down_comment(*, object_id: int, content: dict[str, Any], case: Any) -> None:
    """Take a public comment off the page."""
    hide_comment(_comment(object_id), Visibility.TAKEN_DOWN)


def comment_url(object_id: int) -> str:
    """Where the comment is read."""
    idea_id = Comment.objects.values_list("idea_id", flat=True).get(pk=object_id)
    return f"{reverse('participation:idea', args=[idea_id])}#comment-{object_id}"
