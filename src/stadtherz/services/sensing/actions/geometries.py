# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What we understand of a place that somebody gave us: GeoJSON becomes a geometry, other encodings are kept as they are."""

from __future__ import annotations

import json
from math import isfinite
from typing import Any

from django.contrib.gis.geos import GEOSGeometry, Point
from django.utils.translation import gettext as _

GEOJSON_TYPE = "application/geo+json"
GEOJSON = frozenset({GEOJSON_TYPE, "application/vnd.geo+json", "application/vnd.geo json", "geojson"})
KINDS = frozenset(
    {"Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection"}
)
DEEPEST = 8
#: positions of a drawing that crosses itself and is mended all the same, in at most some tenths of a second
MOST_MENDED = 300


class TooTangled(ValueError):
    """A geometry crosses itself, and is too long to be mended."""


class EntityRefused(ValueError):
    """An entity cannot be as it was given: ``field`` names the property, the message says why."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field, self.reason = field, reason


def geometry_of(field: str, encoding_type: str, place: Any) -> GEOSGeometry | None:
    """The geometry of ``place``; None if its encoding is not GeoJSON, or it is a feature without geometry.

    Raises ``EntityRefused`` for GeoJSON (RFC 7946) that is none.
    """
    if encoding_type.lower() not in GEOJSON:
        return None
    return geojson_geometry(field, place)


def geojson_geometry(field: str, place: Any) -> GEOSGeometry | None:
    """The geometry of a GeoJSON object: a geometry, a feature, or a collection of features. Heights stay in the JSON only."""
    import shapely

    shape = _geometry(field, place, 0)
    if shape is None:
        return None
    _check_numbers(field, shape)
    try:
        made = shapely.from_geojson(json.dumps(shape))
    except (shapely.errors.ShapelyError, ValueError) as error:
        raise EntityRefused(field, _("This is not a geometry in GeoJSON: %(why)s.") % {"why": error}) from None
    if made.is_empty:
        return None
    try:
        made = mended(made)
    except TooTangled as error:
        raise EntityRefused(field, _("This geometry crosses itself: %(why)s.") % {"why": error}) from None
    return GEOSGeometry(memoryview(shapely.to_wkb(shapely.force_2d(made))), srid=4326)


def mended(made: Any) -> Any:
    """A valid geometry. Raises ``TooTangled``, with the place, where a long one is not: to mend it can take hours, because the work
    grows much faster than its positions."""
    import shapely

    if made.is_valid:
        return made
    if shapely.get_num_coordinates(made) > MOST_MENDED:
        raise TooTangled(shapely.is_valid_reason(made))
    return shapely.make_valid(made, method="structure", keep_collapsed=True)


def _geometry(field: str, place: Any, depth: int) -> dict[str, Any] | None:
    if not isinstance(place, dict) or not isinstance(place.get("type"), str) or depth > DEEPEST:
        raise EntityRefused(field, _("This must be an object of GeoJSON with a type."))
    kind = place["type"]
    if kind == "Feature":
        if "geometry" not in place:
            raise EntityRefused(field, _("A geometry needs its coordinates."))
        inner = place["geometry"]
        return None if inner is None else _geometry(field, inner, depth + 1)
    if kind == "FeatureCollection":
        features = place.get("features")
        if not isinstance(features, list):
            raise EntityRefused(field, _("A collection of features needs its features."))
        found = [each for each in (_geometry(field, feature, depth + 1) for feature in features) if each]
        return {"type": "GeometryCollection", "geometries": found} if found else None
    if kind not in KINDS:
        raise EntityRefused(field, _("%(kind)s is not a kind of geometry in GeoJSON.") % {"kind": repr(kind)})
    parts = place.get("geometries" if kind == "GeometryCollection" else "coordinates")
    if not isinstance(parts, list) or (not parts and kind != "GeometryCollection"):
        raise EntityRefused(field, _("A geometry needs its coordinates."))
    return place


def _check_numbers(field: str, shape: Any) -> None:
    """Every coordinate is a finite number, and lies where PostGIS can keep it."""
    waiting: list[Any] = [shape]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            waiting.extend([each.get("coordinates", []), *each.get("geometries", [])])
        elif isinstance(each, list):
            waiting.extend(each)
        elif isinstance(each, bool) or not isinstance(each, int | float) or not isfinite(each):
            raise EntityRefused(field, _("Coordinates must be numbers."))


def as_geojson(place: Point) -> dict[str, Any]:
    """A point (WGS 84) as GeoJSON, to the centimetre."""
    return {"type": "Point", "coordinates": [round(place.x, 7), round(place.y, 7)]}
