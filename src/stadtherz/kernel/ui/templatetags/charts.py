# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""``{% load charts %}{% chart chart %}``: sentence, picture, key and figures of one chart."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from django import template
from django.template.loader import get_template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from stadtherz.kernel.ui.charts.chart import Chart, Form
from stadtherz.kernel.ui.charts.drawing import TOP, draw
from stadtherz.kernel.ui.charts.scales import moment_words, whole_percent
from stadtherz.kernel.ui.templatetags.ui import grouped

register = template.Library()


def readings(chart: Chart) -> str:
    """What the page's script reads values from: JSON that is safe inside a script element. Each time of a value has its name."""
    said = chart.said or (lambda seconds: moment_words(datetime.fromtimestamp(seconds, UTC).astimezone(chart.zone)))
    times = sorted({round(time) for line in chart.lines for time in line.times})
    told: dict[str, Any] = {
        "start": chart.start, "end": chart.end, "language": get_language() or "de",
        "names": [said(time) for time in times],
        "unit": chart.unit, "decimals": chart.decimals, "bottom": TOP + chart.height,
        "lines": [
            {
                "name": line.name, "t": [round(t) for t in line.times],
                "v": [None if v is None else round(v, chart.decimals + 1) for v in line.values],
                "e": [round(t) for t in line.ends], "u": None if line.until is None else round(line.until),
                "p": [[round(p.start), round(p.end), whole_percent(p.share)] for p in line.parts if p.share < 1],
            }
            for line in chart.lines
        ],
        "doubtful": [list(line.doubtful) for line in chart.lines], "filled": [list(line.filled) for line in chart.lines],
    }  # fmt: skip
    return json.dumps(told, separators=(",", ":"), ensure_ascii=False).replace("<", "\\u003c")


def figures(chart: Chart) -> SafeString:
    """The rows of the table of figures. A year has hundreds: as a template they would take half of the time of the page."""
    kinds = [
        "kern-table__cell kern-table__cell--numeric" if each.get("numeric") else "kern-table__cell"
        for each in chart.columns
    ]
    nothing = f'<span class="sh-muted">{escape(gettext("no data"))}</span>'
    made = []
    for first, *cells in chart.rows:
        made.append(f'<tr class="kern-table__row"><th scope="row" class="kern-table__header">{escape(first)}</th>')
        for kind, cell in zip(kinds[1:], cells, strict=True):
            made.append(f'<td class="{kind}">{nothing if cell is None else escape(grouped(cell))}</td>')
        made.append("</tr>")
    return mark_safe("".join(made))  # noqa: S308  every cell is escaped


@register.simple_tag
def chart(chart: Chart, level: int = 3, details: bool = True) -> SafeString:
    """A chart with the sentence above it and the figures below. ``level`` is that of its heading."""
    drawing = draw(chart)
    return mark_safe(get_template("ui/components/chart.html").render({  # noqa: S308
        "chart": chart, "drawing": drawing, "is_bars": chart.form is Form.BARS, "level": level,
        "heading": f"h{level}", "has_band": any(line.lows for line in chart.lines),
        "has_doubts": any(line.doubtful for line in chart.lines), "has_filled": any(line.filled for line in chart.lines),
        "has_reduced": any(line.reduced for line in chart.lines), "has_partial": any(line.partial for line in chart.lines),
        "has_parts": any(line.parts for line in chart.lines),
        "mark_kinds": dict.fromkeys((mark.is_border, str(mark.name)) for mark in chart.marks),
        "gap_kinds": sorted({(gap.is_left_out, str(gap.name)) for gap in chart.gaps}),
        "readings": mark_safe(readings(chart)),  # noqa: S308  < is written as an escape
        "rows": figures(chart) if details and chart.rows else "",
        "label": escape(chart.title),
    }))  # fmt: skip
