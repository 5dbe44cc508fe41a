# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The everyday trips of a town: from each address to the nearest public places of each kind.

Planners count by them what a barrier keeps people from, and surveys which missing fact matters most. Everybody needs a
pharmacy, but hardly ever the one at the other end of the town: so an address asks for the `NEAREST` places of each
kind as the crow flies, and a trip is a way there *and back*. Where a town has more addresses than `AT_MOST`, a seeded
sample stands for all of them; `share` says how large it is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from ..engine import Engine, Point
from ..geodesy import METRES_PER_DEGREE
from ..graph import Ints
from ..snapping import Snap
from ..vocabulary import Access, Flag, Kind

NEAREST: Final = 3
AT_MOST: Final = 20_000
#: an address or place farther than this from any way is left out (and counted)
REACH_M: Final = 120.0
#: a door is tried on the next way this much farther on, before its nearest one counts as a barrier
BESIDE_M: Final = 15.0
#: no door opens onto these
_NO_DOOR: Final = (Kind.STEPS, Kind.ESCALATOR, Kind.LIFT, Kind.CROSSING, Kind.FERRY)


@dataclass(frozen=True, slots=True)
class Goal:
    """A public place that people go to; `kind` is the word that the caller groups by."""

    lon: float
    lat: float
    kind: str


@dataclass(frozen=True, slots=True)
class Trips:
    """`origin[i]` goes to `goal[i]`: indices into `origins` and `goals`, whose columns are longitude and latitude."""

    origins: Ints
    goals: Ints
    origin: Ints
    goal: Ints
    #: addresses in all, of which `origins` are a sample
    addresses: int
    kinds: tuple[str, ...]

    @property
    def share(self) -> float:
        """Which part of the addresses the sample holds."""
        return len(self.origins) / self.addresses if self.addresses else 1.0

    def __len__(self) -> int:
        return len(self.origin)


def everyday_trips(addresses: Sequence[Point], goals: Iterable[Goal], *, seed: int, at_most: int = AT_MOST) -> Trips:
    """The trips of a town. The same addresses, goals and seed give the same trips, in whatever order they come."""
    from scipy.spatial import KDTree

    homes = np.array(sorted(set(addresses)), dtype="f8").reshape(-1, 2)
    total = len(homes)
    if total > at_most:
        homes = homes[np.sort(np.random.default_rng(seed).choice(total, at_most, replace=False))]
    places = sorted(set(goals), key=lambda goal: (goal.kind, goal.lon, goal.lat))
    where = np.array([(goal.lon, goal.lat) for goal in places], dtype="f8").reshape(-1, 2)
    kinds = tuple(sorted({goal.kind for goal in places}))
    if not len(homes) or not len(where):
        none = np.zeros(0, dtype="i4")
        return Trips(homes, where, none, none, total, kinds)
    plane = np.array([np.cos(np.radians(float(homes[:, 1].mean()))), 1.0]) * METRES_PER_DEGREE
    origin, goal = [], []
    for kind in kinds:
        these = np.array([number for number, place in enumerate(places) if place.kind == kind])
        count = min(NEAREST, len(these))
        _, near = KDTree(where[these] * plane).query(homes * plane, k=list(range(1, count + 1)))
        origin.append(np.repeat(np.arange(len(homes)), count))
        goal.append(these[near].reshape(-1))
    return Trips(homes, where, np.concatenate(origin), np.concatenate(goal), total, kinds)


def sampled(count: int, at_most: int, seed: int) -> Ints:
    """Numbers below `count`, at most so many, the same for the same seed."""
    if count <= at_most:
        return np.arange(count)
    return np.sort(np.random.default_rng(seed).choice(count, at_most, replace=False))


@dataclass(frozen=True, slots=True)
class Doors:
    """Where points of the town meet its ways: edge (-1: none within reach) and the share of its line."""

    edge: Ints
    share: Ints
    metres: Ints

    def __len__(self) -> int:
        return len(self.edge)

    def at(self) -> tuple[list[int], list[float]]:
        """Edges and shares."""
        return self.edge.tolist(), self.share.tolist()

    def snap(self, index: int) -> Snap:
        """As a router takes it."""
        return Snap(self.edge.item(index), self.share.item(index), 0.0, 0.0, 0.0, 0)


def doors(engine: Engine, points: Ints) -> Doors:
    """The nearest public way of each point, whatever the limits: a stair before the door is a barrier, not a way round."""
    edge = engine.graph.edges
    shut = np.uint32(Flag.NO_FORWARD | Flag.NO_BACKWARD)
    mask = ~np.isin(edge["kind"], _NO_DOOR) & (edge["access"] != Access.PRIVATE) & ((edge["flags"] & shut) == 0)
    return _snapped(engine, points, mask, np.full(len(points), REACH_M))


def doors_for(engine: Engine, points: Ints, everybody: Doors, usable: Ints) -> Doors:
    """The same for one profile: where the nearest way is not usable, one that is, if it lies hardly farther away."""
    blocked = np.flatnonzero((everybody.edge >= 0) & ~usable[everybody.edge])
    found = _snapped(engine, points[blocked], usable, everybody.metres[blocked] + BESIDE_M)
    edge, share, metres = everybody.edge.copy(), everybody.share.copy(), everybody.metres.copy()
    better = blocked[found.edge >= 0]
    for mine, theirs in ((edge, found.edge), (share, found.share), (metres, found.metres)):
        mine[better] = theirs[found.edge >= 0]
    return Doors(edge, share, metres)


def _snapped(engine: Engine, points: Ints, mask: Ints, reach: Ints) -> Doors:
    edge, share, metres = np.full(len(points), -1), np.zeros(len(points)), np.full(len(points), np.inf)
    for index, ((x, y), radius) in enumerate(zip(points.tolist(), reach.tolist(), strict=True)):
        found = engine.grid.nearest(x, y, radius, mask)
        if found is not None:
            edge[index], share[index], metres[index] = found.edge, found.share, found.metres
    return Doors(edge, share, metres)
