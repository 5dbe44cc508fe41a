# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which ideas wait for the town."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, Max, Min, Q, QuerySet, TextChoices
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from stadtherz.services.participation.models import Idea
from stadtherz.services.participation.states import Status

LATE_DAYS = 42
LIMIT = 200


class Waiting(TextChoices):
    """Parts of the work list."""

    UNANSWERED = "unanswered", _("Without an answer")
    UNDER_WAY = "under_way", _("Under way")
    DECIDED = "decided", _("Decided")


WHICH = {
    Waiting.UNANSWERED: Q(status=Status.RECEIVED),
    Waiting.UNDER_WAY: Q(status__in=(Status.IN_REVIEW, Status.PLANNED)),
    Waiting.DECIDED: Q(status__in=(Status.DONE, Status.DECLINED)),
}


def waiting_ideas(which: Waiting) -> QuerySet[Idea]:
    """Released ideas of this part, those that waited longest for a word of the town first; decided ones newest first."""
    ideas = (
        Idea.objects.released()
        .filter(WHICH[which])
        .select_related("district")
        .defer("text", "place", "search", "district__geometry", "district__middle")
        .annotate(answered_at=Max("answers__at"))
        .annotate(since=Coalesce("answered_at", "released_at"))
    )
    return ideas.order_by("-since" if which == Waiting.DECIDED else "since", "pk")[:LIMIT]


def counts() -> dict[Waiting, int]:
    """How many ideas each part has: one query."""
    found = Idea.objects.released().aggregate(**{part.value: Count("pk", filter=WHICH[part]) for part in Waiting})
    return {part: found[part.value] for part in Waiting}


def unanswered() -> tuple[int, datetime | None]:
    """How many released ideas have no answer, and since when the oldest waits: one query."""
    found = (
        Idea.objects.released().filter(WHICH[Waiting.UNANSWERED]).aggregate(n=Count("pk"), oldest=Min("released_at"))
    )
    return found["n"], found["oldest"]
