# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The way of a contribution through the queue, told by the verbs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from stadtherz.kernel.audit.models import AuditEntry
from stadtherz.kernel.messages.models import Message
from stadtherz.kernel.moderation import actions, queries
from stadtherz.kernel.moderation.content import Content, ContentTooLong, Field
from stadtherz.kernel.moderation.errors import (
    AlreadyDecided,
    AlreadyProposed,
    ChangedMeanwhile,
    NothingProposed,
    NotPossibleNow,
    NotYours,
    OwnContribution,
    ReasonMissing,
    SecondPersonNeeded,
    TooLateToUndo,
    UnknownKind,
)
from stadtherz.kernel.moderation.jobs import remind
from stadtherz.kernel.moderation.models import Case, Decision
from stadtherz.kernel.moderation.rules import PAUSE_MINUTES
from stadtherz.kernel.moderation.states import CHANGES, OPEN, Change, State
from stadtherz.kernel.moderation.tests import board
from stadtherz.kernel.moderation.tests.board import note
from stadtherz.kernel.people.models import Person
from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.people.tests.factories import person


def submitted(author: Person | None, object_id: int = 1, text: str = "Benches in the park") -> Case:
    return actions.submit(kind="board.note", object_id=object_id, author=author, content=note(text))


def released(author: Person, moderator: Person, object_id: int = 1, text: str = "Benches in the park") -> Case:
    return actions.release(case=submitted(author, object_id, text), moderator=moderator)


def minutes_ago(minutes: float) -> object:
    return timezone.now() - timedelta(minutes=minutes)


def test_nothing_is_public_before_a_moderator_releases_it(author: Person, moderator: Person) -> None:
    case = submitted(author)
    assert (case.state, board.PUBLIC) == (State.WAITING, {})
    case = actions.release(case=case, moderator=moderator)
    assert (case.state, case.decided_by) == (State.RELEASED, moderator)
    assert board.PUBLIC == {1: {"title": "Benches", "text": "Benches in the park", "place": None, "pictures": []}}


def test_each_decision_stands_in_the_record_without_what_was_written(author: Person, moderator: Person) -> None:
    released(author, moderator)
    entries = list(AuditEntry.objects.order_by("pk").values_list("action", "actor", "subject"))
    assert entries == [
        ("moderation.submit", author.pk, "board.note:1"),
        ("moderation.release", moderator.pk, "board.note:1"),
    ]
    assert "Benches" not in str(list(AuditEntry.objects.values()))


def test_the_author_is_told_after_the_minute_for_undoing(author: Person, moderator: Person) -> None:
    released(author, moderator)
    message = Message.objects.get()
    assert (message.person, message.template) == (author, "moderation/released")
    assert "/board/1/" in message.text
    assert message.next_try - timezone.now() > timedelta(seconds=60)


def test_an_unknown_kind_is_an_error(author: Person) -> None:
    with pytest.raises(UnknownKind):
        actions.submit(kind="board.poem", object_id=1, author=author, content=note())


def test_a_text_nobody_can_read_is_refused(author: Person) -> None:
    with pytest.raises(ContentTooLong):
        submitted(author, text="a" * 1_000_000)
    assert Case.objects.count() == 0


def test_hooks_get_the_stored_value_where_it_differs_from_the_words(author: Person, moderator: Person) -> None:
    content = Content((Field("category", "Category", "Traffic", value=7),))
    case = actions.submit(kind="board.note", object_id=1, author=author, content=content)
    actions.release(case=case, moderator=moderator)
    assert board.PUBLIC[1]["category"] == 7


def test_what_was_decided_meanwhile_is_not_decided_twice(
    author: Person, moderator: Person, second_moderator: Person
) -> None:
    seen_by_both = submitted(author)
    actions.decline(case=seen_by_both, moderator=moderator, reason="advertising")
    with pytest.raises(AlreadyDecided, match="Moderation 1"):
        actions.release(case=seen_by_both, moderator=second_moderator)
    assert board.PUBLIC == {}
    assert Decision.objects.count() == 1


def test_a_double_click_decides_once(author: Person, moderator: Person) -> None:
    seen = submitted(author)
    actions.release(case=seen, moderator=moderator)
    with pytest.raises(AlreadyDecided):
        actions.release(case=seen, moderator=moderator)
    assert board.CALLS == [("release", 1)]


def test_a_text_that_changed_while_it_was_read_is_read_again(author: Person, moderator: Person) -> None:
    seen = submitted(author)
    changed = submitted(author, text="Buy cheap watches")
    assert changed.pk == seen.pk
    with pytest.raises(ChangedMeanwhile):
        actions.release(case=seen, moderator=moderator)
    assert board.PUBLIC == {}


def test_a_returned_contribution_comes_back_as_the_same_case(author: Person, moderator: Person) -> None:
    case = actions.return_to_author(case=submitted(author), moderator=moderator, reason="unclear", text="Which park?")
    assert (case.state, board.CALLS) == (State.RETURNED, [("return", 1)])
    assert "Which park?" in Message.objects.get().text
    again = submitted(author, text="Benches in the Volkspark")
    assert (again.pk, again.state, again.revision) == (case.pk, State.WAITING, 3)


@pytest.mark.parametrize("verb", [actions.return_to_author, actions.decline])
@pytest.mark.parametrize("reason", ["", "because"])
def test_a_refusal_needs_a_reason_from_the_list(author: Person, moderator: Person, verb: object, reason: str) -> None:
    case = submitted(author)
    with pytest.raises(ReasonMissing):
        verb(case=case, moderator=moderator, reason=reason)  # type: ignore[operator]
    case.refresh_from_db()
    assert case.state == State.WAITING


def test_the_public_text_stays_until_its_edit_is_released(author: Person, moderator: Person) -> None:
    old = released(author, moderator)
    edit = submitted(author, text="Benches and shade in the park")
    assert edit.pk != old.pk
    assert edit.before == old.content
    assert board.PUBLIC[1]["text"] == "Benches in the park"
    actions.release(case=edit, moderator=moderator)
    assert board.PUBLIC[1]["text"] == "Benches and shade in the park"
    old.refresh_from_db()
    assert (old.state, queries.released_case(kind="board.note", object_id=1)) == (State.REPLACED, edit)


def test_a_declined_edit_leaves_the_public_text(author: Person, moderator: Person) -> None:
    released(author, moderator)
    actions.decline(case=submitted(author, text="Buy watches"), moderator=moderator, reason="advertising")
    assert board.PUBLIC[1]["text"] == "Benches in the park"
    assert board.CALLS == [("release", 1)]


def test_nobody_decides_about_the_own_text_while_another_can(moderator: Person, second_moderator: Person) -> None:
    case = submitted(moderator)
    with pytest.raises(OwnContribution):
        actions.release(case=case, moderator=moderator)
    assert actions.release(case=case, moderator=second_moderator).state == State.RELEASED


def test_a_lone_moderator_may_release_the_own_text(moderator: Person) -> None:
    assert actions.release(case=submitted(moderator), moderator=moderator).state == State.RELEASED


def test_the_author_withdraws_what_waits_and_nothing_else(author: Person, moderator: Person) -> None:
    case = submitted(author)
    with pytest.raises(NotYours):
        actions.withdraw(case=case, author=moderator)
    assert actions.withdraw(case=case, author=author).state == State.WITHDRAWN
    with pytest.raises(NotPossibleNow):
        actions.withdraw(case=released(author, moderator, 2), author=author)


def test_undo_within_a_minute_brings_everything_back(author: Person, moderator: Person) -> None:
    released(author, moderator)
    case = actions.undo(decision=Decision.objects.get(), moderator=moderator)
    assert (case.state, case.decided_by, board.PUBLIC) == (State.WAITING, None, {})
    assert Message.objects.count() == 0
    assert actions.release(case=case, moderator=moderator).state == State.RELEASED


def test_undoing_the_release_of_an_edit_shows_the_older_text_again(author: Person, moderator: Person) -> None:
    old = released(author, moderator)
    edit = actions.release(case=submitted(author, text="Only shade"), moderator=moderator)
    actions.undo(decision=edit.decisions.get(), moderator=moderator)
    assert board.PUBLIC[1]["text"] == "Benches in the park"
    assert queries.released_case(kind="board.note", object_id=1) == old


def test_undo_of_a_refusal_lets_the_contribution_wait_again(author: Person, moderator: Person) -> None:
    case = actions.decline(case=submitted(author), moderator=moderator, reason="double")
    actions.undo(decision=case.decisions.get(), moderator=moderator)
    assert board.CALLS == [("decline", 1), ("wait", 1)]
    assert queries.waiting_count() == 1


def test_undo_is_for_the_same_person_and_the_first_minute(
    author: Person, moderator: Person, second_moderator: Person
) -> None:
    decision = released(author, moderator).decisions.get()
    with pytest.raises(NotYours):
        actions.undo(decision=decision, moderator=second_moderator)
    Decision.objects.update(at=minutes_ago(2))
    decision.refresh_from_db()
    with pytest.raises(TooLateToUndo):
        actions.undo(decision=decision, moderator=moderator)
    assert 1 in board.PUBLIC


def test_undo_stops_where_somebody_changed_the_contribution_since(author: Person, moderator: Person) -> None:
    decision = actions.return_to_author(case=submitted(author), moderator=moderator, reason="unclear").decisions.get()
    submitted(author, text="Now clear")
    with pytest.raises(TooLateToUndo):
        actions.undo(decision=decision, moderator=moderator)


def test_a_bulk_release_leaves_what_was_decided_and_can_be_undone(author: Person, moderator: Person) -> None:
    cases = [submitted(author, number) for number in (1, 2, 3)]
    actions.decline(case=cases[1], moderator=moderator, reason="double")
    together = actions.release_many(cases=cases, moderator=moderator)
    assert [case.object_id for case in together.released] == [1, 3]
    assert [number for number, _ in together.left] == [cases[1].pk]
    actions.undo_batch(batch=together.batch, moderator=moderator)
    assert board.PUBLIC == {}
    assert queries.waiting_count() == 2


def test_a_take_down_needs_two_people(author: Person, moderator: Person, second_moderator: Person) -> None:
    case = released(author, moderator)
    with pytest.raises(NothingProposed):
        actions.confirm_take_down(case=case, moderator=moderator)
    case = actions.propose_take_down(case=case, moderator=moderator, reason="insult")
    assert (1 in board.PUBLIC, queries.waiting_count()) == (True, 1)
    with pytest.raises(AlreadyProposed):
        actions.propose_take_down(case=case, moderator=second_moderator, reason="insult")
    with pytest.raises(SecondPersonNeeded):
        actions.confirm_take_down(case=case, moderator=moderator)
    case = actions.confirm_take_down(case=case, moderator=second_moderator)
    assert (case.state, board.PUBLIC, queries.waiting_count()) == (State.TAKEN_DOWN, {}, 0)
    assert queries.released_case(kind="board.note", object_id=1) is None


def test_a_lone_moderator_takes_down_after_a_pause(author: Person, moderator: Person) -> None:
    case = actions.propose_take_down(case=released(author, moderator), moderator=moderator, reason="insult")
    with pytest.raises(SecondPersonNeeded):
        actions.confirm_take_down(case=case, moderator=moderator)
    Case.objects.update(take_down_proposed_at=minutes_ago(PAUSE_MINUTES + 1))
    assert actions.confirm_take_down(case=case, moderator=moderator).state == State.TAKEN_DOWN


def test_time_to_release_is_the_median_of_thirty_days(author: Person, moderator: Person) -> None:
    for number, minutes in enumerate([10, 20, 90]):
        case = submitted(author, number)
        Case.objects.filter(pk=case.pk).update(submitted_at=minutes_ago(minutes))
        actions.release(case=case, moderator=moderator)
    actions.decline(case=submitted(author, 50), moderator=moderator, reason="double")
    speed = queries.time_to_release()
    assert speed.median is not None
    assert speed.ninetieth is not None
    assert (round(speed.median.total_seconds() / 60), round(speed.ninetieth.total_seconds() / 60)) == (20, 76)
    assert speed.released == 3
    Decision.objects.update(at=minutes_ago(60 * 24 * 31))
    assert queries.time_to_release() == queries.TimeToRelease(None, None, 0)


def test_moderators_are_told_in_the_morning_what_waits(author: Person, moderator: Person, kusel: object) -> None:
    remind()
    assert Message.objects.count() == 0
    submitted(author)
    person(Role.CLERK)
    remind()
    message = Message.objects.get()
    assert (message.person, message.notice) == (moderator, "work")
    assert "http://kaiserslautern.localhost:8000/moderation/" in message.text


def test_the_next_case_is_the_oldest_that_nobody_else_reads(
    author: Person, moderator: Person, second_moderator: Person
) -> None:
    first, second = submitted(author, 1), submitted(None, 2)
    submitted(moderator, 3)
    actions.claim(case=first, moderator=second_moderator)
    assert queries.next_case(moderator=moderator) == second
    assert queries.next_case(moderator=moderator, after=second) is None
    Case.objects.filter(pk=first.pk).update(claimed_at=minutes_ago(60))
    assert queries.next_case(moderator=moderator) == first


def test_every_change_starts_from_a_state_and_ends_in_one() -> None:
    assert {before for before, _ in CHANGES} | set(CHANGES.values()) | {State.REPLACED} == set(State)
    assert all(CHANGES[before, change] != State.RELEASED or before == State.WAITING for before, change in CHANGES)
    assert {before for before, change in CHANGES if change == Change.SUBMIT} == OPEN


def test_a_neighbour_sees_no_case(author: Person, moderator: Person, kusel: object) -> None:
    from stadtherz.kernel.municipalities.active import activate

    case = submitted(author)
    with activate(kusel):  # type: ignore[arg-type]
        stranger = person(Role.MODERATOR)
        assert queries.waiting_count() == 0
        with pytest.raises(Case.DoesNotExist):
            actions.release(case=case, moderator=stranger)
