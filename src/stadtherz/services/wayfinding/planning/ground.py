# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the map draws of a way beside its line: where it is steep, and the kerbs. The steps say the same in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from stadtherz.services.wayfinding.engine.telling.route import KERB_MM, Route

#: per mille at which the two classes begin: 3 % is level for long ways, 6 % the most that ramps may have (DIN 18040-3)
STEEP: Final = (30, 60)
#: metres of a crossing or a corner that do not part one slope into two
GAP_M: Final = 12.0

Position = list[float]


@dataclass(frozen=True, slots=True)
class Slope:
    """A stretch that is steep: 1 or 2 by ``STEEP``, its steepest piece in per mille (up is positive), and its line."""

    level: int
    permille: int
    line: list[Position]


@dataclass(frozen=True, slots=True)
class Kerb:
    """A kerb on the way, in millimetres; None where nobody knows how high it is."""

    lon: float
    lat: float
    height: int | None


def slopes(route: Route, line: Sequence[Position]) -> list[Slope]:
    """Where the way is steep, from start to destination. ``line``: the positions of the route."""
    found: list[Slope] = []
    first = last = steepest = 0
    gap = 0.0
    for begin, end, metres, permille, _kerb in _arcs(route):
        if _class(permille) and steepest and _class(permille) == _class(steepest) and (permille > 0) == (steepest > 0):
            last, gap = end, 0.0
            steepest = max(steepest, permille, key=abs)
            continue
        gap += metres
        if _class(permille):
            found += _slope(steepest, line[first : last + 1])
            first, last, steepest, gap = begin, end, permille, 0.0
        elif gap > GAP_M:
            found += _slope(steepest, line[first : last + 1])
            steepest = 0
    return [*found, *_slope(steepest, line[first : last + 1])]


def kerbs(route: Route, line: Sequence[Position]) -> list[Kerb]:
    """The kerbs that the steps tell of, in walking order, each in the middle of its crossing."""
    found = []
    for begin, end, _metres, _permille, kerb in _arcs(route):
        if kerb != 0:
            lon, lat = (sum(ends) / 2 for ends in zip(line[begin], line[end], strict=True))
            found.append(Kerb(lon, lat, kerb))
    return found


def _arcs(route: Route) -> Iterator[tuple[int, int, float, int, int | None]]:
    """By arc: the positions between which it runs, metres, steepest piece in per mille, kerb in millimetres (0 none, None not known)."""
    facts = [part.told.facts.of(arc) for part in route.walked for arc in part.leg.arcs.tolist()]
    begin = 0
    for one, end, metres in zip(facts, route.ends.tolist(), route.metres.tolist(), strict=True):
        height = max(one.up, one.down)
        kerb = height if height > KERB_MM else None if one.up_unknown or one.down_unknown else 0
        yield begin, end, metres, one.rise if one.rise >= one.fall else -one.fall, kerb
        begin = end


def _class(permille: int) -> int:
    return sum(abs(permille) > least for least in STEEP)


def _slope(permille: int, line: Sequence[Position]) -> list[Slope]:
    return [Slope(_class(permille), permille, list(line))] if permille and len(line) > 1 else []
