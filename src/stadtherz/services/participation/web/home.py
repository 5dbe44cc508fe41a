# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What participation puts on the home page: where one can take part now, what became of ideas, where on the map."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from stadtherz.kernel.ui.dates import day
from stadtherz.services.participation.queries.finding import Order, Wanted, counts_by_status, find
from stadtherz.services.participation.queries.processes import standings
from stadtherz.services.participation.states import Status
from stadtherz.services.participation.web.cards import ProcessCard, cards, process_card
from stadtherz.services.participation.web.fair_order import seed_of
from stadtherz.services.participation.web.overview import recent_answers

OPEN = 3
ON_MAP = 8


def take_part(request: HttpRequest) -> dict[str, Any]:
    """Processes that are open now, with what can be done until when."""
    running = [process_card(standing, request) for standing in standings() if standing.is_open]
    entries = [{"title": card.title, "url": card.url, "meta": _until(card)} for card in running[:OPEN]]
    if any(card.submit_url for card in running):
        entries.append(
            {
                "title": _("Propose an idea"), "url": reverse("participation:new"),
                "meta": _("A few sentences are enough. A place and a picture help."),
            }
        )  # fmt: skip
    return {
        "entries": entries,
        "empty": _("Nothing is open at present. You can read what became of earlier ideas."),
    }


def _until(card: ProcessCard) -> str:
    if card.until is None:
        return card.phase
    return _("%(phase)s, until %(day)s") % {"phase": card.phase, "day": day(card.until, weekday=False)}


def known(request: HttpRequest) -> dict[str, Any]:
    """How many ideas the town plans to carry out and has carried out, each with its list."""
    counts = dict(counts_by_status())
    words = {
        Status.PLANNED: lambda n: ngettext("%(n)d idea is planned", "%(n)d ideas are planned", n),
        Status.DONE: lambda n: ngettext("%(n)d idea was carried out", "%(n)d ideas were carried out", n),
        Status.IN_REVIEW: lambda n: ngettext("%(n)d idea is in review", "%(n)d ideas are in review", n),
    }
    return {
        "entries": [
            {
                "title": word(counts[status]) % {"n": counts[status]},
                "url": f"{reverse('participation:outcomes')}?status={status}",
            }
            for status, word in words.items()
            if counts.get(status)
        ],
        "empty": _("The town has not answered an idea yet."),
    }


def outcomes(request: HttpRequest) -> dict[str, Any]:
    """What became of ideas lately."""
    return {"answers": recent_answers(request, limit=3)}


def on_the_map(request: HttpRequest) -> dict[str, Any]:
    """Places of ideas, and some of them as a list."""
    found = find(Wanted(), order=Order.NEWEST, seed=seed_of(request), limit=ON_MAP)
    items = [
        {
            "id": card.id,
            "title": card.title,
            "url": card.url,
            "meta": " · ".join(part for part in (card.status.word, card.place) if part),
        }
        for card in cards(found.ideas, request)
    ]
    return {
        "src": reverse("participation:places"),
        "label": _("Newest ideas"),
        "list_id": "ideas-on-map",
        "items": items,
        "empty": _("No idea has a place on the map yet."),
        "more": {"title": _("All ideas on the map"), "url": reverse("participation:map")},
    }


def search(query: str, *, limit: int) -> list[dict[str, str]]:
    """Ideas for the search over the whole site."""
    found = find(Wanted(text=query), order=Order.SUPPORTED, seed=0, limit=limit)
    return [
        {
            "title": idea.title,
            "url": reverse("participation:idea", args=[idea.pk]),
            "text": getattr(idea, "excerpt", ""),
        }
        for idea in found.ideas
    ]
