# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Random filters: the database finds the same rows as a second evaluation in Python; random text is never an error of ours."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stadtherz.services.sensing.actions.entities import create_thing
from stadtherz.services.sensing.sta.tests.conftest import Sta

ROWS: list[dict[str, Any]] = [
    {"name": name, "n": number, "t": text, "b": flag}
    for name, number, text, flag in (
        ("a", 0, "x", True), ("Ab", 1, "", False), ("abc", -2, "ä'", None), ("B b", 3.5, None, True), ("", None, "xyz", False), ("ß", 1e9, "0", True),
        ("zz", 7, "x y", None), ("%_", -0.25, "A", False),
    )
]  # fmt: skip
Made = tuple[str, Callable[[dict[str, Any]], Any]]
LENIENT = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def _number(value: float) -> Made:
    return (repr(float(value)), lambda row: float(value))


def _text(value: str) -> Made:
    return ("'" + value.replace("'", "''") + "'", lambda row: value)


def _arithmetic(operator: str, left: Made, right: Made) -> Made:
    def work(row: dict[str, Any]) -> float | None:
        a, b = left[1](row), right[1](row)
        if a is None or b is None or (operator in {"div", "mod"} and b == 0):
            return None
        return {
            "add": lambda: a + b,
            "sub": lambda: a - b,
            "mul": lambda: a * b,
            "div": lambda: a / b,
            "mod": lambda: a - b * math.trunc(a / b),
        }[operator]()

    return (f"({left[0]} {operator} {right[0]})", work)


def _compared(operator: str, left: Made, right: Made) -> Made:
    def work(row: dict[str, Any]) -> bool | None:
        a, b = left[1](row), right[1](row)
        if operator == "ne":
            return a != b
        if a is None or b is None:
            return None
        return {"eq": a == b, "gt": a > b, "ge": a >= b, "lt": a < b, "le": a <= b}[operator]

    return (f"{left[0]} {operator} {right[0]}", work)


def _null(operator: str, name: str) -> Made:
    return (f"properties/{name} {operator} null", lambda row: (row[name] is None) == (operator == "eq"))


def _call(name: str, left: Made, right: Made) -> Made:
    def work(row: dict[str, Any]) -> bool | None:
        a, b = left[1](row), right[1](row)
        if a is None or b is None:
            return None
        return {"startswith": a.startswith(b), "endswith": a.endswith(b), "contains": b in a}[name]

    return (f"{name}({left[0]},{right[0]})", work)


def _length(inner: Made) -> Made:
    return (f"length({inner[0]})", lambda row: None if inner[1](row) is None else float(len(inner[1](row))))


def _logic(operator: str, left: Made, right: Made) -> Made:
    def work(row: dict[str, Any]) -> bool | None:
        sides = (left[1](row), right[1](row))
        decisive = operator == "or"
        if decisive in sides:
            return decisive
        return None if None in sides else not decisive

    return (f"({left[0]}) {operator} ({right[0]})", work)


def _negated(inner: Made) -> Made:
    return (f"not ({inner[0]})", lambda row: None if inner[1](row) is None else not inner[1](row))


comparing = st.sampled_from(["eq", "ne", "gt", "ge", "lt", "le"])
numbers = st.recursive(
    st.one_of(st.just(("properties/n", lambda row: None if row["n"] is None else float(row["n"]))), st.integers(-9, 9).map(_number)),
    lambda inner: st.builds(_arithmetic, st.sampled_from(["add", "sub", "mul", "div", "mod"]), inner, inner), max_leaves=5,
)  # fmt: skip
texts = st.one_of(
    st.just(("properties/t", lambda row: row["t"])), st.just(("name", lambda row: row["name"])),
    st.sampled_from(["", "x", "A", "ä", "b", "'", "%", "0"]).map(_text),
)  # fmt: skip
conditions = st.recursive(
    st.one_of(
        st.builds(_compared, comparing, numbers, numbers), st.builds(_compared, comparing, texts, texts),
        st.builds(_compared, comparing, texts.map(_length), numbers), st.builds(_call, st.sampled_from(["startswith", "endswith", "contains"]), texts, texts),
        st.builds(_null, st.sampled_from(["eq", "ne"]), st.sampled_from("ntb")), st.just(("properties/b", lambda row: row["b"])),
    ),
    lambda inner: st.one_of(st.builds(_logic, st.sampled_from(["and", "or"]), inner, inner), inner.map(_negated)), max_leaves=6,
)  # fmt: skip
words = st.sampled_from(
    ["name", "properties/n", "result", "eq", "and", "or", "not", "(", ")", ",", "'x'", "5", "null", "true", "length(", "Datastreams/any(d:", "/", "geography'POINT(1 2)'",
     "2020-01-01T00:00:00Z", "duration'P1D'", "add", "div", "in", "[0]", "id", "Locations/location", "st_within(", "now()", "%", "-", ":", "$it", "\0", "properties"]
)  # fmt: skip


@pytest.fixture
def rows(anyone: Sta) -> Sta:
    for row in ROWS:
        create_thing(name=row["name"], properties={key: row[key] for key in "ntb"})
    return anyone


@LENIENT
@given(conditions)
def test_the_database_finds_what_python_finds(rows: Sta, condition: Made) -> None:
    text, expected = condition
    found = sorted(each["name"] for each in rows.get("Things", filter=text)["value"])
    assert found == sorted(row["name"] for row in ROWS if expected(row) is True), text


@LENIENT
@given(
    st.one_of(
        st.lists(words, max_size=12).map(" ".join), st.lists(words, max_size=12).map("".join), st.text(max_size=40)
    ),
    st.sampled_from(["filter", "orderby"]),
)
def test_random_text_is_answered(rows: Sta, text: str, option: str) -> None:
    for path in ("Things", "Observations"):
        answer = rows.raw(path, **{option: text})
        assert answer.status_code in {200, 400}, text
        if answer.status_code == 400:
            assert answer.json()["message"]
