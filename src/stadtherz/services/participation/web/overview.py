# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where one can take part now, and the page of one process."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from stadtherz.kernel.language.reading import in_words
from stadtherz.kernel.municipalities.statements import Statement
from stadtherz.kernel.people.web.guards import public
from stadtherz.services.participation.models import StatusChange
from stadtherz.services.participation.queries.finding import Order, Wanted, find
from stadtherz.services.participation.queries.processes import standings
from stadtherz.services.participation.states import Visibility
from stadtherz.services.participation.web.cards import cards, process_card, status_words
from stadtherz.services.participation.web.fair_order import remember, seed_of

LATEST = Statement[StatusChange](
    lambda limit: (
        StatusChange.objects.filter(idea__visibility=Visibility.RELEASED)
        .select_related("idea")
        .only("status", "at", "answer", "office", "idea__title")
        .order_by("-at", "-id")[:limit]
    )
)


def recent_answers(request: HttpRequest, limit: int = 3) -> list[dict[str, object]]:
    """What became of ideas: the latest answers, each idea once."""
    answers = LATEST.rows(limit * 3)
    words, seen = status_words(), set[int]()
    shown: list[dict[str, object]] = []
    for answer in answers:
        if answer.idea_id in seen or len(shown) == limit:
            continue
        seen.add(answer.idea_id)
        text = in_words(answer.answer, request)
        shown.append(
            {
                "id": answer.idea_id,
                "title": answer.idea.title,
                "status": words[answer.status],
                "at": answer.at,
                "office": answer.office,
                "text": text,
            }
        )
    return shown


@public
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Open processes first, then what became of earlier ideas, then finished processes."""
    processes = standings()
    found = [process_card(standing, request) for standing in processes]
    return render(
        request,
        "participation/overview.html",
        {
            "open": [card for card in found if card.is_open],
            "others": [card for card in found if not card.is_open],
            "answers": recent_answers(request),
            "takes_ideas": any(standing.takes_ideas for standing in processes),
        },
    )


@public
@require_safe
def process(request: HttpRequest, key: str) -> HttpResponse:
    """What it is about, which phase runs until when, and some of its ideas."""
    standing = next((s for s in standings() if s.process.key == key), None)
    if standing is None:
        raise Http404
    seed, now = seed_of(request), timezone.now()
    found = find(Wanted(process=standing.process.pk), order=Order.FAIR, seed=seed, limit=6)
    steps = []
    for phase in standing.process.phases.all():
        state = "now" if phase == standing.phase else "ahead" if phase.starts_at > now else "done"
        steps.append(
            {
                "title": in_words(phase.title, request) or phase.declared.title,
                "state": state,
                "starts_at": phase.starts_at,
                "ends_at": phase.ends_at,
                "call": phase.declared.call,
            }
        )
    response = render(
        request,
        "participation/process.html",
        {
            "card": process_card(standing, request),
            "description": in_words(standing.process.description, request),
            "steps": steps,
            "cards": cards(found.ideas, request),
            "total": found.total,
        },
    )
    remember(response, seed)
    return response
