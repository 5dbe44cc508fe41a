# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Public names: what is kept as written, what is refused, and which names are one name (UTS 39)."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from stadtherz.kernel.people.pseudonyms import clean_pseudonym, skeleton


@pytest.mark.parametrize("name", [
    "Waldläuferin", "Pfälzer Bub", "K-Town_67655", "Žofie", "O. Beck", "Ελένη", "Ольга", "Çınar", "Stadtkind", "Amtsschimmel",
])  # fmt: skip
def test_ordinary_names_stay_as_written(name: str) -> None:
    assert clean_pseudonym(name) == name


@pytest.mark.parametrize("name", [
    "", "ab", "x" * 41, "12345", "-Anna", "Anna-", "<b>Anna</b>", "Anna\nBert", "An\u200bna", "Anna\u202egnuR", "Anna\u00adlena",
    "a\u0000bc", "שלום", "سلام", "😀😀😀", "Аnna",  # the last begins with a Cyrillic letter
    "admin", "Admin", "ádmin", "а d m i n".replace("а", "a"), "ADM1N", "Moderation KL", "Stadtverwaltung", "Stadt Verwaltung", "Bürgermeister",
    "Oberbürgermeisterin", "Stadt", "Stadt-herz", "$tadt", "Rathaus 3", "anna@example.org", "http://x.example", "Stadtverwa\u0301ltung",
    "ｓｔａｄｔｖｅｒｗａｌｔｕｎｇ", "gelöschtes Konto",
])  # fmt: skip
def test_hostile_names_are_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        clean_pseudonym(name)


@pytest.mark.parametrize(("one", "other"), [
    ("Willi Wald", "willi wald"), ("Willi Wald", "WilliWald"), ("Paula", "Pau1a"), ("Olga", "0lga"), ("Anna", "Аnnа"),
    ("Oleg", "Оleg"), ("Marnie", "Mamie"), ("Ｗｉｌｌｉ", "Willi"), ("Ιda", "Ida"),
])  # fmt: skip
def test_names_that_look_alike_are_one(one: str, other: str) -> None:
    assert skeleton(one) == skeleton(other)


def test_names_that_differ_stay_two() -> None:
    assert len({skeleton(name) for name in ("Müller", "Muller", "Möller", "Miller")}) == 4


@given(st.text(max_size=60))
def test_what_is_accepted_is_accepted_again_unchanged(text: str) -> None:
    try:
        name = clean_pseudonym(text)
    except ValidationError:
        return
    assert clean_pseudonym(name) == name
    assert 3 <= len(name) <= 40
    assert name.isprintable()
