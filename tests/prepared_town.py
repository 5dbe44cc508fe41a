# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""``prepared_town``: the demonstration, loaded once for all test processes; each clones its database."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql

from stadtherz.ops.databases import drop

ROOT = Path(__file__).resolve().parents[1]


def _renamed(address: str, database: str) -> str:
    return urlunsplit(urlsplit(address)._replace(path=f"/{database}"))


def _owner() -> str:
    return os.environ["STADTHERZ_DATABASE_OWNER_URL"]


def _clone(source: str, copy: str) -> None:
    """Copy a database to which nobody is connected."""
    names = {"copy": sql.Identifier(copy), "source": sql.Identifier(source)}
    with psycopg.connect(_renamed(_owner(), "postgres"), autocommit=True) as connection:
        drop(connection, copy)
        connection.execute(sql.SQL("CREATE DATABASE {copy} TEMPLATE {source}").format(**names))


def remove(database: str) -> None:
    """Drop a copy."""
    with psycopg.connect(_renamed(_owner(), "postgres"), autocommit=True) as connection:
        drop(connection, database)


def environment_of(database: str, folder: Path) -> dict[str, str]:
    """What a process of the platform needs to run on this database and this data folder."""
    address = _renamed(_owner(), database)
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "stadtherz.config.settings",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        "STADTHERZ_DATABASE_URL": address,
        "STADTHERZ_DATABASE_OWNER_URL": address,
        "STADTHERZ_DATA_DIR": str(folder),
    }


@dataclass(frozen=True, slots=True)
class PreparedTown:
    """The demonstration as it was loaded once in this test run: a database and a data folder to copy."""

    database: str
    folder: Path

    def copy(self, purpose: str, folder: Path) -> str:
        """Name of a database of this test process with the same content; ``folder`` gets a copy of the data folder."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        name = f"{self.database.rpartition('_town_')[0]}_{purpose}_p{os.getpid()}"
        _clone(self.database, name)
        return name


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
    town = PreparedTown(name, room / "prepared-town")
    ready = room / "prepared-town.ready"
    with (room / "prepared-town.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.exists():
            shutil.rmtree(town.folder, ignore_errors=True)
            town.folder.mkdir()
            connections.close_all()  # a database with open connections cannot be copied
            _clone(known, name)
            environment = environment_of(name, town.folder)
            command = [sys.executable, "-m", "tests.browser.preparation"]
            done = subprocess.run(command, check=False, cwd=ROOT, env=environment, capture_output=True, text=True)
            assert done.returncode == 0, done.stderr[-3000:]
            ready.touch()
    yield town
    if alone:  # of several, the last one to end is not known; the next run removes it
        remove(name)
