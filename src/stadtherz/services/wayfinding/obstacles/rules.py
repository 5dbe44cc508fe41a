# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who may report, confirm and decide, and which places and periods an obstacle may have."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import shapely
from django.contrib.gis.geos import GEOSGeometry, Point
from django.utils import timezone

from stadtherz.kernel.geo.queries import inside_municipality
from stadtherz.kernel.municipalities.active import active
from stadtherz.kernel.people.models import Origin, Person
from stadtherz.kernel.people.rules import may
from stadtherz.services.wayfinding.engine.geodesy import METRES_PER_DEGREE
from stadtherz.services.wayfinding.engine.mending import TooTangled, mended
from stadtherz.services.wayfinding.obstacles.errors import (
    AlreadyOver,
    NeverCounts,
    NoPlace,
    PlaceOutside,
    SameHours,
    TooFarAhead,
    TooLarge,
    TooLong,
    WrongPeriod,
)
from stadtherz.services.wayfinding.obstacles.on_the_map import on_the_map
from stadtherz.services.wayfinding.obstacles.vocabulary import (
    CHANGES,
    LARGEST_CLOSED_KM2,
    LONGEST,
    MOST_POSITIONS,
    Effect,
    State,
)
from stadtherz.services.wayfinding.obstacles.weekly import Weekly

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from stadtherz.services.wayfinding.models import Obstacle

    Visitor = Person | AnonymousUser

CLEAR = "wayfinding.obstacles"
SHAPES = ("Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon")
FARTHEST_REACH_M = 2_000


def may_speak(visitor: Visitor) -> bool:
    """Signed in with a confirmed address, or entered by a clerk from paper (docs/adr/0010)."""
    if not isinstance(visitor, Person) or visitor.erased_at is not None:
        return False
    return visitor.origin == Origin.PAPER or (visitor.is_active and bool(visitor.email))


def may_decide(visitor: Visitor) -> bool:
    """Whether this person clears up obstacles for the active municipality."""
    return may(visitor, CLEAR)


def may_confirm(visitor: Visitor, obstacle: Obstacle) -> bool:
    """Others than the reporter say "still there"."""
    return may_speak(visitor) and isinstance(visitor, Person) and obstacle.reporter_id != visitor.pk


def state_may_become(now: str, then: State) -> bool:
    """Whether the table of states allows the change."""
    return then in CHANGES[State(now)]


def checked_period(begins: datetime | None, ends: datetime | None) -> None:
    """Raises ``WrongPeriod``, ``AlreadyOver``, ``TooLong``."""
    if begins is None or ends is None or ends <= begins:
        raise WrongPeriod
    if ends <= timezone.now():
        raise AlreadyOver
    if ends - begins > LONGEST:
        raise TooLong


def checked_moments(rule: Weekly) -> list[datetime]:
    """When what recurs begins and ends by turns, by the clocks of the active municipality. The longest period bounds how many
    there are. Raises ``WrongPeriod``, ``AlreadyOver``, ``TooLong``, ``TooFarAhead``, ``SameHours``,
    ``NeverCounts``."""
    today = timezone.localdate()
    if rule.begins == rule.ends != time():
        raise SameHours
    if rule.last < rule.first:
        raise WrongPeriod
    if rule.last < today - timedelta(days=1):
        raise AlreadyOver
    if rule.last - rule.first > LONGEST:
        raise TooLong
    if rule.last > today + 2 * LONGEST:
        raise TooFarAhead
    moments = moments_of(rule)
    if not moments:
        raise NeverCounts
    if moments[-1] <= timezone.now():
        raise AlreadyOver
    return moments


def moments_of(rule: Weekly) -> list[datetime]:
    """The same, unchecked."""
    return [moment for time in rule.times(ZoneInfo(active().timezone)) for moment in time]


def checked_place(geometry: GEOSGeometry, effect: str, reach_m: int = 0) -> GEOSGeometry:
    """The geometry as it is stored: valid, in degrees, inside the town or on its map.

    A polygon that crosses itself becomes the areas that it encloses. Raises ``NoPlace``, ``PlaceOutside``, ``TooLarge``.
    """
    if geometry.empty or geometry.geom_type not in SHAPES or geometry.num_coords > MOST_POSITIONS:
        raise NoPlace
    if not all(math.isfinite(value) for value in _numbers(geometry.coords)):  # type: ignore[attr-defined]
        raise NoPlace
    west, south, east, north = geometry.extent
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90) or not 0 <= reach_m <= FARTHEST_REACH_M:
        raise NoPlace
    if not geometry.valid:
        geometry = _mended(geometry)
        if geometry.geom_type not in SHAPES or geometry.empty:
            raise NoPlace
    geometry.srid = 4326
    middle = geometry.point_on_surface
    if not isinstance(middle, Point) or not (inside_municipality(middle) or on_the_map(middle)):
        raise PlaceOutside
    if effect != Effect.SLOW and _square_kilometres(geometry, reach_m) > LARGEST_CLOSED_KM2:
        raise TooLarge
    return geometry


def _mended(geometry: GEOSGeometry) -> GEOSGeometry:
    try:
        made = mended(shapely.from_wkb(bytes(geometry.wkb)))
    except (TooTangled, shapely.errors.ShapelyError) as error:
        raise NoPlace from error
    return GEOSGeometry(memoryview(shapely.to_wkb(made)))


def _numbers(coordinates: Any) -> Iterator[float]:
    for each in coordinates:
        if isinstance(each, float | int):
            yield each
        else:
            yield from _numbers(each)


def _square_kilometres(geometry: GEOSGeometry, reach_m: int) -> float:
    """Roughly, on a plane that is true at the geometry's own latitude."""
    _, south, _, north = geometry.extent
    scale = METRES_PER_DEGREE**2 * math.cos(math.radians((south + north) / 2)) / 1e6
    circle = math.pi * (reach_m / 1000) ** 2 if geometry.geom_type.endswith("Point") else 0.0
    return float(geometry.area) * scale + circle * geometry.num_geom
