# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Why a way over a border is long, or why none keeps the limits, and the one that comes closest to them."""

from collections.abc import Sequence
from typing import Any

from .across import Parts, cross_all
from .engine import NoRouteError, Point, PointNotFoundError
from .hardship import KERB_WEIGHT
from .metric import Options
from .reasons import Reasons, Violation, loosened, metres_of, violations
from .telling.describing import Describer


def why_not_across(
    describers: Sequence[Describer], *, pricing: Any, options: Sequence[Options], start: Point, goal: Point
) -> tuple[Reasons, Parts | None]:  # fmt: skip
    """Why no way over the border keeps the limits, and the one that comes closest to them (none: there is none at all).
    Raises `PointNotFoundError` only where there is no way of any kind nearby."""

    def way(by: Any, kerb_weight: int | None = None) -> Parts | None:
        try:
            engines = [describer.engine for describer in describers]
            return cross_all(engines, pricing=by, options=options, start=start, goal=goal, kerb_weight=kerb_weight)
        except NoRouteError:
            return None

    parts = way(pricing, KERB_WEIGHT)
    if parts is None:
        return Reasons("nothing"), None
    broken = _broken(describers, parts)
    reasons = Reasons("closest", broken, None, _metres(parts))
    eased = loosened(pricing, broken)
    try:
        helped = way(eased[0]) if eased else None
    except PointNotFoundError:
        helped = None
    if eased and helped:
        reasons.changes, reasons.changed_metres = eased[1], _metres(helped)
    return reasons, parts


def why_so_long_across(describers: Sequence[Describer], parts: Parts, *, start: Point, goal: Point) -> Reasons:
    """What the way over the border avoids that the shortest way without hard limits would pass."""
    mine = _metres(parts)
    engines, options = [describer.engine for describer in describers], [metric.options for metric, _ in parts]
    try:
        free = cross_all(
            engines, pricing=parts[0][0].pricing, options=options, start=start, goal=goal, kerb_weight=0
        )  # fmt: skip
    except (NoRouteError, PointNotFoundError):
        return Reasons("direct", metres=mine)
    found = _broken(describers, free)
    detour = mine - _metres(free)
    if not found or detour < 10:
        return Reasons("direct", metres=mine)
    return Reasons("detour", found, metres=mine, detour_metres=detour)


def _broken(describers: Sequence[Describer], parts: Parts) -> list[Violation]:
    return [
        violation for describer, (metric, leg) in zip(describers, parts, strict=True)
        for violation in violations(describer.engine, describer, metric, leg)
    ]  # fmt: skip


def _metres(parts: Parts) -> float:
    return sum(metres_of(metric, leg) for metric, leg in parts)
