# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""After the release: a resident reports content, a moderator proposes to take it down, another one confirms."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from stadtherz.kernel.messages.actions import send
from stadtherz.kernel.moderation import consequences
from stadtherz.kernel.moderation.actions.change import lock
from stadtherz.kernel.moderation.actions.decisions import decide_locked
from stadtherz.kernel.moderation.errors import (
    AlreadyProposed,
    AlreadyReported,
    NothingProposed,
    NotPossibleNow,
    OwnContribution,
    ReasonMissing,
    SecondPersonNeeded,
    TooManyReports,
)
from stadtherz.kernel.moderation.models import Case, Report
from stadtherz.kernel.moderation.reasons import REPORT_REASONS, reasons_for
from stadtherz.kernel.moderation.rules import PAUSE_MINUTES, REPORTS_A_DAY, may_confirm_take_down, may_decide
from stadtherz.kernel.moderation.states import Change, State
from stadtherz.kernel.people.models import Person


@transaction.atomic
def report(*, case: Case, reporter: Person, reason: str, text: str = "") -> Report:
    """A person says that released content is against the rules. It stays public until a moderator has looked.

    Raises ``NotPossibleNow``, ``ReasonMissing``, ``AlreadyReported``, ``TooManyReports`` (ten a day).
    """
    if reason not in {found.key for found in REPORT_REASONS}:
        raise ReasonMissing
    case = Case.objects.select_for_update().get(pk=case.pk)
    if case.state != State.RELEASED:
        raise NotPossibleNow(case)
    now = timezone.now()
    lately = Report.objects.filter(reporter=reporter, created_at__gt=now - timedelta(days=1))
    if lately.count() >= REPORTS_A_DAY:
        raise TooManyReports
    try:
        with transaction.atomic():
            made = Report.objects.create(case=case, reporter=reporter, reason=reason, text=text.strip()[:2000])
    except IntegrityError:
        raise AlreadyReported from None
    if not case.open_reports and case.take_down_proposed_at is None:
        case.waiting_since = now
    case.open_reports += 1
    case.save(update_fields=["open_reports", "waiting_since"])
    consequences.write_down(case, "report", reporter, reason=reason)
    consequences.tell_staff(case)
    return made


@transaction.atomic
def propose_take_down(*, case: Case, moderator: Person, reason: str, text: str = "") -> Case:
    """First step: say that released content should go, and why. It stays public until the second step.

    Raises ``ReasonMissing``, ``NotPossibleNow``, ``AlreadyProposed``, ``OwnContribution``.
    """
    case = lock(case)
    if case.state != State.RELEASED:
        raise NotPossibleNow(case)
    if case.take_down_proposed_at is not None:
        raise AlreadyProposed
    if reason not in {found.key for found in reasons_for(Change.TAKE_DOWN)}:
        raise ReasonMissing
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
    _settle(case, moderator, taken_down=True, at=case.decided_at or timezone.now())
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
    _settle(case, moderator, taken_down=False, at=timezone.now())
    consequences.write_down(case, "keep", moderator)
    consequences.tell_staff(case)
    return case


def _settle(case: Case, moderator: Person, *, taken_down: bool, at: datetime) -> None:
    open_reports = Report.objects.filter(case=case, settled_at__isnull=True).select_related("reporter")
    for found in open_reports:
        if found.reporter is not None:
            send(
                to=found.reporter, template="moderation/report_settled", notice="contribution",
                context={"title": case.title, "taken_down": taken_down},
            )  # fmt: skip
    open_reports.update(settled_at=at, settled_by=moderator)
