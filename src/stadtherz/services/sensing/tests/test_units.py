# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Units: which is meant, exact conversions against figures of the standards, and which one held when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from stadtherz.services.sensing.quantities import QUANTITIES
from stadtherz.services.sensing.units import (
    SAME,
    TABLE,
    changed,
    code,
    code_of,
    conversion,
    decimals,
    eras,
    fits,
    symbol,
)

CELSIUS, FAHRENHEIT = (
    {"name": "degree Celsius", "symbol": "°C", "definition": "ucum:Cel"},
    {"name": "degree Fahrenheit", "symbol": "°F", "definition": "ucum:[degF]"},
)
KELVIN = {"name": "kelvin", "symbol": "K", "definition": "ucum:K"}
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "source", "target", "told"),
    [
        (68, "[degF]", "Cel", 20), (-40, "Cel", "[degF]", -40), (0, "K", "Cel", -273.15), (32, "[degF]", "K", 273.15),
        (1013.25, "hPa", "Pa", 101_325), (1, "bar", "mbar", 1000), (101.3, "kPa", "hPa", 1013),
        (36, "km/h", "m/s", 10), (1, "[kn_i]", "km/h", 1.852), (1, "[mi_i]/h", "m/s", 0.44704),
        (1, "m", "cm", 100), (5, "mm", "cm", 0.5), (3, "L/m2", "mm", 3), (0.05, "mg/m3", "ug/m3", 50), (50, "%", "1", 0.5),
        (1, "[ppm]", "[ppb]", 1000), (250, "mA", "A", 0.25), (1, "kW.h", "W.h", 1000), (1, "m3", "L", 1000), (7, "L/s", "m3/s", 0.007),
    ],
)  # fmt: skip
def test_what_is_exact_by_definition_is_converted(value: float, source: str, target: str, told: float) -> None:
    there = conversion(source, target)
    back = conversion(target, source)
    assert there is not None
    assert back is not None
    assert there.of(value) == told
    assert back.of(there.of(value)) == pytest.approx(value, abs=1e-9)


def test_all_others_are_not() -> None:
    assert conversion("[ppb]", "ug/m3") is None
    assert conversion("dB(A)", "Pa") is None
    assert conversion("°Ra", "Cel") is None
    assert conversion("°Ra", "°Ra") == SAME
    for one, other in product(TABLE, repeat=2):
        known = conversion(one, other)
        assert (known is not None) == (TABLE[one][0] == TABLE[other][0])
        assert known is None or known.factor > 0


def test_the_catalogue_means_what_it_says() -> None:
    for each in QUANTITIES.values():
        told = code_of(each.unit_of_measurement)
        assert fits(told, each)
        assert symbol(told, "?", each) == each.symbol
        assert decimals(told, each) == each.decimals


@pytest.mark.parametrize(
    ("name", "told", "definition", "meant"),
    [
        ("degree Celsius", "°C", "ucum:Cel", "Cel"), ("Celsius", "degC", "http://www.qudt.org/x#DegreeCelsius", "Cel"),
        (None, "μg/m³", None, "ug/m3"), ("count", "", "ucum:{count}", "1"), ("Anzahl", "1", "ucum:1", "1"), (None, None, None, ""),
        ("parts per billion", "ppb", "", "[ppb]"), ("degree Celsius", "°F", "ucum:Cel", "[degF], Cel"),
        ("Stufe", "", "", "Stufe"), ("kilowatt hour", "kWh", "ucum:kW.h", "kW.h"),
    ],
)  # fmt: skip
def test_the_same_unit_is_known_in_many_spellings(
    name: str | None, told: str | None, definition: str | None, meant: str
) -> None:
    assert code(name, told, definition) == meant


def test_digits_move_with_the_comma() -> None:
    level, temperature = QUANTITIES["water_level"], QUANTITIES["air_temperature"]
    assert [decimals(each, level) for each in ("cm", "m", "mm", "ft")] == [0, 2, 0, 1]
    assert [decimals(each, temperature) for each in ("Cel", "[degF]", "K")] == [1, 1, 1]
    assert symbol("m", "m", level) == "m"


def test_units_by_time() -> None:
    newest = NOON + timedelta(days=9)
    once = changed(CELSIUS, [], FAHRENHEIT, NOON, newest)
    assert once == [{"unit": CELSIUS, "until": NOON.isoformat()}]
    later = NOON + timedelta(days=3)
    back = changed(FAHRENHEIT, once, CELSIUS, later, newest)
    assert [(each["unit"]["symbol"], each["until"]) for each in back] == [
        ("°C", NOON.isoformat()),
        ("°F", later.isoformat()),
    ]
    assert [(each.code, each.until) for each in eras(CELSIUS, back)][:2] == [
        ("Cel", NOON.timestamp()),
        ("[degF]", later.timestamp()),
    ]


def test_a_mistake_that_is_taken_back_leaves_nothing() -> None:
    newest = NOON - timedelta(minutes=1)
    once = changed(CELSIUS, [], FAHRENHEIT, NOON, newest)
    assert changed(FAHRENHEIT, once, CELSIUS, NOON + timedelta(hours=1), newest) == []
    assert [each["unit"] for each in changed(FAHRENHEIT, once, KELVIN, NOON + timedelta(hours=1), newest)] == [CELSIUS]


def test_another_spelling_is_no_change() -> None:
    assert changed(CELSIUS, [], CELSIUS | {"symbol": "degC"}, NOON, NOON + timedelta(days=1)) == []


def test_a_change_that_lies_further_back_tells_anew_what_came_since() -> None:
    newest = NOON + timedelta(days=9)
    twice = [
        {"unit": CELSIUS, "until": NOON.isoformat()},
        {"unit": FAHRENHEIT, "until": (NOON + timedelta(days=3)).isoformat()},
    ]
    before = NOON - timedelta(days=1)
    assert changed(KELVIN, twice, FAHRENHEIT, before, newest) == [{"unit": CELSIUS, "until": before.isoformat()}]
    assert changed(KELVIN, twice, FAHRENHEIT, None, newest) == []
    assert changed(CELSIUS, [], FAHRENHEIT, NOON, None) == []
