# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads of moderation: the work list, its counts, what a person handed in, how long people wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Aggregate, Count, DurationField, F, Min, Q, QuerySet
from django.utils import timezone

from stadtherz.kernel.moderation.models import NEEDS_WORK, Case, Decision, Report
from stadtherz.kernel.moderation.rules import CLAIM_MINUTES
from stadtherz.kernel.moderation.states import OPEN, Change, State
from stadtherz.kernel.people.models import Person

SPEED_DAYS = 30


class Percentile(Aggregate):
    """PostgreSQL's ``percentile_cont`` (chapter 9.21, ordered-set aggregates)."""

    template = "percentile_cont(%(fraction)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


@dataclass(frozen=True, slots=True)
class TimeToRelease:
    """How long contributions of the last 30 days waited for their release; None where nothing was released."""

    median: timedelta | None
    ninetieth: timedelta | None
    released: int


@dataclass(frozen=True, slots=True)
class SinceYesterday:
    """What happened since yesterday's midnight."""

    submitted: int
    released: int
    returned: int
    declined: int
    taken_down: int
    reported: int


def work_list(*, kind: str = "", only: str = "") -> QuerySet[Case]:
    """Cases that wait for a moderator, oldest first. ``only`` is "new", "edit", "reported" or empty for all."""
    cases = Case.objects.filter(NEEDS_WORK).select_related("author", "claimed_by")
    if kind:
        cases = cases.filter(kind=kind)
    if only == "new":
        cases = cases.filter(state=State.WAITING, before__isnull=True)
    elif only == "edit":
        cases = cases.filter(state=State.WAITING, before__isnull=False)
    elif only == "reported":
        cases = cases.filter(state=State.RELEASED)
    return cases.order_by("waiting_since", "pk")


def counts_by_kind() -> dict[str, int]:
    """How many cases of each kind need a moderator."""
    rows = Case.objects.filter(NEEDS_WORK).order_by().values_list("kind").annotate(Count("pk"))
    return dict(rows)


def waiting_count() -> int:
    """How many cases need a moderator."""
    return Case.objects.filter(NEEDS_WORK).count()


def oldest_waiting() -> datetime | None:
    """Since when the oldest case waits."""
    found: datetime | None = Case.objects.filter(NEEDS_WORK).aggregate(oldest=Min("waiting_since"))["oldest"]
    return found


def next_case(*, moderator: Person, after: Case | None = None) -> Case | None:
    """The oldest case that nobody else has open and that this moderator may decide; beside ``after``."""
    fresh = timezone.now() - timedelta(minutes=CLAIM_MINUTES)
    cases = work_list().exclude(author=moderator) | work_list().filter(author__isnull=True)
    cases = cases.exclude(~Q(claimed_by=moderator) & Q(claimed_by__isnull=False, claimed_at__gt=fresh))
    if after is not None:
        cases = cases.exclude(pk=after.pk)
    return cases.first()


def since_yesterday() -> SinceYesterday:
    """Counts since yesterday's midnight in the municipality's time."""
    start = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=1)
    decided = dict(
        Decision.objects.filter(at__gte=start, undone_at__isnull=True).order_by()
        .values_list("change").annotate(Count("pk"))
    )  # fmt: skip
    return SinceYesterday(
        submitted=Case.objects.filter(submitted_at__gte=start).count(),
        released=decided.get(Change.RELEASE, 0),
        returned=decided.get(Change.RETURN, 0),
        declined=decided.get(Change.DECLINE, 0),
        taken_down=decided.get(Change.TAKE_DOWN, 0),
        reported=Report.objects.filter(created_at__gte=start).count(),
    )


def time_to_release() -> TimeToRelease:
    """Median and 90th percentile from handing in to release over the last 30 days. The median may be shown publicly."""
    found: dict[str, Any] = Decision.objects.filter(
        change=Change.RELEASE, undone_at__isnull=True, at__gte=timezone.now() - timedelta(days=SPEED_DAYS)
    ).aggregate(
        median=Percentile(F("waited"), fraction=0.5),
        ninetieth=Percentile(F("waited"), fraction=0.9),
        released=Count("pk"),
    )
    return TimeToRelease(**found)


def cases_of(person: Person) -> QuerySet[Case]:
    """All that a person handed in, newest first, for "my contributions and where they stand"."""
    return Case.objects.filter(author=person).order_by("-submitted_at", "-pk")


def open_case(*, kind: str, object_id: int) -> Case | None:
    """The case of this contribution that waits or is back with the author."""
    return Case.objects.filter(kind=kind, object_id=object_id, state__in=OPEN).first()


def released_case(*, kind: str, object_id: int) -> Case | None:
    """The case whose content is public now."""
    cases = Case.objects.filter(kind=kind, object_id=object_id, state=State.RELEASED)
    return cases.order_by("-decided_at", "-pk").first()


def earlier_decisions(author: Person | None) -> dict[str, int]:
    """How often each decision was made about this author's contributions."""
    if author is None:
        return {}
    rows = Decision.objects.filter(case__author=author, undone_at__isnull=True).order_by()
    return dict(rows.values_list("change").annotate(Count("pk")))


def latest_decision(case: Case) -> Decision | None:
    """The last decision about a case that was not undone."""
    return case.decisions.filter(undone_at__isnull=True).order_by("-pk").first()
