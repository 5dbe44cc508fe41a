# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How hard it is to get past what breaks somebody's limits, so that of ways that none of them keeps the one is told that
comes closest to them.

Counted in kerbs that are a centimetre too high. Neither edges nor stretches are counted, as where a map cuts its ways says
nothing: rough ground by its length, stairs by their steps, slopes by their length and by how much steeper they are.
"""

from typing import Final

import numpy as np

from .costs import FORBIDDEN
from .engine import Engine
from .graph import KERB_UNKNOWN, Ints
from .metric import Metric, is_on_wheels
from .obstacles import as_arcs
from .profiles import Limit, Profile

#: (once, for each 50 m); our estimate
_LENGTHWISE: Final[dict[Limit, tuple[float, float]]] = {
    Limit.WIDTH: (0.5, 1), Limit.SURFACE: (0.2, 0.5), Limit.SMOOTHNESS: (0.2, 0.5), Limit.TRACKTYPE: (0.2, 0.5),
    Limit.LIGHT: (0.1, 0.2), Limit.WHEELCHAIR_NO: (2, 1),
    Limit.STEPS: (2, 0), Limit.ESCALATOR: (3, 0), Limit.BARRIER: (2, 0), Limit.CLOSED: (1, 1),
}  # fmt: skip
_ONCE: Final = (1.0, 0.0)
#: for each step of a stair; on wheels it is a kerb
_A_STEP, _A_STEP_ON_WHEELS = 0.25, 1.0
#: for each centimetre that a kerb is too high
_A_CENTIMETRE: Final = 0.5
#: for each 50 m of slope, and per cent that it is too steep
_A_PERCENT: Final = 0.5
#: for each 50 m of a climb without a break
_CLIMB: Final = 1.0
_FIELDS: Final = {
    Limit.KERB_UP: "kerb_up_mm", Limit.KERB_DOWN: "kerb_down_mm", Limit.INCLINE_UP: "incline_up_permille",
    Limit.INCLINE_DOWN: "incline_down_permille",
}  # fmt: skip
_KERBS: Final = frozenset({Limit.KERB_UP, Limit.KERB_DOWN})
_INCLINES: Final = frozenset({Limit.INCLINE_UP, Limit.INCLINE_DOWN})
#: tenths of a second of detour that one such kerb is worth: an hour, about three kilometres. Whoever is told what is in
#: the way shall rarely hear of a thing that a longer way avoids.
KERB_WEIGHT: Final = 36_000


def relaxed(engine: Engine, metric: Metric, kerb_weight: int = KERB_WEIGHT) -> Ints:
    """Weights under which limits cost instead of forbid; obstacles count as a broken limit. `kerb_weight` 0: they do not
    even cost."""
    costs = metric.costs
    weights = costs.weight + (_hardship(engine, metric) * kerb_weight).astype("i8")
    found: Ints = np.minimum(weights, FORBIDDEN - 1).astype("u4")
    found[costs.closed] = FORBIDDEN
    return found


def broken_today(metric: Metric) -> Ints:
    """By arc the bits of broken limits, with the obstacles of today."""
    closed = as_arcs(metric.shut)
    if not closed:
        return metric.costs.broken
    broken = metric.costs.broken.copy()
    broken[closed] |= np.uint32(Limit.CLOSED)
    return broken


def _too_much(engine: Engine, metric: Metric, limit: Limit, arcs: Ints) -> Ints:
    """By how much kerbs are too high (mm) or slopes too steep (per mille); 0 where that is not known."""
    if limit not in _FIELDS or not isinstance(metric.pricing, Profile):
        return np.zeros(len(arcs))
    edges, back = arcs >> 1, arcs & 1 == 1
    up = limit in {Limit.KERB_UP, Limit.INCLINE_UP}
    if limit in _KERBS:
        columns = engine.graph.edges
        one, other = columns["kerb_up"][edges].astype("i4"), columns["kerb_down"][edges].astype("i4")
        value = np.where(back == up, other, one)
        value[value == KERB_UNKNOWN] = 0
    else:
        climb, fall = (part[edges] for part in engine.model.steepness.up)
        value = np.where(back == up, fall, climb)
    found: Ints = np.maximum(value - (getattr(metric.pricing.hard, _FIELDS[limit]) or 0), 0)
    return found


def _hardship(engine: Engine, metric: Metric) -> Ints:
    """By arc."""
    broken = broken_today(metric)
    arcs = np.flatnonzero(broken)
    bits, fifties = broken[arcs], engine.model.metres[arcs >> 1] / 50
    a_step = _A_STEP_ON_WHEELS if is_on_wheels(metric.pricing) else _A_STEP
    found = np.zeros(len(arcs))
    for limit in Limit:
        here = (bits & np.uint32(limit)) > 0
        if limit in {Limit.UNKNOWN, Limit.STEEP_LENGTH} or not here.any():
            continue
        too_much = _too_much(engine, metric, limit, arcs[here])
        if limit in _KERBS:
            found[here] += 0.5 + _A_CENTIMETRE * too_much / 10
        elif limit in _INCLINES:
            found[here] += (0.2 + _A_PERCENT * too_much / 10) * fifties[here]
        else:
            once, each = _LENGTHWISE.get(limit, _ONCE)
            found[here] += once + each * fifties[here]
            if limit is Limit.STEPS:
                found[here] += a_step * engine.model.step_count[arcs[here] >> 1]
    whole = np.zeros(len(broken))
    whole[arcs] = found
    climbs = engine.climbs(metric.pricing)
    if climbs is not None:
        # what one climbs at a stretch no arc knows, but of which climb that is too long it is a part
        runs = climbs.runs
        long = (broken[runs.arc] & np.uint32(Limit.STEEP_LENGTH)) > 0
        whole[runs.arc[long]] += _CLIMB * runs.longest[long] / 500
        if metric.options.both_ways:
            whole[runs.arc[long] ^ 1] += _CLIMB * runs.longest[long] / 500
    return whole
