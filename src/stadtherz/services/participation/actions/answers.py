# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Answer an idea for the town: a status with a reason, on a public, dated timeline; and correct what was mistyped there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from stadtherz.kernel.audit.actions import record
from stadtherz.kernel.language.reading import resolved
from stadtherz.kernel.live import publish as publish_live
from stadtherz.kernel.messages.actions import send
from stadtherz.kernel.messages.links import absolute
from stadtherz.kernel.people.models import Person
from stadtherz.kernel.registry.events import publish
from stadtherz.services.participation.contents import IDEA
from stadtherz.services.participation.errors import (
    AnsweredMeanwhile,
    AnswerNotChanged,
    CorrectedMeanwhile,
    NotPublic,
    ReasonMissing,
    StatusChangeNotAllowed,
    TextMissing,
)
from stadtherz.services.participation.events import IdeaAnswered, idea_topic
from stadtherz.services.participation.models import Follow, Idea, StatusChange
from stadtherz.services.participation.models.idea import ANSWER_LENGTH
from stadtherz.services.participation.rules import status_may_become
from stadtherz.services.participation.states import Status
from stadtherz.services.participation.texts import written, written_line


@transaction.atomic
def answer_idea(
    *,
    idea: Idea,
    clerk: Person,
    status: Status,
    answer: str | Mapping[str, str],
    office: str,
    last_seen: int | None = None,
    check_last_seen: bool = False,
    at: datetime | None = None,
) -> StatusChange:
    """Say what the town makes of an idea. ``answer`` is one text, or one per language ("de", "en", "de-easy").

    With ``check_last_seen`` the verb refuses when another answer than ``last_seen`` was given in the meantime.
    Side effects: the idea's status, an entry in the record, notices to author and followers, the event
    ``IdeaAnswered``, a live message. Raises ``NotPublic``, ``StatusChangeNotAllowed``, ``ReasonMissing``,
    ``TextMissing``, ``TextTooLong``, ``AnsweredMeanwhile``.
    """
    idea = Idea.objects.select_for_update(of=("self",)).select_related("author").get(pk=idea.pk)
    if not idea.is_released:
        raise NotPublic
    if check_last_seen and last_seen != _last_answer(idea):
        raise AnsweredMeanwhile
    if not status_may_become(idea.status, status):
        raise StatusChangeNotAllowed
    given = StatusChange.objects.create(
        idea=idea,
        status=status,
        answer=_worded(answer, status),
        office=written_line(office, field="office", limit=120),
        by=clerk,
        at=at or timezone.now(),
    )
    before, idea.status, idea.changed_at = idea.status, status, timezone.now()
    idea.save(update_fields=["status", "changed_at"])
    record(
        action="participation.answer_idea", actor=clerk, subject=f"{IDEA}:{idea.pk}",
        detail={"from": str(before), "to": str(status), "answer": given.pk},
    )  # fmt: skip
    _tell(idea, given)
    publish(IdeaAnswered(idea_id=idea.pk, answer_id=given.pk, status=str(status)))
    publish_live(idea_topic(idea.pk), "answered", {"status": str(status)})
    return given


@transaction.atomic
def correct_answer(
    *, answer: StatusChange, clerk: Person, words: Mapping[str, str], last_corrected: datetime | None
) -> StatusChange:
    """Put other words ("de", "en", "de-easy") in place of those of a published answer; status, office and day stay.

    Everybody sees the day of the correction and what stood there at first. ``last_corrected`` is what the clerk saw: a
    correction made since then is not overwritten. Side effects: an entry in the record, a live message. Nobody gets a
    mail: what the town means has not changed. Raises ``CorrectedMeanwhile``, ``AnswerNotChanged``, ``TextMissing``,
    ``TextTooLong``.
    """
    answer = StatusChange.objects.select_for_update().get(pk=answer.pk)
    if answer.corrected_at != last_corrected:
        raise CorrectedMeanwhile
    corrected = _worded(words, Status(answer.status))
    if corrected == dict(answer.answer):
        raise AnswerNotChanged
    if answer.corrected_at is None:
        answer.first_words = answer.answer
    answer.answer, answer.corrected_at = corrected, timezone.now()
    answer.save(update_fields=["answer", "first_words", "corrected_at"])
    record(
        action="participation.correct_answer", actor=clerk, subject=f"{IDEA}:{answer.idea_id}",
        detail={"answer": answer.pk},
    )  # fmt: skip
    publish_live(idea_topic(answer.idea_id), "answered", {"status": str(answer.status)})
    return answer


def _last_answer(idea: Idea) -> int | None:
    return idea.answers.order_by("-at", "-id").values_list("pk", flat=True).first()


def _worded(answer: str | Mapping[str, str], status: Status) -> dict[str, str]:
    given = {"de": answer} if isinstance(answer, str) else dict(answer)
    texts = {
        language: written(text, field="answer", limit=ANSWER_LENGTH) for language, text in given.items() if text.strip()
    }
    if not texts:
        raise ReasonMissing if status == Status.DECLINED else TextMissing(field="answer")
    return texts


def _tell(idea: Idea, given: StatusChange) -> None:
    context = {
        "title": idea.title,
        "status": Status(given.status).label,
        "office": given.office,
        "link": absolute(reverse("participation:idea", args=[idea.pk])),
    }
    if idea.author is not None:
        own = {**context, "answer": resolved(given.answer, language=idea.author.language).text}
        send(to=idea.author, template="participation/answered", context=own, notice="contribution")
    for follow in Follow.objects.filter(idea=idea).exclude(person=idea.author_id).select_related("person"):
        own = {**context, "answer": resolved(given.answer, language=follow.person.language).text}
        send(to=follow.person, template="participation/answered_followed", context=own, notice="follow")
