# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Support an idea, and take the support back: one by one, or the clicks of a whole moment together.

There is one way in which clicks are counted, whether one arrives or five hundred: the ideas are locked in the order of
their numbers (so that two processes never wait for each other in a circle), then one statement adds and removes rows and
changes the counters by what was really added and removed. The unique constraint decides who is new.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.utils import timezone

from stadtherz.kernel.municipalities.active import active_id
from stadtherz.kernel.people.models import Person
from stadtherz.services.participation.errors import AccountNeeded, NotPublic, PhaseForbids, Refused
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

# What ``rules.phase_allows`` asks, in the words of the database: a click needs no whole idea.
STANDING = """
SELECT i.id, i.support_count, i.visibility, p.is_public, (
    SELECT kind FROM participation_phase f
    WHERE f.process_id = p.id AND f.starts_at <= %(now)s AND (f.ends_at IS NULL OR %(now)s < f.ends_at)
    ORDER BY f.starts_at DESC LIMIT 1)
FROM participation_idea i JOIN participation_process p ON p.id = i.process_id
WHERE i.id = ANY(%(ideas)s) ORDER BY i.id FOR NO KEY UPDATE OF i
"""

SETTLE = """
WITH added AS (
    INSERT INTO participation_support (municipality_id, idea_id, person_id, origin, at)
    SELECT %(town)s, c.idea, c.person, 'web', %(now)s
    FROM unnest(%(ideas)s::bigint[], %(people)s::bigint[], %(wanted)s::boolean[]) AS c (idea, person, wanted)
    WHERE c.wanted ORDER BY c.idea, c.person
    ON CONFLICT (idea_id, person_id) DO NOTHING
    RETURNING idea_id, person_id, 1 AS by
), removed AS (
    DELETE FROM participation_support s
    USING unnest(%(ideas)s::bigint[], %(people)s::bigint[], %(wanted)s::boolean[]) AS c (idea, person, wanted)
    WHERE NOT c.wanted AND s.idea_id = c.idea AND s.person_id = c.person
    RETURNING s.idea_id, s.person_id, -1 AS by
), changed AS (
    SELECT * FROM added UNION ALL SELECT * FROM removed
), counted AS (
    UPDATE participation_idea i SET support_count = greatest(0, i.support_count + c.by)
    FROM (SELECT idea_id, sum(by)::int AS by FROM changed GROUP BY idea_id) AS c WHERE i.id = c.idea_id
    RETURNING i.id, i.support_count
)
SELECT c.idea_id, c.person_id, i.support_count FROM changed c JOIN counted i ON i.id = c.idea_id
"""


@dataclass(frozen=True, slots=True)
class Click:
    """A person is for an idea (by its number), or (not ``wanted``) no longer."""

    idea: int
    person: Person
    wanted: bool = True


@dataclass(frozen=True, slots=True)
class SupportCount:
    """What a click did: how many people are for the idea now, and whether anything changed."""

    count: int
    changed: bool


@dataclass(frozen=True, slots=True)
class _Standing:
    count: int
    refusal: Refused | None


def support_idea(*, idea: Idea, person: Person) -> SupportCount:
    """Count the person as being for the idea, once. A second call changes nothing and is no error.

    Raises ``AccountNeeded``, ``NotPublic``, ``PhaseForbids``.
    """
    return _settled(idea, Click(idea.pk, person))


def revoke_support(*, idea: Idea, person: Person) -> SupportCount:
    """Take the person's support back. Without one, nothing changes and it is no error.

    Raises ``AccountNeeded``, ``NotPublic``, ``PhaseForbids``: what was counted when the phase ended stays.
    """
    return _settled(idea, Click(idea.pk, person, wanted=False))


def _settled(idea: Idea, click: Click) -> SupportCount:
    (outcome,) = settle_clicks(clicks=[click])
    if isinstance(outcome, Refused):
        raise outcome
    idea.support_count = outcome.count
    return outcome


def settle_clicks(*, clicks: Sequence[Click]) -> list[SupportCount | Refused]:
    """Count clicks of the active municipality; one outcome each, in their order, as if they had come one by one.

    A click that is refused changes nothing and spoils no other. If somebody clicks several times on one idea, the last
    click stands. To be called in a transaction; safe to repeat. Side effects: rows in ``Support``, the ideas' counters.
    """
    standing = _lock({click.idea for click in clicks if takes_part(click.person)})
    outcomes: list[SupportCount | Refused | None] = [_refusal(click, standing) for click in clicks]
    last = {(c.idea, c.person.pk): c for c, refusal in zip(clicks, outcomes, strict=True) if refusal is None}
    changed = _settle(list(last.values()))
    counts = {idea: count for (idea, _person), count in changed.items()}
    for place, click in enumerate(clicks):
        if outcomes[place] is None:
            key = (click.idea, click.person.pk)
            count = counts.get(click.idea, standing[click.idea].count)
            outcomes[place] = SupportCount(count, changed=key in changed and last[key] is click)
    return [outcome for outcome in outcomes if outcome is not None]


def _refusal(click: Click, standing: dict[int, _Standing]) -> Refused | None:
    if not takes_part(click.person):
        return AccountNeeded()
    found = standing.get(click.idea)
    return found.refusal if found else NotPublic()


def _lock(ideas: set[int]) -> dict[int, _Standing]:
    """How the ideas stand now; until the transaction ends nobody else counts for them."""
    if not ideas:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(STANDING, {"ideas": sorted(ideas), "now": timezone.now()})
        return {number: _Standing(count, _closed(*rest)) for number, count, *rest in cursor.fetchall()}


def _closed(visibility: str, is_public: bool, kind: str | None) -> Refused | None:
    if visibility != Visibility.RELEASED:
        return NotPublic()
    if not is_public or kind is None or Action.SUPPORT not in phase_kind(kind).allows:
        return PhaseForbids()
    return None


def _settle(clicks: list[Click]) -> dict[tuple[int, int], int]:
    """Idea and person of those clicks that changed something, with the idea's new count."""
    if not clicks:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            SETTLE,
            {
                "town": active_id(),
                "now": timezone.now(),
                "ideas": [click.idea for click in clicks],
                "people": [click.person.pk for click in clicks],
                "wanted": [click.wanted for click in clicks],
            },
        )
        return {(idea, person): count for idea, person, count in cursor.fetchall()}


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
