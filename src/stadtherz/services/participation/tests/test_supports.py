# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A support counts once, whoever clicks how often and at the same moment."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.people.tests.factories import person
from stadtherz.services.participation.actions.supports import revoke_support, support_idea
from stadtherz.services.participation.errors import AccountNeeded, NotPublic, PhaseForbids
from stadtherz.services.participation.models import Idea, Support
from stadtherz.services.participation.states import Visibility
from stadtherz.services.participation.tests import factories


def test_a_second_click_changes_nothing(town: Municipality) -> None:
    idea, resident = factories.idea(), person()
    first, second = support_idea(idea=idea, person=resident), support_idea(idea=idea, person=resident)
    assert (first.count, first.changed, second.count, second.changed) == (1, True, 1, False)
    assert Support.objects.filter(idea=idea).count() == 1


def test_a_support_can_be_taken_back_and_given_again(town: Municipality) -> None:
    idea, resident = factories.idea(), person()
    support_idea(idea=idea, person=person())
    support_idea(idea=idea, person=resident)
    taken, again = revoke_support(idea=idea, person=resident), revoke_support(idea=idea, person=resident)
    assert (taken.count, taken.changed, again.count, again.changed) == (1, True, 1, False)
    assert support_idea(idea=idea, person=resident).count == 2


@pytest.mark.parametrize("verb", [support_idea, revoke_support])
def test_refusals(town: Municipality, verb: object) -> None:
    hidden, closed = factories.idea(visibility=Visibility.WAITING), factories.idea(factories.process("closed"))
    nobody = person()
    nobody.is_active = False
    with pytest.raises(NotPublic):
        verb(idea=hidden, person=person())
    with pytest.raises(PhaseForbids):
        verb(idea=closed, person=person())
    with pytest.raises(AccountNeeded):
        verb(idea=factories.idea(), person=nobody)
    assert Support.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_sixty_four_connections_lose_nothing_and_count_nobody_twice(kaiserslautern: Municipality) -> None:
    """Each of 16 people clicks from 64 connections at once, some to and fro; afterwards rows and counter agree."""
    with activate(kaiserslautern):
        idea, people = factories.idea(), [person() for _ in range(16)]
    gate = threading.Barrier(64)

    def clicks(number: int) -> int:
        try:
            gate.wait(timeout=30)
            new = 0
            for turn in range(4):
                resident = people[(number + turn) % 16]
                with activate(kaiserslautern):
                    own = Idea.objects.select_related("process").get(pk=idea.pk)
                    if number % 4 == 0 and turn % 2:
                        new -= revoke_support(idea=own, person=resident).changed
                    else:
                        new += support_idea(idea=own, person=resident).changed
            return new
        finally:
            connection.close()

    with ThreadPoolExecutor(64) as pool:
        changes = sum(pool.map(clicks, range(64)))
    with activate(kaiserslautern):
        stored = Support.objects.filter(idea=idea).count()
        idea.refresh_from_db()
    assert (idea.support_count, changes) == (stored, stored)
    assert stored <= 16
