# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How an idea, a status and a process stand in a list: plain values, made once, so that templates only print."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from stadtherz.kernel.language.reading import in_words
from stadtherz.kernel.ui.status import StatusWord
from stadtherz.services.participation.models import Idea
from stadtherz.services.participation.queries.processes import Standing
from stadtherz.services.participation.states import Origin, Status

STATUS_KINDS = {
    Status.RECEIVED: "neutral",
    Status.IN_REVIEW: "info",
    Status.PLANNED: "info",
    Status.DONE: "success",
    Status.DECLINED: "danger",
}
STATUS_ICONS = {
    Status.RECEIVED: "mail",
    Status.IN_REVIEW: "hourglass",
    Status.PLANNED: "calendar",
    Status.DONE: "check",
    Status.DECLINED: "close",
}


def status_words() -> dict[str, StatusWord]:
    """All status words in the visitor's language."""
    return _status_words(get_language())


@cache
def _status_words(_language: str) -> dict[str, StatusWord]:
    return {
        status.value: StatusWord(str(status.label), STATUS_KINDS[status], STATUS_ICONS[status]) for status in Status
    }


def author_name(pseudonym: str | None, erased_at: datetime | None) -> str:
    """What stands for the author."""
    return pseudonym if pseudonym and erased_at is None else _("deleted account")


BEGINNING = 170


@dataclass(frozen=True, slots=True)
class Card:
    """An idea in a list."""

    id: int
    title: str
    excerpt: str
    beginning: str
    url: str
    status: StatusWord
    category: str
    place: str
    author: str
    released_at: datetime | None
    supports: int
    comments: int
    supports_in_words: str
    comments_in_words: str
    is_on_paper: bool


def cards(ideas: Iterable[Any], request: HttpRequest) -> list[Card]:
    """The ideas of a list (``queries.finding``), ready to print."""
    words, titles = status_words(), dict[int, str]()
    base = reverse("participation:idea", args=[0])
    made = []
    for idea in ideas:
        category = idea.category
        if category is not None and category.pk not in titles:
            titles[category.pk] = in_words(category.title, request)
        made.append(
            Card(
                id=idea.pk,
                title=idea.title,
                excerpt=idea.excerpt.strip(),
                beginning=_beginning(idea.excerpt.strip()),
                url=base.replace("0", str(idea.pk)),
                status=words[idea.status],
                category=titles.get(idea.category_id, ""),
                place=idea.place_label,
                author=author_of(idea),
                released_at=idea.released_at,
                supports=idea.support_count,
                comments=idea.comment_count,
                supports_in_words=_supports(idea.support_count),
                comments_in_words=_comments(idea.comment_count),
                is_on_paper=idea.origin == Origin.PAPER,
            )
        )
    return made


def _beginning(text: str) -> str:
    """As much as a card holds, to the end of a word."""
    if len(text) <= BEGINNING:
        return text
    return f"{text[: BEGINNING - 1].rsplit(None, 1)[0].rstrip(',;:–-')} …"


def _shown(count: int) -> str:
    return str(count) if count < 1000 else intcomma(count)


def _supports(count: int) -> str:
    return ngettext("%(shown)s support", "%(shown)s supports", count) % {"shown": _shown(count)}


def _comments(count: int) -> str:
    return ngettext("%(shown)s comment", "%(shown)s comments", count) % {"shown": _shown(count)}


def author_of(idea: Idea) -> str:
    """The author's public name. What an earlier platform published has none."""
    if idea.origin == Origin.IMPORT:
        return _("from an earlier platform")
    return author_name(idea.author.pseudonym, idea.author.erased_at) if idea.author else author_name(None, None)


@dataclass(frozen=True, slots=True)
class ProcessCard:
    """A process on an overview."""

    key: str
    title: str
    summary: str
    url: str
    phase: str
    call: str
    until: datetime | None
    is_open: bool
    submit_url: str


def process_card(standing: Standing, request: HttpRequest) -> ProcessCard:
    """The process with what can be done in it now."""
    process, phase = standing.process, standing.phase
    submit = reverse("participation:new") + f"?process={process.key}" if standing.takes_ideas else ""
    return ProcessCard(
        key=process.key,
        title=in_words(process.title, request),
        summary=in_words(process.summary, request),
        url=reverse("participation:process", args=[process.key]),
        phase=(in_words(phase.title, request) or str(phase.declared.title)) if phase else _("Not running at present"),
        call=str(phase.declared.call) if phase else "",
        until=phase.ends_at if phase and standing.is_open else None,
        is_open=standing.is_open,
        submit_url=submit,
    )
