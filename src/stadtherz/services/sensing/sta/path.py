# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Resource paths (18-088, section 9.2): entity sets, entities, relations, properties, ``$value``, ``$ref``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from stadtherz.services.sensing.sta.errors import StaError
from stadtherz.services.sensing.sta.schema import BY_PLURAL, ID_NAMES, Entity, Kind, Property, Relation, target
from stadtherz.services.sensing.store.identifiers import Key, UnknownIdentifier, understood

SEGMENT = re.compile(r"([$\w@.:\- ]+?)(?:\((.*)\))?((?:\[\d{1,9}\])*)", re.DOTALL)
MOST_SEGMENTS = 20
LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Step:
    """A set or one entity: how one gets there, and which of many is meant."""

    entity: Entity
    relation: Relation | None  # None for the first step
    id: int | Key | None = None

    @property
    def one(self) -> bool:
        """Whether this is a single entity."""
        return self.id is not None or (self.relation is not None and not self.relation.many)


@dataclass(frozen=True, slots=True)
class Resource:
    """What a path addresses. ``keys`` lead into a property; ``last`` is the name that the answer gives the value."""

    steps: tuple[Step, ...]
    found: Property | None = None
    is_id: bool = False
    keys: tuple[str, ...] = ()
    last: str = ""
    raw: bool = False
    reference: bool = False
    text: str = ""

    @property
    def entity(self) -> Entity:
        """The type at the end of the path."""
        return self.steps[-1].entity

    @property
    def one(self) -> bool:
        """Whether it ends at a single entity."""
        return self.steps[-1].one


def nothing(text: str) -> StaError:
    """404."""
    return StaError(404, f"There is nothing at {text[:200]!r}.")


def parse_path(text: str) -> Resource:
    """The resource at ``text``, the path behind the root of the service. Raises 404."""
    parts = text.strip("/").split("/")
    if len(parts) > MOST_SEGMENTS:
        raise nothing(text)
    steps: list[Step] = []
    for place, part in enumerate(parts):
        if steps and not (part.startswith("$") or steps[-1].one):
            raise nothing(text)
        match = SEGMENT.fullmatch(part)
        if match is None:
            raise nothing(text)
        name, identifier, indexes = match.groups()
        rest = parts[place + 1 :]
        step = _step(steps[-1] if steps else None, name)
        if step is None:
            return _end(steps, part, rest, text)
        if indexes:
            raise nothing(text)
        steps.append(step if identifier is None else _with_id(step, identifier, text))
    return Resource(tuple(steps), text=text.strip("/"))


def _step(before: Step | None, name: str) -> Step | None:
    if before is None:
        return Step(BY_PLURAL[name], None) if name in BY_PLURAL else None
    relation = before.entity.by_relation.get(name) if before.one else None
    return Step(target(relation), relation) if relation else None


def _with_id(step: Step, text: str, path: str) -> Step:
    found = parse_id(step.entity, text)
    if found is None or (step.relation is not None and not step.relation.many):
        raise nothing(path)
    return Step(step.entity, step.relation, found)


def parse_id(entity: Entity, text: str) -> int | Key | None:
    """An identifier as it stands in brackets, quoted or not; None if there can be no such entity."""
    plain = text.strip()
    if len(plain) >= 2 and plain[0] == plain[-1] == "'":
        plain = plain[1:-1]
    return as_id(entity, plain)


def as_id(entity: Entity, value: Any) -> int | Key | None:
    """An identifier as it stands in JSON; None if there can be no such entity."""
    if entity.id_kind is Kind.KEY:
        try:
            return understood(value) if isinstance(value, str) else None
        except UnknownIdentifier:
            return None
    if isinstance(value, str) and re.fullmatch(r"\d{1,19}", value, re.ASCII):
        value = int(value)
    most = 2**31 - 1 if entity.name == "Datastream" else LARGEST
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= most else None


def _end(steps: list[Step], part: str, rest: list[str], text: str) -> Resource:
    """A property, $ref or $value at the end."""
    if not steps:
        raise nothing(text)
    if part == "$ref":
        if rest:
            raise nothing(text)
        return Resource(tuple(steps), reference=True, text=text.strip("/"))
    if not steps[-1].one:
        raise nothing(text)
    raw = bool(rest) and rest[-1] == "$value"
    rest = rest[:-1] if raw else rest
    match = re.fullmatch(r"([^\[\]]+)((?:\[\d{1,9}\])*)", part)
    name = match[1] if match else part
    if name in ID_NAMES and not rest:
        return Resource(tuple(steps), is_id=True, last=name, raw=raw, text=text.strip("/"))
    found = steps[-1].entity.by_name.get(name)
    if found is None:
        raise nothing(text)
    keys = re.findall(r"\[(\d+)\]", part)
    for each in rest:
        inner = re.fullmatch(r"([^\[\]]*)((?:\[\d{1,9}\])*)", each)
        if inner is None or not each or "\0" in each:
            raise nothing(text)
        keys += [inner[1], *re.findall(r"\[(\d+)\]", inner[2])]
    if keys and found.kind is not Kind.JSON and not found.json:
        raise nothing(text)
    last = rest[-1] if rest else part
    return Resource(tuple(steps), found, keys=tuple(keys), last=last, raw=raw, text=text.strip("/"))
