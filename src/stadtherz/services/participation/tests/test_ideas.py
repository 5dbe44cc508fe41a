# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""An idea's way: submitted, released, changed, withdrawn."""

from __future__ import annotations

import uuid

import pytest
from django.contrib.gis.geos import MultiPolygon, Point, Polygon

from stadtherz.kernel.moderation.actions import decline, release, return_to_author, undo
from stadtherz.kernel.moderation.models import Case, Decision
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.people.models import Person
from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.people.tests.factories import person
from stadtherz.services.participation.actions.ideas import edit_idea, submit_idea, withdraw_idea
from stadtherz.services.participation.errors import (
    AccountNeeded,
    NoLongerYours,
    NotYours,
    PhaseForbids,
    PlaceOutside,
    TextMissing,
    TextTooLong,
    WrongCategory,
)
from stadtherz.services.participation.models import Idea
from stadtherz.services.participation.states import Status, Visibility
from stadtherz.services.participation.tests import factories

HERE = Point(7.77, 49.44, srid=4326)


def moderator() -> Person:
    return person(Role.MODERATOR)


def case_of(idea: Idea) -> Case:
    return Case.objects.get(kind="participation.idea", object_id=idea.pk, state="waiting")


def test_an_idea_waits_and_is_public_as_it_was_read(town: Municipality) -> None:
    process = factories.process()
    green = factories.category(process)
    idea = submit_idea(
        process=process, author=person(), title=" Bänke\nam Weg ", text="Mehr Bänke.\r\nBitte.", category=green,
        place=HERE, place_label="Stiftsplatz",
    )  # fmt: skip
    assert (idea.visibility, idea.released_at) == (Visibility.WAITING, None)
    release(case=case_of(idea), moderator=moderator())
    idea.refresh_from_db()
    assert (idea.visibility, idea.title, idea.text) == (Visibility.RELEASED, "Bänke am Weg", "Mehr Bänke.\nBitte.")
    assert (idea.category, idea.place, idea.place_label) == (green, HERE, "Stiftsplatz")
    assert idea.released_at is not None


def test_the_same_form_sent_twice_is_one_idea(town: Municipality) -> None:
    process, author, key = factories.process(), person(), uuid.uuid4()
    first, second = (
        submit_idea(process=process, author=author, title="Bänke", text="Mehr.", submission_key=key) for _n in range(2)
    )
    assert first == second
    assert Case.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "refusal", "field"),
    [
        ({"title": " \n "}, TextMissing, "title"),
        ({"text": "\x00\x01"}, TextMissing, "text"),
        ({"title": "a" * 121}, TextTooLong, "title"),
        ({"text": "a" * 1_000_000}, TextTooLong, "text"),
        ({"place": Point(13.4, 52.5, srid=4326)}, PlaceOutside, "place"),
    ],
)
def test_refusals_name_the_field_and_store_nothing(
    town: Municipality, change: dict[str, object], refusal: type[Exception], field: str
) -> None:
    with pytest.raises(refusal) as refused:
        submit_idea(**{"process": factories.process(), "author": person(), "title": "a", "text": "b", **change})
    assert refused.value.field == field
    assert Idea.objects.count() == 0


def test_the_area_of_the_municipality_decides_where_it_is_known(town: Municipality) -> None:
    town.bounds = MultiPolygon(Polygon.from_bbox((7.7, 49.4, 7.8, 49.5)), srid=4326)
    process, author = factories.process(), person()
    submit_idea(process=process, author=author, title="a", text="b", place=HERE)
    with pytest.raises(PlaceOutside):
        submit_idea(process=process, author=author, title="a", text="b", place=Point(7.81, 49.44, srid=4326))


def test_other_refusals(town: Municipality) -> None:
    process = factories.process()
    nobody = person()
    nobody.is_active = False
    with pytest.raises(PhaseForbids):
        submit_idea(process=factories.process("discussing"), author=person(), title="a", text="b")
    with pytest.raises(AccountNeeded):
        submit_idea(process=process, author=nobody, title="a", text="b")
    with pytest.raises(WrongCategory):
        submit_idea(
            process=process, author=person(), title="a", text="b", category=factories.category(factories.process())
        )


def test_a_change_of_a_public_idea_waits_while_the_old_words_stay(town: Municipality) -> None:
    author = person()
    idea = factories.idea(author=author, title="Alt", text="Alter Text")
    edit_idea(idea=idea, author=author, title="Neu", text="Neuer Text")
    idea.refresh_from_db()
    assert (idea.title, idea.visibility) == ("Alt", Visibility.RELEASED)
    case = case_of(idea)
    assert case.before["fields"][0]["text"] == "Alt"
    release(case=case, moderator=moderator())
    idea.refresh_from_db()
    assert (idea.title, idea.text) == ("Neu", "Neuer Text")


def test_a_declined_change_leaves_the_public_idea(town: Municipality) -> None:
    author = person()
    idea = factories.idea(author=author, title="Alt")
    edit_idea(idea=idea, author=author, title="Neu", text="Neuer Text")
    decline(case=case_of(idea), moderator=moderator(), reason="insult")
    idea.refresh_from_db()
    assert (idea.title, idea.visibility) == ("Alt", Visibility.RELEASED)


def test_a_returned_idea_can_be_mended(town: Municipality) -> None:
    author = person()
    idea = submit_idea(process=factories.process(), author=author, title="a", text="b")
    return_to_author(case=case_of(idea), moderator=moderator(), reason="unclear")
    idea.refresh_from_db()
    assert idea.visibility == Visibility.RETURNED
    edit_idea(idea=idea, author=author, title="Klarer", text="b")
    idea.refresh_from_db()
    assert (idea.visibility, idea.title) == (Visibility.WAITING, "Klarer")
    assert case_of(idea).title == "Klarer"


def test_undoing_a_release_hides_the_idea_again(town: Municipality) -> None:
    idea, one = submit_idea(process=factories.process(), author=person(), title="a", text="b"), moderator()
    release(case=case_of(idea), moderator=one)
    undo(decision=Decision.objects.get(), moderator=one)
    idea.refresh_from_db()
    assert idea.visibility == Visibility.WAITING


def test_withdrawing_closes_the_case(town: Municipality) -> None:
    author = person()
    waiting = submit_idea(process=factories.process(), author=author, title="a", text="b")
    public = factories.idea(author=author)
    assert [withdraw_idea(idea=idea, author=author).visibility for idea in (waiting, public)] == ["withdrawn"] * 2
    assert [case.state for case in Case.objects.all()] == ["withdrawn"]
    with pytest.raises(NoLongerYours):
        withdraw_idea(idea=public, author=author)


@pytest.mark.parametrize("verb", [withdraw_idea, lambda **who: edit_idea(**who, title="a", text="b")])
def test_only_the_author_and_only_until_the_town_works_on_it(town: Municipality, verb: object) -> None:
    author = person()
    with pytest.raises(NotYours):
        verb(idea=factories.idea(), author=author)
    with pytest.raises(NoLongerYours):
        verb(idea=factories.idea(author=author, status=Status.PLANNED), author=author)
