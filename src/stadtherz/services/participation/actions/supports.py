# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Support an idea, and take the support back.

Both are one statement each, so that any number of clicks at the same moment count right: the unique constraint decides
who is new, and the counter changes by what was really added, on the row as it stands then. One statement is a
transaction by itself, so these verbs open none: two round trips less where thousands click at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.utils import timezone

from stadtherz.kernel.municipalities.active import active_id
from stadtherz.kernel.people.models import Person
from stadtherz.services.participation.errors import AccountNeeded, NotPublic, PhaseForbids
from stadtherz.services.participation.models import Idea, PaperSheet
from stadtherz.services.participation.phases import Action, phase_kind
from stadtherz.services.participation.rules import takes_part
from stadtherz.services.participation.states import Origin, Visibility

ADD = """
WITH added AS (
    INSERT INTO participation_support (municipality_id, idea_id, person_id, origin, sheet_id, at)
    SELECT %(town)s, %(idea)s, person, %(origin)s, %(sheet)s, %(at)s FROM unnest(%(people)s::bigint[]) AS person
    ON CONFLICT (idea_id, person_id) DO NOTHING
    RETURNING person_id
), counted AS (
    UPDATE participation_idea SET support_count = support_count + (SELECT count(*) FROM added)
    WHERE id = %(idea)s AND EXISTS (SELECT FROM added)
    RETURNING support_count
)
SELECT coalesce((SELECT support_count FROM counted),
                (SELECT support_count FROM participation_idea WHERE id = %(idea)s)),
       ARRAY(SELECT person_id FROM added)
"""
REMOVE = """
WITH removed AS (
    DELETE FROM participation_support WHERE idea_id = %(idea)s AND person_id = %(person)s RETURNING id
), counted AS (
    UPDATE participation_idea SET support_count = greatest(0, support_count - (SELECT count(*) FROM removed)::int)
    WHERE id = %(idea)s AND EXISTS (SELECT FROM removed)
    RETURNING support_count
)
SELECT coalesce((SELECT support_count FROM counted),
                (SELECT support_count FROM participation_idea WHERE id = %(idea)s)),
       EXISTS (SELECT FROM removed)
"""

# What ``rules.phase_allows`` asks, in the words of the database: a click needs no whole idea.
STANDING = """
SELECT i.visibility, p.is_public, (
    SELECT kind FROM participation_phase f
    WHERE f.process_id = p.id AND f.starts_at <= %(now)s AND (f.ends_at IS NULL OR %(now)s < f.ends_at)
    ORDER BY f.starts_at DESC LIMIT 1)
FROM participation_idea i JOIN participation_process p ON p.id = i.process_id WHERE i.id = %(idea)s
"""


@dataclass(frozen=True, slots=True)
class SupportCount:
    """What a click did: how many people are for the idea now, and whether anything changed."""

    count: int
    changed: bool


def support_idea(*, idea: Idea, person: Person) -> SupportCount:
    """Count the person as being for the idea, once. A second call changes nothing and is no error.

    Raises ``AccountNeeded``, ``NotPublic``, ``PhaseForbids``.
    """
    _check(idea, person)
    count, added = add_supports(idea=idea, people=[person.pk], origin=Origin.WEB)
    return SupportCount(count, bool(added))


def revoke_support(*, idea: Idea, person: Person) -> SupportCount:
    """Take the person's support back. Without one, nothing changes and it is no error.

    Raises ``AccountNeeded``, ``NotPublic``, ``PhaseForbids``: what was counted when the phase ended stays.
    """
    _check(idea, person)
    with connection.cursor() as cursor:
        cursor.execute(REMOVE, {"idea": idea.pk, "person": person.pk})
        count, changed = cursor.fetchone()
    idea.support_count = count
    return SupportCount(count, changed)


def add_supports(
    *, idea: Idea, people: Sequence[int], origin: Origin, sheet: PaperSheet | None = None
) -> tuple[int, list[int]]:
    """Count these people (by number). Returns the new count and who of them was not counted before.

    Side effects: rows in ``Support``, the idea's counter. The caller has checked who may.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            ADD,
            {
                "town": active_id(),
                "idea": idea.pk,
                "people": list(people),
                "origin": origin.value,
                "sheet": sheet.pk if sheet else None,
                "at": timezone.now(),
            },
        )
        count, added = cursor.fetchone()
    idea.support_count = count
    return count, added


def _check(idea: Idea, person: Person) -> None:
    """Who may, asked of the rows as they stand now: ``idea`` may be as little as its number."""
    if not takes_part(person):
        raise AccountNeeded
    with connection.cursor() as cursor:
        cursor.execute(STANDING, {"idea": idea.pk, "now": timezone.now()})
        visibility, is_public, kind = cursor.fetchone() or (None, False, None)
    if visibility != Visibility.RELEASED:
        raise NotPublic
    if not is_public or kind is None or Action.SUPPORT not in phase_kind(kind).allows:
        raise PhaseForbids
