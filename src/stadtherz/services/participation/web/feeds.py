# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""News as Atom (RFC 4287): released ideas and official answers."""

from __future__ import annotations

from datetime import datetime

from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from stadtherz.kernel.language.reading import resolved
from stadtherz.kernel.municipalities.active import active
from stadtherz.kernel.people.web.guards import public
from stadtherz.services.participation.models import Idea, StatusChange
from stadtherz.services.participation.states import Status, Visibility

LATEST = 40


class News(Feed):
    """The latest ideas and answers in one stream."""

    feed_type = Atom1Feed

    def title(self) -> str:
        return _("Ideas and answers – %(town)s") % {"town": active().name}

    def link(self) -> str:
        return reverse("participation:ideas")

    def subtitle(self) -> str:
        return _("What residents propose, and what became of it.")

    def items(self) -> list[Idea | StatusChange]:
        """Two queries, joined by time."""
        ideas = Idea.objects.released().order_by("-released_at", "-id")[:LATEST]
        answers = (
            StatusChange.objects.filter(idea__visibility=Visibility.RELEASED)
            .select_related("idea")
            .order_by("-at", "-id")[:LATEST]
        )
        return sorted([*ideas, *answers], key=self.item_updateddate, reverse=True)[:LATEST]

    def item_title(self, item: Idea | StatusChange) -> str:
        if isinstance(item, Idea):
            return item.title
        return _("%(status)s: %(title)s") % {"status": Status(item.status).label, "title": item.idea.title}

    def item_description(self, item: Idea | StatusChange) -> str:
        if isinstance(item, Idea):
            return item.text
        return f"{item.office}: {resolved(item.answer).text}"

    def item_link(self, item: Idea | StatusChange) -> str:
        number = item.pk if isinstance(item, Idea) else item.idea_id
        return reverse("participation:idea", args=[number])

    def item_guid(self, item: Idea | StatusChange) -> str:
        kind = "idea" if isinstance(item, Idea) else "answer"
        return f"urn:stadtherz:{active().key}:participation:{kind}:{item.pk}"

    def item_updateddate(self, item: Idea | StatusChange) -> datetime:
        return (item.released_at or item.created_at) if isinstance(item, Idea) else item.at

    def item_pubdate(self, item: Idea | StatusChange) -> datetime:
        return self.item_updateddate(item)


_news = News()


@public
def news(request: HttpRequest) -> HttpResponse:
    """The feed."""
    return _news(request)
