# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Writes the demonstration content into the tables.

Only here rows are written past the verbs: a demonstration needs a past, and no verb sets an earlier date. What waits
for the moderators goes through the verb, as it would from a resident.
"""

from __future__ import annotations

import math
from datetime import datetime, time, timedelta

from django.contrib.gis.geos import Point
from django.utils import timezone

from stadtherz.kernel.moderation.actions import PublicElsewhere, take_over
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.people.models import Person
from stadtherz.services.participation.actions.ideas import submit_idea
from stadtherz.services.participation.contents import COMMENT, IDEA, comment_content, content_as_it_is
from stadtherz.services.participation.demo import kaiserslautern, kusel
from stadtherz.services.participation.demo.content import DemoComment, DemoIdea, DemoProcess
from stadtherz.services.participation.models import (
    Category,
    Comment,
    Idea,
    PaperSheet,
    Phase,
    Process,
    StatusChange,
    Support,
)
from stadtherz.services.participation.states import Origin, Status, Visibility

CONTENT = {"kaiserslautern": kaiserslautern.PROCESSES, "kusel": kusel.PROCESSES}
METRES_PER_DEGREE = 111_320.0  # of latitude


def load(municipality: Municipality) -> list[str]:
    """The content for this municipality, unless it has a process already."""
    if Process.objects.exists():
        return []
    now = timezone.now().replace(second=0, microsecond=0)
    for number, process in enumerate(CONTENT.get(municipality.key, ()), start=1):
        _Loader(municipality, process, number, now).load()
    return []


class _Loader:
    """Writes one process with its ideas, dated back from ``now``."""

    def __init__(self, municipality: Municipality, content: DemoProcess, order: int, now: datetime) -> None:
        self.municipality, self.content, self.now = municipality, content, now
        self.process = Process.objects.create(
            key=content.key,
            title=content.title,
            summary=content.summary,
            description=content.description,
            is_open_ended=content.closes_in_days is None,
            order=order,
        )
        self.categories = {
            key: Category.objects.create(
                process=self.process, key=key, title={"de": german, "en": english}, icon=icon, order=place
            )
            for place, (key, german, english, icon) in enumerate(content.categories)
        }

    def load(self) -> None:
        """Phase, ideas with their past, and what waits for the moderators."""
        closes = self.content.closes_in_days
        Phase.objects.create(
            process=self.process,
            kind="collecting",
            starts_at=self.now - timedelta(days=self.content.opened_days_ago),
            ends_at=self.now + timedelta(days=closes) if closes is not None else None,
        )
        sheet = PaperSheet.objects.create(number=1, at=self._moment(1, hour=12), note="Stand auf dem Wochenmarkt")
        for idea in self.content.ideas:
            self._idea(idea, sheet)
        for idea in self.content.waiting:
            submit_idea(
                process=self.process,
                author=_person(idea.pseudonym, with_address=True),
                title=idea.title,
                text=idea.text,
                category=self.categories[idea.category],
                place=self._place(idea),
                place_label=idea.place_label,
            )

    def _idea(self, content: DemoIdea, sheet: PaperSheet) -> None:
        came = self._moment(content.days_ago, hour=8 + len(content.title) % 11)
        released = min(self.now, came + timedelta(hours=2, minutes=len(content.text) % 50))
        idea = Idea.objects.create(
            process=self.process,
            category=self.categories[content.category],
            author=_person(content.pseudonym),
            title=content.title,
            text=content.text,
            place=self._place(content),
            place_label=content.place_label,
            status=content.answers[-1].status if content.answers else Status.RECEIVED,
            visibility=Visibility.RELEASED,
            created_at=came,
            released_at=released,
            changed_at=released,
            support_count=content.supports + content.paper_supports,
        )
        take_over(kind=IDEA, contributions=[PublicElsewhere(idea.pk, content_as_it_is(idea), released, idea.author)])
        self._supports(idea, content, sheet)
        for answer in content.answers:
            StatusChange.objects.create(
                idea=idea,
                status=answer.status,
                answer={"de": answer.text},
                office=answer.office,
                at=self._in_office_hours(came + timedelta(days=answer.after_days)),
            )
        count = sum(self._comment(idea, comment, None) for comment in content.comments)
        Idea.objects.filter(pk=idea.pk).update(comment_count=count)

    def _supports(self, idea: Idea, content: DemoIdea, sheet: PaperSheet) -> None:
        span = (self.now - idea.created_at) / max(1, content.supports + 1)
        online = [Support(idea=idea, at=idea.created_at + span * n) for n in range(1, content.supports + 1)]
        paper = [
            Support(idea=idea, at=sheet.at, origin=Origin.PAPER, sheet=sheet) for _line in range(content.paper_supports)
        ]
        Support.objects.bulk_create([*online, *paper], batch_size=500)

    def _comment(self, idea: Idea, content: DemoComment, parent: Comment | None) -> int:
        before = parent.created_at if parent else idea.created_at
        at = min(self.now, before + timedelta(hours=1 + len(content.text) % 5, minutes=len(content.text) % 60))
        comment = Comment.objects.create(
            idea=idea,
            parent=parent,
            thread=(parent.thread or parent) if parent else None,
            depth=parent.depth + 1 if parent else 0,
            author=_person(content.pseudonym),
            text=content.text,
            visibility=Visibility.RELEASED,
            created_at=at,
            released_at=at,
        )
        case = PublicElsewhere(comment.pk, comment_content(comment, comment.text), at, comment.author)
        take_over(kind=COMMENT, contributions=[case])
        return 1 + sum(self._comment(idea, reply, comment) for reply in content.replies)

    def _moment(self, days_ago: int, *, hour: int) -> datetime:
        """So many days ago, at this hour of the town's own clock."""
        day = timezone.localdate(self.now) - timedelta(days=days_ago)
        return min(self.now, datetime.combine(day, time(hour), tzinfo=timezone.get_current_timezone()))

    def _in_office_hours(self, at: datetime) -> datetime:
        """The same day between nine and four, and on a Monday instead of a weekend."""
        local = timezone.localtime(at)
        local += timedelta(days=max(0, 7 - local.weekday()) if local.weekday() > 4 else 0)
        return min(self.now, local.replace(hour=9 + local.hour % 7, minute=local.day))

    def _place(self, content: DemoIdea) -> Point | None:
        if content.east is None or content.north is None:
            return None
        centre = self.municipality.map_centre
        latitude = centre.y + content.north / METRES_PER_DEGREE
        longitude = centre.x + content.east / (METRES_PER_DEGREE * math.cos(math.radians(centre.y)))
        return Point(longitude, latitude, srid=4326)


def _person(pseudonym: str, *, with_address: bool = False) -> Person:
    """Somebody of the demonstration; nobody can sign in as them."""
    address = f"{pseudonym.lower().replace(' ', '.')}@example.org" if with_address else None
    person, _new = Person.objects.get_or_create(pseudonym=pseudonym, defaults={"email": address, "password": "!"})
    return person
