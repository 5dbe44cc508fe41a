# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the page of an idea needs: the idea with what the visitor did, its pictures, answers and comments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import BooleanField, Exists, OuterRef, QuerySet, Value

from stadtherz.kernel.moderation.models import Case
from stadtherz.kernel.moderation.states import State
from stadtherz.kernel.municipalities.statements import Statement, attach
from stadtherz.kernel.people.models import Person
from stadtherz.services.participation.contents import COMMENT, IDEA
from stadtherz.services.participation.models import Follow, Idea, IdeaPicture, Merge, Phase, StatusChange, Support
from stadtherz.services.participation.states import Visibility

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

THREADS = 30


def _idea(*, is_whole: bool, idea: int, visitor: int | None = None) -> QuerySet[Idea]:
    ideas = Idea.objects.filter(pk=idea).select_related("process", "category", "author")
    if is_whole:
        cases = Case.objects.filter(kind=IDEA, object_id=OuterRef("pk"), state=State.RELEASED)
        merges = Merge.objects.standing().filter(kept=OuterRef("pk"))
        ideas = ideas.annotate(is_reportable=Exists(cases), holds_others=Exists(merges)).select_related("district")
        ideas = ideas.defer("district__geometry", "district__middle")
    if visitor is None:
        nobody = Value(False, output_field=BooleanField())
        return ideas.annotate(is_supported=nobody, is_followed=nobody)
    return ideas.annotate(
        is_supported=Exists(Support.objects.filter(idea=OuterRef("pk"), person=visitor)),
        is_followed=Exists(Follow.objects.filter(idea=OuterRef("pk"), person=visitor)),
    )


IDEA_ALONE = Statement[Idea](partial(_idea, is_whole=False))
IDEA_WHOLE = Statement[Idea](partial(_idea, is_whole=True))
PHASES = Statement[Phase](lambda *, process: Phase.objects.filter(process=process))
PICTURES = Statement[IdeaPicture](lambda *, idea: IdeaPicture.objects.select_related("picture").filter(idea=idea))
ANSWERS = Statement[StatusChange](lambda *, idea: StatusChange.objects.filter(idea=idea).order_by("at", "id"))


def idea_for(visitor: Person | AnonymousUser, number: int, *, whole: bool = False) -> Any:
    """The idea with its process and phases, and whether the visitor supports and follows it; None if there is none.

    ``whole``, for its page: with pictures, answers and doubles, and whether it can be reported (see ``DISCUSSION``).
    """
    by = {"visitor": visitor.pk} if isinstance(visitor, Person) else {}
    idea: Any = (IDEA_WHOLE if whole else IDEA_ALONE).first(idea=number, **by)
    if idea is None:
        return None
    attach(idea.process, "phases", PHASES.rows(process=idea.process_id), back="process")
    if whole:
        attach(idea, "pictures", PICTURES.rows(idea=number), back="idea")
        attach(idea, "answers", ANSWERS.rows(idea=number), back="idea")
        attach(idea, "merges", list(merged_into(number)) if idea.holds_others else [], back="kept")
    return idea


def merged_into(kept: int) -> QuerySet[Merge]:
    """The doubles that were merged into an idea, with what their authors wrote and showed."""
    cases = Case.objects.filter(kind=IDEA, object_id=OuterRef("double"), state=State.RELEASED)
    merges = Merge.objects.standing().filter(kept=kept).select_related("double__author")
    merges = merges.annotate(is_reportable=Exists(cases))
    return merges.prefetch_related("double__pictures__picture").order_by("at", "pk")


def kept_instead(double: int) -> int | None:
    """The number of the public idea into which this one was merged."""
    if double >= 2**63:
        return None
    merges = Merge.objects.standing().filter(double=double, kept__visibility=Visibility.RELEASED)
    return merges.values_list("kept", flat=True).first()


# One statement for the page's threads: the ORM would spend longer on writing it than the database on answering it.
# A report needs a case to go to: what is public has one, whether it was released here or taken over.
DISCUSSION = """
WITH seen AS (
    SELECT * FROM participation_comment
    WHERE idea_id = %(idea)s AND (visibility = 'released'
        OR (author_id = %(visitor)s AND visibility IN ('waiting', 'returned')))
), first AS (
    SELECT id FROM participation_comment c
    WHERE c.idea_id = %(idea)s AND c.thread_id IS NULL AND c.id > %(after)s
      AND (c.id IN (SELECT id FROM seen) OR c.id IN (SELECT thread_id FROM seen))
    ORDER BY id LIMIT %(limit)s
)
SELECT c.id, c.parent_id, c.thread_id, c.depth, c.text, c.created_at, c.edited_at IS NOT NULL, c.origin,
       c.author_id = %(visitor)s, c.visibility, p.pseudonym, p.erased_at,
       EXISTS (SELECT FROM moderation_case m WHERE m.kind = %(kind)s AND m.object_id = c.id AND m.state = 'released')
FROM participation_comment c LEFT JOIN people_person p ON p.id = c.author_id
WHERE c.idea_id = %(idea)s AND (c.id IN (SELECT id FROM first) OR c.thread_id IN (SELECT id FROM first))
ORDER BY c.id
"""


@dataclass(slots=True)
class Line:
    """A comment in the order of reading. ``is_gone``: an empty place that holds answers together."""

    id: int
    parent_id: int | None
    thread_id: int | None
    depth: int
    text: str
    at: datetime
    is_edited: bool
    origin: str
    is_own: bool
    visibility: str
    pseudonym: str | None
    erased_at: datetime | None
    is_reportable: bool

    @property
    def waits(self) -> bool:
        """Own words that the moderators still read."""
        return self.is_own and self.visibility in (Visibility.WAITING, Visibility.RETURNED)

    @property
    def is_gone(self) -> bool:
        """Nobody but its thread still needs this place."""
        return self.visibility != Visibility.RELEASED and not self.waits


@dataclass(frozen=True, slots=True)
class Discussion:
    """Some threads of an idea, in the order of reading, and the mark of the next threads (0: none)."""

    lines: list[Line]
    next_mark: int


def discussion(idea: Idea, visitor: Person | AnonymousUser, *, after: int = 0, threads: int = THREADS) -> Discussion:
    """Public comments, and the visitor's own that still wait: one query, however many comments there are."""
    with connection.cursor() as cursor:
        cursor.execute(
            DISCUSSION,
            {
                "idea": idea.pk,
                "visitor": visitor.pk if isinstance(visitor, Person) else 0,
                "after": after,
                "limit": threads + 1,
                "kind": COMMENT,
            },
        )
        found = [_line(row) for row in cursor.fetchall()]
    first = [line for line in found if line.thread_id is None]
    mark = first[threads - 1].id if len(first) > threads else 0
    return Discussion(_in_reading_order(first[:threads], [line for line in found if line.thread_id is not None]), mark)


def _line(row: tuple[Any, ...]) -> Line:
    return Line(*row[:8], bool(row[8]), *row[9:])  # type: ignore[call-arg]


def _in_reading_order(first: list[Line], replies: list[Line]) -> list[Line]:
    below: dict[int | None, list[Line]] = {}
    for reply in replies:
        below.setdefault(reply.parent_id, []).append(reply)
    lines: list[Line] = []

    def read(line: Line) -> bool:
        """Add the comment and what is below it; say whether anything can be read there."""
        place = len(lines)
        lines.append(line)
        anything = not line.is_gone
        for reply in below.get(line.id, ()):
            anything |= read(reply)
        if not anything:
            del lines[place:]
        return anything

    for line in first:
        read(line)
    return lines
