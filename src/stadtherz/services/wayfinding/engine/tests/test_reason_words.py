# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reasons read as sentences in each language, for each limit, with the place as people say it."""

import re

import pytest

from ..profiles import Limit
from ..reasons import Reasons, Violation
from ..telling.phrases import LANGUAGES, table
from ..telling.placing import crossed, where
from ..telling.reason_words import help_in_words, in_words, violation_in_words
from ..vocabulary import Barrier, Smoothness, Surface

LIMITS = [limit for limit in Limit if limit is not Limit.UNKNOWN]


def broken(
    limit: Limit, value: int | None, asked: int | None = None, name: str = "Hauptstraße", **more: object
) -> Violation:
    return Violation(limit, False, value, asked, 7.0, 49.0, name, 1, 1, 42.0, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Hauptstraße", " in der Hauptstraße"), ("Schlossweg", " am Schlossweg"), ("Speyerer Straße", " in der Speyerer Straße"),
        ("Untere Straße", " in der Unteren Straße"), ("Oberer Bittersbrunnenweg", " am Oberen Bittersbrunnenweg"),
        ("Am Mühlrain", " bei „Am Mühlrain“"), ("L 600", " bei „L 600“"), ("Querstraße 4", " in der Querstraße 4"),
        ("Uelands gate", " bei „Uelands gate“"), ("Oberer Sensenried", " bei „Oberer Sensenried“"),
    ],
)  # fmt: skip
def test_a_place_in_german(name: str, said: str) -> None:
    assert where(name, "", table("de")) == said
    assert where("", name, table("en")) == f" near {name}"


def test_what_one_crosses() -> None:
    words = table("de")
    assert crossed("Untere Straße", words) == " die Untere Straße"
    assert crossed("Schlossweg", words) == " den Schlossweg"
    assert crossed("Am Mühlrain", words) == " die Straße „Am Mühlrain“"


def test_a_detour_spares_things_as_objects() -> None:
    found = [
        broken(Limit.KERB_DOWN, 120, 60), broken(Limit.STEPS, 12, name="Untere Straße", guessed=True),
        broken(Limit.BARRIER, 70, 90, barrier=int(Barrier.BOLLARD)),
    ]  # fmt: skip
    reasons = Reasons("detour", found, detour_metres=330.0)
    assert in_words(reasons, table("de")) == (
        "Dein Weg ist 330 m länger als der kürzeste. Dafür ersparst du dir einen Bordstein von 12 cm nach unten in der "
        "Hauptstraße (deine Grenze: 6 cm), eine Treppe mit etwa 12 Stufen in der Unteren Straße und einen Poller mit "
        "70 cm Durchlass in der Hauptstraße (du brauchst 90 cm)."
    )
    assert "It spares you a kerb of 12 cm down at Hauptstraße (your limit: 6 cm)," in in_words(reasons, table("en"))
    assert in_words(reasons, table("de-easy")).endswith(
        "Da ist eine Treppe in der Unteren Straße. Sie hat etwa 12 Stufen. Da ist ein Pfosten in der Hauptstraße. "
        "Der Durch-Gang hat 70 Zentimeter. Du brauchst 90 Zentimeter."
    )
    assert violation_in_words(found[2], table("de")).startswith("ein Poller")


def test_every_change_that_would_help_has_words() -> None:
    changes = {
        "kerb_up_mm": 45, "tracktype": 4, "surface": Surface.UNPAVED, "smoothness": Smoothness.BAD, "no_lifts": False,
        "handrail": False, "no_escalators": False, "sound": False, "tactile": False, "island": False, "light": False,
        "width_cm": 80, "turning_cm": 120, "steps": 3, "steep_metres": 90, "incline_up_permille": 75,
        "incline_down_permille": 75, "kerb_down_mm": 30, "unknown": True,
    }  # fmt: skip
    reasons = Reasons("closest", [], metres=100.0, changes=changes, changed_metres=120.0)
    said = help_in_words(reasons, table("de"))
    assert said.startswith(
        "Du kämst an, wenn das für dich geht: bis 4,5 cm Bordstein nach oben, Feldwege (meist weicher Boden)"
    )
    assert "Wege auf unbefestigtem Boden" in said
    for words in LANGUAGES.values():
        assert not re.search(r"_|[{}]", help_in_words(reasons, words))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_limit_reads_as_a_sentence(language: str) -> None:
    words = table(language)
    found = [broken(limit, 3, 2, barrier=int(Barrier.GATE)) for limit in LIMITS] * 2
    for kind in ("detour", "closest"):
        for one in found:
            text = in_words(Reasons(kind, [one], metres=900.0, detour_metres=50.0), words)
            assert not re.search(r"[{}]|\?[?.]|\.\.|  | [.,]", text), text
            assert text.endswith((".", "?"))
            assert "Hauptstraße" in text
