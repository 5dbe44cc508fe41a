# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads an extract once, from front to back, into streets, addresses and places. Knows no database.

Names are taken in German where the map says them in German.
"""

import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import osmium

from stadtherz.kernel.geo.errors import BrokenExtract, NoStreets, NotAnExtract
from stadtherz.kernel.geo.osm.doors import Doors
from stadtherz.kernel.geo.osm.names import kind_of, weight_of
from stadtherz.kernel.geo.osm.streets import StreetLine, gather

LonLat = tuple[float, float]
SQUARES = frozenset({"pedestrian", "footway"})


@dataclass(frozen=True, slots=True)
class AddressPoint:
    """A house number: street's name, number, postcode, city, place."""

    street: str
    number: str
    postcode: str
    city: str
    location: LonLat


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """Something with a name."""

    name: str
    kind: str
    weight: int
    address: str
    location: LonLat


@dataclass(slots=True)
class Contents:
    """What an extract holds of interest to people."""

    streets: list[StreetLine] = field(default_factory=list)
    addresses: list[AddressPoint] = field(default_factory=list)
    places: list[NamedPlace] = field(default_factory=list)
    bounds: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    highways: int = 0
    generator: str = ""
    #: whether ways of an editor's own numbers were met, which have no place
    negative: bool = False
    doors: Doors = field(default_factory=Doors)


def check_header(path: Path) -> str:
    """The generator that an extract's header names. Raises ``NotAnExtract``: format "PBF", first block "OSMHeader"."""
    if not path.is_file():
        raise NotAnExtract(f"There is no file {path}.", "Give the path of an .osm.pbf file or its https address.")
    with path.open("rb") as file:
        start = file.read(64)
    if not start:
        raise NotAnExtract(f"{path.name} is empty.", "The download was probably interrupted: fetch it again.")
    if b"OSMHeader" not in start:
        raise NotAnExtract(
            f"{path.name} is no OpenStreetMap extract in PBF format.",
            "Such files end in .osm.pbf; others can be converted with: osmium cat INPUT -o OUTPUT.osm.pbf",
        )
    try:
        with osmium.io.Reader(str(path), osmium.osm.osm_entity_bits.NOTHING) as reader:
            return str(reader.header().get("generator", ""))
    except RuntimeError as error:
        raise _broken(path, error) from error


def read_extract(path: Path) -> Contents:
    """Everything at once. Raises ``NotAnExtract``, ``BrokenExtract`` or ``NoStreets``."""
    contents = Contents(generator=check_header(path))
    segments: dict[str, list[list[LonLat]]] = defaultdict(list)
    box = _Box()
    thing: Any
    try:
        for thing in osmium.FileProcessor(str(path)).with_locations().with_areas():
            if thing.is_node():
                if len(thing.tags):
                    tags, location = dict(thing.tags), (thing.location.lon, thing.location.lat)
                    contents.doors.take(thing.id, tags, location)
                    _take_point(contents, tags, location)
            elif thing.is_way():
                _take_way(contents, thing, segments, box)
            elif thing.is_area():
                _take_area(contents, thing)
    except (RuntimeError, ValueError) as error:
        raise _broken(path, error) from error
    if not contents.highways and contents.negative:
        raise NotAnExtract(
            f"{path.name} has objects with negative numbers: an editor saved it before they were uploaded.",
            "Number them anew: osmium renumber INPUT -o OUTPUT.osm.pbf",
        )
    if not contents.highways:
        raise NoStreets(
            f"{path.name} holds no streets.",
            "An extract of the whole municipality is needed, with all its objects.",
        )
    contents.bounds = box.bounds()
    contents.streets = gather(segments, contents.addresses)
    return contents


def _broken(path: Path, error: Exception) -> BrokenExtract:
    return BrokenExtract(
        f"{path.name} cannot be read to its end ({error}).", "The download was probably cut off: fetch it again."
    )


def _name(tags: dict[str, str]) -> str:
    return (tags.get("name:de") or tags.get("name") or "").strip()[:200]


def _take_way(contents: Contents, way: "osmium.osm.Way", segments: dict[str, list[list[LonLat]]], box: "_Box") -> None:
    highway = way.tags.get("highway")
    if highway is None:
        return
    line = [(node.location.lon, node.location.lat) for node in way.nodes if node.location.valid()]
    if len(line) < 2:
        # libosmium's index of locations knows positive numbers only
        contents.negative |= len(way.nodes) > 0 and way.nodes[0].ref < 0
        return
    contents.highways += 1
    box.take(line)
    tags = dict(way.tags)
    name = _name(tags)
    if name and highway not in {"platform", "rest_area", "proposed", "bus_stop"}:
        segments[name].append(line)


def _take_area(contents: Contents, area: "osmium.osm.Area") -> None:
    tags = dict(area.tags)
    if "name" not in tags and "addr:housenumber" not in tags:
        return
    lons, lats, nodes = [], [], []
    for ring in area.outer_rings():
        for node in ring:
            lons.append(node.lon)
            lats.append(node.lat)
            nodes.append(node.ref)
        break
    if lons:
        middle = ((min(lons) + max(lons)) / 2, (min(lats) + max(lats)) / 2)
        place = contents.doors.among(nodes) or middle
        _take_point(contents, tags, place, square=tags.get("highway") in SQUARES and tags.get("area") == "yes")


def _take_point(contents: Contents, tags: dict[str, str], location: LonLat, *, square: bool = False) -> None:
    street = (tags.get("addr:street") or tags.get("addr:place") or "").strip()[:200]
    number = (tags.get("addr:housenumber") or "").strip()
    postcode, city = tags.get("addr:postcode", "").strip()[:10], tags.get("addr:city", "").strip()[:100]
    if street and number:
        for single in number.replace(";", ",").split(","):
            if single.strip():
                contents.addresses.append(AddressPoint(street, single.strip()[:30], postcode, city, location))
    name = _name(tags)
    if not name or square:  # a square is a street
        return
    kind = kind_of(tags)
    if kind is None:
        return
    at = f"{street} {number}".strip()
    contents.places.append(NamedPlace(name, kind, weight_of(kind), at[:200], location))


class _Box:
    """The bounds of what was taken, without the far strays that extracts carry along (long routes cut off somewhere).

    Cells of a twentieth of a degree with some streets form groups; groups of less than a fifth of the largest are strays.
    """

    def __init__(self) -> None:
        self._cells: Counter[tuple[int, int]] = Counter()
        self._bounds: dict[tuple[int, int], list[float]] = {}

    def take(self, line: list[LonLat]) -> None:
        for lon, lat in line:
            cell = (math.floor(lon * 20), math.floor(lat * 20))
            self._cells[cell] += 1
            known = self._bounds.setdefault(cell, [lon, lat, lon, lat])
            known[0], known[1] = min(known[0], lon), min(known[1], lat)
            known[2], known[3] = max(known[2], lon), max(known[3], lat)

    def bounds(self) -> tuple[float, float, float, float]:
        groups = self._groups()
        weights = [sum(self._cells[cell] for cell in group) for group in groups]
        town = {
            near
            for group, weight in zip(groups, weights, strict=True)
            if weight * 5 >= max(weights)
            for cell in group
            for near in _around(cell)
        }
        kept = [self._bounds[cell] for cell in town if cell in self._bounds]
        return (min(b[0] for b in kept), min(b[1] for b in kept), max(b[2] for b in kept), max(b[3] for b in kept))

    def _groups(self) -> list[list[tuple[int, int]]]:
        least = min(20, max(self._cells.values()))
        waiting = {cell for cell, count in self._cells.items() if count >= least}
        groups = []
        while waiting:
            queue, group = [waiting.pop()], []
            while queue:
                here = queue.pop()
                group.append(here)
                near = _around(here) & waiting
                waiting -= near
                queue += near
            groups.append(group)
        return groups


def _around(cell: tuple[int, int]) -> set[tuple[int, int]]:
    """A cell and its eight neighbours."""
    return {(cell[0] + dx, cell[1] + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)}
