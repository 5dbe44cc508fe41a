# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Houses along the streets, with addresses: odd numbers on the left, even ones on the right, as they are walked past."""

from dataclasses import dataclass
from random import Random

import shapely
from shapely.geometry import Polygon

from stadtherz.kernel.geo.modeltown.curves import Station, rectangle, station
from stadtherz.kernel.geo.modeltown.draft import Draft, Tags, Way
from stadtherz.kernel.geo.modeltown.network import Street


@dataclass(frozen=True, slots=True)
class Manner:
    """How a quarter builds, in metres: width and depth of a house, distance to the street, gap to the next, how often."""

    width: tuple[float, float]
    depth: tuple[float, float]
    setback: tuple[float, float]
    gap: tuple[float, float]
    row: int
    share: float
    levels: tuple[int, int]
    kind: str


MANNERS = {
    "old": Manner((9, 14), (10, 14), (1.8, 2.4), (3, 6), 9, 0.97, (3, 4), "house"),
    "row": Manner((13, 18), (11, 14), (3.6, 4.4), (7, 12), 5, 0.92, (4, 5), "apartments"),
    "semi": Manner((9, 12), (10, 12), (5, 6.5), (14, 20), 2, 0.82, (2, 3), "semidetached_house"),
    "detached": Manner((10, 14), (9, 12), (6, 9), (20, 34), 1, 0.78, (1, 2), "detached"),
    "works": Manner((45, 80), (32, 55), (12, 18), (18, 30), 1, 1.0, (1, 2), "industrial"),
}


@dataclass(frozen=True, slots=True)
class House:
    """A house that was built, for those who put a shop or a door into it."""

    outline: Polygon
    way: Way
    front: Station
    street: str
    number: str
    quarter: str


class Builder:
    """Builds without overlapping: remembers what is closed to building and what stands already."""

    def __init__(self, draft: Draft, closed: list[shapely.Geometry], address: Tags, rng: Random) -> None:
        self._draft = draft
        self._closed = shapely.STRtree(closed)
        self._standing: dict[tuple[int, int], list[Polygon]] = {}
        self._address = address
        self._rng = rng
        self._numbers: dict[str, list[int]] = {}

    def reserve(self, outline: Polygon) -> None:
        for cell in _cells(outline):
            self._standing.setdefault(cell, []).append(outline)

    def fits(self, outline: Polygon) -> bool:
        if len(self._closed.query(outline, predicate="intersects")):
            return False
        return self.stands_free(outline)

    def stands_free(self, outline: Polygon) -> bool:
        """Does no other building stand there?"""
        return not any(other.intersects(outline) for cell in _cells(outline) for other in self._standing.get(cell, ()))

    def line(self, street: Street, manner: Manner, quarter: str) -> list[House]:
        """Both sides of a street."""
        houses = []
        for side in (1, -1):
            houses += self._side(street, manner, quarter, side)
        return houses

    def _side(self, street: Street, manner: Manner, quarter: str, side: int) -> list[House]:
        rng, houses = self._rng, []
        along, in_row = rng.uniform(4, 10), 0
        row = rng.randint(max(1, manner.row // 2), manner.row)
        setback = rng.uniform(*manner.setback)
        end = street.line.length - 3
        while along < end:
            width, depth = rng.uniform(*manner.width), rng.uniform(*manner.depth)
            if rng.random() >= manner.share:  # a gap between two houses
                along, in_row = along + width * 0.6, 0
                continue
            spot = station(street.line, along + width / 2)
            front = street.width / 2 + setback
            core = rectangle(spot, offset=side * (front + 0.2), width=width - 0.4, depth=depth - 0.4)
            if not self.fits(core):
                along, in_row = along + width * 0.45, 0
                continue
            outline = rectangle(spot, offset=side * front, width=width, depth=depth)
            houses.append(
                self._house(outline, spot, street=street.tags["name"], manner=manner, quarter=quarter, side=side)
            )
            self.reserve(core)
            in_row += 1
            along += width
            if in_row >= row:
                along += rng.uniform(*manner.gap)
                in_row, row = 0, rng.randint(max(1, manner.row // 2), manner.row)
                setback = rng.uniform(*manner.setback)
        return houses

    def _house(self, outline: Polygon, spot: Station, *, street: str, manner: Manner, quarter: str, side: int) -> House:
        numbers = self._numbers.setdefault(street, [-1, 0])
        index = 0 if side > 0 else 1
        if numbers[index] > 0 and numbers[index] not in numbers[2:] and self._rng.random() < 0.05:
            numbers.append(numbers[index])
            number = f"{numbers[index]}a"
        else:
            numbers[index] += 2
            number = str(numbers[index])
        tags = {"building": manner.kind, "building:levels": str(self._rng.randint(*manner.levels))}
        tags |= {"addr:street": street, "addr:housenumber": number, **self._address}
        way = self._draft.area(outline, tags)
        return House(outline, way, spot, street, number, quarter)


def _cells(outline: Polygon) -> list[tuple[int, int]]:
    west, south, east, north = outline.bounds
    return [
        (x, y)
        for x in range(int(west // 60), int(east // 60) + 1)
        for y in range(int(south // 60), int(north // 60) + 1)
    ]
