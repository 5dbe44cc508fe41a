# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The profile of a way as a small drawing, and the sentence that says the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

#: size of the drawing in its own units; ten metres up are drawn as at least so much
WIDTH, HEIGHT, MARGIN = 1000, 180, 12
_LEAST_RANGE: Final = 10.0


@dataclass(frozen=True, slots=True)
class Drawing:
    """SVG coordinates of the line and of the area below it, and what a sentence needs."""

    line: str
    area: str
    sentence: str
    lowest: int
    highest: int
    metres: int


def drawn(heights: list[tuple[float, float]]) -> Drawing | None:
    """The drawing of points (metres walked, metres above the start); None where there is nothing to show."""
    if len(heights) < 2:
        return None
    length = heights[-1][0] or 1.0
    low, high = min(h for _, h in heights), max(h for _, h in heights)
    span = max(high - low, _LEAST_RANGE)
    scale = (HEIGHT - 2 * MARGIN) / span
    points = [f"{w / length * WIDTH:.1f},{HEIGHT - MARGIN - (h - low) * scale:.1f}" for w, h in _thinned(heights)]
    line = " ".join(points)
    sentence = _("From the lowest to the highest point it is %(metres)d m; at the destination you are %(end)s.") % {
        "metres": round(high - low),
        "end": _ended(round(heights[-1][1])),
    }
    return Drawing(line, f"0,{HEIGHT} {line} {WIDTH},{HEIGHT}", sentence, round(low), round(high), round(length))


def _ended(metres: int) -> str:
    if metres == 0:
        return _("as high as at the start")
    if metres > 0:
        return _("%(metres)d m higher than at the start") % {"metres": metres}
    return _("%(metres)d m lower than at the start") % {"metres": -metres}


def _thinned(heights: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """At most a few hundred points; more would not be seen."""
    step = len(heights) // 300 + 1
    return [*heights[:-1:step], heights[-1]]
