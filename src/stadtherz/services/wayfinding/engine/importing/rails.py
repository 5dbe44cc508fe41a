# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where one walks over rails: level crossings with their barriers, lights and bells, and tracks of trams.

The map notes most of them as a node (railway=level_crossing, crossing, tram_level_crossing, tram_crossing); where a footway and a
track share a node without such a note, one crosses as well. A street in which trams run shares node after node with
their tracks: who walks along it crosses nothing, who changes its side does. Sources: OpenStreetMap wiki, pages
Tag:railway=level_crossing, Tag:railway=crossing, Tag:railway=tram_crossing, Key:crossing:barrier.
"""

from collections import defaultdict
from collections.abc import KeysView, Mapping, Sequence
from typing import Final

import numpy as np
import shapely

from ..graph import ROW, Graph, Ints
from ..vocabulary import Barrier, Flag, Kind, Provenance, Rails, RailsAt, Tri
from .in_the_way import wheelchair
from .mapfile import MapContent, MapWay
from .tracks import CROSSED
from .words import MISSING

Tags = Mapping[str, str]
#: an edge, and whether it is drawn to the point where others meet it
Arm = tuple[int, bool]

_ON_FOOT: Final = {Kind.FOOTWAY, Kind.PATH, Kind.CYCLEWAY, Kind.CROSSING, Kind.PAVEMENT, Kind.TRACK, Kind.PEDESTRIAN}
#: of areas that have no tracks where their lines and those of tracks cross on the map
_OFF_THE_GROUND: Final = {"layer", "bridge", "tunnel", "indoor", "location"}


def find_rails(content: MapContent) -> None:
    """Fills `content.rails`, the nodes at which one walks over rails."""
    for number, node in content.nodes.items():
        word = node.tags.get("railway", "")
        # there are extracts without tracks
        if word in CROSSED and (lying := content.tracks.get(number, Rails.SOME)):
            content.rails[number] = Rails.TRAM if word.startswith("tram_") else lying
    lying_at = {number: rails for number, rails in content.tracks.items() if rails}
    for way in content.ways:
        if way.kind in _ON_FOOT and not way.across and not {"bridge", "tunnel"} & way.tags.keys():
            for at, number in enumerate(way.nodes):
                if number in lying_at and not _along(way, at, content):
                    content.rails.setdefault(number, lying_at[number])


def _along(way: MapWay, at: int, content: MapContent) -> bool:
    """Whether rails lie along the way there, not across it: one track has more of its nodes."""
    here = content.tracks_at[way.nodes[at]]
    beside = (*way.nodes[max(0, at - 2) : at], *way.nodes[at + 1 : at + 3])
    return any(node in content.tracks and not here.isdisjoint(content.tracks_at[node]) for node in beside)


def apply_rails(graph: Graph, content: MapContent, junctions: Ints, junction_ids: Ints) -> None:
    """Writes the rails onto the edges that lead to them, and onto the crossings of streets in which they lie. `junctions[e]`
    are the two junctions of edge `e`, before corners were split."""
    tracks = {number: rails for number, rails in content.tracks.items() if rails}
    there = np.isin(junction_ids, np.fromiter({*content.rails, *tracks}, dtype="i8"))
    along = _runs_along(content, tracks.keys())
    arms: dict[int, list[Arm]] = defaultdict(list)
    changing_sides: set[int] = set()
    way, kind = graph.edges["way"].tolist(), graph.edges["kind"]
    for edge in np.flatnonzero(there[junctions].any(axis=1)).tolist():
        one, other = junctions[edge].tolist()
        if one == other:
            node = int(junction_ids[one])
            if kind[edge] == Kind.CROSSING and node in along.get(way[edge], ()):
                graph.edges["rails"][edge] = packed(tracks[node], RailsAt.ALONG, {})
                changing_sides.add(node)
            continue
        for at_end, junction in ((False, one), (True, other)):
            node = int(junction_ids[junction])
            if node in content.rails and node not in along.get(way[edge], ()):
                arms[node].append((edge, at_end))
    for node, meeting in arms.items():
        found = meeting
        if node in changing_sides:
            # who goes on along another street walks over the rails where that street is crossed
            found = [arm for arm in meeting if Kind(kind[arm[0]]) in _ON_FOOT and not _is_drawn(graph, arm[0])]
        tags = content.nodes[node].tags if node in content.nodes else {}
        for edge, at_end in _before(way, found):
            graph.edges["rails"][edge] = packed(content.rails[node], RailsAt.END if at_end else RailsAt.START, tags)
            _write_hindrances(graph, edge, tags)
    _across_squares(graph, content)


def _across_squares(graph: Graph, content: MapContent) -> None:
    """Lines straight across squares have no nodes in common with the tracks that they cross; below a hall or a bridge lie others."""
    on_the_ground = [way.id for way in content.ways if way.across and not _OFF_THE_GROUND & way.tags.keys()]
    lines = np.flatnonzero(
        np.isin(graph.edges["way"], on_the_ground) & ((graph.edges["flags"] & np.uint32(Flag.ACROSS)) > 0)
    )
    if not len(lines) or not content.track_lines:
        return
    tracks = shapely.STRtree([shapely.linestrings(np.array(points) / 1e7) for _, points in content.track_lines])
    walked = [shapely.linestrings(graph.line(edge)) for edge in lines.tolist()]
    for which, track in zip(*tracks.query(walked, predicate="crosses").tolist(), strict=True):
        graph.edges["rails"][lines[which]] = packed(content.track_lines[track][0], RailsAt.ALONG, {})


def _is_drawn(graph: Graph, edge: int) -> bool:
    return bool(graph.edges["flags"][edge] & np.uint32(Flag.DRAWN))


def _runs_along(content: MapContent, tracks: KeysView[int]) -> dict[int, set[int]]:
    """By way, the nodes at which rails lie along it."""
    found: dict[int, set[int]] = defaultdict(set)
    for way in content.ways:
        if not tracks.isdisjoint(way.nodes):
            found[way.id].update(
                node for at, node in enumerate(way.nodes) if node in tracks and _along(way, at, content)
            )
    return found


def _before(way: Sequence[int], arms: Sequence[Arm]) -> list[Arm]:
    """Of the edges that meet in a point those that somebody walks who passes it: of a way that goes on there the part that is
    drawn to it, of two that end there the first. `way`: by edge."""
    parts: dict[int, tuple[list[Arm], list[Arm]]] = defaultdict(lambda: ([], []))
    for edge, at_end in arms:
        parts[way[edge]][at_end].append((edge, at_end))
    found = [arm for from_there, to_there in parts.values() if from_there for arm in to_there]
    ending = [one or other for one, other in parts.values() if not (one and other)]
    if len(ending) == 2:
        found += ending[0]
    elif len(ending) > 2:
        found += [arm for group in ending for arm in group]
    return found


def packed(what: Rails, where: RailsAt, tags: Tags) -> int:
    """The number that a graph keeps: what lies where on the edge, and whether barriers, lights and sounds warn."""
    lights = "yes" if "signals" in tags.get("crossing", "") else ""
    sound = tags.get("crossing:bell", "") or tags.get("traffic_signals:sound", "")
    number = int(what) | int(where) << 2
    words = (tags.get("crossing:barrier", ""), tags.get("crossing:light", "") or lights, sound)
    for shift, word in zip((4, 6, 8), words, strict=True):
        number |= int(Tri.UNKNOWN if not word else Tri.NO if word in MISSING else Tri.YES) << shift
    return number


def _write_hindrances(graph: Graph, edge: int, tags: Tags) -> None:
    """What stands in the way of wheels at such a place."""
    found = {"wheelchair": int(wheelchair(tags.get("wheelchair", "")))}
    if tags.get("crossing:chicane", "no") not in MISSING:
        found["barrier"] = int(Barrier.CYCLE_BARRIER)
    for name, value in found.items():
        if value and graph.provenance[ROW[name], edge] <= Provenance.ASSUMED:
            graph.edges[name][edge] = value
            graph.provenance[ROW[name], edge] = Provenance.OSM
