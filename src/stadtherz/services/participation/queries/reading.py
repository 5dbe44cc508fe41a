# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the page of an idea needs: the idea with what the visitor did, its pictures, answers and comments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, Exists, F, OuterRef, Prefetch, Q, QuerySet, Value

from stadtherz.kernel.moderation.models import Case
from stadtherz.kernel.moderation.states import State
from stadtherz.kernel.people.models import Person
from stadtherz.services.participation.contents import COMMENT, IDEA
from stadtherz.services.participation.models import Comment, Follow, Idea, IdeaPicture, StatusChange, Support
from stadtherz.services.participation.states import Visibility

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

THREADS = 30


def ideas_for(visitor: Person | AnonymousUser) -> QuerySet[Idea]:
    """Ideas with their process and phases, and whether the visitor supports and follows them."""
    ideas = Idea.objects.select_related("process", "category", "author").prefetch_related("process__phases")
    if not isinstance(visitor, Person):
        nobody = Value(False, output_field=BooleanField())
        return ideas.annotate(is_supported=nobody, is_followed=nobody)
    return ideas.annotate(
        is_supported=Exists(Support.objects.filter(idea=OuterRef("pk"), person=visitor)),
        is_followed=Exists(Follow.objects.filter(idea=OuterRef("pk"), person=visitor)),
    )


def with_pictures_and_answers(ideas: QuerySet[Idea]) -> QuerySet[Idea]:
    """Two more queries for the page of one idea."""
    return ideas.prefetch_related(
        Prefetch("pictures", IdeaPicture.objects.select_related("picture")),
        Prefetch("answers", StatusChange.objects.order_by("at", "id")),
    )


def reportable(idea: Idea, comments: Sequence[int]) -> set[tuple[str, int]]:
    """Which of these moderators released themselves, so that a report has a case to go to: (kind, number)."""
    cases = Case.objects.filter(
        Q(kind=IDEA, object_id=idea.pk) | Q(kind=COMMENT, object_id__in=comments), state=State.RELEASED
    )
    return set(cases.values_list("kind", "object_id"))


@dataclass(frozen=True, slots=True)
class Line:
    """A comment in the order of reading. ``is_gone``: an empty place that holds answers together."""

    comment: Any
    is_gone: bool
    is_own: bool


@dataclass(frozen=True, slots=True)
class Discussion:
    """Some threads of an idea, in the order of reading, and the mark of the next threads (0: none)."""

    lines: list[Line]
    next_mark: int


def discussion(idea: Idea, visitor: Person | AnonymousUser, *, after: int = 0, threads: int = THREADS) -> Discussion:
    """Public comments, and the visitor's own that still wait: one query, however many comments there are."""
    own = Q(author=visitor, visibility__in=(Visibility.WAITING, Visibility.RETURNED))
    seen = Q(visibility=Visibility.RELEASED) | (own if isinstance(visitor, Person) else Q(pk__in=()))
    held = Q(
        pk__in=Comment.objects.filter(idea=idea, visibility=Visibility.RELEASED, thread__isnull=False).values("thread")
    )
    shown = Comment.objects.filter(seen | held, idea=idea, thread=None, pk__gt=after).order_by("pk")[: threads + 1]
    page = shown.values("pk")
    found = list(_named(Comment.objects.filter(idea=idea)).filter(Q(pk__in=page) | Q(thread__in=page)).order_by("pk"))
    first = [comment for comment in found if comment.thread_id is None]
    mark = first[threads - 1].pk if len(first) > threads else 0
    first = first[:threads]
    replies = [comment for comment in found if comment.thread_id is not None]
    return Discussion(_in_reading_order(first, replies, visitor), mark)


def _named(comments: QuerySet[Comment]) -> QuerySet[Comment]:
    """The author's public name without a row of people for each comment."""
    return comments.annotate(pseudonym=F("author__pseudonym"), erased_at=F("author__erased_at"))


def _in_reading_order(first: list[Comment], replies: list[Comment], visitor: Person | AnonymousUser) -> list[Line]:
    below: dict[int | None, list[Comment]] = {}
    for reply in replies:
        below.setdefault(reply.parent_id, []).append(reply)
    lines: list[Line] = []
    visitor_id = visitor.pk if isinstance(visitor, Person) else None

    def read(comment: Comment) -> bool:
        """Add the comment and what is below it; say whether anything can be read there."""
        is_own = comment.author_id is not None and comment.author_id == visitor_id
        visible = comment.visibility == Visibility.RELEASED or (
            is_own and comment.visibility in (Visibility.WAITING, Visibility.RETURNED)
        )
        place = len(lines)
        lines.append(Line(comment, not visible, is_own))
        anything = visible
        for reply in below.get(comment.pk, ()):
            anything |= read(reply)
        if not anything:
            del lines[place:]
        return anything

    for comment in first:
        read(comment)
    return lines
