# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The work list: what waits, oldest first; several at once; undo; on paper."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from stadtherz.kernel.moderation import actions, queries
from stadtherz.kernel.moderation.errors import ModerationRefused
from stadtherz.kernel.moderation.models import Case, Decision, Report
from stadtherz.kernel.moderation.rules import DECIDE, is_claimed_by_other
from stadtherz.kernel.moderation.web.reading import readable, row
from stadtherz.kernel.moderation.web.undo_offer import offer_undo, take_offer, undo_offer
from stadtherz.kernel.people.web.guards import require, signed_in_person
from stadtherz.kernel.registry.services import moderated_kinds
from stadtherz.kernel.ui.asked import whole_number
from stadtherz.kernel.ui.paginator import CountedPaginator

A_PAGE = 50
ON_PAPER = 200


@require(DECIDE)
@require_safe
def work_list(request: HttpRequest) -> HttpResponse:
    """Everything that needs a moderator. Filters by kind and by what is to be done."""
    kinds = moderated_kinds()
    kind = request.GET.get("kind", "")
    kind = kind if kind in kinds else ""
    only = request.GET.get("only", "")
    only = only if only in ("new", "edit", "reported") else ""
    overview = queries.overview()
    cases = queries.work_list(kind=kind, only=only)
    page = (
        Paginator(cases, A_PAGE).get_page(request.GET.get("page"))
        if kind and only
        else CountedPaginator(cases, A_PAGE, count=_count(overview, kind, only)).get_page(request.GET.get("page"))
    )
    now = timezone.now()
    rows = [row(case, kinds, taken=is_claimed_by_other(case, signed_in_person(request), now), now=now) for case in page]
    context = {
        "overview": overview, "decided": queries.decided_since_yesterday(), "speed": queries.time_to_release(),
        "page": page, "rows": rows, "kind": kind, "only": only, "tabs": _tabs(overview, kind, only),
        "kinds": [(key, kinds[key].title, number) for key, number in sorted(overview.kinds.items()) if key in kinds],
        "offer": undo_offer(request), "now": now,
    }  # fmt: skip
    return render(request, "moderation/work_list.html", context)


def _count(overview: queries.Overview, kind: str, only: str) -> int:
    if kind:
        return overview.kinds.get(kind, 0)
    counts = {"new": overview.new, "edit": overview.edits, "reported": overview.reported}
    return counts.get(only, overview.waiting)


def _tabs(overview: queries.Overview, kind: str, only: str) -> list[dict[str, Any]]:
    own = f"&kind={kind}" if kind else ""
    counts = {"": overview.waiting, "new": overview.new, "edit": overview.edits, "reported": overview.reported}
    titles = {"": _("All"), "new": _("New"), "edit": _("Changes"), "reported": _("Reported")}
    return [
        {"title": titles[key], "url": f"?only={key}{own}", "current": only == key, "count": counts[key]}
        for key in titles
    ]


@require(DECIDE)
@require_safe
def count(request: HttpRequest) -> HttpResponse:
    """The number for a page that is open already, fetched on a live event."""
    return render(request, "moderation/count.html", {"overview": queries.overview(), "came": True})


@require(DECIDE)
@require_safe
def printable(request: HttpRequest) -> HttpResponse:
    """All waiting contributions in full with boxes to tick, for a meeting or a day without network."""
    kinds = moderated_kinds()
    reports = Report.objects.filter(settled_at__isnull=True).order_by("pk")
    waiting = queries.work_list().prefetch_related(Prefetch("reports", reports, to_attr="open_ones"))
    cases = [readable(case, kinds) for case in waiting[:ON_PAPER]]
    return render(request, "moderation/print.html", {"cases": cases, "now": timezone.now()})


@require(DECIDE)
@require_POST
def release_selected(request: HttpRequest) -> HttpResponse:
    """Release what was ticked. Each tick carries the revision that was shown."""
    cases = []
    for tick in request.POST.getlist("case")[:A_PAGE]:
        number, revision = (whole_number(part) for part in tick.partition("-")[::2])
        found = Case.objects.filter(pk=number).first() if number and revision is not None else None
        if found is not None and revision is not None:
            found.revision = revision
            cases.append(found)
    if not cases:
        messages.warning(request, _("Nothing was ticked."))
        return redirect("moderation:work_list")
    together = actions.release_many(cases=cases, moderator=signed_in_person(request))
    released = len(together.released)
    if released:
        words = ngettext("One contribution is public now.", "%(n)d contributions are public now.", released) % {
            "n": released
        }
        offer_undo(request, batch=together.batch, words=words)
    for _number, why in together.left:
        messages.warning(request, why)
    return redirect("moderation:work_list")


@require(DECIDE)
@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Undo the last decision or bulk release of this moderator."""
    offer = take_offer(request)
    if offer is None:
        messages.info(request, _("There is nothing to undo."))
        return redirect("moderation:work_list")
    try:
        if offer["batch"]:
            together = actions.undo_batch(batch=uuid.UUID(offer["batch"]), moderator=signed_in_person(request))
            for _number, why in together.left:
                messages.warning(request, why)
            messages.success(request, _("Undone: they wait again, and nobody was told."))
            return redirect("moderation:work_list")
        decision = Decision.objects.get(pk=offer["decision"])
        case = actions.undo(decision=decision, moderator=signed_in_person(request))
    except ModerationRefused as refused:
        messages.error(request, str(refused))
        return redirect("moderation:work_list")
    messages.success(request, _("Undone. The author was not told."))
    return redirect("moderation:case", number=case.pk)
