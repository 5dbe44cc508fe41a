# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tells what new observations move of their datastream: its ``phenomenonTime`` and ``resultTime`` (OGC 18-088, sections 14.2.2 and 14.2.3).

Each observation moves them, so they are told to who named them alone: ``v1.1/Datastreams(7)/phenomenonTime``, the datastream itself,
with or without ``$select``, and longer paths to either. Once for all observations of a look, and only if they are others than before.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from stadtherz.services.sensing.mqtt.entity_news import shown
from stadtherz.services.sensing.mqtt.wishes import MOVED, Told, Wish, addressed, is_moved, place_of
from stadtherz.services.sensing.sta.path import Step
from stadtherz.services.sensing.sta.schema import DATASTREAM
from stadtherz.services.sensing.sta.walking import Reader

HERE = re.compile(r"Datastreams\((\d+)\)(?:/\w+)?")


class Moving:
    """The topics that somebody named, by the datastream whose times they tell, and what was told there last."""

    def __init__(self, topics: Iterable[str]) -> None:
        self.wishes = [wish for wish in map(addressed, sorted(topics)) if wish is not None and _tells_times(wish)]
        self.places: dict[int, list[Wish]] | None = None
        self.told: dict[str, dict[str, Any]] = {}

    def news(self, reader: Reader, datastreams: Iterable[int]) -> Iterator[Told]:
        """What is to be told of these datastreams, into which something was written."""
        places = self._places(reader) if self.wishes else {}
        for number in sorted(places.keys() & set(datastreams)):
            document = shown(reader, Step(DATASTREAM, None, number))
            for wish in places[number] if document is not None else ():
                told = _selected(wish, document or {})
                if self.told.get(wish.topic) != told:
                    self.told[wish.topic] = told
                    yield Told(wish.topic, told, by_name=True)

    def forget(self) -> None:
        """Entities were changed: paths may lead elsewhere."""
        self.places = None

    def _places(self, reader: Reader) -> dict[int, list[Wish]]:
        if self.places is None:
            self.places = defaultdict(list)
            for wish in self.wishes:
                match = HERE.fullmatch(place_of(reader, wish.resource) or "")
                if match is not None:
                    self.places[int(match[1])].append(wish)
        return self.places


def _tells_times(wish: Wish) -> bool:
    resource = wish.resource
    if resource.found is not None:
        return is_moved(resource.entity, resource.found.name)
    return resource.entity is DATASTREAM and resource.one and (wish.names is None or not MOVED.isdisjoint(wish.names))


def _selected(wish: Wish, document: dict[str, Any]) -> dict[str, Any]:
    found = wish.resource.found
    names = (found.name,) if found is not None else wish.names
    return document if names is None else {name: document[name] for name in names if name in document}
