# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What waits for moderators, for the desk of the staff."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from stadtherz.kernel.moderation.queries import overview
from stadtherz.kernel.registry.declaration import DeskLine

LATE = timedelta(days=2)


def waiting() -> list[DeskLine]:
    """Contributions to read; one query."""
    found = overview()
    title = ngettext("%(n)d contribution to read", "%(n)d contributions to read", found.waiting)
    return [
        DeskLine(
            count=found.waiting, title=title % {"n": found.waiting}, done=_("Contributions to read"),
            url=reverse("moderation:work_list"), since=found.oldest,
            late=bool(found.oldest and found.oldest < timezone.now() - LATE),
        )
    ]  # fmt: skip
