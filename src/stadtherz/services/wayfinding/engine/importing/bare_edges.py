# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Places on long bare edges of open areas: the map has no node there, but somebody may live, wait or get off there.

They are put onto the outlines before lines are looked for, and those that got none are taken off again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from hashlib import blake2b
from itertools import pairwise
from typing import Final

import numpy as np

from ..geodesy import METRES_PER_DEGREE
from .areas import Area
from .mapfile import MapContent

#: metres between such places, and from the ends of the edge, at least
APART: Final = 26.0
#: our nodes have lower numbers than any that the map or an editor gives
_OURS: Final = -(2**56)

Pair = tuple[int, int]
Ring = tuple[int, ...]


def with_places_between(areas: Sequence[Area], content: MapContent) -> tuple[list[Area], set[int]]:
    """The areas with places on their long edges, which all ways along these edges get as well; and the numbers of the places."""
    edges = _long_edges(areas, content)
    if not edges:
        return list(areas), set()
    between = {pair: _places(pair, parts, content) for pair, parts in edges.items()}
    ends = {node for pair in between for node in pair}
    for way in content.ways:
        if not ends.isdisjoint(way.nodes):
            way.nodes = _finer(way.nodes, between)
    finer = [
        area if ends.isdisjoint(node for ring in area.rings for node in ring)
        else replace(area, outer=_each(area.outer, between), inner=_each(area.inner, between), mapped=area.rings)
        for area in areas
    ]  # fmt: skip
    return finer, {node for places in between.values() for node in places}


def take_off(unused: set[int], content: MapContent) -> None:
    """Takes places off the outlines again."""
    if not unused:
        return
    for way in content.ways:
        if not unused.isdisjoint(way.nodes):
            way.nodes = [node for node in way.nodes if node not in unused]
    for node in unused:
        del content.where[node]


def _long_edges(areas: Sequence[Area], content: MapContent) -> dict[Pair, int]:
    """Long edges, lower number first, and into how many parts they are divided."""
    pairs = {(min(pair), max(pair)) for area in areas for ring in area.rings for pair in pairwise(ring)}
    if not pairs:
        return {}
    listed = sorted(pairs)
    where = np.array([(content.where[one], content.where[other]) for one, other in listed], dtype="f8") / 1e7
    step = (where[:, 1] - where[:, 0]) * METRES_PER_DEGREE
    step[:, 0] *= np.cos(np.radians(where[:, 0, 1]))
    parts = (np.hypot(*step.T) // APART).astype("i8")
    return {listed[index]: int(parts[index]) for index in np.flatnonzero(parts > 1).tolist()}


def _places(pair: Pair, parts: int, content: MapContent) -> list[int]:
    """New nodes on an edge, in its direction; the same on each import."""
    (x, y), (to_x, to_y) = content.where[pair[0]], content.where[pair[1]]
    found = []
    for number in range(1, parts):
        name = blake2b(f"{pair[0]} {pair[1]} {number} {parts}".encode(), digest_size=7)
        node = _OURS - int.from_bytes(name.digest())
        content.where[node] = (x + round((to_x - x) * number / parts), y + round((to_y - y) * number / parts))
        found.append(node)
    return found


def _finer(nodes: Iterable[int], between: dict[Pair, list[int]]) -> list[int]:
    found: list[int] = []
    for node in nodes:
        if found:
            last = found[-1]
            added = between.get((min(last, node), max(last, node)), [])
            found += added if last < node else added[::-1]
        found.append(node)
    return found


def _each(rings: Sequence[Ring], between: dict[Pair, list[int]]) -> tuple[Ring, ...]:
    return tuple(tuple(_finer(ring, between)) for ring in rings)
