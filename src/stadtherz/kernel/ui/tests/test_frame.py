# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Header and footer are kept per kind of visitor: nobody's name or address is in what is kept or reaches another."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils.html import escape

from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.municipalities.queries import forget_hosts
from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.people.tests.factories import person
from stadtherz.kernel.ui import frame

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    frame._kept.clear()


def _page(address: str, *, who: object = None, **headers: str) -> str:
    client = Client(headers={"host": "kaiserslautern.localhost", "accept-language": "de", **headers})
    if who is not None:
        client.force_login(who)  # type: ignore[arg-type]
    return client.get(address).text


def test_everybody_sees_their_own_name_and_address_and_none_is_kept(town: Municipality) -> None:
    first, second = person(pseudonym="Amsel & Co"), person(pseudonym="Buchfink")
    pages = [_page("/?a=1&b=<i>", who=first), _page("/?c=2", who=second), _page("/?d=3")]
    assert len(frame._kept) == 4  # header and footer, for somebody and for nobody
    for text in frame._kept.values():
        assert not any(own in text for own in ("Amsel", "Buchfink", "a=1", "c=2", "d=3"))
    assert escape("Amsel & Co") in pages[0]
    assert "Buchfink" not in pages[0]
    assert "Buchfink" in pages[1]
    assert "Amsel" not in pages[1] + pages[2]
    assert 'value="/?a=1&amp;b=%3Ci%3E"' in pages[0]
    assert "?next=/%3Fd%3D3" in pages[2]
    assert not any("here:" in page or "name:" in page for page in pages)


def test_roles_languages_and_doors_are_kinds_of_their_own(town: Municipality) -> None:
    clerk = person(Role.CLERK)
    plain, staff, english = (
        _page("/mitreden/"),
        _page("/mitreden/", who=clerk),
        _page("/mitreden/", **{"accept-language": "en"}),
    )
    assert "Ideen beantworten" in staff
    assert "Ideen beantworten" not in plain
    assert "Sign in" in english
    assert plain.count('aria-current="true"') == 2  # the door, in the navigation and in the menu
    assert _page("/?q=1").count('aria-current="true"') == 0


def test_a_changed_town_has_another_header(town: Municipality) -> None:
    assert "Barbarossastadt" not in _page("/")
    Municipality.objects.filter(pk=town.pk).update(name="Barbarossastadt")
    forget_hosts()
    assert "Barbarossastadt" in _page("/")
