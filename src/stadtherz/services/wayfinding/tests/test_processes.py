# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Two web servers on one database: a confirmed obstacle counts in both with the next question, and in a web process that
was killed and started again."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from psycopg.conninfo import make_conninfo

from stadtherz.kernel.geo.models import Extract
from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.outside.tests.ports import free_port
from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.people.tests.factories import person
from stadtherz.services.wayfinding.engine.tests.town import at
from stadtherz.services.wayfinding.obstacles.actions import report_obstacle
from stadtherz.services.wayfinding.obstacles.tests.factories import PARK_WAY, spot
from stadtherz.services.wayfinding.obstacles.vocabulary import Kind

#: loads the platform once, and forks a server for each port that is named
PROGRAM = """
import os, sys
from stadtherz.ops import web
web.load()
for port in sys.argv[1:]:
    if not os.fork():
        os._exit(web.main(["--host", "127.0.0.1", "--port", port, "--workers", "1"]))
print("ready", flush=True)
os.wait()
"""
TOKEN = "anytokenanytokenanytokenanytoken"


class Server:
    """A web server with one web process, which it starts again when that dies."""

    def __init__(self, pid: int, port: int) -> None:
        self.pid, self.port = pid, port

    def post(self, path: str, body: str, **headers: str) -> tuple[int, bytes]:
        line = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            line.request("POST", path, body, headers={"Host": "localhost"} | headers)
            answer = line.getresponse()
            return answer.status, answer.read()
        finally:
            line.close()

    def wait(self) -> None:
        """Until a web process listens."""
        until = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=60).close()
                return
            except ConnectionRefusedError:
                assert time.monotonic() < until, "no web process was started"
                select.select([], [], [], 0.05)

    def metres(self) -> float:
        """How long the way through the park is at this moment, as this server says."""
        asked = json.dumps({"coordinates": [list(at(*point)) for point in PARK_WAY]})
        status, answer = self.post("/api/routing/v2/directions/foot", asked, **{"Content-Type": "application/json"})
        assert status == 200, answer
        return float(json.loads(answer)["routes"][0]["summary"]["distance"])

    def decide(self, obstacle: int, verb: str, session: str) -> int:
        """What a clerk's click sends."""
        headers = {
            "Cookie": f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={TOKEN}",
            "Content-Type": "application/x-www-form-urlencoded",
        }  # fmt: skip
        body = urlencode({"csrfmiddlewaretoken": TOKEN, "verb": verb})
        return self.post(f"/ankommen/hindernisse/{obstacle}/entscheiden/", body, **headers)[0]

    def web_process(self) -> int:
        return children(self.pid)[-1]


def kill(pid: int) -> None:
    """Without a warning; returns when it is gone."""
    process = os.pidfd_open(pid)
    try:
        signal.pidfd_send_signal(process, signal.SIGKILL)
        assert select.select([process], [], [], 60)[0]
    finally:
        os.close(process)


def children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.fixture
def servers(prepared: Extract) -> Iterator[list[Server]]:
    """Two servers of the invented town."""
    ports = [free_port(), free_port()]
    database = connection.settings_dict
    url = make_conninfo(
        dbname=database["NAME"], user=database["USER"], password=database["PASSWORD"] or None, host=database["HOST"],
        port=database["PORT"] or None,
    )  # fmt: skip
    environment = os.environ | {
        "STADTHERZ_DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "stadtherz.config.settings",
        "STADTHERZ_SECRET_KEY": settings.SECRET_KEY, "STADTHERZ_DATA_DIR": str(settings.DATA_DIR),
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
    }  # fmt: skip
    command = [sys.executable, "-c", PROGRAM, *map(str, ports)]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, start_new_session=True)
    try:
        assert process.stdout
        assert process.stdout.readline() == b"ready\n"
        made = [Server(pid, port) for pid, port in zip(children(process.pid), ports, strict=True)]
        for server in made:
            server.wait()
        yield made
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


@pytest.mark.django_db(transaction=True)
def test_an_obstacle_counts_in_every_process_also_after_one_was_killed(
    servers: list[Server], kaiserslautern: Municipality
) -> None:
    one, other = servers
    with activate(kaiserslautern):
        clerk = person(Role.CLERK)
        report = report_obstacle(kind=Kind.WORKS, place=spot(), reporter=person(Role.RESIDENT)).pk
    browser = Client()
    browser.force_login(clerk)
    session = browser.cookies[settings.SESSION_COOKIE_NAME].value
    usual = one.metres()
    assert other.metres() == usual

    assert one.decide(report, "confirm", session) == 302
    detour = other.metres()
    assert detour > usual
    assert one.metres() == detour

    kill(other.web_process())
    other.wait()
    assert other.metres() == detour

    assert other.decide(report, "end", session) == 302
    assert [server.metres() for server in (one, other)] == [usual, usual]
