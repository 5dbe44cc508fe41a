# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Writes what was surveyed onto a graph, also onto one of a newer map: by the numbers of OpenStreetMap, and where the
way has got another number, by position. What finds no place is handed back, never dropped silently."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Protocol

import numpy as np

from .costs import CostModel
from .graph import Graph, Ints
from .questions import RANGE, WRITES, Question, Spot, askable, edges_at
from .snapping import Grid
from .vocabulary import Provenance

#: a way with another number is taken for the same if it lies this near and bears the same name
NEAR_M: Final = 12.0
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
        here = seek.edges(fact)
        least, greatest = RANGE[fact.question]
        if not len(here) or not least <= fact.value <= greatest:
            lost.append(fact)
            continue
        for edge in here.tolist():
            for name in WRITES[fact.question]:
                new.set_value(edge=edge, attribute=name, value=fact.value, provenance=fact.provenance, on=fact.on)
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

    def edges(self, asked: Asked, *, directed: bool = True) -> Ints:
        """The edges about which it can still be asked; none if they are gone. `directed`: the answer says something about
        the drawing direction, if it is one that can."""
        self._ask = self._ask or askable(CostModel(self.graph))
        ask = self._ask[asked.question]
        here = edges_at(self.graph, asked.spot)
        here = here[ask[here]]
        if len(here):
            return here
        if directed and asked.question is Question.INCLINE:
            # the new way may be drawn the other way round: a sign that may be wrong is worse than none
            return _NOTHING
        self._grid = self._grid or Grid(self.graph)
        return _nearby(self.graph, self._grid, asked, ask)


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
