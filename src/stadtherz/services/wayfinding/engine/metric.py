# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A profile prepared for questions on one town's map, and what a question may ask beyond it."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from .climbs import ClimbLimit
from .costs import FORBIDDEN, HIGHEST, Costs
from .graph import Ints
from .obstacles import SLOW_FACTOR, Edges, InForce
from .profiles import Aid, Profile
from .routing import Weighting

#: how far from the asked place a way may begin
SNAP_M: Final = 150.0


@dataclass(frozen=True, slots=True)
class Options:
    """What a request may ask beyond the profile."""

    #: the way must also work in the other direction
    both_ways: bool = False
    #: edges to keep out of (from areas to avoid)
    avoid: frozenset[int] = frozenset()
    radius: float = SNAP_M
    #: as if nothing were in the way today
    everyday: bool = False
    #: "shortest" or "fastest" instead of what the profile feels
    by: str = ""


PLAIN: Final = Options()


@dataclass(slots=True)
class Metric:
    """A profile prepared for questions."""

    #: what prices all arcs: a profile of ours, or the preset of openrouteservice; hashable
    pricing: Any
    options: Options
    costs: Costs
    #: by arc, without the obstacles of today
    weights: Ints
    #: the same with them
    current: Ints
    weighting: Weighting
    #: edges from which one can leave again, and those of small islands too
    usable: Ints
    allowed: Ints
    #: the same two without the obstacles of today: a place behind a broken lift stays where it is, and has no way
    everyday: tuple[Ints, Ints]
    #: the obstacles that `current` knows
    in_force: InForce
    #: what `weights` leave open although it may climb too long; None where there is nothing of that kind
    climb: ClimbLimit | None

    @property
    def nbytes(self) -> int:
        """Memory that goes free with it, or a bound of it. (Weight and time by arc are shared with like profiles.)"""
        own = (self.costs.broken, self.costs.closed, self.costs.unverified, self.weights, self.current, self.usable,
               self.allowed, *self.everyday)  # fmt: skip
        climb = self.climb.nbytes if self.climb else 0
        return self.weighting.nbytes + climb + sum(array.nbytes for array in own)

    @property
    def shut(self) -> Edges:
        """Edges that obstacles close now for this profile."""
        return self.in_force.shut(on_wheels=is_on_wheels(self.pricing))

    def weight_of_climb(self, arc: int) -> int | None:
        """What an arc weighs today that climbs too long by itself and breaks no other limit; None of all others."""
        if self.climb is None or not self.climb.alone.item(arc) or arc >> 1 in self.shut:
            return None
        weight = self.costs.weight[arc : arc + 1]
        return (slower(weight) if arc >> 1 in self.in_force.slow else weight).item()


def is_on_wheels(pricing: Any) -> bool:
    """Our profiles say so; openrouteservice's preset is a wheelchair."""
    return not isinstance(pricing, Profile) or pricing.aid is not Aid.FEET or pricing.hard.wheels


def slower(weights: Ints) -> Ints:
    """Weights of arcs that an obstacle makes harder; what is forbidden stays so."""
    harder = np.minimum(weights.astype("i8") * SLOW_FACTOR, HIGHEST * SLOW_FACTOR)
    return np.where(weights >= FORBIDDEN, weights, harder).astype("u4")
