# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Two ideas that say the same become one, and can be two again.

Supports, comments and followers of the double are carried over to the idea that is kept; the merger remembers which, so
that they find back. Who supported both is counted once: the second support stays behind at the double, uncounted. An
idea that holds others is not merged itself, so that every double is one step away from where it is read.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from stadtherz.kernel.audit.actions import record
from stadtherz.kernel.live import publish as publish_live
from stadtherz.kernel.messages.actions import send
from stadtherz.kernel.messages.links import absolute
from stadtherz.kernel.moderation.queries import open_case
from stadtherz.kernel.people.models import Person
from stadtherz.services.participation.contents import IDEA
from stadtherz.services.participation.errors import (
    AnsweredBefore,
    ChangeWaits,
    HoldsOthers,
    NotDoubles,
    NotPublic,
    SeparatedBefore,
)
from stadtherz.services.participation.events import idea_topic
from stadtherz.services.participation.models import Comment, Follow, Idea, Merge, Support
from stadtherz.services.participation.models.merge import REASON_LENGTH
from stadtherz.services.participation.states import Visibility
from stadtherz.services.participation.texts import written

RECOUNT = """
UPDATE participation_idea i SET
    support_count = (SELECT count(*) FROM participation_support s WHERE s.idea_id = i.id),
    comment_count = (SELECT count(*) FROM participation_comment c WHERE c.idea_id = i.id AND c.visibility = 'released')
WHERE i.id = ANY(%s)
"""


@transaction.atomic
def merge_ideas(*, double: Idea, kept: Idea, clerk: Person, reason: str) -> Merge:
    """The double becomes part of the kept idea: nobody is counted twice, its address leads there, its words stay readable.

    Side effects: supports, comments and follows move, both counters, an entry in the record, a notice to the double's
    author and its followers, a live message. Raises ``NotDoubles``, ``NotPublic``, ``AnsweredBefore``, ``HoldsOthers``,
    ``ChangeWaits``, ``TextMissing``, ``TextTooLong``.
    """
    double, kept = _locked(double.pk, kept.pk)
    check_doubles(double, kept)
    merge = Merge(double=double, kept=kept, by=clerk, reason=written(reason, field="reason", limit=REASON_LENGTH))
    if double.author is not None:
        Follow.objects.bulk_create([Follow(idea=double, person=double.author)], ignore_conflicts=True)
    merge.comments = list(Comment.objects.filter(idea=double).values_list("pk", flat=True))
    Comment.objects.filter(idea=double).update(idea=kept)
    _carry_supports(merge)
    known = Follow.objects.filter(idea=kept).values("person")
    merge.follows = list(Follow.objects.filter(idea=double).exclude(person__in=known).values_list("pk", flat=True))
    to_tell = list(Follow.objects.filter(idea=double).select_related("person"))
    Follow.objects.filter(pk__in=merge.follows).update(idea=kept)
    merge.save()
    _show_as(double, Visibility.MERGED)
    _recount(double, kept)
    record(
        action="participation.merge_ideas", actor=clerk, subject=f"{IDEA}:{double.pk}",
        detail={"idea": kept.pk, "supports": len(merge.supports), "comments": len(merge.comments)},
    )  # fmt: skip
    for follow in to_tell:
        is_own = follow.person_id == double.author_id
        _tell(follow.person, "merged" if is_own else "merged_followed", merge, about=kept, is_own=is_own)
    publish_live(idea_topic(kept.pk), "discussed", {})
    return merge


@transaction.atomic
def separate_ideas(*, merge: Merge, clerk: Person | None) -> None:
    """Both ideas stand on their own again. What came over goes back; who joined since then stays with the kept idea.

    Side effects as ``merge_ideas``; only the author of the double is told. Raises ``SeparatedBefore``.
    """
    double, kept = _locked(merge.double_id, merge.kept_id)
    merge = Merge.objects.select_for_update().get(pk=merge.pk)
    if merge.undone_at is not None:
        raise SeparatedBefore
    carried = Support.objects.filter(pk__in=merge.supports, idea=kept)
    at_home = Support.objects.filter(idea=double).exclude(person=None).values("person")
    carried.filter(person__in=at_home).delete()  # two accounts of one person were joined meanwhile
    carried.update(idea=double)
    Follow.objects.filter(
        pk__in=merge.follows, idea=kept, person__in=Follow.objects.filter(idea=double).values("person")
    ).delete()
    Follow.objects.filter(pk__in=merge.follows, idea=kept).update(idea=double)
    Comment.objects.filter(idea=kept, pk__in=merge.comments).update(idea=double)
    Comment.objects.filter(idea=kept, thread__in=merge.comments).update(idea=double)  # answers given since
    merge.undone_at = timezone.now()
    merge.save(update_fields=["undone_at"])
    if double.visibility == Visibility.MERGED:
        _show_as(double, Visibility.RELEASED)
    _recount(double, kept)
    record(action="participation.separate_ideas", actor=clerk, subject=f"{IDEA}:{double.pk}", detail={"idea": kept.pk})
    if double.author is not None:
        _tell(double.author, "separated", merge, about=double, is_own=True)
    publish_live(idea_topic(kept.pk), "discussed", {})


def separate_all(idea: Idea) -> None:
    """The idea leaves the public pages: what others had proposed, and was merged into it, does not leave with it."""
    for merge in Merge.objects.filter(kept=idea, undone_at=None):
        separate_ideas(merge=merge, clerk=None)


def carry_over_again(*, idea: int, people: Collection[int]) -> None:
    """After supports of these people were taken from an idea: what they support of its doubles counts now."""
    for merge in Merge.objects.standing().select_related("kept", "double").filter(kept=idea):
        if _carry_supports(merge, people):
            merge.save(update_fields=["supports"])
            _recount(merge.kept, merge.double)


def _locked(*numbers: int) -> list[Idea]:
    """The two ideas, locked in the order of their numbers, as clicks lock them."""
    found = Idea.objects.select_for_update(of=("self",)).select_related("author").filter(pk__in=numbers).order_by("pk")
    by_number = {idea.pk: idea for idea in found}
    return [by_number[number] for number in numbers]


def check_doubles(double: Idea, kept: Idea) -> None:
    """Whether the double may be merged into the kept idea now. Raises as ``merge_ideas``, but for the reason's text."""
    if double.pk == kept.pk or double.process_id != kept.process_id:
        raise NotDoubles
    if not (double.is_released and kept.is_released):
        raise NotPublic
    if double.answers.exists():
        raise AnsweredBefore
    if Merge.objects.filter(kept=double, undone_at=None).exists():
        raise HoldsOthers
    if open_case(kind=IDEA, object_id=double.pk) is not None:
        raise ChangeWaits


def _carry_supports(merge: Merge, people: Collection[int] | None = None) -> int:
    """Supports of the double (of these ``people``, or all) by whom the kept idea does not know yet. How many moved."""
    known = Support.objects.filter(idea=merge.kept_id).exclude(person=None).values("person")
    new = Support.objects.filter(idea=merge.double_id).exclude(person__in=known)
    if people is not None:
        new = new.filter(person__in=people)
    numbers = list(new.values_list("pk", flat=True))
    merge.supports = sorted({*merge.supports, *numbers})
    return Support.objects.filter(pk__in=numbers).update(idea=merge.kept_id)


def _show_as(idea: Idea, visibility: Visibility) -> None:
    idea.visibility, idea.changed_at = visibility, timezone.now()
    idea.save(update_fields=["visibility", "changed_at"])


def _recount(*ideas: Idea) -> None:
    with connection.cursor() as cursor:
        cursor.execute(RECOUNT, [[idea.pk for idea in ideas]])


def _tell(person: Person, template: str, merge: Merge, *, about: Idea, is_own: bool) -> None:
    context = {
        "title": merge.double.title,
        "kept": merge.kept.title,
        "reason": merge.reason,
        "link": absolute(reverse("participation:idea", args=[about.pk])),
    }
    send(
        to=person, template=f"participation/{template}", context=context,
        notice="contribution" if is_own else "follow",
    )  # fmt: skip
