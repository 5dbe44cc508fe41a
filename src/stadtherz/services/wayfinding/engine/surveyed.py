# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Writes what was surveyed onto a graph, also onto one of a newer map: by the numbers of OpenStreetMap, and where the
way has got another number, by position. What finds no place is handed back, never dropped silently."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import numpy as np

from .costs import CostModel
from .graph import Graph, Ints
from .questions import RANGE, WRITES, Question, Spot, askable, edges_at
from .snapping import Grid
from .vocabulary import Provenance

#: a way with another number is taken for the same if it lies this near and bears the same name
NEAR_M: Final = 12.0


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
    ask, grid, lost = askable(CostModel(graph)), None, []
    for fact in facts:
        here = edges_at(graph, fact.spot)
        here = here[ask[fact.question][here]]
        if not len(here):
            grid = grid or Grid(graph)
            here = _nearby(graph, grid, fact, ask[fact.question])
        least, greatest = RANGE[fact.question]
        if not len(here) or not least <= fact.value <= greatest:
            lost.append(fact)
            continue
        for edge in here.tolist():
            for name in WRITES[fact.question]:
                new.set_value(edge=edge, attribute=name, value=fact.value, provenance=fact.provenance, on=fact.on)
    return new, lost


def _nearby(graph: Graph, grid: Grid, fact: Surveyed, ask: Ints) -> Ints:
    """The way that lies where the fact was found, on the same side and with the same name."""
    same = ask & (graph.edges["side"] == fact.spot.side)
    if fact.name in graph.names:
        same &= graph.edges["name"] == graph.names.index(fact.name)
    elif fact.name:
        return np.zeros(0, dtype="i8")
    found = grid.nearest(fact.lon, fact.lat, NEAR_M, same)
    if found is None:
        return np.zeros(0, dtype="i8")
    if fact.question is Question.INCLINE:
        # the new way may be drawn the other way round: a sign that may be wrong is worse than none
        return np.zeros(0, dtype="i8")
    if fact.spot.junction:
        return np.array([found.edge])
    way, side = int(graph.edges["way"][found.edge]), int(graph.edges["side"][found.edge])
    return np.flatnonzero((graph.edges["way"] == way) & (graph.edges["side"] == side) & ask)
