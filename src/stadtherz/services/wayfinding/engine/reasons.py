# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Why is there no way, and why is my way so long? Names each broken limit with its place and what would help.

"Why not": the way that comes closest to the limits is the shortest path where breaking them costs (hardship.py). "Why so
long": the way the same person would take without hard limits, and what stands on it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, Final

import numpy as np

from .engine import Engine, NoRouteError, Point, PointNotFoundError
from .hardship import broken_today, relaxed
from .leg_finding import find_leg
from .legs import Leg
from .metric import Metric
from .profiles import Limit, Profile, Unknown
from .surveys.photos import photo_at
from .telling.describing import Describer
from .vocabulary import Smoothness, Surface

_BITS: Final = [limit for limit in Limit if limit not in (Limit.UNKNOWN,)]
#: limit → (field of Limits, attribute of the edge, how the value is read for forward and backward)
_FIELDS: Final[dict[Limit, str]] = {
    Limit.KERB_UP: "kerb_up_mm", Limit.KERB_DOWN: "kerb_down_mm", Limit.INCLINE_UP: "incline_up_permille",
    Limit.INCLINE_DOWN: "incline_down_permille", Limit.STEEP_LENGTH: "steep_metres", Limit.WIDTH: "width_cm",
    Limit.SURFACE: "surface", Limit.SMOOTHNESS: "smoothness", Limit.STEPS: "steps", Limit.TRACKTYPE: "tracktype",
    Limit.BARRIER: "width_cm", Limit.TURNING: "turning_cm",
}  # fmt: skip
#: things between two stretches that are told as one
_BACK: Final = 3
#: of these one wants to know how many metres; of stairs, kerbs and the like how many there are
_STRETCHES: Final = frozenset({Limit.SURFACE, Limit.SMOOTHNESS, Limit.WIDTH, Limit.LIGHT, Limit.TRACKTYPE})
#: what is switched off when it is in the way and cannot be put in figures
_SWITCHES: Final[dict[Limit, str]] = {
    Limit.HANDRAIL: "handrail", Limit.LIFT: "no_lifts", Limit.ESCALATOR: "no_escalators", Limit.SOUND: "sound",
    Limit.TACTILE: "tactile", Limit.ISLAND: "island", Limit.LIGHT: "light",
}  # fmt: skip
_POLICIES: Final[dict[Limit, str]] = {
    Limit.SURFACE: "surface", Limit.SMOOTHNESS: "smoothness", Limit.WIDTH: "width", Limit.INCLINE_UP: "incline",
    Limit.KERB_UP: "kerb", Limit.STEPS: "steps", Limit.CROSSING: "crossing", Limit.LIGHT: "light",
    Limit.TURNING: "turning",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Violation:
    """A limit that is broken at a place. `value` and `asked` are in the units of the profile; those of a climb count how
    long this way is steeper than `above` (per mille) at a stretch."""

    limit: Limit
    unknown: bool
    value: int | None
    asked: int | None
    x: float
    y: float
    name: str
    way: int
    edge: int
    metres: float
    #: address of a photo, or the page of an obstacle that has one
    photo: str = ""
    #: where a way has no name: a street close to it
    near: str = ""
    #: of steps, that nobody has counted them; of a barrier, of which kind it is (`Barrier`)
    guessed: bool = False
    barrier: int = 0
    above: int | None = None


@dataclass(slots=True)
class Reasons:
    """`kind`: "closest" (no way keeps the limits; this one comes closest), "nothing" (not even without limits),
    "detour" (the way is longer because of these), "direct" (it is not)."""

    kind: str
    violations: list[Violation] = field(default_factory=list)
    leg: Leg | None = None
    metres: float = 0.0
    #: changed limits with which one arrives, and the length of that way
    changes: dict[str, Any] = field(default_factory=dict)
    changed_metres: float | None = None
    detour_metres: float = 0.0


def why_not(engine: Engine, describer: Describer, metric: Metric, points: Sequence[Point]) -> Reasons:
    """Why the points cannot all be reached within the limits. Raises PointNotFoundError only where there is no way of
    any kind nearby."""
    snaps = engine.snap(metric, points, anywhere=True)
    weights = relaxed(engine, metric)
    weighting = engine.router.weighting(weights)
    legs: list[Leg] = []
    for start, end in pairwise(snaps):
        leg = find_leg(engine.network, weighting, weights, start=start, end=end)
        if leg is None:
            return Reasons("nothing")
        legs.append(leg)
    found = [v for leg in legs for v in violations(engine, describer, metric, leg)]
    result = Reasons("closest", found, legs[0], sum(metres_of(metric, leg) for leg in legs))
    _what_would_help(engine, metric, points, result)
    return result


def why_so_long(engine: Engine, describer: Describer, metric: Metric, legs: Sequence[Leg]) -> Reasons:
    """What the way avoids that the shortest way without hard limits would pass."""
    mine = sum(metres_of(metric, leg) for leg in legs)
    weights = relaxed(engine, metric, kerb_weight=0)
    weighting = engine.router.weighting(weights)
    found: list[Violation] = []
    free_metres = 0.0
    for leg in legs:
        free = find_leg(engine.network, weighting, weights, start=leg.start, end=leg.end)
        if free is None:
            return Reasons("direct", metres=mine)
        free_metres += metres_of(metric, free)
        found += violations(engine, describer, metric, free)
    detour = mine - free_metres
    if not found or detour < 10:
        return Reasons("direct", metres=mine)
    return Reasons("detour", found, metres=mine, detour_metres=detour)


def metres_of(metric: Metric, leg: Leg) -> float:
    """The length of a leg."""
    return float((metric.costs.length[leg.arcs >> 1] * leg.shares).sum() / 10)


def violations(engine: Engine, describer: Describer, metric: Metric, leg: Leg) -> list[Violation]:
    """The broken limits along a way, in walking order; what follows each other in or near the same street is one."""
    broken, shares = broken_today(metric)[leg.arcs], leg.shares
    climbs = _long_climbs(engine, metric, leg)
    found: list[Violation] = []
    for index in np.flatnonzero(broken).tolist():
        arc, bits = int(leg.arcs[index]), int(broken[index])
        metres = float(metric.costs.length[arc >> 1] * shares[index] / 10)
        for limit in _BITS:
            if not bits & limit or (limit is Limit.STEEP_LENGTH and index not in climbs):
                continue
            unknown = bool(bits & Limit.UNKNOWN) and _is_unknown(engine, limit, arc)
            value = None if unknown else _value(engine, describer, limit, arc)
            now = _violation(engine, metric, limit, arc >> 1, value, metres=metres, unknown=unknown)
            if limit is Limit.STEEP_LENGTH:
                now = replace(
                    now, value=climbs[index], metres=float(climbs[index]), above=metric.pricing.hard.steep_permille
                )
            _add(found, now, back=_BACK)
    return merged(_with_streets(engine, found), back=_BACK)


def _violation(
    engine: Engine, metric: Metric, limit: Limit, edge: int, value: int | None, *, metres: float, unknown: bool
) -> Violation:  # fmt: skip
    line = engine.graph.line(edge)
    x, y = line[len(line) // 2] if len(line) > 2 else line.mean(axis=0)
    return Violation(
        limit, unknown, value, _asked(metric, limit), float(x), float(y), engine.grid.name_of(edge),
        int(engine.graph.edges["way"][edge]), edge, metres, _photo(engine, edge, limit),
        guessed=limit is Limit.STEPS and not engine.graph.edges["steps"].item(edge),
        barrier=engine.graph.edges["barrier"].item(edge) if limit is Limit.BARRIER else 0,
    )  # fmt: skip


def _long_climbs(engine: Engine, metric: Metric, leg: Leg) -> dict[int, int]:
    """The climbs of a way that are longer than somebody manages: by the position of the arc in their middle, their metres."""
    climbs = engine.climbs(metric.pricing)
    if climbs is None:
        return {}
    most = metric.pricing.hard.steep_metres * 10 + 1e-6
    found = [((one.first + one.last) // 2, one.length) for one in climbs.stretches(leg)]
    if metric.options.both_ways:
        last = len(leg.arcs) - 1
        found += [(last - (one.first + one.last) // 2, one.length) for one in climbs.stretches(leg.turned())]
    longest: dict[int, int] = {}
    for middle, length in found:
        if length > most:
            longest[middle] = max(longest.get(middle, 0), whole_metres(length))
    return longest


def merged(found: Sequence[Violation], *, back: int) -> list[Violation]:
    """Stretches of the same kind in or near the same street as one, with all their metres, where there are not more than so
    many other things between them."""
    told: list[Violation] = []
    for one in found:
        if one.limit in _STRETCHES or (one.unknown and one.limit is Limit.INCLINE_UP):
            _add(told, one, back=back, whole_street=True)
        else:
            told.append(one)
    return told


def _with_streets(engine: Engine, found: list[Violation]) -> list[Violation]:
    """Who has no map before them finds a way without a name by the street close to it."""
    return [one if one.name else replace(one, near=engine.grid.street_near(one.x, one.y)) for one in found]


def _photo(engine: Engine, edge: int, limit: Limit) -> str:
    """Of an obstacle of today its page, where it has a picture, else what the map knows."""
    ours = (o.about for o in engine.obstacles.along([edge], engine.clock()) if o.about.get("picture"))
    return next((str(about["url"]) for about in ours), "") or photo_at(engine.graph, edge, limit)


def _add(found: list[Violation], now: Violation, *, back: int, whole_street: bool = False) -> None:
    """`whole_street`: as one also with another way of the same street, if it is no better there."""
    for position in range(len(found) - 1, max(-1, len(found) - 1 - back), -1):
        old = found[position]
        same = (old.limit, old.unknown, old.name, old.near) == (now.limit, now.unknown, now.name, now.near)
        alike = old.value == now.value or now.limit is Limit.WIDTH
        if same and (old.way == now.way or (whole_street and alike)):
            found[position] = replace(
                old, metres=old.metres + now.metres, value=_worse(now.limit, old.value, now.value)
            )
            return
    found.append(now)


def _worse(limit: Limit, one: int | None, other: int | None) -> int | None:
    values = [value for value in (one, other) if value is not None]
    narrow = limit in (Limit.WIDTH, Limit.BARRIER, Limit.TURNING)
    return (min(values) if narrow else max(values)) if values else None


def _value(engine: Engine, describer: Describer, limit: Limit, arc: int) -> int | None:
    edge, columns = arc >> 1, engine.graph.edges
    steepness, kerbs = engine.model.steepness, describer.told.facts.of(arc)
    values = {
        Limit.KERB_UP: kerbs.up, Limit.KERB_DOWN: kerbs.down,
        Limit.INCLINE_UP: int(steepness.up[arc & 1][edge]), Limit.INCLINE_DOWN: int(steepness.up[~arc & 1][edge]),
        Limit.WIDTH: int(columns["width"][edge]), Limit.SURFACE: int(columns["surface"][edge]),
        Limit.SMOOTHNESS: int(columns["smoothness"][edge]), Limit.TRACKTYPE: int(columns["tracktype"][edge]),
        Limit.STEPS: int(engine.model.step_count[edge]), Limit.BARRIER: int(columns["passage"][edge]),
        Limit.TURNING: int(columns["turning"][edge]),
    }  # fmt: skip
    return values.get(limit)


def whole_metres(decimetres: float) -> int:
    """Rounded up: a limit of so many metres lets the stretch pass, one metre less does not."""
    return math.ceil(decimetres / 10 - 1e-6)


def _is_unknown(engine: Engine, limit: Limit, arc: int) -> bool:
    model, edge = engine.model, arc >> 1
    return bool({
        Limit.SURFACE: model.surface_unknown, Limit.SMOOTHNESS: model.edge["smoothness"] == 0,
        Limit.WIDTH: model.width_unknown, Limit.INCLINE_UP: model.incline_unknown, Limit.KERB_UP: model.kerb_unknown,
        Limit.STEPS: model.edge["steps"] == 0, Limit.CROSSING: model.edge["crossing"] <= 1,
        Limit.LIGHT: model.edge["lit"] == 0, Limit.TURNING: model.turning_unknown,
    }.get(limit, np.zeros(edge + 1, dtype=bool))[edge])  # fmt: skip


def _asked(metric: Metric, limit: Limit) -> int | None:
    if not isinstance(metric.pricing, Profile) or limit not in _FIELDS:
        return None
    asked = getattr(metric.pricing.hard, _FIELDS[limit])
    return None if asked is None else int(asked)


def _what_would_help(engine: Engine, metric: Metric, points: Sequence[Point], result: Reasons) -> None:
    """Tries again with limits that are as much looser as needed."""
    eased = loosened(metric.pricing, result.violations)
    if eased is None:
        return
    other = engine.metric(eased[0], metric.options)
    try:
        legs = engine.legs(other, points)
    except (NoRouteError, PointNotFoundError):
        return
    result.changes, result.changed_metres = eased[1], sum(metres_of(other, leg) for leg in legs)


def loosened(profile: Any, violations: Sequence[Violation]) -> tuple[Profile, dict[str, Any]] | None:
    """The profile with exactly the limits that are broken loosened, as little as needed, and these changes; None where
    no figure helps."""
    if not isinstance(profile, Profile) or any(v.limit is Limit.CLOSED for v in violations):
        return None
    changes: dict[str, Any] = {}
    policy: dict[str, Unknown] = {}
    for violation in violations:
        if violation.unknown:
            policy[_POLICIES[violation.limit]] = Unknown.AVOID
        elif violation.limit in _SWITCHES:
            changes[_SWITCHES[violation.limit]] = False
        elif violation.limit in _FIELDS and violation.value:
            name = _FIELDS[violation.limit]
            worse = min if name in {"width_cm", "turning_cm"} else max
            changes[name] = worse(changes.get(name, violation.value), violation.value)
        else:
            return None  # a barrier or a way said to be inaccessible: no figure helps
    for name, kind in (("surface", Surface), ("smoothness", Smoothness)):
        if name in changes:
            changes[name] = kind(changes[name])
    eased = profile.adjusted(**changes)
    if policy:
        eased = replace(eased, unknown=replace(eased.unknown, **policy))
        changes["unknown"] = True
    return eased, changes
