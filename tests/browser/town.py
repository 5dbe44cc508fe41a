# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""``live_town_server``: the platform as it is run, on a free port, with a database of its own."""

from __future__ import annotations

import http.client
import os
import select
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60.0


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


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def _renamed(address: str, database: str) -> str:
    return urlunsplit(urlsplit(address)._replace(path=f"/{database}"))


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
def town_database(django_db_setup: None, django_db_blocker: object) -> Iterator[str]:
    """Address of a copy of the empty test database, which the other tests never see."""
    from django.conf import settings
    from django.db import connections

    known = settings.DATABASES["default"]["NAME"]
    owner = os.environ["STADTHERZ_DATABASE_OWNER_URL"]
    family, _, process = known.rpartition("_")
    copy = f"{family}_browser_{process}"  # the process at the end: that is how left-over databases are told apart
    connections.close_all()  # a database with open connections cannot be copied
    with psycopg.connect(_renamed(owner, "postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(copy)))
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(copy), sql.Identifier(known))
        )
        yield _renamed(owner, copy)
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(copy)))


@pytest.fixture(scope="session")
def live_town_server(town_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TownServer]:
    """The real server process with the demonstration and one account per role."""
    folder = tmp_path_factory.mktemp("town")
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "stadtherz.config.settings",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        "STADTHERZ_DATABASE_URL": town_database,
        "STADTHERZ_DATABASE_OWNER_URL": town_database,
        "STADTHERZ_DATA_DIR": str(folder),
    }
    prepared = subprocess.run(
        [sys.executable, "-m", "tests.browser.preparation"],
        check=False,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert prepared.returncode == 0, prepared.stderr[-3000:]
    port, log = _free_port(), folder / "server.log"
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
