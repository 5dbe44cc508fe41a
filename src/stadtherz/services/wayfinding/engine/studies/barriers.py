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

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from ..graph import Ints
from ..profiles import Profile
from .ground import Barrier, Ground, Town
from .trips import sampled
from .ways import Walk, Ways

#: trips without a way that are looked at, and trips with one
ASKED: Final = 6000
ASKED_LONG: Final = 8000
#: of the trips with one those that could only be long because of a climb: a search for each takes tens of milliseconds
ASKED_STEEP: Final = 80
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
    ranking = Ranking(
        profile.key, town.scaled(len(ground.joined)), town.scaled(ground.joined.sum()),
        town.scaled(ground.severed.sum()), town.trips.addresses, town.scaled((town.homes.edge < 0).sum()),
    )  # fmt: skip
    apart = np.flatnonzero(~ground.joined & ~ground.severed)
    met, sets = _met(ground, apart[sampled(len(apart), ASKED, seed)])
    detours = _detours(ground, np.flatnonzero(ground.joined), seed + 1)
    counts: Counter[int] = Counter(met)
    factor = len(apart) / max(1, min(len(apart), ASKED))
    ranking.walked = np.round(detours.walked * detours.factor / town.trips.share).astype("i8")
    for groups, *_ in detours.long:
        counts.update(groups)
    tried = sorted(counts, key=lambda group: (-counts[group], group))[:TRIED]
    opened = {group: ground.opened([group], apart) for group in tried}
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
    ways = Ways(ground, ground.engine.router.weighting(weights), weights)
    met: Counter[int] = Counter()
    sets: Counter[frozenset[int]] = Counter()
    for trip in trips.tolist():
        found = ways.of(trip)
        if found is None:
            continue
        groups = _groups_on(ground, found)
        met.update(groups)
        if groups:
            sets[groups] += 1
    return met, sets


def _groups_on(ground: Ground, walk: Walk) -> frozenset[int]:
    """The barriers on a way, those at both doors included."""
    # a limit may be broken in one direction only: the way back counts as well
    groups = ground.group[walk.edges]
    if walk.leg is not None:
        groups = groups[~ground.only_steep[groups] | np.isin(walk.edges, ground.too_steep(walk.leg))]
    return frozenset(groups[groups >= 0].tolist())


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
        trips = len(ground.opened(members, apart))
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
    """Trips with a way that is much longer than it had to be: barriers on the shorter one, trip, felt tenths now, and how
    many trips of the sample it stands for."""

    long: list[tuple[frozenset[int], int, float, float]]
    factor: float
    #: by edge: trips of the sample that lead over it
    walked: Ints


def _detours(ground: Ground, joined: Ints, seed: int) -> Detours:
    some = joined[sampled(len(joined), ASKED_LONG, seed)]
    router, metric = ground.engine.router, ground.metric
    found = Detours([], len(joined) / max(1, len(some)), np.zeros(ground.engine.graph.edge_count, dtype="i8"))
    totals: dict[int, float] = {}
    # all trips under the one weights, then all under the other: a router keeps room for one of them (kept_query.py)
    ways, steep = Ways(ground, metric.weighting, metric.weights), []
    for trip in some.tolist():
        mine = ways.of(trip)
        if mine is not None and mine.climbs_within(metric):
            totals[trip] = mine.total
            found.walked[mine.edges] += 1  # an edge that stands there twice counts once
        else:
            steep.append(trip)
    if metric.climb is not None and steep:
        # no climb at all keeps the limit, too; the very way is only looked for where something may be gained
        ways = Ways(ground, router.weighting(ground.costs.final()), ground.costs.final())
        for trip in steep:
            calm = ways.of(trip)
            totals[trip] = math.inf if calm is None else calm.total
            if calm is not None:
                found.walked[calm.edges] += 1
    light = ground.mending(_LIGHT_UNIT)
    ways, climbing = Ways(ground, router.weighting(light), light), set(steep)
    unsure: list[tuple[frozenset[int], int]] = []
    for trip, before in totals.items():
        other = ways.of(trip)
        if other is not None and _shorter(before, other.total) and (groups := _groups_on(ground, other)):
            if trip in climbing:
                unsure.append((groups, trip))
            else:
                found.long.append((groups, trip, before, 1.0))
    ways = Ways(ground, metric.weighting, metric.weights, metric)
    asked = sampled(len(unsure), ASKED_STEEP, seed + 1).tolist()
    for groups, trip in (unsure[index] for index in asked):
        answer = ways.of(trip)
        if answer is not None:
            found.long.append((groups, trip, answer.total, len(unsure) / len(asked)))
    return found


def _shorter(before: float, after: int) -> bool:
    return after <= _much_shorter(before)


def _much_shorter(before: float) -> float:
    """The felt tenths of a way that is much shorter."""
    return before - max(SHORTER_SECONDS * 10, before * SHORTER_SHARE)


def _shortened(ground: Ground, detours: Detours, tried: Sequence[int]) -> dict[int, float]:
    """Trips of the sample that get much shorter when one barrier is mended."""
    result = dict.fromkeys(tried, 0.0)
    by_group: dict[int, list[tuple[int, float, float]]] = {group: [] for group in tried}
    for groups, trip, before, stands_for in detours.long:
        for group in groups:
            if group in by_group:
                by_group[group].append((trip, before, stands_for))
    weights = ground.metric.weights
    weighting = ground.engine.router.weighting(weights)
    for group, trips in by_group.items():
        if not trips:
            continue
        mended = ground.once_mended([group])
        then = weights.copy()
        then[list(mended)] = list(mended.values())
        weighting.update(mended)
        ways = Ways(ground, weighting, then, ground.levelled([group]))
        for trip, before, stands_for in trips:
            after = ways.of(trip, most=_much_shorter(before))
            if after is not None and _shorter(before, after.total):
                result[group] += stands_for
        weighting.update({arc: int(weights[arc]) for arc in mended})
    return result
