# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Places over HTTP: search, what lies at a point, districts. Open to all, without personal data."""

from __future__ import annotations

from typing import Annotated, Any

from django.contrib.gis.geos import Point
from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from stadtherz.kernel.geo import queries
from stadtherz.kernel.people.web.guards import public

router = Router(tags=["geo"])
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False, description="degrees east, WGS 84")]
Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False, description="degrees north, WGS 84")]


class PlaceFound(Schema):
    """One answer of the search."""

    kind: str = Field(description="address, street, district, or the kind of place (school, townhall …)")
    name: str
    detail: str = Field(description="postcode and city, or the address of a place")
    label: str
    lon: float
    lat: float
    score: float = Field(description="how well it fits: about 100 is the very name")


class PlacesFound(Schema):
    """The answers, the likeliest first."""

    query: str
    results: list[PlaceFound]


class PointDescribed(Schema):
    """What lies at a point."""

    label: str
    address: str
    street: str
    locality: str
    district: str
    metres: float | None = Field(description="distance to the address, else to the street; null if none is near")


@router.get("/search", response=PlacesFound, summary="Find streets, addresses, places and districts")
@public
def search(
    request: HttpRequest,
    q: Annotated[str, Query(description='What was typed: "Eisenbahnstr 12", "rathaus"')] = "",
    lat: Annotated[Latitude | None, Query()] = None,
    lon: Annotated[Longitude | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> dict[str, Any]:
    """Understands German abbreviations, umlauts written as ae/oe/ue, slips of the finger and unfinished words."""
    near = Point(lon, lat, srid=4326) if lat is not None and lon is not None else None
    found = queries.search_places(q, near=near, limit=limit)
    return {"query": q[:200], "results": [PlaceFound.from_orm(one) for one in found]}


@router.get("/reverse", response=PointDescribed, summary="What lies at a point")
@public
def reverse(
    request: HttpRequest, lat: Annotated[Latitude, Query()], lon: Annotated[Longitude, Query()]
) -> PointDescribed:
    """The nearest address and street within 150 metres, and the district."""
    return PointDescribed.from_orm(queries.whereabouts(Point(lon, lat, srid=4326)))


@router.get("/districts", response=dict[str, Any], summary="The municipality's districts as GeoJSON")
@public
def districts(request: HttpRequest) -> dict[str, Any]:
    """A FeatureCollection (RFC 7946) with the properties name and short."""
    return queries.districts_geojson()
