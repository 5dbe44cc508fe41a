# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Follow an idea: be told what becomes of it."""

from __future__ import annotations

from django.db import transaction

from stadtherz.kernel.people.models import Person
from stadtherz.services.participation.actions.cases import require_still_public
from stadtherz.services.participation.errors import AccountNeeded, NotPublic
from stadtherz.services.participation.models import Follow, Idea
from stadtherz.services.participation.rules import may_see, takes_part


@transaction.atomic
def follow(*, idea: Idea, person: Person) -> None:
    """The person gets a notice with each official answer. A second call changes nothing.

    Raises ``AccountNeeded``, ``NotPublic``.
    """
    if not takes_part(person):
        raise AccountNeeded
    if not may_see(person, idea):
        raise NotPublic
    Follow.objects.bulk_create([Follow(idea=idea, person=person)], ignore_conflicts=True)
    if idea.is_released:
        require_still_public(idea)


@transaction.atomic
def unfollow(*, idea: Idea, person: Person) -> None:
    """The person gets no more notices. Without following, nothing changes."""
    Follow.objects.filter(idea=idea, person=person).delete()
