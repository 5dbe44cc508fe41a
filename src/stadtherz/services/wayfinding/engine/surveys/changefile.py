# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Surveyed facts as a change file for OpenStreetMap (OsmChange 0.6, wiki page OsmChange), to be looked at and uploaded
by a mapper with an account of their own. Only what has an object to stand on is written; the rest is handed back.

Tags after the OpenStreetMap wiki: Key:kerb, Key:kerb:height, Key:width, Key:incline, Key:surface, Key:smoothness,
Key:step_count, Key:handrail, Key:ramp, Key:tactile_paving, Key:crossing, Key:sidewalk, Key:source:width.

Three rules keep it from doing harm. What was chosen by its picture stands for a range ("up to 6 cm") and is marked as
estimated. A crossing's answer is that of its worse side, so a kerb that a mapper has described is left alone where another
one of the same crossing was not. And what an answer contradicts goes: no ramp, no ramp for wheelchairs.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree

import osmium

from ..vocabulary import SURFACE_WORDS, Crossing, Ramp, Side, Smoothness, Surface, Tri
from .questions import Question
from .surveyed import Surveyed

Tags = dict[str, str]
_SURFACE: Final = {surface: word for word, surface in reversed(SURFACE_WORDS.items())}
_CROSSING: Final = {
    Crossing.UNMARKED: "unmarked", Crossing.MARKED: "uncontrolled", Crossing.SIGNALS: "traffic_signals",
}  # fmt: skip
#: questions whose answers belong to points of the map
_ON_NODES: Final = (Question.KERB, Question.CROSSING, Question.TACTILE)


class NoVersions(Exception):
    """The map's file has left out the versions of its objects: OpenStreetMap takes no change of what it cannot compare."""


@dataclass(slots=True)
class Object:
    """A way or node of the map with its present tags."""

    kind: str
    id: int
    version: int
    tags: Tags
    nodes: list[int] = field(default_factory=list)
    place: tuple[float, float] | None = None
    changed: bool = False


def _kerb(value: int) -> Tags:
    word = "flush" if value == 0 else "lowered" if value <= 30 else "raised"
    return {"kerb": word, "kerb:height": _plain(value / 1000)}


def _ramp(value: int) -> Tags:
    kinds = {
        Ramp.PRAM: {"ramp:stroller": "yes", "ramp:wheelchair": "no"}, Ramp.WHEELCHAIR: {"ramp:wheelchair": "yes"},
    }  # fmt: skip
    return {"ramp": "yes"} | kinds[Ramp(value)] if value in kinds else {"ramp": "no"}


#: what cannot stay beside "ramp=no"
_OF_RAMPS: Final = ("ramp:wheelchair", "ramp:stroller", "ramp:bicycle", "ramp:luggage")
#: the tag with the figure of an answer, which says "estimated" where the answer was a range
_FIGURE: Final = {Question.KERB: "kerb:height", Question.WIDTH: "width", Question.INCLINE: "incline"}
#: words for a kerb that somebody looked at; "yes" only says that there is one
_DESCRIBED: Final = frozenset({"flush", "lowered", "raised", "rolled", "no"})


def _nobody(_fact: Surveyed) -> bool:
    """No answer was a range."""
    return False


def _yes_or_no(value: int) -> str:
    return "yes" if value == Tri.YES else "no"


_TAGS: Final[dict[Question, Callable[[int], Tags]]] = {
    Question.KERB: _kerb, Question.RAMP: _ramp, Question.WIDTH: lambda value: {"width": _plain(value / 100)},
    Question.INCLINE: lambda value: {"incline": f"{_plain(value / 10)}%"},
    Question.SURFACE: lambda value: {"surface": _SURFACE[Surface(value)]},
    Question.SMOOTHNESS: lambda value: {"smoothness": Smoothness(value).name.lower()},
    Question.STEPS: lambda value: {"step_count": str(value)},
    Question.HANDRAIL: lambda value: {"handrail": _yes_or_no(value)},
    Question.TACTILE: lambda value: {"tactile_paving": _yes_or_no(value)},
    Question.CROSSING: lambda value: {"crossing": _CROSSING[Crossing(value)]},
    #: OpenStreetMap has no tag for it
    Question.TURNING: lambda _value: {},
}  # fmt: skip


def tags_of(question: Question, value: int) -> Tags:
    """An answer as tags."""
    return _TAGS[question](value)


def _plain(number: float) -> str:
    return f"{number:.3f}".rstrip("0").rstrip(".")


def change_file(
    extract: Path, facts: Sequence[Surveyed], *, generator: str = "Stadtherz",
    is_range: Callable[[Surveyed], bool] = _nobody,
) -> tuple[bytes, list[Surveyed]]:  # fmt: skip
    """(OsmChange as XML, facts that have no object to stand on, which a comment in it counts). Later facts win over earlier
    ones; what changes says when it was looked at (Key:check_date). Raises NoVersions."""
    wanted = {fact.spot.way for fact in facts} | {0}
    ways = _read(extract, osmium.osm.WAY, wanted)
    ends = {node for way in ways.values() for node in (way.nodes[0], way.nodes[-1])}
    nodes = _read(extract, osmium.osm.NODE, ends | {fact.spot.junction for fact in facts} | _inner(facts, ways))
    left: list[Surveyed] = []
    for fact in facts:
        targets, prefix = _targets(fact, ways, nodes)
        for target in targets:
            said = {prefix + key: value for key, value in tags_of(fact.question, fact.value).items()}
            figure = prefix + _FIGURE.get(fact.question, "")
            gone = set(_OF_RAMPS if said.get("ramp") == "no" else (f"source:{figure}",)) - said.keys()
            if figure in said and is_range(fact):
                said[f"source:{figure}"] = "estimated"
                gone.discard(f"source:{figure}")
            if any(target.tags.get(key) != value for key, value in said.items()):
                target.changed = True
                kept = {key: value for key, value in target.tags.items() if key not in gone}
                target.tags = kept | said | {f"check_date:{next(iter(said))}": fact.on.isoformat()}
        if not targets:
            left.append(fact)
    changed = [thing for thing in (*nodes.values(), *ways.values()) if thing.changed]
    if not all(thing.version for thing in changed):
        raise NoVersions
    return _as_xml(changed, generator, left), left


def _inner(facts: Sequence[Surveyed], ways: dict[int, Object]) -> set[int]:
    """Inner points of crossings mapped as ways: kerbs stand at them."""
    asked = {fact.spot.way for fact in facts if fact.question in _ON_NODES}
    return {node for number in asked if number in ways for node in ways[number].nodes}


def _read(extract: Path, kind: Any, wanted: set[int]) -> dict[int, Object]:
    """The objects of these numbers, in one pass that libosmium filters. Negative numbers are ours (lifts): the map has none."""
    found: dict[int, Object] = {}
    known = {number for number in wanted if number >= 0}
    objects: Any = osmium.FileProcessor(str(extract), kind).with_filter(osmium.filter.IdFilter(known))
    for item in objects:
        tags = {tag.k: tag.v for tag in item.tags}
        if item.is_way():
            found[item.id] = Object("way", item.id, item.version, tags, [node.ref for node in item.nodes])
        else:
            place = (item.location.lon, item.location.lat)
            found[item.id] = Object("node", item.id, item.version, tags, place=place)
    return found


def _targets(fact: Surveyed, ways: dict[int, Object], nodes: dict[int, Object]) -> tuple[list[Object], str]:
    """The objects that a fact belongs to, and what stands before its key."""
    if fact.spot.junction:
        node = nodes.get(fact.spot.junction)
        return ([node] if node is not None and node.tags.get("highway") == "crossing" else []), ""
    way = ways.get(fact.spot.way)
    if way is None:
        return [], ""
    if not tags_of(fact.question, fact.value):
        return [], ""
    if fact.question is Question.KERB:
        kerbs = [
            nodes[n] for n in way.nodes if n in nodes and ("kerb" in nodes[n].tags or "kerb:height" in nodes[n].tags)
        ]
        return [kerb for kerb in kerbs if not _is_described(kerb) or kerb.changed] or kerbs, ""
    if fact.spot.side:
        return [way], f"sidewalk:{Side(fact.spot.side).name.lower()}:"
    return [way], ""


def _is_described(kerb: Object) -> bool:
    return "kerb:height" in kerb.tags or kerb.tags.get("kerb") in _DESCRIBED


def _as_xml(objects: list[Object], generator: str, left: Sequence[Surveyed]) -> bytes:
    root = ElementTree.Element("osmChange", version="0.6", generator=generator)
    if left:
        counted = Counter(fact.question.value for fact in left)
        said = ", ".join(f"{question} {count}" for question, count in sorted(counted.items()))
        root.append(ElementTree.Comment(f" left out, for want of an object to stand on: {said} "))
    modify = ElementTree.SubElement(root, "modify")
    for thing in objects:
        item = ElementTree.SubElement(modify, thing.kind, id=str(thing.id), version=str(thing.version))
        if thing.place is not None:
            item.set("lon", f"{thing.place[0]:.7f}")
            item.set("lat", f"{thing.place[1]:.7f}")
        for node in thing.nodes:
            ElementTree.SubElement(item, "nd", ref=str(node))
        for key, value in sorted(thing.tags.items()):
            ElementTree.SubElement(item, "tag", k=key, v=value)
    ElementTree.indent(root)
    text: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return text
