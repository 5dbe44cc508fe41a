# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What became of an idea, step by step, as the page shows it."""

from __future__ import annotations

from operator import itemgetter
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from stadtherz.kernel.language.reading import in_words
from stadtherz.kernel.people.rules import may
from stadtherz.kernel.ui.dates import day
from stadtherz.services.participation.models import Merge, StatusChange
from stadtherz.services.participation.states import Origin, Status
from stadtherz.services.participation.web.cards import status_words


def timeline(request: HttpRequest, idea: Any) -> list[dict[str, Any]]:
    """From the day it came in to the last official answer, with the doubles that were merged into it."""
    received = {
        "title": _("Came in on paper") if idea.origin == Origin.PAPER else _("Came in"),
        "date": idea.created_at,
        "state": "done",
    }
    steps: list[dict[str, Any]] = [received]
    if idea.released_at and (idea.released_at - idea.created_at).total_seconds() > 60:
        steps.append({"title": _("Published"), "date": idea.released_at, "state": "done"})
    may_correct = may(request.user, "participation.answer")
    since = [_answered(answer, request, may_correct=may_correct) for answer in idea.answers.all()]
    since += [_merged(merge) for merge in idea.merges.all()]
    steps += sorted(since, key=itemgetter("date"))
    if idea.status in (Status.RECEIVED, Status.IN_REVIEW, Status.PLANNED):
        steps.append({"title": _("The next step of the town will stand here"), "state": "ahead"})
    return steps


def _answered(answer: StatusChange, request: HttpRequest, *, may_correct: bool) -> dict[str, Any]:
    words = in_words(answer.answer, request)
    step = {
        "title": status_words()[answer.status].word,
        "date": answer.at,
        "author": answer.office,
        "text": words,
        "state": "done",
    }
    if answer.corrected_at:
        step["corrected"] = _("Corrected on %(day)s") % {"day": day(answer.corrected_at, weekday=False)}
        step["before"] = in_words(answer.first_words, request)
    if may_correct:
        step |= {"url": reverse("participation:correct", args=[answer.pk]), "url_title": _("Correct a mistake")}
    return step


def _merged(merge: Merge) -> dict[str, Any]:
    title = _("“%(title)s” was merged with this idea") % {"title": merge.double.title}
    return {"title": title, "date": merge.at, "text": merge.reason, "state": "done"}
