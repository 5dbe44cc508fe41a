# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tells subscribers of a broker which stations, series and places were made or changed (OGC 18-088, section 14).

A changed thing goes to ``v1.1/Things``, ``v1.1/Things(1)``, the paths that lead to it (``v1.1/Datastreams(7)/Thing``), and each
property that changed to ``v1.1/Things(1)/name``. Rows are known by the transaction that wrote them last, so nothing has to be noted when they are written.
Of an entity that changes for the first time since we listen all properties are told.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.db import connection

from stadtherz.services.sensing.sta.options import Options
from stadtherz.services.sensing.sta.path import Resource, Step
from stadtherz.services.sensing.sta.reading import read_one
from stadtherz.services.sensing.sta.schema import BY_NAME, DATASTREAM, ENTITIES, OBSERVATION, Entity, target
from stadtherz.services.sensing.sta.walking import Place, Reader, place_behind, read_row

KNOWN = tuple(entity for entity in ENTITIES if entity is not OBSERVATION)
MOST = 500  # entities at once; the others follow with the next look
Versions = dict[tuple[str, int], str]


class Entities:
    """What a municipality's subscribers know of its entities. Every call needs the municipality to be active."""

    def __init__(self, municipality: int) -> None:
        self.municipality = municipality
        self.told = self._versions()
        self.moved = False  # whether something was changed, made or removed at the last look
        self.shown: dict[tuple[str, int], dict[str, Any]] = {}

    def news(self, reader: Reader) -> Iterator[tuple[str, dict[str, Any]]]:
        """Topic and document of what changed since the last time."""
        now = self._versions()
        self.moved = now != self.told
        differing = [key for key, version in now.items() if self.told.get(key) != version]
        changed, later = differing[:MOST], frozenset(differing[MOST:])
        for name, number in changed:
            yield from self._told(reader, BY_NAME[name], number)
        self.told = {key: now[key] for key in now if key not in later} | {
            key: self.told[key] for key in later if key in self.told
        }
        self.shown = {key: document for key, document in self.shown.items() if key in now}

    def _versions(self) -> Versions:
        parts = [
            f"SELECT '{entity.name}', id, xmin::text FROM {entity.table} WHERE municipality_id = %(town)s"  # noqa: S608
            for entity in KNOWN
        ]
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts), {"town": self.municipality})
            return {(name, number): version for name, number, version in cursor.fetchall()}

    def _told(self, reader: Reader, entity: Entity, number: int) -> Iterator[tuple[str, dict[str, Any]]]:
        step = Step(entity, None, number)
        document = shown(reader, step)
        if document is not None:
            before = self.shown.get((entity.name, number), {})
            self.shown[entity.name, number] = document
            yield from topics(reader, step, document, before)


def shown(reader: Reader, step: Step) -> dict[str, Any] | None:
    """The entity as the standard's interface shows it; None if it is not there for this reader."""
    found = read_one(reader, Resource((step,)), Place(), Options())
    return None if found is None else json.loads(found)


def topics(
    reader: Reader, step: Step, document: dict[str, Any], before: dict[str, Any]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each topic of an entity with what is told there; of its properties those that are not as ``before``."""
    here = document["@iot.selfLink"].removeprefix(f"{reader.base}/")
    yield f"v1.1/{step.entity.plural}", document
    for around in _around(reader, step):
        yield f"v1.1/{around}", document
    yield f"v1.1/{here}", document
    for each in step.entity.properties:
        if each.name in document and document[each.name] != before.get(each.name):
            yield f"v1.1/{here}/{each.name}", {each.name: document[each.name]}


def _around(reader: Reader, step: Step) -> Iterator[str]:
    """The paths that lead to the entity from others: sets that it belongs to, and what a datastream has one of."""
    row = read_row(reader, step, Place())
    for relation in step.entity.relations if row is not None else ():
        to = target(relation)
        back = next(each for each in to.relations if each.target == step.entity.name)
        if to is OBSERVATION or not (back.many or to is DATASTREAM):  # there may be very many
            continue
        statement = reader.statement()
        place = place_behind(step.entity, row or {}, Step(to, relation))
        where = f"{statement.visible(to, 'b')} AND {place.condition(statement, 'b')}"
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT b.id FROM {to.table} b WHERE {where} LIMIT {MOST:d}", statement.parameters)  # noqa: S608
            yield from (f"{to.plural}({number})/{back.name}" for (number,) in cursor.fetchall())
