# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Paper counts like a click: once a person, sheet by sheet, and can be undone."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from stadtherz.kernel.moderation.models import Case
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.people.models import Person
from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.people.tests.factories import person
from stadtherz.services.participation.actions.paper import (
    Line,
    enter_paper_idea,
    enter_paper_supports,
    undo_paper_sheet,
)
from stadtherz.services.participation.actions.supports import support_idea
from stadtherz.services.participation.errors import LinesRefused, PhaseForbids, Refused, SheetUndone
from stadtherz.services.participation.models import Idea, PaperSheet, Phase, Support
from stadtherz.services.participation.states import Origin, Visibility
from stadtherz.services.participation.tests import factories

LINES = [Line("Erste Zeile", "Am Weg 1", 1950), Line("Zweite Zeile", "Am Weg 2", 1941)]


def today() -> object:
    return timezone.localdate()


def test_each_line_counts_and_carries_its_origin(town: Municipality) -> None:
    idea, clerk = factories.idea(), person(Role.CLERK)
    support_idea(idea=idea, person=person())
    entered = enter_paper_supports(idea=idea, clerk=clerk, lines=LINES, signed_on=today())
    idea.refresh_from_db()
    assert (entered.counted, entered.already, idea.support_count) == (2, [], 3)
    assert Support.objects.filter(idea=idea, origin=Origin.PAPER, sheet=entered.sheet).count() == 2


def test_who_signed_before_counts_once_and_the_clerk_is_told(town: Municipality) -> None:
    idea, clerk = factories.idea(), person(Role.CLERK)
    enter_paper_supports(idea=idea, clerk=clerk, lines=LINES, signed_on=today())
    again = enter_paper_supports(
        idea=idea, clerk=clerk, lines=[LINES[0], Line("Dritte Zeile"), Line("Dritte Zeile")], signed_on=today()
    )
    assert (again.counted, [line.name for line, _way in again.already]) == (1, ["Erste Zeile", "Dritte Zeile"])
    assert (again.sheet.lines, again.sheet.already_counted) == (3, 2)
    assert Idea.objects.get(pk=idea.pk).support_count == 3


def test_all_lines_or_none(town: Municipality) -> None:
    idea = factories.idea()
    with pytest.raises(LinesRefused) as refused:
        enter_paper_supports(
            idea=idea,
            clerk=person(Role.CLERK),
            lines=[LINES[0], Line(""), Line("Zu jung", "", 2999)],
            signed_on=today(),
        )
    assert sorted(refused.value.lines) == [1, 2]
    assert (Support.objects.count(), PaperSheet.objects.count(), Person.objects.filter(origin="paper").count()) == (
        0,
        0,
        0,
    )


def test_the_same_list_sent_twice_is_entered_once(town: Municipality) -> None:
    idea, clerk, key = factories.idea(), person(Role.CLERK), uuid.uuid4()
    for _n in range(2):
        entered = enter_paper_supports(idea=idea, clerk=clerk, lines=LINES, signed_on=today(), submission_key=key)
        assert entered.counted == 2
    assert PaperSheet.objects.count() == 1


def test_a_sheet_is_undone_as_a_whole_and_once(town: Municipality) -> None:
    idea, other, clerk = factories.idea(), factories.idea(), person(Role.CLERK)
    entered = enter_paper_supports(idea=idea, clerk=clerk, lines=LINES, signed_on=today())
    enter_paper_supports(idea=other, clerk=clerk, lines=LINES, signed_on=today())
    assert undo_paper_sheet(sheet=entered.sheet, clerk=clerk) == 2
    assert [Idea.objects.get(pk=one.pk).support_count for one in (idea, other)] == [0, 2]
    with pytest.raises(SheetUndone):
        undo_paper_sheet(sheet=entered.sheet, clerk=clerk)


def test_numbers_go_up_by_one(town: Municipality) -> None:
    idea, clerk = factories.idea(), person(Role.CLERK)
    sheets = [enter_paper_supports(idea=idea, clerk=clerk, lines=[line], signed_on=today()).sheet for line in LINES]
    assert [sheet.number for sheet in sheets] == [1, 2]


def test_the_day_of_signing_decides_about_the_phase(town: Municipality) -> None:
    process, clerk = factories.process(None), person(Role.CLERK)
    now = timezone.now()
    Phase.objects.create(
        process=process, kind="collecting", starts_at=now - timedelta(days=9), ends_at=now - timedelta(days=3)
    )
    idea = factories.idea(process)
    in_time, too_late = today() - timedelta(days=3), today()
    enter_paper_supports(idea=idea, clerk=clerk, lines=LINES, signed_on=in_time)
    paper = {"process": process, "clerk": clerk, "signer": LINES[0], "title": "a", "text": "b"}
    assert enter_paper_idea(**paper, signed_on=in_time).origin == Origin.PAPER
    with pytest.raises(PhaseForbids):
        enter_paper_supports(idea=idea, clerk=clerk, lines=LINES, signed_on=too_late)
    with pytest.raises(PhaseForbids):
        enter_paper_idea(**paper, signed_on=too_late)


def test_a_paper_idea_waits_like_any_other_and_goes_with_its_sheet(town: Municipality) -> None:
    clerk = person(Role.CLERK)
    idea = enter_paper_idea(
        process=factories.process(), clerk=clerk, signer=LINES[0], title="Bank", text="Am Tor.", signed_on=today(),
        pseudonym="Bankfreundin",
    )  # fmt: skip
    assert (idea.visibility, idea.author.pseudonym, idea.origin) == (Visibility.WAITING, "Bankfreundin", Origin.PAPER)
    undo_paper_sheet(sheet=idea.sheet, clerk=clerk)
    idea.refresh_from_db()
    assert idea.visibility == Visibility.WITHDRAWN
    assert Case.objects.get(object_id=idea.pk).state == "withdrawn"


def test_what_is_wrong_with_the_person_is_told_next_to_the_field(town: Municipality) -> None:
    person(pseudonym="Bankfreundin")
    paper = {
        "process": factories.process(),
        "clerk": person(Role.CLERK),
        "title": "a",
        "text": "b",
        "signed_on": today(),
    }
    found = []
    for signer, pseudonym in ((Line(""), ""), (Line("Jemand", "", 2999), ""), (LINES[0], "Bankfreundin")):
        with pytest.raises(Refused) as refused:
            enter_paper_idea(**paper, signer=signer, pseudonym=pseudonym)
        found.append(refused.value.field)
    assert found == ["name", "birth_year", "pseudonym"]
