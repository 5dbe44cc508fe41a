# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who may do what in which phase."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.people.models import Origin
from stadtherz.kernel.people.tests.factories import person
from stadtherz.services.participation import rules
from stadtherz.services.participation.models import Phase
from stadtherz.services.participation.phases import PHASE_KINDS, Action, UnknownPhaseKind, phase_kind
from stadtherz.services.participation.states import STATUS_CHANGES, Status, Visibility
from stadtherz.services.participation.tests import factories


@pytest.mark.parametrize(
    ("phase", "submit", "support", "comment"),
    [
        ("collecting", True, True, True),
        ("discussing", False, True, True),
        ("evaluating", False, False, False),
        ("closed", False, False, False),
        (None, False, False, False),
    ],
)
def test_what_a_phase_allows(town: Municipality, phase: str | None, submit: bool, support: bool, comment: bool) -> None:
    resident, idea = person(), factories.idea(factories.process(phase))
    assert rules.phase_allows(idea.process, Action.SUBMIT) is submit
    assert rules.phase_allows(idea.process, Action.SUPPORT) is support
    assert rules.may_comment(resident, idea) is comment


def test_every_kind_of_phase_is_found_by_its_key() -> None:
    assert [phase_kind(kind.key) for kind in PHASE_KINDS] == list(PHASE_KINDS)
    with pytest.raises(UnknownPhaseKind):
        phase_kind("lottery")


def test_of_two_running_phases_the_later_one_counts(town: Municipality) -> None:
    process = factories.process("collecting")
    Phase.objects.create(process=process, kind="evaluating", starts_at=timezone.now() - timedelta(hours=1))
    assert not rules.phase_allows(process, Action.SUBMIT)


def test_a_phase_ends_to_the_minute(town: Municipality) -> None:
    process = factories.process(None)
    start = timezone.now()
    phase = Phase.objects.create(process=process, kind="collecting", starts_at=start, ends_at=start + timedelta(days=1))
    assert rules.running_phase(process, start - timedelta(seconds=1)) is None
    assert rules.running_phase(process, start) == phase
    assert rules.running_phase(process, start + timedelta(days=1)) is None


def test_a_process_that_is_not_public_takes_nothing(town: Municipality) -> None:
    process = factories.process()
    process.is_public = False
    assert not rules.phase_allows(process, Action.SUBMIT)


def test_visitors_and_erased_people_take_no_part_and_people_from_paper_do(town: Municipality) -> None:
    erased, paper = person(), person()
    erased.erased_at = timezone.now()
    paper.email, paper.origin = None, Origin.PAPER
    assert [rules.takes_part(visitor) for visitor in (AnonymousUser(), erased, paper, person())] == [
        False, False, True, True,
    ]  # fmt: skip


@pytest.mark.parametrize("visibility", [v for v in Visibility if v != Visibility.RELEASED])
def test_what_is_not_released_only_its_author_sees(town: Municipality, visibility: Visibility) -> None:
    author = person()
    hidden = factories.idea(author=author, visibility=visibility)
    assert rules.may_see(author, hidden)
    assert not rules.may_see(person(), hidden)
    assert not rules.may_see(AnonymousUser(), hidden)
    assert not rules.may_comment(person(), hidden)


def test_an_idea_stays_as_it_is_once_the_town_works_on_it(town: Municipality) -> None:
    author = person()
    assert rules.may_edit(author, factories.idea(author=author))
    assert not rules.may_edit(author, factories.idea(author=author, status=Status.PLANNED))
    assert not rules.may_edit(author, factories.idea(author=author, visibility=Visibility.TAKEN_DOWN))
    assert not rules.may_edit(person(), factories.idea(author=author))


def test_nothing_becomes_received_again() -> None:
    later = [status for status in Status if status != Status.RECEIVED]
    assert {status: Status.RECEIVED in STATUS_CHANGES[status] for status in later} == dict.fromkeys(later, False)
    assert set(STATUS_CHANGES) == set(Status)
