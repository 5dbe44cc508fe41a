# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Entities as JSON text, written by the database: one expression for a row, related entities nested inside (18-088, 9.3.2)."""

from __future__ import annotations

from typing import Any

from stadtherz.services.sensing.sta import observations
from stadtherz.services.sensing.sta.options import Options
from stadtherz.services.sensing.sta.schema import Entity, Kind, Property
from stadtherz.services.sensing.sta.statement import Statement


def address(statement: Statement, entity: Entity, alias: str) -> str:
    """The selfLink of a row, as SQL. Rows of observations carry their identifier as ``id``."""
    quote = "''" if entity.id_kind is Kind.KEY else ""
    base = statement.once("base", statement.base)
    return f"({base}::text || '/{entity.plural}({quote}' || {alias}.id || '{quote})')"


def identifier_column(entity: Entity, alias: str) -> str:
    """What a row needs beside its columns so that ``id`` is there."""
    return f", {observations.identifier(alias)} AS id" if entity.id_kind is Kind.KEY else ""


def members(statement: Statement, entity: Entity, alias: str, options: Options) -> list[str]:
    """The members of a row's JSON object, each an SQL text that is NULL when the member is left out."""
    wanted, found = options.select, []
    here = address(statement, entity, alias)
    if wanted is None or "id" in wanted:
        shown = f"'\"' || {alias}.id || '\"'" if entity.id_kind is Kind.KEY else f"{alias}.id"
        found.append(f"'\"@iot.id\":' || {shown}")
    if wanted is None or "@iot.selfLink" in wanted:
        found.append(f"'\"@iot.selfLink\":\"' || {here} || '\"'")
    for each in entity.properties:
        if each.name in options.parts:
            found.append(_shown_parts(statement, each, alias, options.parts[each.name]))
        elif wanted is None or each.name in wanted:
            found.append(shown_property(each, alias))
    for relation in entity.relations:
        if wanted is None or relation.name in wanted:
            found.append(f"'\"{relation.name}@iot.navigationLink\":\"' || {here} || '/{relation.name}\"'")
    return found


def render(parts: list[str]) -> str:
    """The object of these members."""
    return f"'{{' || concat_ws(',', {', '.join(parts)}) || '}}'" if parts else "'{}'"


def shown_property(found: Property, alias: str) -> str:
    """A member of a property; NULL while the property is."""
    return f"'\"{found.name}\":' || {property_json(found, alias)}"


def _shown_parts(statement: Statement, found: Property, alias: str, paths: list[tuple[str, ...]]) -> str:
    """A member with parts of its JSON alone (``$select=properties/colour``); NULL while the property is."""
    tree: dict[str, Any] = {}
    for path in paths:
        branch = tree
        for name in path[:-1]:
            branch = branch.setdefault(name, {}) if branch.get(name, {}) is not None else {}
        branch[path[-1]] = None  # all of it
    json = f"({(found.parts or found.json or found.sql).replace('{a}', alias)})"
    return f"'\"{found.name}\":' || CASE WHEN {json} <> 'null' THEN {_pruned(statement, json, tree)}::text END"


def _pruned(statement: Statement, json: str, tree: dict[str, Any]) -> str:
    parts = ["'{}'::jsonb"]
    for name, branch in tree.items():
        key = f"{statement.bind(name)}::text"
        inner = f"({json} -> {key})"
        value = inner if branch is None else _pruned(statement, inner, branch)
        there = f"jsonb_typeof({json}) = 'object' AND {json} ? {key}"
        parts.append(f"CASE WHEN {there} THEN jsonb_build_object({key}, {value}) ELSE '{{}}' END")
    return f"({' || '.join(parts)})"


def property_json(found: Property, alias: str) -> str:
    """A property's value as JSON text; NULL while there is none and it may be left out."""
    special = SPECIAL.get((found.name, found.field))
    if special:
        return special.replace("{a}", alias)
    sql, end = found.sql.replace("{a}", alias), found.end.replace("{a}", alias)
    if found.kind is Kind.SPAN:
        behind = f" || coalesce('/' || {iso(end)}, '')" if end else ""
        return f"('\"' || {iso(sql)}{behind} || '\"')"
    if found.json:
        return f"({found.json.replace('{a}', alias)})::text"
    return f"to_json({sql})::text" if found.kind is Kind.TEXT else f"({sql})::text"


def iso(sql: str) -> str:
    """A moment in ISO 8601, in UTC."""
    return f"(btrim(to_json(({sql}) AT TIME ZONE 'UTC')::text, '\"') || 'Z')"


# Observations have most rows: their times in details are kept as they are written.
SPECIAL = {
    ("phenomenonTime", "time"): "('\"' || "
    + iso("{a}.phenomenon_time")
    + " || coalesce('/' || ({a}.details ->> 'end'), '') || '\"')",
    ("result", "result"): "coalesce({a}.value::text, {a}.number::text, 'null')",
    ("resultTime", "result_time"): "coalesce('\"' || ({a}.details ->> 'result_time') || '\"', 'null')",
    (
        "validTime",
        "valid_time",
    ): "('\"' || ({a}.details -> 'valid_time' ->> 0) || '/' || ({a}.details -> 'valid_time' ->> 1) || '\"')",
}
