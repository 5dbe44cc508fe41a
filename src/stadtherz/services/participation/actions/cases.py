# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What several verbs ask about a contribution: its moderation case, and whether it is public at this moment."""

from __future__ import annotations

from stadtherz.kernel.moderation.actions import withdraw
from stadtherz.kernel.moderation.queries import open_case
from stadtherz.kernel.people.models import Person
from stadtherz.services.participation.errors import NotPublic
from stadtherz.services.participation.models import Idea


def close_open_case(*, kind: str, object_id: int, author: Person) -> None:
    """Take the contribution out of the moderators' queue, if it waits there."""
    case = open_case(kind=kind, object_id=object_id)
    if case is not None:
        withdraw(case=case, author=author)


def require_still_public(idea: Idea) -> None:
    """Raise ``NotPublic`` if the idea has left the public pages since it was read.

    To be asked after the row that belongs to it was written: that row's key holds the idea until the transaction ends, so
    that nobody merges it in between and leaves the row behind.
    """
    if not Idea.objects.released().filter(pk=idea.pk).exists():
        raise NotPublic
