# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Contributions that were public before they came here: from an earlier platform, or as demonstration content."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from stadtherz.kernel.moderation.consequences import kind_of
from stadtherz.kernel.moderation.content import Content
from stadtherz.kernel.moderation.models import Case
from stadtherz.kernel.moderation.states import State
from stadtherz.kernel.people.models import Person

BATCH = 500


@dataclass(frozen=True, slots=True)
class PublicElsewhere:
    """A contribution that was public already ``since`` then."""

    object_id: int
    content: Content
    since: datetime
    author: Person | None = None


@transaction.atomic
def take_over(*, kind: str, contributions: Iterable[PublicElsewhere]) -> int:
    """Give each of them a released case, so that it can be reported, taken down and brought back like any other.

    Nobody here has decided about them: there is no decision in their history, nobody is told, and the time to release
    does not count them. The caller makes the entry in the record. Returns how many. Raises ``UnknownKind``,
    ``ContentTooLong``.
    """
    kind_of(kind)
    cases = [
        Case(
            kind=kind, object_id=each.object_id, author=each.author, content=each.content.stored(), state=State.RELEASED,
            submitted_at=each.since, waiting_since=each.since, decided_at=each.since,
        )
        for each in contributions
    ]  # fmt: skip
    return len(Case.objects.bulk_create(cases, batch_size=BATCH))
