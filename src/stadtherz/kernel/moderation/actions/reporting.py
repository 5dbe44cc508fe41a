# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Anybody says that something public is against the rules or the law, is told that it arrived and what became of it
(Regulation (EU) 2022/2065, article 16)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from stadtherz.kernel.messages.actions import send
from stadtherz.kernel.moderation import consequences
from stadtherz.kernel.moderation.errors import (
    AlreadyReported,
    NotPossibleNow,
    ReasonMissing,
    TooManyReports,
    WordsMissing,
)
from stadtherz.kernel.moderation.models import Case, Decision, Report
from stadtherz.kernel.moderation.reasons import NEEDS_WORDS, REPORT_REASONS
from stadtherz.kernel.moderation.rules import REPORTS_A_DAY
from stadtherz.kernel.moderation.states import State
from stadtherz.kernel.people.models import Person

LONGEST = 2000


@transaction.atomic
def report(*, case: Case, reporter: Person | None, reason: str, text: str = "", address: str = "") -> Report:
    """Somebody says that released content is against the rules. It stays public until a moderator has looked.

    ``reporter`` is None for a visitor without account, who may leave an ``address`` for the answer. Those who can be
    reached are told at once that the report arrived (article 16, paragraph 4). Raises ``NotPossibleNow``,
    ``ReasonMissing``, ``WordsMissing``, ``AlreadyReported``, ``TooManyReports`` (ten a day for an account; the page
    limits visitors).
    """
    text = text.strip()[:LONGEST]
    if reason not in {found.key for found in REPORT_REASONS}:
        raise ReasonMissing
    if reason in NEEDS_WORDS and not text:
        raise WordsMissing
    case = Case.objects.select_for_update().get(pk=case.pk)
    if case.state != State.RELEASED:
        raise NotPossibleNow(case)
    now = timezone.now()
    if reporter is None:
        made = _of_visitor(case, reason=reason, text=text, address=address)
    else:
        made = _of_account(case, reporter, now, reason=reason, text=text)
    if not case.open_reports and case.take_down_proposed_at is None:
        case.waiting_since = now
    case.open_reports += 1
    case.save(update_fields=["open_reports", "waiting_since"])
    consequences.write_down(case, "report", reporter, reason=reason, **({} if reporter else {"visitor": True}))
    consequences.tell_staff(case)
    _tell(made, "moderation/report_received", address=consequences.address(case))
    return made


def _of_account(case: Case, reporter: Person, now: datetime, *, reason: str, text: str) -> Report:
    lately = Report.objects.filter(reporter=reporter, created_at__gt=now - timedelta(days=1))
    if lately.count() >= REPORTS_A_DAY:
        raise TooManyReports
    try:
        with transaction.atomic():
            return Report.objects.create(case=case, reporter=reporter, reason=reason, text=text)
    except IntegrityError:
        raise AlreadyReported from None


def _of_visitor(case: Case, *, reason: str, text: str, address: str) -> Report:
    """The case is locked, so that a second click finds the first one's report."""
    open_ones = Report.objects.filter(case=case, reporter=None, settled_at=None)
    same = open_ones.filter(address__iexact=address) if address else open_ones.filter(reason=reason, text=text)
    if same.exists():
        raise AlreadyReported
    language = (translation.get_language() or "").partition("-")[0]
    return Report.objects.create(case=case, reason=reason, text=text, address=address, language=language)


def settle(case: Case, moderator: Person, *, decision: Decision | None, at: datetime) -> None:
    """Close the open reports of a case and tell those who made them. With ``decision`` the content was taken down: the
    notice waits as long as that can be undone, and goes with it."""
    open_reports = Report.objects.filter(case=case, settled_at__isnull=True).select_related("reporter", "case")
    for found in open_reports:
        _tell(found, "moderation/report_settled", decision=decision, taken_down=decision is not None)
    open_reports.update(settled_at=at, settled_by=moderator)


def _tell(found: Report, template: str, *, decision: Decision | None = None, **context: object) -> None:
    send(
        to=found.reporter or found.address, template=template, notice="contribution",
        language=found.language if found.reporter is None else None,
        about=consequences.about(decision) if decision else "",
        delay=consequences.UNDO_DELAY if decision else None,
        context={"title": found.case.title, "contact": consequences.contact(), **context},
    )  # fmt: skip
