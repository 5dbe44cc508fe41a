# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who may do what with ideas, now. Pure predicates: they ask the person, the state and the running phase."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone

from stadtherz.kernel.people.models import Origin, Person
from stadtherz.services.participation.models import Comment, Idea, Phase, Process
from stadtherz.services.participation.phases import Action
from stadtherz.services.participation.states import IN_THE_AUTHORS_HANDS, STATUS_CHANGES, Status, Visibility

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    Visitor = Person | AnonymousUser


def running_phase(process: Process, at: datetime | None = None) -> Phase | None:
    """The phase that runs at ``at`` (default: now): of those that have begun and not ended, the one begun last."""
    at = at or timezone.now()
    begun = [p for p in process.phases.all() if p.starts_at <= at and (p.ends_at is None or at < p.ends_at)]
    return max(begun, key=lambda phase: phase.starts_at, default=None)


def phase_allows(process: Process, action: Action) -> bool:
    """Whether residents can do this now. Without a running phase: no."""
    if not process.is_public:
        return False
    phase = running_phase(process)
    return phase is not None and phase.allows(action)


def takes_part(visitor: Visitor) -> bool:
    """Signed in with a confirmed e-mail address (nobody signs in without), or entered by a clerk."""
    return (
        isinstance(visitor, Person)
        and visitor.is_active
        and visitor.erased_at is None
        and bool(visitor.email or visitor.origin == Origin.PAPER)
    )


def may_submit(visitor: Visitor, process: Process) -> bool:
    """Whether this person can propose an idea in this process now."""
    return takes_part(visitor) and phase_allows(process, Action.SUBMIT)


def may_support(visitor: Visitor, idea: Idea) -> bool:
    """Whether this person can support this idea, or take the support back, now."""
    return takes_part(visitor) and idea.is_released and phase_allows(idea.process, Action.SUPPORT)


def may_comment(visitor: Visitor, idea: Idea) -> bool:
    """Whether this person can comment on this idea now."""
    return takes_part(visitor) and idea.is_released and phase_allows(idea.process, Action.COMMENT)


def is_author(visitor: Visitor, contribution: Idea | Comment) -> bool:
    """Whether this person wrote it."""
    return isinstance(visitor, Person) and contribution.author_id == visitor.pk


def may_edit(visitor: Visitor, contribution: Idea | Comment) -> bool:
    """Whether this person can still change or withdraw it. An idea that the town has begun to work on stays as it is."""
    if not is_author(visitor, contribution) or contribution.visibility not in IN_THE_AUTHORS_HANDS:
        return False
    return not isinstance(contribution, Idea) or contribution.status == Status.RECEIVED


def may_see(visitor: Visitor, contribution: Idea | Comment) -> bool:
    """Public is what was released; what waits, its author sees too."""
    return contribution.visibility == Visibility.RELEASED or is_author(visitor, contribution)


def status_may_become(now: str, then: str) -> bool:
    """Whether the table of states allows the change."""
    return Status(then) in STATUS_CHANGES[Status(now)]
