# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""One case on one screen, and the decision about it, after which the next case opens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from stadtherz.kernel.moderation import actions, queries
from stadtherz.kernel.moderation.errors import ModerationRefused, ReasonMissing, WordsMissing
from stadtherz.kernel.moderation.models import Case
from stadtherz.kernel.moderation.reasons import BY_KEY, reasons_for
from stadtherz.kernel.moderation.rules import DECIDE, is_claimed_by_other, may_confirm_take_down, may_decide
from stadtherz.kernel.moderation.states import Change, State
from stadtherz.kernel.moderation.web.reading import readable, with_pictures
from stadtherz.kernel.moderation.web.undo_offer import offer_undo, undo_offer
from stadtherz.kernel.people.web.guards import require, signed_in_person
from stadtherz.kernel.people.web.resume import kept_form
from stadtherz.kernel.registry.declaration import resolve
from stadtherz.kernel.registry.services import moderated_kinds
from stadtherz.kernel.ui.asked import whole_number

Verb = Callable[..., Case]
DONE = {
    "release": gettext_lazy("Released"),
    "return": gettext_lazy("Returned to the author"),
    "decline": gettext_lazy("Declined"),
    "confirm": gettext_lazy("Taken down"),
    "propose": gettext_lazy("The take-down is proposed; another moderator confirms it"),
    "keep": gettext_lazy("It stays public, the reports are settled"),
}


def _case(number: int) -> Case:
    cases = Case.objects.select_related("author", "claimed_by", "decided_by", "take_down_proposed_by")
    return get_object_or_404(cases, pk=number)


@require(DECIDE)
@require_safe
def case(request: HttpRequest, number: int) -> HttpResponse:
    """The contribution with everything that is needed to decide. Opening it marks it as being read."""
    return _screen(request, number)


def _screen(
    request: HttpRequest, number: int, *, kept: Mapping[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    found, now = _case(number), timezone.now()
    taken = is_claimed_by_other(found, signed_in_person(request), now)
    needs_work = found.state == State.WAITING or bool(found.open_reports or found.take_down_proposed_at)
    if needs_work and not taken:
        actions.claim(case=found, moderator=signed_in_person(request))
    kinds = moderated_kinds()
    context = {
        "reading": with_pictures(readable(found, kinds)), "case": found, "taken": taken,
        "taken_for": queries.in_words(now - found.claimed_at, after_since=True) if found.claimed_at else "",
        "mine_to_decide": may_decide(signed_in_person(request), found),
        "return_reasons": reasons_for(Change.RETURN), "decline_reasons": reasons_for(Change.DECLINE),
        "take_down_reasons": reasons_for(Change.TAKE_DOWN), "reason": BY_KEY.get(found.reason),
        "earlier": _earlier(found), "decisions": _history(found),
        "reports": list(found.reports.filter(settled_at__isnull=True).order_by("pk")) if found.open_reports else [],
        "kept": kept or {}, "offer": undo_offer(request), "waits": found.state == State.WAITING,
        "public": found.state == State.RELEASED, "url": _address(found),
        "may_confirm": found.take_down_proposed_at is not None and may_confirm_take_down(signed_in_person(request), found, now),
    }  # fmt: skip
    return render(request, "moderation/case.html", context, status=status)


def _address(found: Case) -> str:
    kind = moderated_kinds().get(found.kind)
    return str(resolve(kind.url)(found.object_id)) if kind and found.state == State.RELEASED else ""


def _earlier(found: Case) -> list[tuple[str, int]]:
    counts = queries.earlier_decisions(found.author)
    return [(str(change.label), counts[change.value]) for change in Change if counts.get(change.value)]


def _history(found: Case) -> list[dict[str, Any]]:
    return [
        {
            "title": d.get_change_display(), "date": d.at, "author": d.by.pseudonym if d.by else "", "state": "done",
            "text": "\n".join(str(t) for t in (BY_KEY[d.reason].title if d.reason in BY_KEY else "", d.reason_text) if t),
        }
        for d in found.decisions.filter(undone_at__isnull=True).select_related("by").order_by("-pk")
    ]  # fmt: skip


@require(DECIDE, keep_form=True)
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, number: int) -> HttpResponse:
    """Carry out one decision about the revision that was on the screen, and open the next case.

    Who had to sign in again comes back by GET: the case with the reason and the words that were chosen, not yet sent.
    """
    if request.method != "POST":
        kept = kept_form(request)
        return _screen(request, number, kept=kept) if kept else redirect("moderation:case", number=number)
    found = _case(number)
    found.revision = whole_number(request.POST.get("revision")) or 0
    what = request.POST.get("what", "")
    reason = request.POST.get("reason", "")
    text = request.POST.get("words", "")[:4000]
    try:
        decided = _decide(what, found, request, reason, text)
    except (ReasonMissing, WordsMissing) as missing:
        messages.error(request, str(missing))
        return _screen(request, number, kept=request.POST, status=422)
    except ModerationRefused as refused:
        messages.error(request, str(refused))
        if text.strip():
            messages.info(request, _("Your words were not sent. To copy: %(words)s") % {"words": text})
        return redirect("moderation:case", number=number)
    if decided is None:
        messages.error(request, _("Please choose what to do."))
        return redirect("moderation:case", number=number)
    words = _("%(done)s: %(title)s") % {"done": DONE[what], "title": decided.title[:80]}
    last = queries.latest_decision(decided) if what not in ("propose", "keep") else None
    if last is not None:
        offer_undo(request, decision=last.pk, words=words)
    else:
        messages.success(request, words)
    return _to_next(request, decided)


def _decide(what: str, found: Case, request: HttpRequest, reason: str, text: str) -> Case | None:
    moderator = signed_in_person(request)
    if what == "release":
        return actions.release(case=found, moderator=moderator)
    if what == "confirm":
        return actions.confirm_take_down(case=found, moderator=moderator)
    if what == "keep":
        return actions.keep(case=found, moderator=moderator)
    with_reason: dict[str, Verb] = {
        "return": actions.return_to_author, "decline": actions.decline, "propose": actions.propose_take_down,
    }  # fmt: skip
    verb = with_reason.get(what)
    return verb(case=found, moderator=moderator, reason=reason, text=text) if verb else None


def _to_next(request: HttpRequest, after: Case) -> HttpResponse:
    following = queries.next_case(moderator=signed_in_person(request), after=after)
    if following is None:
        return redirect("moderation:work_list")
    return redirect("moderation:case", number=following.pk)


@require(DECIDE)
@require_safe
def place(request: HttpRequest, number: int) -> HttpResponse:
    """The place as GeoJSON, for the map on the case's screen."""
    found = _case(number)
    spots = [("now", found.content.get("place")), ("before", (found.before or {}).get("place"))]
    features = [
        {
            "type": "Feature",
            "id": key,
            "geometry": {"type": "Point", "coordinates": [spot["longitude"], spot["latitude"]]},
            "properties": {
                "id": key,
                "title": spot.get("label") or (_("Place") if key == "now" else _("Place until now")),
            },
        }
        for key, spot in spots
        if spot and (key == "now" or spot != found.content.get("place"))
    ]
    return JsonResponse({"type": "FeatureCollection", "features": features}, content_type="application/geo+json")
