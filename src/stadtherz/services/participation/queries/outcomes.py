# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What became of ideas: the latest answer to each, by the day of that answer."""

from __future__ import annotations

from django.db.models import Count, QuerySet

from stadtherz.services.participation.models import StatusChange
from stadtherz.services.participation.states import Visibility


def _latest() -> QuerySet[StatusChange]:
    """Of each public idea that the town has answered, the last answer."""
    answers = StatusChange.objects.filter(idea__visibility=Visibility.RELEASED)
    last = answers.order_by("idea_id", "-at", "-id").distinct("idea_id").values("pk")
    return StatusChange.objects.filter(pk__in=last)


def outcomes(status: str = "") -> QuerySet[StatusChange]:
    """The latest answers with their ideas, newest first; ``status`` narrows them."""
    answers = _latest().filter(status=status) if status else _latest()
    return (
        answers.select_related("idea")
        .only("status", "at", "answer", "office", "idea__title", "idea__support_count", "idea__place_label")
        .order_by("-at", "-id")
    )


def counts() -> dict[str, int]:
    """How many ideas the town has brought to each status: one query."""
    return dict(_latest().order_by().values_list("status").annotate(Count("pk")))
