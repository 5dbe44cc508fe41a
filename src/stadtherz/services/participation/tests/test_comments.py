# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Comments: threaded, moderated, counted when they are public."""

from __future__ import annotations

import uuid

import pytest

from stadtherz.kernel.moderation.actions import confirm_take_down, decline, propose_take_down, release
from stadtherz.kernel.moderation.models import Case
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.people.tests.factories import person
from stadtherz.services.participation.actions.comments import comment, edit_comment, withdraw_comment
from stadtherz.services.participation.errors import NotPublic, NotYours, PhaseForbids, TextMissing, TextTooLong
from stadtherz.services.participation.models import Comment, Idea
from stadtherz.services.participation.states import Visibility
from stadtherz.services.participation.tests import factories


def decide(verb: object, one: Comment, **how: str) -> None:
    case = Case.objects.get(kind="participation.comment", object_id=one.pk, state="waiting")
    verb(case=case, moderator=person(Role.MODERATOR), **how)


def counted(idea: Idea) -> int:
    return Idea.objects.values_list("comment_count", flat=True).get(pk=idea.pk)


def test_a_comment_counts_when_it_is_released_and_no_longer_when_it_is_withdrawn(town: Municipality) -> None:
    idea, author = factories.idea(), person()
    one = comment(idea=idea, author=author, text="Gut so.")
    assert (one.visibility, counted(idea)) == (Visibility.WAITING, 0)
    decide(release, one)
    assert counted(idea) == 1
    withdraw_comment(comment=one, author=author)
    assert counted(idea) == 0


def test_a_declined_comment_never_counts(town: Municipality) -> None:
    idea = factories.idea()
    one = comment(idea=idea, author=person(), text="Gut so.")
    decide(decline, one, reason="insult")
    one.refresh_from_db()
    assert (one.visibility, counted(idea)) == (Visibility.DECLINED, 0)


def test_a_comment_that_is_taken_down_no_longer_counts(town: Municipality) -> None:
    idea = factories.idea()
    one = comment(idea=idea, author=person(), text="Gut so.")
    decide(release, one)
    case = propose_take_down(case=Case.objects.get(object_id=one.pk), moderator=person(Role.MODERATOR), reason="insult")
    confirm_take_down(case=case, moderator=person(Role.MODERATOR))
    assert counted(idea) == 0


def test_a_released_change_replaces_the_words_and_counts_once(town: Municipality) -> None:
    idea, author = factories.idea(), person()
    one = comment(idea=idea, author=author, text="Gut so.")
    decide(release, one)
    edit_comment(comment=one, author=author, text="Sehr gut so.")
    one.refresh_from_db()
    assert one.text == "Gut so."
    decide(release, one)
    one.refresh_from_db()
    assert (one.text, counted(idea), one.edited_at is not None) == ("Sehr gut so.", 1, True)


def test_answers_nest_three_deep(town: Municipality) -> None:
    idea = factories.idea()
    parent, depths = None, []
    for _n in range(6):
        parent = comment(idea=idea, author=person(), text="Ja.", parent=parent)
        Comment.objects.filter(pk=parent.pk).update(visibility=Visibility.RELEASED, released_at=parent.created_at)
        parent.refresh_from_db()
        depths.append(parent.depth)
    assert depths == [0, 1, 2, 3, 3, 3]
    assert Comment.objects.filter(thread__isnull=False).values("thread").distinct().count() == 1


def test_the_same_form_sent_twice_is_one_comment(town: Municipality) -> None:
    idea, author, key = factories.idea(), person(), uuid.uuid4()
    first, second = (comment(idea=idea, author=author, text="Ja.", submission_key=key) for _n in range(2))
    assert first == second


def test_refusals(town: Municipality) -> None:
    idea, author = factories.idea(), person()
    elsewhere, hidden = factories.comment(factories.idea()), factories.comment(idea, visibility=Visibility.WAITING)
    for parent in (elsewhere, hidden):
        with pytest.raises(NotPublic):
            comment(idea=idea, author=author, text="Ja.", parent=parent)
    with pytest.raises(NotPublic):
        comment(idea=factories.idea(visibility=Visibility.WAITING), author=author, text="Ja.")
    with pytest.raises(PhaseForbids):
        comment(idea=factories.idea(factories.process("evaluating")), author=author, text="Ja.")
    with pytest.raises(TextMissing):
        comment(idea=idea, author=author, text=" ")
    with pytest.raises(TextTooLong):
        comment(idea=idea, author=author, text="a" * 1_000_000)
    with pytest.raises(NotYours):
        edit_comment(comment=elsewhere, author=author, text="Ja.")
