# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The town answers: status, reason, timeline, notices, record."""

from __future__ import annotations

import pytest

from stadtherz.kernel.audit.models import AuditEntry
from stadtherz.kernel.live.access import declared_access
from stadtherz.kernel.messages.models import Message
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.people.tests.factories import person
from stadtherz.services.participation.actions.answers import answer_idea, correct_answer
from stadtherz.services.participation.actions.following import follow, unfollow
from stadtherz.services.participation.errors import (
    AnsweredMeanwhile,
    AnswerNotChanged,
    CorrectedMeanwhile,
    NotPublic,
    ReasonMissing,
    StatusChangeNotAllowed,
    TextMissing,
)
from stadtherz.services.participation.events import idea_topic
from stadtherz.services.participation.models import Follow, StatusChange
from stadtherz.services.participation.states import Status, Visibility
from stadtherz.services.participation.tests import factories


def test_author_and_followers_are_told_and_it_stands_in_the_record(town: Municipality) -> None:
    author, follower, clerk = person(), person(), person(Role.CLERK)
    idea = factories.idea(author=author, title="Bänke & <Tische>")
    for one in (author, follower, follower):
        follow(idea=idea, person=one)
    answer_idea(idea=idea, clerk=clerk, status=Status.PLANNED, answer="Wir bauen sie.", office="Grünflächen")
    idea.refresh_from_db()
    assert idea.status == Status.PLANNED
    told = {message.person_id: message for message in Message.objects.all()}
    assert set(told) == {author.pk, follower.pk}
    assert "Wir bauen sie." in told[author.pk].text
    assert "Bänke & <Tische>" in told[follower.pk].subject
    entry = AuditEntry.objects.get(action="participation.answer_idea")
    assert (entry.actor, entry.detail["from"], entry.detail["to"]) == (clerk.pk, "received", "planned")


def test_who_stopped_following_is_not_told(town: Municipality) -> None:
    idea, follower = factories.idea(), person()
    follow(idea=idea, person=follower)
    unfollow(idea=idea, person=follower)
    answer_idea(idea=idea, clerk=person(Role.CLERK), status=Status.DONE, answer="Steht.", office="Grünflächen")
    assert not Message.objects.filter(person=follower).exists()
    assert Follow.objects.count() == 0


def test_declining_needs_a_reason(town: Municipality) -> None:
    idea, clerk = factories.idea(), person(Role.CLERK)
    with pytest.raises(ReasonMissing):
        answer_idea(idea=idea, clerk=clerk, status=Status.DECLINED, answer={"de": "  "}, office="Amt")
    with pytest.raises(TextMissing):
        answer_idea(idea=idea, clerk=clerk, status=Status.DONE, answer="", office="Amt")
    with pytest.raises(TextMissing):
        answer_idea(idea=idea, clerk=clerk, status=Status.DONE, answer="Ja.", office="")
    assert StatusChange.objects.count() == 0


def test_the_table_of_states_holds(town: Municipality) -> None:
    idea, clerk = factories.idea(status=Status.DONE), person(Role.CLERK)
    with pytest.raises(StatusChangeNotAllowed):
        answer_idea(idea=idea, clerk=clerk, status=Status.RECEIVED, answer="Nein.", office="Amt")
    answer_idea(idea=idea, clerk=clerk, status=Status.IN_REVIEW, answer="Noch einmal.", office="Amt")
    with pytest.raises(NotPublic):
        answer_idea(
            idea=factories.idea(visibility=Visibility.WAITING), clerk=clerk, status=Status.DONE, answer="x", office="y"
        )


def test_a_second_clerk_learns_of_the_first_answer(town: Municipality) -> None:
    idea, clerk = factories.idea(), person(Role.CLERK)
    said = {"idea": idea, "clerk": clerk, "office": "Amt", "check_last_seen": True}
    first = answer_idea(**said, status=Status.IN_REVIEW, answer="Wir prüfen.", last_seen=None)
    with pytest.raises(AnsweredMeanwhile):
        answer_idea(**said, status=Status.DECLINED, answer="Nein.", last_seen=None)
    answer_idea(**said, status=Status.PLANNED, answer="Ja.", last_seen=first.pk)


def test_everybody_may_listen_to_an_ideas_page() -> None:
    assert declared_access(idea_topic(7)) == "public"


def test_a_correction_is_seen_dated_and_nobody_gets_a_mail(town: Municipality) -> None:
    idea, clerk = factories.idea(), person(Role.CLERK)
    given = answer_idea(idea=idea, clerk=clerk, status=Status.PLANNED, answer="Ab Mai stehn sie.", office="Grünflächen")
    Message.objects.all().delete()
    once = correct_answer(answer=given, clerk=clerk, words={"de": "Ab Mai stehen sie."}, last_corrected=None)
    with pytest.raises(CorrectedMeanwhile):
        correct_answer(answer=given, clerk=clerk, words={"de": "Ab Juni."}, last_corrected=None)
    with pytest.raises(AnswerNotChanged):
        correct_answer(answer=given, clerk=clerk, words=once.answer, last_corrected=once.corrected_at)
    with pytest.raises(TextMissing):
        correct_answer(answer=given, clerk=clerk, words={"de": " "}, last_corrected=once.corrected_at)
    correct_answer(answer=given, clerk=clerk, words={"de": "Ab Mai stehen sie da."}, last_corrected=once.corrected_at)
    given.refresh_from_db()
    assert (given.answer, given.first_words) == ({"de": "Ab Mai stehen sie da."}, {"de": "Ab Mai stehn sie."})
    assert (given.status, Message.objects.count()) == (Status.PLANNED, 0)
    entry = AuditEntry.objects.filter(action="participation.correct_answer").first()
    assert (entry.actor, entry.detail) == (clerk.pk, {"answer": given.pk})
