# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who may decide about what."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from stadtherz.kernel.moderation.models import Case, Decision
from stadtherz.kernel.people.models import Membership, Person
from stadtherz.kernel.people.rules import may
from stadtherz.kernel.registry.services import permissions

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

DECIDE = "moderation.decide"
CLAIM_MINUTES = 10
UNDO_SECONDS = 60
UNDO_GRACE = 5  # the click that came in time travels a moment
PAUSE_MINUTES = 10
REPORTS_A_DAY = 10


def others_may_decide(person: Person) -> bool:
    """Whether the active municipality has a moderator beside this person."""
    roles = permissions()[DECIDE].roles
    return Membership.objects.filter(role__in=roles, person__is_active=True).exclude(person=person).exists()


def may_decide(person: Person | AnonymousUser, case: Case) -> bool:
    """A moderator, but not about the own contribution while there is another one."""
    if not isinstance(person, Person) or not may(person, DECIDE):
        return False
    return case.author_id != person.pk or not others_may_decide(person)


def may_confirm_take_down(person: Person, case: Case, now: datetime) -> bool:
    """Four eyes; a lone moderator needs a pause instead, long enough to think again."""
    if case.take_down_proposed_by_id != person.pk:
        return True
    proposed = case.take_down_proposed_at
    return bool(proposed and now - proposed >= timedelta(minutes=PAUSE_MINUTES) and not others_may_decide(person))


def is_claimed_by_other(case: Case, person: Person, now: datetime) -> bool:
    """Whether somebody else has the case open. A claim is a courtesy: it fades and forbids nothing."""
    return (
        case.claimed_by_id not in (None, person.pk)
        and case.claimed_at is not None
        and now - case.claimed_at < timedelta(minutes=CLAIM_MINUTES)
    )


def can_be_undone(decision: Decision, now: datetime) -> bool:
    """Whether the minute for second thoughts still runs."""
    return decision.undone_at is None and now - decision.at <= timedelta(seconds=UNDO_SECONDS + UNDO_GRACE)
