# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""``live_town_server``: the platform as it is run, on a free port, with a database of its own."""

from __future__ import annotations

import fcntl
import http.client
import os
import select
import shutil
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

from stadtherz.ops.databases import drop

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


@dataclass(frozen=True, slots=True)
class PreparedTown:
    """The demonstration as it was loaded once in this test run: a database to clone, a data folder to copy."""

    database: str
    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        return _environment(self.database, self.folder)


def _environment(database: str, folder: Path) -> dict[str, str]:
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "stadtherz.config.settings",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        "STADTHERZ_DATABASE_URL": database,
        "STADTHERZ_DATABASE_OWNER_URL": database,
        "STADTHERZ_DATA_DIR": str(folder),
    }


def _clone(source: str, copy: str) -> str:
    """Address of the copy of a database to which nobody is connected."""
    owner = os.environ["STADTHERZ_DATABASE_OWNER_URL"]
    names = {"copy": sql.Identifier(copy), "source": sql.Identifier(source)}
    with psycopg.connect(_renamed(owner, "postgres"), autocommit=True) as connection:
        drop(connection, copy)
        connection.execute(sql.SQL("CREATE DATABASE {copy} TEMPLATE {source}").format(**names))
    return _renamed(owner, copy)


@pytest.fixture(scope="session")
def prepared_town(
    django_db_setup: None, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Iterator[PreparedTown]:
    """Prepared by the test process that asks first; the others wait for it."""
    from django.conf import settings
    from django.db import connections

    alone = worker_id == "master"
    room = tmp_path_factory.getbasetemp() if alone else tmp_path_factory.getbasetemp().parent
    known = settings.DATABASES["default"]["NAME"]
    # The process at the end tells left-over databases apart: here the one that started all test processes.
    name = f"{known.rpartition('_')[0]}_town_p{os.getpid() if alone else os.getppid()}"
    town = PreparedTown(_renamed(os.environ["STADTHERZ_DATABASE_OWNER_URL"], name), room / "prepared-town")
    ready = room / "prepared-town.ready"
    with (room / "prepared-town.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.exists():
            shutil.rmtree(town.folder, ignore_errors=True)
            town.folder.mkdir()
            connections.close_all()  # a database with open connections cannot be copied
            _clone(known, name)
            command = [sys.executable, "-m", "tests.browser.preparation"]
            done = subprocess.run(command, check=False, cwd=ROOT, env=town.environment, capture_output=True, text=True)
            assert done.returncode == 0, done.stderr[-3000:]
            ready.touch()
    yield town
    if alone:  # of several, the last one to end is not known; the next run removes it
        with psycopg.connect(_renamed(town.database, "postgres"), autocommit=True) as connection:
            drop(connection, name)


@pytest.fixture(scope="session")
def live_town_server(prepared_town: PreparedTown, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TownServer]:
    """The real server process on a copy of its own of the demonstration, with one account per role."""
    folder = tmp_path_factory.mktemp("town")
    shutil.copytree(prepared_town.folder, folder, dirs_exist_ok=True)
    source = urlsplit(prepared_town.database).path.removeprefix("/")
    copy = f"{source.rpartition('_town_')[0]}_browser_p{os.getpid()}"
    environment = _environment(_clone(source, copy), folder)
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
    with psycopg.connect(_renamed(prepared_town.database, "postgres"), autocommit=True) as connection:
        drop(connection, copy)
