# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What subscribers are told of changes (OGC 18-088, section 14.1), without a broker."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from stadtherz.kernel.audit.actions import seal
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.services.sensing.actions.entities import (
    change_sensor,
    change_thing,
    create_location,
    create_thing,
    feature_for,
)
from stadtherz.services.sensing.actions.observations import change_observation
from stadtherz.services.sensing.models import Datastream
from stadtherz.services.sensing.mqtt.publishing import Newest
from stadtherz.services.sensing.store import write_now
from stadtherz.services.sensing.store.identifiers import Key
from stadtherz.services.sensing.store.readings import Reading
from stadtherz.services.sensing.tests.factories import datastream

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def stream(town: Municipality) -> Datastream:
    """With three values at noon and before."""
    place = create_location(
        name="Bridge", encoding_type="application/geo+json", location={"type": "Point", "coordinates": [7.77, 49.44]}
    )
    made = datastream(thing=create_thing(name="Post", locations=[place]))
    feature_for(datastream=made)
    write_now([Reading(made.pk, NOON.replace(hour=hour), float(hour)) for hour in (10, 11, 12)])
    made.refresh_from_db()
    return made


def told(newest: Newest) -> dict[str, Any]:
    seal()
    return dict(newest.news())


def test_a_changed_observation_is_told_as_it_is_now(town: Municipality, stream: Datastream) -> None:
    newest = Newest(town.pk, [f"v1.1/Datastreams({stream.pk})/Observations?$select=result"])
    assert told(newest) == {}
    change_observation(key=Key(stream.pk, NOON.replace(hour=11), 0), result=5)
    found = told(newest)
    document = found["v1.1/Observations"]
    assert (document["phenomenonTime"], document["result"]) == ("2026-03-01T11:00:00Z", 5)
    here = f"v1.1/Observations('{document['@iot.id']}')"
    about = f"v1.1/FeaturesOfInterest({stream.feature_id})/Observations"
    for topic in (here, about, f"v1.1/Datastreams({stream.pk})/Observations"):
        assert found[topic] == document
    assert (
        found[f"{here}/result"] == found[f"v1.1/Datastreams({stream.pk})/Observations?$select=result"] == {"result": 5}
    )
    assert told(newest) == {}
    change_observation(key=Key(stream.pk, NOON.replace(hour=11), 0), time=(NOON.replace(hour=9), None))
    assert told(newest)["v1.1/Observations"]["phenomenonTime"] == "2026-03-01T09:00:00Z"


def test_a_new_observation_that_was_changed_at_once_is_told_last_as_it_is_now(
    town: Municipality, stream: Datastream
) -> None:
    newest = Newest(town.pk)
    write_now([Reading(stream.pk, NOON.replace(hour=13), 13.0)])
    change_observation(key=Key(stream.pk, NOON.replace(hour=13), 0), result=14)
    assert told(newest)["v1.1/Observations"]["result"] == 14


def test_nobody_hears_of_a_change_in_a_closed_series(town: Municipality, stream: Datastream) -> None:
    Datastream.objects.update(is_open=False)
    newest = Newest(town.pk)
    change_observation(key=Key(stream.pk, NOON, 0), result=5)
    assert not any("Observations" in topic for topic in told(newest))


def test_what_a_series_has_one_of_is_told_at_the_series_too(town: Municipality, stream: Datastream) -> None:
    newest = Newest(town.pk)
    change_thing(thing=stream.thing, name="Pegel")
    assert told(newest)[f"v1.1/Datastreams({stream.pk})/Thing"]["name"] == "Pegel"
    change_sensor(sensor=stream.sensor, description="new")
    found = told(newest)
    assert found[f"v1.1/Datastreams({stream.pk})/Sensor"] == found[f"v1.1/Sensors({stream.sensor_id})"]
