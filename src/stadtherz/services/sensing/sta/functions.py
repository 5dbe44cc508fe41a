# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The functions and the arithmetic of filters (18-088, tables 22 and 23). One entry a function; a name that is not here is unknown.

Geometry is reckoned in degrees, the unit of the coordinates' reference system, as OData says of geo.distance.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from stadtherz.services.sensing.sta.schema import Kind
from stadtherz.services.sensing.sta.statement import Statement
from stadtherz.services.sensing.sta.syntax import Span
from stadtherz.services.sensing.sta.values import (
    Mismatch,
    Value,
    before,
    moment,
    number,
    shape,
    text,
)

NUMERIC = frozenset({Kind.INTEGER, Kind.NUMBER, Kind.JSON, Kind.NULL})
COUNTS = frozenset({Kind.INTEGER, Kind.JSON, Kind.NULL})
TIMES = frozenset({Kind.SPAN, Kind.DATE})
RELATE = re.compile(r"[TF012*]{9}", re.IGNORECASE)
SIGNS = {"add": "+", "sub": "-", "mul": "*"}
Made = Callable[[Statement, list[Value]], Value]


@dataclass(frozen=True, slots=True)
class Function:
    """How many arguments it takes, and what becomes of them."""

    least: int
    most: int
    make: Made


def called(statement: Statement, name: str, arguments: list[Value]) -> Value:
    """The function's value. Raises ``Mismatch``."""
    function = FUNCTIONS.get(name) or FUNCTIONS.get(name.lower())
    if function is None:
        raise Mismatch(f"There is no function {name[:60]!r}.")
    if not function.least <= len(arguments) <= function.most:
        raise Mismatch(f"{name} takes {_how_many(function)}, not {len(arguments)}.")
    return function.make(statement, arguments)


def _how_many(function: Function) -> str:
    if function.least == function.most:
        return {0: "no argument", 1: "one argument"}.get(function.most, f"{function.most} arguments")
    return f"{function.least} to {function.most} arguments"


def arithmetic(statement: Statement, operator: str, left: Value, right: Value) -> Value:
    """add, sub, mul, div, divby, mod of numbers; add and sub of times and durations, mul and div of a duration by a number.

    Division by zero is null.
    """
    if Kind.DURATION in {left.kind, right.kind} or (left.kind in TIMES and right.kind in TIMES):
        return _with_times(statement, operator, left, right)
    for side in (left, right):
        if side.kind not in NUMERIC:
            raise Mismatch(f"{operator} is for numbers and times, not for a {side.kind.value}.")
    whole = left.kind is Kind.INTEGER and right.kind is Kind.INTEGER
    if whole and operator in {"div", "mod"}:  # OData: whole numbers divide into whole numbers
        sign = "/" if operator == "div" else "%%"
        return Value(Kind.INTEGER, f"({left.sql} {sign} nullif({right.sql}, 0))")
    a, b = f"({number(left)})", f"({number(right)})"
    if operator == "mod":
        sql = f"({a} - {b} * trunc({a} / nullif({b}, 0)))"
    elif operator in {"div", "divby"}:
        sql = f"({a} / nullif({b}, 0))"
    else:
        sql = f"({a} {SIGNS[operator]} {b})"
    return Value(Kind.NUMBER, sql)


def _with_times(statement: Statement, operator: str, left: Value, right: Value) -> Value:
    if operator == "sub" and left.kind in TIMES and right.kind in TIMES:
        return Value(Kind.DURATION, f"({_instant(statement, left)} - {_instant(statement, right)})")
    if operator in {"add", "sub"}:
        sign = "+" if operator == "add" else "-"
        if left.kind is Kind.DURATION and right.kind is Kind.DURATION:
            return Value(Kind.DURATION, f"({left.sql} {sign} {right.sql})")
        if left.kind is Kind.DURATION and operator == "add":
            left, right = right, left
        if left.kind in TIMES and right.kind is Kind.DURATION:
            time = moment(statement, left)
            end = f"({time.end} {sign} {right.sql})" if time.end else ""
            return Value(Kind.SPAN, f"({time.sql} {sign} {right.sql})", end)
    if operator == "mul" and left.kind in NUMERIC:
        left, right = right, left
    if left.kind is Kind.DURATION and right.kind in NUMERIC and operator in {"mul", "div", "divby"}:
        by = f"* ({number(right)})" if operator == "mul" else f"/ nullif({number(right)}, 0)"
        return Value(Kind.DURATION, f"({left.sql} {by})")
    raise Mismatch(f"{operator} does not go with a {left.kind.value} and a {right.kind.value}.")


def _instant(statement: Statement, value: Value) -> str:
    """A time as one point: of an interval nothing, since a difference of intervals means nothing."""
    time = moment(statement, value)
    return f"CASE WHEN {time.end} IS NULL THEN {time.sql} END" if time.end else time.sql


def _texts(pattern: str, kind: Kind) -> Made:
    def make(statement: Statement, arguments: list[Value]) -> Value:
        return Value(kind, pattern.format(*(text(each) for each in arguments)))

    return make


def _substring(statement: Statement, arguments: list[Value]) -> Value:
    places = []
    for each in arguments[1:]:
        if each.kind not in COUNTS:
            raise Mismatch("substring counts in whole numbers.")
        place = each.sql if each.kind is Kind.INTEGER else number(each)
        places.append(f"CASE WHEN {place} IS NOT NULL THEN least(greatest({place}, 0), 1000000)::int END")
    rest = f", {places[1]}" if len(places) > 1 else ""
    return Value(Kind.TEXT, f"substr({text(arguments[0])}, {places[0]} + 1{rest})")


def _math(pattern: str) -> Made:
    def make(statement: Statement, arguments: list[Value]) -> Value:
        return Value(Kind.NUMBER, pattern.format(number(arguments[0])))

    return make


def _part(field: str, kind: Kind = Kind.INTEGER) -> Made:
    def make(statement: Statement, arguments: list[Value]) -> Value:
        argument = arguments[0]
        if (argument.kind is Kind.CLOCK and field in {"hour", "minute", "second", "microsecond"}) or (
            argument.kind is Kind.DATE and field in {"year", "month", "day"}
        ):
            source = argument.sql
        else:
            source = f"({moment(statement, argument).sql} AT TIME ZONE 'UTC')"
        if field == "microsecond":
            return Value(Kind.NUMBER, f"((extract(microseconds FROM {source})::bigint %% 1000000) / 1000000.0)::float8")
        return Value(kind, f"floor(extract({field} FROM {source}))::bigint")

    return make


def _cast(target: str, kind: Kind) -> Made:
    def make(statement: Statement, arguments: list[Value]) -> Value:
        if arguments[0].kind is kind:
            return arguments[0]
        return Value(kind, f"({moment(statement, arguments[0]).sql} AT TIME ZONE 'UTC')::{target}")

    return make


def _offset(statement: Statement, arguments: list[Value]) -> Value:
    """Times are kept and shown in UTC."""
    return Value(Kind.INTEGER, f"CASE WHEN {moment(statement, arguments[0]).sql} IS NOT NULL THEN 0::bigint END")


def _moments(make: Callable[[Value, Value], str]) -> Made:
    def made(statement: Statement, arguments: list[Value]) -> Value:
        return Value(Kind.TRUTH, make(moment(statement, arguments[0]), moment(statement, arguments[1])))

    return made


def _during(one: Value, other: Value) -> str:
    if not other.end:
        raise Mismatch("The second argument of during is an interval, not an instant.")
    return f"({one.sql} >= {other.sql} AND {one.sql} < {other.end} AND {one.last} <= {other.end})"


def _overlaps(one: Value, other: Value) -> str:
    return f"({_begins_before_end(one, other)} AND {_begins_before_end(other, one)})"


def _begins_before_end(one: Value, other: Value) -> str:
    if not other.end:
        return f"{one.sql} <= {other.sql}"
    if isinstance(other.constant, Span):
        return f"{one.sql} < {other.end}"
    return f"CASE WHEN {other.end} IS NULL THEN {one.sql} <= {other.sql} ELSE {one.sql} < {other.end} END"


def _shapes(pattern: str, kind: Kind) -> Made:
    def make(statement: Statement, arguments: list[Value]) -> Value:
        return Value(kind, pattern.format(*(shape(each) for each in arguments)))

    return make


def _relate(statement: Statement, arguments: list[Value]) -> Value:
    matrix = arguments[2].constant
    if not isinstance(matrix, str) or not RELATE.fullmatch(matrix):
        raise Mismatch("The third argument of st_relate is a matrix of nine characters such as 'T********'.")
    return Value(Kind.TRUTH, f"ST_Relate({shape(arguments[0])}, {shape(arguments[1])}, {arguments[2].sql})")


def _now(sql: str) -> Made:
    def make(statement: Statement, arguments: list[Value]) -> Value:
        return Value(Kind.SPAN, sql, always=True)

    return make


FUNCTIONS: dict[str, Function] = {
    "substringof": Function(2, 2, _texts("(strpos({1}, {0}) > 0)", Kind.TRUTH)),
    "contains": Function(2, 2, _texts("(strpos({0}, {1}) > 0)", Kind.TRUTH)),
    "startswith": Function(2, 2, _texts("starts_with({0}, {1})", Kind.TRUTH)),
    "endswith": Function(2, 2, _texts("(right({0}, length({1})) = {1})", Kind.TRUTH)),
    "length": Function(1, 1, _texts("length({0})::bigint", Kind.INTEGER)),
    "indexof": Function(2, 2, _texts("(strpos({0}, {1}) - 1)::bigint", Kind.INTEGER)),
    "substring": Function(2, 3, _substring),
    "tolower": Function(1, 1, _texts("lower({0})", Kind.TEXT)),
    "toupper": Function(1, 1, _texts("upper({0})", Kind.TEXT)),
    "trim": Function(1, 1, _texts("btrim({0}, E' \\t\\n\\r')", Kind.TEXT)),
    "concat": Function(2, 2, _texts("({0} || {1})", Kind.TEXT)),
    "year": Function(1, 1, _part("year")),
    "month": Function(1, 1, _part("month")),
    "day": Function(1, 1, _part("day")),
    "hour": Function(1, 1, _part("hour")),
    "minute": Function(1, 1, _part("minute")),
    "second": Function(1, 1, _part("second")),
    "fractionalseconds": Function(1, 1, _part("microsecond")),
    "date": Function(1, 1, _cast("date", Kind.DATE)),
    "time": Function(1, 1, _cast("time", Kind.CLOCK)),
    "totaloffsetminutes": Function(1, 1, _offset),
    "now": Function(0, 0, _now("now()")),
    "mindatetime": Function(0, 0, _now("'0001-01-01T00:00:00Z'::timestamptz")),
    "maxdatetime": Function(0, 0, _now("'9999-12-31T23:59:59.999999Z'::timestamptz")),
    "before": Function(2, 2, _moments(before)),
    "after": Function(2, 2, _moments(lambda one, other: before(other, one))),
    "meets": Function(2, 2, _moments(lambda one, other: f"({one.last} = {other.sql} OR {one.sql} = {other.last})")),
    "during": Function(2, 2, _moments(_during)),
    "overlaps": Function(2, 2, _moments(_overlaps)),
    "starts": Function(2, 2, _moments(lambda one, other: f"({one.sql} = {other.sql})")),
    "finishes": Function(2, 2, _moments(lambda one, other: f"({one.last} = {other.last})")),
    "round": Function(1, 1, _math("(sign({0}) * floor(abs({0}) + 0.5))")),
    "floor": Function(1, 1, _math("floor({0})")),
    "ceiling": Function(1, 1, _math("ceil({0})")),
    "geo.distance": Function(2, 2, _shapes("ST_Distance({0}, {1})", Kind.NUMBER)),
    "geo.length": Function(1, 1, _shapes("ST_Length({0})", Kind.NUMBER)),
    "geo.intersects": Function(2, 2, _shapes("ST_Intersects({0}, {1})", Kind.TRUTH)),
    "st_relate": Function(3, 3, _relate),
    **{
        f"st_{name}": Function(2, 2, _shapes(f"ST_{name.capitalize()}({{0}}, {{1}})", Kind.TRUTH))
        for name in ("equals", "disjoint", "touches", "within", "overlaps", "crosses", "intersects", "contains")
    },
}
