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
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from .costs import FORBIDDEN, Costs
from .engine import Engine
from .graph import KERB_UNKNOWN, NO_INCLINE, Ints
from .profiles import Limit, Profile
from .reasons import whole_metres
from .trips import Doors, Trips, doors, doors_for, sampled
from .vocabulary import Flag, Kind

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
#: how much there is to mend, in lowered kerbs: (once, for each 50 m). Our estimate; it decides which of two ways
#: between the same places is looked at, not how trips are counted.
EFFORT: Final[dict[Limit, tuple[float, float]]] = {
    Limit.KERB_UP: (1, 0), Limit.KERB_DOWN: (1, 0), Limit.BARRIER: (1, 0), Limit.STEPS: (3, 0), Limit.ESCALATOR: (4, 0),
    Limit.WIDTH: (0.2, 1), Limit.SURFACE: (0.2, 1), Limit.SMOOTHNESS: (0.2, 1), Limit.TRACKTYPE: (0.2, 1),
    Limit.INCLINE_UP: (0.2, 3), Limit.INCLINE_DOWN: (0.2, 3), Limit.STEEP_LENGTH: (0.2, 1),
}  # fmt: skip
_OTHER_EFFORT: Final = (1.0, 0.0)
#: tenths of a second for one kerb to be lowered: more than any detour within a town
_UNIT: Final = 60_000
#: the same for "would it be worth it on a way that is already there": two minutes
_LIGHT_UNIT: Final = 1200


@dataclass(frozen=True, slots=True)
class Fact:
    """What one limit meets at a barrier, in the units of the profile; no value: not known."""

    limit: Limit
    value: int | None
    asked: int | None


@dataclass(frozen=True, slots=True)
class Barrier:
    """A stretch on which limits are broken. `key` stays the same as long as the map's way and junctions do."""

    key: str
    edges: tuple[int, ...]
    facts: tuple[Fact, ...]
    way: int
    name: str
    metres: float
    lon: float
    lat: float

    @property
    def only_unknown(self) -> bool:
        """Whether nobody knows if this is a barrier at all. A stair is one, however many steps it has."""
        return all(fact.value is None and not (fact.limit is Limit.STEPS and fact.asked == 0) for fact in self.facts)


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


class Town:
    """Trips on the ways of a town; shared by all profiles."""

    def __init__(self, engine: Engine, trips: Trips) -> None:
        self.engine, self.trips = engine, trips
        self.homes, self.places = doors(engine, trips.origins), doors(engine, trips.goals)
        self.kept = (self.homes.edge[trips.origin] >= 0) & (self.places.edge[trips.goal] >= 0)
        self.origin, self.goal = trips.origin[self.kept], trips.goal[self.kept]

    def scaled(self, count: float) -> int:
        """A number of the sample as one of the whole town."""
        return round(count / self.trips.share)


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
    for group in tried:
        trips, addresses = opened[group]
        others, all_trips = together.get(group, ((), 0))
        found = Opened(
            ground.barrier(group), town.scaled(trips), town.scaled(addresses),
            town.scaled(shortened[group] * detours.factor), town.scaled(met[group] * factor),
            tuple(ground.barrier(other) for other in others), town.scaled(all_trips),
        )  # fmt: skip
        if found.trips or found.shortened or found.trips_together:
            ranking.found.append(found)
    ranking.found.sort(key=lambda o: (-o.trips - o.shortened, -o.trips_together, -o.stands_in, o.barrier.key))
    del ranking.found[at_most:]
    return ranking


class Ground:
    """One profile on the town: what is open, what is joined, and the barriers between."""

    def __init__(self, town: Town, profile: Profile) -> None:
        self.town, self.profile, self.engine = town, profile, town.engine
        engine = town.engine
        self.costs: Costs = engine.price(profile)
        weights = self.weights = self.costs.final()
        self.open_arcs = weights < FORBIDDEN
        self.open_edges: Ints = np.asarray(self.open_arcs.reshape(-1, 2).all(axis=1))
        self.labels = self._components(
            engine.graph.node_count, engine.tails[self.open_arcs], engine.heads[self.open_arcs]
        )
        size = np.bincount(self.labels, minlength=1)
        roomy = self.open_edges & (size[self.labels[engine.graph.edges["start"]]] >= min(40, int(size.max())))
        self.homes = doors_for(engine, town.trips.origins, town.homes, roomy)
        self.places = doors_for(engine, town.trips.goals, town.places, roomy)
        between = self.open_arcs & (self.labels[engine.tails] != self.labels[engine.heads])
        self._one_way = (self.labels[engine.tails[between]], self.labels[engine.heads[between]])
        passable: Ints = ~self.costs.closed
        any_way = self._components(engine.graph.node_count, engine.tails[passable], engine.heads[passable])
        self.severed = ~self.joined(any_way, np.asarray(passable.reshape(-1, 2).all(axis=1)))
        self._find_barriers()

    @staticmethod
    def _components(count: int, tails: Ints, heads: Ints) -> Ints:
        from scipy.sparse import coo_matrix
        from scipy.sparse.csgraph import connected_components

        matrix = coo_matrix((np.ones(len(tails), dtype="i1"), (tails, heads)), (count, count))
        _, label = connected_components(matrix, directed=True, connection="strong")
        found: Ints = label
        return found

    def _find_barriers(self) -> None:
        """`group[edge]`: number of the barrier, or -1. Edges of a way that break the same limits are one barrier;
        crossings that we drew ourselves are one each, for they share the way of their street."""
        engine = self.engine
        edge = engine.graph.edges
        both = self.costs.broken.reshape(-1, 2)
        bits = both[:, 0] | both[:, 1]
        public = ~self.costs.closed.reshape(-1, 2).any(axis=1)
        here = np.flatnonzero((bits > 0) & public)
        drawn = (edge["flags"][here] & np.uint32(Flag.DRAWN) > 0) & (edge["kind"][here] == Kind.CROSSING)
        junction = np.where(drawn, engine.graph.node_id[edge["start"][here]], 0)
        keys = np.stack((edge["way"][here], edge["side"][here].astype("i8"), junction, bits[here].astype("i8")), axis=1)
        self.keys, inverse = np.unique(keys, axis=0, return_inverse=True)
        self.group = np.full(engine.graph.edge_count, -1)
        self.group[here] = inverse.reshape(-1)
        order = np.argsort(self.group[here], kind="stable")
        self._members = np.split(here[order], np.cumsum(np.bincount(self.group[here]))[:-1]) if len(here) else []

    def edges_of(self, groups: Iterable[int]) -> Ints:
        """The edges of some barriers."""
        return np.concatenate([self._members[group] for group in groups])

    def joined(self, labels: Ints, open_edges: Ints, trips: Ints | None = None) -> Ints:
        """Which of the trips have a way there and back, if nodes are joined as `labels` say."""
        start = self.engine.graph.edges["start"]
        origin, goal = self.town.origin, self.town.goal
        if trips is not None:
            origin, goal = origin[trips], goal[trips]
        home, place = self.homes.edge[origin], self.places.edge[goal]
        same = labels[start[home]] == labels[start[place]]
        found: Ints = same & open_edges[home] & open_edges[place]
        return found

    def mended(self, groups: Sequence[int]) -> tuple[Ints, Ints]:
        """Labels and open edges with some barriers mended. Works on components, which are few, not on nodes."""
        edges = self.edges_of(groups)
        start, end = self.engine.graph.edges["start"][edges], self.engine.graph.edges["end"][edges]
        a, b = self.labels[start], self.labels[end]
        merged = self._components(
            int(self.labels.max()) + 1, np.concatenate((self._one_way[0], a, b)),
            np.concatenate((self._one_way[1], b, a)),
        )  # fmt: skip
        open_edges = self.open_edges.copy()
        open_edges[edges] = True
        return merged[self.labels], open_edges

    def mending(self, unit: int) -> Ints:
        """Weights under which mending costs instead of forbids."""
        broken, weights = self.costs.broken, self.costs.weight.astype("i8")
        metres = np.repeat(self.engine.model.metres, 2)
        for limit in Limit:
            if limit is Limit.UNKNOWN:
                continue
            once, each = EFFORT.get(limit, _OTHER_EFFORT)
            here = (broken & np.uint32(limit)) > 0
            weights[here] += (unit * (once + each * metres[here] / 50)).astype("i8")
        weights = np.minimum(weights, FORBIDDEN - 1)
        weights[self.costs.closed] = FORBIDDEN
        found: Ints = weights.astype("u4")
        return found

    def once_mended(self, groups: Iterable[int]) -> dict[int, int]:
        """The weights of the arcs of some barriers when they are mended; a stair has become a slope as long as it."""
        edges = self.edges_of(groups)
        level = np.round(self.engine.model.metres[edges] / (self.profile.pace.level_kmh / 36)).astype("i8") + 1
        stairs = self.engine.model.steps_here[edges]
        found: dict[int, int] = {}
        for back in (0, 1):
            arcs = 2 * edges + back
            weight = np.where(stairs, np.minimum(level * 2, self.costs.weight[arcs]), self.costs.weight[arcs])
            found.update(zip(arcs.tolist(), weight.tolist(), strict=True))
        return found

    def ends(self, where: Doors, index: int, weights: Ints, *, leaving: bool) -> list[tuple[int, int]]:
        """(node, weight) at both ends of the edge of a door."""
        edge, share = int(where.edge[index]), float(where.share[index])
        found = []
        for back in (0, 1):
            arc = 2 * edge + back
            weight = int(weights[arc])
            if weight < FORBIDDEN:
                done = 1 - share if back else share
                node = self.engine.heads[arc] if leaving else self.engine.tails[arc]
                found.append((int(node), round(weight * ((1 - done) if leaving else done))))
        return found

    def barrier(self, group: int) -> Barrier:
        """The barrier of a number, with what it is and where."""
        graph, edges = self.engine.graph, self._members[group]
        way, side, junction, bits = (int(value) for value in self.keys[group])
        middle = int(edges[len(edges) // 2])
        line = graph.line(middle)
        lon, lat = line[len(line) // 2] if len(line) > 2 else line.mean(axis=0)
        facts = tuple(
            Fact(limit, _worst(self, limit, edges), _asked(self.profile, limit))
            for limit in Limit if bits & limit and limit is not Limit.UNKNOWN
        )  # fmt: skip
        return Barrier(
            key=f"{way}.{side}.{junction}.{bits}", edges=tuple(edges.tolist()), facts=facts, way=way,
            name=graph.names[graph.edges["name"][middle]], metres=float(self.engine.model.metres[edges].sum()),
            lon=float(lon), lat=float(lat),
        )  # fmt: skip


_FIELD: Final[dict[Limit, str]] = {
    Limit.KERB_UP: "kerb_up_mm", Limit.KERB_DOWN: "kerb_down_mm", Limit.INCLINE_UP: "incline_up_permille",
    Limit.INCLINE_DOWN: "incline_down_permille", Limit.STEEP_LENGTH: "steep_metres", Limit.WIDTH: "width_cm",
    Limit.BARRIER: "width_cm", Limit.SURFACE: "surface", Limit.SMOOTHNESS: "smoothness", Limit.TRACKTYPE: "tracktype",
    Limit.STEPS: "steps", Limit.CROSSING: "crossing",
}  # fmt: skip


def _asked(profile: Profile, limit: Limit) -> int | None:
    value = getattr(profile.hard, _FIELD[limit]) if limit in _FIELD else None
    return None if value is None else int(value)


def _worst(ground: Ground, limit: Limit, edges: Ints) -> int | None:
    """The worst value at a barrier; None where it is not known or no figure says it."""
    columns = ground.engine.graph.edges

    def largest(values: Ints, known: Ints) -> int | None:
        return int(values[known].max()) if known.any() else None

    if limit in (Limit.KERB_UP, Limit.KERB_DOWN):
        both = np.maximum(columns["kerb_up"][edges], columns["kerb_down"][edges])
        return largest(both, both != KERB_UNKNOWN)
    if limit in (Limit.INCLINE_UP, Limit.INCLINE_DOWN, Limit.STEEP_LENGTH):
        if limit is Limit.STEEP_LENGTH:
            return whole_metres(int(columns["stretch"][edges].max()))
        slope = columns["incline"][edges]
        return largest(np.abs(slope.astype("i4")), slope != NO_INCLINE)
    if limit in (Limit.WIDTH, Limit.BARRIER):
        width = columns["width" if limit is Limit.WIDTH else "passage"][edges]
        return int(width[width > 0].min()) if (width > 0).any() else (None if limit is Limit.WIDTH else 0)
    for named, column in (
        (Limit.SURFACE, "surface"), (Limit.SMOOTHNESS, "smoothness"), (Limit.TRACKTYPE, "tracktype"),
        (Limit.STEPS, "steps"), (Limit.CROSSING, "crossing"),
    ):  # fmt: skip
        if limit is named:
            values = columns[column][edges]
            return largest(values, values > 0)
    return 0


def _met(ground: Ground, trips: Ints) -> tuple[Counter[int], Counter[frozenset[int]]]:
    """How often each barrier, and each set of them, stands on the ways of least mending."""
    weights = ground.mending(_UNIT)
    weighting = ground.engine.router.weighting(weights)
    met: Counter[int] = Counter()
    sets: Counter[frozenset[int]] = Counter()
    for trip in trips.tolist():
        found = _way(ground, weighting, weights, trip)
        if found is None:
            continue
        groups = _groups_on(ground, found[1], trip)
        met.update(groups)
        if groups:
            sets[groups] += 1
    return met, sets


def _way(ground: Ground, weighting: Any, weights: Ints, trip: int) -> tuple[int, Ints] | None:
    origin, goal = int(ground.town.origin[trip]), int(ground.town.goal[trip])
    if ground.homes.edge[origin] == ground.places.edge[goal]:
        return None
    found = weighting.path(
        ground.ends(ground.homes, origin, weights, leaving=True),
        ground.ends(ground.places, goal, weights, leaving=False),
    )
    return None if found is None else (found.total, np.asarray(found.arcs, dtype="i8"))


def _groups_on(ground: Ground, arcs: Ints, trip: int) -> frozenset[int]:
    """The barriers on a way, those at both doors included."""
    origin, goal = ground.town.origin[trip], ground.town.goal[trip]
    edges = np.concatenate((arcs >> 1, [ground.homes.edge[origin], ground.places.edge[goal]])).astype("i8")
    # a limit may be broken in one direction only: the way back counts as well
    groups = ground.group[edges]
    return frozenset(groups[groups >= 0].tolist())


def _opened(ground: Ground, groups: Sequence[int], apart: Ints) -> tuple[int, int]:
    """(trips, addresses) that become possible when these barriers are mended; counted over all trips."""
    labels, open_edges = ground.mended(groups)
    now = apart[ground.joined(labels, open_edges, apart)]
    return len(now), len(np.unique(ground.town.origin[now]))


def _together(
    ground: Ground, sets: Counter[frozenset[int]], apart: Ints, alone: dict[int, tuple[int, int]]
) -> dict[int, tuple[tuple[int, ...], int]]:
    """For each barrier the others with which it opens more than all of them alone."""
    some = [groups for groups in sets if 2 <= len(groups) <= TOGETHER]
    some.sort(key=lambda groups: (-sets[groups], sorted(groups)))
    best: dict[int, tuple[tuple[int, ...], int]] = {}
    for groups in some[:TRIED_TOGETHER]:
        members = sorted(groups)
        trips, _ = _opened(ground, members, apart)
        if trips <= sum(alone[group][0] for group in members if group in alone):
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
    now, light = ground.engine.router.weighting(ground.weights), ground.mending(_LIGHT_UNIT)
    lightly = ground.engine.router.weighting(light)
    walked = np.zeros(ground.engine.graph.edge_count, dtype="i8")
    found = Detours([], now, len(joined) / max(1, len(some)), walked)
    for trip in some.tolist():
        mine = _way(ground, now, ground.weights, trip)
        if mine is not None:
            doors_too = (ground.homes.edge[ground.town.origin[trip]], ground.places.edge[ground.town.goal[trip]])
            walked[np.unique(np.concatenate((mine[1] >> 1, doors_too)))] += 1
        other = _way(ground, lightly, light, trip)
        if mine is None or other is None or not _shorter(mine[0], other[0]):
            continue
        groups = _groups_on(ground, other[1], trip)
        if groups:
            found.long.append((groups, trip, mine[0]))
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
        for trip, before in trips:
            after = _way(ground, detours.weighting, weights, trip)
            result[group] += after is not None and _shorter(before, after[0])
        detours.weighting.update({arc: int(ground.weights[arc]) for arc in mended})
    return result
