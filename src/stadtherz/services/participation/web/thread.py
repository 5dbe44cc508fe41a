# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The comments of an idea as HTML.

Written in Python, not in a template: fifty comments with eight tags each cost more than the whole rest of the page.
Everything that people wrote passes ``escape`` here or ``linebreaks``, which does the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from html import escape

from django.urls import reverse
from django.utils import timezone
from django.utils.html import linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from stadtherz.kernel.ui.dates import day
from stadtherz.services.participation.queries.reading import Line
from stadtherz.services.participation.states import Origin
from stadtherz.services.participation.web.cards import author_name


class Thread:
    """Prints comments; words, addresses and days that many comments share are worked out once."""

    def __init__(self, idea_id: int, *, can_comment: bool, doubles: Mapping[int, str] | None = None) -> None:
        """``doubles``: for comments that came over with a merged idea its title, by their numbers."""
        self.doubles = doubles or {}
        self.can_comment = can_comment
        self.reply, self.to = escape(_("Reply")), escape(pgettext("reply", "to"))
        self.reply_url = reverse("participation:comment", args=[idea_id])
        self.zone = timezone.get_current_timezone()
        self.days: dict[date, str] = {}

    def html(self, lines: Iterable[Line]) -> SafeString:
        """The whole list."""
        items = "".join(
            f'<li class="pt-comment pt-comment--{line.depth}" id="comment-{line.id}">'
            f"{self._gone() if line.is_gone else self._comment(line)}</li>"
            for line in lines
        )
        return mark_safe(f'<ol class="pt-thread" aria-label="{escape(_("Comments"))}">{items}</ol>')  # noqa: S308

    def _gone(self) -> str:
        return f'<p class="sh-muted sh-flush">{escape(_("This comment is no longer public."))}</p>'

    def _comment(self, line: Line) -> str:
        author = escape(author_name(line.pseudonym, line.erased_at))
        at = line.at.astimezone(self.zone)
        return (
            f'<p class="sh-author sh-flush"><span class="sh-author__name">{author}</span>'
            f'<time datetime="{at.isoformat(timespec="minutes")}">{self._day(at)}</time>{self._remarks(line)}</p>'
            f'<div class="sh-comment__text">{_paragraphs(line.text)}</div>{self._ways(line, author)}'
        )

    def _day(self, written: datetime) -> str:
        known = self.days.get(written.date())
        if known is None:
            known = self.days[written.date()] = escape(day(written, weekday=False))
        return known

    def _remarks(self, line: Line) -> str:
        said = []
        if line.id in self.doubles:
            said.append(_("about “%(title)s”") % {"title": self.doubles[line.id]})
        if line.origin == Origin.PAPER:
            said.append(_("on paper"))
        if line.is_edited:
            said.append(pgettext("comment", "changed"))
        if line.waits:
            said.append(_("waits for the moderators; only you see it"))
        return "".join(f"<span>{escape(word)}</span>" for word in said)

    def _ways(self, line: Line, author: str) -> str:
        links: list[str] = []
        if self.can_comment and not line.waits:
            to = f'{self.reply}<span class="kern-sr-only"> {self.to} {author}</span>'
            links.append(_link(f"{self.reply_url}?to={line.id}", to))
        if line.is_own:
            links.append(_link(reverse("participation:comment_edit", args=[line.id]), escape(_("Change"))))
            links.append(_link(reverse("participation:comment_withdraw", args=[line.id]), escape(_("Withdraw"))))
        elif line.is_reportable:
            address = reverse("moderation:report", args=["participation", "comment", line.id])
            links.append(_link(address, escape(_("Report"))))
        return f'<p class="pt-comment__ways sh-flush sh-no-print">{" ".join(links)}</p>' if links else ""


def _link(address: str, words: str) -> str:
    return f'<a class="sh-link" href="{escape(address)}">{words}</a>'


def _paragraphs(text: str) -> str:
    """Most comments are one line, which needs no search for paragraphs."""
    return linebreaks(text, autoescape=True) if "\n" in text or "\r" in text else f"<p>{escape(text)}</p>"
