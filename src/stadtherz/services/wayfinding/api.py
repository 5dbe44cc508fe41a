# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Wayfinding for programs: obstacles of today and those that come, as GeoJSON. (Ways are asked below /api/routing.)

Words and pictures that no moderator has released are not here, and nothing about people.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any, Literal

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field

from stadtherz.kernel.api.paging import Paging, page
from stadtherz.kernel.municipalities.active import active
from stadtherz.kernel.people.web.guards import public
from stadtherz.services.wayfinding.models import Obstacle
from stadtherz.services.wayfinding.obstacles.queries import shown
from stadtherz.services.wayfinding.obstacles.vocabulary import Kind
from stadtherz.services.wayfinding.obstacles.weekly import as_recurrence, from_mapping

router = Router()
LARGEST_NUMBER = 2**63 - 1
#: next times of what recurs that are told
MOST_TIMES = 10


class ObstacleFilter(Schema):
    """What narrows the list."""

    when: Literal["now", "coming", "open"] = Field("open", description="What counts now, what begins later, or both.")
    kind: Literal["lift", "works", "festival", "parked_cars", "ice", "other"] | None = None
    confirmed: bool | None = Field(None, description="true: only what ways keep clear of; false: only reports.")


class Time(Schema):
    """One time of what recurs."""

    begins: datetime
    ends: datetime


class Recurrence(Schema):
    """The rule of an obstacle that recurs every week, in local dates and hours of ``timezone``."""

    rule: str = Field(description="Its days as RRULE of iCalendar (RFC 5545), without regard to `without`.")
    timezone: str
    starts: str = Field(description="Hour of the day on which it begins, such as 06:00.")
    stops: str = Field(description="Hour until which it counts; of the next day where it is not later than `starts`.")
    first: date
    last: date
    without: list[date] = Field(description="Days on which it does not begin.")
    next: list[Time] = Field(description="This time and the next ones, ten at most.")


class ObstacleProperties(Schema):
    """``effect``: closed for all, closed for wheels, or slow (passable with effort). ``state``: reported or confirmed. Of what
    recurs, ``begins`` and ``ends`` are those of this time or the next."""

    kind: str
    effect: Literal["closed", "wheels", "slow"]
    state: str
    source: Literal["resident", "clerk", "feed"]
    title: str
    place: str
    text: str
    begins: datetime
    ends: datetime
    recurs: Recurrence | None
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
    """Obstacles of today and those that come, by their (first) beginning. Follow ``next`` to read them all."""
    found = Obstacle.objects.open()
    if wanted.when != "open":
        found = Obstacle.objects.current() if wanted.when == "now" else Obstacle.objects.coming()
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
    names = ("kind", "effect", "state", "source", "title", "text", "reach_m", "still_there", "gone", "changed_at")
    begins, ends = found.time_at(timezone.now())
    return {
        "type": "Feature", "id": found.pk, "geometry": json.loads(found.geojson),
        "properties": {name: getattr(found, name) for name in names} | {
            "begins": begins, "ends": ends, "recurs": _recurrence(found), "place": found.place_label,
            "picture": found.picture.url if found.picture else None, "url": reverse("wayfinding:obstacle", args=[found.pk]),
        },
    }  # fmt: skip


def _recurrence(found: Any) -> dict[str, Any] | None:
    if not found.weekly:
        return None
    rule, coming = from_mapping(found.weekly), found.times_after(timezone.now())[:MOST_TIMES] if found.is_open() else []
    return {
        "rule": as_recurrence(rule), "timezone": active().timezone, "starts": f"{rule.begins:%H:%M}",
        "stops": f"{rule.ends:%H:%M}", "first": rule.first, "last": rule.last, "without": sorted(rule.without),
        "next": [{"begins": begins, "ends": ends} for begins, ends in coming],
    }  # fmt: skip
