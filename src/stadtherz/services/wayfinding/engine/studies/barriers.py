# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which kerb, stair, slope or gap, if mended, opens the most everyday trips to whom?

1. A *barrier* is a stretch of one way (or one crossing) on which the same limits of a profile are broken.
2. Two places are joined if a way leads there and back within the limits: strongly connected components of the graph.
3. For trips that no way joins, the way that needs the least mending is sought (`EFFORT`); barriers are counted on it.
4. The barriers met most often are mended one by one, and all trips are counted again, exactly. What opens only together
   with others is tried with those that stood on the same ways.
5. Trips that a way joins, but a much longer one, are asked again with each barrier mended; this part is an estimate
   from a seeded sample, and a lower bound.

Nothing here knows a name of a person or a database; the same graph, trips, profile and seed give the same answer.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from ..graph import Ints
from ..profiles import Profile
from .ground import Barrier, Ground, Town
from .trips import sampled

#: trips without a way that are looked at, and trips with one
ASKED: Final = 6000
ASKED_LONG: Final = 8000
#: barriers that are mended and counted again, and groups of them
TRIED: Final = 150
TRIED_TOGETHER: Final = 80
#: more than so many barriers in a row are no measure but a new street
TOGETHER: Final = 4
#: a trip counts as shortened when it feels at least so many seconds and such a part shorter
SHORTER_SECONDS: Final = 180.0
SHORTER_SHARE: Final = 0.2
#: tenths of a second for one kerb to be lowered: more than any detour within a town
_UNIT: Final = 60_000
#: the same for "would it be worth it on a way that is already there": two minutes
_LIGHT_UNIT: Final = 1200


@dataclass(slots=True)
class Opened:
    """What mending one barrier does. Trips and addresses are scaled up from the sample."""

    barrier: Barrier
    trips: int = 0
    addresses: int = 0
    #: trips that exist and get much shorter
    shortened: int = 0
    #: trips without a way on whose way of least mending this stands
    stands_in: int = 0
    #: others that must be mended too, and the trips that all together open
    together: tuple[Barrier, ...] = ()
    trips_together: int = 0
    #: others that open the very same trips: mending one of them is enough
    instead: tuple[Barrier, ...] = ()


@dataclass(slots=True)
class Ranking:
    """The answer for one profile. `joined` of `trips` have a way there and back; `severed` have none even without
    limits, because the map has gaps; `astray` addresses have no way near."""

    profile: str
    trips: int
    joined: int
    severed: int
    addresses: int
    astray: int
    found: list[Opened] = field(default_factory=list)
    #: by edge: the trips whose way there leads over it; for asking which missing facts matter
    walked: Ints | None = field(default=None, repr=False, compare=False)


def rank(town: Town, profile: Profile, *, seed: int, at_most: int = 40) -> Ranking:
    """The barriers of a town for one profile, those that open the most trips first."""
    ground = Ground(town, profile)
    joined = ground.joined(ground.labels, ground.open_edges)
    ranking = Ranking(
        profile.key, town.scaled(len(joined)), town.scaled(joined.sum()), town.scaled(ground.severed.sum()),
        town.trips.addresses, town.scaled((town.homes.edge < 0).sum()),
    )  # fmt: skip
    apart = np.flatnonzero(~joined & ~ground.severed)
    met, sets = _met(ground, apart[sampled(len(apart), ASKED, seed)])
    detours = _detours(ground, np.flatnonzero(joined), seed + 1)
    counts: Counter[int] = Counter(met)
    factor = len(apart) / max(1, min(len(apart), ASKED))
    ranking.walked = np.round(detours.walked * detours.factor / town.trips.share).astype("i8")
    for groups, _, _ in detours.long:
        counts.update(groups)
    tried = sorted(counts, key=lambda group: (-counts[group], group))[:TRIED]
    opened = {group: _opened(ground, [group], apart) for group in tried}
    shortened = _shortened(ground, detours, tried)
    together = _together(ground, sets, apart, opened)
    same = _same(opened)
    for group in tried:
        trips = opened[group]
        others, all_trips = together.get(group, ((), 0))
        found = Opened(
            ground.barrier(group), town.scaled(len(trips)), town.scaled(len(np.unique(ground.town.origin[trips]))),
            town.scaled(shortened[group] * detours.factor), town.scaled(met[group] * factor),
            tuple(ground.barrier(other) for other in others), town.scaled(all_trips),
            tuple(ground.barrier(other) for other in same.get(group, ())),
        )  # fmt: skip
        if found.trips or found.shortened or found.trips_together:
            ranking.found.append(found)
    ranking.found.sort(key=lambda o: (-o.trips - o.shortened, -o.trips_together, -o.stands_in, o.barrier.key))
    del ranking.found[at_most:]
    return ranking


def _met(ground: Ground, trips: Ints) -> tuple[Counter[int], Counter[frozenset[int]]]:
    """How often each barrier, and each set of them, stands on the ways of least mending."""
    weights = ground.mending(_UNIT)
    ways = _Ways(ground, ground.engine.router.weighting(weights), weights)
    met: Counter[int] = Counter()
    sets: Counter[frozenset[int]] = Counter()
    for trip in trips.tolist():
        found = ways.of(trip)
        if found is None:
            continue
        groups = _groups_on(ground, found[1], trip)
        met.update(groups)
        if groups:
            sets[groups] += 1
    return met, sets


@dataclass(slots=True)
class _Ways:
    """The ways of trips under some weights. Many trips begin or end at the same door, whose ends are looked up once."""

    ground: Ground
    weighting: Any
    weights: Ints
    _from: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    _to: dict[int, list[tuple[int, int]]] = field(default_factory=dict)

    def of(self, trip: int) -> tuple[int, Ints] | None:
        """Felt tenths and arcs; None where no way leads or none is needed."""
        ground = self.ground
        origin, goal = int(ground.town.origin[trip]), int(ground.town.goal[trip])
        if ground.homes.edge[origin] == ground.places.edge[goal]:
            return None
        if origin not in self._from:
            self._from[origin] = ground.ends(ground.homes, origin, self.weights, leaving=True)
        if goal not in self._to:
            self._to[goal] = ground.ends(ground.places, goal, self.weights, leaving=False)
        found = self.weighting.path(self._from[origin], self._to[goal])
        return None if found is None else (found.total, np.asarray(found.arcs, dtype="i8"))


def _groups_on(ground: Ground, arcs: Ints, trip: int) -> frozenset[int]:
    """The barriers on a way, those at both doors included."""
    origin, goal = ground.town.origin[trip], ground.town.goal[trip]
    edges = np.concatenate((arcs >> 1, [ground.homes.edge[origin], ground.places.edge[goal]])).astype("i8")
    # a limit may be broken in one direction only: the way back counts as well
    groups = ground.group[edges]
    return frozenset(groups[groups >= 0].tolist())


def _opened(ground: Ground, groups: Sequence[int], apart: Ints) -> Ints:
    """The trips that become possible when these barriers are mended; looked for among all trips."""
    labels, open_edges = ground.mended(groups)
    found: Ints = apart[ground.joined(labels, open_edges, apart)]
    return found


def _same(opened: dict[int, Ints]) -> dict[int, tuple[int, ...]]:
    """For each barrier the others that open the very same trips. Two stairs to one square are counted twice by who adds them
    up, although a ramp at one of them does it."""
    alike: dict[bytes, list[int]] = {}
    for group, trips in opened.items():
        if len(trips):
            alike.setdefault(trips.tobytes(), []).append(group)
    return {
        group: tuple(other for other in groups if other != group)
        for groups in alike.values() if len(groups) > 1 for group in groups
    }  # fmt: skip


def _together(
    ground: Ground, sets: Counter[frozenset[int]], apart: Ints, alone: dict[int, Ints]
) -> dict[int, tuple[tuple[int, ...], int]]:
    """For each barrier the others with which it opens more than all of them alone."""
    some = [groups for groups in sets if 2 <= len(groups) <= TOGETHER]
    some.sort(key=lambda groups: (-sets[groups], sorted(groups)))
    best: dict[int, tuple[tuple[int, ...], int]] = {}
    for groups in some[:TRIED_TOGETHER]:
        members = sorted(groups)
        trips = len(_opened(ground, members, apart))
        if trips <= sum(len(alone[group]) for group in members if group in alone):
            continue
        for group in members:
            others = tuple(other for other in members if other != group)
            known = best.get(group)
            if known is None or trips * (len(known[0]) + 1) > known[1] * len(members):
                best[group] = (others, trips)
    return best


@dataclass(slots=True)
class Detours:
    """Trips with a way that is much longer than it had to be: barriers on the shorter one, trip, felt tenths now."""

    long: list[tuple[frozenset[int], int, int]]
    weighting: Any
    factor: float
    #: by edge: trips of the sample that lead over it
    walked: Ints


def _detours(ground: Ground, joined: Ints, seed: int) -> Detours:
    some = joined[sampled(len(joined), ASKED_LONG, seed)]
    now = ground.engine.router.weighting(ground.weights)
    walked = np.zeros(ground.engine.graph.edge_count, dtype="i8")
    found = Detours([], now, len(joined) / max(1, len(some)), walked)
    # all trips under the one weights, then all under the other: a router keeps room for one of them (kept_query.py)
    ways, totals = _Ways(ground, now, ground.weights), {}
    for trip in some.tolist():
        mine = ways.of(trip)
        if mine is not None:
            totals[trip] = mine[0]
            doors_too = (ground.homes.edge[ground.town.origin[trip]], ground.places.edge[ground.town.goal[trip]])
            walked[np.concatenate((mine[1] >> 1, doors_too))] += 1  # an edge that stands there twice counts once
    light = ground.mending(_LIGHT_UNIT)
    ways = _Ways(ground, ground.engine.router.weighting(light), light)
    for trip, before in totals.items():
        other = ways.of(trip)
        if other is not None and _shorter(before, other[0]) and (groups := _groups_on(ground, other[1], trip)):
            found.long.append((groups, trip, before))
    return found


def _shorter(before: int, after: int) -> bool:
    return before - after >= max(SHORTER_SECONDS * 10, before * SHORTER_SHARE)


def _shortened(ground: Ground, detours: Detours, tried: Sequence[int]) -> dict[int, int]:
    """Trips of the sample that get much shorter when one barrier is mended."""
    result = dict.fromkeys(tried, 0)
    by_group: dict[int, list[tuple[int, int]]] = {group: [] for group in tried}
    for groups, trip, before in detours.long:
        for group in groups:
            if group in by_group:
                by_group[group].append((trip, before))
    for group, trips in by_group.items():
        if not trips:
            continue
        mended = ground.once_mended([group])
        weights = ground.weights.copy()
        weights[list(mended)] = list(mended.values())
        detours.weighting.update(mended)
        ways = _Ways(ground, detours.weighting, weights)
        for trip, before in trips:
            after = ways.of(trip)
            result[group] += after is not None and _shorter(before, after[0])
        detours.weighting.update({arc: int(ground.weights[arc]) for arc in mended})
    return result
