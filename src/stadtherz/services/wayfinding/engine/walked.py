# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which lines of a map are walked within which of several ranges: in pieces that are walked as a whole or not at all."""

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from .costs import FORBIDDEN
from .geodesy import METRES_PER_DEGREE
from .graph import Ints
from .strips import BESIDE_M, Lines

if TYPE_CHECKING:
    from .reach import Spread

#: degrees; lines that are not walked count as near as this to what is walked (three times what is needed, as a degree of
#: longitude is shorter farther north)
_AROUND: Final = 3 * BESIDE_M / 100_000


class Walked(NamedTuple):
    """`metres`: of all ways, by range."""

    lines: Lines
    metres: Ints


class _Ways(NamedTuple):
    """By row how an edge is walked on, from either end: when one sets off, what the whole of it takes, and from where to where
    one gets at most (shares of the edge as it is drawn)."""

    sets_off: Ints
    cost: Ints
    begin: Ints
    end: Ints

    def at(self, row: Ints, share: Ints) -> Ints:
        """When one is at a share of an edge."""
        found = np.full(len(row), np.inf)
        for sets_off, cost, begin, end, forward in zip(*self, (True, False), strict=True):
            walked = share - begin[row] if forward else end[row] - share
            there = (share >= begin[row]) & (share <= end[row])
            np.minimum(found, np.where(there, sets_off[row] + cost[row] * walked, np.inf), out=found)
        return found

    def turns(self, limits: Ints) -> Ints:
        """By row the shares at which a limit is met, or at which a way ends; in any order."""
        found = [*self.begin, *self.end]
        for sets_off, cost, begin, end, forward in zip(*self, (True, False), strict=True):
            with np.errstate(invalid="ignore"):
                walked = (limits[:, None] - sets_off) / cost
            found += list(begin + walked if forward else end - walked)
        return np.nan_to_num(np.stack(found, axis=1), nan=0.0)


def walked(spread: "Spread", limits: Ints) -> Walked:
    """`limits`: rising, in the unit of the spread."""
    engine, ranges = spread.engine, len(limits)
    earliest, latest = (np.searchsorted(limits, when) for when in _when(spread))
    mixed = earliest < latest
    mixed[[arc >> 1 for arc in spread.stubs]] = True
    if spread.snap is not None:
        mixed[spread.snap.edge] = True
    whole = np.where(mixed, 0, latest)
    grid, told = engine.grid, engine.model.told_metres * (1.0 if spread.own is None else spread.own)
    metres = np.bincount(latest, weights=np.where(mixed, 0.0, told), minlength=ranges + 1)
    near = _near(spread, earliest < ranges)
    plain = near[~mixed[grid.edge[near]]]
    plain = plain[(whole[grid.edge[plain]] < ranges) | spread.public[grid.edge[plain]]]
    begin, along = grid.along[plain, 3:5], grid.along[plain, 5:7]
    parts = _parts(spread, limits, near[mixed[grid.edge[near]]])
    metres += np.bincount(parts.rank, weights=told[parts.edge] * parts.share, minlength=ranges + 1)
    # the place itself is reached, be it that one gets nowhere from it
    here = np.array([[spread.snap.x, spread.snap.y]] if spread.snap else []).reshape(-1, 2)
    return Walked(Lines(
        np.concatenate((begin, parts.begin, here)), np.concatenate((along, parts.along, 0 * here)),
        np.concatenate((whole[grid.edge[plain]], parts.rank, np.zeros(len(here), dtype="i8"))),
    ), np.cumsum(metres[:ranges]))  # fmt: skip


def _when(spread: "Spread") -> tuple[Ints, Ints]:
    """By edge when one is first on it, and when one has been everywhere on it."""
    takes = np.where(spread.cost < FORBIDDEN, spread.cost, np.inf)
    leaves = np.where(np.isfinite(takes), spread.setting_off, np.inf)
    # (two columns apart are worked on several times as fast as rows of two)
    (takes, takes_back), (leaves, leaves_back) = ((part[::2], part[1::2]) for part in (takes, leaves))
    arrives, arrives_back = leaves + takes, leaves_back + takes_back
    earliest = np.minimum(leaves, leaves_back)
    # both ways meet where they have taken the same time
    with np.errstate(invalid="ignore"):
        share = (arrives_back - leaves) / (takes + takes_back)
        meet = leaves + takes * np.clip(share, 0, 1)
    latest = np.where(np.isfinite(arrives + arrives_back), meet, np.minimum(arrives, arrives_back))
    return earliest, np.maximum(latest, earliest)


def _near(spread: "Spread", on: Ints) -> Ints:
    """The pieces of line around what is walked."""
    grid = spread.engine.grid
    if spread.snap is not None:
        on = on.copy()
        on[spread.snap.edge] = True
    mine = grid.along[on[grid.edge], 3:]
    if not len(mine):
        return np.zeros(0, dtype="i8")
    ends = np.concatenate((mine[:, :2], mine[:, :2] + mine[:, 2:]))
    corners = np.stack((ends.min(axis=0) - _AROUND, ends.max(axis=0) + _AROUND))
    metres = (corners - (grid.west, grid.south)) * (grid.scale_x, METRES_PER_DEGREE)
    return np.unique(grid.cells.in_box(*metres.ravel().tolist()))


class _Parts(NamedTuple):
    begin: Ints
    along: Ints
    rank: Ints
    edge: Ints
    share: Ints


def _parts(spread: "Spread", limits: Ints, pieces: Ints) -> _Parts:
    """Pieces of lines cut where limits are met on them; `share`: how much of its edge a part is."""
    grid = spread.engine.grid
    edges, row = np.unique(grid.edge[pieces], return_inverse=True)
    ways = _ways(spread, edges)
    before, length, total, *line = grid.along[pieces].T
    ends = np.stack((before / total, (before + length) / total), axis=1)
    turns = np.clip(ways[0].turns(limits)[row], ends[:, :1], ends[:, 1:])
    if len(ways) > 1:
        turns = np.concatenate((turns, np.clip(ways[1].turns(limits)[row], ends[:, :1], ends[:, 1:])), axis=1)
    at = np.sort(np.concatenate((turns, ends), axis=1), axis=1)
    piece, place = np.nonzero(np.diff(at, axis=1) > 1e-9)
    begin, end = at[piece, place], at[piece, place + 1]
    when = np.min([way.at(row[piece], (begin + end) / 2) for way in ways], axis=0)
    rank = np.searchsorted(limits, when)
    wide = np.maximum(ends[piece, 1] - ends[piece, 0], 1e-12)
    origin, direction = np.stack(line[:2], axis=1)[piece], np.stack(line[2:], axis=1)[piece]
    first = ((begin - ends[piece, 0]) / wide)[:, None]
    share = end - begin
    edge = edges[row[piece]]
    found = _Parts(origin + direction * first, direction * (share / wide)[:, None], rank, edge, share)
    kept = (rank < len(limits)) | spread.public[edge]
    return _Parts(*(part[kept] for part in found))


def _ways(spread: "Spread", edges: Ints) -> list[_Ways]:
    """How the edges are walked on from their ends; and, where one stands on one of them, from there."""
    arcs = np.stack((2 * edges, 2 * edges + 1))
    open_ = spread.cost[arcs] < FORBIDDEN
    sets_off, cost = np.where(open_, spread.setting_off[arcs], np.inf), np.where(open_, spread.cost[arcs], 1.0)
    begin, end = np.zeros(arcs.shape), np.ones(arcs.shape)
    for arc, stub in spread.stubs.items():
        place = int(np.searchsorted(edges, arc >> 1))
        if place < len(edges) and edges[place] == arc >> 1:
            back = arc & 1
            sets_off[back, place], cost[back, place] = stub.sets_off, stub.cost
            begin[back, place], end[back, place] = (1 - stub.share, 1) if back else (0, stub.share)
    found = [_Ways(sets_off, cost, begin, end)]
    snap = spread.snap
    if snap is not None and snap.edge in edges:
        place = int(np.searchsorted(edges, snap.edge))
        sets_off, cost = np.full(arcs.shape, np.inf), np.ones(arcs.shape)
        begin, end = np.zeros(arcs.shape), np.ones(arcs.shape)
        for back, part in enumerate(spread.from_here):
            if part is not None:
                sets_off[back, place], cost[back, place] = 0.0, part.cost
                begin[back, place], end[back, place] = (
                    (max(0.0, snap.share - part.share), snap.share)
                    if back
                    else (snap.share, min(1.0, snap.share + part.share))
                )
        found.append(_Ways(sets_off, cost, begin, end))
    return found
