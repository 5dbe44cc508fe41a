# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Against a real broker: nothing acknowledged is lost, also when the broker leaves every second or we are killed."""

from __future__ import annotations

import json
import queue
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import paho.mqtt.client as paho
import pytest
from django.db import connection
from django.utils.translation import override
from paho.mqtt.enums import CallbackAPIVersion

from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.outside.tests.ports import free_port
from stadtherz.services.sensing.actions.adoption import Measured, adopt_device
from stadtherz.services.sensing.actions.entities import change_thing
from stadtherz.services.sensing.actions.sources import change_source
from stadtherz.services.sensing.ingest.arrivals import take_in
from stadtherz.services.sensing.ingest.messages import DeviceMessage
from stadtherz.services.sensing.ingest.sealing import seal
from stadtherz.services.sensing.ingest.tests.factories import source_for
from stadtherz.services.sensing.models import Datastream, News, Observation, QuarantinedMessage, Source, Thing
from stadtherz.services.sensing.mqtt import links
from stadtherz.services.sensing.mqtt.links import Link, Wanted
from stadtherz.services.sensing.mqtt.listening import Listener, note_problem
from stadtherz.services.sensing.mqtt.tests.certificates import write_certificates
from stadtherz.services.sensing.store import write_now
from stadtherz.services.sensing.store.readings import Reading

NOW = datetime(2025, 7, 1, 12, tzinfo=UTC)


class Broker:
    """Mosquitto on a port of this machine."""

    def __init__(self, folder: Path, *, settings: str = "allow_anonymous true") -> None:
        self.port = free_port()
        self.config = folder / "mosquitto.conf"
        self.config.write_text(
            f"listener {self.port} 127.0.0.1\npersistence true\npersistence_location {folder}/\n"
            f"autosave_interval 1\nautosave_on_changes true\nuser root\n{settings}\n"
        )
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            [str(shutil.which("mosquitto") or "/usr/sbin/mosquitto"), "-c", str(self.config)], stderr=subprocess.DEVNULL
        )
        wait_for(self._answers)

    def _answers(self) -> bool:
        with socket.socket() as trial:
            return trial.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(30)
            self.process = None

    def publish(self, messages: list[tuple[str, Any]]) -> None:
        client = paho.Client(CallbackAPIVersion.VERSION2)
        client.connect("127.0.0.1", self.port)
        client.loop_start()
        sent = [client.publish(topic, json.dumps(content), qos=1) for topic, content in messages]
        for each in sent:
            each.wait_for_publish(30)
        client.disconnect()
        client.loop_stop()


def wait_for(condition: Callable[[], Any], seconds: float = 60.0) -> None:
    """Until the condition holds. Raises ``AssertionError`` when the time is over."""
    until = time.monotonic() + seconds
    pause = threading.Event()
    while not condition():
        assert time.monotonic() < until, "it did not happen in time"
        pause.wait(0.05)


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    if not (shutil.which("mosquitto") or Path("/usr/sbin/mosquitto").exists()):
        pytest.skip("Mosquitto is not installed: apt-get install mosquitto")
    made = Broker(tmp_path)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def listening(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Listener]]:
    monkeypatch.setattr("stadtherz.services.sensing.mqtt.listening.LOOK_EVERY", 0.1)
    monkeypatch.setattr(links, "SHORTEST_PAUSE", 0.05)
    running: list[tuple[Listener, threading.Thread]] = []

    def start() -> Listener:
        listener = Listener()
        thread = threading.Thread(target=listener.run)
        thread.start()
        running.append((listener, thread))
        return listener

    yield start
    for listener, thread in running:
        listener.stop()
        thread.join(10)


@pytest.fixture
def committed_town(transactional_db: None, kaiserslautern: Municipality, kusel: Municipality) -> Municipality:
    return kaiserslautern


def stored(town: Municipality) -> int:
    with activate(town):
        return Observation.objects.count()


def connected(listener: Listener, times: int) -> bool:
    return any(link.connection >= times for link in listener.links.values())


def somebody_waits_for_us() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid)))"
        )
        return bool(cursor.fetchone()[0])


def gauge_at(broker: Broker, form: str, topics: str) -> None:
    """A source at the broker, with the gauge "lauter" adopted at it."""
    source = source_for(f"mqtt://127.0.0.1:{broker.port}", form, topics)
    fields = {"w": Measured("water_level")}
    adopt_device(source=source, external_id="lauter", name="Pegel", place=None, fields=fields, by=None)


def repeated(town: Municipality) -> int:
    with activate(town):
        return Source.objects.get().repeated


@pytest.mark.django_db(transaction=True)
def test_nothing_is_lost_when_the_broker_leaves_again_and_again(
    committed_town: Municipality, broker: Broker, listening: Callable[[], Listener]
) -> None:
    with activate(committed_town):
        gauge_at(broker, "json", "town/+/values")
    listener = listening()
    wait_for(lambda: any(link.client.is_connected() for link in listener.links.values()))
    for number in range(2):
        messages = [("town/lauter/values", {"w": n, "time": f"2025-07-01T1{number}:{n:02}:00Z"}) for n in range(60)]
        with activate(committed_town):  # one transaction: the listener waits for it with all that it was given
            Source.objects.select_for_update().get()
            broker.publish([("town/unknown/values", {"w": number}), *messages])
            wait_for(somebody_waits_for_us)
            broker.stop()
            broker.start()
            wait_for(partial(connected, listener, number + 2))
    wait_for(lambda: stored(committed_town) == 120)
    wait_for(lambda: repeated(committed_town) >= 2)  # both of the unknown device, at least
    with activate(committed_town):
        assert QuarantinedMessage.objects.count() == 2
    connection.close()


@pytest.mark.django_db(transaction=True)
def test_what_came_while_nobody_listened_is_taken_in_later_and_a_topic_ends_at_the_broker(
    committed_town: Municipality, broker: Broker, listening: Callable[[], Listener]
) -> None:
    with activate(committed_town):
        gauge_at(broker, "number", "town/+/+")
    first = listening()
    wait_for(lambda: any(link.client.is_connected() for link in first.links.values()))
    broker.publish([("town/lauter/w", 58)])
    wait_for(lambda: stored(committed_town) == 1)
    first.stop()
    wait_for(lambda: not any(link.client.is_connected() for link in first.links.values()))
    broker.publish([("town/lauter/w", 59), ("town/lauter/w", "warm"), ("town/lauter/w", 60)])
    listening()
    wait_for(lambda: stored(committed_town) == 3)
    with activate(committed_town):
        wait_for(lambda: "warm" in Source.objects.get().last_error)

    def noted() -> Any:
        with activate(committed_town):
            return Source.objects.get().settings.get("subscribed")

    wait_for(lambda: noted() == ["town/+/+"])
    with activate(committed_town):
        source = Source.objects.get()
        change_source(source=source, by=None, settings={**source.settings, "topics": ["other/+/+"]})
    wait_for(lambda: noted() == ["other/+/+"])
    broker.publish([("town/lauter/w", 61), ("other/lauter/w", 62)])
    wait_for(lambda: stored(committed_town) == 4)
    with activate(committed_town):
        assert Observation.objects.filter(number=62).exists()
    connection.close()


@pytest.mark.django_db(transaction=True)
def test_subscribers_hear_each_new_observation(
    committed_town: Municipality, broker: Broker, listening: Callable[[], Listener], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stadtherz.services.sensing.mqtt.listening.TELL_EVERY", 0.1)
    with activate(committed_town):
        source = source_for(f"mqtt://127.0.0.1:{broker.port}", "json")
        wish = "v1.1/Observations?$select=result"
        Source.objects.filter(pk=source.pk).update(settings={**source.settings, "publish": True, "selections": [wish]})
        adopt_device(
            source=source, external_id="x", name="Pegel", place=None, fields={"w": Measured("water_level")}, by=None
        )
        stream = Datastream.objects.get().pk
    heard: list[tuple[str, Any]] = []
    subscriber = paho.Client(CallbackAPIVersion.VERSION2)
    subscriber.on_message = lambda _c, _u, message: heard.append((message.topic, json.loads(message.payload)))
    subscriber.connect("127.0.0.1", broker.port)
    subscriber.subscribe("v1.1/#", 1)
    subscriber.loop_start()
    listener = listening()
    wait_for(lambda: any(link.newest for link in listener.links.values()))
    with activate(committed_town):
        take_in(source, [DeviceMessage("x", NOW.replace(hour=10), {"w": 57}), DeviceMessage("x", NOW, {"w": 58.5})])
    wait_for(lambda: len(heard) == 6)
    with activate(committed_town):
        take_in(
            source,
            [
                DeviceMessage("x", NOW.replace(hour=13), {"w": 59}),
                DeviceMessage("x", NOW.replace(hour=14, microsecond=1), {"w": 2**60 + 1}),
            ],
        )
    wait_for(lambda: len(heard) == 12)
    with activate(committed_town):
        thing = Thing.objects.get()
        change_thing(thing=thing, name="Pegel Lauter")
    wait_for(lambda: f"v1.1/Things({thing.pk})/name" in dict(heard))
    subscriber.disconnect()
    subscriber.loop_stop()
    topics = ["v1.1/Observations", wish, f"v1.1/Datastreams({stream})/Observations"]
    assert [topic for topic, _document in heard[:12]] == topics * 4
    assert heard[1][1] == {"result": 57}
    assert [(d["phenomenonTime"], d["result"]) for _topic, d in heard[:12:3]] == [
        ("2025-07-01T10:00:00Z", 57), ("2025-07-01T12:00:00Z", 58.5), ("2025-07-01T13:00:00Z", 59), ("2025-07-01T14:00:00.000001Z", 2**60 + 1),
    ]  # fmt: skip
    changed = dict(heard[12:])
    assert changed["v1.1/Things"] == changed[f"v1.1/Things({thing.pk})"]
    assert changed["v1.1/Things"]["name"] == "Pegel Lauter"
    assert changed[f"v1.1/Things({thing.pk})/name"] == {"name": "Pegel Lauter"}
    connection.close()


@pytest.mark.django_db(transaction=True)
def test_what_was_measured_while_the_broker_or_we_were_away_is_told_later(
    committed_town: Municipality, broker: Broker, listening: Callable[[], Listener], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stadtherz.services.sensing.mqtt.listening.TELL_EVERY", 0.05)
    with activate(committed_town):
        gauge_at(broker, "json", "town/+/values")
        source, stream = Source.objects.get(), Datastream.objects.get().pk
        Source.objects.filter(pk=source.pk).update(settings={**source.settings, "publish": True})
    heard: dict[float, str] = {}
    subscriber = paho.Client(CallbackAPIVersion.VERSION2, client_id="reader", clean_session=False)
    subscriber.reconnect_delay_set(1, 1)

    def on_message(_client: Any, _userdata: Any, message: Any) -> None:
        document = json.loads(message.payload)
        heard[document["result"]] = document["phenomenonTime"]

    def write(*numbers: float) -> None:
        with activate(committed_town):
            write_now([Reading(stream, NOW - timedelta(hours=number), number) for number in numbers])

    subscriber.on_message = on_message
    subscriber.connect("127.0.0.1", broker.port)
    subscriber.subscribe(f"v1.1/Datastreams({stream})/Observations", 1)
    subscriber.loop_start()
    first = listening()
    wait_for(lambda: any(link.newest for link in first.links.values()))
    write(0.0, 1.0)
    wait_for(lambda: set(heard) == {0, 1})
    broker.stop()
    write(2.0)  # late, each of them
    first.stop()
    write(3.0)
    broker.start()
    second = listening()
    wait_for(lambda: any(link.newest for link in second.links.values()))
    write(4.0)
    wait_for(lambda: set(heard) == {0, 1, 2, 3, 4})
    subscriber.disconnect()
    subscriber.loop_stop()
    with activate(committed_town):
        wait_for(lambda: not News.objects.exists())  # acknowledged, and taken away
    connection.close()


@pytest.fixture
def guarded_broker(tmp_path: Path) -> Iterator[tuple[Broker, str]]:
    """Mosquitto behind TLS that asks for a password, and the certificate of its authority."""
    if not shutil.which("mosquitto_passwd"):
        pytest.skip("Mosquitto is not installed: apt-get install mosquitto")
    authority = write_certificates(tmp_path)
    subprocess.run(["mosquitto_passwd", "-c", "-b", str(tmp_path / "people"), "town", "open, please"], check=True)
    settings = (
        f"allow_anonymous false\npassword_file {tmp_path}/people\n"
        f"certfile {tmp_path}/server.pem\nkeyfile {tmp_path}/server.key"
    )
    made = Broker(tmp_path, settings=settings)
    made.start()
    yield made, authority
    made.stop()


def test_a_broker_behind_tls_is_asked_for_its_certificate_and_told_the_password(
    guarded_broker: tuple[Broker, str],
) -> None:
    broker, authority = guarded_broker
    wanted = Wanted(
        1, 1, "127.0.0.1", broker.port, tls=True, username="town", sealed_password=seal("open, please"),
        authority=authority, topics=("a/+",), form="json", publishes=False,
    )  # fmt: skip

    def link(changed: Wanted, met: Callable[[Link], bool]) -> str:
        made = Link(changed, queue.Queue())
        made.start()
        try:
            wait_for(lambda: met(made))
            return str(made.problem or "")
        finally:
            made.stop()

    with override("en"):
        assert link(wanted, lambda each: each.client.is_connected()) == ""
        stranger = link(replace(wanted, authority=""), lambda each: bool(each.problem))
        liar = link(replace(wanted, sealed_password=seal("guess")), lambda each: bool(each.problem))
        assert "cannot be read" in link(replace(wanted, authority="certificate"), lambda each: bool(each.problem))
    assert "unable to get local issuer certificate" in stranger
    assert "Not authorized" in liar


def test_a_broker_that_is_not_there_stands_on_the_page(town: Municipality) -> None:
    source = source_for("mqtt://127.0.0.1:1", "json", "a/+")
    wanted = Wanted.of(source)
    assert wanted is not None
    link = Link(wanted, queue.Queue())
    link.start()
    try:
        wait_for(lambda: link.problem)
    finally:
        link.stop()
    note_problem(wanted, link.problem)
    source.refresh_from_db()
    assert (source.failures, source.last_error) == (1, str(link.problem))
    note_problem(wanted, None)
    source.refresh_from_db()
    assert source.failures == 0
