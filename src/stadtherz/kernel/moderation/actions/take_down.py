# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""After the release: a moderator proposes to take content down, another one confirms, or it stays."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from stadtherz.kernel.moderation import consequences
from stadtherz.kernel.moderation.actions.change import lock
from stadtherz.kernel.moderation.actions.decisions import decide_locked
from stadtherz.kernel.moderation.actions.reporting import settle
from stadtherz.kernel.moderation.actions.required_reason import require_reason
from stadtherz.kernel.moderation.errors import (
    AlreadyProposed,
    NothingProposed,
    NotPossibleNow,
    OwnContribution,
    SecondPersonNeeded,
)
from stadtherz.kernel.moderation.models import Case
from stadtherz.kernel.moderation.queries import latest_decision
from stadtherz.kernel.moderation.rules import PAUSE_MINUTES, may_confirm_take_down, may_decide
from stadtherz.kernel.moderation.states import Change, State
from stadtherz.kernel.people.models import Person


@transaction.atomic
def propose_take_down(*, case: Case, moderator: Person, reason: str, text: str = "") -> Case:
    """First step: say that released content should go, and why. It stays public until the second step.

    Raises ``ReasonMissing``, ``WordsMissing``, ``NotPossibleNow``, ``AlreadyProposed``, ``OwnContribution``.
    """
    case = lock(case)
    if case.state != State.RELEASED:
        raise NotPossibleNow(case)
    if case.take_down_proposed_at is not None:
        raise AlreadyProposed
    require_reason(Change.TAKE_DOWN, reason, text)
    if not may_decide(moderator, case):
        raise OwnContribution
    now = timezone.now()
    case.take_down_proposed_by, case.take_down_proposed_at = moderator, now
    case.reason, case.reason_text = reason, text.strip()
    if not case.open_reports:
        case.waiting_since = now
    case.save()
    consequences.write_down(case, "propose_take_down", moderator, reason=reason)
    consequences.tell_staff(case)
    return case


@transaction.atomic
def confirm_take_down(*, case: Case, moderator: Person) -> Case:
    """Second step, by another moderator: the content disappears, the author is told the reason of the first step.

    Where nobody else may decide, the same person may confirm after a pause of ten minutes. Raises ``NothingProposed``,
    ``SecondPersonNeeded``, ``OwnContribution``.
    """
    case = lock(case)
    if case.take_down_proposed_at is None:
        raise NothingProposed
    if not may_decide(moderator, case):
        raise OwnContribution
    if not may_confirm_take_down(moderator, case, timezone.now()):
        raise SecondPersonNeeded(PAUSE_MINUTES)
    case.open_reports = 0
    case = decide_locked(case=case, change=Change.TAKE_DOWN, by=moderator, reason=case.reason, text=case.reason_text)
    settle(case, moderator, decision=latest_decision(case), at=case.decided_at or timezone.now())
    return case


@transaction.atomic
def keep(*, case: Case, moderator: Person) -> Case:
    """The content stays: settle its reports and drop a proposal. Those who reported are told."""
    case = lock(case)
    if case.state != State.RELEASED or not (case.open_reports or case.take_down_proposed_at):
        raise NothingProposed
    if not may_decide(moderator, case):
        raise OwnContribution
    case.open_reports = 0
    case.take_down_proposed_by = case.take_down_proposed_at = None
    case.reason = case.reason_text = ""
    case.save()
    settle(case, moderator, decision=None, at=timezone.now())
    consequences.write_down(case, "keep", moderator)
    consequences.tell_staff(case)
    return case
