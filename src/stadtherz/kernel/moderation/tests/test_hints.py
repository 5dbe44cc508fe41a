# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the hints find, and what they leave alone."""

from __future__ import annotations

import time

import pytest

from stadtherz.kernel.moderation.hints import MOST, hints


@pytest.mark.parametrize(("text", "rule", "found"), [
    ("Ruft mich an: 0631 3650 1234, danke", "phone", "0631 3650 1234"),
    ("Mobil +49 151 23456789.", "phone", "+49 151 23456789"),
    ("Schreibt an bank@example.org!", "email", "bank@example.org"),
    ("bank (at) example.org", "email", "bank (at) example.org"),
    ("Was für Idioten planen das?", "insult", "Idioten"),
    ("Der Wagen KL-AB 123 parkt dort immer", "plate", "KL-AB 123"),
    ("Frau Muster vom Amt", "name", "Frau Muster"),
    ("siehe www.example.org/bank", "link", "www.example.org/bank"),
    ("WARUM PASSIERT HIER NICHTS SEIT JAHREN", "shouting", "WARUM PASSIERT HIER NICHTS SEIT JAHREN"),
    ("Konto DE02 1203 0000 0000 2020 51", "iban", "DE02 1203 0000 0000 2020 51"),
    ("Warum????", "marks", "????"),
])  # fmt: skip
def test_a_hint_says_what_it_found(text: str, rule: str, found: str) -> None:
    assert [(hint.rule, hint.found) for hint in hints(text)] == [(rule, found)]


@pytest.mark.parametrize("text", [
    "Bänke an der Eisenbahnstraße 12 bis 14, 67655 Kaiserslautern", "Von 8 bis 18 Uhr, am 24.12.2025", "Die L 395 und die B 270",
    "Frau und Mann sollen sich wohl fühlen", "20 000 Euro im Jahr 2026", "Die FCK-Fans und das THW", "",
])  # fmt: skip
def test_ordinary_sentences_carry_no_hint(text: str) -> None:
    assert hints(text) == []


def test_invisible_characters_are_told() -> None:
    assert [hint.rule for hint in hints("Bank\u200bam\u202ePark")] == ["hidden", "hidden"]


def test_a_text_full_of_hints_is_not_a_wall_of_hints() -> None:
    assert len(hints(" ".join(f"p{n}@example.org" for n in range(100)))) == MOST


@pytest.mark.parametrize(
    "text", ["A" * 100_000, "A B " * 25_000, "0631 " * 20_000, "a." * 50_000, "www." * 20_000, "a@" * 50_000]
)
def test_hostile_texts_cost_little(text: str) -> None:
    began = time.process_time()
    hints(text)
    assert time.process_time() - began < 0.5
