# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads what concerns walking from an OpenStreetMap extract (.osm.pbf, .osm, .osm.gz). Interprets nothing but "may one
walk here"; filtering by key happens in libosmium, in one pass over the file.

Source: https://wiki.openstreetmap.org/wiki/PBF_Format, manual of pyosmium 4 (FileProcessor, KeyFilter).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

import osmium

from .graph import days
from .landmarks import rank_of
from .tagging import kind_of
from .values import Report
from .vocabulary import Kind, Place

Progress = Callable[[str, float], None]


def silent(what: str, share: float) -> None:
    """Progress that nobody watches."""


WAY_KEYS: Final = ("highway", "railway", "public_transport", "route", "man_made", "amenity", "indoor")
NODE_KEYS: Final = (
    "barrier", "kerb", "kerb:height", "sloped_curb", "crossing", "tactile_paving", "entrance", "traffic_signals:sound",
)  # fmt: skip
#: node tags that split a way, because something happens there
_SPLITTING: Final = ("barrier", "kerb", "kerb:height", "sloped_curb", "crossing")


class MapFileError(Exception):
    """The map file cannot be used; the message says why and what to do."""


@dataclass(slots=True)
class MapWay:
    id: int
    kind: Kind
    tags: dict[str, str]
    nodes: list[int]
    day: int


@dataclass(slots=True)
class MapNode:
    tags: dict[str, str]
    day: int


@dataclass(slots=True)
class MapContent:
    ways: list[MapWay] = field(default_factory=list)
    #: node id → (longitude, latitude) in units of 1e-7 degree
    where: dict[int, tuple[int, int]] = field(default_factory=dict)
    #: tagged nodes at which a way is split
    nodes: dict[int, MapNode] = field(default_factory=dict)
    places: list[tuple[Place, int, int, dict[str, str], int]] = field(default_factory=list)
    timestamp: str = ""


def read_map(path: Path, report: Report, progress: Progress = silent) -> MapContent:
    """Reads the extract. Raises MapFileError for a missing, damaged or empty one."""
    if not path.is_file():
        raise MapFileError(f"There is no map file {path.name}.")
    progress("reading the map", 0.0)
    content = MapContent()
    try:
        content.timestamp = _timestamp(path)
        negative = _read(path, content, report)
        if negative and not content.ways:
            # libosmium's location index knows only positive numbers; editors' own files have negative ones
            report.dropped.clear()
            _read_slowly(path, content, report)
    except (RuntimeError, osmium.InvalidLocationError) as error:
        raise MapFileError(
            f"The map file {path.name} is damaged or not an OpenStreetMap extract ({error}). Download it again."
        ) from error
    if not content.ways:
        raise MapFileError(f"The map file {path.name} contains no way one could walk on.")
    return content


def _read(path: Path, content: MapContent, report: Report) -> bool:
    """Fills `content`; returns whether ways with negative node numbers were seen."""
    negative = False
    objects: Any = osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY).with_locations()
    for item in objects.with_filter(osmium.filter.KeyFilter(*WAY_KEYS, *NODE_KEYS)):
        if item.is_node():
            _take_node(item, content)
        else:
            negative |= len(item.nodes) > 0 and item.nodes[0].ref < 0
            points = [(node.ref, node.location.x, node.location.y) for node in item.nodes if node.location.valid()]
            _take_way(item, points, content, report)
    return negative


def _read_slowly(path: Path, content: MapContent, report: Report) -> None:
    content.nodes.clear()
    content.places.clear()
    where: dict[int, tuple[int, int]] = {}
    objects: Any = osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY)
    for item in objects:
        if item.is_node():
            where[item.id] = (item.location.x, item.location.y)
            if item.tags:
                _take_node(item, content)
        elif item.is_way():
            points = [(node.ref, *where[node.ref]) for node in item.nodes if node.ref in where]
            _take_way(item, points, content, report)


def _timestamp(path: Path) -> str:
    with osmium.io.Reader(str(path), osmium.osm.NOTHING) as reader:
        return str(reader.header().get("osmosis_replication_timestamp") or "")


def _day(item: Any) -> int:
    stamp = item.timestamp
    return days(date(stamp.year, stamp.month, stamp.day)) if stamp.year > 2000 else 0


def _take_node(item: Any, content: MapContent) -> None:
    tags = {tag.k: tag.v for tag in item.tags}
    highway = tags.get("highway")
    place = _place(tags, highway)
    if place and item.location.valid():
        content.places.append((place, item.location.x, item.location.y, tags, item.id))
    if highway in {"crossing", "elevator", "traffic_signals"} or any(key in tags for key in _SPLITTING):
        content.nodes[item.id] = MapNode(tags, _day(item))


def _place(tags: dict[str, str], highway: str | None) -> Place | None:
    amenity = tags.get("amenity")
    if amenity == "bench":
        return Place.BENCH
    if amenity == "toilets":
        return Place.TOILET if tags.get("access", "yes") not in {"private", "no"} else None
    if highway == "elevator":
        return Place.LIFT
    if tags.get("entrance") in {"yes", "main"}:
        return Place.ENTRANCE
    return Place.LANDMARK if rank_of(tags) else None


def _middle(points: list[tuple[int, int]]) -> tuple[int, int]:
    return sum(x for x, _ in points) // len(points), sum(y for _, y in points) // len(points)


def _take_way(item: Any, points: list[tuple[int, int, int]], content: MapContent, report: Report) -> None:
    tags = {tag.k: tag.v for tag in item.tags}
    kind = kind_of(tags)
    place = _place(tags, None) if kind is None else None
    if kind is None and place is None:
        return
    if len(points) != len(item.nodes):
        report.drop("points outside the extract", len(item.nodes) - len(points))
    nodes = [ref for ref, _, _ in points]
    places = [(x, y) for _, x, y in points]
    if kind is None:
        if place and places:
            content.places.append((place, *_middle(places), tags, -item.id))
        return
    repeated = [index for index in range(1, len(nodes)) if nodes[index] == nodes[index - 1]]
    for index in reversed(repeated):
        del nodes[index], places[index]
    if len(nodes) < 2:
        report.drop("ways with fewer than two points")
        return
    content.where.update(zip(nodes, places, strict=True))
    content.ways.append(MapWay(item.id, kind, tags, nodes, _day(item)))
