# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Parts of a way that lie on the maps of several towns, as one way: one line, one list of steps, one sum."""

from collections.abc import Sequence

import numpy as np
from msgspec import structs

from .across import Parts
from .telling.describing import Describer
from .telling.route import Route, Step, Totals


def route_across(describers: Sequence[Describer], parts: Parts) -> Route:
    """All parts as one way with a leg for each. Arcs belong to several graphs, so nothing may be looked up by them."""
    return joined([d.route(metric, [leg]) for d, (metric, leg) in zip(describers, parts, strict=True)], describers)


def joined(routes: Sequence[Route], describers: Sequence[Describer]) -> Route:
    """Ways that follow each other as one. The arcs of each get numbers of their own, to compare ways with each other."""
    whole, edges = routes[0], 0
    for route, before in zip(routes[1:], describers, strict=False):
        shift, edges = whole.leg_points[-1], edges + before.engine.graph.edge_count
        moved: list[list[Step]] = [
            [structs.replace(s, first=s.first + shift, last=s.last + shift) for s in steps] for steps in route.steps
        ]
        whole = Route(
            [*whole.walked, *route.walked], [*whole.leg_points, *(point + shift for point in route.leg_points)],
            [*whole.steps, *moved], _sum(whole.totals, route.totals), whole.weight + route.weight,
            np.concatenate((whole.arcs, route.arcs + 2 * edges)),
        )  # fmt: skip
    return whole


def _sum(a: Totals, b: Totals) -> Totals:
    rough = dict(a.rough)
    for surface, metres in b.rough.items():
        rough[surface] = rough.get(surface, 0.0) + metres
    return Totals(
        metres=a.metres + b.metres, seconds=a.seconds + b.seconds, ascent=a.ascent + b.ascent,
        descent=a.descent + b.descent, steepest_up=max(a.steepest_up, b.steepest_up),
        steepest_down=max(a.steepest_down, b.steepest_down), kerbs=sorted([*a.kerbs, *b.kerbs]),
        kerbs_unknown=a.kerbs_unknown + b.kerbs_unknown, steps=a.steps + b.steps, flights=a.flights + b.flights,
        rough=rough, unverified=a.unverified + b.unverified, crossings=a.crossings + b.crossings,
        steps_guessed=a.steps_guessed or b.steps_guessed,
        # the stretch over the border may be longer than either: the sum is what one can rely on
        longest_without_rest=a.longest_without_rest + b.longest_without_rest,
    )  # fmt: skip
