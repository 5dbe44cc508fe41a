# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""One leg of a way: from a place on an edge to another."""

import msgspec
import numpy as np

from .graph import Ints
from .snapping import Snap


class Leg(msgspec.Struct, frozen=True):
    """A way between two places. One sets off at this share of the first arc and goes up to that of the last one (0 to 1 in
    walking direction); the arcs between are walked as a whole."""

    start: Snap
    end: Snap
    arcs: Ints
    sets_off: float
    goes_to: float
    weight: int

    @property
    def shares(self) -> Ints:
        """How much of each arc is walked."""
        shares = np.ones(len(self.arcs))
        for which, share in self.cut:
            shares[which] = share
        return shares

    @property
    def cut(self) -> tuple[tuple[int, float], ...]:
        """Positions of the arcs of which only a share is walked, and that share."""
        if len(self.arcs) == 1:
            return ((0, self.goes_to - self.sets_off),)
        return (0, 1.0 - self.sets_off), (-1, self.goes_to)

    def turned(self) -> "Leg":
        """The same way back."""
        return Leg(self.end, self.start, (self.arcs ^ 1)[::-1], 1 - self.goes_to, 1 - self.sets_off, self.weight)
