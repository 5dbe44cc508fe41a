# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads what concerns walking from an OpenStreetMap extract (.osm.pbf, .osm, .osm.gz). Interprets nothing but "may one
walk here"; filtering by key happens in libosmium, in one pass over the file.

Source: https://wiki.openstreetmap.org/wiki/PBF_Format, manual of pyosmium 4 (FileProcessor, KeyFilter).
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import osmium

from ..graph import days
from ..landmarks import rank_of
from ..vocabulary import Kind, Place, Rails
from .in_the_way import tells_of_a_door
from .tracks import CROSSED, rails_of
from .values import Report
from .walkable import kind_of

Progress = Callable[[str, float], None]


def silent(what: str, share: float) -> None:
    """Progress that nobody watches."""


_KERB_KEYS: Final = (
    "kerb", "kerb:height", "curb", "curb:height", "sloped_curb", "sloped_kerb", "kerb:left", "kerb:right", "kerb:both",
)  # fmt: skip
WAY_KEYS: Final = ("highway", "railway", "public_transport", "route", "man_made", "amenity", "indoor")
NODE_KEYS: Final = (
    "barrier", *_KERB_KEYS, "crossing", "tactile_paving", "entrance", "door", "ford", "traffic_signals:sound", "railway",
)  # fmt: skip
#: node tags that split a way, because something happens there
_SPLITTING: Final = frozenset({"barrier", *_KERB_KEYS, "crossing", "ford"})
_SPLITTING_HIGHWAYS: Final = frozenset({"crossing", "elevator", "traffic_signals", "steps"})
#: of a kerb that is drawn as a line
_ALONG_KEYS: Final = ("barrier", "height", *_KERB_KEYS)


class MapFileError(Exception):
    """The map file cannot be used; the message says why and what to do."""


_OUTSIDE: Final = "points outside the extract"
#: number, and longitude and latitude in units of 1e-7 degree
Located = tuple[int, int, int]


@dataclass(slots=True)
class MapWay:
    id: int
    kind: Kind
    tags: dict[str, str]
    nodes: list[int]
    day: int
    #: straight across an area, drawn by us
    across: bool = False


@dataclass(slots=True)
class MapRelation:
    """An area of several rings; members are (way, role)."""

    id: int
    kind: Kind
    tags: dict[str, str]
    members: list[tuple[int, str]]
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
    relations: list[MapRelation] = field(default_factory=list)
    #: nodes of tracks, and those of them at which one walks over rails (rails.py)
    tracks: dict[int, Rails] = field(default_factory=dict)
    #: those on the ground, in units of 1e-7 degree
    track_lines: list[tuple[Rails, list[tuple[int, int]]]] = field(default_factory=list)
    #: node → the ways of its tracks
    tracks_at: defaultdict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    rails: dict[int, Rails] = field(default_factory=dict)
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
        _read_areas(path, content, report)
        if negative:
            # libosmium's location index knows only positive numbers; editors' own files have negative ones
            report.dropped.clear()
            content = MapContent(relations=content.relations, timestamp=content.timestamp)
            _read_slowly(path, content, report)
    except (RuntimeError, ValueError, osmium.InvalidLocationError) as error:
        raise MapFileError(
            f"The map file {path.name} is damaged or not an OpenStreetMap extract ({error}). Download it again."
        ) from error
    if not content.ways and report.dropped[_OUTSIDE]:
        raise _unsorted(path)
    if not content.ways:
        raise MapFileError(f"The map file {path.name} contains no way one could walk on.")
    return content


def _unsorted(path: Path) -> MapFileError:
    return MapFileError(
        f"The points of the ways are missing in the map file {path.name}, or come after them. Sort it (osmium sort), or cut it anew "
        "with complete ways."
    )


def _history(path: Path) -> MapFileError:
    return MapFileError(
        f"The map file {path.name} is a history: it has old versions of ways beside new ones. Take an extract of one day "
        "(osmium time-filter)."
    )


def _read(path: Path, content: MapContent, report: Report) -> bool:
    """Fills `content`; returns whether ways with negative node numbers were seen."""
    negative, last, version = False, 0, 0
    objects: Any = osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY).with_locations()
    for item in objects.with_filter(osmium.filter.KeyFilter(*WAY_KEYS, *NODE_KEYS)):
        if item.is_node():
            if last:
                raise _unsorted(path)
            _take_node(item, content)
            continue
        nodes = item.nodes
        points = [(node.ref, at.x, at.y) for node in nodes if (at := node.location).valid()]
        negative |= len(points) < len(nodes) and any(node.ref < 0 for node in nodes)
        if item.id == last:
            if item.version != version:
                raise _history(path)
            report.drop("ways that are in the file twice")
            continue
        last, version = item.id, item.version
        _take_way(item, points, content, report)
    return negative


def _read_areas(path: Path, content: MapContent, report: Report) -> None:
    """Platforms and squares that the map draws as relations: one walks along the rings that have no tags of their own."""
    rings: dict[int, dict[str, str]] = {}
    relations: Any = osmium.FileProcessor(str(path), osmium.osm.RELATION)
    for relation in relations.with_filter(
        osmium.filter.KeyFilter("highway", "railway", "public_transport", "indoor", "man_made")
    ):
        tags = {tag.k: tag.v for tag in relation.tags}
        kind = kind_of(tags)
        if tags.get("type") != "multipolygon" or kind is None:
            continue
        tags["area"] = "yes"
        members = [(member.ref, member.role) for member in relation.members if member.type == "w"]
        content.relations.append(MapRelation(relation.id, kind, tags, members, _day(relation)))
        rings |= {ref: tags for ref, _ in members}
    for way in content.ways:
        rings.pop(way.id, None)
    if not rings:
        return
    objects: Any = osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY).with_locations()
    for item in objects.with_filter(osmium.filter.EntityFilter(osmium.osm.WAY)).with_filter(
        osmium.filter.IdFilter(rings)
    ):
        tags = rings[item.id]
        points = [(node.ref, at.x, at.y) for node in item.nodes if (at := node.location).valid()]
        kind = kind_of(tags)
        if kind is not None:
            _walk_along(_as_drawn(item, kind, tags, points), points, content, report)


def _read_slowly(path: Path, content: MapContent, report: Report) -> None:
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
        if reader.header().has_multiple_object_versions:
            raise _history(path)
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
    if (
        highway in _SPLITTING_HIGHWAYS or tags.get("railway") in CROSSED or not _SPLITTING.isdisjoint(tags)
        or tells_of_a_door(tags)
    ):  # fmt: skip
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


def _take_way(item: Any, points: list[Located], content: MapContent, report: Report) -> None:
    tags = {tag.k: tag.v for tag in item.tags}
    if tags.get("barrier") in {"kerb", "curb"}:
        _take_kerb(tags, points, content, _day(item))
        return
    lying = rails_of(tags)
    if lying is not None:
        for node, _, _ in points:
            content.tracks[node] = max(lying, content.tracks.get(node, lying))
            content.tracks_at[node].add(item.id)
        if lying and len(points) > 1 and not {"bridge", "tunnel"} & tags.keys():
            content.track_lines.append((lying, [(x, y) for _, x, y in points]))
    kind = kind_of(tags)
    place = _place(tags, None) if kind is None else None
    if kind is None and place is None:
        return
    if len(points) != len(item.nodes):
        report.drop(_OUTSIDE, len(item.nodes) - len(points))
    if kind is None:
        if place and points:
            content.places.append((place, *_middle([(x, y) for _, x, y in points]), tags, -item.id))
        return
    _walk_along(_as_drawn(item, kind, tags, points), points, content, report)


def _take_kerb(tags: dict[str, str], points: list[Located], content: MapContent, day: int) -> None:
    """A kerb that is drawn as a line: who crosses it meets it at the node that both share. What stands at the node counts more."""
    kerb: dict[str, str] = {key: tags[key] for key in _ALONG_KEYS if key in tags}
    for node, _, _ in points:
        known = content.nodes.get(node)
        if known is None:
            content.nodes[node] = MapNode(kerb, day)
        elif not any(key in known.tags for key in _ALONG_KEYS if key != "barrier"):
            content.nodes[node] = MapNode(kerb | known.tags, known.day)


def _as_drawn(item: Any, kind: Kind, tags: dict[str, str], points: list[Located]) -> MapWay:
    whole = len(points) == len(item.nodes)
    nodes = [ref for ref, _, _ in points] if whole else [node.ref for node in item.nodes]
    return MapWay(item.id, kind, tags, nodes, _day(item))


def _walk_along(way: MapWay, points: list[Located], content: MapContent, report: Report) -> None:
    """Takes a way; one that leaves the extract and comes back is two, not one with a short cut between."""
    taken = False
    for run in _runs(way.nodes, points):
        nodes = [ref for index, (ref, _, _) in enumerate(run) if index == 0 or run[index - 1][0] != ref]
        if len(nodes) > 1:
            content.where.update((ref, (x, y)) for ref, x, y in run)
            content.ways.append(replace(way, nodes=nodes))
            taken = True
    if not taken:
        report.drop("ways with fewer than two points")


def _runs(refs: list[int], points: list[Located]) -> list[list[Located]]:
    """The points of a way that follow each other on it, without those outside the extract."""
    if len(points) == len(refs):
        return [points]
    inside = iter([*points, (0, 0, 0)])
    point = next(inside)
    runs: list[list[Located]] = [[]]
    for ref in refs:
        if ref == point[0]:
            runs[-1].append(point)
            point = next(inside)
        else:
            runs.append([])
    return [run for run in runs if run]
