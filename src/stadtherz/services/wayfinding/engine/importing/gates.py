# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Gates, doors and lifts through which only those may go who live or work there: the way ends at both sides of them.

Only where nothing but one way leads through: of a gate that is drawn on a junction nobody knows which arm it shuts. Bars for
cars (lift gates, bollards, chains) stop nobody on foot unless the map says so. Source: OpenStreetMap wiki, pages
Tag:barrier=gate, Key:access, Key:locked, Key:entrance.
"""

from collections import Counter
from dataclasses import replace
from hashlib import blake2b
from typing import Final

from .in_the_way import is_door, is_shut
from .mapfile import MapContent, MapWay

#: our own numbers for nodes begin below this; those of places on bare edges begin lower
_OURS: Final = -(1 << 56)


def shut_gates(content: MapContent) -> int:
    """Ends the ways of an extract at gates that are shut for the public; returns how many there are."""
    shut = {node for node, found in content.nodes.items() if is_shut(found.tags)}
    arms: Counter[int] = Counter()
    for way in content.ways:
        if not shut.isdisjoint(way.nodes):
            for place, node in enumerate(way.nodes):
                if node in shut:
                    arms[node] += 1 if place in {0, len(way.nodes) - 1} else 2
    # along the outline of a hall or a square one passes its doors, and goes through none
    rims = {node for way in content.ways if way.nodes[0] == way.nodes[-1] for node in way.nodes if node in arms}
    through = {node for node, count in arms.items() if count == 2} - {
        node for node in rims if is_door(content.nodes[node].tags)
    }
    if through:
        content.ways = [part for way in content.ways for part in _ended(way, through, content)]
    return len(through)


def _ended(way: MapWay, shut: set[int], content: MapContent) -> list[MapWay]:
    """A way in the parts between gates; what leads on behind one begins at a node of its own. A gate at which two ways meet
    stays the end of the one that is met first."""
    if shut.isdisjoint(way.nodes):
        return [way]
    parts: list[list[int]] = [[]]
    last = len(way.nodes) - 1
    for place, node in enumerate(way.nodes):
        if node not in shut:
            parts[-1].append(node)
        elif place in {0, last}:
            behind = _behind(node)
            met = behind in content.where
            content.where[behind] = content.where[node]
            parts[-1].append(node if met else behind)
        else:
            behind = _behind(node)
            content.where[behind] = content.where[node]
            parts[-1].append(node)
            parts.append([behind])
    return [replace(way, nodes=part) for part in parts]


def _behind(node: int) -> int:
    """The number of the far side of a gate, the same on each import."""
    return _OURS - int.from_bytes(blake2b(f"behind {node}".encode(), digest_size=6).digest())
