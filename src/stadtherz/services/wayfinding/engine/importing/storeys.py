# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Halls, platforms and corridors that lie above each other: editors often let their lines share nodes, and nobody gets from
one storey to the other there. Where the map says of both on which storey they are, each keeps a node of its own. Lifts,
stairs, moving walks and slopes join storeys, and so do ways of which the map names no storey, or several.

Source: OpenStreetMap wiki, Key:level, Simple Indoor Tagging.
"""

import math
from collections import defaultdict
from collections.abc import Mapping
from hashlib import blake2b
from typing import Final

from ..vocabulary import Kind
from .mapfile import MapContent, MapWay

#: below the numbers of places on bare edges and of the far sides of gates
_OURS: Final = -(1 << 57)
_JOINING: Final = frozenset({Kind.STEPS, Kind.ESCALATOR, Kind.LIFT})
_LEVEL: Final = frozenset({"0", "0%", "0 %"})


def part_storeys(content: MapContent) -> int:
    """Parts what lies on different storeys; returns at how many nodes."""
    levels: dict[int, set[float]] = defaultdict(set)
    joined: set[int] = set()
    for way in content.ways:
        if _joins(way):
            joined.update(way.nodes)
        elif (level := _level(way.tags)) is not None:
            for node in way.nodes:
                levels[node].add(level)
    joined |= {node for node, found in content.nodes.items() if found.tags.get("highway") == "elevator"}
    parted = {node: min(found, key=abs) for node, found in levels.items() if len(found) > 1 and node not in joined}
    if not parted:
        return 0
    for way in content.ways:
        level = _level(way.tags)
        if level is None or parted.keys().isdisjoint(way.nodes):
            continue
        nodes = []
        for node in way.nodes:
            # what is not the storey nearest to the ground gets a node of its own, with all ways of this storey
            if node in parted and level in levels[node] and level != parted[node]:
                own = _own(node, level)
                content.where[own] = content.where[node]
                nodes.append(own)
            else:
                nodes.append(node)
        way.nodes = nodes
    return len(parted)


def _joins(way: MapWay) -> bool:
    """A slope or a moving walk often bears the storey of one of its ends."""
    return way.kind in _JOINING or "conveying" in way.tags or way.tags.get("incline", "0") not in _LEVEL


def _level(tags: Mapping[str, str]) -> float | None:
    """The only storey of a way; None where the map names none or several."""
    try:
        level = float(tags["level"])
    except (KeyError, ValueError):
        return None
    return level if math.isfinite(level) else None


def _own(node: int, level: float) -> int:
    """The number of a node on one storey, the same on each import."""
    return _OURS - int.from_bytes(blake2b(f"{node} on {level}".encode(), digest_size=6).digest())
