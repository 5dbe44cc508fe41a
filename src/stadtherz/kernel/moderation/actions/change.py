# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The two steps that every verb about a case begins with: lock the row and notice who was faster, then look into the
table of changes; and which of several released versions is the public one."""

from __future__ import annotations

from django.db.models import QuerySet

from stadtherz.kernel.moderation.errors import AlreadyDecided, ChangedMeanwhile, NotPossibleNow
from stadtherz.kernel.moderation.models import Case, Report
from stadtherz.kernel.moderation.states import CHANGES, Change, State


def lock(case: Case) -> Case:
    """The case as it stands now, locked until the transaction ends; ``case`` is what the person saw.

    Raises ``AlreadyDecided`` or ``ChangedMeanwhile`` when the two differ.
    """
    current = Case.objects.select_for_update(of=("self",)).select_related("author", "decided_by").get(pk=case.pk)
    if current.revision != case.revision:
        if current.state == State.WAITING:
            raise ChangedMeanwhile
        raise AlreadyDecided(current)
    return current


def change_state(case: Case, change: Change) -> State:
    """Move a locked case along the table and count its revision; not saved. Returns the state before."""
    before = State(case.state)
    try:
        case.state = CHANGES[before, change]
    except KeyError:
        raise NotPossibleNow(case) from None
    case.revision += 1
    return before


def replace_older(case: Case) -> None:
    """``case`` is released now: the version that was public until now is replaced, its open reports go along."""
    older = list(_versions(case, State.RELEASED).select_for_update())
    for version in older:
        moved = Report.objects.filter(case=version, settled_at__isnull=True).update(case=case)
        case.open_reports += moved
        version.state, version.open_reports = State.REPLACED, 0
        version.take_down_proposed_by = version.take_down_proposed_at = None
        version.save()
    if older:
        case.save(update_fields=["open_reports"])


def restore_older(case: Case) -> None:
    """The release of ``case`` is undone: the version before it is the public one again."""
    version = _versions(case, State.REPLACED).order_by("-decided_at", "-pk").first()
    if version is not None:
        moved = Report.objects.filter(case=case, settled_at__isnull=True).update(case=version)
        version.state, version.open_reports = State.RELEASED, moved
        version.save()
    case.open_reports = 0


def _versions(case: Case, state: State) -> QuerySet[Case]:
    return Case.objects.filter(kind=case.kind, object_id=case.object_id, state=state).exclude(pk=case.pk)
