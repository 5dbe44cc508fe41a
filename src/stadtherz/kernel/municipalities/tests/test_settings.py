# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A municipality changes itself: readable colours, installed services, recorded, and never another municipality."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from stadtherz.kernel.audit.models import AuditEntry
from stadtherz.kernel.municipalities.models import Municipality, MunicipalityHost
from stadtherz.kernel.municipalities.web.desk import to_write
from stadtherz.kernel.people.models import Person
from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.people.tests.factories import person

URL = "/staff/municipality/"


@pytest.fixture
def admin(town: Municipality) -> Person:
    return person(Role.ADMIN)


@pytest.fixture
def desk(client: Client, admin: Person) -> Client:
    client.force_login(admin)
    return client


def form(client: Client, **changes: Any) -> dict[str, Any]:
    initial = client.get(URL).context["form"]
    shown = {name: initial[name].value() for name in initial.fields}
    return {name: "" if value is None else value for name, value in shown.items()} | changes


def test_names_colours_and_texts_change_and_are_recorded(town: Municipality, desk: Client, admin: Person) -> None:
    answer = desk.post(URL, form(desk, name="Lautern", accent="#005a9c", text_imprint_de="Rathaus, Willy-Brandt-Platz"))
    assert answer.status_code == 302
    town.refresh_from_db()
    assert (town.name, town.accent, town.texts["imprint"]) == (
        "Lautern",
        "#005a9c",
        {"de": "Rathaus, Willy-Brandt-Platz"},
    )
    entry = AuditEntry.objects.get(action="municipality.change")
    assert entry.actor == admin.pk
    assert entry.detail == {"changed": ["name", "accent", "texts"], "accent": "#005a9c"}


def test_saving_unchanged_records_nothing(desk: Client) -> None:
    assert desk.post(URL, form(desk)).status_code == 302
    assert not AuditEntry.objects.filter(action="municipality.change").exists()


@pytest.mark.parametrize(("field", "colour"), [("accent", "#f7e27e"), ("accent_dark", "#402020"), ("accent", "red")])
def test_colours_that_cannot_be_read_are_refused(town: Municipality, desk: Client, field: str, colour: str) -> None:
    before = getattr(town, field)
    answer = desk.post(URL, form(desk, **{field: colour}))
    assert answer.status_code == 200
    assert answer.context["form"].errors[field]
    town.refresh_from_db()
    assert getattr(town, field) == before


def test_the_nearest_readable_tone_is_named(desk: Client) -> None:
    from stadtherz.kernel.ui.colour import PAPER, contrast

    answer = desk.post(URL, form(desk, accent="#f7e27e"), headers={"accept-language": "en"})
    (reason,) = answer.context["form"].errors["accent"]
    better = reason.rstrip(".").rpartition(" ")[2]
    assert contrast(better, PAPER) >= 4.5


def test_who_comes_second_is_told_and_loses_nothing(town: Municipality, desk: Client) -> None:
    first, second = form(desk, name="Erste"), form(desk, name="Zweite", text_about_de="Ein langer Text")
    assert desk.post(URL, first).status_code == 302
    answer = desk.post(URL, second)
    assert answer.status_code == 200
    assert "Ein langer Text" in answer.content.decode()
    town.refresh_from_db()
    assert town.name == "Erste"


def test_a_service_that_is_not_installed_cannot_be_switched_on(town: Municipality, desk: Client) -> None:
    answer = desk.post(URL, form(desk, services=["no-such-service"]))
    assert answer.context["form"].errors["services"]


def test_services_are_switched_off_and_on(town: Municipality, desk: Client) -> None:
    all_of_them = list(town.services)
    desk.post(URL, form(desk, services=[]))
    town.refresh_from_db()
    assert town.services == []
    desk.post(URL, form(desk, services=all_of_them))
    town.refresh_from_db()
    assert town.services == all_of_them


def test_a_coat_of_arms_is_stored_as_a_picture_and_nothing_else_is(
    town: Municipality, desk: Client, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    drawn = BytesIO()
    Image.new("RGB", (200, 200), "#8a1c3b").save(drawn, "PNG")
    desk.post(URL, form(desk, logo=SimpleUploadedFile("wappen.png", drawn.getvalue(), "image/png")))
    town.refresh_from_db()
    assert town.logo.startswith("/files/")
    assert desk.get(town.logo)["Content-Type"] == "image/webp"
    answer = desk.post(URL, form(desk, logo=SimpleUploadedFile("wappen.png", b"<svg onload=alert(1)>", "image/png")))
    assert answer.context["form"].errors["logo"]


@pytest.mark.parametrize("host", ["mitreden.kaiserslautern.de", "bürger.kaiserslautern.de", "KL.Example."])
def test_a_host_name_is_added_and_leads_here(town: Municipality, desk: Client, host: str) -> None:
    assert desk.post(f"{URL}hosts/add/", {"host": host}).status_code == 302
    assert MunicipalityHost.objects.filter(municipality=town).count() == 2
    assert AuditEntry.objects.filter(action="municipality.add_host").count() == 1


@pytest.mark.parametrize("host", ["kusel.localhost", "https://x.de/a", "a b", "", "-x.de", "x" * 64 + ".de", "<b>"])
def test_other_names_are_refused(town: Municipality, desk: Client, host: str) -> None:
    answer = desk.post(f"{URL}hosts/add/", {"host": host})
    assert answer.status_code == 200
    assert answer.context["host_form"].errors["host"]
    assert MunicipalityHost.objects.filter(municipality=town).count() == 1


def test_the_last_host_name_stays_and_others_go(town: Municipality, kusel: Municipality, desk: Client) -> None:
    desk.post(f"{URL}hosts/remove/", {"host": "kaiserslautern.localhost"})
    desk.post(f"{URL}hosts/remove/", {"host": "kusel.localhost"})
    assert MunicipalityHost.objects.count() == 2
    desk.post(f"{URL}hosts/add/", {"host": "kl.example"})
    desk.post(f"{URL}hosts/remove/", {"host": "kl.example"})
    assert set(MunicipalityHost.objects.values_list("host", flat=True)) == {
        "kaiserslautern.localhost",
        "kusel.localhost",
    }


def test_an_admin_of_one_town_is_nobody_in_the_other(kusel: Municipality, desk: Client) -> None:
    assert desk.get(URL, headers={"host": "kusel.localhost"}).status_code in (302, 403)
    stranger = desk.post(URL, {"name": "Übernommen"}, headers={"host": "kusel.localhost"})
    assert stranger.status_code in (302, 403)
    kusel.refresh_from_db()
    assert kusel.name == "Kusel"


def test_the_desk_names_the_texts_that_only_the_town_can_write(town: Municipality) -> None:
    (line,) = to_write()
    assert (line.count, line.url) == (3, "/staff/municipality/")
    town.texts = {
        "imprint": {"de": "Rathaus"},
        "contact": {"de": "Telefon"},
        "privacy": {"de": "Verantwortlich: Rathaus"},
    }
    assert to_write()[0].count == 0
    town.services = []
    assert [(each.count, each.url) for each in to_write()] == [(0, "/staff/municipality/"), (1, "/staff/municipality/")]
