# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How a change of an obstacle is written: locked, numbered, told to open pages and to kept ways. Only verbs call this."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.db import connection
from django.utils import timezone

from stadtherz.kernel.jobs import enqueue
from stadtherz.kernel.live import publish
from stadtherz.kernel.municipalities.active import active_id
from stadtherz.services.wayfinding.models import Obstacle
from stadtherz.services.wayfinding.models.obstacles import TEXT_LENGTH, TITLE_LENGTH
from stadtherz.services.wayfinding.obstacles.errors import NoWayThere, TextTooLong, TooMany
from stadtherz.services.wayfinding.obstacles.on_the_map import beside_a_way, ways_at
from stadtherz.services.wayfinding.obstacles.rules import checked_moments, checked_period, checked_place
from stadtherz.services.wayfinding.obstacles.vocabulary import MOST_CURRENT, Kind
from stadtherz.services.wayfinding.obstacles.weekly import Weekly, as_mapping
from stadtherz.services.wayfinding.saved_ways.looking import look_at_kept_ways

TOPIC = "wayfinding.obstacles"
#: metres by which a phone or an address may be beside the way that is meant
OFF_BY_M = 40.0
#: the columns of what does not recur
ONCE: dict[str, Any] = {"weekly": None, "moments": None}
NEXT_NUMBER = """
INSERT INTO wayfinding_obstacleversion AS v (municipality_id, number) VALUES (%s, 1)
ON CONFLICT (municipality_id) DO UPDATE SET number = v.number + 1 RETURNING number
"""


@dataclass(frozen=True, slots=True)
class Drawn:
    """An obstacle as a clerk or a feed says it: from when until when, or the rule by which it recurs."""

    kind: str
    effect: str
    geometry: GEOSGeometry
    begins: datetime | None = None
    ends: datetime | None = None
    weekly: Weekly | None = None
    reach_m: int = 8
    title: str = ""
    place_label: str = ""
    text: str = ""

    def fields(self) -> dict[str, Any]:
        """The columns, checked. Raises a ``Refused``."""
        when = recurring(self.weekly) if self.weekly else {"begins": self.begins, "ends": self.ends, **ONCE}
        checked_period(when["begins"], when["ends"])
        if len(self.text) > TEXT_LENGTH or len(self.title) > TITLE_LENGTH:
            raise TextTooLong
        return {
            "kind": self.kind, "effect": self.effect, **when,
            "geometry": checked_place(self.geometry, self.effect, self.reach_m), "reach_m": self.reach_m,
            "title": plain(self.title), "place_label": plain(self.place_label)[:200], "text": plain(self.text),
        }  # fmt: skip


def recurring(rule: Weekly) -> dict[str, Any]:
    """The columns of what recurs. Raises a ``Refused``."""
    moments = checked_moments(rule)
    return {"begins": moments[0], "ends": moments[-1], "weekly": as_mapping(rule), "moments": moments}


def plain(text: str) -> str:
    """PostgreSQL's texts have no null character."""
    return text.replace("\x00", "").strip()


def next_number() -> int:
    """The number of this change. Its row stays locked until the commit, so that numbers become visible in order."""
    with connection.cursor() as cursor:
        cursor.execute(NEXT_NUMBER, [active_id()])
        row = cursor.fetchone()
    return int(row[0])


def locked(obstacle: Obstacle) -> Obstacle:
    """The row as it is now, locked."""
    return Obstacle.objects.select_for_update(of=("self",)).get(pk=obstacle.pk)


def write(obstacle: Obstacle, **fields: Any) -> Obstacle:
    """Set these fields under the next number. Side effects: open pages look again, kept ways are looked at."""
    for name, value in fields.items():
        setattr(obstacle, name, value)
    obstacle.version, obstacle.changed_at = next_number(), timezone.now()
    if obstacle.before and not obstacle.before["next"]:
        obstacle.before["next"] = obstacle.version
    obstacle.save()
    tell()
    return obstacle


def tell() -> None:
    """Open pages look again; a job looks at the kept ways."""
    publish(TOPIC, "changed", {})
    enqueue(look_at_kept_ways, once="all")


def room_for(count: int = 1) -> None:
    """Raises ``TooMany`` if the town has no room for so many more."""
    if Obstacle.objects.open().count() + count > MOST_CURRENT:
        raise TooMany


def moved_to_a_way(place: GEOSGeometry, kind: str, reach_m: int) -> GEOSGeometry:
    """The place, or where the nearest way runs, for a lift the nearest lift: phones and addresses are some metres off.
    Raises ``NoWayThere``."""
    if kind == Kind.LIFT and (lift := beside_a_way(place.centroid, OFF_BY_M, lift=True)) is not None:
        return lift
    if ways_at(place, kind, reach_m) != ():
        return place
    moved = beside_a_way(place.centroid, OFF_BY_M)
    if moved is None:
        raise NoWayThere
    return moved


def on_a_way(geometry: GEOSGeometry, kind: str, reach_m: int) -> None:
    """Raises ``NoWayThere`` if the town's graph is known and no way runs there."""
    if ways_at(geometry, kind, reach_m) == ():
        raise NoWayThere
