# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The tests' database: made once by the migrations, kept as a template, cloned for each test process.

Tests connect as the owner of the tables, who is no superuser: forced row-level security holds for them too.
"""

from __future__ import annotations

import gc
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from stadtherz.ops.databases import drop
from stadtherz.ops.processes import SELDOM

# As seldom as the platform's own processes look for garbage: with Python's own thresholds the collector took a sixth of
# the time of an ordinary test. What is never awaited or closed is still found, and still an error.
gc.set_threshold(*SELDOM)
ROOT = Path(__file__).parent
READY = "ready: may be cloned"


LONGEST_FIRST = (
    "tests/browser/test_pages.py",
    "tests/ops/test_installation.py",
    "tests/checks/test_types.py",
    "tests/browser/",
    "src/stadtherz/kernel/jobs/tests/test_worker.py",
    "src/stadtherz/services/wayfinding/engine/tests/test_answers.py",  # imports a city, on which its neighbours would wait
    "tests/",
)
"""Files whose tests take minutes begin first, so that no process works on alone at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order files by ``LONGEST_FIRST``, each file's tests as they stand in it."""

    def place(item: pytest.Item) -> int:
        path = item.path.relative_to(ROOT).as_posix()
        return next((n for n, start in enumerate(LONGEST_FIRST) if path.startswith(start)), len(LONGEST_FIRST))

    items.sort(key=place)


def pytest_collection_finish(session: pytest.Session) -> None:
    """What was imported stays, so the collector need not look at it again."""
    gc.freeze()


def _fingerprint() -> str:
    """Of everything that decides what the tables look like."""
    source = ROOT / "src" / "stadtherz"
    files = [*source.glob("**/migrations/*.py"), *source.glob("**/models.py"), *source.glob("**/models/*.py")]
    files += [*source.glob("**/apps.py"), source / "kernel/municipalities/locks.py", source / "config/settings.py"]
    files.append(ROOT / "requirements" / "runtime.txt")
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(f"{file.relative_to(ROOT)}\0".encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def _is_ready(connection: psycopg.Connection[Any], name: str) -> bool:
    question = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
    row = connection.execute(question, [name]).fetchone()
    return row is not None and row[0] == READY


def _drop_leftovers(connection: psycopg.Connection[Any], prefix: str, template: str) -> None:
    """Databases of test processes that were killed, and templates of earlier tables."""
    for (name,) in connection.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [f"{prefix}_"]):
        _, _, end = name.rpartition("_")
        in_use = name == template or (end[0] == "p" and Path(f"/proc/{end[1:]}").exists())
        if not in_use:
            drop(connection, name)


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """Nothing: the name for each test process is chosen below."""


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """A database of its own for this test process, cloned from a template that the migrations made."""
    from django.core.management import call_command
    from django.db import connections

    default = connections["default"]
    settings = default.settings_dict
    prefix = f"test_{settings['NAME'][:24]}"
    template = f"{prefix}_{_fingerprint()}"
    mine = f"{prefix}_p{os.getpid()}"
    address = {"host": settings["HOST"], "port": settings["PORT"] or None, "user": settings["USER"]}
    address |= {"password": settings["PASSWORD"] or None, "dbname": "postgres"}

    def use(name: str) -> None:
        default.close()
        settings["NAME"] = settings["TEST"]["NAME"] = name

    with psycopg.connect(**{k: v for k, v in address.items() if v}, autocommit=True) as server:
        with django_db_blocker.unblock():
            server.execute("SELECT pg_advisory_lock(hashtext(%s))", [prefix])
            _drop_leftovers(server, prefix, template)
            if not _is_ready(server, template):
                drop(server, template)
                server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(template)))
                use(template)
                call_command("createcachetable", verbosity=0)
                call_command("migrate", verbosity=0, interactive=False)
                default.close()
                server.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(template), READY))
            server.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(mine), sql.Identifier(template))
            )
            server.execute("SELECT pg_advisory_unlock(hashtext(%s))", [prefix])
            use(mine)
        yield
        with django_db_blocker.unblock():
            connections.close_all()
        drop(server, mine)
