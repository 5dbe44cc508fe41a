# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reports of what is public, by people with and without account, and what they and the author are told."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation
from django.utils.translation import gettext as _

from stadtherz.kernel.messages.models import Message
from stadtherz.kernel.moderation import actions, queries
from stadtherz.kernel.moderation.errors import AlreadyReported, NotPossibleNow, TooManyReports, WordsMissing
from stadtherz.kernel.moderation.models import Case, Report
from stadtherz.kernel.moderation.rules import REPORTS_A_DAY
from stadtherz.kernel.moderation.states import Change, State
from stadtherz.kernel.moderation.tests import board
from stadtherz.kernel.moderation.tests.test_actions import released, submitted
from stadtherz.kernel.people.models import Person
from stadtherz.kernel.people.tests.factories import person


def test_undoing_a_take_down_opens_its_reports_again(
    author: Person, moderator: Person, second_moderator: Person
) -> None:
    case = released(author, moderator)
    actions.report(case=case, reporter=second_moderator, reason="insult")
    case = actions.propose_take_down(case=case, moderator=moderator, reason="insult")
    case = actions.confirm_take_down(case=case, moderator=second_moderator)
    case = actions.undo(decision=case.decisions.get(change=Change.TAKE_DOWN), moderator=second_moderator)
    assert (case.state, case.open_reports, 1 in board.PUBLIC) == (State.RELEASED, 1, True)
    assert not Message.objects.filter(template="moderation/report_settled").exists(), "nobody was told what was undone"


def test_a_visitor_reports_and_is_answered(author: Person, moderator: Person, second_moderator: Person) -> None:
    case = released(author, moderator)
    said: dict[str, Any] = {"reason": "unlawful", "text": "It shows my house number", "address": "visitor@example.org"}
    made = actions.report(case=case, reporter=None, **said)
    with pytest.raises(AlreadyReported):
        actions.report(case=case, reporter=None, **said)
    with pytest.raises(WordsMissing):
        actions.report(case=case, reporter=None, reason="unlawful")
    actions.report(case=case, reporter=None, reason="insult")
    assert Case.objects.get(pk=case.pk).open_reports == 2
    case = actions.propose_take_down(case=case, moderator=moderator, reason="personal_data")
    actions.confirm_take_down(case=case, moderator=second_moderator)
    received, settled = Message.objects.filter(address=made.address).order_by("pk")
    assert "house number" not in received.text, "a stranger's mailbox gets no words of the reporter"
    assert (settled.template, settled.about != "") == ("moderation/report_settled", True)


def test_the_author_learns_what_why_by_whom_and_where_to_complain(
    author: Person, moderator: Person, second_moderator: Person
) -> None:
    case = released(author, moderator)
    actions.report(case=case, reporter=None, reason="insult")
    with pytest.raises(WordsMissing):
        actions.propose_take_down(case=case, moderator=moderator, reason="unlawful")
    case = actions.propose_take_down(case=case, moderator=moderator, reason="unlawful", text="Section 22 KUG")
    actions.confirm_take_down(case=case, moderator=second_moderator)
    mail = Message.objects.get(person=author, template="moderation/taken_down")
    with translation.override(mail.language):
        parts = [
            "Somebody had reported it.",
            "In our view, the contribution is against the law.",
            "A person decided this; no program did.",
        ]
        said = [*(str(_(part)) for part in parts), "Section 22 KUG", "/page/contact/"]
    assert [part for part in said if part not in mail.text] == []


def test_a_report_brings_released_content_back_to_the_list(author: Person, moderator: Person) -> None:
    case, reporter = released(author, moderator), person()
    actions.report(case=case, reporter=reporter, reason="insult", text="Second sentence")
    assert [found.pk for found in queries.work_list(only="reported")] == [case.pk]
    with pytest.raises(AlreadyReported):
        actions.report(case=case, reporter=reporter, reason="insult")
    case.refresh_from_db()
    actions.keep(case=case, moderator=moderator)
    assert queries.waiting_count() == 0
    told = Message.objects.filter(person=reporter).order_by("pk").values_list("template", flat=True)
    assert list(told) == ["moderation/report_received", "moderation/report_settled"]
    assert Report.objects.get().settled_by == moderator


def test_a_report_moves_to_the_version_that_replaces_the_reported_one(author: Person, moderator: Person) -> None:
    old = released(author, moderator)
    actions.report(case=old, reporter=person(), reason="insult")
    edit = actions.release(case=submitted(author, text="Friendlier"), moderator=moderator)
    edit.refresh_from_db()
    assert (edit.open_reports, Report.objects.get().case) == (1, edit)


def test_reports_are_limited_by_the_day(author: Person, moderator: Person) -> None:
    reporter = person()
    for number in range(REPORTS_A_DAY):
        actions.report(case=released(author, moderator, number), reporter=reporter, reason="insult")
    last = released(author, moderator, 99)
    with pytest.raises(TooManyReports):
        actions.report(case=last, reporter=reporter, reason="insult")


def test_only_what_is_public_can_be_reported(author: Person) -> None:
    case = submitted(author)
    with pytest.raises(NotPossibleNow):
        actions.report(case=case, reporter=person(), reason="insult")
