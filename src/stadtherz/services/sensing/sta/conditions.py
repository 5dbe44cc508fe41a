# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A tree of ``$filter`` or ``$orderby`` becomes SQL, for the row of one entity and what is related to it.

Relations to one entity are joined beside the row. Once a relation to many is used, the filter asks "is there such a
combination": the same related row is meant wherever the same path is written (section 9.3.3.5, example 4). A condition that
shares its path with no other is asked apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from stadtherz.services.sensing.sta import apart, functions, values
from stadtherz.services.sensing.sta.errors import bad
from stadtherz.services.sensing.sta.schema import ID_NAMES, Entity, Kind, Property, Relation, relation_of, target
from stadtherz.services.sensing.sta.statement import Statement
from stadtherz.services.sensing.sta.syntax import (
    Binary,
    Call,
    Literal,
    Logic,
    Member,
    Negation,
    Path,
    Quantified,
    Segment,
)
from stadtherz.services.sensing.sta.values import Mismatch, Value

COMPARISONS = frozenset({"eq", "ne", "gt", "ge", "lt", "le"})
TO_ONE = "{b}.id = "  # so begins the condition of each relation to one entity


@dataclass(slots=True)
class Scope:
    """An entity's row under an alias, what was joined to it so far, and the variables of ``any`` and ``all`` around it."""

    statement: Statement
    entity: Entity
    alias: str
    option: str = "$filter"
    variables: dict[str, Scope] = field(default_factory=dict)
    joined: dict[tuple[str, ...], tuple[Entity, str]] = field(default_factory=dict)
    joins: list[str] = field(default_factory=list)
    many: bool = False

    def value(self, node: Any) -> Value:
        """The node as a value. Raises 400 with its position."""
        try:
            return VALUES[type(node)](self, node)
        except Mismatch as mismatch:
            raise bad(str(mismatch), node.position, option=self.option) from None

    def condition(self, node: Any) -> str:
        """The node as a condition."""
        found = self.value(node)
        try:
            return values.truth(found)
        except Mismatch as mismatch:
            raise bad(str(mismatch), node.position, option=self.option) from None

    def where(self, node: Any) -> str:
        """The condition; as questions for combinations once relations to many are in it, one for all conditions that share one."""
        beside, groups = self._grouped(apart.conjuncts(node))
        if not groups:
            return self.condition(node)
        found = [self._asked(group, node.position) for group in groups]
        return f"({' AND '.join([*found, *map(self.condition, beside)])})"

    def _grouped(self, parts: list[Any]) -> tuple[list[Any], list[list[Any]]]:
        """The conditions without relations to many, and the others by those that they share."""
        beside: list[Any] = []
        groups: list[tuple[set[tuple[str, ...]], list[Any]]] = []
        for part in parts:
            heads = {head for path in apart.paths(part) if (head := _way(self, path).head)}
            if not heads:
                beside.append(part)
                continue
            sharing = [group for group in groups if not group[0].isdisjoint(heads)]
            groups = [group for group in groups if group not in sharing]
            together = [each for _heads, group in sharing for each in group]
            groups.append((heads.union(*(each for each, _group in sharing)), [*together, part]))
        return beside, [group for _heads, group in groups]

    def _asked(self, group: list[Any], position: int) -> str:
        node = group[0]
        if len(group) == 1 and isinstance(node, Logic) and node.operator == "or":  # there is one, or there is the other
            return f"({' OR '.join(map(self.where, node.items))})"
        path = apart.only_path(node) if len(group) == 1 else None
        if path is not None and _way(self, path).ends:
            return _asked_apart(self, path, node)
        return self._together(Logic("and", tuple(group), position))

    def _together(self, node: Logic) -> str:
        around = self.joins, self.joined
        self.joins, self.joined = [], {}
        found, joins = self.condition(node), self.joins
        self.joins, self.joined = around
        if not self.many:
            self.joins = [*self.joins, *joins]
            return found
        self.many = False
        return f"EXISTS (SELECT 1 FROM (SELECT 1) AS one {' '.join(joins)} WHERE {found})"  # noqa: S608

    def step(self, relation: Relation, path: tuple[str, ...], entity: Entity, alias: str) -> tuple[Entity, str]:
        """Join what ``relation`` leads to, once for each path."""
        if path in self.joined:
            return self.joined[path]
        self.many = self.many or relation.many
        to, other = target(relation), self.statement.alias()
        source, on = self.statement.related(relation, alias, other)
        self.joins.append(f"LEFT JOIN LATERAL (SELECT {other}.* FROM {source} WHERE {on}) AS {other} ON TRUE")  # noqa: S608
        self.joined[path] = (to, other)
        return to, other

    def error(self, message: str, segment: Segment) -> Exception:
        """400 at a part of a path."""
        return bad(message, segment.position, option=self.option)


@dataclass(frozen=True, slots=True)
class Way:
    """Where a path begins, and the relations that it goes along before its property."""

    entity: Entity
    alias: str
    names: tuple[str, ...]
    relations: tuple[Relation, ...]
    start: int  # the place of the first relation in the path
    ends: bool  # at a property

    @property
    def head(self) -> tuple[str, ...]:
        """The names up to the first relation to many; nothing if there is none."""
        many = next((place for place, each in enumerate(self.relations) if each.many), None)
        return () if many is None else self.names[: self.start + many + 1]


def _way(scope: Scope, path: Path) -> Way:
    names = tuple(segment.name for segment in path.segments)
    entity, alias, start = scope.entity, scope.alias, 0
    if names[0] in scope.variables and names[0] not in entity.by_name:
        inner = scope.variables[names[0]]
        entity, alias, start = inner.entity, inner.alias, 1
    elif names[0] == "$it":
        start = 1
    relations: list[Relation] = []
    to = entity
    for name in names[start:]:
        relation = None if name in ID_NAMES or name in to.by_name else relation_of(to, name)
        if relation is None:
            break
        relations.append(relation)
        to = target(relation)
    return Way(entity, alias, names, tuple(relations), start, start + len(relations) < len(names))


def _asked_apart(scope: Scope, path: Path, node: Any) -> str:
    """A condition on one path, relation by relation."""
    way = _way(scope, path)
    leaf = apart.behind(node, way.start + len(way.relations))
    return _led(scope, way.relations, way.entity, way.alias, leaf)


def _led(scope: Scope, relations: Sequence[Relation], entity: Entity, alias: str, leaf: Any) -> str:
    """The leaf, said of what the relations lead to from the row ``alias``.

    Of many related rows the first that fits is enough (OFFSET 0: the planner makes no join of it), and what lies behind a relation to
    one is looked up once for all rows (IS TRUE: the same).
    """
    statement = scope.statement
    if not relations:
        return Scope(statement, entity, alias, scope.option).condition(leaf)
    relation, to, other = relations[0], target(relations[0]), statement.alias()
    inner = _led(scope, relations[1:], to, other, leaf)
    if relation.many:
        source, on = statement.related(relation, alias, other)
        return f"EXISTS (SELECT 1 FROM {source} WHERE {on} AND {inner} OFFSET 0)"  # noqa: S608
    mine = relation.on.removeprefix(TO_ONE).replace("{a}", alias)
    there = f"{statement.visible(to, other)} AND {inner}"
    return f"({mine} IN (SELECT {other}.id FROM {to.table} AS {other} WHERE {there})) IS TRUE"  # noqa: S608


def property_value(found: Property, alias: str) -> Value:
    """The value of a property of the row ``alias``."""
    number = found.number.replace("{a}", alias)
    sql = found.sql.replace("{a}", alias)
    sql = _known(sql) if found.kind is Kind.JSON else sql
    always = not found.nullable and found.kind in {Kind.TEXT, Kind.SPAN} and found.name != "resultTime"
    return Value(found.kind, sql, found.end.replace("{a}", alias), number, alias, always=always)


def identifier(entity: Entity, alias: str) -> Value:
    """What identifies the row ``alias``."""
    return Value(entity.id_kind, f"{alias}.id", alias=alias, always=True)


def _path(scope: Scope, node: Path) -> Value:
    segments = list(node.segments)
    first = segments[0]
    if first.name in scope.variables and first.name not in scope.entity.by_name:
        inner = scope.variables[first.name]
        if len(segments) == 1:
            raise scope.error(f"After the variable {first.name} stands a property, as in {first.name}/name.", first)
        return _walk(scope, inner.entity, inner.alias, segments[1:], (first.name,))
    if first.name == "$it" and len(segments) > 1:
        segments = segments[1:]
    return _walk(scope, scope.entity, scope.alias, segments, ())


def _walk(scope: Scope, entity: Entity, alias: str, segments: list[Segment], path: tuple[str, ...]) -> Value:
    for place, segment in enumerate(segments):
        rest = segments[place + 1 :]
        if segment.name in ID_NAMES:
            if rest:
                raise scope.error("An identifier has no parts.", rest[0])
            return identifier(entity, alias)
        if found := entity.by_name.get(segment.name):
            return _property(scope, found, alias, segment, rest)
        relation = relation_of(entity, segment.name)
        if relation is None:
            raise scope.error(f"{entity.name} has no property {segment.name!r}.", segment)
        if not rest:
            raise scope.error(f"{segment.name} leads to a {relation.target}; name a property of it.", segment)
        path = (*path, segment.name)
        entity, alias = scope.step(relation, path, entity, alias)
    raise scope.error("This path is empty.", segments[0])


def _property(scope: Scope, found: Property, alias: str, segment: Segment, rest: list[Segment]) -> Value:
    if not rest and not segment.indexes:
        return property_value(found, alias)
    raw = (found.json or found.sql).replace("{a}", alias)
    if found.kind is not Kind.JSON and not found.json:
        raise scope.error(f"{found.name} has no parts.", rest[0] if rest else segment)
    keys = [str(index) for index in segment.indexes]
    for part in rest:
        if "\0" in part.name:
            raise scope.error("A name cannot contain the character zero.", part)
        keys += [part.name, *(str(index) for index in part.indexes)]
    return Value(Kind.JSON, _known(f"{raw} #> {scope.statement.bind(keys)}::text[]"), alias=alias)


def _known(sql: str) -> str:
    """JSON's null is null."""
    return f"nullif({sql}, 'null'::jsonb)"


def _literal(scope: Scope, node: Literal) -> Value:
    return values.constant(scope.statement, node.value)


def _logic(scope: Scope, node: Logic) -> Value:
    joined = f" {node.operator.upper()} ".join(scope.condition(item) for item in node.items)
    return Value(Kind.TRUTH, f"({joined})")


def _negation(scope: Scope, node: Negation) -> Value:
    return Value(Kind.TRUTH, f"(NOT {scope.condition(node.item)})")


def _binary(scope: Scope, node: Binary) -> Value:
    left, right = scope.value(node.left), scope.value(node.right)
    if node.operator in COMPARISONS:
        return Value(Kind.TRUTH, values.compared(scope.statement, node.operator, left, right))
    return functions.arithmetic(scope.statement, node.operator, left, right)


def _member(scope: Scope, node: Member) -> Value:
    item = scope.value(node.item)
    if isinstance(node.choices, Path):
        listed = scope.value(node.choices)
        if listed.kind is not Kind.JSON:
            raise Mismatch("After `in` stands a list.")
        return Value(Kind.TRUTH, f"({listed.sql} @> to_jsonb({item.sql}))")
    one_of = [values.compared(scope.statement, "eq", item, scope.value(choice)) for choice in node.choices]
    return Value(Kind.TRUTH, f"({' OR '.join(one_of)})")


def _call(scope: Scope, node: Call) -> Value:
    return functions.called(scope.statement, node.name, [scope.value(each) for each in node.arguments])


def _quantified(scope: Scope, node: Quantified) -> Value:
    way = _way(scope, node.path)
    before = way.relations[:-1]
    if before and not (node.every or way.ends or any(each.many for each in before)) and apart.is_of_its_own(node):
        rest = replace(node, path=Path(node.path.segments[way.start + len(before) :]))
        return Value(Kind.TRUTH, _led(scope, before, way.entity, way.alias, rest))
    entity, alias = scope.entity, scope.alias
    path: tuple[str, ...] = ()
    segments = list(node.path.segments)
    if segments[0].name in scope.variables:
        inner = scope.variables[segments[0].name]
        entity, alias, path = inner.entity, inner.alias, (segments[0].name,)
        segments = segments[1:]
    for place, segment in enumerate(segments):
        relation = relation_of(entity, segment.name)
        if relation is None or segment.indexes:
            raise scope.error(f"{entity.name} has no relation {segment.name!r}.", segment)
        if place == len(segments) - 1:
            return _any(scope, node, relation, alias, segment)
        path = (*path, segment.name)
        entity, alias = scope.step(relation, path, entity, alias)
    raise bad("Before any and all stands a relation.", node.position, option=scope.option)


def _any(scope: Scope, node: Quantified, relation: Relation, alias: str, segment: Segment) -> Value:
    if not relation.many:
        raise scope.error(f"{relation.name} leads to one entity; any and all are for many.", segment)
    to, other = target(relation), scope.statement.alias()
    inner = Scope(scope.statement, to, other, scope.option, dict(scope.variables))
    body = "TRUE"
    if node.body is not None:
        inner.variables[node.variable] = replace(inner)
        around = Scope(scope.statement, scope.entity, scope.alias, scope.option, inner.variables)
        body = around.where(node.body)
        if around.joins:  # what it joined belongs to this question alone
            body = f"EXISTS (SELECT 1 FROM (SELECT 1) AS one {' '.join(around.joins)} WHERE {body})"  # noqa: S608
    source, on = scope.statement.related(relation, alias, other)
    condition = f"({body}) IS NOT TRUE" if node.every else f"({body})"
    found = f"EXISTS (SELECT 1 FROM {source} WHERE {on} AND {condition})"  # noqa: S608
    return Value(Kind.TRUTH, f"(NOT {found})" if node.every else found)


VALUES: dict[type, Any] = {
    Path: _path, Literal: _literal, Logic: _logic, Negation: _negation, Binary: _binary, Member: _member, Call: _call,
    Quantified: _quantified,
}  # fmt: skip
