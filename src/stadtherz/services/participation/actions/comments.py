# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Comment on an idea, change or withdraw a comment. What becomes public, a moderator decides (``moderated``)."""

from __future__ import annotations

from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from stadtherz.kernel.live import publish as publish_live
from stadtherz.kernel.moderation.actions import submit
from stadtherz.kernel.people.models import Person
from stadtherz.services.participation.actions.cases import close_open_case, require_still_public
from stadtherz.services.participation.contents import COMMENT, comment_content
from stadtherz.services.participation.errors import AccountNeeded, NoLongerYours, NotPublic, NotYours, PhaseForbids
from stadtherz.services.participation.events import idea_topic
from stadtherz.services.participation.models import Comment, Idea
from stadtherz.services.participation.models.voices import COMMENT_LENGTH, DEEPEST
from stadtherz.services.participation.phases import Action
from stadtherz.services.participation.rules import is_author, may_edit, phase_allows, takes_part
from stadtherz.services.participation.states import Origin, Visibility
from stadtherz.services.participation.texts import written


@transaction.atomic
def comment(
    *,
    idea: Idea,
    author: Person,
    text: str,
    parent: Comment | None = None,
    submission_key: UUID | None = None,
    origin: Origin = Origin.WEB,
) -> Comment:
    """Remark on an idea, or answer a remark. It waits for a moderator; the counter moves when it is released.

    An answer to a comment at the deepest level stands beside it. Side effects: a moderation case.
    Raises ``AccountNeeded``, ``NotPublic``, ``PhaseForbids``, ``TextMissing``, ``TextTooLong``.
    """
    if not takes_part(author):
        raise AccountNeeded
    if not idea.is_released or (parent is not None and not _answerable(parent, idea)):
        raise NotPublic
    if not phase_allows(idea.process, Action.COMMENT):
        raise PhaseForbids
    if submission_key and (sent := Comment.objects.filter(author=author, submission_key=submission_key).first()):
        return sent
    made = Comment(
        idea=idea,
        author=author,
        text=written(text, field="text", limit=COMMENT_LENGTH),
        parent=parent,
        thread_id=(parent.thread_id or parent.pk) if parent else None,
        depth=min(parent.depth + 1, DEEPEST) if parent else 0,
        origin=origin,
        submission_key=submission_key,
    )
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError:  # the double click of the same form arrived at the same moment
        return Comment.objects.get(author=author, submission_key=submission_key)
    require_still_public(idea)
    submit(kind=COMMENT, object_id=made.pk, author=author, content=comment_content(made, made.text))
    return made


@transaction.atomic
def edit_comment(*, comment: Comment, author: Person, text: str) -> Comment:
    """Change an own comment. What is public stays as it was until a moderator released the change.

    Side effects: the moderation case is renewed. Raises ``NotYours``, ``NoLongerYours``, ``TextMissing``,
    ``TextTooLong``.
    """
    comment = _own(comment, author)
    text = written(text, field="text", limit=COMMENT_LENGTH)
    before = comment_content(comment, comment.text) if comment.visibility == Visibility.RELEASED else None
    if before is None:
        comment.text, comment.visibility = text, Visibility.WAITING
        comment.save(update_fields=["text", "visibility"])
    content = comment_content(comment, text)
    submit(kind=COMMENT, object_id=comment.pk, author=author, content=content, before=before)
    return comment


@transaction.atomic
def withdraw_comment(*, comment: Comment, author: Person) -> Comment:
    """Take an own comment back. Answers to it stay readable below an empty place.

    Side effects: an open moderation case is closed, the idea's counter. Raises ``NotYours``, ``NoLongerYours``.
    """
    comment = _own(comment, author)
    close_open_case(kind=COMMENT, object_id=comment.pk, author=author)
    hide_comment(comment, Visibility.WITHDRAWN)
    return comment


def show_comment(comment: Comment, *, text: str) -> None:
    """Make a comment (or its new words) public and count it. For the moderation hooks. Side effect: a live message."""
    if comment.visibility == Visibility.RELEASED:
        comment.edited_at = timezone.now()
    else:
        comment.released_at = comment.released_at or timezone.now()
        Idea.objects.filter(pk=comment.idea_id).update(comment_count=F("comment_count") + 1)
    comment.text, comment.visibility = text, Visibility.RELEASED
    comment.save(update_fields=["text", "visibility", "released_at", "edited_at"])
    publish_live(idea_topic(comment.idea_id), "discussed", {"comment": comment.pk})


def hide_comment(comment: Comment, visibility: Visibility) -> None:
    """Take a comment out of the public page and out of the count. For verbs and the moderation hooks.

    Side effect: a live message, if it was public.
    """
    if comment.visibility == Visibility.RELEASED:
        publish_live(idea_topic(comment.idea_id), "discussed", {"comment": comment.pk})
        Idea.objects.filter(pk=comment.idea_id, comment_count__gt=0).update(comment_count=F("comment_count") - 1)
    comment.visibility = visibility
    comment.save(update_fields=["visibility"])


def _answerable(parent: Comment, idea: Idea) -> bool:
    return parent.idea_id == idea.pk and parent.visibility == Visibility.RELEASED


def _own(comment: Comment, author: Person) -> Comment:
    comment = Comment.objects.select_for_update(of=("self",)).select_related("idea").get(pk=comment.pk)
    if not is_author(author, comment):
        raise NotYours
    if not may_edit(author, comment):
        raise NoLongerYours
    return comment
