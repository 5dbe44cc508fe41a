# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who may do what with ideas, now. Pure predicates: they ask the person, the state and the running phase."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.contrib.gis.geos import Point
from django.utils import timezone

from stadtherz.kernel.municipalities.active import active
from stadtherz.kernel.people.models import Origin, Person
from stadtherz.services.participation.models import Comment, Idea, Phase, Process
from stadtherz.services.participation.phases import Action
from stadtherz.services.participation.states import IN_THE_AUTHORS_HANDS, STATUS_CHANGES, Status, Visibility

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    Visitor = Person | AnonymousUser

NEAR_DEGREES = 0.3


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


def phase_allowed_on(process: Process, action: Action, day: date) -> bool:
    """Whether a phase that allows this ran at any hour of a local day: for paper, which carries a date and no time."""
    start = timezone.make_aware(datetime.combine(day, time.min))
    end = start + timedelta(days=1)
    return process.is_public and any(
        phase.allows(action) and phase.starts_at < end and (phase.ends_at is None or phase.ends_at > start)
        for phase in process.phases.all()
    )


def takes_part(visitor: Visitor) -> bool:
    """Signed in with a confirmed e-mail address (nobody signs in without), or entered by a clerk."""
    if not isinstance(visitor, Person) or visitor.erased_at is not None:
        return False
    return visitor.origin == Origin.PAPER or (visitor.is_active and bool(visitor.email))


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


def place_lies_inside(place: Point) -> bool:
    """Whether a point (WGS 84) lies in the active municipality, or near its centre while its area is not known."""
    town = active()
    if town.bounds is not None:
        return bool(town.bounds.covers(place))
    return float(town.map_centre.distance(place)) <= NEAR_DEGREES


def status_may_become(now: str, then: str) -> bool:
    """Whether the table of states allows the change."""
    return Status(then) in STATUS_CHANGES[Status(now)]
