# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Verbs about a station as a clerk sees it: another name, another place from now on, or a place that was told wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.gis.geos import Point
from django.db import transaction

from stadtherz.kernel.audit.actions import record
from stadtherz.services.sensing.actions import areas
from stadtherz.services.sensing.actions.geometries import GEOJSON_TYPE, as_geojson
from stadtherz.services.sensing.actions.places import change_feature, create_location, place_of
from stadtherz.services.sensing.models import Datastream, FeatureOfInterest, Location, Thing, ThingLocation

if TYPE_CHECKING:
    from stadtherz.kernel.people.models import Person


@transaction.atomic
def rename_station(*, station: Thing, name: str, by: Person | None) -> None:
    """Another name, also at the beginning of the names of its series and for its place."""
    before, station.name = station.name, name
    station.save(update_fields=["name"])
    for series in Datastream.objects.filter(thing=station, name__startswith=f"{before}: "):
        series.name = f"{name}{series.name.removeprefix(before)}"
        series.save(update_fields=["name"])
    Location.objects.filter(things__thing=station, name=before).update(name=name)
    _record(station, by, "name")


@transaction.atomic
def move_station(*, station: Thing, place: Point, by: Person | None) -> None:
    """From now on it stands there (WGS 84). What was measured before belongs to where it stood."""
    create_location(name=station.name, encoding_type=GEOJSON_TYPE, location=as_geojson(place), things=[station])
    _record(station, by, "moved")


@transaction.atomic
def correct_place(*, station: Thing, place: Point, by: Person | None) -> None:
    """It always stood there: its place was told wrong. What was measured there belongs to the right place as well."""
    wrong = place_of(station.pk)
    if (
        wrong is None or ThingLocation.objects.filter(location=wrong).exclude(thing=station).exists()
    ):  # others stand there
        return move_station(station=station, place=place, by=by)
    wrong.encoding_type, wrong.location, wrong.geometry = GEOJSON_TYPE, as_geojson(place), place
    wrong.save(update_fields=["encoding_type", "location", "geometry"])
    for feature in FeatureOfInterest.objects.filter(location=wrong):
        change_feature(subject=feature, encoding_type=GEOJSON_TYPE, feature=wrong.location)
    for series in Datastream.objects.filter(thing=station).values_list("pk", flat=True):
        areas.reckon(series)
    _record(station, by, "place")
    return None


def _record(station: Thing, by: Person | None, what: str) -> None:
    record(action="sensing.change_station", actor=by, subject=f"sensing.thing:{station.pk}", detail={"changed": what})
