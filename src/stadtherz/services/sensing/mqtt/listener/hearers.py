# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who subscribed to a topic (MQTT 3.1.1, section 4.7): topics without wildcards are looked up, the others stand in a tree of levels,
so that thousands of subscriptions cost a message no more than a few."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar


class Subscriber(Protocol):
    """Somebody with topics."""

    topics: set[str]


S = TypeVar("S", bound=Subscriber)


@dataclass(slots=True)
class _Level(Generic[S]):
    below: dict[str, _Level[S]] = field(default_factory=dict)
    here: set[S] = field(default_factory=set)
    from_here: set[S] = field(default_factory=set)  # and all that is below


class Hearers(Generic[S]):
    """The subscriptions of some subscribers, as they are when this is made."""

    def __init__(self, subscribers: Iterable[S]) -> None:
        self.named: dict[str, set[S]] = defaultdict(set)
        self.root: _Level[S] = _Level()
        for each in subscribers:
            for topic in each.topics:
                if "+" in topic or "#" in topic:
                    self._add(topic.split("/"), each)
                else:
                    self.named[topic].add(each)

    def of(self, topic: str, *, by_name: bool = False) -> set[S]:
        """Who hears a topic; ``by_name``: only who named it without wildcards."""
        found = set(self.named.get(topic, ()))
        if not by_name:
            _gather(self.root, topic.split("/"), found)
        return found

    def _add(self, levels: Sequence[str], subscriber: S) -> None:
        place = self.root
        for level in levels:
            if level == "#":
                place.from_here.add(subscriber)
                return
            place = place.below.setdefault(level, _Level())
        place.here.add(subscriber)


def _gather(place: _Level[S], levels: Sequence[str], found: set[S]) -> None:
    found |= place.from_here
    if not levels:
        found |= place.here
        return
    for name in (levels[0], "+"):
        if name in place.below:
            _gather(place.below[name], levels[1:], found)
