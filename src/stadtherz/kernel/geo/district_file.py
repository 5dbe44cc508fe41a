# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads districts from a GeoJSON file (RFC 7946): names and areas, checked before anything is changed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
from shapely.geometry import shape

from stadtherz.kernel.geo.errors import DistrictsUnreadable

MAX_BYTES = 50 * 1024**2
EXPORT = "Export the districts anew as GeoJSON in UTF-8, for example with QGIS."


@dataclass(frozen=True, slots=True)
class DistrictShape:
    """A district as the file has it."""

    name: str
    short: str
    geometry: MultiPolygon


def read_districts(path: Path, name_property: str) -> list[DistrictShape]:
    """The districts of the file; parts of one name are put together. Raises ``DistrictsUnreadable``."""
    parts: dict[str, list[shapely.Geometry]] = {}
    shorts: dict[str, str] = {}
    for number, feature in enumerate(_features(path), start=1):
        name, short = _name(feature, name_property, number)
        parts.setdefault(name, []).append(_area(feature, name))
        shorts.setdefault(name, short)
    return [DistrictShape(name, shorts[name], _multi(shapely.union_all(areas))) for name, areas in parts.items()]


def _features(path: Path) -> list[dict[str, Any]]:
    if not path.is_file():
        raise DistrictsUnreadable(f"There is no file {path}.", "Name a GeoJSON file.")
    if path.stat().st_size > MAX_BYTES:
        raise DistrictsUnreadable(
            f"{path.name} is larger than {MAX_BYTES // 1024**2} MB.", "Simplify the boundaries first."
        )
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise DistrictsUnreadable(f"{path.name} is no GeoJSON: {error}.", EXPORT) from error
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list) or not features or not all(isinstance(f, dict) for f in features):
        raise DistrictsUnreadable(f"{path.name} is no GeoJSON FeatureCollection with districts in it.", EXPORT)
    return features


def _name(feature: dict[str, Any], name_property: str, number: int) -> tuple[str, str]:
    properties = feature.get("properties") or {}
    name = properties.get(name_property)
    if not isinstance(name, str) or not name.strip():
        there = ", ".join(sorted(map(str, properties))) or "none"
        raise DistrictsUnreadable(
            f"District {number} has no property {name_property}. Properties there: {there}.",
            "Name the right one with --name-property.",
        )
    if len(name) > 100:
        raise DistrictsUnreadable(
            f"The name of district {number} is longer than 100 characters.",
            "Shorten it, or name another --name-property.",
        )
    short = properties.get("short")
    return name.strip(), short.strip()[:20] if isinstance(short, str) else ""


def _area(feature: dict[str, Any], name: str) -> shapely.Geometry:
    try:
        area = shapely.force_2d(shape(feature.get("geometry")))
    except Exception as error:
        raise DistrictsUnreadable(f"The geometry of {name} cannot be read: {error}.", EXPORT) from error
    if area.geom_type not in {"Polygon", "MultiPolygon"} or area.is_empty:
        raise DistrictsUnreadable(f"{name} is a {area.geom_type}, not an area.", "Leave it out, or draw its outline.")
    west, south, east, north = area.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise DistrictsUnreadable(
            f"The coordinates of {name} are not degrees ({west:.0f}, {south:.0f}).",
            "GeoJSON is in WGS 84 (RFC 7946, section 4): convert with ogr2ogr -t_srs EPSG:4326.",
        )
    return shapely.make_valid(area, method="structure")


def _multi(area: shapely.Geometry) -> MultiPolygon:
    polygons = [part for part in shapely.get_parts(area) if part.geom_type == "Polygon"]
    return GEOSGeometry(memoryview(shapely.to_wkb(shapely.MultiPolygon(polygons))), srid=4326)  # type: ignore[return-value]
