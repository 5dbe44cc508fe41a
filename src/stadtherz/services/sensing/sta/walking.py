# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Walking along a path: who reads, and which rows each of its steps leads to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.db import connection

from stadtherz.services.sensing.sta import needed_days
from stadtherz.services.sensing.sta.observations import Bounds
from stadtherz.services.sensing.sta.path import Resource, Step, nothing
from stadtherz.services.sensing.sta.schema import OF_FEATURE, Entity
from stadtherz.services.sensing.sta.statement import Statement
from stadtherz.services.sensing.store.identifiers import Key

EVERYTHING = Bounds()
COLUMNS = {
    "Datastream": ("id", "thing_id", "sensor_id", "observed_property_id"),
    "HistoricalLocation": ("id", "thing_id"),
    "Observation": ("datastream_id", "phenomenon_time", "sequence", "feature_id"),
}
COLUMN = re.compile(r"\{a\}\.(\w+)")


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: the municipality, the root address for links, and the datastreams that stay hidden."""

    town: int
    base: str
    hidden: tuple[int, ...] = ()

    def statement(self) -> Statement:
        """A new statement for this reader."""
        return Statement(self.town, self.base, self.hidden)


@dataclass(frozen=True, slots=True)
class Place:
    """What the rows of a resource are narrowed to: a condition on alias ``{b}``, with values of the entity before it."""

    on: str = ""
    row: tuple[tuple[str, Any], ...] = ()
    bounds: Bounds = EVERYTHING
    about: str = ""  # the identifier of the feature before observations, as SQL
    streams: str = ""  # the datastreams whose observations stand beside rows of the same statement, as SQL

    def condition(self, statement: Statement, alias: str) -> str:
        """As SQL on ``alias``."""
        return self.bound(statement, self.on).replace("{b}", alias)

    def bound(self, statement: Statement, sql: str) -> str:
        """SQL with the values of the entity before."""
        row = dict(self.row)
        return COLUMN.sub(lambda match: f"{statement.bind(row[match[1]])}::bigint", sql)


def find(reader: Reader, resource: Resource) -> Place:
    """Walk to the last step of the path. Raises 404 if an entity on the way is not there."""
    place = Place()
    for step in resource.steps[:-1]:
        row = read_row(reader, step, place)
        if row is None:
            raise nothing(resource.text)
        following = resource.steps[resource.steps.index(step) + 1]
        place = place_behind(step.entity, row, following)
    return place


def place_behind(entity: Entity, row: dict[str, Any], following: Step) -> Place:
    """Where the next step's rows are, seen from a row of ``entity``."""
    relation = following.relation
    assert relation is not None
    known = Bounds(datastreams=(row["id"],)) if entity.name == "Datastream" else Bounds()
    if relation.on == OF_FEATURE:
        packed_of = needed_days.streams_about(row["id"])
        return Place(relation.on, tuple(row.items()), Bounds(packed_of=packed_of), "{a}.id")
    return Place(relation.on, tuple(row.items()), known)


def read_row(reader: Reader, step: Step, place: Place) -> dict[str, Any] | None:
    """The columns of one entity that relations need; None if it is not there for this reader."""
    statement = reader.statement()
    columns = COLUMNS.get(step.entity.name, ("id",))
    source, where = narrowed(statement, step, place, "b")
    listed = ", ".join(f"b.{column}" for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {listed} FROM {source} WHERE {where} LIMIT 1", statement.parameters)  # noqa: S608
        row = cursor.fetchone()
    return dict(zip(columns, row, strict=True)) if row else None


def narrowed(
    statement: Statement, step: Step, place: Place, alias: str, bounds: Bounds | None = None
) -> tuple[str, str]:
    """Source and condition of a step's rows."""
    bounds = bounds or place.bounds
    where = [statement.visible(step.entity, alias)]
    if isinstance(step.id, Key):
        key = step.id
        parts = [statement.bind(key.datastream), statement.bind(key.time), statement.bind(key.sequence)]
        where.append(
            f"{alias}.datastream_id = {parts[0]}::int AND {alias}.phenomenon_time = {parts[1]}::timestamptz"
            f" AND {alias}.sequence = {parts[2]}::smallint"
        )
        bounds = Bounds((key.datastream,), key.time, key.time)
    elif step.id is not None:
        where.append(f"{alias}.id = {statement.bind(step.id)}::bigint")
    if place.on:
        where.append(place.condition(statement, alias))
    about = place.bound(statement, place.about)
    return statement.table(step.entity, alias, bounds, about), " AND ".join(where)
