# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Puts the pieces of a street together: ways of one name that lie near each other are one street of one place."""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

LonLat = tuple[float, float]
CELL = 0.006  # degrees; about 430 by 670 metres at 50° north. Pieces in touching cells belong together.


class Addressed(Protocol):
    """What is needed of an address here."""

    @property
    def street(self) -> str: ...
    @property
    def postcode(self) -> str: ...
    @property
    def city(self) -> str: ...
    @property
    def location(self) -> LonLat: ...


@dataclass(frozen=True, slots=True)
class StreetLine:
    """A street: its name, "postcode city" if the houses on it say so, a point on it, its lines (none: houses only)."""

    name: str
    locality: str
    location: LonLat
    lines: tuple[tuple[LonLat, ...], ...]
    cells: frozenset[tuple[int, int]]


def cell(point: LonLat) -> tuple[int, int]:
    return (math.floor(point[0] / CELL), math.floor(point[1] / CELL))


def around(place: tuple[int, int]) -> list[tuple[int, int]]:
    return [(place[0] + dx, place[1] + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)]


def gather(segments: Mapping[str, list[list[LonLat]]], addresses: Sequence[Addressed]) -> list[StreetLine]:
    """All streets, also those that only addresses name (a hamlet, a way that the map draws without a name)."""
    houses: dict[str, list[Addressed]] = defaultdict(list)
    for address in addresses:
        houses[address.street].append(address)
    streets = []
    for name in sorted({*segments, *houses}):
        pieces: list[list[LonLat]] = [*segments.get(name, [])]
        drawn = len(pieces)
        pieces += [[house.location] for house in houses.get(name, ())]
        for group in _groups(pieces):
            lines = [pieces[i] for i in group if i < drawn]
            local = [houses[name][i - drawn] for i in group if i >= drawn]
            cells = frozenset(cell(p) for i in group for p in pieces[i])
            streets.append(
                StreetLine(name, _locality(local), _middle(lines, local), tuple(tuple(line) for line in lines), cells)
            )
    return streets


def _groups(pieces: list[list[LonLat]]) -> list[list[int]]:
    """Indexes of pieces that hang together over touching cells."""
    by_cell: dict[tuple[int, int], list[int]] = defaultdict(list)
    for index, piece in enumerate(pieces):
        for place in {cell(point) for point in piece}:
            by_cell[place].append(index)
    groups, seen = [], set()
    for start in range(len(pieces)):
        if start in seen:
            continue
        seen.add(start)
        group, queue = [], [start]
        while queue:
            index = queue.pop()
            group.append(index)
            for place in {near for point in pieces[index] for near in around(cell(point))}:
                for other in by_cell.get(place, ()):
                    if other not in seen:
                        seen.add(other)
                        queue.append(other)
        groups.append(sorted(group))
    return groups


def _locality(houses: Sequence[Addressed]) -> str:
    said = Counter(f"{h.postcode} {h.city}".strip() for h in houses if h.postcode or h.city)
    return max(said.items(), key=lambda item: (item[1], item[0]))[0] if said else ""


def _middle(lines: Sequence[Sequence[LonLat]], houses: Sequence[Addressed]) -> LonLat:
    """A point on the street: the corner nearest to the middle of all its corners."""
    points = [p for line in lines for p in line] or [h.location for h in houses]
    lon, lat = sum(p[0] for p in points) / len(points), sum(p[1] for p in points) / len(points)
    return min(points, key=lambda p: (p[0] - lon) ** 2 + (p[1] - lat) ** 2)
