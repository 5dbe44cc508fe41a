# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Contrast against figures that WCAG and its tools publish, and tones that must be readable for every colour."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadtherz.kernel.ui.colour import (
    NIGHT,
    PAPER,
    NotAColour,
    contrast,
    dark_tones,
    from_oklch,
    light_tones,
    parse,
    problems,
    readable,
    text_on,
    to_oklch,
)

colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    ("first", "second", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#777777", "#ffffff", 4.48),  # the well-known grey that just fails
        ("#767676", "#ffffff", 4.54),  # and the one that just passes
        ("#ff0000", "#ffffff", 4.0),
        ("#00f", "#fff", 8.59),
    ],
)
def test_contrast_as_published(first: str, second: str, ratio: float) -> None:
    assert contrast(first, second) == pytest.approx(ratio, abs=0.01)


@given(colours, colours)
def test_contrast_does_not_know_an_order(first: str, second: str) -> None:
    assert contrast(first, second) == contrast(second, first)
    assert 1 <= contrast(first, second) <= 21


@given(colours)
def test_every_accent_becomes_readable(colour: str) -> None:
    light, dark = light_tones(colour), dark_tones(colour)
    for tones, ground in ((light, PAPER), (dark, NIGHT)):
        assert contrast(tones.accent, ground) >= 4.5
        assert contrast(tones.on_accent, tones.accent) >= 4.5
        assert contrast(tones.on_accent, tones.hover) >= 4.5
        assert contrast(tones.on_accent, tones.active) >= 4.5
        assert contrast(tones.on_soft, tones.soft) >= 7


@given(colours)
def test_readable_keeps_what_is_good(colour: str) -> None:
    found = readable(colour, ground="#ffffff")
    assert (found == colour) == (contrast(colour, "#ffffff") >= 4.5)


@given(colours)
def test_oklch_and_back(colour: str) -> None:
    back = parse(from_oklch(*to_oklch(colour)))
    assert back == pytest.approx(parse(colour), abs=0.012)


def test_problems_name_the_remedy() -> None:
    found = problems("#ffcc00", "#101010")
    assert len(found) == 2
    assert "a light page" in found[0]
    assert readable("#ffcc00", ground=PAPER) in found[0]


def test_text_on_a_colour() -> None:
    assert text_on("#1f5c8b") == "#ffffff"
    assert text_on("#ffd500") != "#ffffff"


@pytest.mark.parametrize("text", ["", "red", "#12", "#12345g", "#1234567", "#123456;}body{display:none"])
def test_what_is_no_colour(text: str) -> None:
    with pytest.raises(NotAColour):
        parse(text)
