# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Data about people who answered surveys or ordered studies. What they found out about a street stays, without them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from stadtherz.kernel.people.events import PeopleMerged
from stadtherz.kernel.people.models import Person
from stadtherz.services.wayfinding.models import Study, SurveyAnswer
from stadtherz.services.wayfinding.surveys.vocabulary import AnswerState


def export_answers(person: Person) -> list[dict[str, Any]]:
    """What the person answered."""
    return [
        {
            "question": answer.question, "answer": answer.value, "street": answer.name, "where": answer.point.coords,
            "found_on": answer.found_on.isoformat(), "remark": answer.note, "state": answer.state,
            "photo": answer.picture.url if answer.picture else "",
        }
        for answer in SurveyAnswer.objects.filter(person=person).select_related("picture").order_by("pk")
    ]  # fmt: skip


def erase_answers(person: Person) -> None:
    """The facts stay, without the person and without what the person wrote."""
    SurveyAnswer.objects.filter(person=person).update(person=None, note="")
    SurveyAnswer.objects.filter(decided_by=person).update(decided_by=None)


def expire_answers(before: datetime) -> int:
    """Forget who answered what was decided before this moment."""
    old = SurveyAnswer.objects.filter(decided_at__lt=before, person__isnull=False).exclude(state=AnswerState.WAITING)
    return old.update(person=None, note="")


def export_studies(person: Person) -> list[dict[str, Any]]:
    """The studies that the person ordered."""
    return [
        {"study": study.pk, "ordered": study.ordered_at.isoformat()}
        for study in Study.objects.filter(ordered_by=person).order_by("pk")
    ]


def erase_studies(person: Person) -> None:
    """The study stays, without who ordered it."""
    Study.objects.filter(ordered_by=person).update(ordered_by=None)


def people_merged(event: PeopleMerged) -> None:
    """Answers, decisions and studies of the one row belong to the other."""
    SurveyAnswer.objects.filter(person=event.gone_id).update(person=event.kept_id)
    SurveyAnswer.objects.filter(decided_by=event.gone_id).update(decided_by=event.kept_id)
    Study.objects.filter(ordered_by=event.gone_id).update(ordered_by=event.kept_id)
