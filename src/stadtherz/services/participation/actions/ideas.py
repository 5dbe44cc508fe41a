# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Submit, change and withdraw an idea. What becomes public, a moderator decides (``moderated``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.gis.geos import Point
from django.db import IntegrityError, transaction
from django.utils import timezone

from stadtherz.kernel.audit.actions import record
from stadtherz.kernel.geo.queries import district_of
from stadtherz.kernel.moderation.actions import submit
from stadtherz.kernel.people.models import Person
from stadtherz.services.participation.actions.cases import close_open_case
from stadtherz.services.participation.contents import IDEA, content_as_it_is, idea_content
from stadtherz.services.participation.errors import (
    AccountNeeded,
    NoLongerYours,
    NotYours,
    OthersWords,
    PhaseForbids,
    PlaceOutside,
    WrongCategory,
)
from stadtherz.services.participation.models import Category, Idea, IdeaPicture, PaperSheet, Process
from stadtherz.services.participation.models.idea import TEXT_LENGTH, TITLE_LENGTH
from stadtherz.services.participation.phases import Action
from stadtherz.services.participation.rules import (
    is_author,
    may_edit,
    phase_allowed_on,
    phase_allows,
    place_lies_inside,
    takes_part,
)
from stadtherz.services.participation.states import Origin, Visibility
from stadtherz.services.participation.texts import written, written_line

if TYPE_CHECKING:
    from stadtherz.kernel.files.models import Picture


@transaction.atomic
def submit_idea(
    *,
    process: Process,
    author: Person,
    title: str,
    text: str,
    category: Category | None = None,
    place: Point | None = None,
    place_label: str = "",
    pictures: Sequence[Picture] = (),
    submission_key: UUID | None = None,
    sheet: PaperSheet | None = None,
) -> Idea:
    """Take an idea in. It waits for a moderator; nothing of it is public yet.

    ``submission_key`` names the form: the same form sent twice leads to the same idea. With a paper ``sheet``, its day of
    signing decides about the phase. Side effects: a moderation case.
    Raises ``AccountNeeded``, ``PhaseForbids``, ``TextMissing``, ``TextTooLong``, ``PlaceOutside``, ``WrongCategory``.
    """
    if not takes_part(author):
        raise AccountNeeded
    if not _in_time(process, sheet):
        raise PhaseForbids
    if submission_key and (sent := Idea.objects.filter(author=author, submission_key=submission_key).first()):
        return sent
    title, text = _checked(process, title, text, category, place)
    idea = Idea(
        process=process, author=author, category=category, title=title, text=text, place=place,
        place_label=place_label.strip()[:200], district=district_of(place) if place else None,
        origin=Origin.PAPER if sheet else Origin.WEB, sheet=sheet, submission_key=submission_key,
    )  # fmt: skip
    try:
        with transaction.atomic():
            idea.save()
    except IntegrityError:  # the double click of the same form arrived at the same moment
        return Idea.objects.get(author=author, submission_key=submission_key)
    show_pictures(idea, pictures)
    submit(kind=IDEA, object_id=idea.pk, author=author, content=content_as_it_is(idea))
    return idea


@transaction.atomic
def edit_idea(
    *, idea: Idea, author: Person, title: str, text: str, category: Category | None = None,
    place: Point | None = None, place_label: str = "", pictures: Sequence[Picture] = (),
) -> Idea:  # fmt: skip
    """Change an own idea. What is public stays as it was until a moderator released the change.

    Side effects: the moderation case is renewed. Raises ``NotYours``, ``NoLongerYours`` and as ``submit_idea``.
    """
    idea = Idea.objects.select_for_update(of=("self",)).select_related("process", "category").get(pk=idea.pk)
    if not is_author(author, idea):
        raise NotYours
    if not may_edit(author, idea):
        raise NoLongerYours
    title, text = _checked(idea.process, title, text, category, place)
    wanted = idea_content(
        title=title, text=text, category=category, place=place, place_label=place_label.strip()[:200],
        pictures=pictures,
    )  # fmt: skip
    if idea.is_released:
        submit(kind=IDEA, object_id=idea.pk, author=author, content=wanted, before=content_as_it_is(idea))
        return idea
    idea.title, idea.text, idea.category = title, text, category
    idea.place, idea.place_label = place, place_label.strip()[:200]
    idea.district = district_of(place) if place else None
    idea.visibility, idea.changed_at = Visibility.WAITING, timezone.now()
    idea.save()
    show_pictures(idea, pictures)
    submit(kind=IDEA, object_id=idea.pk, author=author, content=wanted)
    return idea


@transaction.atomic
def withdraw_idea(*, idea: Idea, author: Person) -> Idea:
    """Take an own idea back: it disappears from the public pages. Supports and comments stay with the row.

    Side effects: an open moderation case is closed, an entry in the record. Raises ``NotYours``, ``NoLongerYours``,
    ``OthersWords``.
    """
    idea = Idea.objects.select_for_update(of=("self",)).get(pk=idea.pk)
    if not is_author(author, idea):
        raise NotYours
    if not may_edit(author, idea):
        raise NoLongerYours
    if idea.merges.standing().exists():
        raise OthersWords
    close_open_case(kind=IDEA, object_id=idea.pk, author=author)
    _hide(idea, Visibility.WITHDRAWN)
    record(action="participation.withdraw_idea", actor=author, subject=f"{IDEA}:{idea.pk}")
    return idea


def _hide(idea: Idea, visibility: Visibility) -> None:
    idea.visibility, idea.changed_at = visibility, timezone.now()
    idea.save(update_fields=["visibility", "changed_at"])


def _in_time(process: Process, sheet: PaperSheet | None) -> bool:
    if sheet is not None:
        return phase_allowed_on(process, Action.SUBMIT, sheet.signed_on)
    return phase_allows(process, Action.SUBMIT)


def _checked(
    process: Process, title: str, text: str, category: Category | None, place: Point | None
) -> tuple[str, str]:
    title = written_line(title, field="title", limit=TITLE_LENGTH)
    text = written(text, field="text", limit=TEXT_LENGTH)
    if category is not None and category.process_id != process.pk:
        raise WrongCategory
    if place is not None and not place_lies_inside(place):
        raise PlaceOutside
    return title, text


def show_pictures(idea: Idea, pictures: Sequence[Picture] | Sequence[int]) -> None:
    """Let the idea show these pictures (rows or numbers), in this order."""
    idea.pictures.exclude(picture__in=pictures).delete()
    for order, picture in enumerate(pictures):
        number = int(getattr(picture, "pk", picture))  # type: ignore[call-overload]
        IdeaPicture.objects.update_or_create(idea=idea, picture_id=number, defaults={"order": order})
