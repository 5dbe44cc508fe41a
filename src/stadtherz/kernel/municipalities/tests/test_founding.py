# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The operator adds a municipality at the server."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from stadtherz.kernel.audit.models import AuditEntry
from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.registry.services import services

PLACE = ("--host", "linz.example.org", "--centre", "7.28,50.57")


def create(*words: str) -> str:
    out = StringIO()
    call_command("municipality", "create", *words, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_a_new_municipality_answers_at_its_host() -> None:
    told = create("linz", "Linz am Rhein", *PLACE, "--services", "participation")
    assert "--municipality linz" in told
    page = Client().get("/", HTTP_HOST="linz.example.org")
    assert "Linz am Rhein" in page.content.decode()
    linz = Municipality.objects.get()
    assert (linz.map_centre.coords, linz.services) == ((7.28, 50.57), ["participation"])
    with activate(linz):
        assert set(AuditEntry.objects.values_list("action", flat=True)) == {
            "municipality.found",
            "municipality.add_host",
        }


@pytest.mark.django_db
def test_all_services_are_on_unless_some_are_named() -> None:
    create("linz", "Linz am Rhein", *PLACE)
    assert Municipality.objects.get().services == [service.key for service in services()]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("kusel", "Kusel", *PLACE), "municipality with this key"),
        (("linz", "Linz", "--host", "kusel.localhost", "--centre", "7,50"), "leads to another"),
        (("linz", "Linz", "--host", "https://linz/", "--centre", "7,50"), "no host name"),
        (("linz", "Linz", "--host", "linz.example.org", "--centre", "7"), "two numbers"),
        (("linz", "Linz", "--host", "linz.example.org", "--centre", "50.5,200"), "longitude first"),
        (("linz", "Linz", *PLACE, "--services", "magic"), "Installed: "),
        (("Linz am Rhein", "Linz", *PLACE), "key: "),
    ],
)
def test_what_cannot_be_is_said(kusel: Municipality, words: tuple[str, ...], reason: str) -> None:
    with pytest.raises(CommandError, match=f"(?i){reason}"):
        create(*words)
    assert Municipality.objects.count() == 1


def test_the_list_names_hosts_and_services(kusel: Municipality) -> None:
    out = StringIO()
    call_command("municipality", "list", stdout=out)
    assert out.getvalue().startswith("kusel: Kusel, kusel.localhost; ")


def test_one_more_host_leads_to_the_town_when_nobody_gets_in_by_the_old_one(kusel: Municipality) -> None:
    out = StringIO()
    call_command("municipality", "host", "kusel", "Mitreden.Kusel.example", stdout=out)
    assert out.getvalue() == "mitreden.kusel.example leads to Kusel.\n"
    assert Client().get("/", HTTP_HOST="mitreden.kusel.example").status_code == 200
    for words in (("kusel", "kusel.localhost"), ("nowhere", "a.example"), ("kusel", "https://kusel/")):
        with pytest.raises(CommandError):
            call_command("municipality", "host", *words, stdout=out)
