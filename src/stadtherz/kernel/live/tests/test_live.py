# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Live streams through the real server: hundreds of idle listeners, who hears what, and what happens when things break."""

from __future__ import annotations

import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from psycopg.conninfo import make_conninfo

from stadtherz.kernel.live import TooMuchToPublish, publish
from stadtherz.kernel.live.access import declared_access
from stadtherz.kernel.live.hub import BACKLOG, Hub
from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.outside.tests.ports import free_port
from stadtherz.kernel.people.models import Membership
from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.people.tests.factories import person


class Server:
    """A web process of the platform on a free port."""

    def __init__(self, stack: ExitStack) -> None:
        self.port = free_port()
        database = connection.settings_dict
        url = make_conninfo(
            dbname=database["NAME"], user=database["USER"], password=database["PASSWORD"] or None, host=database["HOST"],
            port=database["PORT"] or None,
        )  # fmt: skip
        environment = {
            **os.environ, "STADTHERZ_DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "stadtherz.config.settings",
            "STADTHERZ_SECRET_KEY": settings.SECRET_KEY, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        }  # fmt: skip
        self.process = subprocess.Popen(
            [sys.executable, "-m", "granian", "--interface", "asgi", "--no-ws", "--port", str(self.port), "--log-level", "error",
             "--workers-kill-timeout", "3", "stadtherz.config.tests.live_application:application"], env=environment,
        )  # fmt: skip
        stack.callback(self._end)
        _until(self._answers, "the server answers")

    def _end(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(10)

    def _answers(self) -> bool:
        try:
            return self.get("/live/nothing") == 404
        except OSError:
            return False

    def get(self, path: str, host: str = "kaiserslautern.localhost", cookie: str = "") -> int:
        client = HTTPConnection("127.0.0.1", self.port, timeout=10)
        client.request("GET", path, headers={"Host": host, "Cookie": cookie})
        status = client.getresponse().status
        client.close()
        return status

    def listen(self, topic: str, host: str = "kaiserslautern.localhost", cookie: str = "") -> Listener:
        return Listener(self.port, topic, host, cookie)

    def worker(self) -> int:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return int(children[-1])

    def threads(self) -> int:
        return len(list(Path(f"/proc/{self.worker()}/task").iterdir()))


class Listener:
    """One open stream."""

    def __init__(self, port: int, topic: str, host: str, cookie: str) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        request = f"GET /live/{topic} HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\nAccept: text/event-stream\r\n\r\n"
        self.socket.sendall(request.encode())
        self.seen = b""
        self.ended = False

    def read(self) -> None:
        piece = self.socket.recv(65536)
        self.ended = self.ended or not piece
        self.seen += piece

    def messages(self) -> list[dict[str, Any]]:
        lines = self.seen.decode().splitlines()
        return [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")]

    def names(self) -> list[str]:
        return [message["event"] for message in self.messages()]


def _until(condition: Callable[[], bool], what: str, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds} s in vain: {what}"
        time.sleep(0.05)  # polling another process, not guessing how long it takes


def _hear(listeners: list[Listener], condition: Callable[[Listener], bool], what: str) -> None:
    """Read from all until the condition holds for each."""
    deadline = time.monotonic() + 60
    with selectors.DefaultSelector() as selector:
        for listener in listeners:
            selector.register(listener.socket, selectors.EVENT_READ, listener)
        while not all(condition(listener) for listener in listeners):
            assert time.monotonic() < deadline, f"in vain: {what} ({sum(condition(one) for one in listeners)} do)"
            for key, _mask in selector.select(0.2):
                if not key.data.ended:
                    key.data.read()
                if key.data.ended:
                    selector.unregister(key.fileobj)


@pytest.fixture
def towns(transactional_db: None, request: pytest.FixtureRequest) -> tuple[Municipality, Municipality]:
    return request.getfixturevalue("kaiserslautern"), request.getfixturevalue("kusel")


@pytest.fixture
def server(towns: tuple[Municipality, Municipality]) -> Iterator[Server]:
    with ExitStack() as stack:
        yield Server(stack)


def _publish(town: Municipality, topic: str, number: int) -> None:
    with activate(town):
        publish(topic, "changed", {"number": number})


def test_three_hundred_idle_listeners_and_no_thread_for_each(
    server: Server, towns: tuple[Municipality, Municipality]
) -> None:
    before = server.threads()
    listeners = [server.listen("sample:1") for _ in range(300)]
    other_topic, other_town = server.listen("sample:2"), server.listen("sample:1", host="kusel.localhost")
    everyone = [*listeners, other_topic, other_town]
    _hear(everyone, lambda one: "hello" in one.names(), "all are greeted")
    assert server.threads() - before <= 4  # two of them judge who may listen
    _publish(towns[0], "sample:1", 7)
    _hear(listeners, lambda one: "changed" in one.names(), "all hear it")
    assert listeners[0].messages()[-1] == {"event": "changed", "data": {"number": 7}}
    _publish(towns[0], "sample:2", 8)
    _publish(towns[1], "sample:1", 9)
    _hear([other_topic, other_town], lambda one: "changed" in one.names(), "each hears its own")
    assert [one.messages()[-1]["data"]["number"] for one in (other_topic, other_town)] == [8, 9]
    with activate(towns[0]), transaction.atomic():
        publish("sample:1", "changed", {"number": 10})
        transaction.set_rollback(True)
    _publish(towns[0], "sample:1", 11)
    _hear(listeners[:1], lambda one: len(one.messages()) >= 3, "the next event")
    assert [m["data"]["number"] for m in listeners[0].messages()[1:]] == [7, 11]
    began = time.monotonic()
    server.process.send_signal(signal.SIGTERM)
    server.process.wait(5)
    assert time.monotonic() - began < 5


def test_a_database_that_went_away_is_found_again(server: Server, towns: tuple[Municipality, Municipality]) -> None:
    listener = server.listen("sample:1")
    _hear([listener], lambda one: "hello" in one.names(), "greeted")
    with connection.cursor() as cursor:  # what a restart of PostgreSQL does to the listening connection
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            " AND datname = current_database() AND (query LIKE 'LISTEN%' OR query = 'SELECT 1')"
        )
        assert cursor.fetchone()[0] >= 1
    _hear([listener], lambda one: "again" in one.names(), "told to ask again")
    _publish(towns[0], "sample:1", 1)
    _hear([listener], lambda one: "changed" in one.names(), "hears again")


def test_streams_of_staff_need_the_role_and_end_with_it(
    server: Server, towns: tuple[Municipality, Municipality]
) -> None:
    with activate(towns[0]):
        moderator = person(Role.MODERATOR)
    with activate(towns[1]):
        neighbour = person(Role.MODERATOR)

    def cookie_of(somebody: Any) -> str:
        client = Client()
        client.force_login(somebody)
        key = client.cookies[settings.SESSION_COOKIE_NAME].value
        return f'another="{{"a": 1}}"; {settings.SESSION_COOKIE_NAME}={key}'  # as other services of the town may write theirs

    cookie, foreign = cookie_of(moderator), cookie_of(neighbour)
    assert server.get("/live/moderation") == 401
    assert server.get("/live/moderation", cookie="stadtherz_session=wrong") == 401
    assert server.get("/live/moderation", cookie=foreign) == 403
    assert server.get("/live/sample.account") == 401
    for path in ("/live/", "/live/unknown", "/live/sample:1/..", "/live/%00", "/live/sample:1%0a"):
        assert server.get(path) == 404, path
    assert server.get("/live/sample:1", host="nowhere.example.org") == 404
    listener = server.listen("moderation", cookie=cookie)
    _hear([listener], lambda one: "hello" in one.names(), "greeted")
    _publish(towns[0], "moderation", 1)
    _hear([listener], lambda one: "changed" in one.names(), "hears")
    with activate(towns[0]):
        Membership.objects.all().delete()
    _hear([listener], lambda one: one.ended or one.seen.endswith(b"0\r\n\r\n"), "the stream ends with the role")


def test_a_slow_reader_is_cut_off_and_the_others_are_not() -> None:
    hub = Hub()
    slow, quick = hub.subscribe((1, "a")), hub.subscribe((1, "a"))
    for number in range(BACKLOG + 1):
        hub.hand_out(json.dumps([1, "a", "changed", {"number": number}]))
        quick.queue.get_nowait()
    assert slow.lost
    assert not quick.lost
    hub.unsubscribe(slow)
    hub.unsubscribe(slow)
    hub.unsubscribe(quick)
    assert (hub.room.count, dict(hub.subscriptions)) == (0, {})


def test_too_much_and_odd_names_are_refused(town: Municipality) -> None:
    publish("sample:1", "changed", {"text": "ä" * 3900})
    with pytest.raises(TooMuchToPublish):
        publish("sample:1", "changed", {"text": "ä" * 4000})
    for topic, event in (("Sample", "changed"), ("a b", "changed"), ("sample", "a\nb"), ("", "changed")):
        with pytest.raises(ValueError, match="not a name"):
            publish(topic, event, {})


def test_a_topic_that_nobody_declared_is_closed() -> None:
    assert declared_access("moderation") == "moderation.decide"
    assert declared_access("moderation.secret") is None
