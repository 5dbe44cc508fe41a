# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Into the queue and out of it again: what the author does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from stadtherz.kernel.files.models import Picture
from stadtherz.kernel.moderation.actions.change import change_state, lock
from stadtherz.kernel.moderation.actions.decisions import decide_locked
from stadtherz.kernel.moderation.consequences import kind_of, tell_staff, write_down
from stadtherz.kernel.moderation.content import Content
from stadtherz.kernel.moderation.errors import NotYours
from stadtherz.kernel.moderation.models import Case
from stadtherz.kernel.moderation.queries import open_case, released_case
from stadtherz.kernel.moderation.states import Change
from stadtherz.kernel.people.models import Person


@transaction.atomic
def submit(
    *,
    kind: str,
    object_id: int,
    author: Person | None,
    content: Content,
    before: Content | None = None,
    pictures: Sequence[Picture] = (),
) -> Case:
    """Put a contribution into the queue. What is public now, if anything, stays so until a moderator releases this.

    A contribution that waits already, or is back with its author, gets the new content in its open case, with a new
    revision: a moderator who has read the old one cannot release the new one unread. Without ``before``, the last
    released content is taken, so that an edit is always shown as a difference. Raises ``UnknownKind``,
    ``ContentTooLong``.
    """
    kind_of(kind)
    if pictures:
        content = replace(content, pictures=tuple(picture.pk for picture in pictures))
    stored = content.stored()
    case = _open_locked(kind, object_id)
    if case is None:
        public = before.stored() if before is not None else _public_content(kind, object_id)
        try:
            with transaction.atomic():
                case = Case.objects.create(kind=kind, object_id=object_id, author=author, content=stored, before=public)
        except IntegrityError:  # the same contribution came in a second time at the same moment
            case = _open_locked(kind, object_id)
            if case is None:
                raise
            _replace(case, stored, before)
    else:
        _replace(case, stored, before)
    write_down(case, "submit", author, edit=case.is_edit)
    tell_staff(case)
    return case


def _open_locked(kind: str, object_id: int) -> Case | None:
    found = open_case(kind=kind, object_id=object_id)
    return Case.objects.select_for_update().get(pk=found.pk) if found else None


def _public_content(kind: str, object_id: int) -> Mapping[str, Any] | None:
    released = released_case(kind=kind, object_id=object_id)
    return released.content if released else None


def _replace(case: Case, stored: dict[str, Any], before: Content | None) -> None:
    change_state(case, Change.SUBMIT)
    now = timezone.now()
    case.content, case.submitted_at, case.waiting_since = stored, now, now
    if before is not None:
        case.before = before.stored()
    case.claimed_by = case.claimed_at = None
    case.reason = case.reason_text = ""
    case.save()


@transaction.atomic
def withdraw(*, case: Case, author: Person) -> Case:
    """The author takes the contribution back before it is decided. Raises ``NotYours``, ``AlreadyDecided``."""
    case = lock(case)
    if case.author_id != author.pk:
        raise NotYours
    return decide_locked(case=case, change=Change.WITHDRAW, by=author)
