# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Attributes of each way and side, read from its tags once, however many edges it becomes."""

from typing import Any, Final

from .. import openrouteservice
from ..graph import KERB_UNKNOWN
from ..vocabulary import Access, Crossing, Flag, Kind, Side
from .access import access_of, condition, report_unread
from .mapfile import MapContent, MapWay
from .naming import called
from .sides import side_tags
from .tagging import attributes
from .values import Report
from .walkable import structure

#: openrouteservice knows no drawn edges; its figures pass over them
DRAWN_JUDGEMENT: Final = openrouteservice.Judgement(10, 7, -1, -1, -1, -1, -1, -1, openrouteservice.SUITABLE)


class Names:
    """Strings by number; 0 is the empty one."""

    def __init__(self) -> None:
        self.index: dict[str, int] = {"": 0}

    def number(self, text: str) -> int:
        return self.index.setdefault(text, len(self.index))


class Rows:
    """Attribute rows, one for each way and side."""

    def __init__(self, content: MapContent, report: Report) -> None:
        self.content, self.report = content, report
        self.values: list[dict[str, int]] = []
        self.known: list[frozenset[str]] = []
        self.judgements: list[openrouteservice.Judgement] = []
        self.index: dict[tuple[int, int], int] = {}
        self.names, self.conditions = Names(), Names()
        self.kerbs = {
            node: openrouteservice.kerb_centimetres(found.tags.get("kerb:height", found.tags.get("kerb")))
            for node, found in content.nodes.items()
            if any("kerb" in key or "curb" in key for key in found.tags)
        }

    def number(self, way: int, side: Side, sides: Any) -> int:
        found = self.content.ways[way]
        # all lines across an area are alike
        key = (found.id, -1) if found.across else (way, int(side))
        row = self.index.get(key)
        if row is None:
            row = self.index[key] = self._read(found, side, sides)
        return row

    def _read(self, way: MapWay, side: Side, sides: Any) -> int:
        word = side.name.lower() if side else ""
        kind = Kind.PAVEMENT if side else way.kind
        tags = side_tags(way.tags, word) if side else way.tags
        flags, access, level = structure(way.tags, way.kind, sides)
        report_unread(way.tags, self.report)
        if way.across:
            flags |= Flag.ACROSS
        values = attributes(tags, kind, self.report)
        self.known.append(frozenset(values))
        values |= {
            "kind": kind, "flags": flags | (Flag.DRAWN if side else 0), "access": access, "level": level,
            "name": self.names.number(called(way.tags)), "way": way.id,
            "condition": self.conditions.number(condition(way.tags)), "day": way.day,
        }  # fmt: skip
        if kind is Kind.CROSSING:
            # a kerb is to be expected at a crossing even where the map is silent
            values.setdefault("kerb_up", KERB_UNKNOWN)
            values.setdefault("kerb_down", KERB_UNKNOWN)
            values.setdefault("crossing", Crossing.UNKNOWN)
        self.values.append(values)
        node_kerbs: tuple[int, ...] = ()
        if way.tags.get("footway") == "crossing":
            node_kerbs = tuple(self.kerbs[node] for node in way.nodes if node in self.kerbs)
        # openrouteservice walks round squares
        judged = openrouteservice.CLOSED if way.across else openrouteservice.judge(way.tags, word, node_kerbs)
        self.judgements.append(judged)
        return len(self.values) - 1

    def link(self, way: int) -> int:
        """Attributes of the two steps from a pavement to a mapped crossing."""
        if (way, Side.LEFT) not in self.index:
            self.index[way, Side.LEFT] = len(self.values)
            self.known.append(frozenset())
            self.values.append({"kind": Kind.PAVEMENT, "flags": int(Flag.DRAWN), "way": self.content.ways[way].id})
            self.judgements.append(DRAWN_JUDGEMENT)
        return self.index[way, Side.LEFT]

    def crossing(self, way: int) -> int:
        """Attributes of the drawn crossing of a street."""
        street = self.content.ways[way]
        busy = street.kind in {Kind.BUSY_STREET, Kind.MAIN_STREET}
        flags = Flag.DRAWN | (Flag.BUSY_ROAD if busy else 0)
        self.known.append(frozenset())
        self.values.append({
            "kind": Kind.CROSSING, "flags": flags, "name": self.names.number(street.tags.get("name", "")),
            "way": street.id, "crossing": Crossing.UNMARKED, "kerb_up": KERB_UNKNOWN, "kerb_down": KERB_UNKNOWN,
            "day": street.day,
        })  # fmt: skip
        self.judgements.append(DRAWN_JUDGEMENT)
        return len(self.values) - 1

    def lift(self, node: int, tags: dict[str, str]) -> int:
        """Attributes of a ride in a lift that the map has as a node."""
        values = attributes(tags, Kind.LIFT, self.report)
        self.known.append(frozenset(values))
        hours = condition(tags)
        self.values.append(values | {
            "kind": Kind.LIFT, "way": -node, "name": self.names.number(tags.get("name", "")),
            "condition": self.conditions.number(hours), "flags": int(Flag.CONDITIONAL) if hours else 0,
            "access": int(access_of(tags) or Access.OPEN),
        })  # fmt: skip
        self.judgements.append(openrouteservice.Judgement(5, 5, -1, -1, -1, -1, -1, -1, openrouteservice.SUITABLE))
        return len(self.values) - 1
