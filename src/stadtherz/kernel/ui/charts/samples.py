# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Charts of the component page: one of each form, with everything that can happen to values."""

from __future__ import annotations

import math
from zoneinfo import ZoneInfo

from stadtherz.kernel.ui.charts.chart import Chart, Form, Gap, Limit, Line, Mark

ZONE = ZoneInfo("Europe/Berlin")
MONDAY = 1_748_815_200
"""Monday, 2 June 2025, midnight in Berlin."""
HOUR = 3600


def _dust() -> Chart:
    times = [MONDAY + n * HOUR for n in range(168)]
    values: list[float | None] = [18 + 9 * math.sin(n / 24 * 2 * math.pi - 2) + 4 * math.sin(n / 5) for n in range(168)]
    values[60:78] = [None] * 18
    values[130] = 44.0
    lows = [None if v is None else max(0.0, v - 3 - abs(3 * math.sin(n))) for n, v in enumerate(values)]
    highs = [None if v is None else v + 4 + abs(4 * math.sin(n / 2)) for n, v in enumerate(values)]
    return Chart(
        "dust", "Feinstaub PM10 an der Pariser Straße", "In dieser Woche lagen die Stundenwerte meist unter 30 µg/m³.",
        [Line("PM10", times, values, lows, highs, doubtful=[130])], MONDAY, MONDAY + 168 * HOUR, ZONE, "µg/m³",
        from_zero=True, gaps=[Gap(MONDAY + 60 * HOUR, MONDAY + 78 * HOUR, "keine Werte")],
        limits=[Limit(45, "WHO-Richtwert, Tagesmittel", "WHO 2021")], marks=[Mark(MONDAY + 130 * HOUR, "Alarm", end=MONDAY + 139 * HOUR), Mark(MONDAY + 34 * HOUR, "anderes Gerät", is_border=True)],
        source="eigene Messung", columns=[{"title": "Tag"}, {"title": "PM10", "numeric": True}], rows=[["Montag", 18.2]],
    )  # fmt: skip


def _bicycles() -> Chart:
    starts = [MONDAY + n * 24 * HOUR for n in range(7)]
    ends = [start + 24 * HOUR for start in starts]
    return Chart(
        "bicycles", "Fahrräder an der Königstraße", "Am Mittwoch kamen die meisten: 1.904.",
        [Line("diese Woche", starts, [1204, 1760, 1904, None, 1420, 803, 611], ends=ends),
         Line("Woche davor", starts, [1100, 1502, 1611, 1583, 1501, 902, 540], ends=ends)],
        MONDAY, MONDAY + 168 * HOUR, ZONE, "Fahrräder am Tag", Form.BARS, decimals=0,
        gaps=[Gap(starts[3], ends[3], "")],
    )  # fmt: skip


def samples() -> list[Chart]:
    """A line with band, gap, limit, doubt and mark; bars in two rows."""
    return [_dust(), _bicycles()]
