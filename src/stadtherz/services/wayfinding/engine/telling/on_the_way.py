# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where on a way one meets what is in the way today: at which step, after how many metres, and for how long. Only looked
for where a way passes something; all other ways pay nothing for it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Final

import numpy as np
import shapely

from ..geodesy import METRES_PER_DEGREE
from ..graph import Ints
from ..obstacles import ON_THE_WAY_M, Obstacle, plane_area
from . import today
from .directions import distance
from .facts import RIGHT_AT_THE_BEGINNING_M
from .phrases import Table
from .route import Route, Step
from .told import Manner

#: an answer names so many at their steps, and each so often; nobody reads more
MOST: Final = 20
MOST_TIMES: Final = 3
#: shorter than this, it is a place, not a stretch
LONG_M: Final = 12.0
_WALKED: Final = frozenset({Manner.SQUARE, Manner.PAVEMENT, Manner.FOOTPATH, Manner.CARRIAGEWAY, Manner.LINK})


@dataclass(frozen=True, slots=True)
class Encounter:
    """`step` of `leg` is where it begins, `after` so many metres of that step; one walks `metres` through it. `x` and `y`
    are where one comes upon it."""

    obstacle: Obstacle
    leg: int
    step: int
    after: float
    metres: float
    x: float
    y: float


def encounters(route: Route, passed: Sequence[Obstacle]) -> list[Encounter]:
    """Where a way inside one town meets the obstacles that it passes, in walking order."""
    if not passed:
        return []
    edges, walked = route.arcs >> 1, _Walked(route)
    found = []
    for obstacle in passed[:MOST]:
        there = np.isin(edges, obstacle.edges)
        runs = [run for first, last in pairwise(walked.legs) for run in _runs(there, first, last)]
        found += [met for run in runs[:MOST_TIMES] if (met := walked.meets(obstacle, *run)) is not None]
    return sorted(found, key=lambda met: (met.leg, met.step, met.after))


def _runs(there: Ints, first: int, last: int) -> list[tuple[int, int]]:
    """Beginnings and ends of the arcs that follow each other on it, inside one leg."""
    edge = np.flatnonzero(np.diff(there[first:last].astype("i1"), prepend=0, append=0)) + first
    return list(zip(edge[::2].tolist(), edge[1::2].tolist(), strict=True))


class _Walked:
    """A way by its metres."""

    def __init__(self, route: Route) -> None:
        self.route = route
        #: metres before each arc, and at the end
        self.before = np.concatenate((np.zeros(1), np.cumsum(route.metres)))
        #: the arcs at which legs begin, and at which the last ends
        self.legs = np.cumsum([0, *(len(leg.arcs) for leg in route.legs)]).tolist()

    def meets(self, obstacle: Obstacle, first: int, last: int) -> Encounter | None:
        """Where one comes upon it on the arcs from `first` up to `last`."""
        leg = int(np.searchsorted(self.legs, first, side="right")) - 1
        steps = self.route.steps[leg]
        if not steps:  # one is there already
            return None
        line = self.route.coordinates[(self.route.ends[first - 1] if first else 0) : self.route.ends[last - 1] + 1]
        begin, end, (x, y) = _on(line, obstacle)
        metres = float(self.before[last] - self.before[first])
        at = float(self.before[first] - self.before[self.legs[leg]]) + begin * metres
        starts = np.cumsum([0.0, *(step.metres for step in steps[:-1])])
        # what begins where a step ends belongs to the next one
        step = max(0, int(np.searchsorted(starts, at + 0.5, side="right")) - 1)
        return Encounter(obstacle, leg, step, max(0.0, at - float(starts[step])), (end - begin) * metres, x, y)


def _on(line: Ints, obstacle: Obstacle) -> tuple[float, float, tuple[float, float]]:
    """The shares of a line at which an obstacle begins and ends, and where it begins. Without a place of its own it
    covers the whole line, and so does a lift."""
    x, y = line[0].tolist()
    spot = obstacle.spot
    scale = np.array([METRES_PER_DEGREE * np.cos(np.radians(y)), METRES_PER_DEGREE])
    path = shapely.linestrings(line * scale)
    if spot is None or spot.lift or path.length < 1.0:
        return 0.0, 1.0, (x, y)
    shape, area = plane_area(spot, scale)
    inside = shapely.intersection(path, area)
    if inside.is_empty:  # a place beside the way
        inside = shapely.get_point(shapely.shortest_line(path, shape), 0)
    at = shapely.line_locate_point(path, shapely.points(shapely.get_coordinates(inside)), normalized=True)
    low, high = float(at.min()), float(at.max())
    if shapely.get_dimensions(shape) == 0 and spot.reach <= ON_THE_WAY_M:
        high = low  # nobody has said how long it is
    x, y = (shapely.get_coordinates(shapely.line_interpolate_point(path, low, normalized=True))[0] / scale).tolist()
    return low, high, (x, y)


def in_words(met: Encounter, step: Step, words: Table) -> str:
    """ "Achtung, nach 40 m: Baustelle (Kerststraße), gemeldet, nicht bestätigt. Etwa 30 m lang." """
    what = today.in_words(met.obstacle, words)
    if step.manner not in _WALKED:
        return words["met.here"].format(what=what)
    after = met.after >= RIGHT_AT_THE_BEGINNING_M
    text = words["met.after" if after else "met.begin"].format(what=what, distance=distance(met.after, words))
    return text + words["met.long"].format(distance=distance(met.metres, words)) if met.metres >= LONG_M else text


def with_encounters(
    texts: Sequence[Sequence[str]], found: Sequence[Encounter], steps: Sequence[Sequence[Step]], words: Table
) -> list[list[str]]:
    """The instructions, each with what is met on it."""
    told = [list(leg) for leg in texts]
    for met in found:
        told[met.leg][met.step] += " " + in_words(met, steps[met.leg][met.step], words)
    return told


def met_as_json(found: Sequence[Encounter], obstacle: Obstacle) -> list[dict[str, Any]]:
    """Where one meets an obstacle, as numbers: of the segment and of its step, metres into the step, metres through it."""
    return [
        {
            "segment": met.leg, "step": met.step, "after": round(met.after, 1), "metres": round(met.metres, 1),
            "location": [round(met.x, 6), round(met.y, 6)],
        }
        for met in found if met.obstacle is obstacle
    ]  # fmt: skip


def waymarks(found: Sequence[Encounter], words: Table) -> list[tuple[float, float, str]]:
    """Places and words for a device that warns when one comes near."""
    return [(met.x, met.y, today.in_words(met.obstacle, words)) for met in found]


def moved(met: Encounter, *, legs: int = 0, steps: int = 0) -> Encounter:
    """The same on a way that is part of a longer one."""
    return replace(met, leg=met.leg + legs, step=met.step + steps)
