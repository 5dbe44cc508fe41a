# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The handbook on the platform: all pages are on the shelf, in the reader's language, with the town's own address."""

from __future__ import annotations

import pytest
from django.test import Client

from stadtherz.kernel.handbook.shelf import ANY_TOWN, FOLDER, NAMES

pytestmark = pytest.mark.usefixtures("kaiserslautern")


def test_every_file_stands_on_the_shelf_and_no_other() -> None:
    assert {file.stem for file in FOLDER.glob("*.md")} == NAMES
    assert {file.stem for file in FOLDER.glob("de/*.md")} <= NAMES


def test_the_shelf_leads_to_every_page(client: Client) -> None:
    shelf = client.get("/handbook/").content.decode()
    for name in NAMES:
        assert f'href="/handbook/{name}/"' in shelf
        assert client.get(f"/handbook/{name}/").status_code == 200
    assert client.get("/handbook/secrets/").status_code == 404


def test_a_page_is_read_in_the_language_of_the_reader(client: Client) -> None:
    german = client.get("/handbook/obstacles/").content.decode()
    assert "Eine Straße für das Fest sperren" in german
    assert "nur auf Englisch" not in german
    english = client.get("/handbook/obstacles/", headers={"accept-language": "en"}).content.decode()
    assert "Close a street for the festival" in english


def test_a_page_that_is_there_in_english_only_says_so(client: Client) -> None:
    page = client.get("/handbook/developer/").content.decode()
    assert "bisher nur auf Englisch" in page
    assert '<h1 class="sh-h1" lang="en">' in page


def test_commands_name_the_address_of_the_town_that_is_asked(client: Client) -> None:
    page = client.get("/handbook/publish-a-sensor/").content.decode()
    assert ANY_TOWN not in page
    assert "http://testserver/api/sta/v1.1" in page


def test_links_lead_to_pages_of_the_platform_and_nowhere_else_in_it(client: Client) -> None:
    page = client.get("/handbook/publish-a-sensor/").content.decode()
    assert 'href="/handbook/lorawan/"' in page
    assert ".md" not in page


def test_the_search_over_the_whole_site_finds_pages_by_their_headings(client: Client) -> None:
    found = client.get("/search/?q=lorawan").content.decode()
    assert 'href="/handbook/lorawan/"' in found
    part = client.get("/search/?q=steigungen geländemodell").content.decode()
    assert (
        'href="/handbook/maps/#steigungen-aus-einem-gel%C3%A4ndemodell"' in part
        or "#steigungen-aus-einem-geländemodell" in part
    )
    assert (
        "/handbook/"
        not in client.get("/search/?q=Spielplatz").content.decode().partition("<main")[2].partition("</main")[0]
    )
