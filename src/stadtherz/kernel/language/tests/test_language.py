# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which language a reader gets, and how it is told when the text is in another."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client, RequestFactory
from django.utils import translation

from stadtherz.kernel.language.fields import TextVariants, Variants
from stadtherz.kernel.language.middleware import choose
from stadtherz.kernel.language.reading import in_words, resolved
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


def test_each_reader_gets_the_own_words() -> None:
    request = RequestFactory().get("/")
    with translation.override("en"):
        assert in_words(ALL, request) == "Town hall"
        assert in_words({"de": "Rathaus & Hof"}, request) == "Rathaus & Hof"
        assert (
            resolved({"de": "Rathaus & Hof"}).language == "de"
        )  # for the lang of what is in another language (WCAG 3.1.2)
        assert in_words("x<y", None) == "x<y"
        request.easy_language = True  # type: ignore[attr-defined]
        assert in_words(ALL, request) == "Rat-Haus"


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
