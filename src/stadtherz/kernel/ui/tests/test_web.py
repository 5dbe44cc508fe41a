# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pages that belong to no service: components, colours, choices, texts, errors."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.http import HttpResponse, HttpResponseNotAllowed
from django.test import Client, RequestFactory
from django.urls import NoReverseMatch, reverse
from django.utils import translation

from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.registry.services import home_blocks, menu_entries, services
from stadtherz.kernel.ui.colour import light_tones
from stadtherz.kernel.ui.finders import FILES, PACKAGES
from stadtherz.kernel.ui.icons import names as icon_names
from stadtherz.kernel.ui.shield import shield_svg
from stadtherz.kernel.ui.web.error_pages import PAGES, ErrorPagesMiddleware
from stadtherz.kernel.ui.web.town_css import style_sheet

ROOM = Path(__file__).parents[1]


def test_every_component_stands_on_the_component_page(client: Client, kaiserslautern: Municipality) -> None:
    response = client.get("/ui/components/")
    used = {template.name for template in response.templates}
    there = {f"ui/components/{file.name}" for file in (ROOM / "templates/ui/components").glob("*.html")}
    assert there - used == set()


def test_every_icon_that_a_page_asks_for_is_drawn_and_no_other() -> None:
    asked: set[str] = set()
    for file in (ROOM.parents[1]).rglob("*.html"):
        asked |= set(re.findall(r'{% icon "([a-z-]+)"', file.read_text(encoding="utf-8")))
    assert asked - icon_names() == set()
    unseen = icon_names() - asked  # named in declarations and views, or asked for by a component's parameter
    for file in (*ROOM.parents[1].rglob("*.py"), *ROOM.parents[1].rglob("*.html")):
        if "tests" not in file.relative_to(ROOM.parents[1]).parts:
            unseen -= set(re.findall(r'"([a-z-]+)"', file.read_text(encoding="utf-8")))
    assert unseen == set()


def test_menu_entries_and_home_blocks_lead_somewhere() -> None:
    def known(name: str) -> bool:
        try:
            reverse(name)
        except NoReverseMatch:
            return False
        return True

    assert [entry.url_name for _service, entry in menu_entries() if not known(entry.url_name)] == []
    assert all(block.template for _service, block in home_blocks())


def test_no_cache_between_keeps_what_somebody_sees_who_is_signed_in(
    client: Client, kaiserslautern: Municipality
) -> None:
    """RFC 9111, section 5.2.2.7. "no-store" is not said: one shall get back to a form with what was written in it."""
    assert "Cache-Control" not in client.get("/").headers
    client.cookies[settings.SESSION_COOKIE_NAME] = "somebody"
    assert client.get("/").headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("path", ["/", "/door/take-part/", "/search/", "/page/imprint/", "/page/about/"])
def test_pages_answer_in_both_languages(client: Client, kaiserslautern: Municipality, path: str) -> None:
    for language in ("de", "en"):
        response = client.get(path, headers={"accept-language": language})
        assert response.status_code == 200
        assert f'<html lang="{language}"' in response.content.decode()


def test_the_home_page_asks_the_database_little(
    client: Client, kaiserslautern: Municipality, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    client.get("/")
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        client.get("/")


def test_colours_are_cached_by_their_tag(client: Client, kaiserslautern: Municipality, kusel: Municipality) -> None:
    kusel.accent = "#005544"
    kusel.save()
    first = client.get("/ui/town.css")
    assert light_tones(kaiserslautern.accent).accent in first.content.decode()
    again = client.get("/ui/town.css", headers={"if-none-match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get("/ui/town.css", headers={"host": "kusel.localhost"})
    assert "#005544" in other.content.decode()
    assert other.headers["ETag"] != first.headers["ETag"]


def test_the_style_sheet_switches_like_the_design_system() -> None:
    css = style_sheet("#1f5c8b", "#8cc2ec")
    assert css.count("--town-accent:") == 3
    assert "@media (prefers-color-scheme:dark){:root:not([data-kern-theme=light])" in css


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_a_chosen_appearance_is_kept(client: Client, kaiserslautern: Municipality, theme: str) -> None:
    response = client.post("/ui/theme/", {"theme": theme, "next": "/page/about/"})
    assert (response.status_code, response.headers["Location"]) == (302, "/page/about/")
    assert f'data-kern-theme="{theme}"' in client.get("/").content.decode()
    client.post("/ui/theme/", {"theme": "system"})
    assert "data-kern-theme" not in client.get("/").content.decode()


def test_a_choice_leads_only_to_ourselves(client: Client, kaiserslautern: Municipality) -> None:
    for wanted in ("https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"):
        assert client.post("/ui/theme/", {"theme": "dark", "next": wanted}).headers["Location"] == "/"
    assert client.post("/ui/theme/", {"theme": "pink"}).status_code == 400
    assert client.get("/ui/theme/").status_code == 405


def test_easy_language_is_german_with_its_own_texts(client: Client, kaiserslautern: Municipality) -> None:
    kaiserslautern.texts = {"imprint": {"de": "Verantwortlich", "de-easy": "Wer macht die Seite?"}}
    kaiserslautern.save()
    client.post("/ui/language/", {"language": "de-easy"})
    page = client.get("/page/imprint/").content.decode()
    assert "Wer macht die Seite?" in page
    assert 'class="sh-easy"' in page
    client.post("/ui/language/", {"language": "en"})
    page = client.get("/page/imprint/").content.decode()
    assert 'class="sh-easy"' not in page
    assert '<html lang="en"' in page
    assert '<div lang="de">' in page
    assert client.post("/ui/language/", {"language": "xx"}).status_code == 400


def test_pages_carry_nothing_inline(client: Client, kaiserslautern: Municipality) -> None:
    for path in ("/", "/ui/components/", "/page/about/", "/nothing-here/"):
        html = client.get(path).content.decode()
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", html), path
        assert not re.search(r"<script(?![^>]*\ssrc=)(?! type=\"application/json\">)", html), path  # data runs nothing


def test_nothing_here(client: Client, kaiserslautern: Municipality) -> None:
    response = client.get("/nothing-here/", headers={"accept-language": "de"})
    assert response.status_code == 404
    assert "Unter dieser Adresse ist nichts" in response.content.decode()


def test_an_unknown_host_lists_the_towns(client: Client, kaiserslautern: Municipality, kusel: Municipality) -> None:
    response = client.get("/", headers={"host": "nowhere.example"})
    assert response.status_code == 404
    assert "http://kusel.localhost/" in response.content.decode()


def test_a_stale_form_shows_what_was_written(kaiserslautern: Municipality) -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post(
        "/account/login/",
        {"text": "Mein langer <b>Text</b>", "password": "geheim geheim"},
        headers={"accept-language": "de"},
    )
    html = response.content.decode()
    assert response.status_code == 403
    assert "Das Formular ist zu alt" in html
    assert "Mein langer &lt;b&gt;Text&lt;/b&gt;" in html
    assert "geheim" not in html


@pytest.mark.parametrize("status", sorted(PAGES))
def test_bare_errors_get_a_page(status: int, kaiserslautern: Municipality) -> None:
    bare = HttpResponseNotAllowed(["POST"]) if status == 405 else HttpResponse(status=status)
    middleware = ErrorPagesMiddleware(lambda request: bare)
    with translation.override("en"):
        page = middleware(RequestFactory().get("/x", headers={"accept": "text/html"}))
        assert (page.status_code, b"<h1" in page.content) == (status, True)
        assert page.headers.get("Allow") == bare.headers.get("Allow")
        assert middleware(RequestFactory().get("/api/v1/x", headers={"accept": "text/html"})) is bare
        assert middleware(RequestFactory().get("/x", headers={"accept": "application/json"})) is bare


def test_the_middleware_is_in_use() -> None:
    assert "stadtherz.kernel.ui.web.error_pages.ErrorPagesMiddleware" in settings.MIDDLEWARE


def test_a_zero_byte_is_the_senders_mistake(client: Client, kaiserslautern: Municipality) -> None:
    kaiserslautern.services = [service.key for service in services()]
    kaiserslautern.save()
    answer = client.get("/search/", {"q": "\0"}, headers={"accept-language": "en"})
    assert (answer.status_code, b"<h1" in answer.content) == (400, True)
    assert client.get("/", headers={"cookie": r'stadtherz_session="\000aaaaaaaaaaaa"'}).status_code == 200


def test_files_of_packages_are_there() -> None:
    assert [source for source in FILES.values() if not (PACKAGES / source).exists()] == []


def test_a_shield_is_always_the_same() -> None:
    assert shield_svg("kaiserslautern") == shield_svg("kaiserslautern")
    assert len({shield_svg(f"town-{number}") for number in range(60)}) > 10


def test_doors_show_what_the_municipality_offers(client: Client, kaiserslautern: Municipality) -> None:
    kaiserslautern.services = []
    kaiserslautern.save()
    for door in ("take-part", "know", "arrive"):
        assert "sh-empty" in client.get(f"/door/{door}/").content.decode()
    assert client.get("/door/elsewhere/").status_code == 404


def test_the_search_asks_only_services_that_are_on(client: Client, kaiserslautern: Municipality) -> None:
    kaiserslautern.services = [service.key for service in services()]
    kaiserslautern.save()
    assert client.get("/search/", {"q": "x" * 5000}).status_code == 200
