# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""DataArrays over HTTP beside psql's \\copy of the same rows into the same table.

Both sides swing with what else the machine does (write-back of pages, the database's own cleaning), so they take turns: a round is
a load of DataArrays into the empty table, then \\copy of as many rows, those of the load, into the empty table; every other round the
other way about. A side's figure is the median of its rounds, the ratio the median of the rounds' ratios. Each side's time is its own
clock's: wrk's from the first request to the last answer, psql's from the command to its end, without the start of either program.
"""

from __future__ import annotations

import re
import statistics
import subprocess
import tempfile
from datetime import UTC, datetime

from benchmarks.sensing_load import MANY, YESTERDAY, Environment, Town, empty, load, owner, stored

ROWS = 100  # of a DataArray
ROUNDS, SECONDS = 6, 4
COLUMNS = "phenomenon_time, number, datastream_id, municipality_id"


def beside_copy(environment: Environment, town: Town, port: int) -> dict[str, float]:
    """Rows a second of both sides, and how much ours is of the other."""
    count = load(environment, town, port, path=MANY, rows=ROWS, seconds=SECONDS).acknowledged * ROWS  # warms up
    sides: list[tuple[float, float]] = []
    kept = 0
    for number in range(ROUNDS):
        if number % 2:
            theirs = _copy(environment, town, count)
        ours = load(environment, town, port, path=MANY, rows=ROWS, seconds=SECONDS)
        count, kept = ours.acknowledged * ROWS, stored(environment, town)
        if kept < count:
            raise RuntimeError(f"{count} rows were acknowledged, {kept} are there.")
        if not number % 2:
            theirs = _copy(environment, town, count)
        sides.append((ours.per_second * ROWS, theirs))
    return {
        "dataarray_obs_per_second": statistics.median(ours for ours, _theirs in sides),
        "dataarray_stored": kept,
        "copy_rows_per_second": statistics.median(theirs for _ours, theirs in sides),
        "copy_limit_ratio": statistics.median(ours / theirs for ours, theirs in sides),
        "copy_limit_ratio_least": min(ours / theirs for ours, theirs in sides),
    }


def _copy(environment: Environment, town: Town, count: int) -> float:
    """Rows a second of \\copy by the table's owner without the lock in the way, because PostgreSQL refuses COPY on a table that is
    locked for the role."""
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
        for place in range(count // ROWS):
            turn, stream = divmod(place, town["streams"])
            for row in range(1, ROWS + 1):
                time_ = datetime.fromtimestamp(YESTERDAY + turn * ROWS + row, UTC).isoformat()
                file.write(f"{time_},{(place + row) % 1000 / 10},{town['first'] + stream},{town['municipality']}\n")
        file.flush()
        empty(environment)
        with owner(environment) as connection:
            connection.execute("ALTER TABLE sensing_observation NO FORCE ROW LEVEL SECURITY")
            commands = ["\\timing on", f"\\copy sensing_observation ({COLUMNS}) FROM '{file.name}' CSV"]
            words = [word for command in commands for word in ("-c", command)]
            done = subprocess.run(
                ["psql", "-q", "-X", environment["STADTHERZ_DATABASE_OWNER_URL"], *words],
                check=True,
                capture_output=True,
                text=True,
                env=environment | {"LC_ALL": "C"},
            )
            connection.execute("ALTER TABLE sensing_observation FORCE ROW LEVEL SECURITY")
    if stored(environment, town) != count:
        raise RuntimeError(f"\\copy did not write {count} rows.")
    took = re.search(r"Time: ([0-9.]+) ms", done.stdout)
    assert took is not None
    return count / (float(took[1]) / 1000)
