# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""``live_town_server``: the platform as it is run, on a free port, with a database of its own."""

from __future__ import annotations

import http.client
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from stadtherz.kernel.outside.tests.ports import free_port
from tests.prepared_town import ROOT, PreparedTown, environment_of, remove

START_SECONDS = 180.0


@dataclass(frozen=True, slots=True)
class TownServer:
    """A running platform; ``url`` is Kaiserslautern, ``url_of("kusel")`` its neighbour."""

    port: int
    log: Path

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def url_of(self, key: str) -> str:
        return f"http://{key}.localhost:{self.port}"


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/ui/town.css", headers={"Host": "localhost"})
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _wait_for(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if _answers(port):
            return
        if process.poll() is not None:
            break
        select.select([], [], [], 0.1)
    process.kill()
    raise RuntimeError(f"The server did not start:\n{log.read_text()[-3000:]}")


@pytest.fixture(scope="session")
def live_town_server(prepared_town: PreparedTown, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TownServer]:
    """The real server process on a copy of its own of the demonstration, with one account per role."""
    folder = tmp_path_factory.mktemp("town")
    database = prepared_town.copy("browser", folder)
    environment = environment_of(database, folder)
    port, log = free_port(), folder / "server.log"
    command = [
        sys.executable, "-m", "stadtherz.ops.web", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"
    ]  # fmt: skip
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
    _wait_for(process, port, log)
    yield TownServer(port, log)
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    remove(database)
