# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where a photo of a stair, a kerb or a gate can be seen: pages of photos that people took when they answered a question
on the spot, and links that OpenStreetMap has (importing/photo_links.py); never the pictures themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from ..graph import Graph
from ..profiles import Limit
from .questions import TELLS, Question, Spot
from .surveyed import Seek

#: limits that are about a point of the map rather than about the way
_AT_NODE: Final = (
    Limit.KERB_UP | Limit.KERB_DOWN | Limit.BARRIER | Limit.CROSSING | Limit.SOUND | Limit.TACTILE | Limit.ISLAND
)


@dataclass(frozen=True, slots=True)
class Taken:
    """A photo that somebody took with the answer to a question at a spot, and the page that shows it. `lon`, `lat` and
    `name` find the spot again where its way has got another number."""

    question: Question
    spot: Spot
    url: str
    lon: float
    lat: float
    name: str = ""


def with_photos(graph: Graph, taken: Sequence[Taken]) -> Graph:
    """The graph with photos from the spot; the given graph is not changed. Of several of a spot the last one counts."""
    if not taken:
        return graph
    seek = Seek(graph)
    found = {(photo.question, edge): photo.url for photo in taken for edge in seek.edges(photo).tolist()}
    return replace(graph, about=graph.about | {"taken": found})


def photo_at(graph: Graph, edge: int, limit: Limit) -> str:
    """The photo of what breaks a limit on an edge; empty where none is known."""
    taken: Mapping[tuple[Question, int], str] = graph.about.get("taken", {})
    for question in TELLS.get(limit, ()):
        if (question, edge) in taken:
            return taken[question, edge]
    known: Mapping[str, Any] = graph.about.get("photos", {})
    if not known:
        return ""
    nodes = [f"n{int(graph.node_id[int(graph.edges[end][edge])])}" for end in ("start", "end")]
    way = f"w{abs(int(graph.edges['way'][edge]))}"
    keys = [*nodes, way] if limit & _AT_NODE else [way]
    return str(next((known[key] for key in keys if key in known), ""))
