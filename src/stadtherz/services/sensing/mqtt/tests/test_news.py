# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What subscribers are told of changes (OGC 18-088, section 14.1), without a broker."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.people.models import Person
from stadtherz.services.sensing.actions.corrections import correct_value, flag_values
from stadtherz.services.sensing.actions.entities import (
    change_sensor,
    change_thing,
    create_location,
    create_thing,
    feature_for,
)
from stadtherz.services.sensing.actions.observations import change_observation, remove_observation
from stadtherz.services.sensing.actions.sources import grant_datastream
from stadtherz.services.sensing.ingest.tests.factories import source_for
from stadtherz.services.sensing.models import Audience, Datastream, Location, News, Observation, Source
from stadtherz.services.sensing.mqtt import publishing
from stadtherz.services.sensing.mqtt.deliveries import Delivery
from stadtherz.services.sensing.mqtt.entity_news import shown
from stadtherz.services.sensing.mqtt.links import Wanted
from stadtherz.services.sensing.mqtt.publishing import Newest
from stadtherz.services.sensing.mqtt.storing import store
from stadtherz.services.sensing.mqtt.wishes import Told, understood
from stadtherz.services.sensing.sta.path import Step
from stadtherz.services.sensing.sta.schema import OBSERVATION
from stadtherz.services.sensing.sta.walking import Reader
from stadtherz.services.sensing.store import Flag, noting, write_now
from stadtherz.services.sensing.store.batches import of_series
from stadtherz.services.sensing.store.identifiers import Key, written
from stadtherz.services.sensing.store.identifiers import understood as identified
from stadtherz.services.sensing.store.moments import DAY, microseconds
from stadtherz.services.sensing.store.moving import pack_days
from stadtherz.services.sensing.store.readings import Reading
from stadtherz.services.sensing.store.writing import write_batch
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
    found = newest.news()
    newest.heard()
    return as_dict(found)


def as_dict(found: list[Told]) -> dict[str, Any]:
    """The documents by their topics."""
    return {each.topic: each.document for each in found}


def test_a_changed_observation_is_told_as_it_is_now(town: Municipality, stream: Datastream) -> None:
    newest = Newest(town.pk, "b", [f"v1.1/Datastreams({stream.pk})/Observations?$select=result"])
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
    newest = Newest(town.pk, "b")
    write_now([Reading(stream.pk, NOON.replace(hour=13), 13.0)])
    change_observation(key=Key(stream.pk, NOON.replace(hour=13), 0), result=14)
    assert told(newest)["v1.1/Observations"]["result"] == 14


def observed(found: list[Told]) -> list[tuple[str, Any]]:
    """Time and result of each observation that was told at the set of all."""
    return [(d["phenomenonTime"][11:13], d["result"]) for topic, d, _by_name in found if topic == "v1.1/Observations"]


def test_what_comes_late_is_told_whichever_way_it_came_and_a_repetition_is_not(
    town: Municipality, stream: Datastream
) -> None:
    """OGC 18-088, section 14: each entity that is added to the set."""
    newest = Newest(town.pk, "b")
    write_now([Reading(stream.pk, NOON.replace(hour=9), 9.0), Reading(stream.pk, NOON.replace(hour=13), 13.0)])
    assert observed(newest.news()) == [("09", 9), ("13", 13)]
    assert observed(newest.news()) == [("09", 9), ("13", 13)]  # nobody said that it was heard
    newest.heard()
    write_now([Reading(stream.pk, NOON.replace(hour=9), 9.0)])
    assert observed(newest.news()) == []
    write_now([Reading(stream.pk, NOON.replace(hour=9), 99.0, quality="odd")])  # beside the other, row by row
    write_batch(of_series(stream.pk, np.array([microseconds(NOON.replace(hour=8))]), np.array([8.0])))
    found = newest.news()
    assert observed(found) == [("08", 8), ("09", 99)]
    assert f"v1.1/FeaturesOfInterest({stream.feature_id})/Observations" in as_dict(found)


RESULTS = [
    1.0, -0.0, 0.1, 1e300, 5e-324, 2**53, 2**53 + 1, -(2**70), True, False, None, "", "ä\n\"", [1, {"a": None}], {"deep": {"b": 1.5}}, 1e22,
]  # fmt: skip


def test_what_is_told_is_what_the_interface_shows(town: Municipality, stream: Datastream) -> None:
    """Section 14: the complete JSON representation."""
    Datastream.objects.update(kind="any")
    newest, start = Newest(town.pk, "b"), NOON.replace(hour=14, microsecond=1200)
    details: list[dict[str, Any]] = [
        {}, {"end": NOON.replace(hour=20)}, {"result_time": NOON.replace(microsecond=7)}, {"quality": [{"a": 1}]},
        {"valid_time": (NOON, NOON.replace(hour=13))}, {"parameters": {"ä": [1]}, "feature": stream.feature_id},
    ]  # fmt: skip
    write_now([
        Reading(stream.pk, start + timedelta(seconds=number), result, **details[number % len(details)])
        for number, result in enumerate(RESULTS)
    ])  # fmt: skip
    reader = Reader(town.pk, newest.base)
    documents = [each.document for each in newest.news() if each.topic == "v1.1/Observations"]
    assert len(documents) == len(RESULTS)
    for document in documents:
        known = shown(reader, Step(OBSERVATION, None, identified(document["@iot.id"])))
        assert document == known  # as JSON: 9007199254740992 and 9.007199254740992e+15 are the same number
        assert isinstance(document["result"], bool) == isinstance((known or {})["result"], bool)


def test_each_audience_hears_all_and_one_that_comes_back_soon_hears_what_it_missed(
    town: Municipality, stream: Datastream
) -> None:
    first = Newest(town.pk, "a")
    Newest(town.pk, "b")
    late = [Reading(stream.pk, NOON.replace(hour=hour), float(hour)) for hour in (7, 8, 9)]
    write_now(late)
    first.news()
    first.heard()
    assert observed(Newest(town.pk, "a").news()) == []
    assert observed(Newest(town.pk, "b").news()) == [("07", 7), ("08", 8), ("09", 9)]  # killed before it told them
    assert observed(Newest(town.pk, "b", anew=True).news()) == []
    write_now([Reading(stream.pk, NOON.replace(hour=6), 6.0)])
    Audience.objects.update(until=NOON)
    last = Newest(town.pk, "b")
    assert observed(last.news()) == []
    last.leave()
    write_now([Reading(stream.pk, NOON.replace(hour=5), 5.0)])
    assert News.objects.count() == 0


def test_what_waits_is_bounded_and_told_in_pieces(
    town: Municipality, stream: Datastream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "AT_ONCE", 2)
    monkeypatch.setattr(noting, "MOST", 3)
    newest = Newest(town.pk, "b")

    def write(*hours: int) -> None:
        times = np.array([microseconds(NOON.replace(hour=hour)) for hour in hours])
        write_batch(of_series(stream.pk, times, np.array(hours, float)))

    write(1, 2, 3)
    pieces = []
    for _ in range(3):
        pieces.append(observed(newest.news()))
        newest.heard()
    assert pieces == [[("01", 1), ("02", 2)], [("03", 3)], []]
    monkeypatch.setattr(noting, "MASS", 2)
    write(16, 17, 18)
    write(19)
    assert observed(newest.news())[-1] == ("19", 19)  # what comes singly need not wait for an import
    newest.heard()
    assert observed(newest.news()) == [("17", 17), ("18", 18)]
    newest.heard()
    write(4, 5, 6, 7)  # of a mass of values at once the newest of each series
    assert observed(newest.news()) == [("07", 7)]
    write(13, 14, 15)
    newest.stay()
    assert observed(newest.news()) == [("13", 13), ("14", 14)]


def test_a_correction_is_told_and_a_flag_that_changes_no_result_is_not(town: Municipality, stream: Datastream) -> None:
    newest, clerk, key = Newest(town.pk, "b"), Person.objects.create(email="clerk@example.org"), Key(stream.pk, NOON, 0)
    correct_value(key=key, by=clerk, reason="Ice", flag=Flag.SUSPECT)
    assert observed(newest.news()) == []
    correct_value(key=key, by=clerk, reason="Ice", result=5.0)
    assert observed(newest.news()) == [("12", 5)]
    newest.heard()
    flag_values(datastream=stream, since=NOON.replace(hour=0), until=NOON.replace(hour=23), flag=Flag.SUSPECT, by=clerk, reason="Ice")  # fmt: skip
    assert observed(newest.news()) == [("12", 12)]  # the correction was replaced


def test_who_hears_itself_at_its_broker_stores_nothing_twice(town: Municipality, stream: Datastream) -> None:
    """A source that tells and listens to ``v1.1/#``: also a correction and a marked time come back, and are no new observations."""
    source = source_for("mqtt://broker.example", "sta", "v1.1/#")
    Source.objects.filter(pk=source.pk).update(settings={**source.settings, "publish": True})
    grant_datastream(source=source, datastream=stream, by=None)
    wanted = Wanted.of(source)
    assert wanted is not None
    newest = Newest(town.pk, "b", ["v1.1/Observations?$select=result"])
    write_now([Reading(stream.pk, NOON.replace(year=1990), 9.0)])
    change_observation(key=Key(stream.pk, NOON, 0), result=5)
    change_thing(thing=stream.thing, name="Pegel")
    found = newest.news()
    newest.heard()
    before = Observation.objects.count()
    store(wanted, [Delivery(topic, json.dumps(document).encode(), NOON) for topic, document, _by_name in found])
    assert Observation.objects.count() == before
    assert observed(newest.news()) == []
    source.refresh_from_db()
    assert (source.refused, source.last_error, source.repeated) == (0, "", 0)
    other = {**as_dict(found)["v1.1/Observations"], "@iot.selfLink": "https://example.org/Observations(1)", "result": 6}
    store(wanted, [Delivery(f"v1.1/Datastreams({stream.pk})/Observations", json.dumps(other).encode(), NOON)])
    assert Observation.objects.count() == before + 1  # of another server


def test_what_was_packed_or_removed_before_it_was_told(town: Municipality, stream: Datastream) -> None:
    newest = Newest(town.pk, "b")
    write_now([Reading(stream.pk, NOON.replace(hour=hour), float(hour)) for hour in (8, 9)])
    remove_observation(key=Key(stream.pk, NOON.replace(hour=8), 0))
    pack_days(stream.pk, [microseconds(NOON) // DAY])
    assert observed(newest.news()) == [("09", 9)]


def test_a_change_that_changes_nothing_is_not_told(town: Municipality, stream: Datastream) -> None:
    newest, key = Newest(town.pk, "b"), Key(stream.pk, NOON, 0)
    change_observation(key=key, details={"quality": "good"})
    assert observed(first := newest.news()) == [("12", 12)]
    newest.heard()
    change_observation(key=key, details={"quality": "good"})
    assert as_dict(first)["v1.1/Observations"]["resultQuality"] == "good"
    assert newest.news() == []


def test_nobody_hears_of_a_change_in_a_closed_series(town: Municipality, stream: Datastream) -> None:
    newest = Newest(town.pk, "b")
    change_observation(key=Key(stream.pk, NOON, 0), result=5)
    write_now([Reading(stream.pk, NOON.replace(hour=9), 9.0)])
    Datastream.objects.update(is_open=False)  # before it was told
    assert not any("Observations" in topic for topic in told(newest))


def test_what_a_series_has_one_of_is_told_at_the_series_too(town: Municipality, stream: Datastream) -> None:
    newest = Newest(town.pk, "b")
    change_thing(thing=stream.thing, name="Pegel")
    assert told(newest)[f"v1.1/Datastreams({stream.pk})/Thing"]["name"] == "Pegel"
    change_sensor(sensor=stream.sensor, description="new")
    found = told(newest)
    assert found[f"v1.1/Datastreams({stream.pk})/Sensor"] == found[f"v1.1/Sensors({stream.sensor_id})"]


def test_topics_that_somebody_named_are_told_as_well(town: Municipality, stream: Datastream) -> None:
    """Section 14: any resource path that leads to a set, an entity or a property, and selections of them."""
    thing, place = stream.thing, Location.objects.get()
    other = create_thing(name="Other", locations=[place])
    write_now([Reading(stream.pk, NOON.replace(hour=13), 13.0)])
    first = written(stream.pk, microseconds(NOON), 0)
    wishes = {
        deep := f"v1.1/Things({thing.pk})/Datastreams({stream.pk})/Observations",
        selection := f"v1.1/Sensors({stream.sensor_id})/Datastreams({stream.pk})/Observations?$select=result",
        name := f"v1.1/Observations('{first}')/Datastream/Thing/name",
        owner := f"v1.1/Datastreams({stream.pk})/Thing/Locations({place.pk})/Things?$select=name,id",
        moved := f"v1.1/Observations('{first}')/result",
        stranger := f"v1.1/Things({other.pk})/Datastreams({stream.pk})/Observations",
    }
    newest = Newest(town.pk, "b", wishes)
    write_now([Reading(stream.pk, NOON.replace(hour=8), 8.0)])
    messages = newest.news()
    newest.heard()
    found = as_dict(messages)
    assert found[deep] == found["v1.1/Observations"]
    assert found[selection] == {"result": 8}
    assert {each.topic for each in messages if each.by_name} == {deep, selection}
    assert not {name, owner, moved, stranger} & set(found)
    change_thing(thing=thing, name="Pegel")
    found = told(newest)
    assert (found[name], found[owner]) == ({"name": "Pegel"}, {"@iot.id": thing.pk, "name": "Pegel"})
    change_observation(key=Key(stream.pk, NOON, 0), result=5, time=(NOON.replace(hour=14), None))
    assert told(newest)[moved] == {"result": 5}
    Datastream.objects.update(thing=other)
    told(newest)
    write_now([Reading(stream.pk, NOON.replace(hour=7), 7.0)])
    found = told(newest)
    assert deep not in found
    assert found[stranger]["result"] == 7


def test_what_new_observations_move_of_their_datastream_is_told_to_who_named_it(
    town: Municipality, stream: Datastream
) -> None:
    """Sections 14.2.2 and 14.2.3: a property that is updated; once a look, and only if it is another one."""
    here = f"v1.1/Datastreams({stream.pk})"
    whole, time_, deep = (
        here,
        f"{here}/phenomenonTime",
        f"v1.1/Things({stream.thing_id})/Datastreams({stream.pk})/phenomenonTime",
    )
    selected, result_time, other = f"{here}?$select=phenomenonTime,name", f"{here}/resultTime", f"{here}?$select=name"
    newest = Newest(town.pk, "b", {whole, time_, deep, selected, result_time, other})
    write_now([Reading(stream.pk, NOON.replace(hour=hour), 1.0) for hour in (13, 14)])
    messages = newest.news()
    newest.heard()
    moved = [
        each for each in messages if each.topic.startswith(("v1.1/Things", here)) and "Observations" not in each.topic
    ]
    found, span = as_dict(moved), "2026-03-01T10:00:00Z/2026-03-01T14:00:00Z"
    assert {each.topic for each in moved} == {whole, time_, deep, selected, result_time}
    assert all(each.by_name for each in moved), "wildcards do not hear it"
    assert found[time_] == found[deep] == {"phenomenonTime": span}
    assert found[selected] == {"phenomenonTime": span, "name": stream.name}
    assert (found[whole]["phenomenonTime"], found[whole]["@iot.id"]) == (span, stream.pk)
    write_now([Reading(stream.pk, NOON.replace(hour=11, minute=30), 1.0)])
    found = told(newest)
    assert "v1.1/Observations" in found
    assert time_ not in found, "a late one between the others moves nothing"
    write_now([Reading(stream.pk, NOON.replace(hour=15), 1.0, result_time=NOON.replace(hour=16))])
    found = told(newest)
    assert found[time_] == {"phenomenonTime": "2026-03-01T10:00:00Z/2026-03-01T15:00:00Z"}
    assert found[result_time]["resultTime"].startswith("2026-03-01T16:00:00Z")
    stream.is_open = False
    stream.save()
    told(newest)
    write_now([Reading(stream.pk, NOON.replace(hour=17), 1.0)])
    assert told(newest) == {}, "nobody hears of a closed series"
    assert Newest(town.pk, "c").moving.wishes == [], "who named nothing costs nothing"


@pytest.mark.parametrize(
    ("topic", "is_wished"),
    [
        ("v1.1/Things", False), ("v1.1/Things(1)", False), ("v1.1/Things(1)/name", False), ("v1.1/Things(1)/Locations", False),
        ("v1.1/Datastreams(7)/Thing", False), ("v1.1/Datastreams(7)/phenomenonTime", True), ("v1.1/Datastreams(7)/name", False), ("v1.1/Datastreams(7)/Thing/name", True), ("v1.1/Observations('7-a')", True),
        ("v1.1/HistoricalLocations(7)/Thing", True), ("v1.1/Things(1)/Datastreams(7)", True), ("v1.1/Things?$select=name", True),
        ("v1.1/Things(1)/Datastreams(7)/Observations?$select=result,id", True), ("v1.1/Things(1)/name?$select=name", False),
        ("v1.1/+?$select=name", False), ("v1.1/Things(1)/$ref", False), ("v1.1/Things(1)/name/$value", False), ("v1.1/Cars", False),
        ("v1.1/Things/Datastreams", False), ("v1.1/Things(1)/#", False), ("elsewhere", False), ("v1.1/Things?$filter=a", False),
    ],
)  # fmt: skip
def test_what_is_told_unasked_need_not_be_named(topic: str, is_wished: bool) -> None:
    assert (understood(topic) is not None) == is_wished
