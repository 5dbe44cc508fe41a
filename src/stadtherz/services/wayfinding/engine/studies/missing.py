# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which missing facts are the most useful ones: those on the ways of the most everyday trips.

A fact counts for a profile whose limits ask for it, with the trips that the profile leads over its spot today, and
with those that it would open if the unknown thing turned out to be no barrier (`barriers`). A way that nobody takes
may be as unknown as it likes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from ..engine import Engine
from ..graph import Ints
from ..profiles import Limit, Profile
from ..surveys.questions import Question, Spot, matters, spots, unknown
from ..vocabulary import Kind
from .barriers import Ranking

#: metres that one can judge at a glance; questions about longer stretches come later
ASKABLE_M: Final = 150.0


@dataclass(frozen=True, slots=True)
class Missing:
    """A question about a spot, and the trips (there) whose way depends on its answer: of the profile with the most of them,
    for a trip of three `profiles` is one trip. All of them together decide which question comes first."""

    question: Question
    spot: Spot
    edges: tuple[int, ...]
    trips: int
    profiles: tuple[str, ...]
    name: str
    kind: Kind
    metres: float
    lon: float
    lat: float


def missing_facts(engine: Engine, answers: Sequence[tuple[Profile, Ranking]], *, at_most: int = 1000) -> list[Missing]:
    """The most useful missing facts, from the rankings of the profiles."""
    masks, (rows, number) = unknown(engine.model), spots(engine.graph)
    weight = {question: np.zeros(len(rows)) for question in Question}
    largest = {question: np.zeros(len(rows)) for question in Question}
    asking: dict[Question, dict[int, list[str]]] = {question: {} for question in Question}
    for profile, ranking in answers:
        if ranking.walked is None:
            continue
        wanted = matters(profile)
        for question in wanted:
            edges = np.flatnonzero(masks[question] & (ranking.walked > 0))
            most = np.zeros(len(rows))
            np.maximum.at(most, number[edges], ranking.walked[edges])
            for group, trips in _would_open(ranking, question, masks[question], number):
                most[group] = max(most[group], trips)
            weight[question] += most
            np.maximum(largest[question], most, out=largest[question])
            for group in np.flatnonzero(most).tolist():
                asking[question].setdefault(group, []).append(profile.key)
    found = [
        (trips, question, group)
        for question, values in weight.items()
        for group, trips in zip(np.flatnonzero(values).tolist(), values[values > 0].tolist(), strict=True)
    ]
    length = np.bincount(number, weights=engine.model.told_metres, minlength=len(rows))
    # nobody can say at one place how a street of two kilometres is
    found.sort(key=lambda item: (-item[0] * min(1.0, ASKABLE_M / max(1.0, length[item[2]])), item[1], *rows[item[2]]))
    order = np.argsort(number, kind="stable")
    first = np.searchsorted(number[order], np.arange(len(rows) + 1))
    result = []
    for _, question, group in found[:at_most]:
        members = order[first[group] : first[group + 1]]
        members = members[masks[question][members]]
        graph, middle = engine.graph, int(members[len(members) // 2])
        line = graph.line(middle)
        lon, lat = line[len(line) // 2] if len(line) > 2 else line.mean(axis=0)
        result.append(Missing(
            question=question, spot=Spot(*rows[group].tolist()), edges=tuple(members.tolist()),
            trips=round(largest[question][group]),
            profiles=tuple(asking[question][group]), name=graph.names[graph.edges["name"][middle]],
            kind=Kind(graph.edges["kind"][middle]), metres=float(engine.model.told_metres[members].sum()),
            lon=float(lon), lat=float(lat),
        ))  # fmt: skip
    return result


def _would_open(ranking: Ranking, question: Question, mask: Ints, number: Ints) -> list[tuple[int, int]]:
    """Spots whose unknown value keeps trips out: a stair of which nobody knows whether it has a ramp."""
    limits = {Question.RAMP: Limit.STEPS, Question.STEPS: Limit.STEPS, Question.KERB: Limit.KERB_UP,
              Question.WIDTH: Limit.WIDTH, Question.INCLINE: Limit.INCLINE_UP, Question.SURFACE: Limit.SURFACE,
              Question.CROSSING: Limit.CROSSING, Question.TURNING: Limit.TURNING}  # fmt: skip
    found = []
    for opened in ranking.found:
        named = {fact.limit for fact in opened.barrier.facts}
        edge = opened.barrier.edges[0]
        if limits.get(question) in named and mask[edge] and (question is Question.RAMP or opened.barrier.only_unknown):
            found.append((int(number[edge]), opened.trips + opened.shortened))
    return found
