# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Wayfinding for programs: obstacles of today and those that come, as GeoJSON. (Ways are asked below /api/routing.)

Words and pictures that no moderator has released are not here, and nothing about people.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Literal

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field

from stadtherz.kernel.api.paging import Paging, page
from stadtherz.kernel.people.web.guards import public
from stadtherz.services.wayfinding.models import Obstacle
from stadtherz.services.wayfinding.obstacles.queries import shown
from stadtherz.services.wayfinding.obstacles.vocabulary import Kind

router = Router()
LARGEST_NUMBER = 2**63 - 1


class ObstacleFilter(Schema):
    """What narrows the list."""

    when: Literal["now", "coming", "open"] = Field("open", description="What counts now, what begins later, or both.")
    kind: Literal["lift", "works", "festival", "parked_cars", "ice", "other"] | None = None
    confirmed: bool | None = Field(None, description="true: only what ways keep clear of; false: only reports.")


class ObstacleProperties(Schema):
    """``effect``: closed for all, closed for wheels, or slow (passable with effort). ``state``: reported or confirmed."""

    kind: str
    effect: Literal["closed", "wheels", "slow"]
    state: str
    source: Literal["resident", "clerk", "feed"]
    title: str
    place: str
    text: str
    begins: datetime
    ends: datetime
    reach_m: int = Field(description="Metres around the geometry that count as well.")
    still_there: int = Field(description="People who said that it is still there.")
    gone: int
    picture: str | None
    changed_at: datetime
    url: str


class ObstacleFeature(Schema):
    """A GeoJSON feature (RFC 7946, section 3.2)."""

    type: Literal["Feature"] = "Feature"
    id: int
    geometry: dict[str, Any]
    properties: ObstacleProperties


class ObstacleCollection(Schema):
    """A GeoJSON feature collection, one page of it: ``next`` is the address of the following one, null at the end."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    features: list[ObstacleFeature]
    next: str | None


@router.get("/obstacles", response=ObstacleCollection)
@public
def obstacles(request: HttpRequest, wanted: Query[ObstacleFilter], paging: Query[Paging]) -> dict[str, Any]:
    """Obstacles of today and those that come, by their beginning. Follow ``next`` to read them all."""
    found = Obstacle.objects.open()
    if wanted.when != "open":
        now = timezone.now()
        found = found.filter(begins__lte=now) if wanted.when == "now" else found.filter(begins__gt=now)
    if wanted.kind:
        found = found.filter(kind=Kind(wanted.kind))
    if wanted.confirmed is not None:
        found = found.filter(state="confirmed" if wanted.confirmed else "reported")
    answer = page(request, shown(found), paging, by=("begins", "id"), each=_feature)
    return {"type": "FeatureCollection", "features": answer["items"], "next": answer["next"]}


@router.get("/obstacles/{int:number}", response=ObstacleFeature)
@public
def obstacle(request: HttpRequest, number: int) -> dict[str, Any]:
    """One obstacle, also one that is over."""
    found = shown(Obstacle.objects.filter(pk=number)).first() if number <= LARGEST_NUMBER else None
    if found is None:
        raise Http404
    return _feature(found)


def _feature(found: Any) -> dict[str, Any]:
    names = ("kind", "effect", "state", "source", "title", "text", "begins", "ends", "reach_m", "still_there", "gone",
             "changed_at")  # fmt: skip
    return {
        "type": "Feature", "id": found.pk, "geometry": json.loads(found.geojson),
        "properties": {name: getattr(found, name) for name in names} | {
            "place": found.place_label, "picture": found.picture.url if found.picture else None,
            "url": reverse("wayfinding:obstacle", args=[found.pk]),
        },
    }  # fmt: skip
