# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reading: a resource and its options become one SQL statement that writes the answer's JSON, nested entities included.

However deep ``$expand`` goes it stays one statement; what it may become is limited by the number of entities in one answer, and by
their length (``fitting``).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from django.db import connection

from stadtherz.services.sensing.sta import fitting, needed_days, observations, paging, rendering
from stadtherz.services.sensing.sta.bounds import bounds_of, of_datastreams
from stadtherz.services.sensing.sta.conditions import Scope
from stadtherz.services.sensing.sta.fitting import Room
from stadtherz.services.sensing.sta.observations import Bounds
from stadtherz.services.sensing.sta.options import Expand, Options, query_text
from stadtherz.services.sensing.sta.path import Resource, Step
from stadtherz.services.sensing.sta.schema import DATASTREAM, OF_FEATURE, Entity, Kind, Relation, target
from stadtherz.services.sensing.sta.statement import Statement
from stadtherz.services.sensing.sta.syntax import Logic, Order, Path
from stadtherz.services.sensing.sta.walking import Place, Reader, narrowed

COUNT_EXACTLY = 100_000
MOST_STREAMS = 1_000  # named in a statement
PAGED = frozenset({"$skip", "$skiptoken"})


@dataclass(frozen=True, slots=True)
class Page:
    """The answer to a collection: its members as JSON text and their number, how many there are in all, and how it goes on."""

    body: str
    rows: int
    count: int | None
    token: str | None


def read_one(reader: Reader, resource: Resource, place: Place, options: Options) -> str | None:
    """One entity as JSON text."""
    statement = reader.statement()
    step, alias = resource.steps[-1], statement.alias()
    source, where = narrowed(statement, step, place, alias)
    row = f"SELECT {alias}.*{rendering.identifier_column(step.entity, alias)} FROM {source} WHERE {where} LIMIT 1"  # noqa: S608
    shown = _object(statement, step.entity, "r", options, room=Room(), ids=_ids(step.entity, row))
    found = _scalar(f"SELECT {shown} FROM ({row}) AS r", statement)  # noqa: S608
    return None if found is None else observations.named(found)


def read_page(reader: Reader, resource: Resource, place: Place, options: Options, *, shown: str | None = None) -> Page:
    """A page of a collection. ``shown`` replaces what is shown of each row (alias r)."""
    statement = reader.statement()
    step = resource.steps[-1]
    rows = _Rows(statement, step, place, options)
    limit = options.top
    ids = _ids(step.entity, rows.numbered(limit)) if options.expand else ""
    object_ = shown or _object(statement, step.entity, "r", options, room=Room().each(limit), ids=ids)
    numbered = rows.numbered(limit + 1)
    fitting_rows = fitting.shown(numbered, object_, "r", rows.token("w"), len(rows.keys), limit=limit, room=Room())
    sql = (
        f"SELECT string_agg(x.j, ',' ORDER BY x.n) FILTER (WHERE x.fits), count(*) FILTER (WHERE x.fits), bool_or(NOT x.fits),"  # noqa: S608
        f" max(x.token), {f'{rows.count()}, {rows.packed()}' if options.count else 'NULL::bigint, 0'} FROM ({fitting_rows}) AS x"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, statement.parameters)
        body, number, more, token, count, packed = cursor.fetchone()
    if count is not None and count > COUNT_EXACTLY:
        count = max(count, _estimated(rows))
    if limit == 0:
        more, body = False, None
    return Page(
        observations.named(body or ""), number, None if count is None else count + int(packed), token if more else None
    )


class _Rows:
    """The rows of a collection: source, condition and order, before they are shown."""

    def __init__(self, statement: Statement, step: Step, place: Place, options: Options) -> None:
        self.statement, self.options, self.entity = statement, options, step.entity
        self.alias = statement.alias()
        scope = Scope(statement, step.entity, self.alias)
        conditions = [] if options.filter is None else [scope.where(options.filter)]
        joins = " ".join(scope.joins)
        self.keys = paging.sort_keys(scope, options.orderby)
        known = bounds_of(step.entity, options.filter, place.bounds)
        if step.entity.name == "Observation" and known.datastreams is None and not place.streams:
            known = replace(known, datastreams=_streams(statement, of_datastreams(options.filter)))
        self.is_all = False  # all observations of the town or of some datastreams
        bounds = self._bounds(place, known)
        self.about = place.bound(statement, place.about)
        self.source, where = narrowed(statement, step, place, self.alias, bounds)
        conditions.insert(0, where)
        self._counted = (bounds if place.streams else known, bounds, joins, " AND ".join(conditions))
        if options.token:
            conditions.append(paging.after(scope, self.keys, options.token))
        self.joins, self.where = " ".join(scope.joins), " AND ".join(conditions)

    def _bounds(self, place: Place, known: Bounds) -> Bounds:
        """Of observations in the order of time, no more packed days than the page needs."""
        orders, options = self.options.orderby, self.options
        in_order = options.filter is None and _by_time(orders) and not place.about
        newest_first = bool(orders) and orders[0].descending
        need = (0 if options.token else options.skip) + options.top + 1
        if place.streams:
            wanted = need if in_order else None
            return needed_days.beside(self.statement, place.streams, known, need=wanted, newest_first=newest_first)
        if self.entity.name != "Observation" or not in_order:
            return known
        if place.on and known.datastreams is None:
            return known
        self.is_all = True
        start = paging.start_of(options.token, self.keys)
        page = needed_days.Page(need, newest_first, bool(orders), start)
        return needed_days.narrowed(self.statement, known, page)

    def numbered(self, limit: int) -> str:
        """The rows in their order, with numbers and sort keys."""
        keys = ", ".join(f"{key.sql} AS k{place}" for place, key in enumerate(self.keys))
        order = ", ".join(key.clause for key in self.keys)
        skip = "" if self.options.token or not self.options.skip else f" OFFSET {self.options.skip:d}"
        return (
            f"SELECT s.*, row_number() OVER () AS n FROM (SELECT {self.alias}.*"  # noqa: S608
            f"{rendering.identifier_column(self.entity, self.alias)}, {keys} FROM {self.source} {self.joins}"
            f" WHERE {self.where} ORDER BY {order} LIMIT {limit:d}{skip}) AS s"
        )

    def token(self, alias: str) -> str:
        """How it goes on behind the row that is called like this."""
        return paging.token_sql([f"{alias}.k{place}" for place in range(len(self.keys))])

    def counted(self) -> tuple[str, str, str]:
        """Source, joins and condition of all rows, whatever page is shown."""
        known, bounds, joins, where = self._counted
        if self.is_all:  # what is packed is counted by its heads
            known = replace(known, hot=True)
        source = self.source if known == bounds else self.statement.table(self.entity, self.alias, known, self.about)
        return source, joins, where

    def count(self, limit: int = COUNT_EXACTLY + 1) -> str:
        """How many rows there are; no more than ``limit`` are looked at."""
        source, joins, where = self.counted()
        inner = f"SELECT 1 FROM {source} {joins} WHERE {where} LIMIT {limit:d}"  # noqa: S608
        return f"(SELECT count(*) FROM ({inner}) AS c)"  # noqa: S608

    def packed(self) -> str:
        """How many rows beside those of ``count`` there are."""
        return needed_days.number_packed(self.statement, self._counted[0].datastreams) if self.is_all else "0"


def _streams(statement: Statement, conditions: list[Any]) -> tuple[int, ...] | None:
    """The datastreams that fulfil these conditions; None if there are none of them, or too many datastreams to name."""
    if not conditions:
        return None
    other = Statement(statement.town, statement.base, statement.hidden)
    alias = other.alias()
    scope = Scope(other, DATASTREAM, alias)
    where = f"{other.visible(DATASTREAM, alias)} AND {scope.where(Logic('and', tuple(conditions), 0))}"
    joins = " ".join(scope.joins)
    sql = f"SELECT {alias}.id FROM {DATASTREAM.table} AS {alias} {joins} WHERE {where} LIMIT {MOST_STREAMS + 1:d}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, other.parameters)
        rows = cursor.fetchall()
    return tuple(sorted({row[0] for row in rows})) if len(rows) <= MOST_STREAMS else None


def _by_time(orders: list[Order]) -> bool:
    """Whether observations are asked for in the order of time, or in none."""
    if len(orders) > 1:
        return False
    return all(
        isinstance(each.key, Path) and [part.name for part in each.key.segments] == ["phenomenonTime"]
        for each in orders
    )


def _estimated(rows: _Rows) -> int:
    """How many rows the planner expects: the standard allows a count to be inexact (9.3.3.4)."""
    source, joins, where = rows.counted()
    sql = f"EXPLAIN (FORMAT JSON) SELECT 1 FROM {source} {joins} WHERE {where}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, rows.statement.parameters)
        plan = cursor.fetchone()[0]
    plan = json.loads(plan) if isinstance(plan, str) else plan
    return int(plan[0]["Plan"]["Plan Rows"])


def _ids(entity: Entity, rows: str) -> str:
    """The identifiers of rows, as SQL; of observations those of their datastreams."""
    return f"SELECT q.{'datastream_id AS id' if entity.name == 'Observation' else 'id'} FROM ({rows}) AS q"  # noqa: S608


def _ids_behind(statement: Statement, entity: Entity, ids: str, relation: Relation) -> str:
    """The identifiers of what is related to these, as SQL; empty if nobody knows."""
    to = target(relation)
    if "Observation" in {entity.name, to.name}:
        return ids if "Datastream" in {entity.name, to.name} else ""
    on = relation.on.replace("{a}", "y").replace("{b}", "x")
    there = f"{on} AND {statement.visible(to, 'x')}"
    return ids and f"SELECT x.id FROM {to.table} AS x, {entity.table} AS y WHERE y.id IN ({ids}) AND {there}"  # noqa: S608


def _object(statement: Statement, entity: Entity, alias: str, options: Options, *, room: Room, ids: str) -> str:
    """The JSON object of a row with everything that is expanded in it. ``ids``: of all rows that become such an object."""
    room = room.inside(len(options.expand))
    parts = rendering.members(statement, entity, alias, options)
    for expand in options.expand.values():
        parts.append(_expanded(statement, entity, alias, expand, room=room, ids=ids))
    return rendering.render(parts)


def _expanded(statement: Statement, entity: Entity, alias: str, expand: Expand, *, room: Room, ids: str) -> str:
    relation = expand.relation
    to, other = target(relation), statement.alias()
    if not relation.many:
        source, condition = statement.related(relation, alias, other)
        row = f"SELECT {other}.*{rendering.identifier_column(to, other)} FROM {source} WHERE {condition} LIMIT 1"  # noqa: S608
        inner = statement.alias()
        behind = _ids_behind(statement, entity, ids, relation)
        shown = _object(statement, to, inner, expand.options, room=room, ids=behind)
        return f"(SELECT '\"{relation.name}\":' || {shown} FROM ({row}) AS {inner})"  # noqa: S608
    return _many(statement, entity, alias, expand, room=room, ids=ids)


def _many(statement: Statement, entity: Entity, alias: str, expand: Expand, *, room: Room, ids: str) -> str:
    """Related entities as an array, with count and link to the next page."""
    relation, options = expand.relation, expand.options
    limit = max(min(options.top, room.entities), 0 if options.top == 0 else 1)
    step = Step(target(relation), relation)
    rows = _Rows(statement, step, _beside(relation, alias, ids), options)
    row, outer = statement.alias(), statement.alias()
    behind = _ids_behind(statement, entity, ids, relation)
    shown = _object(statement, step.entity, row, options, room=room.each(limit), ids=behind)
    name = relation.name
    fits = f"FILTER (WHERE {outer}.fits)"
    parts = [f"'\"{name}\":[' || coalesce(string_agg({outer}.j, ',' ORDER BY {outer}.n) {fits}, '') || ']'"]
    if options.count:
        is_all = step.entity.name == "Observation" and entity.name == "Datastream" and options.filter is None
        count = needed_days.number_of(alias) if is_all else rows.count()
        parts.insert(0, f"'\"{name}@iot.count\":' || {count}")
    if limit:
        link = _next_link(statement, entity, alias, expand, limit, shown=f"count(*) {fits}")
        parts.append(f"CASE WHEN bool_or(NOT {outer}.fits) THEN {link} || max({outer}.token) || '\"' END")
    found = fitting.shown(rows.numbered(limit + 1), shown, row, rows.token("w"), len(rows.keys), limit=limit, room=room)
    return f"(SELECT concat_ws(',', {', '.join(parts)}) FROM ({found}) AS {outer})"  # noqa: S608


def _next_link(statement: Statement, entity: Entity, alias: str, expand: Expand, limit: int, *, shown: str) -> str:
    """Up to its token, as SQL. ``shown``: how many there were on this page."""
    text = query_text(expand.options, without=PAGED | {"$top"})
    here, name = rendering.address(statement, entity, alias), expand.relation.name
    start = statement.bind(f"/{name}?$top={limit}&$skip=")
    rest = statement.bind(f"{'&' if text else ''}{text}&$skiptoken=")
    skipped = f"({expand.options.skip:d} + {shown})"
    return f'(\'"{name}@iot.nextLink":"\' || {here} || {start}::text || {skipped} || {rest}::text)'


def _beside(relation: Relation, alias: str, ids: str) -> Place:
    on = relation.on.replace("{a}.", f"{alias}.")
    if relation.on == OF_FEATURE:
        return Place(on, about=f"{alias}.id", streams=ids and needed_days.STREAMS_ABOUT.replace("{ids}", ids))
    return Place(on, streams=ids if relation.target == "Observation" else "")


def next_link(base: str, resource: Resource, options: Options, page: Page) -> str:
    """The address of the page behind this one."""
    text = query_text(options, without=PAGED)
    path = quote(resource.text, safe="/()'$,:@")
    return f"{base}/{path}?{text}{'&' if text else ''}$skip={options.skip + page.rows}&$skiptoken={page.token}"


def _scalar(sql: str, statement: Statement) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, statement.parameters)
        row = cursor.fetchone()
    return row[0] if row else None


def read_property(reader: Reader, resource: Resource, place: Place) -> tuple[bool, str | None]:
    """A property of one entity, or a value inside: whether it is there, and as JSON text, None if it is null."""
    statement = reader.statement()
    step, alias = resource.steps[-1], statement.alias()
    source, where = narrowed(statement, step, place, alias)
    found = resource.found
    if found is None:
        column = rendering.identifier_column(step.entity, alias)
        shown = "'\"' || r.id || '\"'" if step.entity.id_kind is Kind.KEY else "r.id::text"
        sql = f"{shown} FROM (SELECT {alias}.*{column} FROM {source} WHERE {where} LIMIT 1) AS r"  # noqa: S608
    elif resource.keys:
        raw = (found.json or found.sql).replace("{a}", alias)
        keys = statement.bind(list(resource.keys))
        sql = f"({raw} #> {keys}::text[])::text FROM {source} WHERE {where} LIMIT 1"
    else:
        sql = f"{rendering.property_json(found, alias)} FROM {source} WHERE {where} LIMIT 1"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {sql}", statement.parameters)
        row = cursor.fetchone()
    if row is None or (row[0] is None and resource.keys):
        return False, None
    return True, None if row[0] in {None, "null"} else observations.named(row[0])
