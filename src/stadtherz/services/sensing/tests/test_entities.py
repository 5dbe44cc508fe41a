# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Entities are made, moved, changed and removed as sections 8.2 and 10 of OGC 18-088 say."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from stadtherz.services.sensing.actions.entities import (
    EntityRefused,
    NoPlace,
    change_datastream,
    change_location,
    create_datastream,
    create_location,
    create_observed_property,
    create_sensor,
    create_thing,
    feature_for,
    move_thing,
    remove_location,
    remove_sensor,
    remove_thing,
)
from stadtherz.services.sensing.models import (
    Datastream,
    FeatureOfInterest,
    HistoricalLocation,
    Location,
    ResultKind,
    Sensor,
    Thing,
    ThingLocation,
)

POINT = {"type": "Point", "coordinates": [7.77, 49.44]}


def _location(name="Stiftsplatz", place=POINT, encoding="application/geo+json"):
    return create_location(name=name, encoding_type=encoding, location=place)


def _datastream(thing, **more):
    return create_datastream(
        thing=thing, name="Zählung", unit_of_measurement={"name": "Count", "symbol": "1", "definition": "ucum:1"},
        sensor=create_sensor(name="Thermal", encoding_type="text/plain", metadata="-"),
        observed_property=create_observed_property(name="Bicycles", definition="urn:bicycles"), **more,
    )  # fmt: skip


def test_a_thing_with_locations_begins_its_history(town):
    location = _location()
    thing = create_thing(name="Post 7", locations=[location])
    assert [p.location_id for p in ThingLocation.objects.filter(thing=thing)] == [location.pk]
    assert HistoricalLocation.objects.filter(thing=thing).count() == 1


def test_an_older_entry_of_history_does_not_move_the_thing(town):
    first, second = _location(), _location("Volkspark")
    thing = create_thing(name="Post 7", locations=[first])
    move_thing(thing=thing, locations=[second], time=datetime(2001, 1, 1, tzinfo=UTC))
    assert [p.location_id for p in ThingLocation.objects.filter(thing=thing)] == [first.pk]
    move_thing(thing=thing, locations=[second])
    assert [p.location_id for p in ThingLocation.objects.filter(thing=thing)] == [second.pk]
    assert HistoricalLocation.objects.filter(thing=thing).count() == 3


def test_the_feature_is_made_from_the_place_once_and_anew_after_a_move(town):
    place = _location()
    thing, other = (create_thing(name=name, locations=[place]) for name in ("Post 7", "Post 8"))
    stream, beside = _datastream(thing), _datastream(other)
    assert feature_for(datastream=stream) is None  # the datastream's default
    assert feature_for(datastream=beside) is None
    assert stream.feature_id == beside.feature_id
    move_thing(thing=thing, locations=[_location("Volkspark")])
    stream.refresh_from_db()
    assert feature_for(datastream=stream) not in {None, stream.feature_id}
    assert FeatureOfInterest.objects.count() == 2


def test_a_place_that_is_described_anew_is_another_feature(town):
    place = _location()
    stream = _datastream(create_thing(name="Post 7", locations=[place]))
    feature_for(datastream=stream)
    change_location(place=place, location={"type": "Point", "coordinates": [7.8, 49.5]})
    stream.refresh_from_db()
    assert stream.current_feature.feature["coordinates"] == [7.8, 49.5]
    assert stream.feature.feature["coordinates"] == [7.77, 49.44]


def test_without_a_place_there_is_no_feature(town):
    with pytest.raises(NoPlace):
        feature_for(datastream=_datastream(create_thing(name="Post 7")))


@pytest.mark.parametrize(
    "place",
    [
        "Stiftsplatz 1", {"type": "Pint", "coordinates": [1, 2]}, {"type": "Point"}, {"type": "Point", "coordinates": ["a"]},
        {"type": "Point", "coordinates": [float("nan"), 1.0]}, {"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]},
        {"type": "Polygon", "coordinates": [[[n * 37 % 101, n * 53 % 89] for n in (*range(1_000), 0)]]},
    ],
)  # fmt: skip
def test_geojson_that_is_none_is_refused(town, place):
    with pytest.raises(EntityRefused):
        _location(place=place)


def test_another_encoding_is_kept_as_it_is(town):
    place = _location(place="im Hof hinten links", encoding="text/plain")
    assert place.geometry is None


def test_the_observation_type_decides_the_form_of_results(town):
    stream = _datastream(create_thing(name="Post 7"))
    assert stream.kind == ResultKind.NUMBER
    change_datastream(
        datastream=stream, observation_type="http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_TruthObservation"
    )
    assert Datastream.objects.get(pk=stream.pk).kind == ResultKind.TRUTH


def test_removing_takes_along_what_the_standard_says(town):
    place = _location()
    thing = create_thing(name="Post 7", locations=[place])
    stream = _datastream(thing)
    remove_location(location=place)
    assert not HistoricalLocation.objects.exists()
    assert Thing.objects.count() == 1
    remove_sensor(sensor=stream.sensor)
    assert not Datastream.objects.exists()
    remove_thing(thing=thing)
    assert not Thing.objects.exists()
    assert not Location.objects.exists()
    assert not Sensor.objects.exists()
