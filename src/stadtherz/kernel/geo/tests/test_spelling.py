# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""One spelling for what people type and what maps say."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stadtherz.kernel.geo.search.query import MAX_TYPED, readings, tidy
from stadtherz.kernel.geo.search.ranking import name_fit
from stadtherz.kernel.geo.search.spelling import MAX_LENGTH, compact, fold, number_key, spelling, typed_forms

GERMAN = st.text("abcdefghijklmnopqrstuvwxyzäöüßÄÖÜ -.'0123456789", max_size=60)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Eisenbahnstr", "Eisenbahnstraße"),
        ("Eisenbahnstr.", "EISENBAHNSTRASSE"),
        ("Karl-Marx-Str.", "Karl Marx Straße"),
        ("Dr.-Rudolf-Breitscheid-Str.", "Dr. Rudolf Breitscheid Straße"),
        ("Doktor-Kurt-Platz", "Dr.-Kurt-Pl."),
        ("St.-Martins-Platz", "Sankt Martins Platz"),
        ("Stiftspl.", "Stiftsplatz"),
        ("Mueller", "Müller"),
        ("Goethestr", "Göthestraße"),
        ("Hbf", "Hauptbahnhof"),
        ("Gartenw.", "Gartenweg"),
    ],
)
def test_both_are_spelt_alike(one: str, other: str) -> None:
    assert spelling(one) == spelling(other)


@pytest.mark.parametrize(("one", "other"), [("Weg", "Wege"), ("Stein", "Sankt Ein"), ("Neue", "Nur")])
def test_different_names_stay_different(one: str, other: str) -> None:
    assert spelling(one) != spelling(other)


@settings(deadline=None)
@given(GERMAN, st.integers(0, 60))
def test_the_beginning_of_a_text_folds_to_the_beginning_of_its_folding(text: str, length: int) -> None:
    assert fold(text).startswith(fold(text[:length]))


@settings(deadline=None)
@given(GERMAN)
def test_umlauts_may_be_written_out(text: str) -> None:
    written = text.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("ß", "ss")
    assert fold(written) == fold(text)


@settings(deadline=None)
@given(st.text())
def test_any_text_gives_plain_letters_and_digits(text: str) -> None:
    spelt = spelling(text)
    assert len(spelt) <= MAX_LENGTH
    assert all(c == " " or (c.isascii() and c.isalnum()) for c in spelt)
    assert compact(text) == spelt.replace(" ", "")


@settings(deadline=None)
@given(GERMAN)
def test_spelling_twice_changes_nothing(text: str) -> None:
    once = spelling(text)
    assert fold(once) in {once, fold(once)}
    assert name_fit(once, once) == 100.0 or once == ""


@settings(deadline=None)
@given(st.text(max_size=400))
def test_any_text_can_be_read(text: str) -> None:
    for reading in readings(text, frozenset({"kaiserslautern"})):
        assert reading.forms
        assert all(form.strip() for form in reading.forms)
    assert len(tidy(text)) <= MAX_TYPED


@pytest.mark.parametrize(
    ("typed", "street", "number", "where"),
    [
        ("Eisenbahnstr 12", "eisenbahnstrasse", "12", ()),
        ("Eisenbahnstr. 12 a", "eisenbahnstrasse", "12a", ()),
        ("Eisenbahnstraße 12A", "eisenbahnstrasse", "12a", ()),
        ("67655 Eisenbahnstr 12", "eisenbahnstrasse", "12", ("67655",)),
        ("Eisenbahnstr. 12, 67655 Kaiserslautern", "eisenbahnstrasse", "12", ("67655", "kaiserslautern")),
        ("Eisenbahnstr 12 kaiserslautern", "eisenbahnstrasse", "12", ("kaiserslautern",)),
        ("Mühlstr 3-5", "muhlstrasse", "3-5", ()),
        ("Straße des 13. Januar 4", "strasse des 13 januar", "4", ()),
    ],
)
def test_an_address_is_taken_apart(typed: str, street: str, number: str, where: tuple[str, ...]) -> None:
    first = readings(typed, frozenset({"kaiserslautern"}))[0]
    assert (first.forms[0], first.number, first.where) == (street, number, where)


def test_an_unfinished_last_word_is_also_taken_as_it_stands() -> None:
    assert typed_forms("St") == ["sankt", "st"]
    assert typed_forms("Eisenbahnstr") == ["eisenbahnstrasse", "eisenbahnstr"]
    assert typed_forms("Eisenbahnstr.") == ["eisenbahnstrasse"]


def test_house_numbers_are_alike_however_they_are_written() -> None:
    assert number_key("12 A") == number_key("12a") == "12a"
    assert number_key("12 – 14") == number_key("12-14") == "12-14"
