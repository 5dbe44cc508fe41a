# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a moderator does: look at a case, decide about it, undo the decision."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from stadtherz.kernel.messages.actions import take_back
from stadtherz.kernel.moderation import consequences
from stadtherz.kernel.moderation.actions.change import change_state, lock, replace_older, restore_older
from stadtherz.kernel.moderation.actions.required_reason import require_reason
from stadtherz.kernel.moderation.errors import ModerationRefused, NotYours, OwnContribution, TooLateToUndo
from stadtherz.kernel.moderation.models import Case, Decision, Report
from stadtherz.kernel.moderation.queries import latest_decision
from stadtherz.kernel.moderation.rules import can_be_undone, may_decide
from stadtherz.kernel.moderation.states import Change, State
from stadtherz.kernel.people.models import Person


@dataclass(slots=True)
class Together:
    """What became of a bulk release: its number for undoing, what was released, what was left and why."""

    batch: uuid.UUID
    released: list[Case] = field(default_factory=list)
    left: list[tuple[int, str]] = field(default_factory=list)


def claim(*, case: Case, moderator: Person) -> None:
    """Mark the case as being read, so that others take the next one. Nobody is locked out; the mark fades."""
    Case.objects.filter(pk=case.pk).update(claimed_by=moderator, claimed_at=timezone.now())


@transaction.atomic
def release(*, case: Case, moderator: Person, batch: uuid.UUID | None = None) -> Case:
    """Make the contribution public. ``case`` is what the moderator read: an older revision is refused.

    Raises ``AlreadyDecided``, ``ChangedMeanwhile``, ``NotPossibleNow``, ``OwnContribution``.
    """
    return _decide(case, Change.RELEASE, moderator, batch=batch)


@transaction.atomic
def return_to_author(*, case: Case, moderator: Person, reason: str, text: str = "") -> Case:
    """Ask the author for a change, with a reason from the list and own words. The author may submit again."""
    return _decide(case, Change.RETURN, moderator, reason=reason, text=text)


@transaction.atomic
def decline(*, case: Case, moderator: Person, reason: str, text: str = "") -> Case:
    """Refuse the contribution for good, with a reason. A declined edit leaves the public version as it is."""
    return _decide(case, Change.DECLINE, moderator, reason=reason, text=text)


@transaction.atomic
def release_many(*, cases: Iterable[Case], moderator: Person) -> Together:
    """Release several at once. One that cannot be released is left and told; the others are not held up by it."""
    together = Together(batch=uuid.uuid4())
    for case in cases:
        try:
            together.released.append(release(case=case, moderator=moderator, batch=together.batch))
        except ModerationRefused as refused:
            together.left.append((case.pk, str(refused)))
    return together


def _decide(
    case: Case, change: Change, moderator: Person, *, reason: str = "", text: str = "", batch: uuid.UUID | None = None
) -> Case:
    case = lock(case)
    if not may_decide(moderator, case):
        raise OwnContribution
    return decide_locked(case=case, change=change, by=moderator, reason=reason, text=text, batch=batch)


def decide_locked(
    *, case: Case, change: Change, by: Person, reason: str = "", text: str = "", batch: uuid.UUID | None = None
) -> Case:
    """Carry out ``change`` on a case that the caller has locked and allowed: state, hook, record, notice, live event."""
    require_reason(change, reason, text)
    before, now = change_state(case, change), timezone.now()
    case.decided_by, case.decided_at = by, now
    case.reason, case.reason_text = reason, text.strip()
    case.claimed_by = case.claimed_at = case.take_down_proposed_by = case.take_down_proposed_at = None
    case.save()
    decision = Decision.objects.create(
        case=case, change=change, from_state=before, by=by, at=now, revision=case.revision, reason=reason,
        reason_text=case.reason_text, batch=batch, waited=max(now - case.submitted_at, timedelta()),
    )  # fmt: skip
    if change == Change.RELEASE:
        replace_older(case)
    consequences.apply(case, change)
    consequences.write_down(case, change.value, by, reason=reason, batch=str(batch or ""))
    consequences.tell_author(case, decision)
    consequences.tell_staff(case)
    return case


@transaction.atomic
def undo(*, decision: Decision, moderator: Person) -> Case:
    """Take a decision back within a minute: the case waits again, the notice to the author is removed unsent.

    Raises ``NotYours``, ``TooLateToUndo``.
    """
    case = Case.objects.select_for_update(of=("self",)).select_related("author").get(pk=decision.case_id)
    if decision.by_id != moderator.pk:
        raise NotYours
    now = timezone.now()
    if latest_decision(case) != decision or not can_be_undone(decision, now) or case.revision != decision.revision:
        raise TooLateToUndo
    change = Change(decision.change)
    case.state, case.revision = State(decision.from_state), case.revision + 1
    case.decided_by = case.decided_at = None
    case.reason = case.reason_text = ""
    if change == Change.TAKE_DOWN:
        case.open_reports = Report.objects.filter(case=case, settled_at=decision.at).update(
            settled_at=None, settled_by=None
        )
        case.decided_at = now
    if change == Change.RELEASE:
        restore_older(case)
    case.save()
    decision.undone_at = now
    decision.save(update_fields=["undone_at"])
    consequences.reverse(case, change)
    take_back(about=consequences.about(decision))
    consequences.write_down(case, "undo", moderator, undone=change.value)
    consequences.tell_staff(case)
    return case


@transaction.atomic
def undo_batch(*, batch: uuid.UUID, moderator: Person) -> Together:
    """Undo a bulk release. What somebody changed since is left and told."""
    together = Together(batch=batch)
    for decision in Decision.objects.filter(batch=batch, undone_at__isnull=True).order_by("pk"):
        try:
            together.released.append(undo(decision=decision, moderator=moderator))
        except ModerationRefused as refused:
            together.left.append((decision.case_id, str(refused)))
    return together
