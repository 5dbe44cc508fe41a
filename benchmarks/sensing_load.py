# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Load on the ways in by wrk, and the tables it writes to, emptied and counted by their owner."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, NamedTuple

import psycopg

from benchmarks.serving import wrk

CONNECTIONS = 128
LOAD = Path(__file__).with_name("observations.lua")
ONE, MANY = "/api/sta/v1.1/Observations", "/api/sta/v1.1/CreateObservations"
YESTERDAY = int(time.time()) - 86_400
Environment = dict[str, str]
Town = dict[str, Any]


class Loaded(NamedTuple):
    """What a load heard; times in milliseconds, ``seconds`` from the first request to the last answer."""

    acknowledged: int
    refused: int
    broken: int
    p50: float
    p99: float
    without_retry_after: int
    seconds: float

    @property
    def per_second(self) -> float:
        """Requests that were acknowledged."""
        return self.acknowledged / self.seconds


def load(
    environment: Environment,
    town: Town,
    port: int,
    *,
    path: str,
    rows: int,
    seconds: int,
    connections: int = CONNECTIONS,
    overload: bool = False,
) -> Loaded:
    """A load into an empty table. With ``overload`` the refusals are looked at."""
    empty(environment)
    asked = environment | {
        "OBSERVATIONS_FIRST": str(town["first"]), "OBSERVATIONS_STREAMS": str(town["streams"]), "OBSERVATIONS_KEY": town["key"],
        "OBSERVATIONS_ROWS": str(rows), "OBSERVATIONS_PATH": path, "OBSERVATIONS_SECONDS": str(seconds),
        "OBSERVATIONS_START": str(YESTERDAY),
    }  # fmt: skip
    if overload:
        asked["OBSERVATIONS_OVERLOAD"] = "1"
    printed = wrk(port, script=LOAD, seconds=seconds + 2, connections=connections, environment=asked)
    line = next(line for line in printed.splitlines() if line.startswith("OBSERVATIONS "))
    counted, bad, broken, p50, p99, odd, took = line.split()[1:]
    return Loaded(int(counted), int(bad), int(broken), float(p50), float(p99), int(odd), float(took))


def owner(environment: Environment, town: Town | None = None) -> psycopg.Connection[Any]:
    """A connection of the tables' owner, who sees the rows of ``town``."""
    connection = psycopg.connect(environment["STADTHERZ_DATABASE_OWNER_URL"], autocommit=True)
    if town:
        connection.execute("SELECT set_config('stadtherz.municipality', %s, false)", [str(town["municipality"])])
    return connection


def empty(environment: Environment) -> None:
    """Without a row, a page or an entry of an index."""
    with owner(environment) as connection:
        connection.execute(
            "TRUNCATE sensing_observation, sensing_latest, sensing_hour, sensing_changed_hour, sensing_packed_day"
        )


def stored(environment: Environment, town: Town) -> int:
    """Rows in the table."""
    with owner(environment, town) as connection:
        row = connection.execute("SELECT count(*) FROM sensing_observation").fetchone()
    assert row is not None
    return int(row[0])
