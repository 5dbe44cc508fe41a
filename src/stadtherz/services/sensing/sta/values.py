# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Values in SQL with their kinds: how each kind becomes a number, a text, a truth or a time, and how two are compared."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from stadtherz.services.sensing.sta import times
from stadtherz.services.sensing.sta.errors import StaError
from stadtherz.services.sensing.sta.schema import Kind
from stadtherz.services.sensing.sta.statement import Statement
from stadtherz.services.sensing.sta.syntax import Shape, Span
from stadtherz.services.sensing.store.identifiers import Key, UnknownIdentifier, understood

NOTHING = object()
TIME_IN_TEXT = "'^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?(Z|[+-][0-9]{2}:?[0-9]{2})$'"
SIGNS = {"eq": "=", "ne": "<>", "gt": ">", "ge": ">=", "lt": "<", "le": "<="}
EXACT = 2**53  # whole numbers below are doubles without a loss
MIRRORED = {"eq": "eq", "ne": "ne", "gt": "lt", "ge": "le", "lt": "gt", "le": "ge"}


class Mismatch(Exception):
    """Two kinds do not go together, or a kind does not fit a function. The message says which."""


@dataclass(frozen=True, slots=True)
class Value:
    """An SQL expression with its kind. ``end`` is the end of an interval, NULL for an instant, empty if always an instant;
    ``number`` the numeric reading of JSON; ``alias`` the row of a KEY; ``constant`` what was written out."""

    kind: Kind
    sql: str
    end: str = ""
    number: str = ""
    alias: str = ""
    constant: Any = NOTHING
    always: bool = False  # never null

    @property
    def last(self) -> str:
        """The end of the interval, or the instant."""
        return f"coalesce({self.end}, {self.sql})" if self.end else self.sql


def constant(statement: Statement, value: Any) -> Value:
    """What was written out, as a parameter."""
    if value is None:
        return Value(Kind.NULL, "NULL", constant=None)
    if isinstance(value, Span):
        start, end = statement.bind(value.start), statement.bind(value.end)
        return Value(Kind.SPAN, f"{start}::timestamptz", f"{end}::timestamptz", constant=value, always=True)
    if isinstance(value, Shape):
        return Value(Kind.SHAPE, f"{statement.bind(value.ewkb)}::geometry", constant=value, always=True)
    for kind, types, cast in (
        (Kind.TRUTH, bool, "boolean"), (Kind.INTEGER, int, "bigint"), (Kind.NUMBER, float, "float8"),
        (Kind.TEXT, str, "text"), (Kind.SPAN, datetime, "timestamptz"), (Kind.DATE, date, "date"),
        (Kind.CLOCK, time, "time"), (Kind.DURATION, timedelta, "interval"),
    ):  # fmt: skip
        if isinstance(value, types):
            if isinstance(value, str) and "\0" in value:
                raise Mismatch("A text cannot contain the character zero.")
            return Value(kind, f"{statement.bind(value)}::{cast}", constant=value, always=True)
    raise Mismatch(f"{value!r} is not understood.")


def number(value: Value) -> str:
    """As a number."""
    if value.kind in {Kind.NUMBER, Kind.INTEGER}:
        return f"{value.sql}::float8" if value.kind is Kind.INTEGER else value.sql
    if value.kind is Kind.JSON:
        return (
            value.number or f"CASE WHEN jsonb_typeof({value.sql}) = 'number' THEN ({value.sql} #>> '{{}}')::float8 END"
        )
    if value.kind is Kind.NULL:
        return "NULL::float8"
    raise Mismatch(f"Here a number is needed, not a {value.kind.value}.")


def text(value: Value) -> str:
    """As text; JSON as it is written."""
    if value.kind is Kind.TEXT:
        return value.sql
    if value.kind is Kind.JSON:
        return f"({value.sql} #>> '{{}}')"
    if value.kind is Kind.NULL:
        return "NULL::text"
    raise Mismatch(f"Here a text is needed, not a {value.kind.value}.")


def truth(value: Value) -> str:
    """As a condition."""
    if value.kind is Kind.TRUTH:
        return value.sql
    if value.kind is Kind.JSON:
        return f"CASE WHEN jsonb_typeof({value.sql}) = 'boolean' THEN ({value.sql} #>> '{{}}')::boolean END"
    if value.kind is Kind.NULL:
        return "NULL::boolean"
    raise Mismatch(f"Here a condition is needed, not a {value.kind.value}.")


def shape(value: Value) -> str:
    """As a geometry."""
    if value.kind is Kind.SHAPE:
        return value.sql
    if value.kind is Kind.NULL:
        return "NULL::geometry"
    raise Mismatch(f"Here a geometry is needed, not a {value.kind.value}.")


def moment(statement: Statement, value: Value) -> Value:
    """As a time: instant or interval. A written date is its midnight in UTC; a text is read."""
    if value.kind in {Kind.SPAN, Kind.NULL}:
        return Value(Kind.SPAN, "NULL::timestamptz") if value.kind is Kind.NULL else value
    if value.kind is Kind.TEXT and isinstance(value.constant, str):
        try:
            return constant(statement, times.instant_or_span(value.constant))
        except StaError as error:
            raise Mismatch(error.message) from None
    if value.kind is Kind.DATE:
        if isinstance(value.constant, date):
            return constant(statement, datetime.combine(value.constant, time(), UTC))
        return Value(Kind.SPAN, f"({value.sql}::timestamp AT TIME ZONE 'UTC')")
    if value.kind is Kind.JSON:
        raw = f"({value.sql} #>> '{{}}')"
        return Value(Kind.SPAN, f"CASE WHEN {raw} ~ {TIME_IN_TEXT} THEN {raw}::timestamptz END")
    raise Mismatch(f"Here a time is needed, not a {value.kind.value}.")


def compared(statement: Statement, operator: str, left: Value, right: Value) -> str:
    """``left operator right`` as SQL. Raises ``Mismatch``."""
    if Kind.NULL in {left.kind, right.kind}:
        return _with_null(operator, left, right)
    if left.kind in COMPARE and right.kind not in COMPARE:
        return COMPARE[left.kind](statement, operator, left, right)
    if right.kind in COMPARE and (left.kind not in COMPARE or RANK[right.kind] < RANK[left.kind]):
        return COMPARE[right.kind](statement, MIRRORED[operator], right, left)
    return COMPARE[left.kind](statement, operator, left, right)


def _signed(operator: str, left: str, right: str, *, always: bool = False) -> str:
    """Null is different from every value (OData 4.0 URL conventions 5.1.1.1.2)."""
    if operator == "ne" and not always:
        return f"({left} IS DISTINCT FROM {right})"
    return f"({left} {SIGNS[operator]} {right})"


def _with_null(operator: str, left: Value, right: Value) -> str:
    if operator not in {"eq", "ne"}:
        return "NULL::boolean"
    other = right if left.kind is Kind.NULL else left
    if other.kind is Kind.NULL:
        return "TRUE" if operator == "eq" else "FALSE"
    if other.kind is Kind.KEY:
        sql = f"{other.alias}.datastream_id"
    else:
        sql = other.sql
    return f"({sql} IS {'NOT ' if operator == 'ne' else ''}NULL)"


def _key(statement: Statement, operator: str, left: Value, right: Value) -> str:
    row = f"({left.alias}.datastream_id, {left.alias}.phenomenon_time, {left.alias}.sequence)"
    if right.kind is Kind.KEY:
        other = f"({right.alias}.datastream_id, {right.alias}.phenomenon_time, {right.alias}.sequence)"
        return f"({row} {SIGNS[operator]} {other})"
    if right.kind is Kind.INTEGER:  # no observation has a number for an identifier
        return "FALSE" if operator != "ne" else "TRUE"
    if right.kind is not Kind.TEXT or not isinstance(right.constant, str):
        raise Mismatch("The identifier of an observation is compared with a text.")
    try:
        key: Key = understood(right.constant)
    except UnknownIdentifier:
        return "FALSE" if operator != "ne" else "TRUE"
    parts = [statement.bind(key.datastream), statement.bind(key.time), statement.bind(key.sequence)]
    return f"({row} {SIGNS[operator]} ({parts[0]}::int, {parts[1]}::timestamptz, {parts[2]}::smallint))"


def _json(statement: Statement, operator: str, left: Value, right: Value) -> str:
    if right.kind in {Kind.INTEGER, Kind.NUMBER}:
        exact = isinstance(right.constant, int) and abs(right.constant) >= EXACT
        return _signed(operator, *((_exactly(left), right.sql) if exact else (number(left), number(right))))
    if right.kind is Kind.TEXT:
        return _texts(operator, text(left), right.sql)
    if right.kind is Kind.TRUTH:
        return _signed(operator, f"({truth(left)})", right.sql)
    if right.kind in {Kind.SPAN, Kind.DATE}:
        return _moments(statement, operator, moment(statement, left), moment(statement, right))
    if right.kind is Kind.JSON:
        same = f"({left.sql} = {right.sql} OR {text(left)} = {text(right)})"
        if operator in {"eq", "ne"}:
            other = f"({left.sql} IS DISTINCT FROM {right.sql} AND {text(left)} IS DISTINCT FROM {text(right)})"
            return same if operator == "eq" else other
        numbers = f"({number(left)}) {SIGNS[operator]} ({number(right)})"
        return f"coalesce({numbers}, {_texts(operator, text(left), text(right))})"
    raise Mismatch(f"JSON and a {right.kind.value} cannot be compared.")


def _exactly(value: Value) -> str:
    """The number in JSON without a loss."""
    return f"(CASE WHEN jsonb_typeof({value.sql}) = 'number' THEN ({value.sql} #>> '{{}}')::numeric END)"


def _texts(operator: str, left: str, right: str) -> str:
    if operator in {"eq", "ne"}:
        return _signed(operator, left, right)
    return f'({left} {SIGNS[operator]} {right} COLLATE "C")'


def _text(statement: Statement, operator: str, left: Value, right: Value) -> str:
    if right.kind is Kind.TEXT:
        return _texts(operator, left.sql, right.sql)
    if right.kind is Kind.SPAN:
        return _moments(statement, operator, moment(statement, left), right)
    if right.kind is Kind.INTEGER and isinstance(left.constant, str):  # identifiers are often written in quotes
        plain = left.constant.strip()
        if plain.isdecimal() and len(plain) < 19:
            return _signed(operator, constant(statement, int(plain)).sql, right.sql, always=True)
        return "FALSE" if operator != "ne" else "TRUE"
    raise Mismatch(f"A text and a {right.kind.value} cannot be compared.")


def _number(statement: Statement, operator: str, left: Value, right: Value) -> str:
    if left.kind is Kind.INTEGER and right.kind is Kind.INTEGER:
        return _signed(operator, left.sql, right.sql, always=left.always and right.always)
    return _signed(operator, number(left), number(right))


def _moments(statement: Statement, operator: str, left: Value, right: Value) -> str:
    """Instants and intervals (section 9.3.3.5.1): lt means before, le that neither start nor end is later."""
    if right.kind is Kind.CLOCK:
        return _signed(operator, f"({left.sql} AT TIME ZONE 'UTC')::time", right.sql)
    if right.kind is Kind.DATE and not isinstance(right.constant, date):
        return _signed(operator, f"({left.sql} AT TIME ZONE 'UTC')::date", right.sql)
    right = moment(statement, right)
    if operator == "gt":
        return before(right, left)
    if operator == "lt":
        return before(left, right)
    if operator == "ge":
        left, right, operator = right, left, "le"
    if operator == "le":
        starts = f"{left.sql} <= {right.sql}"
        return f"({starts} AND {left.last} <= {right.last})" if left.end or right.end else f"({starts})"
    same = f"{left.sql} = {right.sql}"
    if left.end or right.end:
        same += f" AND {left.end or 'NULL'} IS NOT DISTINCT FROM {right.end or 'NULL'}"
    return f"({same})" if operator == "eq" else f"(({same}) IS NOT TRUE)"


def before(left: Value, right: Value) -> str:
    """The first is over when the second begins: an instant lies before, an interval may touch."""
    if not left.end:
        return f"({left.sql} < {right.sql})"
    if isinstance(left.constant, Span):
        return f"({left.end} <= {right.sql})"
    return f"(CASE WHEN {left.end} IS NULL THEN {left.sql} < {right.sql} ELSE {left.end} <= {right.sql} END)"


def _dates(statement: Statement, operator: str, left: Value, right: Value) -> str:
    if right.kind is not Kind.DATE:
        raise Mismatch(f"A date and a {right.kind.value} cannot be compared.")
    return _signed(operator, left.sql, right.sql)


def _same_kind(statement: Statement, operator: str, left: Value, right: Value) -> str:
    if right.kind is not left.kind:
        raise Mismatch(f"A {left.kind.value} and a {right.kind.value} cannot be compared.")
    return _signed(operator, left.sql, right.sql)


def _shapes(statement: Statement, operator: str, left: Value, right: Value) -> str:
    if right.kind is not Kind.SHAPE or operator not in {"eq", "ne"}:
        raise Mismatch("A geometry is compared with a geometry, and only by eq, ne or the functions st_….")
    return f"{'NOT ' if operator == 'ne' else ''}ST_Equals({left.sql}, {right.sql})"


COMPARE = {
    Kind.KEY: _key, Kind.JSON: _json, Kind.SPAN: _moments, Kind.TEXT: _text, Kind.DATE: _dates, Kind.INTEGER: _number,
    Kind.NUMBER: _number, Kind.TRUTH: _same_kind, Kind.CLOCK: _same_kind, Kind.DURATION: _same_kind, Kind.SHAPE: _shapes,
}  # fmt: skip
RANK = {kind: rank for rank, kind in enumerate(COMPARE)}


def sort_keys(value: Value) -> list[Value]:
    """By what values of this kind are sorted: JSON by number, then by text; intervals by start, then by end."""
    if value.kind is Kind.JSON:
        return [Value(Kind.NUMBER, f"({number(value)})"), Value(Kind.TEXT, f"({_only_text(value)})")]
    if value.kind is Kind.SPAN and value.end:
        return [replace(value, end=""), Value(Kind.SPAN, value.end)]
    if value.kind is Kind.SHAPE:
        return [Value(Kind.TEXT, f"ST_AsText({value.sql})")]
    return [value]


def _only_text(value: Value) -> str:
    return f"CASE WHEN jsonb_typeof({value.sql}) <> 'number' THEN {value.sql} #>> '{{}}' END"
