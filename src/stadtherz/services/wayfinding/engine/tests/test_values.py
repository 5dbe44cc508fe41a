# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The reader of messy values: what it understands, and that it never fails and never invents."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ..importing.values import Report, read_count, read_incline, read_kerb_height, read_metres, read_width


@pytest.mark.parametrize(
    ("text", "metres"),
    [
        ("2", 2.0), ("2,5", 2.5), ("1.2 m", 1.2), ("1.2m", 1.2), ("120 cm", 1.2), ("ca. 1,8 m", 1.8), ("~2", 2.0),
        ("2-3", 2.0), ("1,5 - 2,5 m", 1.5), ("90-120 cm", 0.9), ("6'", 1.8288), ("5'6\"", 1.6764), (".9", 0.9),
        ("120", 1.2), (">2", 2.0), ("2 bis 3 m", 2.0), ("<2 m", 1.99), ("≤ 1.5", 1.5), ("48\"", 1.2192), ("48''", 1.2192),
        ("48 inches", 1.2192), ("5 ft 6 in", 1.6764), ("4'-6\"", 1.3716), ("6'-8'", 1.8288), ("6′ 2″", 1.8796), ("3 foot", 0.9144),
        ("１．２ｍ", 1.2), ("1m20", 1.2), ("1 m 50 cm", 1.5), ("2 mètres", 2.0), ("1,5 metros", 1.5), ("2.0;1.5;0.8", 0.8),
    ],
)  # fmt: skip
def test_widths(text: str, metres: float) -> None:
    assert read_width(text, Report()) == pytest.approx(metres)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "narrow",
        "m",
        "2 metre wide",
        "--",
        "0",
        "1e9",
        "999999",
        "nan",
        "1.2.3",
        "-1",
        "1e308",
        "🙂",
        "2²",
        "2 ½",
        "2|3",
        "2;?;1",
        "~3cm",
        "1.5+",
        "9" * 400,
    ],
)
def test_widths_not_understood_are_reported(text: str) -> None:
    report = Report()
    assert read_width(text, report) is None
    assert report.not_understood["width", text[:60]] == 1


@pytest.mark.parametrize(
    ("text", "metres"),
    [
        ("0.03", 0.03),
        ("3 cm", 0.03),
        ("ca. 3 cm", 0.03),
        ("3", 0.03),
        ("30 mm", 0.03),
        ("0", 0.0),
        ("2-4 cm", 0.04),
        ("> 3 cm", 0.031),
        ("50", 0.5),
        ("4 in", 0.1016),
        ("0.03;0.12;0", 0.12),
    ],
)
def test_kerbs(text: str, metres: float) -> None:
    assert read_kerb_height(text, Report()) == pytest.approx(metres)


@pytest.mark.parametrize(
    ("text", "permille", "direction"),
    [
        ("5%", 50, 1), ("-5 %", -50, -1), ("5-8 %", 80, 1), ("up", None, 1), ("down", None, -1), ("0", 0, 0),
        ("10°", round(math.tan(math.radians(10)) * 1000), 1), ("1:12", 83, 1), ("-1:20", -50, -1), ("3,5", 35, 1),
        ("steep", None, 0), ("12‰", 12, 1), ("−4%", -40, -1), ("2 bis 6 %", 60, 1), ("10 % up", 100, 1), ("down: 5%", -50, -1), ("down;-5%", -50, -1), ("12%;up", 120, 1), ("1 in 12", 83, 1), ("–5 %", -50, -1),
        ("5％", 50, 1), ("5.7º", 100, 1), ("uphill", None, 1), ("> 10%", 100, 1),
    ],
)  # fmt: skip
def test_inclines(text: str, permille: int | None, direction: int) -> None:
    found = read_incline(text, Report())
    assert found is not None
    assert (found.permille, found.direction) == (permille, direction)


@pytest.mark.parametrize(
    "text",
    [
        "70%",
        "-100%",
        "89°",
        "very",
        "",
        "5%%",
        "0.06",
        "10%;-10%",
        "up;-5%",
        "±5%",
        "up;down",
        "NaN",
        "1:0",
        "9" * 400,
    ],
)
def test_impossible_inclines_are_reported(text: str) -> None:
    report = Report()
    assert read_incline(text, report) is None
    assert report.not_understood["incline", text[:60]] == 1


@pytest.mark.parametrize("text", ["0.5", "0,7", "0.99", "60", "0.6 m", "-3", "lowered"])
def test_kerbs_of_which_nobody_knows_the_unit_are_reported(text: str) -> None:
    """Half a metre, or half a centimetre?"""
    report = Report()
    assert read_kerb_height(text, report) is None
    assert report.not_understood["kerb:height", text] == 1


@pytest.mark.parametrize(
    ("text", "count"),
    [("12", 12), ("12-14", 14), ("ca. 20", 20), ("3;5", 5), ("-3", None), ("1.5", None), ("3x12", None)],
)
def test_numbers_of_steps(text: str, count: int | None) -> None:
    assert read_count(text, Report(), "step_count") == count


def test_ranges_are_noted_in_the_report() -> None:
    report = Report()
    read_width("2-3", report)
    assert report.rows() == [{"what": "range read as its worse end", "key": "width", "value": "2-3", "count": 1}]


@given(st.text(max_size=40))
def test_no_text_breaks_a_reader(text: str) -> None:
    report = Report()
    width = read_width(text, report)
    assert width is None or 0.2 <= width <= 100
    kerb = read_kerb_height(text, report)
    assert kerb is None or 0 <= kerb <= 0.5
    incline = read_incline(text, report)
    assert incline is None or incline.permille is None or abs(incline.permille) <= 450
    count = read_count(text, report, "step_count")
    assert count is None or 0 <= count <= 5000


@given(st.floats(0.2, 40).map(lambda value: round(value, 2)), st.sampled_from(["", " ", "ca. ", "~"]),
       st.sampled_from([("m", 1), ("cm", 100), ("mm", 1000)]), st.booleans())  # fmt: skip
def test_a_written_width_is_read_back(metres: float, before: str, unit: tuple[str, int], comma: bool) -> None:
    text = f"{before}{metres * unit[1]:.2f} {unit[0]}"
    read = read_metres(text.replace(".", ",") if comma and "ca" not in text else text, worse="small",
                       report=Report(), key="width")  # fmt: skip
    assert read == pytest.approx(metres, abs=0.006)
