# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The record's pages: for administrators, filtered, exported without formulas, proved by a button."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from stadtherz.kernel.audit.actions import record, seal
from stadtherz.kernel.audit.chain import link
from stadtherz.kernel.audit.queries import head
from stadtherz.kernel.audit.spreadsheet import harmless, spreadsheet
from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.people.tests.factories import person


@pytest.fixture
def admin(town: Municipality, client: Client) -> Client:
    client.force_login(person(Role.ADMIN, pseudonym="Amtsleitung"))
    return client


def _write(count: int) -> None:
    for number in range(count):
        record(action="test.done", actor=None, subject=f"thing:{number}")
    seal()


def test_entries_of_the_neighbour_are_not_shown(admin: Client, kusel: Municipality) -> None:
    actor = person(pseudonym="Sachgebiet Grünflächen")
    record(action="test.mine", actor=actor, subject="thing:1", detail={"reason": "<b>"})
    with activate(kusel):
        record(action="test.theirs", actor=None, subject="thing:2")
    seal()
    page = admin.get("/staff/record/").content.decode()
    assert "test.mine" in page
    assert "Sachgebiet Grünflächen" in page
    assert "&lt;b&gt;" in page
    assert "test.theirs" not in page


def test_filters(admin: Client) -> None:
    clerk = person(Role.CLERK, pseudonym="Grünfläche")
    for number in (7, 71):
        record(action="people.give_role", actor=clerk, subject=f"person:{number}", detail={})
    record(action="api.issue_key", actor=None, subject="api.key:7", detail={})
    seal()

    def shown(asked: str) -> list[str]:
        return [row.entry.subject for row in admin.get(f"/staff/record/?{asked}").context["rows"]]

    assert (
        shown("action=people.give_role")
        == shown("action=people.")
        == shown("actor=grünfläche")
        == ["person:71", "person:7"]
    )
    assert shown("kind=person:&number=7") == ["person:7"]
    assert shown(f"kind=api.key:&actor={clerk.pk}") == []
    assert shown("action=unknown") == shown("number=7") == shown("actor=Niemand") == []
    assert "Rolle gegeben</option>" in admin.get("/staff/record/").content.decode()


@pytest.mark.parametrize("count", [5, 200])
def test_the_list_costs_the_same(admin: Client, count: int, django_assert_max_num_queries: Any) -> None:
    _write(count)
    admin.get("/staff/record/")
    with django_assert_max_num_queries(12):  # eight of its own; the test client's savepoints and session are the rest
        admin.get("/staff/record/")


def test_the_export_can_be_checked_by_a_third_party(admin: Client) -> None:
    _write(3)
    text = admin.get("/staff/record/record.csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert [row["number"] for row in rows] == ["3", "2", "1"]
    for row in rows:
        made = link(previous_hash=row["previous_hash"], number=int(row["number"]), content_hash=row["content_hash"])
        assert made == row["hash"]


@pytest.mark.parametrize(("cell", "written"), [
    ("=1+1", "'=1+1"), ("@SUM(A1)", "'@SUM(A1)"), ("-2+3", "'-2+3"), ("+1", "'+1"), (" =1", "' =1"), ("\t=1", "'\t=1"),
    ("＝1", "'＝1"), ("Straße", "Straße"), (-5, "-5"), (None, ""), ("a=1", "a=1"),
])  # fmt: skip
def test_no_cell_is_a_formula(cell: object, written: str) -> None:
    assert harmless(cell) == written


def test_german_spreadsheets_get_a_comma() -> None:
    for language, said in (("de", "Südring;-2,5;7;2.5\r\n"), ("en", "Südring;-2.5;7;2.5\r\n")):
        with translation.override(language):
            answer = spreadsheet("x.csv", ["a"], [["Südring", -2.5, 7, "2.5"]])
        assert answer.content.decode("utf-8-sig").endswith(said)


def test_the_proof_at_the_press_of_a_button(admin: Client) -> None:
    _write(2)
    assert admin.get("/staff/record/verify/").status_code == 405
    page = admin.post("/staff/record/verify/").content.decode()
    assert head().hash in page
