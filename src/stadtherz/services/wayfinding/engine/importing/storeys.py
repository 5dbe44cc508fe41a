# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Halls, platforms and corridors that lie above each other: editors often let their lines share nodes, and nobody gets from
one storey to the other there. Where the map says of both on which storey they are, each keeps a node of its own. Lifts,
stairs, moving walks and slopes join storeys, and so do ways of which the map names no storey, or several of which they share one.

Of many places the map says `layer` only, which orders what is drawn above each other and says nothing about ends: a bridge is on
another layer than the street at its end. So there they are parted where that cannot be meant: where a bridge or an underpass
goes on above or below a way that goes on, too, and where platforms and halls of different layers touch.

Source: OpenStreetMap wiki, Key:level, Key:layer, Simple Indoor Tagging.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from itertools import chain
from typing import Final, NamedTuple

from ..vocabulary import Kind
from .levels import read_levels
from .mapfile import MapContent, MapWay

#: below the numbers of places on bare edges and of the far sides of gates
_OURS: Final = -(1 << 57)
_JOINING: Final = frozenset({Kind.STEPS, Kind.ESCALATOR, Kind.LIFT})
_LEVEL: Final = frozenset({"0", "0%", "0 %"})
#: nobody walks from the one onto the other where their layers differ
_FLOORS: Final = frozenset({Kind.PLATFORM, Kind.CORRIDOR})
#: nodes at which people cross a street, or ride between storeys
_MEETING: Final = frozenset({"crossing", "traffic_signals", "elevator"})
_LAYERS: Final = frozenset(str(layer) for layer in range(-10, 11))

Storeys = tuple[float, ...]


def part_storeys(content: MapContent) -> int:
    """Parts what lies on different storeys; returns at how many nodes."""
    lifts = {node for node, found in content.nodes.items() if found.tags.get("highway") == "elevator"}
    levels: dict[int, set[Storeys]] = defaultdict(set)
    joined = set(lifts)
    for way in content.ways:
        if _joins(way):
            joined.update(way.nodes)
        elif "level" in way.tags and (storeys := read_levels(way.tags["level"])):
            for node in way.nodes:
                levels[node].add(storeys)
    own: dict[tuple[int, Storeys], int] = {}
    for node, found in levels.items():
        if len(found) > 1 and node not in joined:
            own |= {(node, storeys): _own(node, lowest) for storeys, lowest in _apart(found).items()}
    if own:
        parted = {node for node, _ in own}
        for way in content.ways:
            if not parted.isdisjoint(way.nodes):
                storeys = read_levels(way.tags.get("level", ""))
                way.nodes = _renamed(
                    way.nodes, {node: own[node, storeys] for node in way.nodes if (node, storeys) in own}, content
                )
    meeting = {node for node, found in content.nodes.items() if found.tags.get("highway") in _MEETING}
    return len({node for node, _ in own}) + _part_layers(content, meeting)


def _apart(found: Iterable[Storeys]) -> dict[Storeys, float]:
    """Of what meets in a node that which has no storey in common with what is nearest to the ground, by its lowest storey.
    What shares a storey belongs together."""
    groups: list[set[float]] = []
    for storeys in found:
        touching = [group for group in groups if not group.isdisjoint(storeys)]
        groups = [group for group in groups if group.isdisjoint(storeys)]
        groups.append(set(storeys).union(*touching))
    nearest = min(groups, key=lambda group: (min(map(abs, group)), min(group)))
    return {
        storeys: min(group) for storeys in found for group in groups if group is not nearest and not group.isdisjoint(storeys)
    }  # fmt: skip


class _Arm(NamedTuple):
    """A way at a node: on which layer, whether it goes on there on both sides, and whether it spans what is below or above."""

    way: MapWay
    layer: int
    through: bool
    spans: bool
    floor: bool


def _part_layers(content: MapContent, meeting: set[int]) -> int:
    """Parts bridges, underpasses and platforms from what they lie above or below; returns at how many nodes. `meeting`: where
    ways meet for certain."""
    spanning = [way for way in content.ways if _spans(way) or _is_floor(way)]
    inner = set(chain.from_iterable([way.nodes if _closed(way) else way.nodes[1:-1] for way in spanning])) - meeting
    arms: dict[int, list[_Arm]] = defaultdict(list)
    joined: set[int] = set()
    for way in content.ways:
        # what we draw across a platform lies where its outline does
        if way.across or inner.isdisjoint(way.nodes):
            continue
        here = inner.intersection(way.nodes)
        if way.kind in _JOINING:
            joined |= here
            continue
        inside = here if _closed(way) else here.intersection(way.nodes[1:-1])
        for node in here:
            arms[node].append(_Arm(way, _layer(way.tags), node in inside, _spans(way), _is_floor(way)))
    parted = {node: _nearest(found) for node, found in arms.items() if node not in joined and _lie_apart(node, found)}
    if parted:
        for way in content.ways:
            if not parted.keys().isdisjoint(way.nodes):
                layer = _layer(way.tags)
                own = {node: _own(node, f"layer {layer}") for node in way.nodes if parted.get(node, layer) != layer}
                way.nodes = _renamed(way.nodes, own, content)
    return len(parted)


def _lie_apart(node: int, arms: list[_Arm]) -> bool:
    for arm in arms:
        others = [other for other in arms if other.layer != arm.layer and not _runs_along(node, arm, other)]
        if arm.spans and arm.through and sum(2 if other.through else 1 for other in others) > 1:
            return True
        if arm.floor and any(other.floor for other in others):
            return True
    return False


def _runs_along(node: int, arm: _Arm, other: _Arm) -> bool:
    """Whether a way goes along the outline of a platform that names no layer, as one that lies on the same bridge."""
    if not other.floor or "layer" in other.way.tags:
        return False
    at = arm.way.nodes.index(node)
    return not {*arm.way.nodes[max(0, at - 1) : at], *arm.way.nodes[at + 1 : at + 2]}.isdisjoint(other.way.nodes)


def _nearest(arms: list[_Arm]) -> int:
    return min({arm.layer for arm in arms}, key=lambda layer: (abs(layer), layer))


def _closed(way: MapWay) -> bool:
    return way.nodes[0] == way.nodes[-1]


def _spans(way: MapWay) -> bool:
    tags = way.tags
    if "bridge" not in tags and "tunnel" not in tags:
        return False
    return not _closed(way) and (
        tags.get("bridge", "no") != "no" or tags.get("tunnel", "no") not in {"no", "building_passage"}
    )


def _is_floor(way: MapWay) -> bool:
    return way.kind in _FLOORS and _closed(way)


def _layer(tags: Mapping[str, str]) -> int:
    """The layer that the map says, else that of a bridge or an underpass."""
    if tags.get("layer", "") in _LAYERS:
        return int(tags["layer"])
    if tags.get("tunnel", "no") not in {"no", "building_passage"}:
        return -1
    return int(tags.get("bridge", "no") != "no")


def _joins(way: MapWay) -> bool:
    """A slope or a moving walk often bears the storey of one of its ends."""
    return way.kind in _JOINING or "conveying" in way.tags or way.tags.get("incline", "0") not in _LEVEL


def _renamed(nodes: list[int], own: Mapping[int, int], content: MapContent) -> list[int]:
    """The nodes of a way, with some of its own."""
    content.where.update((number, content.where[node]) for node, number in own.items())
    return [own.get(node, node) for node in nodes]


def _own(node: int, level: float | str) -> int:
    """The number of a node on one storey, the same on each import."""
    return _OURS - int.from_bytes(blake2b(f"{node} on {level}".encode(), digest_size=6).digest())
