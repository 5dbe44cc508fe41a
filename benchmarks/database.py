# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A database of its own for a measurement, beside the town's."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import conninfo, sql

from stadtherz.ops.databases import drop


@contextmanager
def fresh_database(name: str) -> Iterator[dict[str, str]]:
    """Make database ``name`` with all tables; yields the environment of a platform that uses it; removes it at the end."""
    owner = os.environ["STADTHERZ_DATABASE_OWNER_URL"]
    with psycopg.connect(owner, autocommit=True) as connection:
        drop(connection, name)
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    environment = os.environ | {
        "STADTHERZ_DATABASE_URL": conninfo.make_conninfo(os.environ["STADTHERZ_DATABASE_URL"], dbname=name),
        "STADTHERZ_DATABASE_OWNER_URL": conninfo.make_conninfo(owner, dbname=name),
    }
    as_owner = environment | {"STADTHERZ_DATABASE_URL": environment["STADTHERZ_DATABASE_OWNER_URL"]}
    try:
        subprocess.run([sys.executable, "-m", "django", "migrate", "-v0"], env=as_owner, check=True)
        yield environment
    finally:
        with psycopg.connect(owner, autocommit=True) as connection:
            drop(connection, name)
