# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What other services may ask of sensing: what is measured near a place, and what in a district. Open datastreams only."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from django.contrib.gis.geos import Point
from django.db import connection
from django.urls import reverse

from stadtherz.kernel.municipalities.active import active, active_id
from stadtherz.services.sensing import units
from stadtherz.services.sensing.quantities import QUANTITIES
from stadtherz.services.sensing.queries.one_unit import newest_told
from stadtherz.services.sensing.store.moments import AHEAD
from stadtherz.services.sensing.store.validity import counts_in, number_in

__all__ = ["Measurement", "about_place", "datastreams_in", "nearest_measurements"]

NEAREST = f"""
WITH near AS (
    SELECT tl.thing_id, min(ST_Distance(l.geometry::geography, p.place)) AS metres
    FROM sensing_thinglocation tl JOIN sensing_location l ON l.id = tl.location_id,
         (SELECT ST_SetSRID(ST_MakePoint(%(x)s, %(y)s), 4326)::geography AS place) AS p
    WHERE tl.municipality_id = %(town)s AND l.geometry IS NOT NULL AND ST_DWithin(l.geometry::geography, p.place, %(within)s)
    GROUP BY tl.thing_id
), told AS (
    SELECT DISTINCT ON (s.quantity) s.id, t.name, s.quantity, s.unit_of_measurement AS unit, s.earlier_units AS earlier, near.metres, latest.phenomenon_time,
           {number_in("latest")} AS number
    FROM near JOIN sensing_thing t ON t.id = near.thing_id
    JOIN sensing_datastream s ON s.thing_id = t.id AND s.is_open AND s.quantity <> '' AND s.quantity NOT LIKE 'battery%%'
    JOIN sensing_latest latest ON latest.datastream_id = s.id
        AND latest.phenomenon_time <= now() + interval '{AHEAD.total_seconds():.0f} seconds'
    WHERE latest.number IS NOT NULL
      AND {counts_in("latest")}
      AND latest.phenomenon_time > now() - greatest(make_interval(secs => 3 * s.expected_seconds), interval '1 day')
    ORDER BY s.quantity, near.metres, s.id
)
SELECT id, name, quantity, metres, phenomenon_time, number, unit->>'name', unit->>'symbol', unit->>'definition',
       CASE WHEN earlier <> '[]' THEN earlier::text END
FROM told WHERE number IS NOT NULL ORDER BY metres, id LIMIT %(limit)s
"""  # noqa: S608  the store's rule of what is valid
INSIDE = """
SELECT DISTINCT s.id FROM geo_district d
JOIN sensing_location l ON ST_Intersects(l.geometry, d.geometry) AND l.municipality_id = d.municipality_id
JOIN sensing_thinglocation tl ON tl.location_id = l.id
JOIN sensing_datastream s ON s.thing_id = tl.thing_id AND s.is_open
WHERE d.id = %s AND d.municipality_id = %s ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class Measurement:
    """The latest number of a datastream near a place: who measured what, when, how far away, and where more of it stands."""

    datastream: int
    station: str
    quantity: str
    title: str
    number: float
    decimals: int
    symbol: str
    time: datetime
    metres: int
    url: str
    judged_as: str = ""
    """The quantity, where limits and guidelines fit its unit; else nothing."""


def about_place(point: Point) -> str:
    """The address of the page that says what is measured around a point; empty where the town does not measure.

    No query: a page that names many places, or is opened by many, only links or fetches it when somebody looks.
    """
    if not active().offers("sensing"):
        return ""
    return f"{reverse('sensing:here')}?lat={point.y:.5f}&lon={point.x:.5f}"


def nearest_measurements(point: Point, *, limit: int = 5, within_metres: int = 1500) -> list[Measurement]:
    """What is known about a place: of each quantity the nearest present number, the nearest first. One query.

    Silent datastreams (nothing for a day, or three times as long as usual) and values in doubt are left out.
    """
    asked = {"x": point.x, "y": point.y, "town": active_id(), "within": within_metres, "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(NEAREST, asked)
        rows = cursor.fetchall()
    found = []
    for datastream, station, quantity, metres, time, measured, *unit, earlier in rows:
        known, number = QUANTITIES.get(quantity), measured
        if earlier is not None:  # the unit has changed; what cannot be told in the present one is not known
            present = dict(zip(("name", "symbol", "definition"), unit, strict=True))
            number = newest_told(measured, time, present, json.loads(earlier))[0]
        if known is not None and number is not None:
            told = units.code(*unit)
            found.append(
                Measurement(
                    datastream, station, quantity, str(known.title), number, units.decimals(told, known),
                    units.symbol(told, unit[1] or "", known), time, round(metres),
                    reverse("sensing:sensor", args=[datastream]), quantity if units.fits(told, known) else "",
                )
            )  # fmt: skip
    return found


def datastreams_in(district: int) -> list[int]:
    """Keys of the open datastreams whose thing stands in a district. One query."""
    with connection.cursor() as cursor:
        cursor.execute(INSIDE, [district, active_id()])
        return [row[0] for row in cursor.fetchall()]
