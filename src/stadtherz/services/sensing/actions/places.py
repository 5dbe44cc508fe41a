# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Verbs about places: where things are and were, and what their observations say something about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from stadtherz.services.sensing.actions import areas
from stadtherz.services.sensing.actions.geometries import EntityRefused, geometry_of
from stadtherz.services.sensing.models import (
    Datastream,
    FeatureOfInterest,
    HistoricalLocation,
    HistoricalLocationPlace,
    Location,
    Thing,
    ThingLocation,
)


@transaction.atomic
def create_location(
    *,
    name: str,
    encoding_type: str,
    location: Any,
    description: str = "",
    properties: dict[str, Any] | None = None,
    things: Iterable[Thing] = (),
) -> Location:
    """A place, and the things that are there from now on. Raises ``EntityRefused``."""
    place = Location.objects.create(
        name=name, description=description, properties=properties, encoding_type=encoding_type, location=location,
        geometry=geometry_of("location", encoding_type, location),
    )  # fmt: skip
    for thing in things:
        move_thing(thing=thing, locations=[place])
    return place


@transaction.atomic
def change_location(*, place: Location, **changes: Any) -> Location:
    """Change ``name``, ``description``, ``properties``, ``encoding_type`` or ``location``.

    A place that is described anew is another feature of interest: earlier observations keep the old one.
    """
    place_changed = "location" in changes or "encoding_type" in changes
    for field, value in changes.items():
        setattr(place, field, value)
    if place_changed:
        place.geometry = geometry_of("location", place.encoding_type, place.location)
    place.save()
    if place_changed:
        FeatureOfInterest.objects.filter(location=place).update(location=None)
        for thing in Thing.objects.filter(places__location=place):
            _settle_features(thing)
    return place


@transaction.atomic
def remove_location(*, location: Location) -> None:
    """Remove a place together with the entries of history about it (OGC 18-088, table 25)."""
    HistoricalLocation.objects.filter(places__location=location).delete()
    location.delete()


@transaction.atomic
def move_thing(*, thing: Thing, locations: Sequence[Location], time: datetime | None = None) -> HistoricalLocation:
    """The thing is at these places since ``time`` (now): writes its history, and where it is if nothing newer is known.

    Several locations describe the same place in several encodings (section 8.2.2).
    """
    when = time or timezone.now()
    newest = HistoricalLocation.objects.filter(thing=thing).aggregate(newest=Max("time"))["newest"]
    entry = HistoricalLocation.objects.create(thing=thing, time=when)
    places = list({location.pk: location for location in locations}.values())
    HistoricalLocationPlace.objects.bulk_create(HistoricalLocationPlace(history=entry, location=p) for p in places)
    if newest is None or when >= newest:
        ThingLocation.objects.filter(thing=thing).delete()
        ThingLocation.objects.bulk_create(ThingLocation(thing=thing, location=place) for place in places)
        _settle_features(thing)
    return entry


@transaction.atomic
def change_history(
    *,
    entry: HistoricalLocation,
    time: datetime | None = None,
    thing: Thing | None = None,
    add: Sequence[Location] = (),
) -> HistoricalLocation:
    """Correct an entry of a thing's history; where the thing is now stays as it is."""
    entry.time, entry.thing = time or entry.time, thing or entry.thing
    entry.save()
    for place in add:
        HistoricalLocationPlace.objects.get_or_create(history=entry, location=place)
    return entry


def remove_history(*, entry: HistoricalLocation) -> None:
    """Remove an entry of a thing's history."""
    entry.delete()


@transaction.atomic
def leave_location(*, thing: Thing, location: Location) -> None:
    """The thing is no longer at this place; its history stays."""
    ThingLocation.objects.filter(thing=thing, location=location).delete()
    _settle_features(thing)


@transaction.atomic
def create_feature(
    *,
    name: str,
    encoding_type: str,
    feature: Any,
    description: str = "",
    properties: dict[str, Any] | None = None,
    location: Location | None = None,
) -> FeatureOfInterest:
    """Something that observations say something about. Raises ``EntityRefused``."""
    return FeatureOfInterest.objects.create(
        name=name, description=description, properties=properties, encoding_type=encoding_type, feature=feature,
        geometry=geometry_of("feature", encoding_type, feature), location=location,
    )  # fmt: skip


@transaction.atomic
def change_feature(*, subject: FeatureOfInterest, **changes: Any) -> FeatureOfInterest:
    """Change ``name``, ``description``, ``properties``, ``encoding_type`` or ``feature``."""
    for field, value in changes.items():
        setattr(subject, field, value)
    subject.geometry = geometry_of("feature", subject.encoding_type, subject.feature)
    subject.save()
    return subject


class NoPlace(EntityRefused):
    """An observation brought no feature of interest, and its thing has no location to make one from."""


@transaction.atomic
def feature_for(*, datastream: Datastream) -> int | None:
    """What to write as feature of a new observation that brings none: None means the datastream's default.

    Makes the feature from the place of the thing when there is none yet (section 10.2.1, special case 1). Raises ``NoPlace``.
    """
    if datastream.feature_id is None:  # of two first observations at once, one makes the feature
        held = Datastream.objects.select_for_update(no_key=True).get(pk=datastream.pk)
        datastream.feature_id, datastream.current_feature_id = held.feature_id, held.current_feature_id
    if datastream.feature_id is not None:
        return datastream.current_feature_id
    place = place_of(datastream.thing_id)
    if place is None:
        raise NoPlace(
            "FeatureOfInterest",
            "The observation names no feature of interest, and its thing has no location to make one from.",
        )
    datastream.feature = _feature_of(place)
    datastream.save(update_fields=["feature"])
    areas.grow([(datastream.pk, datastream.feature.pk)])
    return None


def place_of(thing: int) -> Location | None:
    """Where the thing is; of several encodings the one that we can draw, then the oldest."""
    places = Location.objects.filter(things__thing_id=thing).order_by("pk")
    return next((place for place in places if place.geometry is not None), None) or next(iter(places), None)


def _feature_of(place: Location) -> FeatureOfInterest:
    """The one feature that stands for this place."""
    found = FeatureOfInterest.objects.filter(location=place).order_by("pk").first()
    return found or create_feature(
        name=place.name, description=place.description, encoding_type=place.encoding_type, feature=place.location,
        properties=place.properties, location=place,
    )  # fmt: skip


def _settle_features(thing: Thing) -> None:
    """After a move: which feature the next observations of the thing's datastreams get."""
    streams = Datastream.objects.filter(thing=thing).exclude(feature=None)
    if not list(streams.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True)):
        return
    place = place_of(thing.pk)
    if place is None:
        return
    feature = _feature_of(place)
    streams.filter(feature=feature).update(current_feature=None)
    streams.exclude(feature=feature).update(current_feature=feature)
    areas.grow((stream, feature.pk) for stream in streams.values_list("pk", flat=True))
