# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Order and pages. The link to the next page names the last row's sort keys, so that it stays right while data arrives.

The token is base64url of a JSON array of texts; the database writes it, and reads each text back with the key's type.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import datetime

from stadtherz.services.sensing.sta import values
from stadtherz.services.sensing.sta.conditions import Scope
from stadtherz.services.sensing.sta.errors import bad
from stadtherz.services.sensing.sta.schema import OBSERVATION, Kind
from stadtherz.services.sensing.sta.syntax import Order
from stadtherz.services.sensing.sta.values import Mismatch, Value

TYPES = {
    Kind.INTEGER: "bigint", Kind.NUMBER: "float8", Kind.TEXT: "text", Kind.SPAN: "timestamptz", Kind.DATE: "date",
    Kind.CLOCK: "time", Kind.DURATION: "interval", Kind.TRUTH: "boolean",
}  # fmt: skip
KEY_KINDS = (Kind.INTEGER, Kind.SPAN, Kind.INTEGER)


@dataclass(frozen=True, slots=True)
class SortKey:
    """One column of the order. ``always``: never null."""

    sql: str
    kind: Kind
    descending: bool
    always: bool

    @property
    def clause(self) -> str:
        """What stands in ORDER BY: null before everything, descending after everything (section 9.3.3.1)."""
        direction = "DESC" if self.descending else "ASC"
        nulls = "" if self.always else " NULLS LAST" if self.descending else " NULLS FIRST"
        return f"{self.sql} {direction}{nulls}"


def sort_keys(scope: Scope, orders: list[Order]) -> list[SortKey]:
    """The columns of the order; the entity's identifier decides between equals, in the direction of the last key."""
    found: list[SortKey] = []
    descending = False
    for order in orders:
        descending = order.descending
        found += _keys_of(scope, order)
    for column, kind in zip(scope.entity.keys, KEY_KINDS, strict=False):
        sql = column.replace("{a}", scope.alias)
        if sql not in {key.sql for key in found}:
            found.append(SortKey(sql, kind, descending, True))
    return found


def _keys_of(scope: Scope, order: Order) -> list[SortKey]:
    scope.option = "$orderby"
    known, joined = len(scope.joins), dict(scope.joined)
    value = scope.value(order.key)
    try:
        if value.kind is Kind.NULL:
            raise Mismatch("null is no order.")
        found = _of_key(value) if value.kind is Kind.KEY else values.sort_keys(value)
    except Mismatch as mismatch:
        raise bad(str(mismatch), order.position, option="$orderby") from None
    if scope.entity.name == "Observation" and value.sql == f"{scope.alias}.phenomenon_time":
        found = found[:1]  # so that the index gives the order
    many, scope.many = scope.many, False
    joins = ""
    if many:  # what this key joined belongs to it alone; the filter and other keys go on with theirs
        joins = " ".join(scope.joins[known:])
        del scope.joins[known:]
        scope.joined = joined
    return [_key(each, order, joins) for each in found]


def _of_key(value: Value) -> list[Value]:
    """What an observation's identifier is made of."""
    columns = zip(OBSERVATION.keys, KEY_KINDS, strict=True)
    return [Value(kind, column.replace("{a}", value.alias), always=True) for column, kind in columns]


def _key(value: Value, order: Order, joins: str) -> SortKey:
    sql = f'({value.sql}) COLLATE "C"' if value.kind is Kind.TEXT else value.sql
    if joins:  # of many, the least decides, or the greatest when descending
        sql = f"(SELECT {'max' if order.descending else 'min'}({sql}) FROM (SELECT 1) AS one {joins})"  # noqa: S608
    return SortKey(sql, value.kind, order.descending, value.always and not joins)


def token_sql(columns: list[str]) -> str:
    """The token of a row with these columns of sort keys."""
    listed = ", ".join(f"{column}::text" for column in columns)
    encoded = f"encode(convert_to(json_build_array({listed})::text, 'UTF8'), 'base64')"
    return f"translate({encoded}, E'+/=\\n', '-_')"


def after(scope: Scope, keys: list[SortKey], token: str) -> str:
    """The condition "behind the row of the token". Raises 400 for a token that is none."""
    texts = _texts(token, len(keys))
    bound = [
        None if text is None else f"{scope.statement.bind(text)}::{TYPES[key.kind]}"
        for key, text in zip(keys, texts, strict=True)
    ]
    if all(key.always for key in keys) and len({key.descending for key in keys}) == 1:
        sign = "<" if keys[0].descending else ">"
        return f"({', '.join(key.sql for key in keys)}) {sign} ({', '.join(each or 'NULL' for each in bound)})"
    condition = "FALSE"
    for key, each in reversed(list(zip(keys, bound, strict=True))):
        same = f"{key.sql} IS NULL" if each is None else f"{key.sql} = {each}"
        condition = f"({_behind(key, each)} OR ({same} AND {condition}))"
    return condition


def _behind(key: SortKey, bound: str | None) -> str:
    if bound is None:
        return "FALSE" if key.descending else f"{key.sql} IS NOT NULL"
    if key.descending:
        return f"({key.sql} < {bound} OR {key.sql} IS NULL)"
    return f"{key.sql} > {bound}"


def start_of(token: str, keys: list[SortKey]) -> tuple[int, datetime] | None:
    """Datastream and time at which a page of observations begins; None at the first page."""
    if not token:
        return None
    found: dict[Kind, str] = {}
    for key, text in zip(keys, _texts(token, len(keys)), strict=True):
        found.setdefault(key.kind, text or "")
    try:
        return int(found[Kind.INTEGER]), datetime.fromisoformat(found[Kind.SPAN])
    except (KeyError, ValueError):
        raise bad("This link to a next page does not fit the request.", 0, option="$skiptoken") from None


def _texts(token: str, length: int) -> list[str | None]:
    try:
        found = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        right = isinstance(found, list) and len(found) == length
        if not right or not all(each is None or (isinstance(each, str) and "\0" not in each) for each in found):
            raise ValueError
    except (ValueError, RecursionError):
        raise bad("This link to a next page does not fit the request.", 0, option="$skiptoken") from None
    return found
