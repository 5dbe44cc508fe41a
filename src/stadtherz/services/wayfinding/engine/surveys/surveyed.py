# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Writes what was surveyed onto a graph, also onto one of a newer map: by the numbers of OpenStreetMap, and where the
way has got another number, by position. What finds no place is handed back, never dropped silently.

A slope has a sign that belongs to the direction in which its way was drawn: it is found again where the ground still runs
in the direction that was noted with it, with the other sign if the way is drawn the other way round now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Protocol

import numpy as np

from ..costs import CostModel
from ..geodesy import METRES_PER_DEGREE
from ..graph import Graph, Ints
from ..snapping import Grid
from ..vocabulary import Provenance
from .questions import RANGE, WRITES, Question, Spot, askable, edges_at

#: a way with another number is taken for the same if it lies this near and bears the same name
NEAR_M: Final = 12.0
#: degrees by which the ground may run otherwise than it was noted
ASTRAY: Final = 35.0
_NOTHING: Final = np.zeros(0, dtype="i8")


@dataclass(frozen=True, slots=True)
class Surveyed:
    """An accepted answer. `value` is in the unit of the graph; `lon`, `lat`, `name` find the place if the number fails."""

    question: Question
    spot: Spot
    value: int
    provenance: Provenance
    on: date
    lon: float
    lat: float
    name: str = ""
    #: degrees from north in which the way was drawn there; None where nobody noted it
    heading: int | None = None
    #: by which the one who keeps the answers knows it
    number: int = 0


def with_surveyed(graph: Graph, facts: Sequence[Surveyed]) -> tuple[Graph, list[Surveyed]]:
    """A graph with the facts, and those that found no place on it. The given graph is not changed; later facts of the
    same worth win over earlier ones."""
    if not facts:
        return graph, []
    written = sorted({name for fact in facts for name in WRITES[fact.question]})
    edges = graph.edges | {name: graph.edges[name].copy() for name in written}
    new = replace(graph, edges=edges, provenance=graph.provenance.copy(), observed=graph.observed.copy())
    seek, lost = Seek(graph), []
    for fact in facts:
        here, sign = seek.placed(fact)
        least, greatest = RANGE[fact.question]
        if not len(here) or not least <= fact.value <= greatest:
            lost.append(fact)
            continue
        for edge in here.tolist():
            for name in WRITES[fact.question]:
                new.set_value(
                    edge=edge, attribute=name, value=sign * fact.value, provenance=fact.provenance, on=fact.on
                )
    return new, lost


class Asked(Protocol):
    """What was asked where; `lon`, `lat` and `name` find the place if the number of the way has changed."""

    @property
    def question(self) -> Question: ...
    @property
    def spot(self) -> Spot: ...
    @property
    def lon(self) -> float: ...
    @property
    def lat(self) -> float: ...
    @property
    def name(self) -> str: ...


class Seek:
    """Finds on this map what an earlier one named."""

    def __init__(self, graph: Graph, ask: Mapping[Question, Ints] | None = None, grid: Grid | None = None) -> None:
        self.graph, self._ask, self._grid = graph, ask, grid

    def edges(self, asked: Asked) -> Ints:
        """The edges about which it can still be asked; none if they are gone."""
        here = self._by_number(asked)
        return here if len(here) else self._by_place(asked)

    def placed(self, fact: Surveyed) -> tuple[Ints, int]:
        """The edges of which a fact still tells, and the sign that its value has there now. Where the way of this number no
        longer passes the place, because somebody has split it, the way that lies there is meant as well."""
        here = self._by_number(fact)
        if fact.question is not Question.INCLINE:
            away = not len(here) or direction_at(self.graph, here, fact.lon, fact.lat)[0] > NEAR_M
            return (np.union1d(here, self._by_place(fact)) if away else here), 1
        if fact.heading is None:
            # the new way may be drawn the other way round: a sign that may be wrong is worse than none
            return here, 1
        if not len(here) or direction_at(self.graph, here, fact.lon, fact.lat)[0] > NEAR_M:
            here = self._by_place(fact)
        if not len(here):
            return here, 1
        turned = abs((direction_at(self.graph, here, fact.lon, fact.lat)[1] - fact.heading + 180) % 360 - 180)
        if ASTRAY < turned < 180 - ASTRAY:
            return _NOTHING, 1
        return here, 1 if turned <= ASTRAY else -1

    def _asks(self, asked: Asked) -> Ints:
        self._ask = self._ask or askable(CostModel(self.graph))
        return self._ask[asked.question]

    def _by_number(self, asked: Asked) -> Ints:
        here = edges_at(self.graph, asked.spot)
        return here[self._asks(asked)[here]]

    def _by_place(self, asked: Asked) -> Ints:
        self._grid = self._grid or Grid(self.graph)
        return _nearby(self.graph, self._grid, asked, self._asks(asked))


def direction_at(graph: Graph, edges: Ints, lon: float, lat: float) -> tuple[float, float]:
    """How far some edges are from a place (metres), and in which direction (degrees from north) they are drawn there."""
    lines = [graph.line(edge) for edge in edges.tolist()]
    scale = np.array([np.cos(np.radians(lat)), 1.0]) * METRES_PER_DEGREE
    begins = np.concatenate([line[:-1] for line in lines]) * scale
    pieces = np.concatenate([line[1:] for line in lines]) * scale - begins
    beside = np.array([lon, lat]) * scale - begins
    share = np.clip((beside * pieces).sum(axis=1) / np.maximum((pieces**2).sum(axis=1), 1e-9), 0.0, 1.0)
    metres = np.hypot(*(beside - share[:, None] * pieces).T)
    nearest = int(metres.argmin())
    east, north = pieces[nearest].tolist()
    return float(metres[nearest]), float(np.degrees(np.arctan2(east, north)) % 360)


def _nearby(graph: Graph, grid: Grid, asked: Asked, ask: Ints) -> Ints:
    """The way that lies there now, with the same name. Which of two pavements it is, the place says: what was the right one
    is the left one if the way is now drawn the other way round."""
    edge = graph.edges
    same = ask & ((edge["side"] > 0) == (asked.spot.side > 0))
    if asked.name in graph.names:
        same &= edge["name"] == graph.names.index(asked.name)
    elif asked.name:
        return _NOTHING
    found = grid.nearest(asked.lon, asked.lat, NEAR_M, same)
    if found is None:
        return _NOTHING
    if asked.spot.junction:
        return np.array([found.edge])
    way, side = int(edge["way"][found.edge]), int(edge["side"][found.edge])
    return np.flatnonzero((edge["way"] == way) & (edge["side"] == side) & ask)
