# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A municipality's one accent: checked for contrast, and the tones that pages derive from it.

Contrast follows WCAG 2.2, "relative luminance" and "contrast ratio" (success criteria 1.4.3 and 1.4.11). Lighter and
darker tones are found in OKLCH (Björn Ottosson, 2020), so that a tone keeps its hue. Pure functions, no Django.
"""

import math
import re
from dataclasses import dataclass

WHITE = "#ffffff"
INK = "#15171f"
PAPER = "#f1efeb"
"""The deepest ground on which accent text stands on a light page (soft bands)."""
NIGHT = "#272a33"
"""The brightest ground on which accent text stands on a dark page (soft bands, cards)."""

TEXT_CONTRAST = 4.5
"""WCAG 2.2, 1.4.3 (AA) for text of normal size."""

_HEX = re.compile(r"#([0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)

Rgb = tuple[float, float, float]


class NotAColour(ValueError):
    """The text is no colour of the form #rrggbb or #rgb."""

    def __init__(self, text: str) -> None:
        super().__init__(f"“{text}” is no colour. Write it as # and six digits, for instance #1d6f5c.")


@dataclass(frozen=True, slots=True)
class Tones:
    """What a page needs of one accent on one ground (light or dark); all as #rrggbb."""

    accent: str
    on_accent: str
    hover: str
    active: str
    soft: str
    soft_strong: str
    on_soft: str


def parse(text: str) -> Rgb:
    """Red, green and blue from 0 to 1. Raises ``NotAColour``."""
    text = text.strip()
    if not _HEX.fullmatch(text):
        raise NotAColour(text)
    digits = text[1:]
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    red, green, blue = (int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4))
    return red, green, blue


def to_hex(rgb: Rgb) -> str:
    """The colour as #rrggbb, channels outside of 0..1 cut off."""
    return "#" + "".join(f"{round(min(max(channel, 0.0), 1.0) * 255):02x}" for channel in rgb)


def _linear(channel: float) -> float:
    """sRGB transfer function as WCAG 2.2 states it."""
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _gamma(channel: float) -> float:
    channel = max(channel, 0.0)
    return channel * 12.92 if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055


def luminance(colour: str) -> float:
    """Relative luminance, 0 (black) to 1 (white)."""
    red, green, blue = (_linear(channel) for channel in parse(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two colours, 1 to 21; the order does not matter."""
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def text_on(colour: str) -> str:
    """White or ink, whichever reads better on the colour."""
    return WHITE if contrast(WHITE, colour) >= contrast(INK, colour) else INK


def to_oklch(colour: str) -> tuple[float, float, float]:
    """Lightness 0..1, chroma, hue in radians."""
    red, green, blue = (_linear(channel) for channel in parse(colour))
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return lightness, math.hypot(a, b), math.atan2(b, a)


def from_oklch(lightness: float, chroma: float, hue: float) -> str:
    """The nearest colour that a screen shows: chroma gives way until all channels fit."""
    while True:
        a, b = chroma * math.cos(hue), chroma * math.sin(hue)
        long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
        medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
        short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
        linear = (
            4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
            -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
            -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
        )
        if chroma < 0.002 or all(-0.0005 <= channel <= 1.0005 for channel in linear):
            red, green, blue = (_gamma(channel) for channel in linear)
            return to_hex((red, green, blue))
        chroma *= 0.96


def with_lightness(colour: str, lightness: float, *, chroma: float = 1.0, at_most: float = 1.0) -> str:
    """The same hue at another lightness (0..1), its chroma multiplied by ``chroma`` and not above ``at_most``."""
    _, own_chroma, hue = to_oklch(colour)
    return from_oklch(min(max(lightness, 0.0), 1.0), min(own_chroma * chroma, at_most), hue)


def readable(colour: str, *, ground: str, ratio: float = TEXT_CONTRAST) -> str:
    """The colour itself, or its nearest tone that reaches the ratio against the ground."""
    if contrast(colour, ground) >= ratio:
        return to_hex(parse(colour))
    lightness, _, _ = to_oklch(colour)
    step = -0.005 if luminance(ground) > 0.18 else 0.005
    while 0.0 < lightness < 1.0:
        lightness += step
        candidate = with_lightness(colour, lightness)
        if contrast(candidate, ground) >= ratio:
            return candidate
    return text_on(ground)


def problems(accent: str, accent_dark: str) -> list[str]:
    """Why this pair cannot serve, in words for the person who chooses; empty when it can."""
    found = []
    for colour, ground, where in ((accent, PAPER, "a light page"), (accent_dark, NIGHT, "a dark page")):
        ratio = contrast(colour, ground)
        if ratio < TEXT_CONTRAST:
            better = readable(colour, ground=ground)
            found.append(
                f"{colour} reaches a contrast of {ratio:.1f} on {where}; {TEXT_CONTRAST} is needed. "
                f"The nearest tone that does is {better}."
            )
    return found


def light_tones(accent: str) -> Tones:
    """Tones for a light page; an accent that is too pale is darkened, never shown unreadable."""
    base = readable(accent, ground=PAPER)
    lightness, _, _ = to_oklch(base)
    on_accent = text_on(base)
    towards = -1 if on_accent == WHITE else 1
    return Tones(
        accent=base,
        on_accent=on_accent,
        hover=with_lightness(base, lightness + towards * 0.055),
        active=with_lightness(base, lightness + towards * 0.1),
        soft=with_lightness(base, 0.958, chroma=0.16, at_most=0.015),
        soft_strong=with_lightness(base, 0.86, chroma=0.38, at_most=0.045),
        on_soft=readable(
            with_lightness(base, 0.32, chroma=0.75),
            ground=with_lightness(base, 0.958, chroma=0.16, at_most=0.015),
            ratio=7,
        ),
    )


def dark_tones(accent_dark: str) -> Tones:
    """Tones for a dark page; an accent that is too deep is lightened."""
    base = readable(accent_dark, ground=NIGHT)
    lightness, _, _ = to_oklch(base)
    on_accent = text_on(base)
    towards = 1 if on_accent == INK else -1
    soft = with_lightness(base, 0.265, chroma=0.36)
    return Tones(
        accent=base,
        on_accent=on_accent,
        hover=with_lightness(base, lightness + towards * 0.055),
        active=with_lightness(base, lightness + towards * 0.1),
        soft=soft,
        soft_strong=with_lightness(base, 0.42, chroma=0.55),
        on_soft=readable(with_lightness(base, 0.9, chroma=0.4), ground=soft, ratio=7),
    )
