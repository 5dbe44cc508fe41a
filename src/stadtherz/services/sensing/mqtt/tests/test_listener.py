# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The small listener for trying out, with paho as client: what is acknowledged is committed, and a key opens what it may."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import paho.mqtt.client as paho
import pytest
from django.db import connection
from django.utils import timezone
from paho.mqtt.enums import CallbackAPIVersion

from stadtherz.kernel.api.actions import issue_key, revoke_key
from stadtherz.kernel.api.keys import DEMO_KEY
from stadtherz.kernel.api.models import ApiKey
from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.outside.tests.ports import free_port
from stadtherz.services.sensing.actions.adoption import Measured, adopt_device
from stadtherz.services.sensing.actions.entities import create_location, create_thing, feature_for
from stadtherz.services.sensing.actions.sources import create_source, pause_source
from stadtherz.services.sensing.ingest.tests.factories import DEEP
from stadtherz.services.sensing.models import (
    Datastream,
    FeatureOfInterest,
    LastDelivery,
    Observation,
    QuarantinedMessage,
    SourceKind,
)
from stadtherz.services.sensing.mqtt.deliveries import Delivery, forget_deliveries
from stadtherz.services.sensing.mqtt.listener import door
from stadtherz.services.sensing.mqtt.listener.door import Door
from stadtherz.services.sensing.mqtt.listener.guests import guest, take
from stadtherz.services.sensing.mqtt.listener.hearers import Hearers
from stadtherz.services.sensing.mqtt.listener.packets import (
    Connect,
    Kind,
    Malformed,
    Publish,
    Subscribe,
    publish,
    read_packet,
    written,
)
from stadtherz.services.sensing.mqtt.topics import fits
from stadtherz.services.sensing.store.batches import of_series
from stadtherz.services.sensing.store.writing import write_batch
from stadtherz.services.sensing.tests.factories import datastream


class Client:
    """paho, with what it heard."""

    def __init__(self, port: int, password: str = "", *, version: int = paho.MQTTv311) -> None:
        self.heard: list[tuple[str, Any]] = []
        self.said: list[str] = []
        self.gone, self.here, self.subscribed = threading.Event(), threading.Event(), threading.Event()
        self.paho = paho.Client(CallbackAPIVersion.VERSION2, protocol=version, reconnect_on_failure=False)
        if password:
            self.paho.username_pw_set("anybody", password)
        self.paho.on_message = lambda _c, _u, message: self.heard.append((message.topic, json.loads(message.payload)))
        self.paho.on_connect = self._connected
        self.subscriptions = 0
        self.paho.on_subscribe = self._subscribed
        self.paho.on_disconnect = lambda *_all: self.gone.set()
        self.paho.connect("127.0.0.1", port)
        self.paho.loop_start()
        assert self.here.wait(60)

    def _connected(self, _client: Any, _userdata: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        self.said.append(str(reason))
        self.here.set()

    def _subscribed(self, *_said: Any) -> None:
        self.subscriptions += 1
        self.subscribed.set()

    def send(self, topic: str, content: Any, quality: int = 1) -> bool:
        """Whether it was acknowledged."""
        sent = self.paho.publish(topic, json.dumps(content), qos=quality)
        wait_for(lambda: self.gone.is_set() or sent.is_published())
        return not self.gone.is_set()

    def subscribe(self, topic: str) -> None:
        self.paho.subscribe(topic, 1)
        assert self.subscribed.wait(60)

    def end(self) -> None:
        self.paho.disconnect()
        self.paho.loop_stop()


@pytest.fixture
def committed_town(transactional_db: None, kaiserslautern: Municipality) -> Municipality:
    return kaiserslautern


@pytest.fixture
def port(committed_town: Municipality, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    monkeypatch.setattr(door, "TELL_EVERY", 0.05)
    number = free_port()
    opened, ready = Door(number), threading.Event()
    thread = threading.Thread(target=opened.run, kwargs={"ready": ready.set})
    thread.start()
    assert ready.wait(60)
    yield number
    opened.stop()
    thread.join(10)
    connection.close()


@pytest.fixture
def client(port: int) -> Iterator[Callable[..., Client]]:
    made: list[Client] = []

    def come(password: str = "", **more: Any) -> Client:
        made.append(Client(port, password, **more))
        return made[-1]

    yield come
    for each in made:
        each.end()


def town_key(town: Municipality, *scopes: str) -> str:
    with activate(town):
        return issue_key(label="Trial", scopes=scopes or ("sensing.write",), by=None)[1]


def test_an_observation_that_describes_all_is_made_acknowledged_and_told(
    committed_town: Municipality, client: Callable[..., Client]
) -> None:
    """OGC 18-088, sections 14.1 and 14.2: deep insert, the three topics, and subscribers with and without a selection."""
    listener, program = client(), client(town_key(committed_town))
    assert program.send("v1.1/Observations", DEEP)
    with activate(committed_town):
        stream, first = Datastream.objects.get(), Observation.objects.get()
        assert (stream.thing.name, first.number) == ("Roof of the town hall", 21.5)
        place = first.feature_id
    listener.subscribe(f"v1.1/Datastreams({stream.pk})/Observations?$select=result")
    listener.subscribe("v1.1/+")
    for quality, topic in enumerate((
        f"v1.1/Datastreams({stream.pk})/Observations", f"v1.1/FeaturesOfInterest({place})/Observations",
        "v1.1/Observations",
    )):  # fmt: skip
        content = {"result": quality, "phenomenonTime": f"2026-03-01T0{quality + 1}:00:00Z"}
        assert program.send(topic, content | {"Datastream": {"@iot.id": stream.pk}}, quality)
    wait_for(lambda: len(listener.heard) >= 6)
    assert [document["result"] for topic, document in listener.heard if topic == "v1.1/Observations"] == [0, 1, 2]
    assert [d for topic, d in listener.heard if "?" in topic] == [{"result": number} for number in range(3)]
    assert not listener.send("v1.1/Observations", DEEP)  # without a key one may listen
    assert client("a guess").said == ["Bad user name or password"]
    assert client(version=paho.MQTTv31).said == ["Unsupported protocol version"]


def test_a_client_that_reads_hears_a_flood_and_each_topic_that_it_named(
    committed_town: Municipality, client: Callable[..., Client]
) -> None:
    """Thousands of late values at once, at longer paths too; nobody who reads is sent away."""
    with activate(committed_town):
        place = create_location(
            name="Bridge",
            encoding_type="application/geo+json",
            location={"type": "Point", "coordinates": [7.77, 49.44]},
        )
        stream = datastream(thing=create_thing(name="Post", locations=[place]))
        feature_for(datastream=stream)
    everything, one = client(), client()
    everything.subscribe("#")
    for number in range(150):
        one.paho.subscribe(f"v1.1/Things({stream.thing_id})/Datastreams({stream.pk + number})/Observations")
    one.subscribe(f"v1.1/Things({stream.thing_id})/Datastreams({stream.pk})/Observations?$select=result")
    wait_for(lambda: one.subscriptions == 151)
    rows = np.arange(5000)
    with activate(committed_town):
        write_batch(of_series(stream.pk, (10**15 - rows * 10**6)[::-1], rows.astype(float)))
    wait_for(lambda: len(one.heard) == 10_000)
    assert sorted(d["result"] for topic, d in one.heard if "?" in topic) == rows.tolist()
    wait_for(lambda: sum(topic == "v1.1/Observations" for topic, _document in everything.heard) == 5000)
    assert not everything.gone.is_set()


def test_a_message_without_time_is_the_same_when_a_client_of_the_towns_key_sends_it_again(town: Municipality) -> None:
    """MQTT 3.1.1, 4.4: stored, but the listener was killed before it said so. Identifiers belong to the client."""
    secret = town_key(town)
    who = guest(town.key, secret)
    assert who is not None
    timeless = json.dumps({name: value for name, value in DEEP.items() if name != "phenomenonTime"}).encode()
    for topic, payload in (("v1.1/Observations", timeless), ("", b'{"result": 5}')):
        before = Observation.objects.count()
        at = topic or f"v1.1/Datastreams({Datastream.objects.earliest('pk').pk})/Observations"
        place = (
            b"" if topic else b', "FeatureOfInterest": {"@iot.id": %d}}' % FeatureOfInterest.objects.earliest("pk").pk
        )
        first = Delivery(at, payload[:-1] + place if place else payload, timezone.now(), 5, client="a")
        other = replace(first, at=first.at + timedelta(minutes=1), client="b")
        again = replace(first, at=first.at + timedelta(minutes=2), again=True)
        assert [take(who, [each]) for each in (first, other, again)] == [[], [], []]
        assert Observation.objects.count() == before + 2
    forget_deliveries(timezone.now() + timedelta(days=31))
    assert not LastDelivery.objects.exists()


def wait_for(condition: Callable[[], Any], seconds: float = 30.0) -> None:
    """Until the condition holds. Raises ``AssertionError`` when the time is over."""
    pause = threading.Event()
    for _ in range(int(seconds / 0.02)):
        if condition():
            return
        pause.wait(0.02)
    raise AssertionError("it did not happen in time")


def test_devices_of_a_source_come_with_its_key(committed_town: Municipality, client: Callable[..., Client]) -> None:
    with activate(committed_town):
        settings = {"broker": "", "topics": ["sensors/+/values"], "format": "json"}
        source, secret = create_source(name="Try", kind=SourceKind.MQTT, by=None, settings=settings)
        adopt_device(
            source=source, external_id="roof", name="Roof", place=None, fields={"t": Measured("water_level")}, by=None
        )
        stream = Datastream.objects.get().pk
    device = client(secret)
    assert device.send("sensors/roof/values", {"t": 21.5, "time": "2026-03-01T00:00:00Z"})
    assert device.send("sensors/roof/values", {"t": 21.5, "time": "2026-03-01T00:00:00Z"}, 2)
    assert device.send("sensors/cellar/values", {"t": 12})
    assert device.send("elsewhere", {"t": 12})
    assert device.send(f"v1.1/Datastreams({stream})/Observations", {"result": 9, "phenomenonTime": "2026-03-01T01:00Z"})
    assert device.send("v1.1/Observations", DEEP)  # acknowledged, refused, and told on the page of sources
    with activate(committed_town):
        assert sorted(Observation.objects.values_list("number", flat=True)) == [9, 21.5]
        assert QuarantinedMessage.objects.get().external_id == "cellar"
        source.refresh_from_db()
        assert (source.repeated, source.refused) == (1, 2)
        assert ApiKey.objects.get().last_used_at is not None
        assert source.key is not None
        revoke_key(key=source.key, by=None)
    assert not device.send("sensors/roof/values", {"t": 22})


def test_a_key_means_what_it_was_issued_for(town: Municipality, settings: Any) -> None:
    source, secret = create_source(name="Try", kind=SourceKind.TTN, by=None)
    reading = issue_key(label="R", scopes=["sensing.read"], by=None)[1]
    issue_key(label="D", scopes=["sensing.write"], by=None, secret=DEMO_KEY)
    own = guest(town.key, secret)
    assert own is not None
    assert (own.source, own.form) == (source.pk, "ttn")
    reader, demo = guest(town.key, reading), guest("", DEMO_KEY)
    assert reader is not None
    assert reader.key is None
    assert demo is not None
    assert demo.key is not None
    pause_source(source=source, paused=True, by=None)
    assert guest(town.key, secret) is None
    settings.PRODUCTION = True
    assert guest(town.key, DEMO_KEY) is None


def parsed(*content: bytes, longest: int = 1000) -> list[Any]:
    """The packets in these bytes."""

    async def read() -> list[Any]:
        stream = asyncio.StreamReader()
        stream.feed_data(b"".join(content))
        stream.feed_eof()
        found = []
        while (packet := await read_packet(stream, longest=longest)) is not None:
            found.append(packet)
        return found

    return asyncio.run(read())


def test_who_hears_a_topic() -> None:
    """MQTT 3.1.1, section 4.7, with its examples; what somebody named is heard by that name alone."""

    class Somebody:
        def __init__(self, *topics: str) -> None:
            self.topics = set(topics)

    everybody = {
        topic: Somebody(topic)
        for topic in ("a/b/#", "#", "a/+", "+/+", "a/+/c", "+", "a/b", "a/#", "/+", "a/b?$select=c")
    }
    hearers = Hearers(everybody.values())
    names = {somebody: topic for topic, somebody in everybody.items()}
    for topic, expected in {
        "a/b": {"a/b/#", "#", "a/+", "+/+", "a/b", "a/#"}, "a/b/c": {"a/b/#", "#", "a/+/c", "a/#"}, "a": {"#", "+", "a/#"},
        "/b": {"#", "+/+", "/+"}, "a/b?$select=c": {"#", "a/+", "+/+", "a/#", "a/b?$select=c"}, "a/": {"#", "a/+", "+/+", "a/#"},
    }.items():  # fmt: skip
        assert {names[each] for each in hearers.of(topic)} == expected, topic
        assert expected == {filter_ for filter_ in everybody if fits(filter_, topic)}
    assert [names[each] for each in hearers.of("a/b", by_name=True)] == ["a/b"]
    assert Hearers([somebody := Somebody("a/+", "a/#", "a/b")]).of("a/b") == {somebody}  # once


def test_packets_as_they_stand_in_the_standard() -> None:
    """MQTT 3.1.1, figures 3.6 and 3.20 and their like."""
    connect = b"\x00\x04MQTT\x04\xc2\x00\x3c\x00\x01c\x00\x01u\x00\x01p"
    asked = b"\x00\x0a\x00\x03a/b\x01\x00\x03c/d\x02"
    sent = b"\x00\x01t\x00\x07hello"
    assert parsed(written(Kind.CONNECT, connect), written(Kind.SUBSCRIBE, asked, 2), written(Kind.PUBLISH, sent, 0xA)) == [
        Connect(4, "c", "u", "p", 60, clean=True), Subscribe(Kind.SUBSCRIBE, 10, ("a/b", "c/d")),
        Publish("t", b"hello", 1, 7, again=True),
    ]  # fmt: skip
    assert parsed(publish("t", b"x" * 300)) == [Publish("t", b"x" * 300)]
    assert parsed(b"\x30\x05\x00") == []  # it went in the middle of a packet


@pytest.mark.parametrize(
    "content",
    [
        b"\x00\x00", b"\xf0\x00", b"\x30\xff\xff\xff\xff\x01", b"\x30\xe9\x07", b"\x82\x02\x00\x0a", b"\x80\x05\x00\x0a\x00\x00\x00",
        b"\x36\x05\x00\x01t\x00\x07", b"\x32\x05\x00\x01t\x00\x00", b"\x30\x03\x00\x01+", b"\x30\x03\x00\x01\xff", b"\x30\x02\x00\x09",
        b"\x20\x02\x00\x00", b"\x10\x0c\x00\x04MQTT\x04\x01\x00\x3c\x00\x00",
    ],
)  # fmt: skip
def test_what_is_no_mqtt_is_refused(content: bytes) -> None:
    with pytest.raises(Malformed):
        parsed(content)
