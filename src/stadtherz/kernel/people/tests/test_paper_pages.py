# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The clerk's pages for people without e-mail, and who must not see them."""

from __future__ import annotations

import pytest
from django.test import Client

from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.people.actions import enter_person_without_email
from stadtherz.kernel.people.merging import NotAnAccount, NotOnPaper, merge_paper_into_account
from stadtherz.kernel.people.models import PaperRecord, Person
from stadtherz.kernel.people.queries import search_paper_records
from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.people.tests.factories import person

URL = "/staff/people/"


@pytest.fixture
def clerk(town: Municipality) -> Person:
    return person(Role.CLERK)


@pytest.fixture
def desk(client: Client, clerk: Person) -> Client:
    client.force_login(clerk)
    return client


@pytest.fixture
def anna(clerk: Person) -> Person:
    return enter_person_without_email(name="Anna Beispiel", address="Marktstr. 3", birth_year=1948, clerk=clerk)


def test_enter_find_and_correct(desk: Client) -> None:
    answer = desk.post(f"{URL}new/", {"name": "Ärnst Öhm", "birth_year": "1939", "address": "", "pseudonym": ""})
    record = PaperRecord.objects.get()
    assert answer["Location"] == f"{URL}{record.pk}/"
    for words in ("öhm", "Oehm", "aernst", record.person.pseudonym[-6:]):
        assert "Ärnst Öhm" in desk.get(URL, {"q": words}).content.decode(), words
    data = {"name": "Ernst Öhm", "birth_year": "1939", "address": "", "pseudonym": record.person.pseudonym}
    assert desk.post(f"{URL}{record.pk}/", data).status_code == 302
    record.refresh_from_db()
    assert record.name == "Ernst Öhm"


def test_the_same_name_is_asked_about_before_it_becomes_a_second_person(desk: Client, anna: Person) -> None:
    data = {"name": "anna beispiel", "birth_year": "1950", "address": "", "pseudonym": ""}
    asked = desk.post(f"{URL}new/", data)
    assert asked.status_code == 200
    assert f"{URL}{anna.paper_record.pk}/" in asked.content.decode()
    assert PaperRecord.objects.count() == 1
    assert desk.post(f"{URL}new/", data | {"another": "on"}).status_code == 302
    assert PaperRecord.objects.count() == 2


@pytest.mark.parametrize(("changes", "field"), [
    ({"name": ""}, "name"), ({"name": "?"}, "name"), ({"birth_year": "abc"}, "birth_year"), ({"birth_year": "1066"}, "birth_year"),
    ({"pseudonym": "Stadtverwaltung"}, "pseudonym"), ({"name": "x" * 121}, "name"), ({"name": "<b>\u0000"}, "name"),
])  # fmt: skip
def test_bad_entries_are_named_beside_the_field(desk: Client, changes: dict[str, str], field: str) -> None:
    data = {"name": "Anna Beispiel", "birth_year": "1948", "address": "", "pseudonym": ""} | changes
    answer = desk.post(f"{URL}new/", data)
    assert answer.status_code == 200
    assert answer.context["form"].errors[field]
    assert not PaperRecord.objects.exists()


def test_html_in_a_name_stays_text(desk: Client, clerk: Person) -> None:
    entered = enter_person_without_email(name="<script>alert(1)</script> Beispiel", clerk=clerk)
    for address in (URL, f"{URL}{entered.paper_record.pk}/", f"{URL}{entered.paper_record.pk}/print/"):
        assert "<script>alert" not in desk.get(address).content.decode()


@pytest.mark.parametrize("page", ["", "print/", "merge/", "erase/"])
def test_a_clerk_of_another_town_finds_nothing(
    town: Municipality, kusel: Municipality, anna: Person, page: str
) -> None:
    with activate(kusel):
        neighbour = person(Role.CLERK)
    client = Client()
    client.force_login(neighbour)
    address = f"{URL}{anna.paper_record.pk}/{page}"
    assert client.get(address, headers={"host": "kusel.localhost"}).status_code in (302, 404)
    client.cookies.clear()
    client.force_login(neighbour)
    with activate(kusel):
        assert not search_paper_records("Beispiel").exists()
    assert client.get(address).status_code == 403


@pytest.mark.parametrize("role", [None, Role.MODERATOR, Role.EDITOR])
def test_only_clerks_and_admins(town: Municipality, anna: Person, client: Client, role: Role | None) -> None:
    client.force_login(person(*([role] if role else [])))
    for page in ("", "new/", f"{anna.paper_record.pk}/", f"{anna.paper_record.pk}/erase/"):
        assert client.get(f"{URL}{page}").status_code == 403


def test_the_printout_shows_everything_that_is_kept(desk: Client, anna: Person) -> None:
    page = desk.get(f"{URL}{anna.paper_record.pk}/print/").content.decode()
    for kept in ("Anna Beispiel", "Marktstr. 3", "1948", anna.pseudonym):
        assert kept in page


def test_paper_and_account_become_one_person(desk: Client, anna: Person) -> None:
    account = person(email="anna@example.org", pseudonym="Annika")
    address = f"{URL}{anna.paper_record.pk}/merge/"
    shown = desk.post(address, {"email": "anna@example.org"})
    assert "Annika" in shown.content.decode()
    assert Person.objects.filter(pk=anna.pk).exists(), "first it is only shown"
    assert desk.post(address, {"email": "anna@example.org", "sure": "1"}).status_code == 302
    assert not Person.objects.filter(pk=anna.pk).exists()
    assert PaperRecord.objects.get().person == account
    again = enter_person_without_email(
        name="Anna Beispiel", address="Marktstr. 3", birth_year=1948, clerk=person(Role.CLERK)
    )
    assert again == account, "who signs a paper list again is recognised"


def test_only_a_confirmed_account_and_a_paper_person_are_joined(
    town: Municipality, anna: Person, clerk: Person
) -> None:
    with pytest.raises(NotAnAccount):
        merge_paper_into_account(gone=anna, kept=enter_person_without_email(name="Bert X", clerk=clerk), clerk=clerk)
    with pytest.raises(NotOnPaper):
        merge_paper_into_account(gone=person(), kept=person(), clerk=clerk)


def test_a_deletion_on_request(desk: Client, anna: Person) -> None:
    pk = anna.paper_record.pk
    assert desk.get(f"{URL}{pk}/erase/").status_code == 200
    assert PaperRecord.objects.exists()
    assert desk.post(f"{URL}{pk}/erase/", {"sure": "1"}).status_code == 302
    assert not Person.objects.filter(pk=anna.pk).exists()


@pytest.mark.parametrize("number", [5, 60])
def test_the_list_costs_the_same_for_few_and_many(
    desk: Client, clerk: Person, number: int, django_assert_max_num_queries: object
) -> None:
    for index in range(number):
        enter_person_without_email(name=f"Person Beispiel{index}", clerk=clerk)
    with django_assert_max_num_queries(8 + 4):  # the transaction's own: savepoint and municipality, there and back
        assert desk.get(URL).content.decode().count('class="sh-row"') == min(number, 50)
