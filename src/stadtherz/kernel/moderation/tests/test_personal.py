# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the queue keeps about people, and when it lets go."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.utils import timezone

from stadtherz.kernel.moderation import actions, queries
from stadtherz.kernel.moderation.models import Case, Report
from stadtherz.kernel.moderation.personal import (
    erase_cases,
    erase_decisions,
    erase_reports,
    expire_cases,
    export_cases,
    export_reports,
)
from stadtherz.kernel.moderation.states import State
from stadtherz.kernel.moderation.tests.board import note
from stadtherz.kernel.people.models import Person
from stadtherz.kernel.people.tests.factories import person


def submitted(author: Person, number: int, text: str) -> Case:
    return actions.submit(kind="board.note", object_id=number, author=author, content=note(text, title=text))


def everything_stored() -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce((SELECT string_agg(c::text, ' ') FROM moderation_case c), '')"
            " || coalesce((SELECT string_agg(d::text, ' ') FROM moderation_decision d), '')"
            " || coalesce((SELECT string_agg(r::text, ' ') FROM moderation_report r), '')"
        )
        return str(cursor.fetchone()[0])


def test_who_leaves_takes_along_what_is_not_public(author: Person, moderator: Person) -> None:
    seen = submitted(author, 1, "FIRST words")
    seen = actions.return_to_author(case=seen, moderator=moderator, reason="unclear", text="DEAR Kastanie")
    public = actions.release(case=submitted(author, 1, "OLD words"), moderator=moderator)
    public = actions.release(case=submitted(author, 1, "PUBLIC words"), moderator=moderator)
    actions.decline(case=submitted(author, 2, "DECLINED words"), moderator=moderator, reason="double", text="SORRY")
    submitted(author, 3, "WAITING words")
    other = actions.release(case=submitted(person(), 4, "OTHER words"), moderator=moderator)
    actions.report(case=other, reporter=author, reason="insult", text="REPORTED words")
    assert (len(export_cases(author)), len(export_reports(author))) == (4, 1)
    erase_cases(author)
    erase_reports(author)
    words = ("PUBLIC", "OTHER", "FIRST", "OLD", "DECLINED", "DEAR", "SORRY", "WAITING", "REPORTED")
    stored = everything_stored()
    assert [word for word in words if word in stored] == ["PUBLIC", "OTHER"]
    assert (export_cases(author), export_reports(author)) == ([], [])
    public.refresh_from_db()
    assert (public.state, public.author) == (State.RELEASED, None)
    assert queries.waiting_count() == 1  # the report is still to be dealt with


def test_a_moderator_who_leaves_is_no_longer_named(author: Person, moderator: Person) -> None:
    case = actions.release(case=submitted(author, 1, "PUBLIC words"), moderator=moderator)
    erase_cases(moderator)
    erase_decisions(moderator)
    case.refresh_from_db()
    assert (case.decided_by, case.decisions.get().by) == (None, None)


def test_after_the_retention_the_words_go(author: Person, moderator: Person) -> None:
    actions.release(case=submitted(author, 1, "PUBLIC words"), moderator=moderator)
    actions.decline(case=submitted(author, 2, "DECLINED words"), moderator=moderator, reason="double", text="SORRY")
    submitted(author, 3, "WAITING words")
    assert expire_cases(timezone.now() - timedelta(days=1)) == 0
    assert expire_cases(timezone.now() + timedelta(seconds=1)) > 0
    stored = everything_stored()
    assert [word for word in ("PUBLIC", "DECLINED", "SORRY", "WAITING") if word in stored] == ["PUBLIC", "WAITING"]


def test_reports_without_account_go_with_the_account_that_has_the_address(author: Person, moderator: Person) -> None:
    case = actions.release(
        case=actions.submit(kind="board.note", object_id=1, author=None, content=note()), moderator=moderator
    )
    actions.report(
        case=case, reporter=None, reason="insult", text="REPORTED words", address=(author.email or "").upper()
    )
    assert [row["text"] for row in export_reports(author)] == ["REPORTED words"]
    erase_reports(author)
    kept = Report.objects.get()
    assert (kept.address, kept.text, kept.settled_at) == ("", "", None)
