# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Roles are given and taken by administrators of this town alone, recorded, and never so that nobody is left."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from stadtherz.kernel.audit.models import AuditEntry
from stadtherz.kernel.messages.models import Message
from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.people.models import Membership, Person
from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.people.tests.factories import person

URL = "/staff/roles/"


@pytest.fixture
def admin(town: Municipality) -> Person:
    return person(Role.ADMIN)


@pytest.fixture
def desk(client: Client, admin: Person) -> Client:
    client.force_login(admin)
    return client


def roles(of: Person) -> set[str]:
    return set(Membership.objects.filter(person=of).values_list("role", flat=True))


@pytest.mark.parametrize("called", ["Neue Kollegin", "neue kollegin", "kollegin@example.org", " KOLLEGIN@example.org "])
def test_a_role_is_given_by_exact_name_or_address_and_recorded(desk: Client, admin: Person, called: str) -> None:
    new = person(pseudonym="Neue Kollegin", email="kollegin@example.org")
    assert desk.post(f"{URL}give/", {"person": called, "role": "clerk"}).status_code == 302
    assert roles(new) == {"clerk"}
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.subject, entry.detail) == (
        "people.give_role", admin.pk, f"person:{new.pk}", {"role": "clerk"},
    )  # fmt: skip


@pytest.mark.parametrize(("called", "role"), [
    ("Neue", "clerk"), ("Neue Kollegin", "resident"), ("Neue Kollegin", "emperor"), ("", "clerk"), ("x" * 300, "clerk"),
])  # fmt: skip
def test_half_a_name_or_a_made_up_role_gives_nothing(desk: Client, called: str, role: str) -> None:
    new = person(pseudonym="Neue Kollegin")
    assert desk.post(f"{URL}give/", {"person": called, "role": role}).status_code == 200
    assert roles(new) == set()


def test_two_tabs_give_once_and_take_once(desk: Client) -> None:
    new = person(pseudonym="Neue Kollegin")
    for _ in range(2):
        assert desk.post(f"{URL}give/", {"person": "Neue Kollegin", "role": "clerk"}).status_code == 302
    for _ in range(2):
        assert desk.post(f"{URL}take/", {"person": new.pk, "role": "clerk"}).status_code == 302
    assert roles(new) == set()
    assert AuditEntry.objects.count() == 2


def test_the_last_administrator_stays(desk: Client, admin: Person) -> None:
    desk.post(f"{URL}take/", {"person": admin.pk, "role": "admin"})
    assert roles(admin) == {"admin"}
    person(Role.ADMIN)
    desk.post(f"{URL}take/", {"person": admin.pk, "role": "admin"})
    assert roles(admin) == set()


@pytest.mark.parametrize("data", [{}, {"person": "abc", "role": "clerk"}, {"person": "9" * 30, "role": "clerk"}])
def test_nonsense_is_not_found(desk: Client, data: dict[str, str]) -> None:
    assert desk.post(f"{URL}take/", data).status_code == 404


@pytest.mark.parametrize("role", [None, Role.MODERATOR, Role.EDITOR, Role.CLERK])
def test_others_may_not(town: Municipality, client: Client, role: Role | None) -> None:
    client.force_login(person(*([role] if role else [])))
    assert client.get(URL).status_code == 403
    assert client.post(f"{URL}give/", {"person": "x", "role": "admin"}).status_code == 403


def test_an_admin_of_the_neighbour_sees_and_changes_nothing_here(
    town: Municipality, kusel: Municipality, client: Client
) -> None:
    ours = person(Role.CLERK, pseudonym="Unsere Clerkin")
    with activate(kusel):
        theirs = person(Role.ADMIN)
    client.force_login(theirs)
    assert client.get(URL).status_code == 403
    assert client.post(f"{URL}take/", {"person": ours.pk, "role": "clerk"}).status_code == 403
    at_home = client.get(URL, headers={"host": "kusel.localhost"})
    assert "Unsere Clerkin" not in at_home.content.decode()


@pytest.mark.parametrize("number", [5, 60])
def test_the_list_costs_the_same_for_few_and_many(
    desk: Client, number: int, django_assert_max_num_queries: object
) -> None:
    for _ in range(number):
        person(Role.MODERATOR, Role.CLERK)
    with django_assert_max_num_queries(8 + 4):  # the transaction's own: savepoint and municipality, there and back
        assert desk.get(URL).content.decode().count('action="/staff/roles/take/"') == 2 * number + 1


def test_somebody_new_is_invited_and_accepts(desk: Client, admin: Person) -> None:
    desk.post(f"{URL}give/", {"person": "neu@example.org", "role": "clerk"})
    (message,) = Message.objects.filter(template="people/invitation")
    (link,) = re.findall(r"/account/invitation/\S+", message.text)
    assert "neu@example.org" not in str(list(AuditEntry.objects.values()))
    newcomer, browser = person(email="Neu@example.org"), Client()
    assert "/account/signup/?next=/account/invitation/" in browser.get(link).content.decode()
    browser.force_login(person(email="andere@example.org"))
    refused = browser.get(link).content.decode()
    assert "neu@example.org" in refused
    assert f"/account/logout/?next={link}" in refused
    assert "Annehmen" not in refused
    assert "andere E-Mail-Adresse" in browser.post(link).content.decode()
    browser.force_login(newcomer)
    assert roles(newcomer) == set()
    assert browser.post(link).status_code == 302
    assert roles(newcomer) == {"clerk"}
    desk.post(f"{URL}take/", {"person": newcomer.pk, "role": "clerk"})
    assert browser.post(link).status_code == 404, "an old link brings nothing back"
    assert roles(newcomer) == set()


def test_an_invitation_ends_with_the_role_of_its_sender(desk: Client, admin: Person) -> None:
    desk.post(f"{URL}give/", {"person": "neu@example.org", "role": "admin"})
    (link,) = re.findall(r"/account/invitation/\S+", Message.objects.get().text)
    assert desk.get(f"{link[:-3]}/").status_code == 404
    Membership.objects.filter(person=admin).delete()
    assert Client().get(link).status_code == 404
