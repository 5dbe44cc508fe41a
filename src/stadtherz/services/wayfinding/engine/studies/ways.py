# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The ways of trips under some weights."""

import math
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from ..graph import Ints
from ..leg_finding import ends_of, find_leg
from ..legs import Leg
from ..metric import Metric
from ..routing import Weighting
from .ground import Ground
from .trips import Doors


class Walk(NamedTuple):
    """Felt tenths, the edges that are walked (those of both doors included), and the leg where climbs are counted."""

    total: int
    edges: Ints
    leg: Leg | None

    def climbs_within(self, metric: Metric) -> bool:
        """Whether nobody climbs too long on it."""
        return metric.climb is None or self.leg is None or metric.climb.fits(self.leg)


@dataclass(slots=True)
class Ways:
    """The ways under some weights. Many trips begin or end at the same door, whose ends are looked up once."""

    ground: Ground
    weighting: Weighting
    weights: Ints
    #: whose limit on climbs they keep
    within: Metric | None = None
    _from: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    _to: dict[int, list[tuple[int, int]]] = field(default_factory=dict)

    def of(self, trip: int, most: float = math.inf) -> Walk | None:
        """The way there; None where none leads or none is needed, nor need be one told that weighs more than `most`."""
        ground = self.ground
        origin, goal = ground.town.origin.item(trip), ground.town.goal.item(trip)
        doors = [ground.homes.edge.item(origin), ground.places.edge.item(goal)]
        if doors[0] == doors[1]:
            return None
        if ground.metric.climb is not None:
            return self._measured(origin, goal, doors, most)
        if origin not in self._from:
            self._from[origin] = self._ends(ground.homes, origin, leaving=True)
        if goal not in self._to:
            self._to[goal] = self._ends(ground.places, goal, leaving=False)
        found = self.weighting.path(self._from[origin], self._to[goal])
        if found is None:
            return None
        return Walk(found.total, np.concatenate((np.asarray(found.arcs, dtype="i8") >> 1, doors)), None)

    def _ends(self, where: Doors, index: int, *, leaving: bool) -> list[tuple[int, int]]:
        ends = ends_of(self.ground.engine.network, self.weights, where.snap(index), leaving=leaving)
        return [end[:2] for end in ends]

    def _measured(self, origin: int, goal: int, doors: list[int], most: float) -> Walk | None:
        ground = self.ground
        leg = find_leg(
            ground.engine.network, self.weighting, self.weights, start=ground.homes.snap(origin),
            end=ground.places.snap(goal), within=self.within, most=most,
        )  # fmt: skip
        return None if leg is None else Walk(leg.weight, np.concatenate((leg.arcs >> 1, doors)), leg)
