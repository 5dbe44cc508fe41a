# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the queue keeps about people: handed out, forgotten, expired (``kernel/registry/kernel_declarations``)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from stadtherz.kernel.moderation.models import Case, Decision, Report
from stadtherz.kernel.moderation.states import State
from stadtherz.kernel.people.models import Person

ABOUT_PEOPLE = ("author", "claimed_by", "decided_by", "take_down_proposed_by")


def export_cases(person: Person) -> list[dict[str, Any]]:
    """What the person handed in, with what was decided and why."""
    return [
        {
            "kind": case.kind,
            "content": case.content,
            "state": case.state,
            "handed_in": case.submitted_at.isoformat(),
            "decided": case.decided_at.isoformat() if case.decided_at else None,
            "reason": case.reason,
            "words_of_the_moderation": case.reason_text,
        }
        for case in Case.objects.filter(author=person).order_by("submitted_at")
    ]


@transaction.atomic
def erase_cases(person: Person) -> None:
    """What is not public goes with its content; cases of public contributions stay without their author.

    Of those, older versions and the words that moderators wrote to the person go too, as they may name somebody.
    """
    mine = Case.objects.filter(author=person)
    mine.exclude(state=State.RELEASED).delete()
    Decision.objects.filter(case__author=person).update(reason_text="")
    mine.update(before=None, reason_text="")
    for name in ABOUT_PEOPLE:
        Case.objects.filter(**{name: person}).update(**{name: None})


@transaction.atomic
def expire_cases(before: datetime) -> int:
    """Cases of what was not published, after the time in which questions come; and words to authors of what was."""
    Decision.objects.filter(at__lt=before).exclude(reason_text="").update(reason_text="")
    return Case.objects.exclude(state__in=[State.RELEASED, State.WAITING]).filter(submitted_at__lt=before).delete()[0]


def erase_decisions(person: Person) -> None:
    """Decisions stay, without who took them; the record of decisions keeps the number."""
    Decision.objects.filter(by=person).update(by=None)


def export_reports(person: Person) -> list[dict[str, Any]]:
    """Reports that the person made."""
    return [
        {"reason": report.reason, "text": report.text, "reported": report.created_at.isoformat()}
        for report in _reports_of(person).order_by("created_at")
    ]


@transaction.atomic
def erase_reports(person: Person) -> None:
    """The report stays to be dealt with, without who made it and in whose words."""
    _reports_of(person).update(reporter=None, address="", text="")
    Report.objects.filter(settled_by=person).update(settled_by=None)


def _reports_of(person: Person) -> QuerySet[Report]:
    """Also those that were made without signing in, with the address of the account."""
    made = Report.objects.filter(reporter=person)
    return made | Report.objects.filter(address__iexact=person.email) if person.email else made


def expire_reports(before: datetime) -> int:
    """Reports that were settled long ago."""
    return Report.objects.filter(settled_at__lt=before).delete()[0]
