# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What waits for clerks of participation, for the desk of the staff."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from stadtherz.kernel.registry.declaration import DeskLine
from stadtherz.services.participation.models import Process
from stadtherz.services.participation.queries.answering import LATE_DAYS, unanswered


def waiting() -> list[DeskLine]:
    """Ideas without an answer; one query."""
    count, oldest = unanswered()
    title = ngettext("%(n)d idea without an answer", "%(n)d ideas without an answer", count)
    return [
        DeskLine(
            count=count, title=title % {"n": count}, done=_("Ideas without an answer"),
            url=reverse("participation:answering"), since=oldest,
            late=bool(oldest and oldest < timezone.now() - timedelta(days=LATE_DAYS)),
        )
    ]  # fmt: skip


def to_set_up() -> list[DeskLine]:
    """A town that asks nothing yet: without a process nobody can propose an idea; one query."""
    is_missing = not Process.objects.exists()
    return [
        DeskLine(
            count=int(is_missing),
            title=_("Set up the first process, so that people can propose ideas"),
            done=_("Processes"),
            url=reverse("participation:manage"),
        )
    ]
