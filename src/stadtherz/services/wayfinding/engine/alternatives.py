# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Other ways worth offering: less steep, better known, shorter (for openrouteservice's profile: shorter, faster). Each keeps the same hard limits and differs from the
ways already offered by at least a fifth of its length."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from .compatible import CompatibleWheelchair
from .engine import Engine, NoRouteError, Point
from .metric import Options
from .profiles import Profile, Unknown, UnknownPolicy
from .telling.describing import Describer
from .telling.route import Route

#: share of the metres of a new way that an offered way may already contain
MOST_SHARED: Final = 0.8
#: a way is offered for what it has less of only where that can be felt: this share less metres, minutes or metres that nobody
#: has checked, and so much less slope (per mille)
FELT: Final = 0.03
FELT_PERMILLE: Final = 10
#: no alternative is longer than this many times the best way
LONGEST: Final = 2.0


@dataclass(frozen=True, slots=True)
class Alternative:
    """`kind`: "less_steep", "better_known", "shorter" or "faster"."""

    kind: str
    route: Route


def variants(profile: Profile) -> dict[str, Profile]:
    """The profile with other wishes and the same hard limits."""
    known = UnknownPolicy(**{
        name: max(getattr(profile.unknown, name), Unknown.AVOID) for name in UnknownPolicy.__slots__
    })  # fmt: skip
    gentle = replace(profile.soft, incline_up_permille=20, incline_down_permille=20)
    return {
        "less_steep": replace(profile, soft=gentle, soft_factor=max(profile.soft_factor, 4.0)),
        "better_known": replace(profile, unknown=known),
        "shorter": replace(
            # wishes count for nothing, but what is not known of them is told as of the other ways
            profile, soft_factor=1.0, comfort=0.0, street_factor=1.0,
            unknown=UnknownPolicy(**{
                name: Unknown.FORBID if getattr(profile.unknown, name) is Unknown.FORBID else Unknown.ALLOW
                for name in UnknownPolicy.__slots__
            }),
        ),
    }  # fmt: skip


def wishes(pricing: Any) -> dict[str, Any]:
    """The same for any pricing."""
    if isinstance(pricing, CompatibleWheelchair):
        kinds = {"shorter": "shortest", "faster": "fastest"}
        return {kind: replace(pricing, preference=by) for kind, by in kinds.items() if by != pricing.preference}
    return dict(variants(pricing))


def alternatives(
    engine: Engine, describer: Describer, profile: Any, points: Sequence[Point], *, best: Route, options: Options,
    share: float = MOST_SHARED, longest: float = LONGEST,
) -> list[Alternative]:  # fmt: skip
    """Up to three ways that really differ and really are what their name says."""

    def way(variant: Any) -> Route:
        metric = engine.metric(variant, options)
        return describer.route(metric, engine.legs(metric, points))

    return differing(way, profile, best=best, share=share, longest=longest)


def differing(
    way: Callable[[Any], Route], profile: Any, *, best: Route, share: float = MOST_SHARED,
    longest: float = LONGEST,
) -> list[Alternative]:  # fmt: skip
    """The same with a function that finds the way of a profile or raises `NoRouteError`."""
    found: list[Alternative] = []
    for kind, variant in wishes(profile).items():
        try:
            route = way(variant)
        except NoRouteError:
            continue
        others = [best, *(other.route for other in found)]
        if route.totals.metres > longest * best.totals.metres or not _better(kind, route, best):
            continue
        if all(shared(route, other) <= share for other in others):
            found.append(Alternative(kind, route))
    return found


def _better(kind: str, route: Route, best: Route) -> bool:
    one, other = route.totals, best.totals
    if kind == "less_steep":
        gentler = max(other.steepest_up, other.steepest_down) - max(one.steepest_up, one.steepest_down)
        return gentler >= FELT_PERMILLE
    if kind == "better_known":
        # a longer way that nobody has checked either is known no better
        return one.unverified <= (1 - FELT) * other.unverified and one.verified_share >= other.verified_share + FELT
    if kind == "faster":
        return one.seconds <= (1 - FELT) * other.seconds
    return one.metres <= (1 - FELT) * other.metres


def shared(route: Route, other: Route) -> float:
    """The share of the metres of `route` that `other` walks too, in either direction."""
    edges = set((other.arcs >> 1).tolist())
    both = sum(m for arc, m in zip(route.arcs.tolist(), route.metres.tolist(), strict=True) if arc >> 1 in edges)
    return both / route.totals.metres if route.totals.metres else 1.0
