# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Marks of moments above a chart: told apart by their shape, not only by their colour.

An alert is a line with a round head and, above the plot, a bar of its length. A border, from which on something else holds, is a broken
line with an open head of corners.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.utils.html import escape

from stadtherz.kernel.ui.charts.chart import Mark

MOST_LINES = 60
"""Of more alerts only the lengths are drawn: their lines would hide the values."""
NARROWEST = 0.001
CORNERS = "M0 -6 L6 0 L0 6 L-6 0 Z"


def marks(found: Sequence[Mark], share: Callable[[float], float], top: int, foot: int) -> str:
    """All marks as SVG. ``share``: function(seconds since 1970) → part of the width; ``top`` and ``foot`` of the plot in pixels."""
    has_lines = sum(not mark.is_border for mark in found) <= MOST_LINES
    return "".join(
        _border(mark, share, top, foot) if mark.is_border else _alert(mark, share, top, foot, has_lines)
        for mark in found
    )


def _line(mark: Mark, share: Callable[[float], float], top: int, foot: int, kind: str) -> str:
    x = f"{share(mark.time):.4%}"
    return (
        f'<line class="{kind}" x1="{x}" x2="{x}" y1="{top - 4}" y2="{foot}"><title>{escape(mark.name)}</title></line>'
    )


def _border(mark: Mark, share: Callable[[float], float], top: int, foot: int) -> str:
    head = f'<path class="sh-chart__mark-head sh-chart__mark-head--border" d="{CORNERS}"/>'
    return (
        f"{_line(mark, share, top, foot, 'sh-chart__mark sh-chart__mark--border')}"
        f'<svg x="{share(mark.time):.4%}" y="{top - 6}" overflow="visible" width="1" height="1">{head}</svg>'
    )


def _alert(mark: Mark, share: Callable[[float], float], top: int, foot: int, has_lines: bool) -> str:
    x = share(mark.time)
    length = "" if mark.end is None else (
        f'<rect class="sh-chart__mark-span" x="{x:.4%}" width="{max(share(mark.end) - x, NARROWEST):.4%}" y="{top - 9}" height="6">'
        f"<title>{escape(mark.name)}</title></rect>"
    )  # fmt: skip
    if not has_lines:
        return length
    head = f'<circle class="sh-chart__mark-head" cx="{x:.4%}" cy="{top - 6}" r="5"/>'
    return f"{length}{_line(mark, share, top, foot, 'sh-chart__mark')}{head}"
