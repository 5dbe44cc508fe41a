# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Halls and platforms that lie above each other: editors often let their outlines share nodes, and nobody gets from one
storey to the other there. Where the map says of both on which storey they are, each keeps a node of its own; lifts, stairs
and all ways that are lines join storeys as before.

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


def part_storeys(content: MapContent) -> int:
    """Parts the outlines of areas of different storeys; returns at how many nodes."""
    levels: dict[int, set[float]] = defaultdict(set)
    for way in content.ways:
        level = _level(way.tags) if _is_area(way) else None
        if level is not None:
            for node in way.nodes:
                levels[node].add(level)
    joined = {node for way in content.ways if way.kind in _JOINING for node in way.nodes}
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


def _is_area(way: MapWay) -> bool:
    return way.across or (way.nodes[0] == way.nodes[-1] and way.kind not in _JOINING)


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
