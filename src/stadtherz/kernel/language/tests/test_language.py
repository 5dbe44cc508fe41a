# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which language a reader gets, and how it is told when the text is in another."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.utils import translation

from stadtherz.kernel.language.fields import TextVariants, Variants
from stadtherz.kernel.language.middleware import choose
from stadtherz.kernel.language.reading import resolved
from stadtherz.kernel.municipalities.models import Municipality

ALL = Variants({"de": "Rathaus", "en": "Town hall", "de-easy": "Rat-Haus"})


@pytest.mark.parametrize(("texts", "language", "easy", "text", "written_in"), [
    (ALL, "de", False, "Rathaus", "de"),
    (ALL, "en", False, "Town hall", "en"),
    (ALL, "de", True, "Rat-Haus", "de"),
    (ALL, "de-at", False, "Rathaus", "de"),
    (Variants({"de": "Rathaus"}), "en", False, "Rathaus", "de"),
    (Variants({"de": "Rathaus"}), "de", True, "Rathaus", "de"),
    (Variants({"en": "Town hall", "de": ""}), "de", False, "Town hall", "en"),
    (Variants({"de-easy": "Rat-Haus"}), "en", False, "Rat-Haus", "de"),
    (Variants(), "en", False, "", "en"),
])  # fmt: skip
def test_the_chain(texts: Variants, language: str, easy: bool, text: str, written_in: str) -> None:
    found = texts.resolve(language, easy=easy)
    assert (found.text, found.language) == (text, written_in)


@pytest.mark.parametrize(
    "wrong", ["Rathaus", {"fr": "Mairie"}, {"de": 5}, {"de": " "}, {"de-easy": "x"}, {"de": "\0"}, []]
)
def test_what_is_no_text_is_refused(wrong: Any) -> None:
    with pytest.raises(ValidationError):
        TextVariants().clean(wrong, None)
    assert TextVariants().clean({"de": "Rathaus"}, None) == Variants({"de": "Rathaus"})


@pytest.mark.parametrize(("cookie", "wishes", "offered", "chosen"), [
    ("en", "de", ["de", "en"], "en"),
    ("", "en-GB,en;q=0.9,de;q=0.5", ["de", "en"], "en"),
    ("", "fr,en;q=0.9", ["de", "en"], "en"),
    ("", "fr", ["de", "en"], "de"),
    ("en", "en", ["de"], "de"),
    ("xx", "", ["en", "de"], "en"),
    ("", "*", ["de"], "de"),
    ("", "," * 5000, ["de"], "de"),
])  # fmt: skip
def test_cookie_then_wish_then_the_municipality(cookie: str, wishes: str, offered: list[str], chosen: str) -> None:
    assert choose(cookie=cookie, wishes=wishes, offered=offered) == chosen


def _rendered(source: str, *, easy: bool = False) -> str:
    request = RequestFactory().get("/")
    request.easy_language = easy  # type: ignore[attr-defined]
    with translation.override("en"):
        return Template("{% load language %}" + source).render(
            Context({"request": request, "both": ALL, "german": {"de": "Rathaus & Hof"}, "plain": "x<y"})
        )


def test_another_language_is_marked() -> None:
    assert _rendered("{% in_language both %}") == "Town hall"
    assert _rendered("{% in_language german %}") == '<span lang="de">Rathaus &amp; Hof</span>'
    assert _rendered("{% in_language plain %}") == "x&lt;y"
    assert _rendered("{{ both|variant:request }}", easy=True) == "Rat-Haus"


def test_a_municipality_decides_which_languages_there_are(town: Municipality, client: Client) -> None:
    assert client.get("/", headers={"Accept-Language": "en"}).headers["Content-Language"] == "en"
    client.cookies["stadtherz_easy"] = "1"
    assert client.get("/", headers={"Accept-Language": "de"}).wsgi_request.easy_language
    assert not client.get("/", headers={"Accept-Language": "en"}).wsgi_request.easy_language
    Municipality.objects.filter(pk=town.pk).update(languages=["de"])
    from stadtherz.kernel.municipalities.queries import forget_hosts

    forget_hosts()
    assert client.get("/", headers={"Accept-Language": "en"}).headers["Content-Language"] == "de"


@pytest.mark.parametrize(("texts", "language", "text"), [
    (None, "de", ""), ("as it is", "en", "as it is"), ({}, "de", ""), ({"de": "Ja.", "de-easy": "Ja!"}, "de-easy", "Ja!"),
    ({"de": "Ja."}, "de-easy", "Ja."), ({"en": "Yes."}, "de", "Yes."),
])  # fmt: skip
def test_whatever_a_town_has_written_is_read_the_same_way(texts: Any, language: str, text: str) -> None:
    assert resolved(texts, language=language).text == text
