# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Round scales, local days, gaps that are not bridged, and nothing in the picture that the page's policy refuses."""

from __future__ import annotations

import itertools
import json
import re
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from stadtherz.kernel.ui.charts import Chart, Form, Gap, Limit, Line, Mark, Part, samples
from stadtherz.kernel.ui.charts.drawing import draw
from stadtherz.kernel.ui.charts.scales import time_ticks, values_scale
from stadtherz.kernel.ui.templatetags.charts import chart, readings

BERLIN = ZoneInfo("Europe/Berlin")


def _stamp(*parts: int) -> float:
    return datetime(*parts, tzinfo=BERLIN).timestamp()  # type: ignore[arg-type]


def _chart(values: list[float | None], **more: object) -> Chart:
    start = _stamp(2025, 3, 1)
    times = [start + n * 3600 for n in range(len(values))]
    return Chart("k", "T", "S", [Line("a", times, values)], start, start + len(values) * 3600, BERLIN, **more)  # type: ignore[arg-type]


@settings(deadline=None)
@given(st.lists(st.integers(-(10**8), 10**8).map(lambda n: n / 100), min_size=1), st.booleans())
def test_a_scale_holds_its_values_between_at_most_seven_round_ticks(values: list[float], from_zero: bool) -> None:
    scale = values_scale(values, from_zero=from_zero)
    slack = (scale.high - scale.low) * 1e-6
    assert scale.low - slack <= min(values)
    assert max(values) <= scale.high + slack
    assert 2 <= len(scale.ticks) <= 7
    assert not from_zero or scale.low - slack <= 0 <= scale.high + slack


@pytest.mark.parametrize(
    ("day", "hours", "ends"),
    [
        ((2025, 3, 30), 23, ("So 30.", "Mo 31.")),
        ((2025, 10, 26), 25, ("So 26.", "Mo 27.")),
        ((2025, 6, 1), 24, ("So 1.", "Mo 2.")),
    ],
)
def test_a_local_day_has_the_hours_that_it_has(day: tuple[int, int, int], hours: int, ends: tuple[str, str]) -> None:
    start = _stamp(*day)
    end = start + hours * 3600
    with override("de"):
        words = [tick.word for tick in time_ticks(start, end, BERLIN)]
    assert words[1:-1] == ["3", "6", "9", "12", "15", "18", "21"]
    assert (words[0], words[-1]) == ends


def test_days_are_as_wide_as_they_are() -> None:
    start, end = _stamp(2025, 3, 29), _stamp(2025, 4, 1)
    ticks = time_ticks(start, end, BERLIN)
    widths = [round((b.share - a.share) * (end - start) / 3600) for a, b in itertools.pairwise(ticks)]
    assert widths == [24, 23]


def test_a_line_breaks_at_a_gap_and_touching_gaps_are_one() -> None:
    start = _stamp(2025, 3, 1)
    gaps = [Gap(start + 2 * 3600, start + 3 * 3600, "none"), Gap(start + 3 * 3600, start + 5 * 3600, "none")]
    drawn = draw(_chart([1, 2, None, None, None, 3, 4], gaps=gaps)).plot
    path = re.search(r'sh-chart__line--1" d="([^"]+)"', drawn)
    assert path is not None
    assert path[1].count("M") == 2
    assert drawn.count('class="sh-chart__gap"') == 1


def test_what_is_under_doubt_is_joined_with_nothing_and_does_not_stretch_the_scale() -> None:
    start = _stamp(2025, 6, 2)
    line = Line("a", [start + n * 3600 for n in range(6)], [1, 2, 900, 2, 1, 1], doubtful=[2], filled=[4], reduced=[5])
    shown = replace(_chart([None] * 6), lines=[line])
    drawn = draw(shown)
    path = re.search(r'class="sh-chart__line sh-chart__line--1" d="([^"]+)"', drawn.plot)
    assert path is not None
    assert path[1].count("M") == 2
    assert ">2,00</text></svg>" in drawn.axis, "the highest tick"
    assert drawn.plot.count("<circle") == 2
    assert drawn.plot.count('class="sh-chart__filled') == 1


def test_the_strip_below_says_how_whole_the_values_are() -> None:
    start = _stamp(2025, 6, 2)
    parts = [
        Part(start, start + 3600, 1.0),
        Part(start + 3600, start + 7200, 1.0),
        Part(start + 7200, start + 10800, 0.5),
    ]
    line = Line("a", [start], [1.0], parts=parts)
    drawn = draw(replace(_chart([None] * 6), lines=[line]))
    assert drawn.plot.count('class="sh-chart__whole') == 2, "neighbours that are equally whole are one"
    assert 'height="3.0"' in drawn.plot
    assert drawn.height > draw(_chart([1.0])).height


def test_a_limit_far_above_does_not_flatten_the_line() -> None:
    near, far = Limit(12, "near", "somebody"), Limit(400, "far", "somebody")
    drawing = draw(_chart([9, 10, 8], limits=[near, far]))
    assert (drawing.limits_inside, drawing.limits_outside) == ((near,), (far,))


def test_bars_stand_on_zero() -> None:
    start = _stamp(2025, 3, 1)
    line = Line("a", [start, start + 3600], [5, 10], ends=[start + 3600, start + 7200])
    drawn = draw(Chart("k", "T", "S", [line], start, start + 7200, BERLIN, form=Form.BARS)).plot
    assert re.search(r'd="M35\.0 1000V500\.0h430\.0V1000ZM535\.0 1000V0\.0h430\.0V1000Z"', drawn)


def test_a_chart_without_any_value_is_drawn() -> None:
    assert "sh-chart__plot" in draw(_chart([None, None])).plot


def test_nothing_that_the_policy_refuses_and_nothing_of_a_name_runs() -> None:
    evil = "</script><script>alert(1)</script>"
    start = _stamp(2025, 3, 1)
    shown = Chart(
        "k", evil, evil, [Line(evil, [start], [1.0]), Line(evil, [start], [2.0])], start, start + 60, BERLIN,
        gaps=[Gap(start, start + 60, evil)], limits=[Limit(1, evil, evil)],
    )  # fmt: skip
    html = chart(shown)
    assert "<script>" not in html
    assert " style=" not in html
    assert json.loads(readings(shown).replace("\\u003c", "<"))["lines"][0]["name"] == evil


def test_all_samples_can_be_drawn() -> None:
    assert all("stadt-chart" in chart(each) for each in samples.samples())


@pytest.mark.parametrize(("values", "decimals"), [((52.0, 62.0), 1), ((0.0, 100.0), 0), ((0.1, 0.3), 2)])
def test_ticks_show_the_digits_that_they_have(values: tuple[float, float], decimals: int) -> None:
    scale = values_scale(values, from_zero=False)
    assert scale.decimals == decimals
    assert [round(tick, decimals) for tick in scale.ticks] == [pytest.approx(tick) for tick in scale.ticks]


def test_the_name_of_a_limit_stands_where_it_hides_no_value() -> None:
    """At the left the values reach above the limit, at the right they stay far below it."""
    values: list[float | None] = [26.0 if n < 20 else 5.0 for n in range(40)]
    plot = str(draw(_chart(values, limits=[Limit(25.0, "WHO: 25")], from_zero=True)).plot)
    assert re.search(r'limit-name" x="99.5%" [^>]*text-anchor="end">WHO: 25', plot)
    mirrored = str(draw(_chart(values[::-1], limits=[Limit(25.0, "WHO: 25")], from_zero=True)).plot)
    assert re.search(r'limit-name" x="4" [^>]*text-anchor="start">WHO: 25', mirrored)


def test_many_bars_of_two_rows_become_bars_and_a_line() -> None:
    def rows(count: int) -> Chart:
        times = [_stamp(2025, 7, 1) + 60.0 * n for n in range(count)]
        line = Line("a", times, [float(n) for n in range(count)], ends=[each + 60.0 for each in times])
        return replace(_chart([1.0]), form=Form.BARS, lines=[line, replace(line, name="b")])

    few, many = str(draw(rows(24)).plot), str(draw(rows(168)).plot)
    assert ("sh-chart__bar--2" in few, "sh-chart__line--2" in few) == (True, False)
    assert ("sh-chart__bar--2" in many, "sh-chart__line--2" in many, "sh-chart__bar--1" in many) == (False, True, True)


def test_a_day_is_written_as_the_language_writes_it() -> None:
    zone, start = ZoneInfo("Europe/Berlin"), _stamp(2025, 7, 1)
    with override("en"):
        assert time_ticks(start, start + 3 * 86400, zone)[0].word == "Tue 1"
    with override("de"):
        assert time_ticks(start, start + 3 * 86400, zone)[0].word == "Di 1."


def test_a_few_values_far_off_do_not_press_all_others_flat_and_are_told() -> None:
    values: list[float | None] = [10.0 + n % 5 for n in range(60)]
    values[7], values[30] = 1e9, -999.0
    with override("en"):
        drawing = draw(_chart(values))
    assert drawing.values_outside == ("\u2212999.0", "1,000,000,000.0")
    assert "1e" not in str(drawing.axis)
    assert draw(_chart([float(n) for n in range(60)])).values_outside == ()
    assert draw(_chart([5.0] * 59 + [900.0])).values_outside == ()  # nothing to compare with: all others are the same


def test_a_value_without_neighbours_is_a_point_and_an_empty_picture_has_no_figures() -> None:
    assert str(draw(_chart([None, 5.0, None])).plot).count("sh-chart__doubt--alone") == 1
    assert "alone" not in str(draw(_chart([5.0, 6.0])).plot)
    assert "<text" not in str(draw(_chart([None, None])).axis)


def test_a_flat_line_of_a_huge_number_has_a_scale() -> None:
    scale = values_scale([1.7e300, 1.7e300], from_zero=False)
    assert scale.low < 1.7e300 < scale.high


def test_marks_differ_by_their_shape_and_stand_in_the_key() -> None:
    """An alert and a border are told apart without colours, in the picture and below it."""
    start = _stamp(2025, 3, 1)
    marks = [Mark(start + 3600, "Alarm", end=start + 7200), Mark(start + 9000, "anderes Gerät", is_border=True)]
    drawn = draw(_chart([1.0] * 4, marks=marks)).plot
    assert re.findall(r'rect class="sh-chart__mark-span" x="25.0000%" width="25.0000%"', drawn)
    assert drawn.count('<circle class="sh-chart__mark-head') == drawn.count("mark-head--border") == 1
    key = str(chart(_chart([1.0] * 4, marks=marks)))
    assert re.findall(r'sh-swatch--(mark|border)" aria-hidden="true"></span>([^<]*)', key) == [
        ("mark", "Alarm"), ("border", "anderes Gerät"),
    ]  # fmt: skip


def test_very_many_alerts_are_drawn_without_lines() -> None:
    start = _stamp(2025, 3, 1)
    marks = [Mark(start + 60 * n, "Alarm", end=start + 60 * n + 30) for n in range(200)]
    drawn = draw(_chart([1.0] * 4, marks=[*marks, Mark(start + 600, "anderes Gerät", is_border=True)])).plot
    assert (drawn.count("mark-span"), drawn.count('<line class="sh-chart__mark')) == (200, 1)
