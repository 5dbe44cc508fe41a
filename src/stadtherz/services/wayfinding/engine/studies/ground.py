# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""One profile on a town: what is open, which places are joined there and back, and the barriers between them.

A *barrier* is a stretch of one way (or one crossing) on which the same limits of the profile are broken.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from ..climbs import ClimbLimit, Climbs
from ..costs import FORBIDDEN, Costs
from ..engine import Engine
from ..graph import KERB_UNKNOWN, NO_INCLINE, Ints
from ..leg_finding import direct
from ..legs import Leg
from ..metric import Metric, Options
from ..profiles import Limit, Profile
from ..reasons import whole_metres
from ..vocabulary import Flag, Kind
from .standing import Standing, parts_of
from .trips import Trips, doors, doors_for

#: how much there is to mend, in lowered kerbs: (once, for each 50 m). Our estimate; it decides which of two ways
#: between the same places is looked at, not how trips are counted.
EFFORT: Final[dict[Limit, tuple[float, float]]] = {
    Limit.KERB_UP: (1, 0), Limit.KERB_DOWN: (1, 0), Limit.BARRIER: (1, 0), Limit.STEPS: (3, 0), Limit.ESCALATOR: (4, 0),
    Limit.WIDTH: (0.2, 1), Limit.SURFACE: (0.2, 1), Limit.SMOOTHNESS: (0.2, 1), Limit.TRACKTYPE: (0.2, 1),
    Limit.INCLINE_UP: (0.2, 3), Limit.INCLINE_DOWN: (0.2, 3), Limit.STEEP_LENGTH: (0.2, 1),
}  # fmt: skip
_OTHER_EFFORT: Final = (1.0, 0.0)


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


class Ground:
    """One profile on the town: what is joined, and the barriers between."""

    def __init__(self, town: Town, profile: Profile) -> None:
        self.town, self.profile, self.engine = town, profile, town.engine
        engine = town.engine
        #: the profile as answers see it on a day on which nothing is in the way
        self.metric = engine.metric(profile, Options(everyday=True))
        self.costs: Costs = self.metric.costs
        self.homes = doors_for(engine, town.trips.origins, town.homes, self.metric.usable)
        self.places = doors_for(engine, town.trips.goals, town.places, self.metric.usable)
        doors = [*zip(*self.homes.at(), strict=True), *zip(*self.places.at(), strict=True)]
        self.standing = Standing(engine, self.metric, doors)
        homes, places = town.origin, town.goal + len(self.homes)
        leaving, coming = self.standing.leaving, self.standing.coming
        #: by trip the groups of standpoints from where to where one must get, there and back
        self._legs = ((leaving[homes], coming[places]), (leaving[places], coming[homes]))
        #: by trip whether there is a way there, and one back
        self.there, self.back = (
            self.standing.reaches(*leg) | direct for leg, direct in zip(self._legs, self._along_one_edge(), strict=True)
        )
        self.joined: Ints = self.there & self.back
        self.severed: Ints = ~self.joined & ~self._joined_without_limits()
        #: by barrier the decimetres of the longest climb over it that a trip was found to lead through
        self._climbed: dict[int, float] = {}
        self._find_barriers()

    def _along_one_edge(self) -> tuple[Ints, Ints]:
        """By trip whether one gets there, and back, without leaving the edge of one's door."""
        there, back = np.zeros((2, len(self.town.origin)), dtype=bool)
        for trip in np.flatnonzero(self._on_one_edge()).tolist():
            home, place = self.homes.snap(self.town.origin.item(trip)), self.places.snap(self.town.goal.item(trip))
            there[trip] = direct(self.metric.weights, home, place, self.metric) is not None
            back[trip] = direct(self.metric.weights, place, home, self.metric) is not None
        return there, back

    def _on_one_edge(self) -> Ints:
        found: Ints = self.homes.edge[self.town.origin] == self.places.edge[self.town.goal]
        return found

    def _joined_without_limits(self) -> Ints:
        network, passable = self.engine.network, ~self.costs.closed
        part = parts_of(network.node_count, network.tails[passable], network.heads[passable])
        both: Ints = np.asarray(passable.reshape(-1, 2).all(axis=1))
        home, place = self.homes.edge[self.town.origin], self.places.edge[self.town.goal]
        found: Ints = (part[network.tails[2 * home]] == part[network.tails[2 * place]]) & both[home] & both[place]
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

    def opened(self, groups: Iterable[int], apart: Ints) -> Ints:
        """The trips of `apart` that become possible when some barriers are mended."""
        edges = self.edges_of(groups)
        there, back = self.there[apart], self.back[apart]
        legs = [[ends[apart] for ends in leg] for leg in self._legs]
        for passage in self.standing.through(edges):
            there |= passage.to_it[legs[0][0]] & passage.from_it[legs[0][1]]
            back |= passage.to_it[legs[1][0]] & passage.from_it[legs[1][1]]
        beside = self._on_one_edge()[apart] & np.isin(self.homes.edge[self.town.origin[apart]], edges)
        found: Ints = apart[there & back | beside]
        return found

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

    @property
    def only_steep(self) -> Ints:
        """By barrier whether it is nothing but part of a climb that is too long."""
        found: Ints = self.keys[:, 3] == Limit.STEEP_LENGTH
        return found

    def too_steep(self, leg: Leg) -> Ints:
        """The edges of a way on which one climbs too long there or back."""
        limit = self.metric.climb
        assert limit is not None
        found = [np.zeros(0, dtype="i8")]
        for way in (leg, leg.turned()):
            for one in limit.climbs.stretches(way):
                if one.length > limit.most:
                    found.append(way.arcs[one.first : one.last + 1] >> 1)
                    for group in set(self.group[found[-1]].tolist()):
                        self._climbed[group] = max(one.length, self._climbed.get(group, 0.0))
        return np.concatenate(found)

    def levelled(self, groups: Iterable[int]) -> Metric:
        """The profile where nobody climbs on some barriers any more, for questions about climbs."""
        hard, edges = self.profile.hard, self.edges_of(groups)
        if self.metric.climb is None or hard.steep_permille is None or hard.steep_metres is None:
            return self.metric
        climbs = Climbs(self.engine.model.steepness, hard.steep_permille, level=frozenset(edges.tolist()))
        broken = self.costs.broken.copy()
        broken[2 * edges] = broken[2 * edges + 1] = 0
        limit = ClimbLimit(climbs, hard.steep_metres, replace(self.costs, broken=broken), both_ways=False)
        return replace(self.metric, climb=limit)

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

    def barrier(self, group: int) -> Barrier:
        """The barrier of a number, with what it is and where."""
        graph, edges = self.engine.graph, self._members[group]
        way, side, junction, bits = (int(value) for value in self.keys[group])
        middle = int(edges[len(edges) // 2])
        line = graph.line(middle)
        lon, lat = line[len(line) // 2] if len(line) > 2 else line.mean(axis=0)
        facts = tuple(
            Fact(limit, _worst(self, limit, edges, self._climbed.get(group)), _asked(self.profile, limit))
            for limit in Limit if bits & limit and limit is not Limit.UNKNOWN
        )  # fmt: skip
        return Barrier(
            key=f"{way}.{side}.{junction}.{bits}", edges=tuple(edges.tolist()), facts=facts, way=way,
            name=graph.names[graph.edges["name"][middle]], metres=float(self.engine.model.told_metres[edges].sum()),
            lon=float(lon), lat=float(lat),
        )  # fmt: skip


_FIELD: Final[dict[Limit, str]] = {
    Limit.KERB_UP: "kerb_up_mm", Limit.KERB_DOWN: "kerb_down_mm", Limit.INCLINE_UP: "incline_up_permille",
    Limit.INCLINE_DOWN: "incline_down_permille", Limit.STEEP_LENGTH: "steep_metres", Limit.WIDTH: "width_cm",
    Limit.BARRIER: "width_cm", Limit.SURFACE: "surface", Limit.SMOOTHNESS: "smoothness", Limit.TRACKTYPE: "tracktype",
    Limit.STEPS: "steps", Limit.CROSSING: "crossing", Limit.TURNING: "turning_cm",
}  # fmt: skip


#: limits for which the smallest figure is the worst
_NARROW: Final = {Limit.WIDTH: "width", Limit.BARRIER: "passage", Limit.TURNING: "turning"}


def _asked(profile: Profile, limit: Limit) -> int | None:
    value = getattr(profile.hard, _FIELD[limit]) if limit in _FIELD else None
    return None if value is None else int(value)


def _worst(ground: Ground, limit: Limit, edges: Ints, climbed: float | None) -> int | None:
    """The worst value at a barrier; None where it is not known or no figure says it. `climbed`: decimetres, on a trip."""
    columns = ground.engine.graph.edges

    def largest(values: Ints, known: Ints) -> int | None:
        return int(values[known].max()) if known.any() else None

    if limit in (Limit.KERB_UP, Limit.KERB_DOWN):
        both = np.maximum(columns["kerb_up"][edges], columns["kerb_down"][edges])
        return largest(both, both != KERB_UNKNOWN)
    if limit in (Limit.INCLINE_UP, Limit.INCLINE_DOWN, Limit.STEEP_LENGTH):
        if limit is Limit.STEEP_LENGTH:
            runs = ground.engine.model.steepness.run(ground.profile.hard.steep_permille or 0)
            return whole_metres(climbed or int(np.maximum(runs[2 * edges], runs[2 * edges + 1]).max()))
        slope = columns["incline"][edges]
        return largest(np.abs(slope.astype("i4")), slope != NO_INCLINE)
    if limit in _NARROW:
        width = columns[_NARROW[limit]][edges]
        return int(width[width > 0].min()) if (width > 0).any() else (0 if limit is Limit.BARRIER else None)
    for named, column in (
        (Limit.SURFACE, "surface"), (Limit.SMOOTHNESS, "smoothness"), (Limit.TRACKTYPE, "tracktype"),
        (Limit.STEPS, "steps"), (Limit.CROSSING, "crossing"),
    ):  # fmt: skip
        if limit is named:
            values = columns[column][edges]
            return largest(values, values > 0)
    return 0
