# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""One way through town for one person, ready to be read: words, steps and lines, or what is in the way."""

from stadtherz.services.wayfinding.planning.finding import MARGIN_DEGREES, as_gpx, check_inside, closed_start, find_way
from stadtherz.services.wayfinding.planning.ground import Kerb, Slope
from stadtherz.services.wayfinding.planning.plan import (
    BEST,
    KINDS,
    InTheWay,
    NoPlan,
    NotAcross,
    NotConnected,
    NoWayNearby,
    OutsideMap,
    Point,
    Question,
    SamePlace,
    Way,
)

__all__ = [
    "BEST",
    "KINDS",
    "MARGIN_DEGREES",
    "InTheWay",
    "Kerb",
    "NoPlan",
    "NoWayNearby",
    "NotAcross",
    "NotConnected",
    "OutsideMap",
    "Point",
    "Question",
    "SamePlace",
    "Slope",
    "Way",
    "as_gpx",
    "check_inside",
    "closed_start",
    "find_way",
]
