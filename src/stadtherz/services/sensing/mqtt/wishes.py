# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Topics that are told because somebody named them (OGC 18-088, section 14): a broker's source in its settings, a client of our listener
by its subscription.

With a selection, such as ``v1.1/Datastreams(7)/Observations?$select=result,phenomenonTime``, or of a longer path, such as
``v1.1/Things(1)/Datastreams(7)/Observations`` and ``v1.1/Observations('7-hefg8dts00')/Datastream/Thing/name``. There is no end of them, so
they are not told unasked. Each stands for one that is (its place); what is told there is told at it too. What new observations move
of their datastream (``phenomenonTime``, ``resultTime``) is told to who named it as well (``moving``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from stadtherz.services.sensing.actions.observations import moved_to
from stadtherz.services.sensing.sta.errors import StaError
from stadtherz.services.sensing.sta.path import Resource, Step, parse_path
from stadtherz.services.sensing.sta.schema import DATASTREAM, Entity
from stadtherz.services.sensing.sta.walking import Place, Reader, place_behind, read_row
from stadtherz.services.sensing.store.identifiers import Key, identifier, written
from stadtherz.services.sensing.store.moments import microseconds

TOPIC = re.compile(r"v1\.1/([^?#+\0]+)(?:\?\$select=([\w.,@]+))?")
ID = {"id": "@iot.id"}
MOVED = frozenset({"phenomenonTime", "resultTime"})
Document = Mapping[str, Any]


class Told(NamedTuple):
    """What is told at a topic. ``by_name``: because somebody named it."""

    topic: str
    document: Document
    by_name: bool = False


class Wish(NamedTuple):
    """A topic that was named, what it addresses, and the names that it selects; None: all."""

    topic: str
    resource: Resource
    names: tuple[str, ...] | None


def understood(topic: str) -> Wish | None:
    """What a topic means; None if it is none of the standard, or told unasked."""
    wish = addressed(topic)
    return None if wish is None or (wish.names is None and _is_told_unasked(wish.resource)) else wish


@lru_cache(maxsize=50_000)
def addressed(topic: str) -> Wish | None:
    """What a topic means; None if it is none of the standard."""
    match = TOPIC.fullmatch(topic)
    try:
        resource = parse_path(match[1]) if match else None
    except StaError:
        return None
    if match is None or resource is None or resource.reference or resource.raw or resource.is_id or resource.keys:
        return None
    if match[2] is None:
        return Wish(topic, resource, None)
    names = tuple(ID.get(name, name) for name in match[2].split(",") if name)
    return Wish(topic, resource, names) if names and resource.found is None else None


def _is_told_unasked(resource: Resource) -> bool:
    """Not the topics of an observation that has another identifier now: they are told under that."""
    first, *others = resource.steps
    if resource.found is not None and is_moved(resource.entity, resource.found.name):
        return False
    if isinstance(first.id, Key) or len(others) > 1:
        return False
    of_series = bool(others) and first.entity is DATASTREAM and others[0].id is None and resource.found is None
    return not others or (first.id is not None and (of_series or not others[0].one))


def is_moved(entity: Entity, name: str) -> bool:
    """Whether new observations change this property, which nobody writes."""
    return entity is DATASTREAM and name in MOVED


class Wishes:
    """The topics that an audience named, and where each of them stands now."""

    def __init__(self, topics: Iterable[str]) -> None:
        self.topics = frozenset(topics)
        self.wishes = [wish for wish in map(understood, sorted(self.topics)) if wish is not None]
        self.known: dict[str, list[Wish]] | None = None

    def places(self, reader: Reader) -> Mapping[str, Sequence[Wish]]:
        """The wishes by their places. A path is walked again after ``forget``."""
        if self.known is None:
            self.known = {}
            for wish in self.wishes:
                place = place_of(reader, wish.resource)
                if place is not None and f"v1.1/{place}" != wish.topic:
                    self.known.setdefault(f"v1.1/{place}", []).append(wish)
        return self.known

    def forget(self) -> None:
        """Entities were changed: paths may lead elsewhere."""
        self.known = None


def told(news: Iterable[tuple[str, Document]], places: Mapping[str, Sequence[Wish]]) -> Iterator[Told]:
    """Each document at its topic, and what was wished of it at the topics that were named."""
    for topic, document in news:
        yield Told(topic, document)
        for wish in places.get(topic, ()):
            if wish.names is None:
                yield Told(wish.topic, document, by_name=True)
            else:
                selected = {name: document[name] for name in wish.names if name in document}
                yield Told(wish.topic, selected, by_name=True)


def place_of(reader: Reader, resource: Resource) -> str | None:
    """The path of at most one entity that leads to the same; None if it leads nowhere for this reader."""
    last = resource.steps[-1]
    way = resource.steps if last.one else resource.steps[:-1]
    if not way:
        return last.entity.plural
    here = _entity(reader, way)
    if here is None or last.one:
        return here if here is None or resource.found is None else f"{here}/{resource.found.name}"
    assert last.relation is not None
    return f"{here}/{last.relation.name}"


def _entity(reader: Reader, way: Sequence[Step]) -> str | None:
    first = way[0]
    if isinstance(first.id, Key):
        first = Step(first.entity, None, moved_to(first.id) or first.id)
    if len(way) == 1:
        return f"{first.entity.plural}({_shown(first.id)})"
    place, row = Place(), None
    for number, step in enumerate((first, *way[1:])):
        if row is not None:
            place = place_behind(way[number - 1].entity, row, step)
        row = read_row(reader, step, place)
        if row is None:
            return None
    return f"{way[-1].entity.plural}({_number(row or {})})"


def _shown(number: int | Key | None) -> str:
    if isinstance(number, Key):
        return f"'{written(number.datastream, microseconds(number.time), number.sequence)}'"
    return str(number)


def _number(row: Mapping[str, Any]) -> str:
    if "id" in row:
        return str(row["id"])
    return f"'{identifier(row['datastream_id'], row['phenomenon_time'], row['sequence'])}'"
