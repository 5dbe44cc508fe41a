# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads of obstacles that are used more than once."""

from __future__ import annotations

from typing import Any

from django.contrib.gis.db.models.functions import AsGeoJSON, PointOnSurface
from django.contrib.gis.geos import Point
from django.db import connection
from django.db.models import DateTimeField, F, Func, IntegerField, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from stadtherz.kernel.municipalities.active import active_id
from stadtherz.kernel.people.models import Person
from stadtherz.services.wayfinding.engine.geodesy import METRES_PER_DEGREE
from stadtherz.services.wayfinding.models import Obstacle, ObstacleVoice
from stadtherz.services.wayfinding.obstacles.vocabulary import State

NEARBY_METRES = 25


def number_now() -> int:
    """The number of the active municipality's last change (0: none yet). One indexed row, asked for by each question."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM wayfinding_obstacleversion WHERE municipality_id = %s", [active_id()])
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def changed_since(number: int) -> QuerySet[Obstacle]:
    """What changed after a number; with 0, what counts now or will count."""
    found = Obstacle.objects.filter(version__gt=number) if number else Obstacle.objects.open()
    return found.order_by("version", "id")


def shown(found: QuerySet[Obstacle]) -> QuerySet[Obstacle]:
    """With the geometry as GeoJSON and a point for the map, written by the database; the picture in the same query."""
    return (
        found.annotate(
            geojson=AsGeoJSON("geometry", precision=6), middle=AsGeoJSON(PointOnSurface("geometry"), precision=6)
        )
        .defer("geometry")
        .select_related("picture")
    )


def in_order(found: QuerySet[Obstacle]) -> QuerySet[Obstacle]:
    """By when they count next, or have begun to count this time."""
    passed = Func(
        Value(timezone.now(), DateTimeField()), F("moments"), function="width_bucket", output_field=IntegerField()
    )
    # the first of the pair of moments that holds this one, or comes after it
    begins = Func(F("moments"), passed, template="(%(expressions)s | 1]", arg_joiner=")[", output_field=DateTimeField())
    return found.annotate(counts_from=Coalesce(begins, "begins")).order_by("counts_from", "id")


def twin_of(*, kind: str, place: Point, reporter: Person | None = None) -> Obstacle | None:
    """An open report of the same kind within about 25 m, the one with the most voices first; of this reporter, where one is
    given."""
    near = Obstacle.objects.current().filter(kind=kind, geometry__dwithin=(place, NEARBY_METRES / METRES_PER_DEGREE))
    if reporter is not None:
        near = near.filter(reporter=reporter)
    return near.order_by("-still_there", "id").first()


def voice_of(obstacle: Obstacle, person: Any) -> bool | None:
    """What this person said about it: still there, gone, or nothing."""
    if not isinstance(person, Person):
        return None
    return ObstacleVoice.objects.filter(obstacle=obstacle, person=person).values_list("still_there", flat=True).first()


def to_look_at() -> QuerySet[Obstacle]:
    """What waits for a clerk: reports that nobody has confirmed, and confirmed ones that are said to be gone."""
    now = timezone.now()
    open_ones = Obstacle.objects.open(now)
    return (open_ones.filter(state=State.REPORTED) | open_ones.filter(doubted_at__isnull=False)).order_by(
        F("doubted_at").desc(nulls_last=True), "-created_at", "-id"
    )
