# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""One profile on a town: what is open, which places are joined there and back, and the barriers between them.

A *barrier* is a stretch of one way (or one crossing) on which the same limits of the profile are broken.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from ..costs import FORBIDDEN, Costs
from ..engine import Engine
from ..graph import KERB_UNKNOWN, NO_INCLINE, Ints
from ..profiles import Limit, Profile
from ..reasons import whole_metres
from ..vocabulary import Flag, Kind
from .trips import Doors, Trips, doors, doors_for

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
    """One profile on the town: what is open, what is joined, and the barriers between."""

    def __init__(self, town: Town, profile: Profile) -> None:
        self.town, self.profile, self.engine = town, profile, town.engine
        engine = town.engine
        self.costs: Costs = engine.price(profile)
        weights = self.weights = self.costs.final()
        self.open_arcs = weights < FORBIDDEN
        self.open_edges: Ints = np.asarray(self.open_arcs.reshape(-1, 2).all(axis=1))
        self.labels = self._components(
            engine.graph.node_count, engine.network.tails[self.open_arcs], engine.network.heads[self.open_arcs]
        )
        size = np.bincount(self.labels, minlength=1)
        roomy = self.open_edges & (size[self.labels[engine.graph.edges["start"]]] >= min(40, int(size.max())))
        self.homes = doors_for(engine, town.trips.origins, town.homes, roomy)
        self.places = doors_for(engine, town.trips.goals, town.places, roomy)
        between = self.open_arcs & (self.labels[engine.network.tails] != self.labels[engine.network.heads])
        self._one_way = (self.labels[engine.network.tails[between]], self.labels[engine.network.heads[between]])
        passable: Ints = ~self.costs.closed
        any_way = self._components(
            engine.graph.node_count, engine.network.tails[passable], engine.network.heads[passable]
        )
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
                node = self.engine.network.heads[arc] if leaving else self.engine.network.tails[arc]
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
            runs = ground.engine.model.steepness.run(ground.profile.hard.steep_permille or 0)
            return whole_metres(int(np.maximum(runs[2 * edges], runs[2 * edges + 1]).max()))
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
