# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads of moderation: the work list, its counts, what a person handed in, how long people wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Aggregate, Count, DurationField, F, Min, Q, QuerySet
from django.utils import timezone
from django.utils.translation import ngettext, npgettext

from stadtherz.kernel.moderation.models import NEEDS_WORK, Case, Decision
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

    @property
    def median_words(self) -> str:
        """ "2 hours": for pages, also public ones. Empty where nothing was released."""
        return in_words(self.median)

    @property
    def ninetieth_words(self) -> str:
        """Nine of ten were released within this time."""
        return in_words(self.ninetieth, after_since=True)


def in_words(span: timedelta | None, *, after_since: bool = False) -> str:
    """A span as people say it, in its largest unit, rounded: "40 minutes", "5 hours", "3 days".

    ``after_since``: in the case that German has after "seit" and "in".
    """
    if span is None:
        return ""
    minutes = max(1, round(span.total_seconds() / 60))
    if minutes < 90:
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    hours = round(minutes / 60)
    if hours < 36:
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    days = round(hours / 24)
    if after_since:
        return npgettext("since", "%(n)d day", "%(n)d days", days) % {"n": days}
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}


@dataclass(frozen=True, slots=True)
class Overview:
    """The head of the work list: how much waits, of what, since when, and what happened since yesterday's midnight."""

    kinds: dict[str, int]
    new: int
    edits: int
    reported: int
    oldest: datetime | None
    submitted: int

    @property
    def waiting(self) -> int:
        """All cases that need a moderator."""
        return self.new + self.edits + self.reported

    @property
    def oldest_words(self) -> str:
        """How long the oldest case has been waiting."""
        return in_words(timezone.now() - self.oldest, after_since=True) if self.oldest else ""


@dataclass(frozen=True, slots=True)
class Decided:
    """Decisions since yesterday's midnight."""

    released: int
    returned: int
    declined: int
    taken_down: int


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


def overview() -> Overview:
    """Counts over the queue, in one query."""
    waiting = Q(state=State.WAITING)
    taken_over = Q(
        decided_at__isnull=False, decided_at=F("submitted_at")
    )  # public elsewhere before: nobody handed it in
    rows = (
        Case.objects.filter(NEEDS_WORK | Q(submitted_at__gte=yesterday())).order_by().values("kind").annotate(
            new=Count("pk", filter=waiting & Q(before__isnull=True)),
            edits=Count("pk", filter=waiting & Q(before__isnull=False)),
            reported=Count("pk", filter=NEEDS_WORK & ~waiting),
            oldest=Min("waiting_since", filter=NEEDS_WORK),
            submitted=Count("pk", filter=Q(submitted_at__gte=yesterday()) & ~taken_over),
        )
    )  # fmt: skip
    found = list(rows)
    kinds = {row["kind"]: row["new"] + row["edits"] + row["reported"] for row in found}
    return Overview(
        kinds={kind: count for kind, count in kinds.items() if count},
        new=sum(row["new"] for row in found),
        edits=sum(row["edits"] for row in found),
        reported=sum(row["reported"] for row in found),
        oldest=min((row["oldest"] for row in found if row["oldest"]), default=None),
        submitted=sum(row["submitted"] for row in found),
    )


def decided_since_yesterday() -> Decided:
    """Decisions since yesterday's midnight that were not undone."""
    rows = Decision.objects.filter(at__gte=yesterday(), undone_at__isnull=True).order_by()
    decided = dict(rows.values_list("change").annotate(Count("pk")))
    return Decided(
        released=decided.get(Change.RELEASE, 0),
        returned=decided.get(Change.RETURN, 0),
        declined=decided.get(Change.DECLINE, 0),
        taken_down=decided.get(Change.TAKE_DOWN, 0),
    )


def yesterday() -> datetime:
    """Yesterday's midnight in the municipality's time."""
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=1)


def waiting_count() -> int:
    """How many cases need a moderator."""
    return Case.objects.filter(NEEDS_WORK).count()


def next_case(*, moderator: Person, after: Case | None = None) -> Case | None:
    """The oldest case that nobody else has open and that this moderator may decide; beside ``after``."""
    fresh = timezone.now() - timedelta(minutes=CLAIM_MINUTES)
    cases = work_list().exclude(author=moderator) | work_list().filter(author__isnull=True)
    cases = cases.exclude(~Q(claimed_by=moderator) & Q(claimed_by__isnull=False, claimed_at__gt=fresh))
    if after is not None:
        cases = cases.exclude(pk=after.pk)
    return cases.first()


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
