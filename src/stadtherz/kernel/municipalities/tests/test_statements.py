# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Statements whose SQL is kept: the same rows as the queryset, for every number and in every municipality."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection
from django.db.models import BigIntegerField, Count, F, QuerySet, Value
from django.test.utils import CaptureQueriesContext

from stadtherz.kernel.municipalities.active import NoActiveMunicipality, activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.municipalities.statements import NotFillable, Statement, attach
from stadtherz.kernel.people.models import Membership
from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.people.tests.factories import person

pytestmark = pytest.mark.django_db


def _of(*roles: str, who: int | None = None, seed: int = 0) -> QuerySet[Membership]:
    given = Membership.objects.select_related("person").filter(role__in=roles)
    given = given.annotate(place=F("person_id") * Value(seed, output_field=BigIntegerField()))
    return (given.filter(person=who) if who else given).order_by("pk")


def _seen(rows: Any) -> list[tuple[Any, ...]]:
    return [(row.pk, row.role, row.person.pseudonym, row.place) for row in rows]


def test_gives_what_the_queryset_gives_for_every_number(town: Municipality) -> None:
    given = [Membership.objects.create(person=person(), role=role) for role in (Role.CLERK, Role.EDITOR, Role.CLERK)]
    statement = Statement[Membership](_of)
    for seed in (1, 7, 2**40):
        assert _seen(statement.rows("clerk", seed=seed)) == _seen(_of("clerk", seed=seed))
    for row in given:
        assert _seen(statement.rows("clerk", "editor", who=row.person_id)) == _seen(
            _of("clerk", "editor", who=row.person_id)
        )
    assert statement.count("clerk") == 2
    assert statement.first("moderator") is None
    with CaptureQueriesContext(connection) as asked:
        assert statement.rows("clerk", seed=9)[0].person.pseudonym
    assert len(asked) == 1


def test_values_come_as_tuples(town: Municipality) -> None:
    for role in (Role.CLERK, Role.EDITOR, Role.CLERK):
        Membership.objects.create(person=person(), role=role)
    counted = Statement[Membership](
        lambda: Membership.objects.order_by("role").values_list("role").annotate(Count("id"))
    )
    assert counted.values() == [("clerk", 2), ("editor", 1)]


def test_each_municipality_sees_its_own(kaiserslautern: Municipality, kusel: Municipality) -> None:
    statement = Statement[Membership](_of)
    for municipality in (kaiserslautern, kusel):
        with activate(municipality):
            Membership.objects.create(person=person(), role=Role.CLERK)
    for municipality in (kaiserslautern, kusel, kaiserslautern):
        with activate(municipality):
            assert [row.municipality_id for row in statement.rows("clerk")] == [municipality.pk]
    with pytest.raises(NoActiveMunicipality):
        statement.rows("clerk")


def test_a_number_that_is_no_parameter_is_refused(town: Municipality) -> None:
    limited = Statement[Membership](lambda *, limit: Membership.objects.order_by("pk")[:limit])
    with pytest.raises(NotFillable):
        limited.rows(limit=5)


def test_another_thread_asks_on_its_own_connection(town: Municipality) -> None:
    statement = Statement[Membership](_of)
    assert statement.rows("clerk") == []
    found: list[Any] = []

    def ask() -> None:
        with activate(town):
            found.append(statement.rows("clerk"))
        connection.close()

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert found == [[]]


def test_what_is_attached_is_not_asked_for_again(town: Municipality) -> None:
    who = person()
    given = Membership.objects.create(person=who, role=Role.CLERK)
    attach(who, "memberships", [given], back="person")
    with CaptureQueriesContext(connection) as asked:
        assert list(who.memberships.all()) == [given]
        assert given.person is who
    assert len(asked) == 0
