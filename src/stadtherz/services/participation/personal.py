# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What participation does with data about people: hand it out, forget it, let it expire, and join two rows of one person.

Public contributions stay without their author. A support is withdrawn with the account while the process still takes
supports, as the person could come back and click again; once the phase is over, the number stays without the person.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, F, Q

from stadtherz.kernel.people.events import PeopleMerged
from stadtherz.kernel.people.models import Person
from stadtherz.services.participation.models import (
    Comment,
    Follow,
    Idea,
    Merge,
    PaperSheet,
    Process,
    StatusChange,
    Support,
)
from stadtherz.services.participation.phases import Action
from stadtherz.services.participation.rules import phase_allows
from stadtherz.services.participation.states import ON_RECORD, Visibility

HIDDEN = (Visibility.RETURNED, Visibility.DECLINED, Visibility.WITHDRAWN)
MOVE_SUPPORTS = """
WITH doubled AS (
    DELETE FROM participation_support gone USING participation_support kept
    WHERE gone.person_id = %(gone)s AND kept.person_id = %(kept)s AND kept.idea_id = gone.idea_id
    RETURNING gone.idea_id
)
UPDATE participation_idea SET support_count = greatest(0, support_count - 1) WHERE id IN (SELECT idea_id FROM doubled)
"""


def export_ideas(person: Person) -> list[dict[str, Any]]:
    """The person's ideas, whatever became of them."""
    return [
        {
            "title": idea.title,
            "text": idea.text,
            "place": [idea.place.x, idea.place.y] if idea.place else None,
            "place_label": idea.place_label,
            "submitted": idea.created_at.isoformat(),
            "visibility": idea.visibility,
            "status": idea.status,
        }
        for idea in Idea.objects.filter(author=person).order_by("created_at")
    ]


@transaction.atomic
def erase_ideas(person: Person) -> None:
    """Public ideas stay without an author; all others are removed."""
    Idea.objects.filter(author=person).exclude(visibility__in=ON_RECORD).delete()
    Idea.objects.filter(author=person).update(author=None, submission_key=None)


def expire_ideas(before: datetime) -> int:
    """Remove what was withdrawn, returned or declined before this moment."""
    return Idea.objects.filter(visibility__in=HIDDEN, changed_at__lt=before).delete()[0]


def export_comments(person: Person) -> list[dict[str, Any]]:
    """The person's comments, whatever became of them."""
    return [
        {"idea": c.idea.title, "text": c.text, "written": c.created_at.isoformat(), "visibility": c.visibility}
        for c in Comment.objects.filter(author=person).select_related("idea").order_by("created_at")
    ]


@transaction.atomic
def erase_comments(person: Person) -> None:
    """Public comments stay without an author. Others are removed, or emptied where somebody answered them."""
    hidden = Comment.objects.filter(author=person).exclude(visibility=Visibility.RELEASED)
    _remove_or_empty([comment.pk for comment in hidden])
    Comment.objects.filter(author=person).update(author=None, submission_key=None)


def expire_comments(before: datetime) -> int:
    """Remove (or empty, where somebody answered) what was withdrawn, returned or declined and written before this moment."""
    old = Comment.objects.filter(visibility__in=HIDDEN, created_at__lt=before).exclude(text="")
    return _remove_or_empty(list(old.values_list("pk", flat=True)))


def _remove_or_empty(comments: Sequence[int]) -> int:
    answered = Comment.objects.filter(pk__in=comments, replies__isnull=False).distinct().values_list("pk", flat=True)
    emptied = Comment.objects.filter(pk__in=list(answered)).update(text="", author=None, submission_key=None)
    return emptied + Comment.objects.filter(pk__in=comments).exclude(pk__in=list(answered), text="").delete()[0]


def export_supports(person: Person) -> list[dict[str, Any]]:
    """What the person supports."""
    return [
        {"idea": s.idea.title, "at": s.at.isoformat(), "came_in": s.origin}
        for s in Support.objects.filter(person=person).select_related("idea").order_by("at")
    ]


@transaction.atomic
def erase_supports(person: Person) -> None:
    """Withdraw the supports that could be given again; let the others stand without the person."""
    own = Support.objects.filter(person=person)
    for process in Process.objects.filter(ideas__supports__person=person).distinct().prefetch_related("phases"):
        if phase_allows(process, Action.SUPPORT):
            open_ones = own.filter(idea__process=process)
            Idea.objects.filter(pk__in=list(open_ones.values_list("idea", flat=True)), support_count__gt=0).update(
                support_count=F("support_count") - 1
            )
            open_ones.delete()
    own.update(person=None, sheet=None)


def expire_supports(before: datetime) -> int:
    """Forget who was for an idea of processes in which nobody can support any more. The number stays."""
    open_ones = [p.pk for p in Process.objects.prefetch_related("phases") if phase_allows(p, Action.SUPPORT)]
    old = Support.objects.filter(at__lt=before, person__isnull=False).exclude(idea__process__in=open_ones)
    return old.update(person=None)


def export_follows(person: Person) -> list[dict[str, Any]]:
    """What the person follows."""
    follows = Follow.objects.filter(person=person).select_related("idea").order_by("at")
    return [{"idea": follow.idea.title, "since": follow.at.isoformat()} for follow in follows]


def erase_follows(person: Person) -> None:
    """Stop all notices."""
    Follow.objects.filter(person=person).delete()


def erase_answers(person: Person) -> None:
    """The answer stays, with its office; who entered it is forgotten here (the record of decisions keeps the number)."""
    StatusChange.objects.filter(by=person).update(by=None)


def erase_sheets(person: Person) -> None:
    """The sheet stays; who entered it is forgotten here."""
    PaperSheet.objects.filter(clerk=person).update(clerk=None)


def erase_merges(person: Person) -> None:
    """The ideas stay merged; who did it is forgotten here."""
    Merge.objects.filter(by=person).update(by=None)


@transaction.atomic
def people_merged(event: PeopleMerged) -> None:
    """Everything of the one row belongs to the other; what both supported or follow counts once."""
    numbers = {"kept": event.kept_id, "gone": event.gone_id}
    with connection.cursor() as cursor:
        cursor.execute(MOVE_SUPPORTS, numbers)
    Support.objects.filter(person=event.gone_id).update(person=event.kept_id)
    followed = Follow.objects.filter(person=event.kept_id).values_list("idea", flat=True)
    Follow.objects.filter(person=event.gone_id, idea__in=list(followed)).delete()
    Follow.objects.filter(person=event.gone_id).update(person=event.kept_id)
    Idea.objects.filter(author=event.gone_id).update(author=event.kept_id)
    Comment.objects.filter(author=event.gone_id).update(author=event.kept_id)
    StatusChange.objects.filter(by=event.gone_id).update(by=event.kept_id)
    PaperSheet.objects.filter(clerk=event.gone_id).update(clerk=event.kept_id)
    Merge.objects.filter(by=event.gone_id).update(by=event.kept_id)


def wrong_counters() -> list[tuple[int, str, int, int]]:
    """Ideas whose counters differ from the rows: (idea, counter, says, is). Empty when all is well."""
    ideas = Idea.objects.annotate(
        supporters=Count("supports", distinct=True),
        commented=Count("comments", filter=Q(comments__visibility=Visibility.RELEASED), distinct=True),
    )
    wrong: list[tuple[int, str, int, int]] = []
    for idea in ideas.exclude(support_count=F("supporters"), comment_count=F("commented")):
        if idea.support_count != idea.supporters:
            wrong.append((idea.pk, "supports", idea.support_count, idea.supporters))
        if idea.comment_count != idea.commented:
            wrong.append((idea.pk, "comments", idea.comment_count, idea.commented))
    return wrong
