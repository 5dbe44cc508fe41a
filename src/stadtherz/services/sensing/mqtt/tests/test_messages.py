# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a message says, and that one that is delivered again changes nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils.translation import override

from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.services.sensing.actions.adoption import Measured, adopt_device
from stadtherz.services.sensing.actions.entities import create_location, create_thing
from stadtherz.services.sensing.actions.sources import grant_datastream
from stadtherz.services.sensing.ingest.messages import NotAMessage
from stadtherz.services.sensing.ingest.tests.factories import DEEP, source_for
from stadtherz.services.sensing.models import Datastream, Observation, QuarantinedMessage, Source
from stadtherz.services.sensing.mqtt.deliveries import Delivery
from stadtherz.services.sensing.mqtt.links import Arrived, Link, Wanted
from stadtherz.services.sensing.mqtt.listening import Listener
from stadtherz.services.sensing.mqtt.published import take_published
from stadtherz.services.sensing.mqtt.storing import store
from stadtherz.services.sensing.mqtt.topics import device_of, observation, understood
from stadtherz.services.sensing.tests.factories import datastream

NOW = datetime(2025, 7, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("form", "topic", "payload", "device", "values"),
    [
        ("json", "town/lauter/values", b'{"level": 58, "deep": {"t": 8.5}}', "lauter", {"level": 58, "deep.t": 8.5}),
        ("json", "lauter", b'{"level": 58}', "lauter", {"level": 58}),
        ("number", "town/lauter/level", b" 58.5\n", "lauter", {"level": 58.5}),
    ],
)
def test_plain_messages(form: str, topic: str, payload: bytes, device: str, values: dict[str, float]) -> None:
    found = understood(form, topic, payload, NOW, ["town/+/values"])
    assert (found.device, found.time, found.values) == (device, NOW, values)


def test_a_message_may_bring_its_time() -> None:
    assert understood("json", "a", b'{"v": 1, "time": "2025-07-01T10:00:00+02:00"}', NOW).time == datetime(
        2025, 7, 1, 8, tzinfo=UTC
    )
    assert device_of("v3/app/devices/klima-1/up", ["v3/app/devices/+/up"]) == "klima-1"


@pytest.mark.parametrize(
    ("form", "topic", "payload"),
    [
        ("json", "a", b"5"), ("json", "a", b'{"v": NaN}'), ("json", "a", b'{"v": 1, "v": 2}'), ("json", "a", b"{}"),
        ("json", "a", b'{"v": 1, "time": "2025-07-01T10:00:00"}'), ("number", "a", b"5"), ("number", "a/b", b"warm"),
        ("json", "", b'{"v": 1}'), ("json", "a", b'{"v": 1, "w": "\\ud800"}'), ("json", "a", b'{"v\\u0000": 1}'), ("ttn", "a", b"{}"), ("json", "a", b'{"v": "' + b"x" * 300_000 + b'"}'),
    ],
)  # fmt: skip
def test_what_is_no_message_says_so(form: str, topic: str, payload: bytes) -> None:
    with pytest.raises(NotAMessage):
        understood(form, topic, payload, NOW)


def test_one_that_cannot_be_stored_takes_no_other_with_it(town: Municipality) -> None:
    """And the thread that writes for all towns goes on. Nobody knows such a message; the database is told to refuse one."""
    wanted = Wanted.of(source_for("mqtt://broker.example", "json", "town/+/values"))
    assert wanted is not None
    with connection.cursor() as cursor:
        cursor.execute("""CREATE FUNCTION pg_temp.refuse() RETURNS trigger AS $$ BEGIN
            IF NEW.external_id = 'poison' THEN RAISE EXCEPTION 'refused'; END IF; RETURN NEW; END $$ LANGUAGE plpgsql""")
        cursor.execute("""CREATE TRIGGER refuse BEFORE INSERT ON sensing_quarantinedmessage
            FOR EACH ROW EXECUTE FUNCTION pg_temp.refuse()""")
    listener = Listener()
    link = Link(wanted, listener.arrivals)
    listener._write([
        Arrived(link, -1, 1, Delivery(f"town/{device}/values", b'{"v": 1}', NOW, packet))
        for packet, device in enumerate(("lauter", "poison", "glan"), start=1)
    ])  # fmt: skip
    assert set(QuarantinedMessage.objects.values_list("external_id", flat=True)) == {"lauter", "glan"}


def test_observations_by_the_topics_of_the_standard(town: Municipality) -> None:
    source = source_for("mqtt://broker.example", "sta", "v1.1/#")
    adopt_device(
        source=source, external_id="x", name="Pegel", place=None, fields={"w": Measured("water_level")}, by=None
    )
    own = Datastream.objects.get()
    other = Datastream.objects.create(
        thing=own.thing, sensor=own.sensor, observed_property=own.observed_property, name="Fremd",
        observation_type=own.observation_type, unit_of_measurement={}, kind=own.kind,
    )  # fmt: skip
    wanted = Wanted.of(source)
    assert wanted is not None
    body = b'{"result": 58, "phenomenonTime": "2025-07-01T10:00:00Z"}'
    with override("en"):
        store(wanted, [Delivery(f"v1.1/Datastreams({n})/Observations", body, NOW) for n in (own.pk, other.pk)])
    assert list(Observation.objects.values_list("datastream", "number")) == [(own.pk, 58.0)]
    grant_datastream(source=source, datastream=other, by=None)
    store(wanted, [Delivery(f"v1.1/Datastreams({other.pk})/Observations", body, NOW)])
    assert Observation.objects.count() == 2
    source.refresh_from_db()
    assert "no right" in source.last_error
    linked = b'{"result": 59, "phenomenonTime": "2025-07-01T11:00:00Z", "Datastream": {"@iot.id": %d}}' % own.pk
    store(wanted, [Delivery("v1.1/Observations", linked, NOW)])
    assert Observation.objects.get(number=59).datastream_id == own.pk
    with override("en"):
        store(wanted, [Delivery("v1.1/FeaturesOfInterest(99)/Observations", linked, NOW)])
    source.refresh_from_db()
    assert "There is no FeatureOfInterest" in source.last_error


def test_an_observation_may_bring_its_series_where_the_source_was_set_to(town: Municipality) -> None:
    """OGC 18-088, section 14.2: deep insert; a second delivery makes nothing, and what was made may be written."""
    source = source_for("mqtt://broker.example", "sta", "v1.1/#")
    wanted = Wanted.of(source)
    assert wanted is not None
    brought = Delivery("v1.1/Observations", json.dumps({**DEEP, "phenomenonTime": None}).encode(), NOW, 7)
    with override("en"):
        store(wanted, [brought])
    source.refresh_from_db()
    assert "not described" in source.last_error
    Source.objects.update(settings={**source.settings, "describes": True})
    store(wanted, [replace(brought, kept=True)])
    assert not Datastream.objects.exists()
    store(wanted, [brought])
    store(wanted, [replace(brought, at=NOW + timedelta(minutes=1), again=True)])
    own = Datastream.objects.get()
    body = {"result": 22, "phenomenonTime": "2025-07-01T13:00:00Z", "Datastream": {"@iot.id": own.pk}}
    store(wanted, [Delivery("v1.1/Observations", json.dumps(body).encode(), NOW)])
    assert list(Observation.objects.order_by("number").values_list("number", "phenomenon_time")) == [
        (21.5, NOW), (22, NOW + timedelta(hours=1)),
    ]  # fmt: skip
    other = source_for("mqtt://broker.example/2", "sta", "v1.1/#")
    Source.objects.filter(pk=other.pk).update(settings={**other.settings, "describes": True})
    body["FeatureOfInterest"] = {**DEEP["FeatureOfInterest"], "feature": None}
    store(replace(wanted, source=other.pk), [Delivery("v1.1/Observations", json.dumps(body).encode(), NOW)])
    body["FeatureOfInterest"] = DEEP["FeatureOfInterest"]
    with override("en"):
        store(replace(wanted, source=other.pk), [Delivery("v1.1/Observations", json.dumps(body).encode(), NOW)])
    other.refresh_from_db()
    assert (other.refused, "no right" in other.last_error, Observation.objects.count()) == (2, True, 2)


def test_an_observation_that_names_no_feature_is_about_the_place_of_the_thing(town: Municipality) -> None:
    """Section 10.2, special case 1: over MQTT as over HTTP."""
    roof = {"type": "Point", "coordinates": [7.77, 49.44]}
    place = create_location(name="Roof", encoding_type="application/geo+json", location=roof)
    stream = datastream(thing=create_thing(name="Post", locations=[place]))
    sent = Delivery(f"v1.1/Datastreams({stream.pk})/Observations", b'{"result": 5}', NOW)
    assert take_published([sent], rights=None, may_describe=False).new == 1
    stream.refresh_from_db()
    assert stream.feature is not None
    assert (stream.feature.name, stream.observed_area.coords) == ("Roof", (7.77, 49.44))


def test_the_senders_own_word_on_quality_is_kept(town: Municipality) -> None:
    stream = datastream()
    for hour, said in enumerate(("", ', "resultQuality": {"nameOfMeasure": "by eye"}')):
        body = f'{{"result": 5, "phenomenonTime": "1990-07-01T0{hour}:00:00Z"{said}}}'.encode()
        take_published(
            [Delivery(f"v1.1/Datastreams({stream.pk})/Observations", body, NOW)], rights=None, may_describe=False
        )
    found = Observation.objects.order_by("phenomenon_time").values_list("details__quality", flat=True)
    assert list(found) == [{"flag": "suspect", "reason": "time before 2000"}, {"nameOfMeasure": "by eye"}]


def test_all_that_an_observation_of_the_standard_says() -> None:
    times = "2025-07-01T10:00:00Z/2025-07-01T11:00:00Z"
    body = {"phenomenonTime": times, "validTime": times, "resultTime": "2025-07-01T11:00:01Z", "result": 1}
    body |= {"parameters": {"p": 1}, "resultQuality": "good", "FeatureOfInterest": {"@iot.id": 3}}
    found = observation("town/v1.1/Datastreams(7)/Observations", json.dumps(body).encode(), NOW)
    assert (found.datastream, found.feature, found.quality, found.parameters) == (7, 3, "good", {"p": 1})
    assert found.valid_time == (found.time, found.end)
    assert found.result_time is not None
    for topic, wrong in (
        ("v1.1/Observations", {"result": 1}), ("v1.1/Things(1)/Observations", {"result": 1}),
        ("v1.1/Datastreams(7)/Observations", {}), ("v1.1/Datastreams(7)/Observations", {"result": 1, "parameters": 1}),
        ("v1.1/Observations", {"result": 1, "Datastream": {"name": "new"}}),
        ("v1.1/Datastreams(7)/Observations", {"result": 1, "phenomenonTime": "2025-07-01T10:00:00"}),
    ):  # fmt: skip
        with pytest.raises(NotAMessage):
            observation(topic, json.dumps(wrong).encode(), NOW)


@pytest.fixture
def gauge(town: Municipality) -> Wanted:
    """A source with one known device, lauter, whose messages bring no time."""
    source = source_for("mqtt://broker.example", "number", "town/+/+")
    adopt_device(
        source=source, external_id="lauter", name="Pegel", place=None, fields={"w": Measured("water_level")}, by=None
    )
    wanted = Wanted.of(source)
    assert wanted is not None
    return wanted


def kept() -> tuple[int, int, int]:
    """Observations, messages in quarantine, repetitions."""
    return Observation.objects.count(), QuarantinedMessage.objects.count(), Source.objects.get().repeated


def test_a_message_without_time_that_is_delivered_again_changes_nothing(gauge: Wanted) -> None:
    first = [Delivery("town/lauter/w", b"58", NOW, 7), Delivery("town/new/w", b"3", NOW, 8)]
    again = [replace(each, at=NOW + timedelta(seconds=9), again=True) for each in first]
    store(gauge, first)
    store(gauge, again)
    store(gauge, again)
    assert kept() == (1, 1, 4)


def test_two_deliveries_in_one_batch_are_one_message(gauge: Wanted) -> None:
    first = Delivery("town/lauter/w", b"58", NOW, 7)
    store(gauge, [first, replace(first, at=NOW + timedelta(seconds=9), again=True)])
    assert kept() == (1, 0, 1)


@pytest.mark.parametrize(
    "other",
    [
        Delivery("town/lauter/w", b"58", NOW + timedelta(minutes=1), 7),  # the broker uses the identifier anew
        Delivery("town/lauter/w", b"58", NOW + timedelta(minutes=1), 8, again=True),
        Delivery("town/lauter/w", b"59", NOW + timedelta(minutes=1), 7, again=True),
        Delivery("town/lauter/w", b"58", NOW + timedelta(minutes=1), 0),
    ],
)
def test_another_message_is_kept(gauge: Wanted, other: Delivery) -> None:
    store(gauge, [Delivery("town/lauter/w", b"58", NOW, 7)])
    store(gauge, [other])
    assert kept() == (2, 0, 0)


def test_what_a_broker_keeps_for_newcomers_is_no_measurement_of_now(gauge: Wanted) -> None:
    store(gauge, [Delivery("town/lauter/w", b"58", NOW, 7, kept=True)])
    assert kept() == (0, 0, 0)
