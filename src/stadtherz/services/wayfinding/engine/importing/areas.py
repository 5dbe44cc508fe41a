# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Squares, platforms and halls that the map draws as areas: their rings, the ground they cover, and what stands on it.

Sources: OpenStreetMap wiki, pages Tag:highway=pedestrian, Key:area, Tag:place=square, Tag:railway=platform, Tag:indoor=corridor,
Relation:multipolygon, Key:barrier.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import osmium
import shapely

from ..geodesy import METRES_PER_DEGREE
from ..graph import Ints
from ..vocabulary import Access, Kind
from .mapfile import MapContent
from .sides import pavement_sides
from .values import Report
from .walkable import INDOORS, structure

#: on these one may walk wherever one likes; car parks and farm yards are left to their ways
OPEN_KINDS: Final = frozenset({
    Kind.PEDESTRIAN, Kind.FOOTWAY, Kind.PATH, Kind.LIVING_STREET, Kind.PLATFORM, Kind.CORRIDOR,
})  # fmt: skip
#: square metres; smaller areas are crossed in three steps
SMALLEST: Final = 30.0
_WALLS: Final = {
    "wall", "fence", "hedge", "retaining_wall", "city_wall", "guard_rail", "railing", "handrail", "ditch", "kerb",
    "jersey_barrier", "cable_barrier", "chain", "rope", "tank_trap",
}  # fmt: skip
_BEDS: Final = {"grass", "flowerbed", "construction", "basin"}
#: units of 1e-7 degree; what is longer is no square but a mistake
_LARGEST: Final = 1_000_000
#: how often an outline may cross itself
_MOST_LOOPS: Final = 40
#: pieces of an outline that are looked at together
_AT_ONCE: Final = 50
_ABOVE: Final = {"roof", "canopy", "carport", "no", "demolished"}
#: a house that covers more than this share of an area stands around it or above it, not on it
_AROUND: Final = 0.6
#: cells by which things near areas are found, in units of 1e-7 degree
_CELL: Final = 20_000
#: metres that an outline may be off before something counts as standing on a line
_SLACK: Final = 0.2

Tags = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Area:
    """Rings are numbers of nodes; the last is the first. `way`: whose facts count for it, of a relation an outer ring."""

    way: int
    kind: Kind
    tags: Tags
    day: int
    outer: tuple[tuple[int, ...], ...]
    inner: tuple[tuple[int, ...], ...] = ()
    #: the rings as the map draws them, where places were put onto the outline (bare_edges.py)
    mapped: tuple[tuple[int, ...], ...] = ()

    @property
    def rings(self) -> tuple[tuple[int, ...], ...]:
        return self.outer + self.inner


@dataclass(frozen=True, slots=True)
class Block:
    """Something that one does not walk through: closed and `solid`, or a line."""

    nodes: tuple[int, ...]
    where: tuple[tuple[int, int], ...]
    solid: bool
    layer: str


class Plane:
    """Metres east and north of a point, good to 0.1 % over a few kilometres."""

    def __init__(self, x: int, y: int) -> None:
        self.origin = np.array((x, y), dtype="f8")
        self.scale = np.array((np.cos(np.radians(y / 1e7)), 1.0)) * METRES_PER_DEGREE / 1e7

    def metres(self, where: Any) -> Ints:
        """From units of 1e-7 degree."""
        found: Ints = (np.asarray(where, dtype="f8").reshape(-1, 2) - self.origin) * self.scale
        return found


def stratum(tags: Tags) -> tuple[str, str]:
    """Layer and storey: what lies above or below is not met."""
    level = tags.get("level", "0").split(";")[0]
    return tags.get("layer", "-1" if tags.get("tunnel", "no") not in {"no", "building_passage"} else "0"), level


def open_areas(content: MapContent, report: Report) -> list[Area]:
    """The areas on which everybody may walk about."""
    found: list[Area] = []
    lines: dict[int, list[list[int]]] = defaultdict(list)
    wanted = {ref for relation in content.relations for ref, _ in relation.members}
    parts: set[int] = set()
    for way in content.ways:
        if way.id in wanted:
            lines[way.id].append(way.nodes)
    for relation in content.relations:
        if relation.kind not in OPEN_KINDS or _private(relation.tags, relation.kind):
            continue
        outer, inner = (
            _rings([line for ref, role in relation.members if (role == "inner") is hole for line in lines.get(ref, [])])
            for hole in (False, True)
        )
        if not outer or inner is None:
            report.drop("open areas without closed outline")
            continue
        around = {ref for ref, role in relation.members if role != "inner"}
        parts |= around
        found.append(Area(min(around), relation.kind, relation.tags, relation.day, outer, inner))
    # rings that have their tags from the relation alone
    lent = {id(relation.tags) for relation in content.relations}
    for way in content.ways:
        if way.id in parts or id(way.tags) in lent:
            continue
        if _is_area(way.tags, way.kind, way.nodes) and not _private(way.tags, way.kind):
            found.append(Area(way.id, way.kind, way.tags, way.day, (tuple(way.nodes),)))
    bearable = [area for area in found if not _too_large(area, content)]
    if len(bearable) < len(found):
        report.drop("open areas longer than a tenth of a degree", len(found) - len(bearable))
    return bearable


def _is_area(tags: Tags, kind: Kind, nodes: Sequence[int]) -> bool:
    if kind not in OPEN_KINDS or len(nodes) < 4 or nodes[0] != nodes[-1] or tags.get("area") == "no":
        return False
    return (
        tags.get("area") == "yes" or kind is Kind.PLATFORM or tags.get("place") == "square"
        or tags.get("indoor") in INDOORS
    )  # fmt: skip


def _private(tags: Tags, kind: Kind) -> bool:
    return structure(tags, kind, pavement_sides(tags, kind))[1] == Access.PRIVATE


def _rings(lines: Iterable[Sequence[int]]) -> tuple[tuple[int, ...], ...] | None:
    """Closed rings from pieces in any order and direction; None where they do not close."""
    open_ends: dict[int, list[list[int]]] = defaultdict(list)
    found: list[tuple[int, ...]] = []
    pieces: list[list[int]] = []
    for line in lines:
        if line[0] == line[-1]:
            found.append(tuple(line))
            continue
        piece = list(line)
        pieces.append(piece)
        open_ends[piece[0]].append(piece)
        open_ends[piece[-1]].append(piece)
    used: set[int] = set()
    for piece in pieces:
        if id(piece) in used:
            continue
        used.add(id(piece))
        ring = list(piece)
        while ring[-1] != ring[0]:
            following = next((other for other in open_ends[ring[-1]] if id(other) not in used), None)
            if following is None:
                return None
            used.add(id(following))
            ring += following[1:] if following[0] == ring[-1] else following[-2::-1]
        found.append(tuple(ring))
    return tuple(ring for ring in found if len(ring) > 3)


def _too_large(area: Area, content: MapContent) -> bool:
    where = [content.where[node] for ring in area.outer for node in ring]
    return any(max(side) - min(side) > _LARGEST for side in zip(*where, strict=True))


def ground(area: Area, content: MapContent, plane: Plane) -> Any | None:
    """The polygon in metres; None where the outline encloses nothing that one could cross."""
    outer, inner = (
        [shapely.Polygon(plane.metres([content.where[node] for node in ring])) for ring in rings]
        for rings in (area.outer, area.inner)
    )
    whole = shapely.union_all([_mended(ring) for ring in outer]) if len(outer) > 1 else _mended(outer[0])
    if inner:
        whole = shapely.difference(whole, shapely.union_all([_mended(ring) for ring in inner]))
    return whole if not whole.is_empty and shapely.area(whole) >= SMALLEST else None


def _mended(ring: Any) -> Any:
    """A ring that crosses or touches itself is several."""
    if shapely.is_valid(ring):
        return ring
    if _tangled(ring):
        return shapely.Polygon()
    parts = shapely.get_parts(shapely.make_valid(ring))
    return shapely.union_all([part for part in parts if shapely.get_dimensions(part) == 2])


def _tangled(ring: Any) -> bool:
    """Whether a ring crosses itself so often that nobody can tell what it encloses."""
    points = shapely.get_coordinates(ring)
    pieces = shapely.linestrings(np.stack((points[:-1], points[1:]), axis=1))
    tree, loops = shapely.STRtree(pieces), 0
    for first in range(0, len(pieces), _AT_ONCE):
        loops += tree.query(pieces[first : first + _AT_ONCE], predicate="crosses").shape[1]
        if loops > 2 * _MOST_LOOPS:
            return True
    return False


def read_blocks(path: Path, areas: Sequence[Area], content: MapContent) -> list[Block]:
    """Houses, walls, fountains and beds that begin near an area, in one more pass over the file."""
    cells: set[tuple[int, int]] = set()
    for area in areas:
        corners = np.array([content.where[node] for ring in area.rings for node in ring]) // _CELL
        (west, south), (east, north) = corners.min(axis=0).tolist(), corners.max(axis=0).tolist()
        cells |= {(x, y) for x in range(west, east + 1) for y in range(south, north + 1)}
    if not cells:
        return []
    objects: Any = osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY).with_locations()
    keys = osmium.filter.KeyFilter("building", "barrier", "landuse", "natural", "amenity", "area:highway")
    found = []
    for item in objects.with_filter(osmium.filter.EntityFilter(osmium.osm.WAY)).with_filter(keys):
        nodes = item.nodes
        first = nodes[0].location if len(nodes) > 1 else None
        if first is None or not first.valid() or (first.x // _CELL, first.y // _CELL) not in cells:
            continue
        tags = {tag.k: tag.v for tag in item.tags}
        solid = _solid(tags) and item.is_closed()
        if not solid and not _wall(tags):
            continue
        points = [(node.ref, at.x, at.y) for node in nodes if (at := node.location).valid()]
        if len(points) == len(nodes):
            refs, where = tuple(ref for ref, _, _ in points), tuple((x, y) for _, x, y in points)
            found.append(Block(refs, where, solid, tags.get("layer", "0")))
    return found


def platforms(areas: Sequence[Area], content: MapContent) -> list[Block]:
    """Platforms on a square are higher than it: one gets onto them where a way leads there."""
    return [
        Block(ring, tuple(content.where[node] for node in ring), True, stratum(area.tags)[0])
        for area in areas if area.kind is Kind.PLATFORM for ring in area.outer
    ]  # fmt: skip


def _solid(tags: Tags) -> bool:
    if "building" in tags:
        return (
            tags["building"] not in _ABOVE and tags.get("location") != "underground"
            and tags.get("building:min_level", "0") == "0" and "min_height" not in tags
        )  # fmt: skip
    return (
        tags.get("landuse") in _BEDS or tags.get("natural") == "water" or tags.get("amenity") == "fountain"
        or tags.get("area:highway") == "steps"
    )  # fmt: skip


def _wall(tags: Tags) -> bool:
    if tags.get("barrier") == "kerb":
        return tags.get("kerb", "raised") not in {"flush", "lowered", "no"}
    return tags.get("barrier") in _WALLS and tags.get("foot", "no") not in {"yes", "designated", "permissive"}


class Blocks:
    """What stands in the way, found by place."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self.blocks = blocks
        shapes = [shapely.box(*np.min(block.where, axis=0), *np.max(block.where, axis=0)) for block in blocks]
        self._tree = shapely.STRtree(shapes)

    def on(self, area: Area, whole: Any, content: MapContent, plane: Plane) -> list[tuple[Block, Any]]:
        """Blocks that reach into the ground of an area, with what nobody walks through."""
        layer, level = stratum(area.tags)
        under_a_roof = any(area.tags.get(key, "no") != "no" for key in ("indoor", "covered", "tunnel"))
        if not self.blocks or under_a_roof or level != "0":
            return []
        where = np.array([content.where[node] for ring in area.outer for node in ring])
        near = self._tree.query(shapely.box(*where.min(axis=0), *where.max(axis=0)))
        found = []
        for number in np.sort(near).tolist():
            block = self.blocks[number]
            if block.layer != layer or block.nodes in (area.mapped or area.rings):
                continue
            points = plane.metres(block.where)
            if not block.solid:
                shape = shapely.LineString(points)
            elif len(points) > 3:
                shape = shapely.buffer(_mended(shapely.Polygon(points)), -_SLACK)
                if shapely.area(shapely.intersection(shape, whole)) > _AROUND * shapely.area(whole):
                    continue
            else:
                continue
            if not shape.is_empty and shapely.intersects(shape, whole):
                found.append((block, shape))
        return found
