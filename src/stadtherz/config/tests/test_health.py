# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the operator's monitoring asks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from stadtherz.config import health
from stadtherz.kernel.live.hub import hub


@pytest.fixture
def worker(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")


@pytest.fixture
def listening(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "listening", True)


def test_alive_without_any_municipality(db: None, client: Client) -> None:
    answer = client.get("/health/live", headers={"Host": "10.0.0.7"})
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_ready_when_every_part_works(worker: None, listening: None, client: Client) -> None:
    answer = client.get("/health/ready")
    parts = answer.json()["parts"]
    assert (answer.status_code, list(parts)) == (200, ["database", "files", "jobs", "live", "tiles"])
    assert {part["state"] for part in parts.values()} == {"ok"}
    assert all(0 <= part["milliseconds"] < 5000 for part in parts.values())
    assert "no-store" in answer.headers["Cache-Control"]


def test_not_ready_without_a_worker(db: None, listening: None, client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_workers")
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 minute')")
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["parts"]["jobs"]["state"]) == (503, "failing")
    assert answer.json()["parts"]["database"]["state"] == "ok"


def test_not_ready_when_the_process_does_not_listen(worker: None, client: Client) -> None:
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["parts"]["live"]["state"]) == (503, "failing")


def test_not_ready_when_the_disk_of_the_data_is_nearly_full(
    worker: None, listening: None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "LEAST_FREE_BYTES", 10**18)
    answer = client.get("/health/ready")
    files = answer.json()["parts"]["files"]
    assert (answer.status_code, files["state"], "nearly full" in files["says"]) == (503, "failing", True)


def test_not_ready_when_the_data_folder_cannot_be_written(
    worker: None, listening: None, client: Client, settings: Any
) -> None:
    settings.DATA_DIR = Path("/proc")
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["parts"]["files"]["state"]) == (503, "failing")


def test_the_database_writes_to_its_disk_when_it_is_asked(worker: None, listening: None, client: Client) -> None:
    """A full disk is only noticed by writing: the question must be too large for memory."""
    with connection.cursor() as cursor:
        cursor.execute("SET work_mem = '64kB'")
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT TEXT) {health.SPILL}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
        cursor.execute("RESET work_mem")
    assert "Disk:" in plan
