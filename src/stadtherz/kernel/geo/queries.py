# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads of the map: what somebody means by what they type, what lies at a point, in which district."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.geos import Point
from django.db import connection

from stadtherz.kernel.geo.extracts import current_extract
from stadtherz.kernel.geo.models import District, Extract
from stadtherz.kernel.geo.search.finding import Found, search_places
from stadtherz.kernel.municipalities.active import active

NEAR_METRES = 150
__all__ = [
    "Found",
    "Where",
    "current_extract",
    "district_of",
    "districts_geojson",
    "inside_municipality",
    "search_places",
    "whereabouts",
]


@dataclass(frozen=True, slots=True)
class Where:
    """What lies at a point: the nearest address and street within reach, the district."""

    address: str
    street: str
    locality: str
    district: str
    metres: float | None

    @property
    def label(self) -> str:
        """One line for people: address, else street, else district."""
        return self.address or self.street or self.district


def district_of(point: Point) -> District | None:
    """The district of the active municipality in which the point lies."""
    return District.objects.filter(geometry__covers=point).defer("geometry").order_by("name").first()


def inside_municipality(point: Point) -> bool:
    """Whether a point lies in the active municipality: by its area, else its districts, else its map's extent."""
    town = active()
    if town.bounds is not None:
        return bool(town.bounds.covers(point))
    if District.objects.exists():
        return District.objects.filter(geometry__covers=point).exists()
    extract = current_extract(town)
    return True if extract is None else bool(extract.bounds.covers(point))


def districts_geojson() -> dict[str, Any]:
    """All districts as a GeoJSON FeatureCollection, simplified to about five metres, written by the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT json_build_object('type', 'FeatureCollection', 'features', coalesce(json_agg(json_build_object(
                 'type', 'Feature', 'id', id, 'properties', json_build_object('name', name, 'short', short),
                 'geometry', ST_AsGeoJSON(ST_Multi(ST_SimplifyPreserveTopology(geometry, 0.00005)), 5)::json) ORDER BY name), '[]'))::text
               FROM geo_district WHERE municipality_id = %s""",
            [active().pk],
        )
        return dict(json.loads(cursor.fetchone()[0]))


def whereabouts(point: Point, *, extract: Extract | None = None) -> Where:
    """What lies at the point (reverse search), within ``NEAR_METRES``."""
    district = district_of(point)
    chosen = extract or current_extract()
    rows: list[tuple[Any, ...]] = []
    if chosen is not None:
        with connection.cursor() as cursor:
            cursor.execute(_NEAREST, {"e": chosen.pk, "p": point.hexewkb.decode(), "m": NEAR_METRES})
            rows = cursor.fetchall()
    found = {row[0]: row for row in rows}
    address, street = found.get("address"), found.get("street")
    nearest = address or street
    return Where(
        address=f"{address[1]} {address[2]}" if address else "",
        street=street[1] if street else (address[1] if address else ""),
        locality=(address or street or ("", "", "", ""))[3],
        district=district.name if district else "",
        metres=round(nearest[4], 1) if nearest else None,
    )


# The index orders by degrees; the few nearest are then measured in metres.
_NEAREST = """
WITH here AS (SELECT %(p)s::geometry AS p),
address AS (
  SELECT 'address', s.name, a.number, trim(a.postcode || ' ' || a.city),
         ST_Distance(a.location::geography, here.p::geography) AS metres
  FROM here, LATERAL (SELECT * FROM geo_extract_address WHERE extract_id = %(e)s ORDER BY location <-> here.p LIMIT 8) a
  JOIN geo_extract_street s ON s.id = a.street_id ORDER BY metres LIMIT 1),
street AS (
  SELECT 'street', s.name, '', s.locality, ST_Distance(s.geometry::geography, here.p::geography) AS metres
  FROM here, LATERAL (SELECT * FROM geo_extract_street WHERE extract_id = %(e)s ORDER BY geometry <-> here.p LIMIT 8) s
  ORDER BY metres LIMIT 1)
SELECT * FROM address WHERE metres <= %(m)s UNION ALL SELECT * FROM street WHERE metres <= %(m)s
"""
