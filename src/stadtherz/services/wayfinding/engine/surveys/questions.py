# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What one can look at and answer on the spot, about which ways it can be asked, and where nobody knows it yet.

A question is about a *spot*: one side of one way of the map, or one crossing. Spots are named by numbers of
OpenStreetMap, so that an answer finds its place again when the map is imported anew.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from ..costs import CostModel
from ..graph import KERB_UNKNOWN, ROW, Graph, Ints
from ..profiles import Limit, Profile
from ..vocabulary import Crossing, Flag, Kind, Provenance, Ramp, Smoothness, Surface, Tri


class Question(StrEnum):
    """What is asked; the words are stored."""

    KERB = "kerb"
    WIDTH = "width"
    INCLINE = "incline"
    SURFACE = "surface"
    SMOOTHNESS = "smoothness"
    STEPS = "steps"
    HANDRAIL = "handrail"
    RAMP = "ramp"
    TACTILE = "tactile"
    CROSSING = "crossing"
    TURNING = "turning"


#: the attributes of the graph that an answer writes
WRITES: Final[dict[Question, tuple[str, ...]]] = {
    Question.KERB: ("kerb_up", "kerb_down"), Question.WIDTH: ("width",), Question.INCLINE: ("incline",),
    Question.SURFACE: ("surface",), Question.SMOOTHNESS: ("smoothness",), Question.STEPS: ("steps",),
    Question.HANDRAIL: ("handrail",), Question.RAMP: ("ramp",), Question.TACTILE: ("tactile",),
    Question.CROSSING: ("crossing",), Question.TURNING: ("turning",),
}  # fmt: skip
#: least and greatest answer, in the unit of the graph: mm, cm, per mille, numbers of the vocabulary
RANGE: Final[dict[Question, tuple[int, int]]] = {
    Question.KERB: (0, 500), Question.WIDTH: (20, 2000), Question.INCLINE: (-450, 450),
    Question.SURFACE: (int(min(Surface)) + 1, int(max(Surface))),
    Question.SMOOTHNESS: (int(Smoothness.EXCELLENT), int(max(Smoothness))), Question.STEPS: (1, 1000),
    Question.HANDRAIL: (int(Tri.NO), int(Tri.YES)), Question.RAMP: (int(Ramp.NO), int(Ramp.WHEELCHAIR)),
    Question.TACTILE: (int(Tri.NO), int(Tri.YES)), Question.CROSSING: (int(Crossing.UNMARKED), int(Crossing.SIGNALS)),
    Question.TURNING: (40, 1000),
}  # fmt: skip


#: the questions whose answer, or photo, tells whether a limit is kept; the best first
TELLS: Final[dict[Limit, tuple[Question, ...]]] = {
    Limit.KERB_UP: (Question.KERB,), Limit.KERB_DOWN: (Question.KERB,), Limit.WIDTH: (Question.WIDTH,),
    Limit.BARRIER: (Question.WIDTH,), Limit.INCLINE_UP: (Question.INCLINE,), Limit.INCLINE_DOWN: (Question.INCLINE,),
    Limit.TURNING: (Question.TURNING,), Limit.STEEP_LENGTH: (Question.INCLINE,), Limit.SURFACE: (Question.SURFACE, Question.SMOOTHNESS),
    Limit.SMOOTHNESS: (Question.SMOOTHNESS, Question.SURFACE),
    Limit.TRACKTYPE: (Question.SURFACE, Question.SMOOTHNESS),
    Limit.STEPS: (Question.STEPS, Question.RAMP, Question.HANDRAIL),
    Limit.HANDRAIL: (Question.HANDRAIL, Question.STEPS, Question.RAMP),
    Limit.CROSSING: (Question.CROSSING, Question.TACTILE), Limit.SOUND: (Question.CROSSING,),
    Limit.ISLAND: (Question.CROSSING,), Limit.TACTILE: (Question.TACTILE, Question.CROSSING),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Spot:
    """A side of a way, or with `junction` the crossing that we drew at that node of the map. `way` is negative for a lift."""

    way: int
    side: int = 0
    junction: int = 0


def askable(model: CostModel) -> dict[Question, Ints]:
    """By question: the edges about which it can be asked."""
    edge, ground = model.edge, model.ground_known
    narrow = np.isin(edge["kind"], (Kind.FOOTWAY, Kind.PAVEMENT, Kind.PATH, Kind.CORRIDOR, Kind.STEPS))
    link = (edge["kind"] == Kind.PAVEMENT) & ((edge["flags"] & np.uint32(Flag.DRAWN)) > 0) & (edge["side"] == 0)
    stairs = edge["kind"] == Kind.STEPS
    # straight across a square there is no narrow place and no uphill, but there is ground
    link_or_line = link | ((edge["flags"] & np.uint32(Flag.ACROSS)) > 0)
    kerbs = (edge["kerb_up"] != 0) | (edge["kerb_down"] != 0)
    for name in ("kerb_up", "kerb_down"):
        kerbs |= model.graph.provenance[ROW[name]] > Provenance.ASSUMED
    return {
        Question.KERB: (kerbs | model.crossing_here) & ~stairs & ~link, Question.WIDTH: narrow & ~link_or_line,
        Question.INCLINE: ground & ~link_or_line, Question.SURFACE: ground & ~link, Question.SMOOTHNESS: ground & ~link,
        Question.STEPS: stairs, Question.HANDRAIL: stairs, Question.RAMP: stairs,
        Question.TACTILE: model.crossing_here, Question.CROSSING: model.busy_crossing, Question.TURNING: model.turning_here,
    }  # fmt: skip


def unknown(model: CostModel) -> dict[Question, Ints]:
    """By question: the edges of which nobody knows the answer. What we assumed ourselves is not known."""
    edge, ask = model.edge, askable(model)
    provenance = model.graph.provenance
    return {
        Question.KERB: ask[Question.KERB] & ((edge["kerb_up"] == KERB_UNKNOWN) | (edge["kerb_down"] == KERB_UNKNOWN)),
        Question.WIDTH: ask[Question.WIDTH] & (edge["width"] == 0),
        Question.INCLINE: ask[Question.INCLINE] & model.incline_unknown,
        Question.SURFACE: ask[Question.SURFACE] & (edge["surface"] == 0),
        Question.SMOOTHNESS: ask[Question.SMOOTHNESS] & (edge["smoothness"] == 0),
        Question.STEPS: ask[Question.STEPS] & (edge["steps"] == 0),
        Question.HANDRAIL: ask[Question.HANDRAIL] & (edge["handrail"] == Tri.UNKNOWN),
        Question.RAMP: ask[Question.RAMP] & (edge["ramp"] == Ramp.UNKNOWN),
        Question.TACTILE: ask[Question.TACTILE] & (edge["tactile"] == Tri.UNKNOWN),
        Question.CROSSING: ask[Question.CROSSING]
        & ((edge["crossing"] <= Crossing.UNKNOWN) | (provenance[ROW["crossing"]] <= Provenance.ASSUMED)),
        Question.TURNING: model.turning_unknown,
    }  # fmt: skip


def matters(profile: Profile) -> frozenset[Question]:
    """The questions whose answer this profile asks for, in a hard or a soft limit."""
    found = set()
    for limits in (profile.hard, profile.soft):
        for question, asked in (
            (Question.KERB, limits.kerb_up_mm is not None or limits.kerb_down_mm is not None),
            (Question.WIDTH, limits.width_cm is not None),
            (Question.INCLINE, limits.incline_up_permille is not None or limits.incline_down_permille is not None),
            (Question.SURFACE, limits.surface is not None), (Question.SMOOTHNESS, limits.smoothness is not None),
            (Question.STEPS, bool(limits.steps)), (Question.HANDRAIL, limits.handrail),
            (Question.RAMP, limits.ramp is not None), (Question.TACTILE, limits.tactile),
            (Question.CROSSING, limits.crossing is not None), (Question.TURNING, limits.turning_cm is not None),
        ):  # fmt: skip
            if asked:
                found.add(question)
    return frozenset(found)


def spots(graph: Graph) -> tuple[Ints, Ints]:
    """(spots as rows of way, side, junction; the number of its spot for each edge)."""
    edge = graph.edges
    drawn = (edge["kind"] == Kind.CROSSING) & ((edge["flags"] & np.uint32(Flag.DRAWN)) > 0)
    junction = np.where(drawn, graph.node_id[edge["start"]], 0)
    rows = np.stack((edge["way"], edge["side"].astype("i8"), junction.astype("i8")), axis=1)
    found, inverse = np.unique(rows, axis=0, return_inverse=True)
    return found, inverse.reshape(-1)


def spot_at(graph: Graph, edge: int) -> Spot:
    """The spot of one edge."""
    row, flags = graph.edges, int(graph.edges["flags"][edge])
    drawn = int(row["kind"][edge]) == Kind.CROSSING and flags & Flag.DRAWN
    junction = int(graph.node_id[int(row["start"][edge])]) if drawn else 0
    return Spot(int(row["way"][edge]), int(row["side"][edge]), junction)


def edges_at(graph: Graph, spot: Spot) -> Ints:
    """The edges of a spot; none if the map no longer has it."""
    edge = graph.edges
    here = np.flatnonzero((edge["way"] == spot.way) & (edge["side"] == spot.side))
    drawn = (edge["kind"][here] == Kind.CROSSING) & ((edge["flags"][here] & np.uint32(Flag.DRAWN)) > 0)
    if spot.junction:
        return here[drawn & (graph.node_id[edge["start"][here]] == spot.junction)]
    return here[~drawn]


def question_about(model: CostModel, limit: Limit, edge: int) -> Question | None:
    """What one could look at on an edge to know whether it keeps a limit; None where nothing can be asked."""
    ask = askable(model)
    return next((question for question in TELLS.get(limit, ()) if ask[question][edge]), None)
