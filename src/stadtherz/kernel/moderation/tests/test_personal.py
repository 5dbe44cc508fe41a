# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the queue keeps about people, and when it lets go."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.utils import timezone

from stadtherz.kernel.moderation import actions
from stadtherz.kernel.moderation.models import Case, Decision
from stadtherz.kernel.moderation.personal import erase_cases, expire_cases, export_cases
from stadtherz.kernel.moderation.states import State
from stadtherz.kernel.moderation.tests.board import note
from stadtherz.kernel.people.models import Person
from stadtherz.kernel.people.tests.factories import person


def submitted(author: Person, number: int, text: str) -> Case:
    return actions.submit(kind="board.note", object_id=number, author=author, content=note(text, title=text))


def everything_stored() -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(c::text, ' ') || (SELECT string_agg(d::text, ' ') FROM moderation_decision d)"
            " || coalesce((SELECT string_agg(r::text, ' ') FROM moderation_report r), '') FROM moderation_case c"
        )
        return str(cursor.fetchone()[0])


def test_who_leaves_takes_along_what_was_not_public(author: Person, moderator: Person) -> None:
    public = actions.release(case=submitted(author, 1, "PUBLIC words"), moderator=moderator)
    actions.decline(case=submitted(author, 2, "DECLINED words"), moderator=moderator, reason="double", text="DEAR author")
    submitted(author, 3, "WAITING words")
    other = actions.release(case=submitted(person(), 4, "OTHER words"), moderator=moderator)
    actions.report(case=other, reporter=author, reason="insult", text="REPORTED words")
    assert len(export_cases(author)) == 4
    erase_cases(author)
    stored = everything_stored()
    assert [word for word in ("PUBLIC", "OTHER") if word in stored] == ["PUBLIC", "OTHER"]
    assert [word for word in ("DECLINED", "DEAR", "WAITING", "REPORTED") if word in stored] == []
    assert export_cases(author) == []
    public.refresh_from_db()
    assert (public.state, public.author) == (State.RELEASED, None)
    assert Case.objects.get(object_id=3).state == State.WITHDRAWN


def test_after_the_retention_the_words_go_and_the_counts_stay(author: Person, moderator: Person) -> None:
    actions.release(case=submitted(author, 1, "PUBLIC words"), moderator=moderator)
    actions.decline(case=submitted(author, 2, "DECLINED words"), moderator=moderator, reason="double", text="DEAR author")
    submitted(author, 3, "WAITING words")
    assert expire_cases(timezone.now() - timedelta(days=1)) == 0
    assert expire_cases(timezone.now() + timedelta(seconds=1)) == 1
    stored = everything_stored()
    assert [word for word in ("PUBLIC", "DECLINED", "DEAR", "WAITING") if word in stored] == ["PUBLIC", "WAITING"]
    assert (Case.objects.count(), Decision.objects.count()) == (3, 2)
