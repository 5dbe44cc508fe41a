# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The comments of an idea as HTML.

Written in Python, not in a template: fifty comments with eight tags each cost more than the whole rest of the page.
Everything that people wrote passes ``format_html`` or ``linebreaks``, which escape it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join, linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from stadtherz.kernel.ui.dates import day, machine
from stadtherz.services.participation.queries.reading import Line
from stadtherz.services.participation.states import Origin
from stadtherz.services.participation.web.cards import author_name

NOTHING = SafeString("")


class Thread:
    """Prints comments; words, addresses and days that many comments share are worked out once."""

    def __init__(self, idea_id: int, *, can_comment: bool) -> None:
        self.can_comment = can_comment
        self.reply, self.to = _("Reply"), pgettext("reply", "to")
        self.reply_url = reverse("participation:comment", args=[idea_id])
        self.days: dict[date, str] = {}

    def html(self, lines: Iterable[Line]) -> SafeString:
        """The whole list."""
        items = format_html_join(
            "",
            '<li class="pt-comment pt-comment--{}" id="comment-{}">{}</li>',
            ((line.depth, line.id, self._gone() if line.is_gone else self._comment(line)) for line in lines),
        )
        return format_html('<ol class="pt-thread" aria-label="{}">{}</ol>', _("Comments"), items)

    def _gone(self) -> SafeString:
        return format_html('<p class="sh-muted sh-flush">{}</p>', _("This comment is no longer public."))

    def _comment(self, line: Line) -> SafeString:
        author = author_name(line.pseudonym, line.erased_at)
        return format_html(
            '<p class="sh-author sh-flush"><span class="sh-author__name">{}</span><time datetime="{}">{}</time>{}</p>'
            '<div class="sh-comment__text">{}</div>{}',
            author, machine(line.at), self._day(line), self._remarks(line),
            mark_safe(linebreaks(line.text, autoescape=True)),  # noqa: S308  escaped by linebreaks
            self._ways(line, author),
        )  # fmt: skip

    def _day(self, line: Line) -> str:
        written = timezone.localtime(line.at)
        known = self.days.get(written.date())
        if known is None:
            known = self.days[written.date()] = day(written, weekday=False)
        return known

    def _remarks(self, line: Line) -> SafeString:
        said = []
        if line.origin == Origin.PAPER:
            said.append(_("on paper"))
        if line.is_edited:
            said.append(pgettext("comment", "changed"))
        if line.waits:
            said.append(_("waits for the moderators; only you see it"))
        return format_html_join("", "<span>{}</span>", ((word,) for word in said)) if said else NOTHING

    def _ways(self, line: Line, author: str) -> SafeString:
        ways: list[tuple[str, str]] = []
        if self.can_comment and not line.waits:
            to = format_html('{}<span class="kern-sr-only"> {} {}</span>', self.reply, self.to, author)
            ways.append((f"{self.reply_url}?to={line.id}", to))
        if line.is_own:
            ways.append((reverse("participation:comment_edit", args=[line.id]), _("Change")))
            ways.append((reverse("participation:comment_withdraw", args=[line.id]), _("Withdraw")))
        elif line.is_reportable:
            ways.append((reverse("moderation:report", args=["participation", "comment", line.id]), _("Report")))
        if not ways:
            return NOTHING
        links = format_html_join(" ", '<a class="sh-link" href="{}">{}</a>', ways)
        return format_html('<p class="pt-comment__ways sh-flush sh-no-print">{}</p>', links)
