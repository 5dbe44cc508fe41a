# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""People without e-mail: entered once however they are spelt, counted once, seen by their own town alone."""

from __future__ import annotations

import pytest

from stadtherz.kernel.audit.models import AuditEntry
from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.people.actions import (
    BirthYearUnlikely,
    NameMissing,
    PseudonymTaken,
    SomebodyElseHasThisData,
    correct_paper_record,
    enter_person_without_email,
)
from stadtherz.kernel.people.models import Origin, PaperRecord, Person
from stadtherz.kernel.people.queries import search_paper_records, similar_paper_records
from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.people.tests.factories import person


@pytest.fixture
def clerk(town: Municipality) -> Person:
    return person(Role.CLERK)


def test_a_person_without_email_is_a_person(clerk: Person) -> None:
    entered = enter_person_without_email(name="Beispiel, Anna", address="Marktstr. 3", birth_year=1948, clerk=clerk)
    entered.refresh_from_db()
    assert (entered.origin, entered.email, entered.is_active) == (Origin.PAPER, None, False)
    assert entered.pseudonym.startswith("Auf Papier ")
    assert entered.paper_record.entered_by == clerk
    assert [(e.action, e.actor, e.subject) for e in AuditEntry.objects.all()] == [
        ("people.enter", clerk.pk, f"person:{entered.pk}")
    ]


@pytest.mark.parametrize(("name", "address"), [
    ("Anna Beispiel", "Marktstraße 3"),
    ("BEISPIEL, ANNA", "markt-str. 3, 67655 Kaiserslautern"),
    ("Dr. Anna  Beispiel", "Marktstrasse 3"),
    ("Frau Anna Beispiel", "Markt Straße 3"),
])  # fmt: skip
def test_the_same_person_spelt_otherwise_counts_once(clerk: Person, name: str, address: str) -> None:
    first = enter_person_without_email(name="Anna Beispiel", address="Marktstr. 3", birth_year=1948, clerk=clerk)
    again = enter_person_without_email(name=name, address=address, birth_year=1948, clerk=clerk)
    assert again == first
    assert PaperRecord.objects.count() == 1


@pytest.mark.parametrize("other", [
    {"name": "Anne Beispiel"}, {"birth_year": 1949}, {"birth_year": None}, {"address": "Marktstraße 30"},
])  # fmt: skip
def test_what_differs_makes_another_person(clerk: Person, other: dict[str, str]) -> None:
    data = {"name": "Anna Beispiel", "address": "Marktstr. 3", "birth_year": 1948}
    first = enter_person_without_email(**data, clerk=clerk)
    assert enter_person_without_email(**(data | other), clerk=clerk) != first


def test_the_clerk_is_shown_who_has_the_same_name(clerk: Person) -> None:
    first = enter_person_without_email(name="Müller, Jürgen", birth_year=1950, clerk=clerk)
    enter_person_without_email(name="Jörg Müller", clerk=clerk)
    assert [record.person for record in similar_paper_records("Dr. Juergen Mueller")] == [first]
    assert similar_paper_records("Jürgen Mahler") == []


def test_each_town_has_its_own_record(town: Municipality, kusel: Municipality, clerk: Person) -> None:
    here = enter_person_without_email(name="Anna Beispiel", birth_year=1948, clerk=clerk)
    with activate(kusel):
        there = enter_person_without_email(name="Anna Beispiel", birth_year=1948, clerk=person(Role.CLERK))
        assert [record.person for record in search_paper_records("Beispiel")] == [there]
    assert here != there
    assert [record.person for record in search_paper_records("anna beisp")] == [here]


@pytest.mark.parametrize(("data", "reason"), [
    ({"name": "  "}, NameMissing),
    ({"name": "!?"}, NameMissing),
    ({"name": "Anna Beispiel", "birth_year": 1830}, BirthYearUnlikely),
    ({"name": "Anna Beispiel", "birth_year": 2090}, BirthYearUnlikely),
    ({"name": "Anna Beispiel", "pseudonym": "willi wald"}, PseudonymTaken),
])  # fmt: skip
def test_bad_entries_are_refused_whole(clerk: Person, data: dict[str, object], reason: type[Exception]) -> None:
    person(pseudonym="Willi Wald")
    with pytest.raises(reason):
        enter_person_without_email(**data, clerk=clerk)
    assert not PaperRecord.objects.exists()
    assert not Person.objects.filter(origin=Origin.PAPER).exists()


def test_a_correction_keeps_the_person_and_refuses_to_make_two_one(clerk: Person) -> None:
    anna = enter_person_without_email(name="Anna Beispiel", clerk=clerk)
    bert = enter_person_without_email(name="Bert Beispiel", clerk=clerk)
    correct_paper_record(
        record=anna.paper_record, clerk=clerk, name="Anna Muster", address="", birth_year=None, pseudonym="Anni M."
    )
    anna.refresh_from_db()
    assert (anna.pseudonym, PaperRecord.objects.get(person=anna).name) == ("Anni M.", "Anna Muster")
    with pytest.raises(SomebodyElseHasThisData):
        correct_paper_record(
            record=bert.paper_record,
            clerk=clerk,
            name="Muster, Anna",
            address="",
            birth_year=None,
            pseudonym=bert.pseudonym,
        )
